#include "io/pg_conn.h"

#include <stdlib.h>
#include <string.h>

#include <event2/event.h>
#include <glib.h>

#include "base/attr.h"
#include "base/backoff.h"
#include "base/clock.h"
#include "base/crash.h"
#include "base/log.h"

/*
 *            ┌─────────────── lost, silent, or not good enough ───────────────┐
 *            ▼                                                                │
 *   WAITING ──pause──► CONNECTING ──► GATING ──judged──► IDLE ◄──► TRAVELLING ─┤
 *                                                         ▲            │      │
 *                                                         └─ ROLLING ◄─┘ ─────┘
 *
 * Pipeline mode from the first statement on; READ is always armed, WRITE while libpq has bytes left.
 */
enum pg_conn_state { PG_WAITING, PG_CONNECTING, PG_GATING, PG_IDLE, PG_TRAVELLING, PG_ROLLING };

#define CONNECT_DEADLINE_MS 10000

const struct pg_statement pg_begin = {"begin", "BEGIN"};
const struct pg_statement pg_commit = {"commit", "COMMIT"};
const struct pg_statement pg_rollback = {"rollback", "ROLLBACK"};

/* A trip's commands on the wire: each statement's PREPARE (when the session lacks it), then its execution. */
struct command {
	unsigned step;
	bool is_prepare;
};

struct pg_conn {
	struct loop *loop;
	struct pg_conn_config config;
	enum pg_conn_state state;
	PGconn *pg;
	struct event *readable;
	struct event *writable;
	struct loop_task pause;
	struct loop_task deadline;
	unsigned failures;
	enum hoso_error error;
	char why[300];
	GHashTable *prepared;  /* names of statements this session knows */
	struct pg_trip *trip;  /* in the air */
	struct pg_trip own;    /* the gate, or a rollback */
	struct pg_trip *after; /* waits for the rollback */
	enum hoso_error after_error;
	struct command commands[2 * PG_TRIP_STEPS_MAX]; /* what the trip sent, in order */
	unsigned command_count;
	unsigned at; /* the command that the next answer belongs to */
	bool answered;
};

static void conn_enter_waiting(struct pg_conn *conn, enum hoso_error error, const char *why);
static void conn_travel(struct pg_conn *conn, struct pg_trip *trip);

static void trip_failed_later(struct loop_task *task)
{
	struct pg_trip *trip = container_of(task, struct pg_trip, defer);

	trip->done(trip, HOSO_DATABASE_DOWN);
}

static void notice_came(void *arg, const PGresult *notice)
{
	struct pg_conn *conn = arg;
	const char *sqlstate = PQresultErrorField(notice, PG_DIAG_SQLSTATE);

	if (conn->trip && sqlstate && strcmp(sqlstate, "01000") == 0) {
		conn->trip->warned = true;
		log_warn("sqlstate=01000: %s", PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY));
	}
}

static void tell_changed(struct pg_conn *conn)
{
	if (conn->config.changed) {
		conn->config.changed(conn->config.arg);
	}
}

static void close_session(struct pg_conn *conn)
{
	g_clear_pointer(&conn->readable, event_free);
	g_clear_pointer(&conn->writable, event_free);
	g_clear_pointer(&conn->pg, PQfinish);
	g_hash_table_remove_all(conn->prepared);
	loop_cancel(&conn->deadline);
}

/* Whatever was in the air has an unknown outcome now; whoever sent it learns that exactly once. */
static void conn_lost(struct pg_conn *conn, const char *why)
{
	struct pg_trip *trip = conn->state == PG_TRAVELLING ? conn->trip : conn->after;
	enum hoso_error error =
		conn->state == PG_TRAVELLING ? HOSO_DATABASE_DOWN : conn->after_error;

	log_warn("database=down state=%d: %s", conn->state, why);
	CRASH_POINT(PG_LOST);
	conn->trip = NULL;
	conn->after = NULL;
	pg_trip_clear(&conn->own);
	conn_enter_waiting(conn, HOSO_DATABASE_DOWN, why);
	if (trip) {
		trip->done(trip, error);
	}
	tell_changed(conn);
}

