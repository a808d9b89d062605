#include "unit.h"

#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "model/visit.h"

#define MINUTE_MS (60LL * 1000)
#define HOUR_MS (60 * MINUTE_MS)
#define MONDAY 20780 /* 2026-11-23 */
#define DAY_MS (24 * HOUR_MS)
#define AT(day, hour, minute) ((day)*DAY_MS + ((hour)-7) * HOUR_MS + (minute)*MINUTE_MS)

/* clang-format off */
/*
 * What each action makes of each state for a supervisor: Booked Assigned Started arriVed Done Cancelled.
 * A letter: the state after it; = stays as it is; x not in this state. Then with another window, then with a courier
 * too. Who may: clerk, b (courier whose it is), supervisor, y (system).
 */
static const struct {
	enum visit_action action;
	const char *plain, *window, *courier, *may;
} cells[] = {
	{VISIT_BOOK,      "BBBBBB", "BBBBBB", "AAAAAA", "csy"},
	{VISIT_ASSIGN,    "AAAxxx", NULL,     NULL,     "cs"},
	{VISIT_MOVE,      NULL,     "BBBxxx", "AAAxxx", "cs"},
	{VISIT_START,     "xS===x", NULL,     NULL,     "cbs"},
	{VISIT_ARRIVE,    "xVV==x", NULL,     NULL,     "cbs"},
	{VISIT_FINISH,    "DDDD=x", NULL,     NULL,     "cbs"},
	{VISIT_FAIL,      "CCCCxx", "BBBBxx", "AAAAxx", "cbs"},
	{VISIT_CANCEL,    "CCCxx=", NULL,     NULL,     "cs"},
	{VISIT_SCANNED,   "xxxxxx", NULL,     NULL,     ""}, /* the database's alone */
	{VISIT_UNSCANNED, "xxxxxx", NULL,     NULL,     ""},
};
/* clang-format on */

static const char state_letters[] = "BASVDC";
static const char role_letters[] = "cbsay";

static char outcome(enum visit_state state, const struct visit_step *step)
{
	enum visit_state after = VISIT_STATE_COUNT;
	enum hoso_error error = visit_next(state, step, &after);

	if (error) {
		assert_int_equal(after, VISIT_STATE_COUNT);
		return error == HOSO_VISIT_STATE ? 'x' : '!';
	}
	return state_letters[after];
}

static void check_row(const char *row, enum visit_action action, bool has_window, bool has_courier)
{
	for (int state = 0; row && state < VISIT_STATE_COUNT; state++) {
		struct visit_step step = {.action = action,
			.role = ROLE_SUPERVISOR,
			.has_window = has_window,
			.has_courier = has_courier};
		char expected = row[state] == '=' ? state_letters[state] : row[state];
		char found = outcome((enum visit_state)state, &step);
		if (found != expected && !(found == '!' && expected == 'x')) {
			fail_msg("%s in %s: %c, not %c", visit_action_wire(action),
				visit_state_wire((enum visit_state)state), found, expected);
		}
	}
}

static void each_action_does_in_each_state_what_the_table_says(void **unused)
{
	(void)unused;
	assert_int_equal(ARRAY_SIZE(cells), VISIT_ACTION_COUNT);
	for (size_t i = 0; i < ARRAY_SIZE(cells); i++) {
		assert_int_equal(cells[i].action, i);
		check_row(cells[i].plain, cells[i].action, false, false);
		check_row(cells[i].window, cells[i].action, true, false);
		check_row(cells[i].courier, cells[i].action, true, true);
	}
}

static void a_role_may_what_the_table_says_and_a_courier_only_their_own(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(cells); i++) {
		for (int role = 0; role < ROLE_COUNT; role++) {
			for (int state = 0; state < VISIT_STATE_COUNT; state++) {
				struct visit_step step = {.action = cells[i].action,
					.role = (enum role)role,
					.is_own = true,
					.has_window = true};
				bool may = strchr(cells[i].may, role_letters[role]) != NULL;
				assert_int_equal(
					outcome((enum visit_state)state, &step) != '!', may);
				step.is_own = false;
				may = may && role != ROLE_COURIER;
				assert_int_equal(
					outcome((enum visit_state)state, &step) != '!', may);
			}
		}
	}
}

