#include "../unit/unit.h"

#include <string.h>

#include <glib.h>

#include "base/clock.h"
#include "base/uuid7.h"
#include "flow/intake.h"
#include "scans.h"
#include "store/gate.h"

#define SEED 20261123
#define DAEMONS " FROM pg_stat_activity WHERE usename = 'hoso_daemon'"

static int64_t events_of(const char *code)
{
	g_autofree char *sql =
		g_strdup_printf("SELECT count(*) FROM event WHERE item_code = '%s'", code);

	return stage_number(&stage, sql);
}

static void a_thousand_scans_are_recorded_in_order(void **state)
{
	char codes[20][32];

	(void)state;
	for (unsigned item = 0; item < 20; item++) {
		g_strlcpy(codes[item], new_item(), sizeof codes[item]);
	}
	for (unsigned n = 0; n < 1000; n++) {
		submit(intake,
			n < 20 ? prepare_acceptance(n, codes[n]) : prepare(n, codes[n % 20]));
	}
	wait_for(1000);
	for (unsigned n = 0; n < 1000; n++) {
		assert_ptr_equal(answered[n], &reqs[n]);
		assert_int_equal(reqs[n].answer.error, HOSO_OK);
		assert_int_equal(reqs[n].answer.verdict, VERDICT_RECORDED);
		assert_int_equal(reqs[n].answer.dseq, n / 20 + 1);
		assert_false(reqs[n].answer.replayed);
	}
	for (unsigned item = 0; item < 20; item++) {
		assert_int_equal(events_of(codes[item]), 50);
	}
	assert_in_range(intake_counts(intake).batches, 1000 / INTAKE_BATCH_MAX + 1,
		1000 / INTAKE_BATCH_MAX + 3);
	assert_int_equal(intake_counts(intake).quarantined, 0);
}

static void the_same_scan_again_gets_the_same_answer(void **state)
{
	const char *code = new_item();

	(void)state;
	submit(intake, prepare_acceptance(0, code));
	submit(intake, prepare(1, code));
	for (unsigned n = 2; n < 4;
		n++) { /* in the same batch, with the same content and with another one */
		prepare(n, code);
		reqs[n].scan = reqs[1].scan;
	}
	g_strlcpy(reqs[3].scan.data, "{\"note\":\"y\"}", sizeof reqs[3].scan.data);
	submit(intake, &reqs[2]);
	submit(intake, &reqs[3]);
	wait_for(4);
	reqs[4] = reqs[1];
	submit(intake, &reqs[4]); /* and once more, when it is in the database */
	wait_for(5);
	assert_int_equal(reqs[1].answer.dseq, 2);
	assert_false(reqs[1].answer.replayed);
	for (unsigned n = 2; n < 5; n += 2) {
		assert_int_equal(reqs[n].answer.error, HOSO_OK);
		assert_int_equal(reqs[n].answer.dseq, 2);
		assert_true(reqs[n].answer.replayed);
		assert_string_equal(reqs[n].answer.recorded_by, "Lê Bình");
	}
	assert_int_equal(reqs[3].answer.error, HOSO_KEY_REUSE);
	assert_int_equal(events_of(code), 2);
}

static void set_poison(void)
{
	stage_exec(&stage,
		"CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
		" IF NEW.item_code LIKE 'POISON-%' THEN RAISE 'poison'; END IF; RETURN NEW; END $$;"
		" CREATE TRIGGER poison BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION poison()");
}

/* One batch of @count scans; those whose bit is set in @poisoned break it. The first scan flies ahead alone. */
static void run_poisoned_batch(unsigned count, const bool *poisoned)
{
	const char *code = new_item();
	int32_t dseq = 1;

	new_request();
	submit(intake, prepare_acceptance(0, code));
	for (unsigned n = 1; n <= count; n++) {
		char poison[32];

		g_snprintf(poison, sizeof poison, "POISON-%06u-%u", item_count, n);
		submit(intake, prepare(n, poisoned[n - 1] ? poison : code));
	}
	wait_for(count + 1);
	for (unsigned n = 1; n <= count; n++) {
		assert_ptr_equal(answered[n], &reqs[n]);
		if (poisoned[n - 1]) {
			assert_int_equal(reqs[n].answer.error, HOSO_QUARANTINED);
		} else {
			assert_int_equal(reqs[n].answer.error, HOSO_OK);
			assert_int_equal(reqs[n].answer.dseq, ++dseq);
		}
	}
	assert_int_equal(events_of(code), dseq);
}

