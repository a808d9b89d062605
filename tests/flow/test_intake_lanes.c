#include "../unit/unit.h"

#include "scans.h"

#include <libpq-fe.h>

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

/* An outsider has one dossier in hand: its scans wait in their order, and what came with them; nobody else's do. */
static void a_dossier_in_somebody_elses_hands_holds_up_nobody_else(void **state)
{
	char locked[32];
	PGconn *outsider = PQconnectdb("");

	(void)state;
	g_strlcpy(locked, new_item(), sizeof locked);
	submit(intake, prepare(0, locked));
	wait_for(1);
	PQclear(PQexec(outsider, "BEGIN"));
	PQclear(PQexec(outsider, "SELECT FROM hoso.dossier FOR UPDATE"));
	assert_int_equal(PQtransactionStatus(outsider), PQTRANS_INTRANS);
	submit(intake, prepare(1, locked));
	prepare(2, new_item())->group = NULL; /* another request's */
	submit(intake, &reqs[2]);
	submit(intake, prepare(3, locked));
	prepare(4, new_item())->group = NULL;
	submit(intake, &reqs[4]);
	submit(intake, prepare(5, new_item())); /* behind the others of its request */
	wait_for(3);
	assert_ptr_equal(answered[1], &reqs[2]);
	assert_ptr_equal(answered[2], &reqs[4]);
	PQclear(PQexec(outsider, "ROLLBACK"));
	PQfinish(outsider);
	wait_for(6);
	assert_ptr_equal(answered[3], &reqs[1]);
	assert_ptr_equal(answered[4], &reqs[3]);
	assert_ptr_equal(answered[5], &reqs[5]);
	assert_int_equal(reqs[1].answer.dseq, 2);
	assert_int_equal(reqs[3].answer.dseq, 3);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_full_intake_says_so_and_answers_everybody_at_the_end),
		CASE(a_backlog_does_not_keep_a_counter_waiting),
		CASE(a_flood_does_not_stop_a_backlog),
		CASE(what_waits_long_is_not_added_to),
		CASE(a_dossier_in_somebody_elses_hands_holds_up_nobody_else),
	};

	return cmocka_run_group_tests_name("intake_lanes", tests, make_town, NULL);
}