static void deadline_passed(struct loop_task *task)
{
	struct pg_conn *conn = container_of(task, struct pg_conn, deadline);

	conn_lost(conn, "no answer before the deadline");
}

static bool flush_output(struct pg_conn *conn)
{
	int left = PQflush(conn->pg);

	if (left > 0) {
		event_add(conn->writable, NULL);
	}
	return left >= 0;
}

static void become_idle(struct pg_conn *conn)
{
	conn->state = PG_IDLE;
	conn->failures = 0;
	conn->error = HOSO_OK;
}

static void session_is_judged(struct pg_conn *conn)
{
	const PGresult *answer = conn->own.results[0];
	char why[sizeof conn->why] = "";
	enum hoso_error error =
		conn->config.judge ? conn->config.judge(answer, why, sizeof why) : HOSO_OK;

	pg_trip_clear(&conn->own);
	if (error) {
		log_err("error=%s: %s", error_wire(error), why);
		conn_enter_waiting(conn, error, why);
		return;
	}
	become_idle(conn);
	CRASH_POINT(PG_UP);
	log_notice("database=up server=%d", PQserverVersion(conn->pg));
	tell_changed(conn);
}

static void roll_back(struct pg_conn *conn, struct pg_trip *trip, enum hoso_error error)
{
	conn->after = trip;
	conn->after_error = error;
	conn->state = PG_ROLLING;
	pg_trip_add(&conn->own, &pg_rollback);
	conn_travel(conn, &conn->own);
	CRASH_POINT(PG_ROLLING);
}

static void trip_came_back(struct pg_conn *conn)
{
	struct pg_trip *trip = conn->trip;
	enum hoso_error error = pg_trip_error(trip);
	bool open = PQtransactionStatus(conn->pg) != PQTRANS_IDLE;

	conn->trip = NULL;
	loop_cancel(&conn->deadline);
	if (conn->state == PG_GATING) {
		/* The judge sees an answer or NULL; a gate that fails is for it to name. */
		session_is_judged(conn);
		return;
	}
	if (conn->state == PG_ROLLING) {
		trip = conn->after;
		error = conn->after_error;
		conn->after = NULL;
		pg_trip_clear(&conn->own);
	} else if (open && (error || !trip->leaves_open)) {
		roll_back(conn, trip, error);
		return;
	}
	become_idle(conn);
	trip->done(trip, error);
	if (conn->state == PG_IDLE) {
		tell_changed(conn);
	}
}

static void note_failure(struct pg_trip *trip, const PGresult *result, const char *statement)
{
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	if (trip->sqlstate[0]) {
		return;
	}
	g_strlcpy(trip->sqlstate, sqlstate ? sqlstate : "XX000", sizeof trip->sqlstate);
	log_warn("sqlstate=%s statement=%s: %s", trip->sqlstate, statement,
		PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
}

static void list_commands(struct pg_conn *conn, const struct pg_trip *trip)
{
	conn->command_count = 0;
	for (unsigned step = 0; step < trip->count; step++) {
		bool known = g_hash_table_contains(conn->prepared, trip->statements[step]->name);
		for (unsigned before = 0; before < step && !known; before++) {
			known = trip->statements[before] == trip->statements[step];
		}
		if (!known) {
			conn->commands[conn->command_count++] = (struct command){step, true};
		}
		conn->commands[conn->command_count++] = (struct command){step, false};
	}
}

static void take_answer(struct pg_conn *conn, const struct command *command, PGresult *result)
{
	struct pg_trip *trip = conn->trip;
	const struct pg_statement *statement = trip->statements[command->step];
	ExecStatusType status = PQresultStatus(result);
	bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;

	if (status == PGRES_PIPELINE_ABORTED) {
		PQclear(result);
		return;
	}
	if (!good) {
		note_failure(trip, result, statement->name);
		PQclear(result);
		return;
	}
	if (command->is_prepare) {
		g_hash_table_add(conn->prepared, (gpointer)statement->name);
		PQclear(result);
		return;
	}
	/* A COMMIT of a failed transaction is answered OK with the tag ROLLBACK: the tag decides. */
	if (statement == &pg_commit) {
		CRASH_POINT(PG_COMMIT_SEEN);
		trip->committed = strcmp(PQcmdStatus(result), "COMMIT") == 0;
	}
	trip->results[command->step] = result;
}

/* In pipeline mode every command's answer ends with a NULL; the Sync's answer does not. */
static void read_answers(struct pg_conn *conn)
{
	while (conn->trip && !PQisBusy(conn->pg)) {
		PGresult *result = PQgetResult(conn->pg);
		if (!result) {
			if (!conn->answered) {
				return;
			}
			conn->answered = false;
			conn->at++;
		} else if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
			PQclear(result);
			CRASH_POINT(PG_SYNCED);
			trip_came_back(conn);
			return;
		} else if (conn->at == conn->command_count) {
			PQclear(result);
			conn_lost(conn, "an answer nobody asked for");
			return;
		} else {
			conn->answered = true;
			take_answer(conn, &conn->commands[conn->at], result);
		}
	}
}

