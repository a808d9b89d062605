#include "../unit/unit.h"

#include <string.h>

#include <glib.h>

#include "base/clock.h"
#include "io/pg_conn.h"
#include "stage.h"
#include "store/gate.h"

#define TRIP_DEADLINE_MS 10000
#define SOON_MS 300

#define TERMINATE                                                                                  \
	"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"                            \
	" WHERE usename = 'hoso_daemon'"

static const struct pg_statement one = {"test_one", "SELECT 1"};
static const struct pg_statement add = {
	"test_add", "INSERT INTO audit (action, subject) VALUES ('test', $1)"};
static const struct pg_statement divide = {"test_divide", "SELECT 1 / $1::int"};
static const struct pg_statement own_pid = {"test_pid", "SELECT pg_backend_pid()"};
static const struct pg_statement sleep_long = {"test_sleep", "SELECT pg_sleep(60)"};
static const struct pg_statement warn = {
	"test_warn", "DO $$ BEGIN RAISE WARNING 'only here'; END $$"};
static const struct pg_statement texts = {"test_texts", "SELECT unnest($1::text[])"};
static const struct pg_statement values = {"test_values",
	"SELECT $1::bigint[], $2::bool[], $3::uuid[], $4::bytea[], $5::bytea, $6::uuid"};

static struct stage stage;
static struct pg_conn *conn;
static bool waits_for_idle;
static struct pg_trip trip;
static enum hoso_error outcome;
static int answers;

static void changed(void *arg)
{
	(void)arg;
	if (waits_for_idle && pg_conn_is_idle(conn)) {
		stage_stop(&stage);
	}
}

static void wait_until_idle(void)
{
	waits_for_idle = true;
	if (!pg_conn_is_idle(conn)) {
		stage_run(&stage);
	}
	waits_for_idle = false;
}

static struct pg_conn *new_conn(const char *conninfo, int64_t deadline_ms)
{
	const struct pg_conn_config config = {.conninfo = conninfo,
		.gate = &gate_statement,
		.judge = gate_judge,
		.changed = changed,
		.trip_deadline_ms = deadline_ms};

	return pg_conn_new(stage.loop, &config);
}

static void connect_for(int64_t deadline_ms)
{
	stage_open(&stage);
	conn = new_conn(stage_daemon(), deadline_ms);
	wait_until_idle();
}

static int set_up(void **state)
{
	(void)state;
	answers = 0;
	connect_for(TRIP_DEADLINE_MS);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	pg_conn_free(conn);
	pg_trip_clear(&trip);
	stage_number(&stage, TERMINATE); /* what still sleeps */
	stage_close(&stage);
	return 0;
}

static void came_back(struct pg_trip *back, enum hoso_error error)
{
	assert_ptr_equal(back, &trip);
	outcome = error;
	answers++;
	stage_stop(&stage);
}

static void send_trip(void)
{
	answers = 0;
	pg_conn_run(conn, &trip, came_back);
	assert_int_equal(answers, 0); /* never inside the call */
}

static enum hoso_error travel(void)
{
	send_trip();
	stage_run(&stage);
	assert_int_equal(answers, 1);
	return outcome;
}

static int64_t ask_pid(void)
{
	int64_t pid;

	pg_trip_clear(&trip);
	pg_trip_add(&trip, &own_pid);
	assert_int_equal(travel(), HOSO_OK);
	pid = pg_int(trip.results[0], 0, 0);
	pg_trip_clear(&trip);
	return pid;
}

static void a_trip_brings_every_answer_in_order(void **state)
{
	(void)state;
	for (int again = 0; again < 2; again++) { /* the second time everything is prepared */
		pg_trip_clear(&trip);
		pg_trip_add(&trip, &pg_begin);
		pg_params_int(pg_trip_add(&trip, &divide), 1);
		pg_trip_add(&trip, &one);
		pg_params_int(pg_trip_add(&trip, &divide), -1);
		pg_trip_add(&trip, &pg_commit);
		assert_int_equal(travel(), HOSO_OK);
		assert_true(trip.committed);
		assert_false(trip.warned);
		assert_string_equal(trip.sqlstate, "");
		assert_int_equal(pg_int(trip.results[1], 0, 0), 1);
		assert_int_equal(pg_int(trip.results[2], 0, 0), 1);
		assert_int_equal(pg_int(trip.results[3], 0, 0), -1);
	}
}

static void add_line(const char *subject)
{
	pg_params_text(pg_trip_add(&trip, &add), subject);
}

