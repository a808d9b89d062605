#include "unit.h"

#include <string.h>

#include <hoso/limits.h>

#include "flow/intake_queue.h"

#define REQS_MAX (3 * INTAKE_BATCH_MAX)

static struct intake_queue queue;
static struct intake_group groups[REQS_MAX];
static struct intake_req *reqs;
static struct intake_req *filled[INTAKE_BATCH_MAX];

/* Two batches, as the queue sees them: two names. */
static const char names[2];
#define FIRST ((const struct intake_batch *)&names[0])
#define SECOND ((const struct intake_batch *)&names[1])

static int set_up(void **state)
{
	(void)state;
	memset(groups, 0, sizeof groups);
	reqs = g_new0(struct intake_req, REQS_MAX);
	intake_queue_init(&queue);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	while (intake_queue_overdue(&queue, INT64_MAX)) {
	}
	g_free(reqs);
	return 0;
}

/* The scans from @from to before @to, of one request. */
static void add_request(unsigned from, unsigned to, enum intake_lane lane)
{
	for (unsigned n = from; n < to; n++) {
		reqs[n].lane = lane;
		reqs[n].group = &groups[from];
		intake_queue_add(&queue, &reqs[n]);
	}
}

static unsigned fill(const struct intake_batch *batch)
{
	return intake_queue_fill(&queue, batch, filled);
}

static void a_request_that_is_cut_in_two_waits_for_its_first_half(void **state)
{
	const unsigned all = INTAKE_BATCH_MAX + 20;

	(void)state;
	add_request(0, all, INTAKE_BACKLOG);
	add_request(all, all + 20, INTAKE_BACKLOG);
	assert_int_equal(fill(FIRST), INTAKE_BATCH_MAX);
	/* Only who came with it waits. */
	assert_int_equal(fill(SECOND), 20);
	assert_ptr_equal(filled[0], &reqs[all]);
	for (unsigned n = 0; n < INTAKE_BATCH_MAX; n++) {
		intake_queue_land(&reqs[n]);
	}
	assert_int_equal(fill(FIRST), 20);
	assert_ptr_equal(filled[0], &reqs[INTAKE_BATCH_MAX]);
}

static void the_other_lane_goes_on_meanwhile(void **state)
{
	const unsigned all = INTAKE_BATCH_MAX + 20;

	(void)state;
	add_request(0, all, INTAKE_BACKLOG);
	assert_int_equal(fill(FIRST), INTAKE_BATCH_MAX);
	add_request(all, all + 1, INTAKE_LIVE);
	assert_int_equal(fill(SECOND), 1);
	assert_ptr_equal(filled[0], &reqs[all]);
}

static void what_is_postponed_is_not_overtaken_by_its_own_request(void **state)
{
	struct intake_req *postponed;

	(void)state;
	add_request(0, 10, INTAKE_LIVE);
	assert_int_equal(fill(FIRST), 10);
	postponed = filled[3];
	intake_queue_land(postponed);
	intake_queue_postpone(&queue, postponed);
	/* Its neighbours are still in the air. */
	queue.postponed_are_due = true;
	assert_int_equal(fill(SECOND), 0);
	for (unsigned n = 0; n < 10; n++) {
		if (n != 3) {
			intake_queue_land(&reqs[n]);
		}
	}
	assert_int_equal(fill(SECOND), 1);
	assert_ptr_equal(filled[0], postponed);
	intake_queue_land(postponed);
	assert_int_equal(groups[0].in_the_air, 0);
	assert_int_equal(groups[0].postponed, 0);
}

static void postpone(unsigned n)
{
	intake_queue_land(&reqs[n]);
	intake_queue_postpone(&queue, &reqs[n]);
}

