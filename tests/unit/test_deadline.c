#include "unit.h"

#include <glib.h>

#include "model/deadline.h"

/* 2026 as it was decreed: Tết from 14 to 22 February, and two days off that are worked on a Saturday. */
static const struct {
	const char *day;
	bool is_workday;
} decreed[] = {{"2026-01-01", false}, {"2026-01-02", false}, {"2026-01-10", true},
	{"2026-02-16", false}, {"2026-02-17", false}, {"2026-02-18", false}, {"2026-02-19", false},
	{"2026-02-20", false}, {"2026-04-27", false}, {"2026-04-30", false}, {"2026-05-01", false},
	{"2026-08-22", true}, {"2026-08-31", false}, {"2026-09-01", false}, {"2026-09-02", false}};

static struct calendar year;

static const struct deadline_road district = {1, 2};
static const struct deadline_road province = {2, 4};
static const struct deadline_road inter = {4, 8};
static const struct deadline_road island = {6, 12};

static int32_t day_of(const char *text)
{
	int32_t day = 0;

	assert_true(text[0] == '\0' || workday_parse(text, &day));
	return day;
}

/* "2026-02-13 16:00" in Viet Nam. */
static int64_t at(const char *text)
{
	g_autofree char *date = g_strndup(text, 10);
	int64_t minutes =
		g_ascii_strtoll(text + 11, NULL, 10) * 60 + g_ascii_strtoll(text + 14, NULL, 10);

	return deadline_day_end_ms(day_of(date) - 1) + minutes * 60000;
}

static int set_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(decreed); i++) {
		year.days[year.count++] =
			(struct special_day){day_of(decreed[i].day), decreed[i].is_workday};
	}
	return 0;
}

static void assert_day(int32_t day, const char *expected)
{
	char text[WORKDAY_TEXT_SIZE] = "";

	if (day) {
		workday_format(day, text);
	}
	assert_string_equal(text, expected);
}

static void a_promise_is_so_many_working_days_after_the_day_on_the_slip(void **state)
{
	static const struct {
		const char *accepted;
		const struct deadline_road *road;
		const char *promised;
	} cases[] = {
		{"2026-11-23 08:00", &district, "2026-11-24"},
		{"2026-11-23 08:00", &province, "2026-11-25"},
		{"2026-11-23 08:00", &inter, "2026-11-27"},
		{"2026-11-23 08:00", &island, "2026-12-01"},
		{"2026-11-23 08:00", NULL,
			""}, /* nobody knows how far it is: nothing is promised */
		/* the hour does not matter: J is the day on the slip */
		{"2026-11-23 00:00", &district, "2026-11-24"},
		{"2026-11-23 23:59", &district, "2026-11-24"},
		{"2026-11-24 00:00", &district, "2026-11-25"},
		/* weekends: an acceptance on a free day counts from it */
		{"2026-11-27 20:00", &district, "2026-11-30"},
		{"2026-11-28 09:00", &district, "2026-11-30"},
		{"2026-11-29 21:30", &district, "2026-11-30"},
		/* Tết */
		{"2026-02-13 10:00", &district, "2026-02-23"},
		{"2026-02-13 10:00", &island, "2026-03-02"},
		{"2026-02-17 10:00", &province, "2026-02-24"},
		/* Saturdays that are worked, for a day off */
		{"2026-01-09 10:00", &district, "2026-01-10"},
		{"2026-01-09 10:00", &province, "2026-01-12"},
		{"2026-08-21 10:00", &district, "2026-08-22"},
		{"2026-08-28 10:00", &district, "2026-09-03"},
		/* ends of months and years, a leap day */
		{"2026-04-29 10:00", &district, "2026-05-04"},
		{"2025-12-31 10:00", &district, "2026-01-05"},
		{"2026-12-31 23:59", &district, "2027-01-01"}, /* not decreed yet */
		{"2024-02-28 10:00", &district, "2024-02-29"},
		{"2024-02-28 10:00", &province, "2024-03-01"},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		assert_day(deadline_promise(
				   LEG_SUBMIT, at(cases[i].accepted), 0, cases[i].road, &year),
			cases[i].promised);
		assert_day(deadline_promise(
				   LEG_RESULT, at(cases[i].accepted), 0, cases[i].road, &year),
			cases[i].promised);
	}
	assert_day(deadline_promise(LEG_SUBMIT, 0, 0, &district, &year), "");
}

