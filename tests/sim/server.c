#include "server.h"

#include <string.h>

#include <hoso/limits.h>

#include "base/attr.h"
#include "checks.h"
#include "faults.h"
#include "world.h"

#define DEADLOCK_MS 1000
#define SESSIONS_MAX 64
#define STATEMENT_PAUSE_MS 4
#define LONG_PAUSE_MS 60 /* now and then: others get far in between */
#define STALL_MS 9000    /* longer than a trip's deadline, shorter than the server's idle limit */

struct server_session {
	struct db_session *db;
	struct pg_conn *conn; /* NULL: the client has gone */
	struct flight *flight;
	unsigned who;
	struct loop_task
		timer; /* waiting for a lock, or idle in a transaction, or about to be closed */
	bool looked_for_deadlock;
};

struct armed {
	enum mishap mishap;
	char sqlstate[6];
};

static struct {
	const struct database *database;
	GPtrArray *sessions;
	GPtrArray *waiting; /* first come, first served */
	int64_t down_until_ms;
	int64_t read_only_until_ms;
	struct armed armed[4][TRIP_CLASS_COUNT];
	uint64_t commits;
} server;

static void serve(struct loop_task *task);

const char *mishap_word(enum mishap mishap)
{
	static const char *const words[] = {
#define X(name, word) [name] = word,
		MISHAPS(X)
#undef X
	};

	return words[mishap];
}

void server_begin(const struct database *database)
{
	memset(&server, 0, sizeof server);
	server.database = database;
	server.sessions = g_ptr_array_new();
	server.waiting = g_ptr_array_new();
}

static bool is_client_statement(const struct pg_statement *statement)
{
	return statement != &pg_begin && statement != &pg_commit && statement != &pg_rollback;
}

static enum trip_class class_of(const struct pg_trip *trip)
{
	enum trip_class class = TRIP_POOL;

	if (trip->leaves_open) {
		return TRIP_ASK;
	}
	if (trip->statements[0] == &pg_rollback) {
		return TRIP_ROLLBACK;
	}
	/* What goes on in an open transaction is the intake's. */
	if (trip->statements[0] != &pg_begin) {
		return TRIP_KEEP;
	}
	for (unsigned i = 0; i < trip->count; i++) {
		if (g_str_has_prefix(trip->statements[i]->name, "shelf_")) {
			class = TRIP_SHELVE;
		} else if (g_str_has_prefix(trip->statements[i]->name, "book_")) {
			class = TRIP_KEEP;
		}
	}
	return class;
}

void flight_free(struct flight *flight)
{
	loop_cancel(&flight->step);
	for (unsigned i = 0; i < flight->count; i++) {
		for (int value = 0; value < flight->value_counts[i]; value++) {
			g_free(flight->values[i][value]);
		}
		g_free(flight->values[i]);
		PQclear(flight->rows[i]);
	}
	g_free(flight);
}

struct server_session *server_connect(struct pg_conn *conn, unsigned who)
{
	struct server_session *session;

	if (world_now_ms() < server.down_until_ms || server.sessions->len == SESSIONS_MAX) {
		return NULL;
	}
	session = g_new0(struct server_session, 1);
	session->conn = conn;
	session->who = who;
	session->db = server.database->open();
	g_ptr_array_add(server.sessions, session);
	return session;
}

static void wake_waiting(void);

/* The session's process ends; its client, if there is one, will notice. */
static void end_session(struct server_session *session)
{
	struct pg_conn *conn = session->conn;

	g_ptr_array_remove(server.sessions, session);
	g_ptr_array_remove(server.waiting, session);
	loop_cancel(&session->timer);
	if (session->flight) {
		flight_free(session->flight);
	}
	server.database->close(session->db);
	g_free(session);
	if (conn) {
		conn_session_died(conn);
	}
	wake_waiting();
}

static void session_timed_out(struct loop_task *task)
{
	end_session(container_of(task, struct server_session, timer));
}

void server_hang_up(struct server_session *session)
{
	session->conn = NULL;
	if (!session->flight) {
		loop_after(world_loop(), &session->timer, world_below(CHANCE_NET, 10),
			session_timed_out);
	}
}

static void land(struct server_session *session)
{
	struct flight *flight = session->flight;
	struct pg_conn *conn = session->conn;

	flight->open = server.database->is_open(session->db);
	session->flight = NULL;
	if (!conn) {
		flight_free(flight);
		end_session(session);
		return;
	}
	if (flight->open) {
		loop_after(world_loop(), &session->timer, INTAKE_DEADLINE_MS, session_timed_out);
	}
	conn_flight_landed(conn, flight);
}

/* ── waiting for a lock ─────────────────────────────────────────────────────────────────────────── */

static bool waits_in_circle(
	const struct server_session *start, const struct server_session *at, int depth)
{
	for (guint i = 0; i < server.waiting->len && depth < SESSIONS_MAX; i++) {
		const struct server_session *other = server.waiting->pdata[i];
		if (server.database->waits_for(at->db, other->db) &&
			(other == start || waits_in_circle(start, other, depth + 1))) {
			return true;
		}
	}
	return false;
}

