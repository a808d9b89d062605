#include "../unit/unit.h"

#include <string.h>

#include <glib.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/uuid7.h"
#include "flow/booking.h"
#include "scans.h"
#include "store/gate.h"

#define DAEMONS " FROM pg_stat_activity WHERE usename = 'hoso_daemon'"
#define AFFAIRS_MAX (BOOKINGS_WAITING_MAX + 8)

/*
 * An affair of the test's own: it locks a row of "desk", may refuse, and counts in that row how often it was kept.
 * A booking that was kept before finds its number there.
 */
struct affair {
	struct booking booking;
	struct scan *scans;
	struct scan_answer answers[4];
	int64_t number;
	enum hoso_error learn_says;
	enum hoso_error judged_says;
	unsigned asked, learned, judged, kept, done;
	enum hoso_error error;
};

static struct bookings *bookings;
static struct affair affairs[AFFAIRS_MAX];
static unsigned done_count, done_wanted;

static const struct pg_statement lock_desk = {"test_lock_desk",
	"SELECT count(*) FROM (SELECT FROM desk WHERE number = $1::bigint FOR UPDATE) d"};
static const struct pg_statement keep_desk = {
	"test_keep_desk", "INSERT INTO desk (number) VALUES ($1::bigint)"};

static void ask(struct booking *booking, struct pg_trip *trip)
{
	struct affair *affair = container_of(booking, struct affair, booking);

	affair->asked++;
	pg_params_int(pg_trip_add(trip, &lock_desk), affair->number);
}

static enum hoso_error learn(struct booking *booking, const struct pg_trip *trip, unsigned first)
{
	struct affair *affair = container_of(booking, struct affair, booking);

	affair->learned++;
	assert_non_null(booking->book);
	booking->is_settled = pg_int(trip->results[first], 0, 0) > 0;
	return affair->learn_says;
}

static enum hoso_error judged(struct booking *booking)
{
	struct affair *affair = container_of(booking, struct affair, booking);

	affair->judged++;
	return affair->judged_says;
}

static void keep(struct booking *booking, struct pg_trip *trip)
{
	struct affair *affair = container_of(booking, struct affair, booking);

	affair->kept++;
	pg_params_int(pg_trip_add(trip, &keep_desk), affair->number);
}

static enum hoso_error refused(const struct booking *booking, const char *sqlstate)
{
	(void)booking;
	return strcmp(sqlstate, "23514") == 0 ? HOSO_FORBIDDEN : HOSO_INTERNAL;
}

static const struct booking_affair kind = {
	.ask = ask, .learn = learn, .judged = judged, .keep = keep, .refused = refused};
static const struct booking_affair plain = {0};

static void was_done(struct booking *booking, enum hoso_error error)
{
	struct affair *affair = container_of(booking, struct affair, booking);

	affair->done++;
	affair->error = error;
	if (++done_count == done_wanted) {
		stage_stop(&stage);
	}
}

static struct bookings *new_bookings(void)
{
	const struct bookings_config config = {.conn = {.conninfo = stage_daemon(),
						       .gate = &gate_statement,
						       .judge = gate_judge,
						       .trip_deadline_ms = 10000},
		.optional_steps = true};

	return bookings_new(stage.loop, &config);
}

static int make_desk(void **state)
{
	make_town(state);
	stage_open(&stage);
	stage_exec(&stage, "CREATE TABLE desk (number bigint PRIMARY KEY CHECK (number > 0));"
			   "GRANT SELECT, INSERT, UPDATE ON desk TO hoso_daemon");
	stage_close(&stage);
	return 0;
}

static int begin(void **state)
{
	set_up(state);
	bookings = new_bookings();
	memset(affairs, 0, sizeof affairs);
	done_count = 0;
	return 0;
}

static int end(void **state)
{
	assert_true(bookings_is_empty(bookings));
	bookings_free(bookings);
	for (unsigned n = 0; n < AFFAIRS_MAX; n++) {
		g_free(affairs[n].scans);
		assert_true(affairs[n].done <= 1);
	}
	return tear_down(state);
}

/* affairs[@n]: an acceptance of @code and a note of it, number @number. */
static struct affair *make(unsigned n, int64_t number, const char *code)
{
	struct affair *affair = &affairs[n];

