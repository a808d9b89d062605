#include "../unit/unit.h"

#include <stdlib.h>

#include <glib.h>

#include "base/attr.h"
#include "base/clock.h"
#include "stage.h"

#define DEADLINE_MS 30000
#define POLL_MS 5

static PGconn *connect_as(const char *variable)
{
	const char *conninfo = getenv(variable);
	PGconn *pg = PQconnectdb(conninfo ? conninfo : "");

	if (!conninfo || PQstatus(pg) != CONNECTION_OK) {
		fail_msg("%s: run this by tests/flow/run: %s", variable, PQerrorMessage(pg));
	}
	return pg;
}

void stage_open(struct stage *stage)
{
	*stage = (struct stage){.loop = loop_new(), .admin = connect_as("HOSO_TEST_ADMIN")};
}

void stage_close(struct stage *stage)
{
	loop_cancel(&stage->deadline);
	loop_cancel(&stage->poll);
	PQfinish(stage->admin);
	loop_free(stage->loop);
}

const char *stage_daemon(void)
{
	return getenv("HOSO_TEST_DAEMON");
}

static void took_too_long(struct loop_task *task)
{
	(void)task;
	fail_msg("nothing came in %d ms", DEADLINE_MS);
}

void stage_run(struct stage *stage)
{
	loop_after(stage->loop, &stage->deadline, DEADLINE_MS, took_too_long);
	loop_run(stage->loop);
	loop_cancel(&stage->deadline);
}

void stage_stop(struct stage *stage)
{
	loop_stop(stage->loop);
}

static void poll_once(struct loop_task *task)
{
	struct stage *stage = container_of(task, struct stage, poll);

	if (stage_number(stage, stage->until) != 0) {
		stage_stop(stage);
	} else {
		loop_after(stage->loop, &stage->poll, POLL_MS, poll_once);
	}
}

void stage_run_until(struct stage *stage, const char *sql)
{
	stage->until = sql;
	loop_after(stage->loop, &stage->poll, 0, poll_once);
	stage_run(stage);
}

void stage_exec(struct stage *stage, const char *sql)
{
	PGresult *result = PQexec(stage->admin, sql);
	ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
		fail_msg("%s: %s", sql, PQresultErrorMessage(result));
	}
	PQclear(result);
}

int64_t stage_number(struct stage *stage, const char *sql)
{
	PGresult *result = PQexec(stage->admin, sql);
	int64_t number = 0;

	if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != 1) {
		fail_msg("%s: %s", sql, PQresultErrorMessage(result));
	} else {
		number = g_ascii_strtoll(PQgetvalue(result, 0, 0), NULL, 10);
	}
	PQclear(result);
	return number;
}

/* Is this session's COMMIT, which was sent already, kept waiting? False when it came back. */
static bool is_held(struct stage *stage, PGconn *probe)
{
	g_autofree char *waits = g_strdup_printf(
		"SELECT count(*) FROM pg_stat_activity WHERE pid = %d AND wait_event = 'SyncRep'",
		PQbackendPID(probe));

	while (PQconsumeInput(probe) && PQisBusy(probe)) {
		if (stage_number(stage, waits) == 1) {
			return true;
		}
		g_usleep(POLL_MS * 1000);
	}
	return false;
}

/* Its COMMIT is on disk; the session is not needed any more, and must not be taken for somebody else's. */
static void end_probe(struct stage *stage, PGconn *probe)
{
	g_autofree char *end = g_strdup_printf(
		"SELECT pg_terminate_backend(%d, %d)", PQbackendPID(probe), DEADLINE_MS);

	stage_exec(stage, end);
	PQfinish(probe);
}

/* A reload reaches PostgreSQL's processes one by one: commits are tried until one is held. */
void stage_hold_commits(struct stage *stage)
{
	int64_t deadline_ms = clock_monotonic_ms() + DEADLINE_MS;
	PGconn *probe = connect_as("HOSO_TEST_DAEMON");
	PGresult *result;
	bool held = false;

	stage_exec(stage, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
	stage_exec(stage, "SELECT pg_reload_conf()");
	while (!held && clock_monotonic_ms() < deadline_ms) {
		assert_true(PQsendQuery(
			probe, "INSERT INTO audit (action, subject) VALUES ('probe', '')"));
		held = is_held(stage, probe);
		while (!held && (result = PQgetResult(probe)) != NULL) {
			PQclear(result);
		}
	}
	assert_true(held);
	end_probe(stage, probe);
}

void stage_release_commits(struct stage *stage)
{
	stage_exec(stage, "ALTER SYSTEM RESET synchronous_standby_names");
	stage_exec(stage, "SELECT pg_reload_conf()");
}
