#include "../unit/unit.h"

#include "scans.h"

#include <glib.h>

/*
 * What is told when it is not known what happened; that an event and its line are one thing; and that what one
 * daemon has in hand, another one leaves alone.
 */

static int64_t events_of(const struct intake_req *req)
{
	g_autofree char *sql = g_strdup_printf(
		"SELECT count(*) FROM event WHERE item_code = '%s'", req->scan.code.text);

	return stage_number(&stage, sql);
}

static void an_event_is_not_recorded_without_its_line(void **state)
{
	struct intake_req *req = prepare_acceptance(0, new_item());

	(void)state;
	stage_exec(&stage,
		"CREATE FUNCTION no_line() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no line'; END $$;"
		" CREATE TRIGGER no_line BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION no_line()");
	submit(intake, req);
	wait_for(1);
	stage_exec(&stage, "DROP TRIGGER no_line ON outbox; DROP FUNCTION no_line()");
	assert_int_equal(req->answer.error, HOSO_QUARANTINED);
	assert_int_equal(events_of(req), 0);
}

/* Whoever does @what to a dossier waits at its COMMIT, until let_go(). */
static void hold(const char *what)
{
	g_autofree char *trigger = g_strdup_printf(
		"CREATE CONSTRAINT TRIGGER hold AFTER %s ON dossier DEFERRABLE INITIALLY DEFERRED"
		" FOR EACH ROW EXECUTE FUNCTION hold()",
		what);

	stage_exec(&stage, "CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
			   " PERFORM pg_advisory_xact_lock(78); RETURN NULL; END $$");
	stage_exec(&stage, trigger);
	stage_exec(&stage, "SELECT pg_advisory_lock(78)");
}

static void wait_until_held(void)
{
	stage_run_until(&stage, "SELECT count(*) FROM pg_stat_activity"
				" WHERE usename = 'hoso_daemon' AND wait_event = 'advisory'");
}

static void let_go(void)
{
	stage_exec(&stage, "SELECT pg_advisory_unlock(78)");
}

static void forget_hold(void)
{
	stage_exec(&stage, "DROP TRIGGER hold ON dossier; DROP FUNCTION hold()");
}

/* Its COMMIT is under way when the deadline comes: nobody can say what becomes of it. */
static void who_waited_too_long_is_told_so_and_only_once(void **state)
{
	struct intake_req *late = prepare_acceptance(0, new_item());
	struct intake_req *next = prepare_acceptance(1, new_item());

	(void)state;
	hold("INSERT");
	submit(intake, late);
	wait_until_held();
	assert_int_equal(answer_count, 0);
	late->deadline_ms = 0; /* as if it had been waiting for so long */
	wait_for(1);
	assert_int_equal(late->answer.error, HOSO_OUTCOME_UNKNOWN);
	let_go();
	submit(intake, next);
	wait_for(2);
	assert_ptr_equal(answered[1], next);
	assert_int_equal(late->answer.error, HOSO_OUTCOME_UNKNOWN);
	assert_int_equal(events_of(late), 1);
	forget_hold();
}

/* Whether @other, that came to a dossier in somebody's hands, has put its scan off, or goes on and is stopped. */
static bool has_met(const struct intake *other)
{
	return intake_counts(other).batches > 1 ||
	       stage_number(&stage,
		       "SELECT count(*) FROM pg_stat_activity WHERE usename = 'hoso_daemon'"
		       " AND wait_event_type = 'Lock' AND wait_event <> 'advisory'") > 0;
}

/* The one daemon is at its COMMIT when the other one comes to the same item, and must not go by what was before. */
static void what_another_daemon_works_on_is_left_alone(void **state)
{
	struct intake *other = new_intake(stage_daemon());
	const char *code = new_item();

	(void)state;
	submit(intake, prepare_acceptance(0, code));
	wait_for(1);
	hold("UPDATE");
	submit(intake, prepare(1, code));
	wait_until_held();
	prepare(2, code)->group = NULL;
	submit(other, &reqs[2]);
	while (!has_met(other)) {
		stage_run_until(&stage, "SELECT 1");
	}
	let_go();
	wait_for(3);
	forget_hold();
	assert_int_equal(reqs[1].answer.dseq, 2);
	assert_int_equal(reqs[2].answer.dseq, 3);
	assert_int_equal(events_of(&reqs[0]), 3);
	wait_for_rest(other);
	intake_free(other);
}

/* The session with the batch in the air is lost and does not come back: the other one takes what waited for it. */
static void what_waits_behind_a_lost_session_goes_by_the_other(void **state)
{
	const char *code = new_item();

	(void)state;
	submit(intake, prepare_acceptance(0, code));
	wait_for(1);
	prepare(2, code)->group = NULL;
	hold("INSERT");
	submit(intake, prepare_acceptance(1, new_item()));
	wait_until_held();
	submit(intake, &reqs[2]);
	stage_run_until(&stage, "SELECT 1");
	stage_exec(&stage, "ALTER ROLE hoso_daemon CONNECTION LIMIT 1");
	stage_exec(&stage, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
			   " WHERE usename = 'hoso_daemon' AND wait_event = 'advisory'");
	wait_for(2);
	assert_ptr_equal(answered[1], &reqs[2]);
	assert_int_equal(reqs[2].answer.error, HOSO_OK);
	stage_exec(&stage, "ALTER ROLE hoso_daemon CONNECTION LIMIT -1");
	let_go();
	wait_for(3);
	forget_hold();
	assert_int_equal(reqs[1].answer.error, HOSO_OK);
}

/* While the lock is waited for, the leg changes: what it was before is not what is decided on and written back. */
static void what_is_read_is_read_behind_the_lock(void **state)
{
	const char *code = new_item();
	g_autofree char *change = g_strdup_printf(
		"UPDATE leg SET state_actor = 'Trần Hoa' WHERE item_code = '%s'", code);
	g_autofree char *kept = g_strdup_printf("SELECT count(*) FROM leg WHERE item_code = '%s'"
						" AND state_actor = 'Trần Hoa'",
		code);

	(void)state;
	submit(intake, prepare_acceptance(0, code));
	wait_for(1);
	stage_exec(&stage, "BEGIN; LOCK TABLE dossier IN EXCLUSIVE MODE");
	submit(intake, prepare(1, code));
	stage_run_until(&stage, "SELECT count(*) FROM pg_locks WHERE NOT granted"
				" AND relation = 'dossier'::regclass");
	stage_exec(&stage, change);
	stage_exec(&stage, "COMMIT");
	wait_for(2);
	assert_int_equal(reqs[1].answer.dseq, 2);
	assert_int_equal(stage_number(&stage, kept), 1);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(an_event_is_not_recorded_without_its_line),
		CASE(who_waited_too_long_is_told_so_and_only_once),
		CASE(what_another_daemon_works_on_is_left_alone),
		CASE(what_waits_behind_a_lost_session_goes_by_the_other),
		CASE(what_is_read_is_read_behind_the_lock),
	};

	return cmocka_run_group_tests_name("intake_doubt", tests, make_town, NULL);
}