	affair->scans = g_new(struct scan, 2);
	affair->scans[0] = prepare_acceptance(0, code)->scan;
	affair->scans[1] = prepare(1, code)->scan;
	affair->number = number;
	affair->booking = (struct booking){.affair = &kind,
		.actor = reqs[0].actor,
		.scans = affair->scans,
		.answers = affair->answers,
		.count = 2};
	return affair;
}

static void submit_affair(struct affair *affair)
{
	assert_int_equal(bookings_submit(bookings, &affair->booking, was_done), HOSO_OK);
	assert_int_equal(affair->done, 0); /* never inside the call */
}

static void wait_done(unsigned count)
{
	done_wanted = count;
	if (done_count < count) {
		stage_run(&stage);
	}
	assert_int_equal(done_count, count);
}

static int64_t events_of(const char *code)
{
	g_autofree char *sql =
		g_strdup_printf("SELECT count(*) FROM event WHERE item_code = '%s'", code);

	return stage_number(&stage, sql);
}

static int64_t desk_has(int64_t number)
{
	g_autofree char *sql = g_strdup_printf(
		"SELECT count(*) FROM desk WHERE number = %" G_GINT64_FORMAT, number);

	return stage_number(&stage, sql);
}

static void scans_and_rows_are_kept_together(void **state)
{
	const char *code = new_item();
	struct affair *affair = make(0, 1, code);

	(void)state;
	submit_affair(affair);
	wait_done(1);
	assert_int_equal(affair->error, HOSO_OK);
	assert_int_equal(affair->answers[0].dseq, 1);
	assert_int_equal(affair->answers[1].dseq, 2);
	assert_int_equal(events_of(code), 2);
	assert_int_equal(desk_has(1), 1);
}

static void a_refusal_keeps_nothing(void **state)
{
	char codes[3][32];

	(void)state;
	for (unsigned n = 0; n < 3; n++) {
		g_strlcpy(codes[n], new_item(), sizeof codes[n]);
		make(n, 10 + n, codes[n]);
	}
	affairs[0].learn_says = HOSO_CODE_TAKEN;
	affairs[1].judged_says = HOSO_WRONG_STATE;
	affairs[2].number = -1; /* the table does not take it */
	for (unsigned n = 0; n < 3; n++) {
		submit_affair(&affairs[n]);
	}
	wait_done(3);
	assert_int_equal(affairs[0].error, HOSO_CODE_TAKEN);
	assert_int_equal(affairs[1].error, HOSO_WRONG_STATE);
	assert_int_equal(affairs[2].error, HOSO_FORBIDDEN);
	assert_int_equal(affairs[0].judged, 0);
	assert_int_equal(affairs[1].kept, 0);
	for (unsigned n = 0; n < 3; n++) {
		assert_int_equal(events_of(codes[n]), 0);
	}
	assert_int_equal(
		stage_number(&stage, "SELECT count(*) FROM desk WHERE number IN (10, 11, -1)"), 0);
}

static void without_an_affair_the_first_error_is_it(void **state)
{
	const char *code = new_item();
	struct affair *affair = make(0, 0, code);

	(void)state;
	affair->booking.affair = &plain;
	affair->scans[1].event_id = affair->scans[0].event_id; /* a used id with other content */
	submit_affair(affair);
	wait_done(1);
	assert_int_equal(affair->error, HOSO_KEY_REUSE);
	assert_int_equal(events_of(code), 0);
}

static void a_booking_without_scans_is_a_booking(void **state)
{
	struct affair *affair = make(0, 20, new_item());

	(void)state;
	affair->booking.count = 0;
	submit_affair(affair);
	wait_done(1);
	assert_int_equal(affair->error, HOSO_OK);
	assert_int_equal(desk_has(20), 1);
}

static void what_was_kept_before_is_settled(void **state)
{
	const char *code = new_item();
	struct affair *affair = make(0, 30, code);

	(void)state;
	submit_affair(affair);
	wait_done(1);
	affairs[1] = affairs[0];
	affairs[1].scans = NULL;
	affairs[1].done = affairs[1].kept = 0;
	affairs[1].booking.answers = affairs[1].answers;
	submit_affair(&affairs[1]);
	wait_done(2);
	assert_int_equal(affairs[1].error, HOSO_OK);
	assert_int_equal(affairs[1].kept, 0);
	assert_int_equal(events_of(code), 2);
}