static void a_poisonous_scan_is_put_away_and_the_others_are_recorded(void **state)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(SEED);

	(void)state;
	set_poison();
	for (unsigned count = 1; count <= 64; count++) {
		bool poisoned[64] = {false};

		poisoned[g_rand_int_range(random, 0, (gint32)count)] = true;
		run_poisoned_batch(count, poisoned);
		assert_int_equal(intake_counts(intake).quarantined, count);
	}
	assert_int_equal(
		stage_number(&stage, "SELECT count(*) FROM quarantine WHERE sqlstate = 'P0001'"
				     " AND convert_from(data, 'UTF8') = '{\"note\":\"x\"}'"),
		64);
	assert_int_equal(
		stage_number(&stage, "SELECT count(*) FROM event WHERE item_code LIKE 'POISON-%'"),
		0);
	assert_int_equal(
		stage_number(&stage, "SELECT count(*) FROM leg WHERE item_code LIKE 'POISON-%'"),
		0);
	stage_exec(&stage, "DROP TRIGGER poison ON event; DROP FUNCTION poison()");
}

static void several_poisonous_scans_are_each_put_away(void **state)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(SEED);
	unsigned bad = 0;

	(void)state;
	set_poison();
	for (int round = 0; round < 5; round++) {
		bool poisoned[40] = {false};

		for (unsigned n = 0; n < 40; n++) {
			poisoned[n] = g_rand_int_range(random, 0, 6) == 0;
			bad += poisoned[n];
		}
		run_poisoned_batch(40, poisoned);
	}
	assert_int_equal(intake_counts(intake).quarantined, bad);
	stage_exec(&stage, "DROP TRIGGER poison ON event; DROP FUNCTION poison()");
}

/* Ten scans of a new item, all of them new answers in the end, each recorded once. */
static const char *submit_ten(void)
{
	const char *code = new_item();

	answer_count = 0;
	submit(intake, prepare_acceptance(0, code));
	for (unsigned n = 1; n < 10; n++) {
		submit(intake, prepare(n, code));
	}
	return code;
}

static void assert_ten_recorded_once(const char *code)
{
	wait_for(10);
	for (unsigned n = 0; n < 10; n++) {
		assert_int_equal(reqs[n].answer.error, HOSO_OK);
		assert_int_equal(reqs[n].answer.verdict, VERDICT_RECORDED);
		assert_int_equal(reqs[n].answer.dseq, n + 1);
		assert_false(reqs[n].answer.replayed); /* it is the first answer that they get */
	}
	assert_int_equal(events_of(code), 10);
	assert_true(intake_counts(intake).unknown >= 1);
}

static void a_session_lost_before_the_commit_loses_nothing(void **state)
{
	const char *code;

	(void)state;
	stage_exec(&stage,
		"CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
		" PERFORM pg_advisory_xact_lock(77); RETURN NULL; END $$;"
		" CREATE CONSTRAINT TRIGGER hold AFTER INSERT ON dossier DEFERRABLE INITIALLY DEFERRED"
		" FOR EACH ROW EXECUTE FUNCTION hold()");
	stage_exec(&stage, "SELECT pg_advisory_lock(77)");
	code = submit_ten();
	stage_run_until(&stage, "SELECT count(*)" DAEMONS " AND wait_event = 'advisory'");
	assert_int_equal(answer_count, 0);
	assert_int_equal(stage_number(&stage, "SELECT count(pg_terminate_backend(pid))" DAEMONS),
		INTAKE_BATCHES);
	stage_exec(&stage, "SELECT pg_advisory_unlock(77)");
	assert_ten_recorded_once(code);
	stage_exec(&stage, "DROP TRIGGER hold ON dossier; DROP FUNCTION hold()");
}

/* The COMMIT is on disk, but its answer never comes, or comes with a warning: unknown, both times. */
static void lose_the_answer_to_a_commit(const char *how)
{
	const char *code;

	stage_hold_commits(&stage);
	code = submit_ten();
	stage_run_until(&stage,
		"SELECT count(*)" DAEMONS " AND wait_event = 'SyncRep' AND state = 'active'");
	assert_int_equal(answer_count, 0);
	assert_int_equal(stage_number(&stage, how), 1);
	stage_release_commits(&stage);
	assert_ten_recorded_once(code);
}

