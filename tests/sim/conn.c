#include "conn.h"

#include <string.h>

#include <hoso/limits.h>

#include "base/attr.h"
#include "base/backoff.h"
#include "checks.h"
#include "faults.h"
#include "io/pg_conn.h"
#include "server.h"
#include "store/gate.h"
#include "world.h"

/* The same states as in io/pg_conn.c, with the same promises to whoever sends trips. */
enum conn_state {
	CONN_WAITING,
	CONN_CONNECTING,
	CONN_GATING,
	CONN_IDLE,
	CONN_TRAVELLING,
	CONN_ROLLING
};

#define NETWORK_MS 4

const struct pg_statement pg_begin = {"begin", "BEGIN"};
const struct pg_statement pg_commit = {"commit", "COMMIT"};
const struct pg_statement pg_rollback = {"rollback", "ROLLBACK"};

struct pg_conn {
	struct loop *loop;
	struct pg_conn_config config;
	enum conn_state state;
	unsigned who;
	unsigned failures;
	enum hoso_error error;
	struct server_session *session;
	struct flight *landed;
	struct pg_trip *trip;
	enum hoso_error trip_error;
	struct pg_trip own;
	struct loop_task pause;
	struct loop_task deadline;
	struct loop_task died;
	struct loop_task home; /* the answers are on the way */
};

static unsigned who_connects;

static void enter_waiting(struct pg_conn *conn, enum hoso_error error);

void conn_who(unsigned who)
{
	who_connects = who;
}

static void trip_failed_later(struct loop_task *task)
{
	struct pg_trip *trip = container_of(task, struct pg_trip, defer);

	trip->done(trip, HOSO_DATABASE_DOWN);
}

static void tell_changed(struct pg_conn *conn)
{
	if (conn->config.changed) {
		conn->config.changed(conn->config.arg);
	}
}

static void close_session(struct pg_conn *conn)
{
	loop_cancel(&conn->deadline);
	loop_cancel(&conn->died);
	loop_cancel(&conn->home);
	if (conn->landed) {
		flight_free(conn->landed);
		conn->landed = NULL;
	}
	if (conn->session) {
		server_hang_up(conn->session);
		conn->session = NULL;
	}
}

static void connection_lost(struct pg_conn *conn)
{
	struct pg_trip *trip = conn->trip;
	enum hoso_error error =
		conn->state == CONN_TRAVELLING ? HOSO_DATABASE_DOWN : conn->trip_error;

	conn->trip = NULL;
	pg_trip_clear(&conn->own);
	enter_waiting(conn, HOSO_DATABASE_DOWN);
	if (trip && fault_planted(FAULT_LOST_IS_DONE) && error == HOSO_DATABASE_DOWN) {
		trip->committed = true;
		error = HOSO_OK;
	}
	if (trip) {
		trip->done(trip, error);
	}
	tell_changed(conn);
}

static void deadline_passed(struct loop_task *task)
{
	connection_lost(container_of(task, struct pg_conn, deadline));
}

static void death_noticed(struct loop_task *task)
{
	connection_lost(container_of(task, struct pg_conn, died));
}

void conn_session_died(struct pg_conn *conn)
{
	conn->session = NULL;
	loop_after(conn->loop, &conn->died, world_below(CHANCE_NET, NETWORK_MS), death_noticed);
}

static void become_idle(struct pg_conn *conn)
{
	conn->state = CONN_IDLE;
	conn->failures = 0;
	conn->error = HOSO_OK;
}

static void travel(struct pg_conn *conn, const struct pg_trip *trip)
{
	/* A session that has died and whose death is not noticed yet takes what is sent, and says nothing. */
	if (conn->session) {
		server_send(conn->session, trip);
	}
	loop_after(conn->loop, &conn->deadline, conn->config.trip_deadline_ms, deadline_passed);
}

static void roll_back(struct pg_conn *conn, enum hoso_error error)
{
	conn->trip_error = error;
	conn->state = CONN_ROLLING;
	pg_trip_add(&conn->own, &pg_rollback);
	travel(conn, &conn->own);
}

static void unload(struct pg_trip *trip, struct flight *flight)
{
	for (unsigned i = 0; i < flight->count; i++) {
		trip->results[i] = flight->rows[i];
		flight->rows[i] = NULL;
	}
	trip->committed = flight->committed;
	trip->warned = flight->warned;
	g_strlcpy(trip->sqlstate, flight->sqlstate, sizeof trip->sqlstate);
}

static void come_back(struct pg_conn *conn, struct flight *flight)
{
	struct pg_trip *trip = conn->trip;
	bool open = flight->open;
	enum hoso_error error;

	loop_cancel(&conn->deadline);
	if (conn->state == CONN_TRAVELLING) {
		unload(trip, flight);
		error = pg_trip_error(trip);
		flight_free(flight);
		if (open && (error || !trip->leaves_open)) {
			roll_back(conn, error);
			return;
		}
	} else {
		error = conn->trip_error;
		flight_free(flight);
		pg_trip_clear(&conn->own);
	}
	conn->trip = NULL;
	become_idle(conn);
	trip->done(trip, error);
	if (conn->state == CONN_IDLE) {
		tell_changed(conn);
	}
}