static void a_window_is_of_one_local_day_whole_minutes_and_not_over(void **unused)
{
	static const struct {
		const char *why;
		int64_t from_ms, to_ms;
		enum hoso_error error;
	} windows[] = {
		{"a morning", AT(MONDAY, 8, 0), AT(MONDAY, 10, 0), HOSO_OK},
		{"over UTC's midnight, which is 7 in the morning", AT(MONDAY + 1, 6, 0),
			AT(MONDAY + 1, 8, 0), HOSO_OK},
		{"to midnight", AT(MONDAY, 23, 0), AT(MONDAY, 24, 0), HOSO_OK},
		{"from midnight", AT(MONDAY + 1, 0, 0), AT(MONDAY + 1, 1, 0), HOSO_OK},
		{"over midnight", AT(MONDAY, 23, 0), AT(MONDAY, 24, 1), HOSO_VISIT_MIDNIGHT},
		{"over midnight and a day", AT(MONDAY, 23, 0), AT(MONDAY + 2, 1, 0),
			HOSO_VISIT_MIDNIGHT},
		{"over the end of a month", AT(MONDAY + 7, 22, 0), AT(MONDAY + 8, 1, 0),
			HOSO_VISIT_MIDNIGHT},
		{"the last hour of a month", AT(MONDAY + 7, 23, 0), AT(MONDAY + 8, 0, 0), HOSO_OK},
		{"begun, not over", AT(MONDAY, 6, 0), AT(MONDAY, 8, 0), HOSO_OK},
		{"over", AT(MONDAY, 5, 0), AT(MONDAY, 7, 0), HOSO_VISIT_WINDOW},
		{"backwards", AT(MONDAY, 10, 0), AT(MONDAY, 9, 0), HOSO_VISIT_WINDOW},
		{"empty", AT(MONDAY, 10, 0), AT(MONDAY, 10, 0), HOSO_VISIT_WINDOW},
		{"too short", AT(MONDAY, 10, 0), AT(MONDAY, 10, 14), HOSO_VISIT_WINDOW},
		{"short", AT(MONDAY, 10, 0), AT(MONDAY, 10, 15), HOSO_OK},
		{"long", AT(MONDAY, 10, 0), AT(MONDAY, 14, 0), HOSO_OK},
		{"too long", AT(MONDAY, 10, 0), AT(MONDAY, 14, 1), HOSO_VISIT_WINDOW},
		{"half a minute", AT(MONDAY, 10, 0) + 30000, AT(MONDAY, 11, 0), HOSO_VISIT_WINDOW},
		{"far", AT(MONDAY + 60, 5, 0), AT(MONDAY + 60, 7, 0), HOSO_OK},
		{"too far", AT(MONDAY + 60, 6, 0), AT(MONDAY + 60, 8, 0), HOSO_VISIT_WINDOW},
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(windows); i++) {
		enum hoso_error error =
			visit_window_check(windows[i].from_ms, windows[i].to_ms, AT(MONDAY, 7, 0));
		if (error != windows[i].error) {
			fail_msg("%s: %s", windows[i].why, error_wire(error));
		}
	}
	assert_int_equal(clock_local_day(visit_midnight_ms(MONDAY)), MONDAY);
	assert_int_equal(clock_local_day(visit_midnight_ms(MONDAY) - 1), MONDAY - 1);
}

static void a_day_has_its_weekdays_hours_unless_the_calendar_says_otherwise(void **unused)
{
	(void)unused;
	assert_int_equal(visit_day(MONDAY, VISIT_DAY_USUAL), 1);
	assert_int_equal(visit_day(MONDAY + 6, VISIT_DAY_USUAL), 7);
	assert_int_equal(visit_day(0, VISIT_DAY_USUAL), 4);
	assert_int_equal(visit_day(-1, VISIT_DAY_USUAL), 3);
	assert_int_equal(visit_day(MONDAY, VISIT_DAY_OFF), VISIT_DAY_HOLIDAY);
	assert_int_equal(visit_day(MONDAY + 5, VISIT_DAY_WORKED), 1);
	assert_int_equal(visit_day(MONDAY + 2, VISIT_DAY_WORKED), 3);
}

