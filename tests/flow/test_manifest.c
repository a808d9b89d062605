#include "../unit/unit.h"

#include <string.h>

#include <glib.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/uuid7.h"
#include "flow/manifest_close.h"
#include "flow/manifest_scan.h"
#include "scans.h"
#include "store/gate.h"

static struct bookings *bookings;
static struct uuid manifest_id;
static enum hoso_error last_error;

static int make_clerk(void **state)
{
	make_town(state);
	stage_open(&stage);
	stage_exec(&stage, "INSERT INTO account (account, name, role, office_id, password_hash)"
			   " VALUES ('binh', 'Lê Bình', 'supervisor', 1, 'x')");
	stage_close(&stage);
	return 0;
}

static int begin(void **state)
{
	const struct bookings_config config = {.conn = {.conninfo = stage_daemon(),
						       .gate = &gate_statement,
						       .judge = gate_judge,
						       .trip_deadline_ms = 10000}};
	char id[UUID_TEXT_SIZE];
	g_autofree char *open = NULL;

	set_up(state);
	bookings = bookings_new(stage.loop, &config);
	manifest_id = uuid7_make(clock_now_ms());
	uuid7_format(&manifest_id, id);
	open = g_strdup_printf(
		"INSERT INTO manifest (id, kind, office_id, agency_id, content, opened_at, opened_by,"
		" opened_name) VALUES ('%s', 'handover_in', 1, 1, sha256(''), now(), 1, 'x')",
		id);
	stage_exec(&stage, open);
	return 0;
}

static int end(void **state)
{
	bookings_free(bookings);
	return tear_down(state);
}

static void was_done(struct booking *booking, enum hoso_error error)
{
	(void)booking;
	last_error = error;
	stage_stop(&stage);
}

static enum hoso_error scan_line(const char *code, struct manifest_line_new *line)
{
	struct manifest_scan scan = {.manifest_id = manifest_id, .lines = line, .count = 1};

	*line = (struct manifest_line_new){.id = uuid7_make(clock_now_ms()),
		.scanned_at_ms = clock_now_ms(),
		.complete = -1,
		.amount_vnd = -1};
	g_strlcpy(line->code.text, code, sizeof line->code.text);
	scan.booking.actor = reqs[0].actor;
	assert_int_equal(manifest_scan_submit(bookings, &scan, was_done), HOSO_OK);
	stage_run(&stage);
	return last_error;
}

static enum hoso_error close_with(const struct manifest_line_new *line, int32_t revision)
{
	struct scan *scan = g_new0(struct scan, 1);
	struct scan_answer answer = {0};
	struct manifest_seal_line seal = {.id = line->id,
		.item_code = line->code.text,
		.complete = -1,
		.note = "",
		.money_kind = "",
		.amount_vnd = -1};
	struct manifest_closing closing = {.revision = revision,
		.seal = {.id = manifest_id,
			.kind = MANIFEST_HANDOVER_IN,
			.office = "VT-01",
			.agency = "H06",
			.next_office = "",
			.courier = "",
			.label = "",
			.signer = "B",
			.signer_unit = "U",
			.minutes = "M"},
		.lines = &seal,
		.close = {.id = manifest_id,
			.signed_at_ms = clock_now_ms(),
			.signer = "B",
			.signer_unit = "U",
			.minutes = "M"}};

	*scan = prepare(1, line->code.text)->scan;
	scan->event_id = line->id;
	scan->kind = EVENT_DELIVERED;
	scan->present = FIELD_BIT(FIELD_OFFICER) | FIELD_BIT(FIELD_MINUTES);
	closing.booking.actor = reqs[1].actor;
	closing.booking.scans = scan;
	closing.booking.answers = &answer;
	closing.booking.count = 1;
	assert_int_equal(manifest_closing_submit(bookings, &closing, was_done), HOSO_OK);
	stage_run(&stage);
	g_free(scan);
	return last_error;
}

static int64_t delivered(const char *code)
{
	g_autofree char *sql = g_strdup_printf(
		"SELECT count(*) FROM event WHERE item_code = '%s' AND kind = 'delivered'", code);

	return stage_number(&stage, sql);
}

/* The last look is under the lock: between the reading and the booking somebody may scan. */
static void what_was_scanned_meanwhile_is_not_signed(void **state)
{
	struct manifest_line_new first, second;
	char codes[2][32];

	(void)state;
	for (unsigned n = 0; n < 2; n++) {
		g_strlcpy(codes[n], new_item(), sizeof codes[n]);
		submit(intake, prepare_acceptance(n, codes[n]));
	}
	wait_for(2);
	assert_int_equal(scan_line(codes[0], &first), HOSO_OK);
	assert_int_equal(first.verdict, VERDICT_RECORDED);
	assert_int_equal(scan_line(codes[1], &second), HOSO_OK);
	assert_int_equal(close_with(&first, 1), HOSO_MANIFEST_CHANGED);
	assert_int_equal(delivered(codes[0]), 0);
	assert_int_equal(close_with(&first, 2), HOSO_OK);
	assert_int_equal(close_with(&first, 2), HOSO_OK); /* the very same again */
	assert_int_equal(delivered(codes[0]), 1);
	assert_int_equal(scan_line(codes[1], &second), HOSO_MANIFEST_CLOSED);
}

static void a_used_id_stands_as_refused_and_the_others_are_recorded(void **state)
{
	struct manifest_line_new line;
	const char *code = new_item();

	(void)state;
	submit(intake, prepare_acceptance(0, code));
	wait_for(1);
	assert_int_equal(scan_line(code, &line), HOSO_OK);
	prepare(2, code)->scan.event_id = line.id;
	submit(intake, &reqs[2]);
	wait_for(2);
	assert_int_equal(close_with(&line, 1), HOSO_OK);
	assert_int_equal(delivered(code), 0);
	assert_int_equal(
		stage_number(&stage,
			"SELECT count(*) FROM manifest_line WHERE event_verdict = 'refused'"
			" AND event_why = 'key_reuse'"),
		1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_was_scanned_meanwhile_is_not_signed, begin, end),
		cmocka_unit_test_setup_teardown(
			a_used_id_stands_as_refused_and_the_others_are_recorded, begin, end),
	};

	return cmocka_run_group_tests(tests, make_clerk, NULL);
}
