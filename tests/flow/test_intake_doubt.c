#include "../unit/unit.h"

#include "scans.h"

#include <glib.h>

/* What is told when it is not known what happened, and that an event and its line are one thing. */

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

/* Its COMMIT is under way when the deadline comes: nobody can say what becomes of it. */
static void who_waited_too_long_is_told_so_and_only_once(void **state)
{
	struct intake_req *late = prepare_acceptance(0, new_item());
	struct intake_req *next = prepare_acceptance(1, new_item());

	(void)state;
	stage_exec(&stage,
		"CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
		" PERFORM pg_advisory_xact_lock(78); RETURN NULL; END $$;"
		" CREATE CONSTRAINT TRIGGER hold AFTER INSERT ON dossier DEFERRABLE INITIALLY DEFERRED"
		" FOR EACH ROW EXECUTE FUNCTION hold()");
	stage_exec(&stage, "SELECT pg_advisory_lock(78)");
	submit(intake, late);
	stage_run_until(&stage, "SELECT count(*) FROM pg_stat_activity"
				" WHERE usename = 'hoso_daemon' AND wait_event = 'advisory'");
	assert_int_equal(answer_count, 0);
	late->deadline_ms = 0; /* as if it had been waiting for so long */
	wait_for(1);
	assert_int_equal(late->answer.error, HOSO_OUTCOME_UNKNOWN);
	stage_exec(&stage, "SELECT pg_advisory_unlock(78)");
	submit(intake, next);
	wait_for(2);
	assert_ptr_equal(answered[1], next);
	assert_int_equal(late->answer.error, HOSO_OUTCOME_UNKNOWN);
	assert_int_equal(events_of(late), 1);
	stage_exec(&stage, "DROP TRIGGER hold ON dossier; DROP FUNCTION hold()");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(an_event_is_not_recorded_without_its_line),
		CASE(who_waited_too_long_is_told_so_and_only_once),
	};

	return cmocka_run_group_tests_name("intake_doubt", tests, make_town, NULL);
}