/* Offices open on weekdays, offer some evenings with one seat, Saturday mornings, and an hour at Tết. */
static const struct visit_hours hours[] = {
	{1, 450, 720, 3, false},  /* 7:30 to 12:00 */
	{1, 780, 1020, 2, false}, /* 13:00 to 17:00 */
	{1, 1020, 1260, 1, true}, /* to 21:00 */
	{6, 480, 660, 2, true},
	{VISIT_DAY_HOLIDAY, 540, 600, 1, true},
};
static const int32_t specials[] = {MONDAY + 7, MONDAY + 12};
static const enum visit_special special_kinds[] = {VISIT_DAY_OFF, VISIT_DAY_WORKED};
static const struct visit_busy busy[] = {
	{AT(MONDAY, 8, 0), AT(MONDAY, 9, 0), 1}, {AT(MONDAY, 8, 30), AT(MONDAY, 9, 30), 2},
	{AT(MONDAY, 8, 0), AT(MONDAY, 8, 30), 3}, {AT(MONDAY, 17, 0), AT(MONDAY, 18, 0), 1},
	{AT(MONDAY, 13, 0), AT(MONDAY, 14, 0), 9}, /* of a time when there were more */
};
static const struct visit_plan plan = {
	.hours = hours,
	.hours_count = ARRAY_SIZE(hours),
	.specials = specials,
	.special_kinds = special_kinds,
	.special_count = ARRAY_SIZE(specials),
	.busy = busy,
	.busy_count = ARRAY_SIZE(busy),
	.slot_minutes = 60,
};

static void a_window_has_the_seats_that_nobody_holds_in_any_part_of_it(void **unused)
{
	static const struct {
		int64_t from_ms, to_ms;
		enum hoso_error error;
		int capacity, free, seat;
		bool out_of_hours;
	} looks[] = {
		{AT(MONDAY, 8, 0), AT(MONDAY, 8, 30), HOSO_OK, 3, 1, 2, false},
		{AT(MONDAY, 8, 0), AT(MONDAY, 9, 0), HOSO_SLOT_FULL, 3, 0, 0, false},
		{AT(MONDAY, 9, 0), AT(MONDAY, 9, 30), HOSO_OK, 3, 2, 1, false},
		{AT(MONDAY, 9, 30), AT(MONDAY, 12, 0), HOSO_OK, 3, 3, 1, false},
		{AT(MONDAY, 9, 30), AT(MONDAY, 12, 1), HOSO_VISIT_CLOSED, 0, 0, 0, false},
		{AT(MONDAY, 11, 0), AT(MONDAY, 14, 0), HOSO_VISIT_CLOSED, 0, 0, 0, false},
		{AT(MONDAY, 7, 0), AT(MONDAY, 8, 0), HOSO_VISIT_CLOSED, 0, 0, 0, false},
		{AT(MONDAY, 13, 0), AT(MONDAY, 14, 0), HOSO_OK, 2, 2, 1, false},
		{AT(MONDAY, 16, 0), AT(MONDAY, 17, 0), HOSO_OK, 2, 2, 1, false},
		{AT(MONDAY, 16, 0), AT(MONDAY, 18, 0), HOSO_SLOT_FULL, 1, 0, 0, true},
		{AT(MONDAY, 18, 0), AT(MONDAY, 21, 0), HOSO_OK, 1, 1, 1, true},
		{AT(MONDAY + 1, 8, 0), AT(MONDAY + 1, 9, 0), HOSO_VISIT_CLOSED, 0, 0, 0, false},
		{AT(MONDAY + 5, 8, 0), AT(MONDAY + 5, 9, 0), HOSO_OK, 2, 2, 1, true},
		{AT(MONDAY + 7, 8, 0), AT(MONDAY + 7, 9, 0), HOSO_VISIT_CLOSED, 0, 0, 0, false},
		{AT(MONDAY + 7, 9, 0), AT(MONDAY + 7, 10, 0), HOSO_OK, 1, 1, 1, true},
		{AT(MONDAY + 12, 8, 0), AT(MONDAY + 12, 9, 0), HOSO_OK, 3, 3, 1, false},
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(looks); i++) {
		struct visit_slot slot = {0};
		enum hoso_error error = visit_look(&plan, looks[i].from_ms, looks[i].to_ms, &slot);
		if (error != looks[i].error) {
			fail_msg("look %zu: %s", i, error_wire(error));
		}
		assert_int_equal(slot.capacity, looks[i].capacity);
		assert_int_equal(slot.free, looks[i].free);
		assert_int_equal(slot.seat, looks[i].seat);
		assert_int_equal(slot.out_of_hours, looks[i].out_of_hours);
	}
}