static void a_slip_is_back_in_twice_the_time_from_where_its_papers_began(void **state)
{
	static const struct {
		const char *slip, *papers;
		const struct deadline_road *road;
		const char *promised;
	} cases[] = {
		{"2026-11-25 09:00", "2026-11-23 08:00", &district, "2026-11-25"},
		{"2026-11-25 09:00", "2026-11-23 08:00", &province, "2026-11-27"},
		{"2026-11-25 09:00", "2026-11-23 08:00", &island, "2026-12-09"},
		{"2026-02-23 09:00", "2026-02-12 08:00", &province, "2026-02-25"},
		{"2026-11-25 09:00", "", &district, "2026-11-26"},
		{"2026-11-25 09:00", "", &province, "2026-11-27"},
		{"2026-11-25 09:00", "2026-11-23 08:00", NULL, ""},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		int64_t papers_ms = cases[i].papers[0] ? at(cases[i].papers) : 0;

		assert_day(deadline_promise(
				   LEG_SLIP, at(cases[i].slip), papers_ms, cases[i].road, &year),
			cases[i].promised);
	}
}

static void between_agencies_it_goes_the_same_day_until_three(void **state)
{
	static const struct {
		const char *accepted, *promised;
	} cases[] = {{"2026-11-23 00:00", "2026-11-23"}, {"2026-11-23 15:00", "2026-11-23"},
		{"2026-11-23 15:01", "2026-11-24"}, {"2026-11-23 23:59", "2026-11-24"},
		{"2026-11-27 15:01", "2026-11-30"}, {"2026-11-28 09:00", "2026-11-30"},
		{"2026-02-13 16:00", "2026-02-23"}, {"2026-08-22 10:00", "2026-08-22"},
		{"2026-12-31 17:00", "2027-01-01"}};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		assert_day(deadline_promise(LEG_INTER, at(cases[i].accepted), 0, NULL, &year),
			cases[i].promised);
	}
}

