#include "unit.h"

#include <string.h>

#include <glib.h>

#include "base/uuid7.h"
#include "model/dossier_step.h"
#include "model/dossier_track.h"

#define MINUTE_MS INT64_C(60000)
#define BEGAN_MS INT64_C(1795600000000)

/*
 * Every step in every status, in the order of HOSO_DOSSIER_STATUSES: > moves, . is recorded, = is so already,
 * n not submitted, r the result is out, e ended, o still open.
 */
/* clang-format off */
static const struct {
	enum event_kind kind;
	enum role role;
	enum dossier_status to;
	const char *cells;
	const char *may; /* clerk, b (courier), supervisor, agency, y (system) */
} steps[] = {
	{EVENT_BOUND, ROLE_AGENCY, DOSSIER_RECEIVED,             ">>>...ee....e", "say"},
	{EVENT_RESULT_READY, ROLE_AGENCY, DOSSIER_RESULT_READY,  ">>>>>>ee=.>>e", "say"},
	{EVENT_SUPPLEMENT_ASKED, ROLE_AGENCY, DOSSIER_SUPPLEMENT, "n>>>>.eerrrre", "say"},
	{EVENT_DECLINED, ROLE_AGENCY, DOSSIER_REFUSED,           "n>>>>>=errrre", "say"},
	{EVENT_DUE_CHANGED, ROLE_AGENCY, DOSSIER_STATUS_COUNT,   "nn....eerrrre", "say"},
	{EVENT_WITHDRAWN, ROLE_AGENCY, DOSSIER_WITHDRAWN,        "n>>>>>e=rrrre", "say"},
	{EVENT_CLOSED, ROLE_SYSTEM, DOSSIER_CLOSED,              ">>>>>o>>oo>>=", "sy"},
};

/* Every kind of item that would set out in every status: . may, a submitted already, k not asked for, s a supplement
 * is waited for, x there is no result to take papers back for. */
static const char *const openings[LEG_KIND_COUNT] = {
	[LEG_SUBMIT] =         "..a..seerrrre",
	[LEG_SLIP] =           ".n....eerrrre",
	[LEG_SUPPLEMENT_OUT] = ".n....eerrrre",
	[LEG_SUPPLEMENT_IN] =  ".kkkk.eerrrre",
	[LEG_RESULT] =         ".....see..r.e",
	[LEG_REFUSED] =        ".n......rrrre",
	[LEG_RECLAIM] =        ".xxxxxeex...e",
	[LEG_INTER] =          ".n....ee.rrre",
};
/* clang-format on */

static const char role_letters[ROLE_COUNT + 1] = {[ROLE_CLERK] = 'c',
	[ROLE_COURIER] = 'b',
	[ROLE_SUPERVISOR] = 's',
	[ROLE_AGENCY] = 'a',
	[ROLE_SYSTEM] = 'y'};

static enum hoso_error error_of(char cell)
{
	switch (cell) {
	case 'n':
		return HOSO_NOT_SUBMITTED;
	case 'r':
		return HOSO_RESULT_IS_OUT;
	case 'e':
		return HOSO_DOSSIER_ENDED;
	case 'o':
		return HOSO_DOSSIER_OPEN;
	case 'a':
		return HOSO_ALREADY_SUBMITTED;
	case 'k':
		return HOSO_SUPPLEMENT_NOT_ASKED;
	case 's':
		return HOSO_SUPPLEMENT_OPEN;
	case 'x':
		return HOSO_NO_RESULT;
	default:
		return HOSO_OK;
	}
}

static struct dossier_step step_of(enum event_kind kind, enum role role, int64_t minute)
{
	return (struct dossier_step){.id = uuid7_make(BEGAN_MS + minute * MINUTE_MS),
		.kind = kind,
		.role = role,
		.account = role == ROLE_AGENCY ? 7 : 1,
		.occurred_at_ms = BEGAN_MS + minute * MINUTE_MS};
}

static void every_step_in_every_status_does_what_the_table_says(void **state)
{
	(void)state;
	for (size_t row = 0; row < G_N_ELEMENTS(steps); row++) {
		assert_int_equal(strlen(steps[row].cells), DOSSIER_STATUS_COUNT);
		for (int at = 0; at < DOSSIER_STATUS_COUNT; at++) {
			struct dossier_step step = step_of(steps[row].kind, steps[row].role, 1);
			struct dossier_facts facts = {.status = (enum dossier_status)at};
			struct dossier_ruling ruling = dossier_step_apply(&facts, &step, 1, true);
			char cell = steps[row].cells[at];

			assert_int_equal(ruling.error, error_of(cell));
			assert_int_equal(facts.status, cell == '>' ? (int)steps[row].to : at);
			if (!ruling.error) {
				assert_int_equal(ruling.verdict,
					cell == '=' ? VERDICT_DUPLICATE : VERDICT_RECORDED);
			}
		}
	}
}

static void every_role_may_take_its_own_steps_and_no_others(void **state)
{
	(void)state;
	for (size_t row = 0; row < G_N_ELEMENTS(steps); row++) {
		for (int role = 0; role < ROLE_COUNT; role++) {
			for (int at = 0; at < DOSSIER_STATUS_COUNT; at++) {
				struct dossier_step step =
					step_of(steps[row].kind, (enum role)role, 1);
				struct dossier_facts facts = {.status = (enum dossier_status)at};
				struct dossier_ruling ruling;

				step.proofs = STEP_WITH_SLIP;
				ruling = dossier_step_apply(&facts, &step, 1, true);
				assert_int_equal(ruling.error == HOSO_WRONG_ROLE,
					!strchr(steps[row].may, role_letters[role]));
				if (ruling.error) {
					assert_int_equal(facts.status, at);
				}
			}
		}
	}
}

