#include "../unit/unit.h"

#include <string.h>

#include <glib.h>

#include "base/clock.h"
#include "base/uuid7.h"
#include "flow/intake.h"
#include "stage.h"
#include "store/gate.h"

#define SEED 20261123
#define SCANS_MAX INTAKE_BACKLOG_WAITING_MAX
#define BIT(name) FIELD_BIT(FIELD_##name)
#define FIRST_LEG (BIT(SENDER) | BIT(RECEIVER) | BIT(AGENCY) | BIT(PROCEDURE) | BIT(SERVICE))
#define DAEMONS " FROM pg_stat_activity WHERE usename = 'hoso_daemon'"

/* What must hold of every table after every test: each dossier's sequence is 1, 2, 3 … */
#define BROKEN_SEQUENCES                                                                           \
	"SELECT count(*) FROM (SELECT 1 FROM event GROUP BY dossier_id"                            \
	" HAVING count(*) <> max(dseq) OR count(DISTINCT dseq) <> count(*)) AS broken"

static struct stage stage;
static struct intake *intake;
static struct intake_req reqs[SCANS_MAX + 1];
static struct intake_req *answered[SCANS_MAX + 1];
static unsigned answer_count;
static unsigned expected_count;
static unsigned item_count; /* so that every test has items of its own */

static struct intake *new_intake(const char *conninfo)
{
	const struct intake_config config = {.conn = {.conninfo = conninfo,
						     .gate = &gate_statement,
						     .judge = gate_judge,
						     .trip_deadline_ms = 10000},
		.optional_steps = true};

	return intake_new(stage.loop, &config);
}

static int make_town(void **state)
{
	(void)state;
	stage_open(&stage);
	stage_exec(&stage,
		"INSERT INTO office (code, name, valid_from) VALUES ('VT-01', 'Bưu cục 1', '2020-01-01');"
		"INSERT INTO agency (code, name, valid_from) VALUES ('H06', 'Một cửa', '2020-01-01');"
		"INSERT INTO procedure (code, name, valid_from) VALUES ('1.001', 'Thủ tục', '2020-01-01')");
	stage_close(&stage);
	return 0;
}

static int set_up(void **state)
{
	(void)state;
	stage_open(&stage);
	intake = new_intake(stage_daemon());
	answer_count = 0;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	assert_true(intake_is_empty(intake));
	intake_free(intake);
	assert_int_equal(stage_number(&stage, BROKEN_SEQUENCES), 0);
	stage_close(&stage);
	return 0;
}

static void scan_answered(struct intake_req *req)
{
	assert_true(answer_count < SCANS_MAX + 1);
	answered[answer_count++] = req;
	if (answer_count == expected_count) {
		stage_stop(&stage);
	}
}

/* A note by a clerk; the n-th request's time is n milliseconds later than the first one's. */
static struct intake_req *prepare(unsigned n, const char *code)
{
	struct intake_req *req = &reqs[n];

	memset(req, 0, sizeof *req);
	req->scan = (struct scan){.event_id = uuid7_make(clock_now_ms()),
		.occurred_at_ms = clock_now_ms() - 100000 + n,
		.kind = EVENT_NOTE,
		.present = BIT(NOTE),
		.data = "{\"note\":\"x\"}",
		.data_bytes = strlen("{\"note\":\"x\"}")};
	assert_int_equal(item_code_parse(code, strlen(code), &req->scan.code), HOSO_OK);
	req->actor = (struct actor){
		.account = 1, .office = 1, .role = ROLE_SUPERVISOR, .name = "Lê Bình"};
	return req;
}

static struct intake_req *prepare_acceptance(unsigned n, const char *code)
{
	struct intake_req *req = prepare(n, code);

	req->scan.kind = EVENT_ACCEPTED;
	req->scan.present = FIRST_LEG;
	req->scan.service = 1;
	g_strlcpy(req->scan.agency, "H06", sizeof req->scan.agency);
	g_strlcpy(req->scan.procedure, "1.001", sizeof req->scan.procedure);
	g_strlcpy(req->scan.sender.name, "Nguyễn An", sizeof req->scan.sender.name);
	g_strlcpy(req->scan.receiver.name, "Một cửa", sizeof req->scan.receiver.name);
	return req;
}

static const char *new_item(void)
{
	static char code[32];

	g_snprintf(code, sizeof code, "ITEM-%06u", ++item_count);
	return code;
}

static void submit(struct intake *to, struct intake_req *req)
{
	unsigned before = answer_count;

	assert_int_equal(intake_submit(to, req, scan_answered), HOSO_OK);
	assert_int_equal(answer_count, before); /* never inside the call */
}

