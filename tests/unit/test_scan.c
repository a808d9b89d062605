#include "unit.h"

#include <string.h>

#include <hoso/scan.h>

#include "base/uuid7.h"

#define NOW_MS 1795402800000
#define BIT(name) FIELD_BIT(FIELD_##name)
#define FIRST_LEG (BIT(SENDER) | BIT(RECEIVER) | BIT(AGENCY) | BIT(PROCEDURE) | BIT(SERVICE))
#define TO_CITIZEN (BIT(RECIPIENT) | BIT(RELATION) | BIT(ID_KIND) | BIT(ID_LAST4))
#define TO_AGENCY (BIT(OFFICER) | BIT(MINUTES))

static struct uuid id_at(int64_t ms)
{
	struct uuid id = {{0}};

	for (int i = 0; i < 6; i++) {
		id.bytes[i] = (uint8_t)(ms >> (40 - 8 * i));
	}
	id.bytes[6] = 0x70;
	id.bytes[8] = 0x80;
	return id;
}

static struct scan scan_of(enum event_kind kind, uint64_t present)
{
	struct scan scan = {.event_id = id_at(NOW_MS),
		.occurred_at_ms = NOW_MS,
		.kind = kind,
		.present = present};

	return scan;
}

static enum hoso_error check(const struct scan *scan)
{
	enum scan_field field;

	return scan_check(scan, NOW_MS, &field);
}

static void assert_missing(const struct scan *scan, enum scan_field expected)
{
	enum scan_field field;

	assert_int_equal(scan_check(scan, NOW_MS, &field), HOSO_MISSING_DATA);
	assert_int_equal(field, expected);
}

/* What a complete scan of each kind has at the least. */
static uint64_t enough_for(enum event_kind kind)
{
	if (kind == EVENT_ACCEPTED) {
		return FIRST_LEG;
	}
	return kind == EVENT_DELIVERED ? TO_AGENCY : scan_required(kind);
}

static void every_required_member_is_asked_for(void **state)
{
	(void)state;
	for (int kind = 0; kind < EVENT_SCAN_COUNT; kind++) {
		uint64_t enough = enough_for((enum event_kind)kind);
		struct scan scan = scan_of((enum event_kind)kind, enough);
		assert_int_equal(check(&scan), HOSO_OK);
		for (int field = 0; field < FIELD_COUNT; field++) {
			if (enough & FIELD_BIT(field)) {
				scan.present = enough & ~FIELD_BIT(field);
				assert_missing(&scan, (enum scan_field)field);
			}
		}
	}
}

static void a_member_of_another_kind_is_refused(void **state)
{
	(void)state;
	for (int kind = 0; kind < EVENT_SCAN_COUNT; kind++) {
		for (int field = 0; field < FIELD_COUNT; field++) {
			struct scan scan =
				scan_of((enum event_kind)kind, enough_for((enum event_kind)kind));
			enum scan_field found;
			if (scan_allowed((enum event_kind)kind) & FIELD_BIT(field)) {
				continue;
			}
			scan.present |= FIELD_BIT(field);
			assert_int_equal(scan_check(&scan, NOW_MS, &found), HOSO_UNKNOWN_MEMBER);
			assert_int_equal(found, field);
		}
	}
}

static void a_further_leg_needs_only_its_dossier(void **state)
{
	struct scan scan = scan_of(EVENT_ACCEPTED, BIT(LEG_KIND) | BIT(DOSSIER_CODE));

	(void)state;
	scan.leg_kind = LEG_RESULT;
	assert_int_equal(check(&scan), HOSO_OK);
	scan.leg_kind = LEG_SUBMIT;
	assert_missing(&scan, FIELD_SENDER);
	scan = scan_of(EVENT_ACCEPTED, BIT(LEG_KIND));
	scan.leg_kind = LEG_RESULT;
	assert_missing(&scan, FIELD_SENDER);
	scan = scan_of(EVENT_ACCEPTED, BIT(DOSSIER_CODE));
	assert_missing(&scan, FIELD_SENDER);
}

static void a_delivery_is_to_an_officer_or_to_a_citizen(void **state)
{
	struct scan scan = scan_of(EVENT_DELIVERED, 0);

	(void)state;
	assert_missing(&scan, FIELD_OFFICER);
	scan.present = BIT(RECIPIENT);
	assert_missing(&scan, FIELD_RELATION);
	scan.present = TO_CITIZEN;
	assert_int_equal(check(&scan), HOSO_OK);
	scan.present = TO_CITIZEN | TO_AGENCY | BIT(COLLECTED) | BIT(RECLAIMED);
	assert_int_equal(check(&scan), HOSO_OK);
	scan.present =
		TO_AGENCY | BIT(UNIT) | BIT(COMPLETE) | BIT(DUE_ON) | BIT(DOSSIER_CODE) | BIT(FEE);
	assert_int_equal(check(&scan), HOSO_OK);
}

static void another_person_needs_an_authorisation(void **state)
{
	struct scan scan = scan_of(EVENT_DELIVERED, TO_CITIZEN);

	(void)state;
	scan.needs_authorisation = true;
	assert_int_equal(check(&scan), HOSO_NO_AUTHORISATION);
	scan.present |= BIT(AUTHORISATION);
	assert_int_equal(check(&scan), HOSO_OK);
}

