#include "unit.h"

#include <stdio.h>

#include "model/period.h"

#define HOUR_MS (3600LL * 1000)

/* clang-format off */
static const struct {
	const char *text;
	enum period_cut cut;
	const char *first, *last, *words, *due; /* due "": none */
} good[] = {
	{"2026-01", PERIOD_CALENDAR, "2026-01-01", "2026-01-31", "Tháng 1/2026 (1/1/2026–31/1/2026)", ""},
	{"2026-02", PERIOD_CALENDAR, "2026-02-01", "2026-02-28", "Tháng 2/2026 (1/2/2026–28/2/2026)", ""},
	{"2028-02", PERIOD_CALENDAR, "2028-02-01", "2028-02-29", "Tháng 2/2028 (1/2/2028–29/2/2028)", ""},
	{"2100-02", PERIOD_CALENDAR, "2100-02-01", "2100-02-28", "Tháng 2/2100 (1/2/2100–28/2/2100)", ""},
	{"2026-12", PERIOD_CALENDAR, "2026-12-01", "2026-12-31", "Tháng 12/2026 (1/12/2026–31/12/2026)", ""},
	{"2026-01", PERIOD_FIFTEENTH, "2025-12-15", "2026-01-14", "Tháng 1/2026 (15/12/2025–14/1/2026)", ""},
	{"2026-02", PERIOD_FIFTEENTH, "2026-01-15", "2026-02-14", "Tháng 2/2026 (15/1/2026–14/2/2026)", ""},
	{"2028-03", PERIOD_FIFTEENTH, "2028-02-15", "2028-03-14", "Tháng 3/2028 (15/2/2028–14/3/2028)", ""},
	{"2026-12", PERIOD_FIFTEENTH, "2026-11-15", "2026-12-14", "Tháng 12/2026 (15/11/2026–14/12/2026)", ""},
	{"2026-Q1", PERIOD_CALENDAR, "2026-01-01", "2026-03-31", "Quý I/2026 (1/1/2026–31/3/2026)", "2026-04-10"},
	{"2026-Q1", PERIOD_FIFTEENTH, "2025-12-15", "2026-03-14", "Quý I/2026 (15/12/2025–14/3/2026)", "2026-04-10"},
	{"2026-Q4", PERIOD_CALENDAR, "2026-10-01", "2026-12-31", "Quý IV/2026 (1/10/2026–31/12/2026)", "2027-01-10"},
	{"2026-Q4", PERIOD_FIFTEENTH, "2026-09-15", "2026-12-14", "Quý IV/2026 (15/9/2026–14/12/2026)", "2027-01-10"},
	{"2026-H1", PERIOD_CALENDAR, "2026-01-01", "2026-06-30", "6 tháng đầu năm 2026 (1/1/2026–30/6/2026)", "2026-07-10"},
	{"2026-H1", PERIOD_FIFTEENTH, "2025-12-15", "2026-06-14", "6 tháng đầu năm 2026 (15/12/2025–14/6/2026)", "2026-07-10"},
	{"2026-H2", PERIOD_FIFTEENTH, "2026-06-15", "2026-12-14", "6 tháng cuối năm 2026 (15/6/2026–14/12/2026)", "2027-01-10"},
	{"2026", PERIOD_CALENDAR, "2026-01-01", "2026-12-31", "Năm 2026 (1/1/2026–31/12/2026)", "2027-01-10"},
	{"2026", PERIOD_FIFTEENTH, "2025-12-15", "2026-12-14", "Năm 2026 (15/12/2025–14/12/2026)", "2027-01-10"},
	{"2000", PERIOD_FIFTEENTH, "1999-12-15", "2000-12-14", "Năm 2000 (15/12/1999–14/12/2000)", "2001-01-10"},
};
/* clang-format on */

static const char *const bad[] = {"", "2026-", "2026-0", "2026-00", "2026-13", "2026-1", "2026-Q0",
	"2026-Q5", "2026-Q11", "2026-q1", "2026-H3", "2026-H0", "2026Q1", "2026-Q", "1999", "2101",
	"20260", "-026-Q1", "2026-+1", "2026-01 ", " 2026", "2026-01-01", "２０２６", "2026-Y1"};

