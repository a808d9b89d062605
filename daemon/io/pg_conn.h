#ifndef HOSO_IO_PG_CONN_H
#define HOSO_IO_PG_CONN_H

#include <stdbool.h>
#include <stdint.h>

#include <libpq-fe.h>

#include <hoso/error.h>

#include "base/attr.h"
#include "io/loop.h"
#include "io/pg_value.h"

/** struct pg_statement - a static statement; prepared on each connection at its first use. */
struct pg_statement {
	const char *name; /* unique in the program */
	const char *sql;
	bool is_binary; /* the answer's format */
};

#define PG_TRIP_STEPS_MAX 24

/**
 * struct pg_trip - several statements that go to the server together and come back together (one Sync).
 * Caller-owned, zero-initialised; lives until @done ran; then pg_trip_clear().
 * @leaves_open: the transaction it began goes on in the next trip; otherwise a transaction that is still
 *               open at the end (because a statement failed) is rolled back before @done.
 * In @done:
 * @results:     one per step; NULL for a step that was not reached
 * @committed:   the COMMIT's command tag said COMMIT and no warning came with it
 * @warned:      a warning (SQLSTATE 01000) came: a COMMIT that only this server has (promises M6)
 * @sqlstate:    of the first failure, "" without one
 */
struct pg_trip {
	unsigned count;
	const struct pg_statement *statements[PG_TRIP_STEPS_MAX];
	struct pg_params params[PG_TRIP_STEPS_MAX];
	PGresult *results[PG_TRIP_STEPS_MAX];
	bool leaves_open;
	bool committed;
	bool warned;
	char sqlstate[6];
	void (*done)(struct pg_trip *trip, enum hoso_error error);
	struct loop_task defer;
};

/** pg_trip_add() - one more statement; its parameters are filled through the pointer. */
struct pg_params *pg_trip_add(struct pg_trip *trip, const struct pg_statement *statement);

/** pg_trip_clear() - frees results and parameters; the trip can be used again. */
void pg_trip_clear(struct pg_trip *trip);

/**
 * pg_trip_error() - what the server said of its statements. HOSO_DATABASE_DOWN: canceled or going down, out of room, its
 * disk failed; that is the server's state, and no fault of a statement. HOSO_INTERNAL: any other SQLSTATE.
 */
enum hoso_error pg_trip_error(const struct pg_trip *trip);

extern const struct pg_statement pg_begin;
extern const struct pg_statement pg_commit;
extern const struct pg_statement pg_rollback;

struct pg_conn;

/**
 * struct pg_conn_config - borrowed for the life of the connection.
 * @gate:  run on each new session before it is used; @judge says whether its answer will do, and why not
 *         (a sentence for the log and /readyz). No judge: every session will do.
 * @changed: called when the connection became idle (connected, or a trip has come back and its @done has
 *         run) and when it was lost: the moment to send what waits. May be NULL.
 * @arg:   given to @changed.
 */
struct pg_conn_config {
	const char *conninfo;
	const struct pg_statement *gate;
	enum hoso_error (*judge)(const PGresult *answer, char *ret_why, size_t why_size);
	void (*changed)(void *arg);
	void *arg;
	int64_t trip_deadline_ms;
};

/** pg_conn_new() - begins to connect; reconnects for ever, with growing pauses. */
struct pg_conn *pg_conn_new(struct loop *loop, const struct pg_conn_config *config);

/**
 * pg_conn_run() - one trip; the connection must be idle (pg_conn_is_idle()).
 * @done: once, never inside this call, with
 *   HOSO_OK             every statement was taken;
 *   HOSO_INTERNAL       the server refused one: see @trip->sqlstate;
 *   HOSO_DATABASE_DOWN  the connection was lost or silent for too long: what was sent may have happened; or, with
 *                       @trip->sqlstate, the server canceled it or had no room, and nothing has happened;
 *   HOSO_CANCELED       pg_conn_free() came first.
 */
void pg_conn_run(struct pg_conn *conn, struct pg_trip *trip,
	void (*done)(struct pg_trip *, enum hoso_error));

/** pg_conn_is_idle() - connected, judged, and no trip in the air. */
bool pg_conn_is_idle(const struct pg_conn *conn);

/** pg_conn_is_up() - connected and judged. */
bool pg_conn_is_up(const struct pg_conn *conn);

/** pg_conn_error() - why it is not up: HOSO_DATABASE_DOWN or the judge's error; @ret_why gets its sentence. */
enum hoso_error pg_conn_error(const struct pg_conn *conn, const char **ret_why);

/** pg_conn_drop() - close the session and connect anew: after an answer that must not be trusted. */
void pg_conn_drop(struct pg_conn *conn);

/** pg_conn_free() - not from inside a callback of the same connection. */
void pg_conn_free(struct pg_conn *conn);

#endif