static void session_readable(evutil_socket_t fd, short what, void *arg)
{
	struct pg_conn *conn = arg;

	(void)fd;
	(void)what;
	if (!PQconsumeInput(conn->pg)) {
		conn_lost(conn, PQerrorMessage(conn->pg));
		return;
	}
	read_answers(conn);
}

static void session_writable(evutil_socket_t fd, short what, void *arg)
{
	struct pg_conn *conn = arg;

	(void)fd;
	(void)what;
	if (!flush_output(conn)) {
		conn_lost(conn, PQerrorMessage(conn->pg));
	}
}

static bool send_command(struct pg_conn *conn, const struct command *command)
{
	const struct pg_statement *statement = conn->trip->statements[command->step];
	const struct pg_params *params = &conn->trip->params[command->step];

	if (command->is_prepare) {
		return PQsendPrepare(conn->pg, statement->name, statement->sql, 0, NULL);
	}
	return PQsendQueryPrepared(conn->pg, statement->name, params->count,
		(const char *const *)params->values, params->lengths, params->formats,
		statement->is_binary);
}

/* A session that cannot even take the bytes is as lost as one that does not answer: the deadline tells. */
static void conn_travel(struct pg_conn *conn, struct pg_trip *trip)
{
	bool sent = true;

	conn->trip = trip;
	conn->at = 0;
	conn->answered = false;
	list_commands(conn, trip);
	for (unsigned i = 0; i < conn->command_count && sent; i++) {
		sent = send_command(conn, &conn->commands[i]);
	}
	CRASH_POINT(PG_QUEUED);
	sent = sent && PQpipelineSync(conn->pg) && flush_output(conn);
	CRASH_POINT(PG_FLUSHED);
	loop_after(conn->loop, &conn->deadline, sent ? conn->config.trip_deadline_ms : 0,
		deadline_passed);
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
	conn->state = PG_TRAVELLING;
	conn_travel(conn, trip);
}

static void session_is_open(struct pg_conn *conn)
{
	loop_cancel(&conn->deadline);
	if (PQsetnonblocking(conn->pg, 1) != 0 || !PQenterPipelineMode(conn->pg)) {
		conn_enter_waiting(conn, HOSO_DATABASE_DOWN, PQerrorMessage(conn->pg));
		return;
	}
	PQsetNoticeReceiver(conn->pg, notice_came, conn);
	conn->readable = event_new(loop_base(conn->loop), PQsocket(conn->pg), EV_READ | EV_PERSIST,
		session_readable, conn);
	conn->writable = event_new(
		loop_base(conn->loop), PQsocket(conn->pg), EV_WRITE, session_writable, conn);
	event_add(conn->readable, NULL);
	conn->state = PG_GATING;
	pg_trip_add(&conn->own, conn->config.gate);
	conn_travel(conn, &conn->own);
}