static void a_failing_statement_takes_everything_back(void **state)
{
	(void)state;
	pg_trip_add(&trip, &pg_begin);
	add_line("lost");
	pg_params_int(pg_trip_add(&trip, &divide), 0);
	add_line("never reached");
	pg_trip_add(&trip, &pg_commit);
	assert_int_equal(travel(), HOSO_INTERNAL);
	assert_string_equal(trip.sqlstate, "22012");
	assert_false(trip.committed);
	assert_non_null(trip.results[1]);
	assert_null(trip.results[2]);
	assert_null(trip.results[3]);
	assert_true(pg_conn_is_idle(conn));
	assert_int_equal(
		stage_number(&stage,
			"SELECT count(*) FROM audit WHERE subject IN ('lost', 'never reached')"),
		0);
	assert_true(ask_pid() > 0);
}

/* An operator's cancel is no fault of the statement: whoever waits may ask again. */
static void a_canceled_statement_may_be_sent_again(void **state)
{
	static const struct pg_statement cancel = {
		"test_cancel", "SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(10)"};

	(void)state;
	pg_trip_add(&trip, &pg_begin);
	add_line("lost");
	pg_trip_add(&trip, &cancel);
	pg_trip_add(&trip, &pg_commit);
	assert_int_equal(travel(), HOSO_DATABASE_DOWN);
	assert_string_equal(trip.sqlstate, "57014");
	assert_false(trip.committed);
	assert_int_equal(
		stage_number(&stage, "SELECT count(*) FROM audit WHERE subject = 'lost'"), 0);
	assert_true(pg_conn_is_idle(conn));
	assert_true(ask_pid() > 0);
}

static void a_transaction_that_is_left_open_goes_on_in_the_next_trip(void **state)
{
	(void)state;
	trip.leaves_open = true;
	pg_trip_add(&trip, &pg_begin);
	add_line("both trips");
	assert_int_equal(travel(), HOSO_OK);
	assert_false(trip.committed);
	assert_int_equal(
		stage_number(&stage, "SELECT count(*) FROM audit WHERE subject = 'both trips'"), 0);
	pg_trip_clear(&trip);
	add_line("both trips");
	pg_trip_add(&trip, &pg_commit);
	assert_int_equal(travel(), HOSO_OK);
	assert_true(trip.committed);
	assert_int_equal(
		stage_number(&stage, "SELECT count(*) FROM audit WHERE subject = 'both trips'"), 2);
}

static void a_transaction_that_nobody_ends_is_rolled_back(void **state)
{
	(void)state;
	pg_trip_add(&trip, &pg_begin);
	add_line("nobody");
	assert_int_equal(travel(), HOSO_OK);
	assert_true(ask_pid() > 0);
	assert_int_equal(
		stage_number(&stage, "SELECT count(*) FROM audit WHERE subject = 'nobody'"), 0);
	assert_int_equal(
		stage_number(&stage, "SELECT count(*) FROM pg_stat_activity WHERE usename ="
				     " 'hoso_daemon' AND state <> 'idle'"),
		0);
}

static void a_commit_that_fails_is_no_commit(void **state)
{
	(void)state;
	stage_exec(&stage,
		"CREATE FUNCTION late_no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE"
		" 'no' USING ERRCODE = '23514'; END $$;"
		" CREATE CONSTRAINT TRIGGER late_no AFTER INSERT ON audit DEFERRABLE INITIALLY"
		" DEFERRED FOR EACH ROW EXECUTE FUNCTION late_no()");
	pg_trip_add(&trip, &pg_begin);
	add_line("refused at the end");
	pg_trip_add(&trip, &pg_commit);
	assert_int_equal(travel(), HOSO_INTERNAL);
	assert_string_equal(trip.sqlstate, "23514");
	assert_false(trip.committed);
	stage_exec(&stage, "DROP TRIGGER late_no ON audit; DROP FUNCTION late_no()");
	assert_int_equal(stage_number(&stage,
				 "SELECT count(*) FROM audit WHERE subject = 'refused at the end'"),
		0);
}

/* What PostgreSQL says to the COMMIT of a transaction that had failed: all in order, and nothing kept. */
static void a_commit_that_was_answered_with_a_rollback_is_none(void **state)
{
	static const struct pg_statement no_commit = {"commit", "ROLLBACK"};

	(void)state;
	pg_trip_add(&trip, &pg_begin);
	pg_trip_add(&trip, &no_commit); /* from now on the session takes this for its commit */
	assert_int_equal(travel(), HOSO_OK);
	pg_trip_clear(&trip);
	pg_trip_add(&trip, &pg_begin);
	add_line("rolled back");
	pg_trip_add(&trip, &pg_commit);
	assert_int_equal(travel(), HOSO_OK);
	assert_false(trip.committed);
	assert_int_equal(
		stage_number(&stage, "SELECT count(*) FROM audit WHERE subject = 'rolled back'"),
		0);
}