static void answer_came(struct loop_task *task)
{
	struct pg_conn *conn = container_of(task, struct pg_conn, home);
	struct flight *flight = conn->landed;

	conn->landed = NULL;
	come_back(conn, flight);
}

void conn_flight_landed(struct pg_conn *conn, struct flight *flight)
{
	conn->landed = flight;
	loop_after(conn->loop, &conn->home, world_below(CHANCE_NET, NETWORK_MS), answer_came);
}

static PGresult *gate_answer(void)
{
	static const char *const names[] = {"on", "on", "on", "UTF8", "", "", "f", "f", "t"};
	PGresult *answer = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
	PGresAttDesc columns[ARRAY_SIZE(names)] = {0};
	char version[12];

	g_snprintf(version, sizeof version, "%d", STORE_SCHEMA_VERSION);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		columns[i].name = (char *)(uintptr_t) "setting";
	}
	PQsetResultAttrs(answer, ARRAY_SIZE(names), columns);
	for (int i = 0; i < (int)ARRAY_SIZE(names); i++) {
		const char *cell = i == 4   ? (server_is_read_only() ? "on" : "off")
				   : i == 5 ? version
					    : names[i];
		PQsetvalue(answer, 0, i, (char *)(uintptr_t)cell, (int)strlen(cell));
	}
	return answer;
}

static void gate_answered(struct loop_task *task)
{
	struct pg_conn *conn = container_of(task, struct pg_conn, pause);
	PGresult *answer = gate_answer();
	char why[300] = "";
	enum hoso_error error = conn->config.judge(answer, why, sizeof why);

	PQclear(answer);
	if (error) {
		enter_waiting(conn, error);
		return;
	}
	become_idle(conn);
	tell_changed(conn);
}

static void connect_now(struct loop_task *task)
{
	struct pg_conn *conn = container_of(task, struct pg_conn, pause);

	conn->session = server_connect(conn, conn->who);
	if (!conn->session) {
		enter_waiting(conn, HOSO_DATABASE_DOWN);
		return;
	}
	conn->state = CONN_GATING;
	loop_after(
		conn->loop, &conn->pause, 1 + world_below(CHANCE_NET, NETWORK_MS), gate_answered);
}

static void enter_waiting(struct pg_conn *conn, enum hoso_error error)
{
	static const struct backoff backoff = {.first_ms = 100, .ceiling_ms = 5000};

	conn->error = error;
	close_session(conn);
	conn->state = CONN_WAITING;
	loop_after(conn->loop, &conn->pause,
		backoff_delay_ms(&backoff, conn->failures++, world_random(CHANCE_FLOW)),
		connect_now);
}

struct pg_conn *pg_conn_new(struct loop *loop, const struct pg_conn_config *config)
{
	struct pg_conn *conn = g_new0(struct pg_conn, 1);

	conn->loop = loop;
	conn->config = *config;
	conn->who = who_connects;
	conn->error = HOSO_DATABASE_DOWN;
	loop_defer(loop, &conn->pause, connect_now);
	return conn;
}

void pg_conn_run(
	struct pg_conn *conn, struct pg_trip *trip, void (*done)(struct pg_trip *, enum hoso_error))
{
	g_assert(trip->count > 0);
	trip->done = done;
	if (!pg_conn_is_idle(conn)) {
		loop_defer(conn->loop, &trip->defer, trip_failed_later);
		return;
	}
	checks_note_trip(conn->who, trip);
	conn->state = CONN_TRAVELLING;
	conn->trip = trip;
	travel(conn, trip);
}

bool pg_conn_is_idle(const struct pg_conn *conn)
{
	return conn->state == CONN_IDLE;
}

bool pg_conn_is_up(const struct pg_conn *conn)
{
	return conn->state >= CONN_IDLE;
}

enum hoso_error pg_conn_error(const struct pg_conn *conn, const char **ret_why)
{
	*ret_why = "";
	return pg_conn_is_up(conn) ? HOSO_OK : conn->error;
}

void pg_conn_drop(struct pg_conn *conn)
{
	g_assert(conn->state == CONN_IDLE);
	enter_waiting(conn, HOSO_DATABASE_DOWN);
}

void pg_conn_free(struct pg_conn *conn)
{
	struct pg_trip *trip;

	if (!conn) {
		return;
	}
	trip = conn->trip;
	close_session(conn);
	loop_cancel(&conn->pause);
	pg_trip_clear(&conn->own);
	g_free(conn);
	if (trip) {
		trip->done(trip, HOSO_CANCELED);
	}
}
