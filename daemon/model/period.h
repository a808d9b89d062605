#ifndef HOSO_MODEL_PERIOD_H
#define HOSO_MODEL_PERIOD_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/error.h>

#include "base/attr.h"

/*
 * What a report is about: a month, quarter, half-year or year, cut by the calendar, or from the 15th of the month
 * before to the 14th (the forms of TT 01/2020/TT-VPCP: quarter I is 15 December to 14 March). Pure. Days are days
 * since 1970-01-01 of the local date, Asia/Ho_Chi_Minh, as clock_local_day() counts them.
 */

enum period_kind { PERIOD_MONTH, PERIOD_QUARTER, PERIOD_HALF, PERIOD_YEAR };
enum period_cut { PERIOD_CALENDAR, PERIOD_FIFTEENTH };

/** struct period - @number: 1 to 12, 4, 2 or 1. @first_day, @last_day: both belong to it. */
struct period {
	enum period_kind kind;
	enum period_cut cut;
	int year, number;
	int32_t first_day, last_day;
};

#define PERIOD_TEXT_SIZE 8   /* "2026-Q1" */
#define PERIOD_WORDS_SIZE 64 /* bytes: "6 tháng đầu năm 2026 (15/12/2025–14/6/2026)" */
#define PERIOD_DAY_SIZE 11   /* "2026-03-14" */
#define PERIOD_WORDS_DAY_SIZE PERIOD_DAY_SIZE /* "14/3/2026" */

/**
 * period_parse() - "2026-01", "2026-Q1", "2026-H1", "2026"; years 2000 to 2100.
 *
 * Errors: HOSO_BAD_MEMBER for everything else.
 */
_must_check_ enum hoso_error period_parse(
	const char *text, enum period_cut cut, struct period *ret_period);

/** period_cut_parse() - "calendar", "15"; NULL is the calendar. */
_must_check_ enum hoso_error period_cut_parse(const char *text, enum period_cut *ret_cut);
const char *period_cut_wire(enum period_cut cut);

/** period_text() - as period_parse() takes it. */
void period_text(const struct period *period, char ret_text[PERIOD_TEXT_SIZE]);

/** period_words() - "Quý I/2026 (15/12/2025–14/3/2026)". */
void period_words(const struct period *period, char ret_words[PERIOD_WORDS_SIZE]);

/** period_from_ms(), period_to_ms() - its first instant, and the first after it. */
int64_t period_from_ms(const struct period *period);
int64_t period_to_ms(const struct period *period);

/**
 * period_due_day() - before this day it must be reported: the 10th of the first month after the quarter, half-year or
 * year (TT 17/2017 Điều 13), whichever way it is cut; 0 for a month, for which no law sets a day.
 */
int32_t period_due_day(const struct period *period);

/** period_is_closed() - it is over on @today. */
bool period_is_closed(const struct period *period, int32_t today);

void period_day_text(int32_t day, char ret_text[PERIOD_DAY_SIZE]);        /* 2026-03-14 */
void period_day_words(int32_t day, char ret_text[PERIOD_WORDS_DAY_SIZE]); /* 14/3/2026 */

/**
 * period_share() - @value of @of in hundredths of a percent, half up; -1 when there is no share: @of is not above 0.
 */
int64_t period_share(int64_t value, int64_t of);

#endif