static void the_slots_of_a_day_are_the_offices_grid(void **unused)
{
	struct visit_slot slots[40];
	unsigned all = visit_slots(&plan, MONDAY, 1, 60, 0, false, slots, ARRAY_SIZE(slots));
	unsigned free;

	(void)unused;
	assert_int_equal(all, 4 + 4 + 4);
	assert_int_equal(slots[0].from_ms, AT(MONDAY, 7, 30));
	assert_int_equal(slots[0].free, 1);
	assert_int_equal(slots[4].from_ms, AT(MONDAY, 13, 0));
	free = visit_slots(&plan, MONDAY, 1, 60, AT(MONDAY, 8, 0), true, slots, ARRAY_SIZE(slots));
	assert_int_equal(slots[0].from_ms, AT(MONDAY, 8, 30));
	for (unsigned i = 0; i < free; i++) {
		assert_true(slots[i].free > 0 && slots[i].seat > 0);
	}
	assert_int_equal(visit_slots(&plan, MONDAY, 14, 60, 0, false, slots, 5), 5);
	assert_int_equal(visit_slots(&plan, MONDAY + 1, 4, 60, 0, false, slots, 40), 0);
	assert_int_equal(visit_slots(&plan, MONDAY + 7, 1, 60, 0, false, slots, 40), 1);
	assert_int_equal(visit_slots(&plan, MONDAY, 1, 240, 0, false, slots, 40), 1 + 4 + 1);
}

#define X(name, wire, vi) wire,
static void the_words_are_found_again_and_no_others(void **unused)
{
	static const char *const states[] = {HOSO_VISIT_STATES(X)};

	(void)unused;
	for (int state = 0; state < VISIT_STATE_COUNT; state++) {
		assert_string_equal(visit_state_wire((enum visit_state)state), states[state]);
		assert_int_equal(visit_state_from_wire(states[state]), state);
		assert_true(visit_state_label((enum visit_state)state)[0] != '\0');
	}
	assert_int_equal(visit_state_from_wire(""), VISIT_STATE_COUNT);
	assert_int_equal(visit_kind_from_wire("Pickup"), VISIT_KIND_COUNT);
	assert_int_equal(visit_action_from_wire("done"), VISIT_FINISH);
	assert_int_equal(visit_channel_from_wire("phone"), VISIT_BY_PHONE);
	assert_int_equal(visit_wish_from_wire("post"), VISIT_WISH_POST);
	assert_int_equal(visit_reason_from_wire("other"), VISIT_REASON_OTHER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_action_does_in_each_state_what_the_table_says),
		cmocka_unit_test(a_role_may_what_the_table_says_and_a_courier_only_their_own),
		cmocka_unit_test(a_window_is_of_one_local_day_whole_minutes_and_not_over),
		cmocka_unit_test(a_day_has_its_weekdays_hours_unless_the_calendar_says_otherwise),
		cmocka_unit_test(a_window_has_the_seats_that_nobody_holds_in_any_part_of_it),
		cmocka_unit_test(the_slots_of_a_day_are_the_offices_grid),
		cmocka_unit_test(the_words_are_found_again_and_no_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