static void a_session_lost_after_the_commit_doubles_nothing(void **state)
{
	(void)state;
	lose_the_answer_to_a_commit(
		"SELECT count(pg_terminate_backend(pid))" DAEMONS " AND wait_event = 'SyncRep'");
}

static void a_commit_that_came_with_a_warning_is_not_believed(void **state)
{
	(void)state;
	lose_the_answer_to_a_commit(
		"SELECT count(pg_cancel_backend(pid))" DAEMONS " AND wait_event = 'SyncRep'");
}

static void two_daemons_share_a_dossier_without_gaps(void **state)
{
	struct intake *other = new_intake(stage_daemon());
	char codes[10][32];

	(void)state;
	for (unsigned item = 0; item < 10; item++) {
		g_strlcpy(codes[item], new_item(), sizeof codes[item]);
	}
	for (unsigned n = 0; n < 400; n++) {
		prepare(n, codes[n / 2 % 10])->group = NULL;
		submit(n % 2 ? intake : other, &reqs[n]);
	}
	wait_for(400);
	for (unsigned n = 0; n < 400; n++) {
		assert_int_equal(reqs[n].answer.error, HOSO_OK);
		assert_int_equal(reqs[n].answer.verdict, VERDICT_UNKNOWN_ITEM);
	}
	for (unsigned item = 0; item < 10; item++) {
		assert_int_equal(events_of(codes[item]), 40);
	}
	wait_for_rest(other);
	intake_free(other);
}

static void an_officer_does_not_reach_other_agencies_dossiers(void **state)
{
	const char *code = new_item();

	(void)state;
	submit(intake, prepare_acceptance(0, code));
	prepare(1, code);
	reqs[1].actor.role = ROLE_AGENCY;
	reqs[1].actor.office = 0;
	reqs[1].actor.agency = 999;
	submit(intake, &reqs[1]);
	wait_for(2);
	assert_int_equal(reqs[0].answer.error, HOSO_OK);
	assert_int_equal(reqs[1].answer.error, HOSO_NOT_FOUND);
	assert_int_equal(events_of(code), 1);
}

/* The day until which an invitation holds is not the day on which the agency promised a result. */
static void an_invitation_leaves_the_due_date_alone(void **state)
{
	static const enum event_kind kinds[] = {EVENT_BOUND, EVENT_HELD, EVENT_INVITED};
	const char *code = new_item();
	g_autofree char *due =
		g_strdup_printf("SELECT to_char(due_on, 'YYYYMMDD') FROM dossier JOIN leg"
				" ON dossier_id = dossier.id WHERE item_code = '%s'",
			code);

	(void)state;
	submit(intake, prepare_acceptance(0, code));
	for (unsigned n = 1; n < 4; n++) {
		prepare(n, code);
		reqs[n].scan.kind = kinds[n - 1];
		reqs[n].scan.present = kinds[n - 1] == EVENT_HELD ? 0 : FIELD_BIT(FIELD_DUE_ON);
		g_strlcpy(reqs[n].scan.due_on, n == 1 ? "2026-12-01" : "2027-01-31",
			sizeof reqs[n].scan.due_on);
		submit(intake, &reqs[n]);
	}
	wait_for(4);
	assert_int_equal(reqs[3].answer.verdict, VERDICT_RECORDED);
	assert_int_equal(stage_number(&stage, due), 20261201);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_thousand_scans_are_recorded_in_order),
		CASE(the_same_scan_again_gets_the_same_answer),
		CASE(a_poisonous_scan_is_put_away_and_the_others_are_recorded),
		CASE(several_poisonous_scans_are_each_put_away),
		CASE(a_session_lost_before_the_commit_loses_nothing),
		CASE(a_session_lost_after_the_commit_doubles_nothing),
		CASE(a_commit_that_came_with_a_warning_is_not_believed),
		CASE(two_daemons_share_a_dossier_without_gaps),
		CASE(an_officer_does_not_reach_other_agencies_dossiers),
		CASE(an_invitation_leaves_the_due_date_alone),
	};

	return cmocka_run_group_tests_name("intake", tests, make_town, NULL);
}