static void a_warning_is_told(void **state)
{
	(void)state;
	pg_trip_add(&trip, &pg_begin);
	pg_trip_add(&trip, &warn);
	pg_trip_add(&trip, &pg_commit);
	assert_int_equal(travel(), HOSO_OK);
	assert_true(trip.warned);
	pg_trip_clear(&trip);
	pg_trip_add(&trip, &one);
	assert_int_equal(travel(), HOSO_OK);
	assert_false(trip.warned);
}

static void a_lost_session_is_replaced_and_statements_with_it(void **state)
{
	int64_t first = ask_pid();
	g_autofree char *another = g_strdup_printf(
		"SELECT count(*) FROM pg_stat_activity WHERE usename = 'hoso_daemon' AND pid <> %d",
		(int)first);

	(void)state;
	assert_int_equal(stage_number(&stage, TERMINATE), 1);
	stage_run_until(&stage, another);
	wait_until_idle();
	assert_int_not_equal(ask_pid(), first);
}

static void what_was_in_the_air_when_the_session_was_lost_is_unknown(void **state)
{
	(void)state;
	pg_trip_add(&trip, &sleep_long);
	send_trip();
	stage_run_until(&stage,
		"SELECT count(*) FROM pg_stat_activity WHERE usename = 'hoso_daemon' AND wait_event = 'PgSleep'");
	assert_int_equal(stage_number(&stage, TERMINATE), 1);
	stage_run(&stage);
	assert_int_equal(answers, 1);
	assert_int_equal(outcome, HOSO_DATABASE_DOWN);
	wait_until_idle();
	assert_true(ask_pid() > 0);
	assert_int_equal(answers, 1);
}

static void a_silent_session_is_given_up_at_the_deadline(void **state)
{
	int64_t began_ms;

	tear_down(state);
	connect_for(SOON_MS);
	began_ms = clock_monotonic_ms();
	pg_trip_add(&trip, &sleep_long);
	assert_int_equal(travel(), HOSO_DATABASE_DOWN);
	assert_in_range(clock_monotonic_ms() - began_ms, SOON_MS - 5, TRIP_DEADLINE_MS);
	pg_trip_clear(&trip);
	wait_until_idle();
	assert_true(ask_pid() > 0);
}

static int second_answers;

static void second_came_back(struct pg_trip *back, enum hoso_error error)
{
	(void)back;
	assert_int_equal(error, HOSO_DATABASE_DOWN);
	second_answers++;
	stage_stop(&stage);
}

static void a_second_trip_on_a_busy_connection_is_turned_away(void **state)
{
	static struct pg_trip second;

	(void)state;
	pg_trip_add(&trip, &sleep_long);
	send_trip();
	pg_trip_add(&second, &one);
	pg_conn_run(conn, &second, second_came_back);
	assert_int_equal(second_answers, 0);
	stage_run(&stage);
	assert_int_equal(second_answers, 1);
	assert_int_equal(answers, 0); /* the first one is still on its way */
	pg_trip_clear(&second);
}

static void a_trip_ends_with_its_connection(void **state)
{
	(void)state;
	pg_trip_add(&trip, &sleep_long);
	send_trip();
	pg_conn_free(conn);
	conn = NULL;
	assert_int_equal(answers, 1);
	assert_int_equal(outcome, HOSO_CANCELED);
	assert_int_equal(stage_number(&stage, TERMINATE), 1);
}

static void wait_for_refusal(const char *conninfo, enum hoso_error expected, const char *part)
{
	const char *why;
	enum hoso_error error;
	int64_t deadline_ms = clock_monotonic_ms() + TRIP_DEADLINE_MS;

	pg_conn_free(conn);
	conn = new_conn(conninfo, TRIP_DEADLINE_MS);
	do {
		stage_run_until(&stage, "SELECT 1");
		error = pg_conn_error(conn, &why);
	} while (error != expected && clock_monotonic_ms() < deadline_ms);
	assert_int_equal(error, expected);
	assert_non_null(strstr(why, part));
	assert_false(pg_conn_is_up(conn));
}

static void a_session_that_would_lose_what_it_acknowledged_is_not_used(void **state)
{
	g_autofree char *forgetful =
		g_strconcat(stage_daemon(), " options=-csynchronous_commit=off", NULL);
	g_autofree char *owner = g_strconcat(stage_daemon(), " user=hoso_owner", NULL);
	g_autofree char *reader = g_strconcat(stage_daemon(), " user=hoso_report", NULL);
	g_autofree char *nowhere = g_strconcat(stage_daemon(), " dbname=postgres", NULL);

	(void)state;
	wait_for_refusal(forgetful, HOSO_NOT_DURABLE, "synchronous_commit=off");
	wait_for_refusal(owner, HOSO_WRONG_DATABASE_ROLE, "hoso_daemon");
	wait_for_refusal(reader, HOSO_WRONG_SCHEMA, "hosod migrate");
	wait_for_refusal(nowhere, HOSO_WRONG_SCHEMA, "hosod migrate");
	wait_for_refusal("host=/nonexistent", HOSO_DATABASE_DOWN, "nonexistent");
}