static void statement_failed(struct server_session *session, const char *sqlstate)
{
	struct flight *flight = session->flight;

	world_tell("daemon %u: %s fails with %s", session->who,
		flight->statements[flight->at]->name, sqlstate);
	g_strlcpy(flight->sqlstate, sqlstate, sizeof flight->sqlstate);
	flight->at = flight->count;
	loop_after(world_loop(), &flight->step, 0, serve);
	wake_waiting();
}

static void lock_timed_out(struct loop_task *task)
{
	struct server_session *session = container_of(task, struct server_session, timer);
	bool circle = waits_in_circle(session, session, 0);

	if (!circle && !session->looked_for_deadlock) {
		session->looked_for_deadlock = true;
		loop_after(world_loop(), &session->timer, PG_LOCK_TIMEOUT_MS - DEADLOCK_MS,
			lock_timed_out);
		return;
	}
	g_ptr_array_remove(server.waiting, session);
	server.database->cancel(session->db, circle ? "40P01" : "55P03");
	statement_failed(session, circle ? "40P01" : "55P03");
}

static void begin_waiting(struct server_session *session)
{
	world_tell("daemon %u: %s waits", session->who,
		session->flight->statements[session->flight->at]->name);
	session->looked_for_deadlock = false;
	g_ptr_array_add(server.waiting, session);
	loop_after(world_loop(), &session->timer, DEADLOCK_MS, lock_timed_out);
}

static void take_answer(struct server_session *session, struct db_answer *answer)
{
	struct flight *flight = session->flight;
	const struct pg_statement *statement = flight->statements[flight->at];

	if (answer->sqlstate[0]) {
		PQclear(answer->rows);
		statement_failed(session, answer->sqlstate);
		return;
	}
	if (statement == &pg_commit) {
		flight->committed =
			strcmp(answer->tag, "COMMIT") == 0 || fault_planted(FAULT_TAG_IGNORED);
		server.commits++;
	}
	flight->rows[flight->at++] = answer->rows;
	if (!is_client_statement(statement) && statement != &pg_begin) {
		wake_waiting();
		checks_after_commit();
	}
}

/*
 * In order of arrival; one that goes on may make another wait. Of several that wait for a row that was changed,
 * PostgreSQL lets any be first.
 */
static void wake_waiting(void)
{
	g_autoptr(GPtrArray) sleepers = g_ptr_array_copy(server.waiting, NULL, NULL);

	if (sleepers->len > 1) {
		world_blur();
	}
	for (guint i = 0; i < sleepers->len; i++) {
		struct server_session *session = sleepers->pdata[i];
		struct db_answer answer;

		if (!g_ptr_array_find(server.waiting, session, NULL) ||
			server.database->resume(session->db, &answer) == DB_WAITS) {
			continue;
		}
		g_ptr_array_remove(server.waiting, session);
		loop_cancel(&session->timer);
		take_answer(session, &answer);
		if (!session->flight->step.event) {
			loop_after(world_loop(), &session->flight->step, 0, serve);
		}
	}
}

/* ── one statement after the other ──────────────────────────────────────────────────────────────── */

static bool strikes_here(const struct flight *flight, enum mishap mishap)
{
	return flight->mishap == mishap && flight->at == flight->mishap_at;
}

/* True when something happens in place of the statement. */
static bool meet_mishap(struct server_session *session)
{
	struct flight *flight = session->flight;
	const struct pg_statement *statement = flight->statements[flight->at];
	bool is_last = flight->at + 1 == flight->count;
	struct db_answer answer;

	if (flight->mishap == MISHAP_LOST_ON_WAY ||
		(flight->mishap == MISHAP_CUT_BEFORE_COMMIT && is_last)) {
		end_session(session);
		return true;
	}
	if (flight->mishap == MISHAP_STALL && is_last) {
		flight->mishap = MISHAP_NONE;
		loop_after(world_loop(), &flight->step, STALL_MS, serve);
		return true;
	}
	if (server_is_read_only() && is_client_statement(statement)) {
		server.database->fail(session->db);
		statement_failed(session, "25006");
		return true;
	}
	if (strikes_here(flight, MISHAP_ERROR)) {
		if (statement == &pg_commit) {
			server.database->execute(session->db, &pg_rollback, NULL, 0, &answer);
		} else {
			server.database->fail(session->db);
		}
		statement_failed(session, flight->mishap_sqlstate);
		return true;
	}
	/* The worst that a warning allows: the other server takes over, and has never heard of it. */
	if (flight->mishap == MISHAP_WARNING && statement == &pg_commit &&
		flight->class != TRIP_POOL) {
		server.database->execute(session->db, &pg_rollback, NULL, 0, &answer);
		g_strlcpy(answer.tag, "COMMIT", sizeof answer.tag);
		take_answer(session, &answer);
		loop_after(world_loop(), &flight->step, 0, serve);
		return true;
	}
	if (flight->mishap == MISHAP_ROLLED_BACK && statement == &pg_commit) {
		server.database->execute(session->db, &pg_rollback, NULL, 0, &answer);
		take_answer(session, &answer);
		loop_after(world_loop(), &flight->step, 0, serve);
		return true;
	}
	return false;
}