static void a_result_is_in_time_by_its_first_attempt_and_papers_by_their_delivery(void **state)
{
	static const struct {
		enum leg_kind kind;
		const char *attempted, *ended, *stopped;
	} cases[] = {
		{LEG_RESULT, "2026-11-24 10:00", "2026-11-27 10:00", "2026-11-24 10:00"},
		{LEG_RESULT, "2026-11-24 10:00", "", "2026-11-24 10:00"},
		{LEG_RESULT, "", "2026-11-27 10:00", "2026-11-27 10:00"}, /* lost */
		{LEG_SLIP, "2026-11-24 10:00", "", "2026-11-24 10:00"},
		{LEG_SUPPLEMENT_OUT, "2026-11-24 10:00", "", "2026-11-24 10:00"},
		{LEG_SUBMIT, "2026-11-24 10:00", "", ""}, /* the agency was closed: it runs on */
		{LEG_SUBMIT, "2026-11-24 10:00", "2026-11-25 08:00", "2026-11-25 08:00"},
		{LEG_RECLAIM, "", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct leg leg = {.kind = cases[i].kind,
			.attempted_at_ms = cases[i].attempted[0] ? at(cases[i].attempted) : 0,
			.ended_at_ms = cases[i].ended[0] ? at(cases[i].ended) : 0};

		assert_int_equal(
			deadline_stopped_at(&leg), cases[i].stopped[0] ? at(cases[i].stopped) : 0);
	}
}

static void a_day_lasts_until_midnight_in_viet_nam(void **state)
{
	int32_t day = day_of("2026-11-24");

	(void)state;
	assert_true(deadline_was_kept(day, at("2026-11-24 23:59")));
	assert_false(deadline_was_kept(day, at("2026-11-25 00:00")));
	assert_true(deadline_was_kept(day, deadline_day_end_ms(day) - 1));
	assert_false(deadline_was_kept(day, deadline_day_end_ms(day)));
	assert_true(deadline_was_kept(0, at("2026-11-25 00:00")));
	/* 17:00 UTC is midnight */
	assert_int_equal(deadline_day_end_ms(0), (24 - 7) * 3600000LL);
}

/* @first and @last: invitations; @again: the next one counts from; @back: it goes back. */
static void invitations_lie_two_working_days_apart_and_then_it_goes_back(void **state)
{
	static const struct {
		const char *first, *last;
		unsigned count;
		const char *again, *back;
		bool may;
	} cases[] = {
		{"2026-11-23 09:00", "2026-11-23 09:00", 1, "2026-11-25", "", false},
		{"2026-11-23 09:00", "2026-11-24 09:00", 2, "2026-11-25", "", false},
		{"2026-11-23 09:00", "2026-11-25 00:00", 2, "", "2026-11-27", true},
		{"2026-11-23 23:59", "2026-11-25 09:00", 2, "", "2026-11-27", true},
		{"2026-11-27 09:00", "2026-11-30 09:00", 2, "2026-12-01", "", false},
		{"2026-11-27 09:00", "2026-12-01 09:00", 2, "", "2026-12-03", true},
		/* Tết lies between: days apart, but not working days */
		{"2026-02-13 09:00", "2026-02-20 09:00", 2, "2026-02-24", "", false},
		{"2026-02-13 09:00", "2026-02-23 09:00", 3, "2026-02-24", "", false},
		{"2026-02-13 09:00", "2026-02-24 09:00", 3, "", "2026-02-26", true},
		/* the Saturday counts */
		{"2026-08-21 09:00", "2026-08-24 09:00", 2, "", "2026-08-26", true},
		{"2026-11-20 09:00", "2026-11-23 09:00", 2, "2026-11-24", "", false},
		{"2025-12-31 09:00", "2026-01-05 09:00", 2, "2026-01-06", "", false},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct leg leg = {.state = LEG_HELD,
			.invitations = cases[i].count,
			.first_invited_at_ms = at(cases[i].first),
			.last_invited_at_ms = at(cases[i].last)};

		assert_day(deadline_invitation_day(&leg, &year), cases[i].again);
		assert_day(deadline_return_day(&leg, &year), cases[i].back);
		assert_int_equal(deadline_may_return(&leg, REASON_A4, &year), cases[i].may);
		assert_true(deadline_may_return(&leg, REASON_A5, &year));
		leg.state = LEG_OUT_FOR_DELIVERY;
		assert_false(deadline_may_return(&leg, REASON_A4, &year));
	}
	assert_day(deadline_invitation_day(&(struct leg){0}, &year), "");
}

static void an_agency_has_three_working_days_for_its_word_and_the_post_one_for_the_result(
	void **state)
{
	static const struct {
		const char *at, *word, *collect, *remit;
	} cases[] = {{"2026-11-23 16:59", "2026-11-26", "2026-11-24", "2026-11-23"},
		{"2026-11-27 08:00", "2026-12-02", "2026-11-30", "2026-11-27"},
		{"2026-02-12 08:00", "2026-02-24", "2026-02-13", "2026-02-12"},
		{"2026-04-24 23:59", "2026-05-04", "2026-04-28", "2026-04-24"},
		{"2026-12-31 00:00", "2027-01-05", "2027-01-01", "2026-12-31"}};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		assert_day(deadline_agency_word_day(at(cases[i].at), &year), cases[i].word);
		assert_day(deadline_collect_day(at(cases[i].at), &year), cases[i].collect);
		assert_day(deadline_remit_day(at(cases[i].at)), cases[i].remit);
	}
	assert_day(deadline_agency_word_day(0, &year), "");
	assert_day(deadline_collect_day(0, &year), "");
	assert_day(deadline_remit_day(0), "");
}

static void a_window_is_missed_when_it_is_over(void **state)
{
	(void)state;
	assert_false(deadline_window_missed(1000, 1000));
	assert_true(deadline_window_missed(1000, 1001));
	assert_false(deadline_window_missed(0, 1001));
}