static void another_reason_needs_words(void **state)
{
	struct scan scan = scan_of(EVENT_DELIVERY_FAILED, BIT(REASON));

	(void)state;
	scan.reason = REASON_OT;
	assert_missing(&scan, FIELD_NOTE);
	scan.present |= BIT(NOTE);
	assert_int_equal(check(&scan), HOSO_OK);
	scan = scan_of(EVENT_DELIVERY_FAILED, BIT(REASON));
	scan.reason = REASON_B1;
	assert_int_equal(check(&scan), HOSO_OK);
}

static void times_outside_the_window_are_refused(void **state)
{
	struct scan scan = scan_of(EVENT_ARRIVED, 0);

	(void)state;
	scan.event_id = id_at(NOW_MS - SCAN_AGE_MAX_MS);
	scan.occurred_at_ms = NOW_MS - SCAN_AGE_MAX_MS;
	assert_int_equal(check(&scan), HOSO_OK);
	scan.occurred_at_ms--;
	assert_int_equal(check(&scan), HOSO_EVENT_TOO_OLD);
	scan.occurred_at_ms = NOW_MS + SCAN_AHEAD_MAX_MS;
	assert_int_equal(check(&scan), HOSO_OK);
	scan.occurred_at_ms++;
	assert_int_equal(check(&scan), HOSO_EVENT_IN_FUTURE);
	scan.occurred_at_ms = NOW_MS;
	scan.event_id = id_at(NOW_MS - SCAN_AGE_MAX_MS - 1);
	assert_int_equal(check(&scan), HOSO_EVENT_TOO_OLD);
	scan.event_id = id_at(NOW_MS + SCAN_AHEAD_MAX_MS + 1);
	assert_int_equal(check(&scan), HOSO_EVENT_IN_FUTURE);
}

static void an_id_of_another_version_is_refused(void **state)
{
	struct scan scan = scan_of(EVENT_ARRIVED, 0);

	(void)state;
	scan.event_id.bytes[6] = 0x40;
	assert_int_equal(check(&scan), HOSO_BAD_EVENT_ID);
	scan.event_id = id_at(NOW_MS);
	scan.event_id.bytes[8] = 0xC0;
	assert_int_equal(check(&scan), HOSO_BAD_EVENT_ID);
	memset(&scan.event_id, 0, sizeof scan.event_id);
	assert_int_equal(check(&scan), HOSO_BAD_EVENT_ID);
}

/* One row per rule of the counter: what is there, and what is said about what is not. */
static void an_acceptance_keeps_the_rules_of_the_counter(void **state)
{
	/* clang-format off */
	static const struct {
		uint64_t beside;
		int64_t fee_vnd;
		enum hoso_error error;
		enum scan_field field;
	} cases[] = {
		{BIT(FEE), 0, HOSO_OK, FIELD_COUNT},
		{BIT(FEE), 8000, HOSO_FEE_WITHOUT_RECEIPT, FIELD_RECEIPT},
		{BIT(FEE) | BIT(PAYMENT), 8000, HOSO_FEE_WITHOUT_RECEIPT, FIELD_RECEIPT},
		{BIT(FEE) | BIT(RECEIPT), 8000, HOSO_FEE_WITHOUT_PAYMENT, FIELD_PAYMENT},
		{BIT(FEE) | BIT(RECEIPT) | BIT(PAYMENT), 8000, HOSO_OK, FIELD_COUNT},
		{BIT(SUBMITTER), 0, HOSO_SUBMITTER_UNAUTHORISED, FIELD_AUTHORISATION},
		{BIT(SUBMITTER) | BIT(AUTHORISATION), 0, HOSO_OK, FIELD_COUNT},
		{BIT(SUBMITTER) | BIT(AUTHORISATION) | BIT(ID_KIND) | BIT(ID_LAST4), 0, HOSO_OK, FIELD_COUNT},
		{BIT(CONCESSION), 0, HOSO_MISSING_DATA, FIELD_POSTAGE},
		{BIT(CONCESSION) | BIT(POSTAGE) | BIT(GRAMS), 0, HOSO_OK, FIELD_COUNT},
		{BIT(MISSING_PAPERS), 0, HOSO_OK, FIELD_COUNT}, /* no reason to refuse */
		{BIT(PAPERS) | BIT(MISSING_PAPERS), 0, HOSO_OK, FIELD_COUNT},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct scan scan = scan_of(EVENT_ACCEPTED, FIRST_LEG | cases[i].beside);
		enum scan_field field;
		scan.fee_vnd = cases[i].fee_vnd;
		assert_int_equal(scan_check(&scan, NOW_MS, &field), cases[i].error);
		assert_int_equal(field, cases[i].field);
	}
}

/* Fees are handed over at the agency with the minutes as their receipt. */
static void a_hand_over_with_a_fee_needs_no_receipt(void **state)
{
	struct scan scan = scan_of(EVENT_DELIVERED, TO_AGENCY | BIT(FEE));

	(void)state;
	scan.fee_vnd = 8000;
	assert_int_equal(check(&scan), HOSO_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_required_member_is_asked_for),
		cmocka_unit_test(a_member_of_another_kind_is_refused),
		cmocka_unit_test(a_further_leg_needs_only_its_dossier),
		cmocka_unit_test(a_delivery_is_to_an_officer_or_to_a_citizen),
		cmocka_unit_test(another_person_needs_an_authorisation),
		cmocka_unit_test(another_reason_needs_words),
		cmocka_unit_test(an_acceptance_keeps_the_rules_of_the_counter),
		cmocka_unit_test(a_hand_over_with_a_fee_needs_no_receipt),
		cmocka_unit_test(times_outside_the_window_are_refused),
		cmocka_unit_test(an_id_of_another_version_is_refused),
	};

	return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