static void they_go_in_order_and_the_last_of_too_many_is_told(void **state)
{
	struct affair *last;

	(void)state;
	for (unsigned n = 0; n < BOOKINGS_WAITING_MAX; n++) {
		submit_affair(make(n, 1000 + n, new_item()));
	}
	last = make(BOOKINGS_WAITING_MAX, 5000, new_item());
	assert_int_equal(bookings_submit(bookings, &last->booking, was_done), HOSO_BUSY);
	wait_done(BOOKINGS_WAITING_MAX);
	for (unsigned n = 0; n < BOOKINGS_WAITING_MAX; n++) {
		assert_int_equal(affairs[n].error, HOSO_OK);
	}
	assert_int_equal(last->done, 0);
	assert_int_equal(desk_has(5000), 0);
}

/* The COMMIT is on disk, but its answer never comes, or comes with a warning: it begins anew, and finds itself. */
static void lose_the_answer(const char *how, int64_t number)
{
	const char *code = new_item();
	struct affair *affair = make(0, number, code);

	stage_hold_commits(&stage);
	submit_affair(affair);
	stage_run_until(&stage,
		"SELECT count(*)" DAEMONS " AND wait_event = 'SyncRep' AND state = 'active'");
	assert_int_equal(done_count, 0);
	assert_int_equal(stage_number(&stage, how), 1);
	stage_release_commits(&stage);
	wait_done(1);
	assert_int_equal(affair->error, HOSO_OK);
	assert_true(affair->asked >= 2);
	assert_int_equal(affair->kept, 1);
	assert_int_equal(events_of(code), 2);
	assert_int_equal(desk_has(number), 1);
}

static void a_lost_answer_to_the_commit_doubles_nothing(void **state)
{
	(void)state;
	lose_the_answer("SELECT count(pg_terminate_backend(pid))" DAEMONS
			" AND wait_event = 'SyncRep'",
		40);
}

static void a_commit_with_a_warning_is_not_believed(void **state)
{
	(void)state;
	lose_the_answer(
		"SELECT count(pg_cancel_backend(pid))" DAEMONS " AND wait_event = 'SyncRep'", 41);
}

static void a_dossier_in_other_hands_is_waited_for(void **state)
{
	const char *code = new_item();
	struct affair *affair = make(0, 50, code);
	g_autofree char *hold =
		g_strdup_printf("BEGIN; SELECT FROM dossier d JOIN leg l ON l.dossier_id = d.id"
				" WHERE l.item_code = '%s' FOR UPDATE OF d",
			code);

	(void)state;
	submit(intake, &reqs[0]);
	wait_for(1);
	reqs[0].scan.event_id = uuid7_make(clock_now_ms());
	affair->scans[0] = prepare(2, code)->scan;
	stage_exec(&stage, hold);
	submit_affair(affair);
	/* It asks again and again, and never waits inside the database for the lock. */
	while (affair->asked < 3) {
		stage_run_until(&stage, "SELECT 1");
	}
	assert_int_equal(done_count, 0);
	assert_int_equal(affair->learned, 0);
	stage_exec(&stage, "COMMIT");
	wait_done(1);
	assert_int_equal(affair->error, HOSO_OK);
	assert_int_equal(events_of(code), 3);
}

static void freed_in_the_middle_everybody_is_answered(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 3; n++) {
		submit_affair(make(n, 60 + n, new_item()));
	}
	bookings_free(bookings);
	assert_int_equal(done_count, 3);
	for (unsigned n = 0; n < 3; n++) {
		assert_int_equal(affairs[n].error, HOSO_DATABASE_DOWN); /* nothing was sent */
	}
	bookings = new_bookings();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define BOOKING_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
		BOOKING_TEST(scans_and_rows_are_kept_together),
		BOOKING_TEST(a_refusal_keeps_nothing),
		BOOKING_TEST(without_an_affair_the_first_error_is_it),
		BOOKING_TEST(a_booking_without_scans_is_a_booking),
		BOOKING_TEST(what_was_kept_before_is_settled),
		BOOKING_TEST(they_go_in_order_and_the_last_of_too_many_is_told),
		BOOKING_TEST(a_lost_answer_to_the_commit_doubles_nothing),
		BOOKING_TEST(a_commit_with_a_warning_is_not_believed),
		BOOKING_TEST(a_dossier_in_other_hands_is_waited_for),
		BOOKING_TEST(freed_in_the_middle_everybody_is_answered),
	};

	return cmocka_run_group_tests(tests, make_desk, NULL);
}