static void texts_travel_both_ways_unchanged(void **state)
{
	static const char *const all[] = {"", "NULL", "null", "a,b", "{}", "\"", "\\", "\\\"",
		"'; DROP TABLE x", " x ", "a\nb\t\r", "Đặng Thị Ánh, số 5/7 {hẻm}", "$1", "%s",
		"\xf0\x9f\x93\xa6"};
	struct pg_array array;

	(void)state;
	pg_array_init(&array, PG_TEXT);
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		pg_array_text(&array, all[i]);
	}
	pg_array_text(&array, NULL);
	pg_params_array(pg_trip_add(&trip, &texts), &array);
	assert_int_equal(travel(), HOSO_OK);
	assert_int_equal(pg_rows(trip.results[0]), G_N_ELEMENTS(all) + 1);
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		assert_false(pg_is_null(trip.results[0], (int)i, 0));
		assert_string_equal(pg_text(trip.results[0], (int)i, 0), all[i]);
	}
	assert_true(pg_is_null(trip.results[0], G_N_ELEMENTS(all), 0));
	assert_string_equal(pg_text(trip.results[0], G_N_ELEMENTS(all), 0), "");
}

static void other_values_are_read_as_they_were_meant(void **state)
{
	static const uint8_t bytes[] = {0, 0xff, '\\', '"'};
	static const enum pg_type types[] = {PG_INT8, PG_BOOL, PG_UUID, PG_BYTEA};
	struct uuid id = {{1, 0x93, 0, 0, 0, 0, 0x70, 1, 0x80, 1}};
	struct uuid found;
	uint8_t read[4];
	struct pg_array arrays[4];
	struct pg_params *params = pg_trip_add(&trip, &values);

	(void)state;
	for (int i = 0; i < 4; i++) {
		pg_array_init(&arrays[i], types[i]);
	}
	pg_array_int(&arrays[0], INT64_MIN);
	pg_array_bool(&arrays[1], true);
	pg_array_uuid(&arrays[2], &id);
	pg_array_bytes(&arrays[3], bytes, sizeof bytes);
	for (int i = 0; i < 4; i++) {
		pg_params_array(params, &arrays[i]);
	}
	pg_params_bytes(params, bytes, sizeof bytes);
	pg_params_uuid(params, &id);
	assert_int_equal(travel(), HOSO_OK);
	assert_string_equal(pg_text(trip.results[0], 0, 0), "{-9223372036854775808}");
	assert_string_equal(pg_text(trip.results[0], 0, 1), "{t}");
	assert_string_equal(
		pg_text(trip.results[0], 0, 2), "{01930000-0000-7001-8001-000000000000}");
	assert_string_equal(pg_text(trip.results[0], 0, 3), "{\"\\\\x00ff5c22\"}");
	assert_int_equal(pg_bytes_length(trip.results[0], 0, 4), sizeof bytes);
	assert_true(pg_bytes(trip.results[0], 0, 4, read, sizeof read));
	assert_memory_equal(read, bytes, sizeof bytes);
	assert_false(pg_bytes(trip.results[0], 0, 4, read, 3));
	found = pg_uuid(trip.results[0], 0, 5);
	assert_memory_equal(&found, &id, sizeof id);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_trip_brings_every_answer_in_order),
		CASE(a_failing_statement_takes_everything_back),
		CASE(a_canceled_statement_may_be_sent_again),
		CASE(a_transaction_that_is_left_open_goes_on_in_the_next_trip),
		CASE(a_transaction_that_nobody_ends_is_rolled_back),
		CASE(a_commit_that_fails_is_no_commit),
		CASE(a_commit_that_was_answered_with_a_rollback_is_none),
		CASE(a_warning_is_told),
		CASE(a_lost_session_is_replaced_and_statements_with_it),
		CASE(what_was_in_the_air_when_the_session_was_lost_is_unknown),
		CASE(a_silent_session_is_given_up_at_the_deadline),
		CASE(a_second_trip_on_a_busy_connection_is_turned_away),
		CASE(a_trip_ends_with_its_connection),
		CASE(a_session_that_would_lose_what_it_acknowledged_is_not_used),
		CASE(texts_travel_both_ways_unchanged),
		CASE(other_values_are_read_as_they_were_meant),
	};

	return cmocka_run_group_tests_name("pg_conn", tests, NULL, NULL);
}