/* The one comparison that lists make says the same as the reckoning of each row. */
static void one_comparison_finds_what_is_overdue(void **state)
{
	int64_t now_ms = at("2026-02-01 12:00");
	int found = 0;

	(void)state;
	for (int hours = 0; hours < 24 * 40; hours += 7) {
		for (unsigned days = 0; days < 5; days++) {
			int64_t then_ms = now_ms + hours * 3600000LL;
			int64_t before_ms = deadline_overdue_before_ms(then_ms, days, &year);
			for (int back = 0; back < 24 * 20; back += 11) {
				int64_t began_ms = then_ms - back * 3600000LL;
				int32_t due = workday_add(
					(int32_t)((began_ms + 7 * 3600000LL) / 86400000LL), days,
					&year);
				bool late = !deadline_was_kept(due, then_ms);
				assert_int_equal(began_ms < before_ms, late);
				found += late;
			}
		}
	}
	assert_true(found > 1000);
}

static void a_deadline_is_open_due_kept_or_late(void **state)
{
	int32_t day = day_of("2026-11-24");
	static const struct {
		const char *met, *now;
		enum deadline_state state;
	} cases[] = {{"", "2026-11-23 23:59", DEADLINE_OPEN},
		{"", "2026-11-24 00:00", DEADLINE_TODAY}, {"", "2026-11-24 23:59", DEADLINE_TODAY},
		{"", "2026-11-25 00:00", DEADLINE_LATE},
		{"2026-11-24 23:59", "2026-12-01 00:00", DEADLINE_KEPT},
		{"2026-11-25 00:00", "2026-12-01 00:00", DEADLINE_MISSED}};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		int64_t met_ms = cases[i].met[0] ? at(cases[i].met) : 0;

		assert_int_equal(deadline_state(day, met_ms, at(cases[i].now)), cases[i].state);
		assert_int_equal(deadline_state(0, met_ms, at(cases[i].now)), DEADLINE_UNKNOWN);
	}
	for (int each = 0; each < DEADLINE_STATE_COUNT; each++) {
		assert_true(deadline_state_wire((enum deadline_state)each)[0] != '\0');
		assert_true(deadline_state_label((enum deadline_state)each)[0] != '\0');
	}
}

static void rules_have_tokens_and_words(void **state)
{
	(void)state;
	for (int rule = 0; rule < DEADLINE_RULE_COUNT; rule++) {
		assert_true(deadline_wire((enum deadline_rule)rule)[0] != '\0');
		assert_true(deadline_label((enum deadline_rule)rule)[0] != '\0');
	}
	for (int kind = 0; kind < LEG_KIND_COUNT; kind++) {
		enum deadline_rule rule = deadline_leg_rule((enum leg_kind)kind);
		assert_int_equal(rule == DEADLINE_INTER_AGENCY, kind == LEG_INTER);
		assert_int_equal(rule == DEADLINE_SLIP_BACK, kind == LEG_SLIP);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_promise_is_so_many_working_days_after_the_day_on_the_slip),
		cmocka_unit_test(a_slip_is_back_in_twice_the_time_from_where_its_papers_began),
		cmocka_unit_test(between_agencies_it_goes_the_same_day_until_three),
		cmocka_unit_test(
			a_result_is_in_time_by_its_first_attempt_and_papers_by_their_delivery),
		cmocka_unit_test(a_day_lasts_until_midnight_in_viet_nam),
		cmocka_unit_test(invitations_lie_two_working_days_apart_and_then_it_goes_back),
		cmocka_unit_test(
			an_agency_has_three_working_days_for_its_word_and_the_post_one_for_the_result),
		cmocka_unit_test(a_window_is_missed_when_it_is_over),
		cmocka_unit_test(one_comparison_finds_what_is_overdue),
		cmocka_unit_test(a_deadline_is_open_due_kept_or_late),
		cmocka_unit_test(rules_have_tokens_and_words),
	};

	return cmocka_run_group_tests_name("deadline", tests, set_up, NULL);
}