static void finish(struct server_session *session)
{
	struct flight *flight = session->flight;

	flight->warned = flight->mishap == MISHAP_WARNING && flight->committed;
	if (flight->mishap == MISHAP_CUT_AFTER_COMMIT) {
		end_session(session);
		return;
	}
	if (flight->mishap == MISHAP_SLOW_ANSWER) {
		flight->mishap = MISHAP_NONE;
		loop_after(world_loop(), &flight->step, STALL_MS, serve);
		return;
	}
	land(session);
}

static void serve(struct loop_task *task)
{
	struct flight *flight = container_of(task, struct flight, step);
	struct server_session *session = flight->session;

	loop_cancel(&session->timer);
	while (flight->at < flight->count) {
		const struct pg_statement *statement = flight->statements[flight->at];
		struct db_answer answer;

		if (meet_mishap(session)) {
			return;
		}
		if (server.database->execute(session->db, statement, flight->values[flight->at],
			    flight->value_counts[flight->at], &answer) == DB_WAITS) {
			begin_waiting(session);
			return;
		}
		take_answer(session, &answer);
		if (flight->step.event) {
			return;
		}
		if (flight->at < flight->count && world_one_in(CHANCE_NET, 3)) {
			unsigned most_ms =
				world_one_in(CHANCE_NET, 12) ? LONG_PAUSE_MS : STATEMENT_PAUSE_MS;
			loop_after(world_loop(), &flight->step, world_below(CHANCE_NET, most_ms),
				serve);
			return;
		}
	}
	finish(session);
}

static void copy_values(struct flight *flight, unsigned at, const struct pg_params *params)
{
	flight->value_counts[at] = params->count;
	flight->values[at] = g_new0(char *, (gsize)params->count + 1);
	for (int i = 0; i < params->count; i++) {
		flight->values[at][i] = g_strdup(params->values[i]);
	}
}

static void take_armed(struct flight *flight)
{
	struct armed *armed = &server.armed[flight->session->who][flight->class];

	flight->mishap = armed->mishap;
	flight->mishap_at = 1 + world_below(CHANCE_NET, MAX(flight->count, 2) - 1);
	g_strlcpy(flight->mishap_sqlstate, armed->sqlstate, sizeof flight->mishap_sqlstate);
	if (armed->mishap) {
		world_tell("mishap for %u: %s %s", flight->session->who, mishap_word(armed->mishap),
			armed->sqlstate);
	}
	*armed = (struct armed){0};
}

void server_send(struct server_session *session, const struct pg_trip *trip)
{
	struct flight *flight = g_new0(struct flight, 1);

	g_assert(!session->flight);
	loop_cancel(&session->timer);
	flight->session = session;
	flight->count = trip->count;
	flight->class = class_of(trip);
	for (unsigned i = 0; i < trip->count; i++) {
		flight->statements[i] = trip->statements[i];
		copy_values(flight, i, &trip->params[i]);
	}
	take_armed(flight);
	session->flight = flight;
	loop_after(world_loop(), &flight->step, world_below(CHANCE_NET, 4), serve);
}

/* ── what the schedule does ─────────────────────────────────────────────────────────────────────── */

static void end_sessions_of(int who)
{
	g_autoptr(GPtrArray) all = g_ptr_array_copy(server.sessions, NULL, NULL);

	/* Nobody profits from a lock that a dying neighbour lets go. */
	if (who < 0) {
		g_ptr_array_set_size(server.waiting, 0);
	}
	for (guint i = 0; i < all->len; i++) {
		struct server_session *session = all->pdata[i];
		if (who < 0 || session->who == (unsigned)who) {
			end_session(session);
		}
	}
}

void server_crash(int64_t down_ms)
{
	server.down_until_ms = MAX(server.down_until_ms, world_now_ms() + down_ms);
	end_sessions_of(-1);
}

void server_cut(unsigned who)
{
	end_sessions_of((int)who);
}

bool server_is_read_only(void)
{
	return world_now_ms() < server.read_only_until_ms;
}

void server_set_read_only(int64_t for_ms)
{
	server.read_only_until_ms = MAX(server.read_only_until_ms, world_now_ms() + for_ms);
}

void server_arm(unsigned who, enum trip_class class, enum mishap mishap, const char *sqlstate)
{
	struct armed *armed = &server.armed[who][class];

	armed->mishap = mishap;
	g_strlcpy(armed->sqlstate, sqlstate, sizeof armed->sqlstate);
}

void server_disarm(void)
{
	memset(server.armed, 0, sizeof server.armed);
}

uint64_t server_commits(void)
{
	return server.commits;
}

void server_end(void)
{
	end_sessions_of(-1);
	g_ptr_array_unref(server.sessions);
	g_ptr_array_unref(server.waiting);
}