static void periods_begin_and_end_where_the_law_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct period period;
		char text[PERIOD_TEXT_SIZE], day[PERIOD_DAY_SIZE], words[PERIOD_WORDS_SIZE];
		assert_int_equal(period_parse(good[i].text, good[i].cut, &period), HOSO_OK);
		period_text(&period, text);
		assert_string_equal(text, good[i].text);
		period_day_text(period.first_day, day);
		assert_string_equal(day, good[i].first);
		period_day_text(period.last_day, day);
		assert_string_equal(day, good[i].last);
		period_words(&period, words);
		assert_string_equal(words, good[i].words);
		day[0] = '\0';
		if (period_due_day(&period)) {
			period_day_text(period_due_day(&period), day);
		}
		assert_string_equal(day, good[i].due);
	}
}

static void what_is_no_period_is_refused(void **state)
{
	struct period period = {.year = 1};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_int_equal(period_parse(bad[i], PERIOD_CALENDAR, &period), HOSO_BAD_MEMBER);
	}
	assert_int_equal(period.year, 1);
}

/* Every instant is in exactly one month, quarter, half and year of each cut. */
static void periods_leave_no_gap_and_do_not_overlap(void **state)
{
	static const char *const forms[] = {"", "Q", "H"};
	static const int counts[] = {12, 4, 2};

	(void)state;
	for (int cut = PERIOD_CALENDAR; cut <= PERIOD_FIFTEENTH; cut++) {
		for (size_t form = 0; form < 3; form++) {
			int64_t end = 0;
			for (int n = 0; n < 20 * counts[form]; n++) {
				struct period period;
				char text[40];
				snprintf(text, sizeof text, "%d-%s%0*d", 2000 + n / counts[form],
					forms[form], form == 0 ? 2 : 1, n % counts[form] + 1);
				assert_int_equal(
					period_parse(text, (enum period_cut)cut, &period), HOSO_OK);
				assert_true(n == 0 || period_from_ms(&period) == end);
				end = period_to_ms(&period);
				assert_true(end > period_from_ms(&period));
			}
		}
	}
}

static void a_day_begins_at_midnight_in_viet_nam(void **state)
{
	struct period period;

	(void)state;
	assert_int_equal(period_parse("1970", PERIOD_CALENDAR, &period), HOSO_BAD_MEMBER);
	assert_int_equal(period_parse("2026-01", PERIOD_CALENDAR, &period), HOSO_OK);
	assert_int_equal(period_from_ms(&period), 1767225600000LL - 7 * HOUR_MS);
	assert_int_equal(period_to_ms(&period), 1769904000000LL - 7 * HOUR_MS);
}

static void a_period_is_closed_the_day_after_its_last(void **state)
{
	struct period period;

	(void)state;
	assert_int_equal(period_parse("2026-Q1", PERIOD_FIFTEENTH, &period), HOSO_OK);
	assert_false(period_is_closed(&period, period.first_day));
	assert_false(period_is_closed(&period, period.last_day));
	assert_true(period_is_closed(&period, period.last_day + 1));
}

static void a_share_is_rounded_half_up_and_needs_a_whole(void **state)
{
	/* clang-format off */
	static const struct { int64_t value, of, share; } cases[] = {
		{0, 0, -1}, {5, 0, -1}, {5, -1, -1}, {0, 5, 0}, {1, 1, 10000}, {1, 3, 3333}, {2, 3, 6667}, {1, 20000, 1},
		{1, 20001, 0}, {3, 2, 15000}, {1, 8, 1250}, {10000000000, 10000000000, 10000},
		{9000000000000000, 9000000000000000, 10000},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(period_share(cases[i].value, cases[i].of), cases[i].share);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(periods_begin_and_end_where_the_law_says),
		cmocka_unit_test(what_is_no_period_is_refused),
		cmocka_unit_test(periods_leave_no_gap_and_do_not_overlap),
		cmocka_unit_test(a_day_begins_at_midnight_in_viet_nam),
		cmocka_unit_test(a_period_is_closed_the_day_after_its_last),
		cmocka_unit_test(a_share_is_rounded_half_up_and_needs_a_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