static void what_is_no_step_is_nobodys(void **state)
{
	(void)state;
	for (int kind = 0; kind < EVENT_SCAN_COUNT; kind++) {
		struct dossier_step step = step_of((enum event_kind)kind, ROLE_SUPERVISOR, 1);
		struct dossier_facts facts = {.status = DOSSIER_RECEIVED};

		if (kind != EVENT_BOUND) {
			assert_int_equal(
				dossier_step_apply(&facts, &step, 3, true).error, HOSO_WRONG_ROLE);
		}
	}
}

static void every_item_sets_out_when_the_table_says(void **state)
{
	(void)state;
	for (int kind = 0; kind < LEG_KIND_COUNT; kind++) {
		assert_int_equal(strlen(openings[kind]), DOSSIER_STATUS_COUNT);
		for (int at = 0; at < DOSSIER_STATUS_COUNT; at++) {
			assert_int_equal(
				dossier_opens((enum dossier_status)at, (enum leg_kind)kind),
				error_of(openings[kind][at]));
		}
	}
}

/* ── on disk ────────────────────────────────────────────────────────────────────────────────────────── */

static void steps_come_back_from_their_bytes(void **state)
{
	static uint8_t bytes[DOSSIER_STEPS_MAX * DOSSIER_STEP_BYTES + 1];
	struct dossier_steps steps_in = {.count = DOSSIER_STEPS_MAX};
	struct dossier_steps steps_out = {0};
	size_t length;

	(void)state;
	for (unsigned i = 0; i < steps_in.count; i++) {
		struct dossier_step *step = &steps_in.steps[i];
		*step = step_of(
			(enum event_kind)(i % EVENT_KIND_COUNT), (enum role)(i % ROLE_COUNT), i);
		step->proofs = i % 8;
		step->due_on = (int32_t)(20261200 + i);
		step->received_on = (int32_t)(i * 3);
		if (step->kind == EVENT_RESULT_READY) {
			step->collect_vnd = MONEY_MAX_VND - i;
		} else {
			step->target = uuid7_make(BEGAN_MS + i);
		}
	}
	length = dossier_track_encode(&steps_in, bytes);
	assert_int_equal(length, DOSSIER_STEPS_MAX * DOSSIER_STEP_BYTES);
	assert_true(dossier_track_decode(bytes, length, &steps_out));
	assert_memory_equal(&steps_in, &steps_out, sizeof steps_in);
	assert_true(dossier_track_decode(bytes, 0, &steps_out));
	assert_int_equal(steps_out.count, 0);
	assert_false(dossier_track_decode(bytes, length - 1, &steps_out));
	bytes[EVENT_RESULT_READY * DOSSIER_STEP_BYTES + 16] = 1;
	assert_false(dossier_track_decode(bytes, length, &steps_out));
	bytes[EVENT_RESULT_READY * DOSSIER_STEP_BYTES + 16] = 0;
	assert_true(dossier_track_decode(bytes, length, &steps_out));
	bytes[56] = EVENT_KIND_COUNT;
	assert_false(dossier_track_decode(bytes, length, &steps_out));
}

/* Written before the amount was kept: such a step named no target. */
static void a_result_of_before_has_nothing_to_collect(void **state)
{
	uint8_t bytes[DOSSIER_STEP_BYTES];
	struct dossier_steps steps_in = {
		.count = 1, .steps = {step_of(EVENT_RESULT_READY, ROLE_AGENCY, 1)}};
	struct dossier_steps steps_out = {0};

	(void)state;
	assert_int_equal(dossier_track_encode(&steps_in, bytes), sizeof bytes);
	for (size_t at = 16; at < 32; at++) {
		assert_int_equal(bytes[at], 0);
	}
	assert_true(dossier_track_decode(bytes, sizeof bytes, &steps_out));
	assert_int_equal(steps_out.steps[0].collect_vnd, 0);
}

/* The ordinals of the kinds are on disk, here and in the legs' tracks. */
static void the_ordinals_stay(void **state)
{
	(void)state;
	assert_int_equal(EVENT_VOID, 21);
	assert_int_equal(EVENT_RESULT_READY, 22);
	assert_int_equal(EVENT_SUPPLEMENT_ASKED, 23);
	assert_int_equal(EVENT_DECLINED, 24);
	assert_int_equal(EVENT_DUE_CHANGED, 25);
	assert_int_equal(EVENT_WITHDRAWN, 26);
	assert_int_equal(EVENT_CLOSED, 27);
}

static void statuses_come_back_from_their_tokens(void **state)
{
	(void)state;
	for (int status = 0; status < DOSSIER_STATUS_COUNT; status++) {
		const char *wire = dossier_status_wire((enum dossier_status)status);
		assert_int_equal(dossier_status_from_wire(wire), status);
		assert_true(strlen(dossier_status_label((enum dossier_status)status)) > 3);
	}
	assert_int_equal(dossier_status_from_wire("gone"), DOSSIER_STATUS_COUNT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_step_in_every_status_does_what_the_table_says),
		cmocka_unit_test(every_role_may_take_its_own_steps_and_no_others),
		cmocka_unit_test(what_is_no_step_is_nobodys),
		cmocka_unit_test(every_item_sets_out_when_the_table_says),
		cmocka_unit_test(steps_come_back_from_their_bytes),
		cmocka_unit_test(a_result_of_before_has_nothing_to_collect),
		cmocka_unit_test(the_ordinals_stay),
		cmocka_unit_test(statuses_come_back_from_their_tokens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