static void wait_for(unsigned count)
{
	expected_count = count;
	if (answer_count < count) {
		stage_run(&stage);
	}
	assert_int_equal(answer_count, count);
}

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
	assert_in_range(intake_counts(intake).batches, 4, 6);
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

	answer_count = 0;
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
	assert_int_equal(
		stage_number(&stage, "SELECT count(pg_terminate_backend(pid))" DAEMONS), 1);
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
		submit(n % 2 ? intake : other, prepare(n, codes[n / 2 % 10]));
	}
	wait_for(400);
	for (unsigned n = 0; n < 400; n++) {
		assert_int_equal(reqs[n].answer.error, HOSO_OK);
		assert_int_equal(reqs[n].answer.verdict, VERDICT_UNKNOWN_ITEM);
	}
	for (unsigned item = 0; item < 10; item++) {
		assert_int_equal(events_of(codes[item]), 40);
	}
	assert_true(intake_is_empty(other));
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
		reqs[n].scan.present = kinds[n - 1] == EVENT_HELD ? 0 : BIT(DUE_ON);
		g_strlcpy(reqs[n].scan.due_on, n == 1 ? "2026-12-01" : "2027-01-31",
			sizeof reqs[n].scan.due_on);
		submit(intake, &reqs[n]);
	}
	wait_for(4);
	assert_int_equal(reqs[3].answer.verdict, VERDICT_RECORDED);
	assert_int_equal(stage_number(&stage, due), 20261201);
}

static void assert_full_at(enum intake_lane lane, unsigned most)
{
	struct intake *nowhere = new_intake("host=/nonexistent");
	const char *code = new_item();

	answer_count = 0;
	for (unsigned n = 0; n < most; n++) {
		assert_int_equal(intake_room(nowhere, lane), most - n);
		prepare(n, code)->lane = lane;
		submit(nowhere, &reqs[n]);
	}
	prepare(most, code)->lane = lane;
	assert_int_equal(intake_room(nowhere, lane), 0);
	assert_int_equal(intake_submit(nowhere, &reqs[most], scan_answered), HOSO_BUSY);
	/* A full queue of the one kind is none of the other's. */
	assert_true(intake_room(nowhere, lane == INTAKE_LIVE ? INTAKE_BACKLOG : INTAKE_LIVE) > 0);
	expected_count = 0;
	intake_free(nowhere);
	assert_int_equal(answer_count, most);
	for (unsigned n = 0; n < most; n++) {
		assert_int_equal(reqs[n].answer.error, HOSO_DATABASE_DOWN);
	}
}

static void a_full_intake_says_so_and_answers_everybody_at_the_end(void **state)
{
	(void)state;
	assert_full_at(INTAKE_LIVE, INTAKE_LIVE_WAITING_MAX);
	assert_full_at(INTAKE_BACKLOG, INTAKE_BACKLOG_WAITING_MAX);
}

static unsigned place_of(const struct intake_req *req)
{
	unsigned place = 0;

	while (place < answer_count && answered[place] != req) {
		place++;
	}
	return place;
}

/* A thousand scans of a day offline, and then somebody at a counter: they are in the next batch. */
static void a_backlog_does_not_keep_a_counter_waiting(void **state)
{
	const unsigned backlog = 4 * INTAKE_BATCH_MAX;
	const char *code = new_item();

	(void)state;
	for (unsigned n = 0; n < backlog; n++) {
		prepare(n, code)->lane = INTAKE_BACKLOG;
		submit(intake, &reqs[n]);
	}
	submit(intake, prepare(backlog, new_item()));
	wait_for(backlog + 1);
	assert_true(place_of(&reqs[backlog]) < INTAKE_BATCH_MAX);
}

/* And the other way round: a flood of live scans leaves a share of each batch to the backlog. */
static void a_flood_does_not_stop_a_backlog(void **state)
{
	const char *code = new_item();

	(void)state;
	for (unsigned n = 0; n < INTAKE_LIVE_WAITING_MAX; n++) {
		submit(intake, prepare(n, code));
	}
	for (unsigned n = 0; n < INTAKE_BACKLOG_SHARE; n++) {
		prepare(INTAKE_LIVE_WAITING_MAX + n, code)->lane = INTAKE_BACKLOG;
		submit(intake, &reqs[INTAKE_LIVE_WAITING_MAX + n]);
	}
	wait_for(INTAKE_LIVE_WAITING_MAX + INTAKE_BACKLOG_SHARE);
	assert_true(place_of(&reqs[INTAKE_LIVE_WAITING_MAX]) < INTAKE_BATCH_MAX);
}

static void what_waits_long_is_not_added_to(void **state)
{
	struct intake *nowhere = new_intake("host=/nonexistent");
	struct intake_req *req = prepare(0, new_item());

	(void)state;
	submit(nowhere, req);
	req->deadline_ms -=
		INTAKE_LIVE_AGE_MAX_MS + 1; /* as if it had been submitted so long ago */
	assert_int_equal(intake_room(nowhere, INTAKE_LIVE), 0);
	assert_true(intake_room(nowhere, INTAKE_BACKLOG) > 0);
	expected_count = 0;
	intake_free(nowhere);
	assert_int_equal(answer_count, 1);
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
		CASE(a_full_intake_says_so_and_answers_everybody_at_the_end),
		CASE(a_backlog_does_not_keep_a_counter_waiting),
		CASE(a_flood_does_not_stop_a_backlog),
		CASE(what_waits_long_is_not_added_to),
	};

	return cmocka_run_group_tests_name("intake", tests, make_town, NULL);
}