/* The database was away after some had been postponed; by the time it is back, the dossier of the first is busy, too. */
static void what_is_postponed_later_still_goes_before_those_behind_it(void **state)
{
	static const unsigned turns[] = {3, 4, 5, 0, 7, 1, 2};

	(void)state;
	add_request(0, 6, INTAKE_LIVE);
	add_request(6, 8, INTAKE_LIVE);
	assert_int_equal(fill(FIRST), 8);
	for (size_t i = 0; i < G_N_ELEMENTS(turns); i++) {
		postpone(turns[i]);
	}
	intake_queue_land(&reqs[6]);
	assert_int_equal(groups[0].postponed, 6);
	queue.postponed_are_due = true;
	assert_int_equal(fill(SECOND), 7);
	for (unsigned n = 0; n < 6; n++) {
		assert_ptr_equal(filled[n], &reqs[n]);
	}
	assert_ptr_equal(filled[6], &reqs[7]);
}

/* A request is given up as a whole: what is left of it would be judged without what it builds on. */
static void nobody_is_given_up_alone(void **state)
{
	(void)state;
	add_request(0, 2, INTAKE_LIVE);
	add_request(2, 3, INTAKE_LIVE);
	reqs[0].deadline_ms = reqs[1].deadline_ms = 1000;
	reqs[2].deadline_ms = 2000;
	assert_int_equal(fill(FIRST), 3);
	postpone(2);
	postpone(0);
	postpone(1);
	assert_null(intake_queue_overdue(&queue, 999));
	assert_ptr_equal(intake_queue_overdue(&queue, 1000), &reqs[0]);
	assert_ptr_equal(intake_queue_overdue(&queue, 1000), &reqs[1]);
	assert_null(intake_queue_overdue(&queue, 1000));
	assert_int_equal(groups[0].postponed, 0);
	assert_int_equal(intake_queue_count(&queue), 1);
}

static void many_that_scan_at_once_are_shared_between_two_batches(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 65; n++) {
		add_request(n, n + 1, INTAKE_LIVE);
	}
	assert_int_equal(fill(FIRST), 33);
	assert_ptr_equal(filled[32], &reqs[32]);
	queue.in_the_air = 1;
	assert_int_equal(fill(SECOND), 32);
	assert_ptr_equal(filled[0], &reqs[33]);
	queue.in_the_air = 0;
	for (unsigned n = 65; n < 65 + 2 * INTAKE_SECOND_MIN - 1; n++) {
		add_request(n, n + 1, INTAKE_LIVE);
	}
	assert_int_equal(fill(FIRST), 2 * INTAKE_SECOND_MIN - 1);
}

static void few_scans_wait_while_a_batch_is_in_the_air(void **state)
{
	(void)state;
	add_request(0, INTAKE_SECOND_MIN - 1, INTAKE_LIVE);
	queue.in_the_air = 1;
	assert_int_equal(fill(SECOND), 0);
	add_request(INTAKE_SECOND_MIN - 1, INTAKE_SECOND_MIN, INTAKE_LIVE);
	assert_int_equal(fill(SECOND), INTAKE_SECOND_MIN);
	queue.in_the_air = 0;
	add_request(INTAKE_SECOND_MIN, INTAKE_SECOND_MIN + 1, INTAKE_LIVE);
	assert_int_equal(fill(FIRST), 1);
}

static void scans_that_came_alone_are_held_up_by_nobody(void **state)
{
	(void)state;
	for (unsigned n = 0; n < REQS_MAX; n++) {
		reqs[n].lane = INTAKE_LIVE;
		intake_queue_add(&queue, &reqs[n]);
	}
	assert_int_equal(fill(FIRST), INTAKE_BATCH_MAX);
	assert_int_equal(fill(SECOND), INTAKE_BATCH_MAX);
	assert_ptr_equal(filled[0], &reqs[INTAKE_BATCH_MAX]);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_request_that_is_cut_in_two_waits_for_its_first_half),
		CASE(the_other_lane_goes_on_meanwhile),
		CASE(what_is_postponed_is_not_overtaken_by_its_own_request),
		CASE(what_is_postponed_later_still_goes_before_those_behind_it),
		CASE(nobody_is_given_up_alone),
		CASE(many_that_scan_at_once_are_shared_between_two_batches),
		CASE(few_scans_wait_while_a_batch_is_in_the_air),
		CASE(scans_that_came_alone_are_held_up_by_nobody),
	};

	return cmocka_run_group_tests_name("intake_queue", tests, NULL, NULL);
}
