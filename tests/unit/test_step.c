#include "unit.h"

#include <string.h>

#include <hoso/step.h>

#include "base/uuid7.h"

#define NOW_MS INT64_C(1795600000000)

static struct step step_with(enum event_kind kind, unsigned present)
{
	return (struct step){.event_id = uuid7_make(NOW_MS),
		.occurred_at_ms = NOW_MS,
		.kind = kind,
		.present = present};
}

static void every_required_member_is_asked_for_and_no_other_taken(void **state)
{
	(void)state;
	for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
		unsigned required = step_required((enum event_kind)kind);
		struct step step = step_with((enum event_kind)kind, required);
		enum step_field found;

		if (!step_is_kind((enum event_kind)kind)) {
			assert_int_equal(step_check(&step, NOW_MS, &found), HOSO_UNKNOWN_KIND);
			continue;
		}
		assert_int_equal(step_check(&step, NOW_MS, &found), HOSO_OK);
		for (int field = 0; field < STEP_FIELD_COUNT; field++) {
			bool needed = required & STEP_BIT(field);
			bool allowed = step_allowed((enum event_kind)kind) & STEP_BIT(field);

			step.present = required ^ STEP_BIT(field);
			if (needed) {
				assert_int_equal(
					step_check(&step, NOW_MS, &found), HOSO_MISSING_DATA);
				assert_int_equal(found, field);
			} else {
				assert_int_equal(step_check(&step, NOW_MS, &found),
					allowed ? HOSO_OK : HOSO_UNKNOWN_MEMBER);
				assert_int_equal(found, allowed ? STEP_FIELD_COUNT : field);
			}
		}
	}
}

static void ids_and_times_are_those_of_scans(void **state)
{
	struct step step = step_with(EVENT_CLOSED, 0);
	enum step_field found;

	(void)state;
	step.occurred_at_ms = NOW_MS + SCAN_AHEAD_MAX_MS + 1;
	assert_int_equal(step_check(&step, NOW_MS, &found), HOSO_EVENT_IN_FUTURE);
	step.occurred_at_ms = NOW_MS - SCAN_AGE_MAX_MS - 1;
	assert_int_equal(step_check(&step, NOW_MS, &found), HOSO_EVENT_TOO_OLD);
	memset(&step.event_id, 0, sizeof step.event_id);
	assert_int_equal(step_check(&step, NOW_MS, &found), HOSO_BAD_EVENT_ID);
}

static void members_have_names_of_their_own(void **state)
{
	(void)state;
	for (int field = 0; field < STEP_FIELD_COUNT; field++) {
		for (int other = 0; other < field; other++) {
			assert_string_not_equal(step_field_wire((enum step_field)field),
				step_field_wire((enum step_field)other));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_required_member_is_asked_for_and_no_other_taken),
		cmocka_unit_test(ids_and_times_are_those_of_scans),
		cmocka_unit_test(members_have_names_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