/* The socket may change between two polls (several hosts, TLS refused): a new event each time. */
static void connect_polled(evutil_socket_t fd, short what, void *arg)
{
	struct pg_conn *conn = arg;
	PostgresPollingStatusType status = PQconnectPoll(conn->pg);
	short wanted = status == PGRES_POLLING_READING ? EV_READ : EV_WRITE;

	(void)fd;
	(void)what;
	g_clear_pointer(&conn->readable, event_free);
	if (status == PGRES_POLLING_OK) {
		session_is_open(conn);
	} else if (status == PGRES_POLLING_FAILED) {
		conn_enter_waiting(conn, HOSO_DATABASE_DOWN, PQerrorMessage(conn->pg));
	} else {
		conn->readable = event_new(
			loop_base(conn->loop), PQsocket(conn->pg), wanted, connect_polled, conn);
		event_add(conn->readable, NULL);
	}
}

static void connect_too_slow(struct loop_task *task)
{
	struct pg_conn *conn = container_of(task, struct pg_conn, deadline);

	conn_enter_waiting(conn, HOSO_DATABASE_DOWN, "connecting took too long");
}

static void conn_enter_connecting(struct loop_task *task)
{
	struct pg_conn *conn = container_of(task, struct pg_conn, pause);

	conn->state = PG_CONNECTING;
	conn->pg = PQconnectStart(conn->config.conninfo);
	if (!conn->pg || PQstatus(conn->pg) == CONNECTION_BAD) {
		conn_enter_waiting(conn, HOSO_DATABASE_DOWN,
			conn->pg ? PQerrorMessage(conn->pg) : "out of memory");
		return;
	}
	loop_after(conn->loop, &conn->deadline, CONNECT_DEADLINE_MS, connect_too_slow);
	conn->readable = event_new(
		loop_base(conn->loop), PQsocket(conn->pg), EV_WRITE, connect_polled, conn);
	event_add(conn->readable, NULL);
}

static void conn_enter_waiting(struct pg_conn *conn, enum hoso_error error, const char *why)
{
	static const struct backoff backoff = {.first_ms = 100, .ceiling_ms = 5000};
	unsigned tries = conn->failures++;

	conn->error = error;
	g_strlcpy(conn->why, why, sizeof conn->why);
	g_strdelimit(g_strchomp(conn->why), "\n", ' ');
	if (tries == 0 || tries % 20 == 0) {
		log_warn("database=down tries=%u: %s", tries + 1, conn->why);
	}
	close_session(conn);
	conn->state = PG_WAITING;
	loop_after(conn->loop, &conn->pause, backoff_delay_ms(&backoff, tries, g_random_int()),
		conn_enter_connecting);
}

struct pg_conn *pg_conn_new(struct loop *loop, const struct pg_conn_config *config)
{
	struct pg_conn *conn = g_new0(struct pg_conn, 1);

	g_assert(config->gate && config->trip_deadline_ms > 0);
	conn->loop = loop;
	conn->config = *config;
	conn->state = PG_WAITING;
	conn->error = HOSO_DATABASE_DOWN;
	g_strlcpy(conn->why, "not connected yet", sizeof conn->why);
	conn->prepared = g_hash_table_new(g_str_hash, g_str_equal);
	loop_defer(loop, &conn->pause, conn_enter_connecting);
	return conn;
}

bool pg_conn_is_idle(const struct pg_conn *conn)
{
	return conn->state == PG_IDLE;
}

bool pg_conn_is_up(const struct pg_conn *conn)
{
	return conn->state >= PG_IDLE;
}

enum hoso_error pg_conn_error(const struct pg_conn *conn, const char **ret_why)
{
	*ret_why = pg_conn_is_up(conn) ? "" : conn->why;
	return pg_conn_is_up(conn) ? HOSO_OK : conn->error;
}

void pg_conn_drop(struct pg_conn *conn)
{
	g_assert(conn->state == PG_IDLE);
	conn_enter_waiting(conn, HOSO_DATABASE_DOWN, "session dropped");
}

void pg_conn_free(struct pg_conn *conn)
{
	struct pg_trip *trip;

	if (!conn) {
		return;
	}
	trip = conn->state == PG_TRAVELLING ? conn->trip : conn->after;
	close_session(conn);
	loop_cancel(&conn->pause);
	pg_trip_clear(&conn->own);
	g_hash_table_unref(conn->prepared);
	g_free(conn);
	if (trip) {
		trip->done(trip, HOSO_CANCELED);
	}
}
