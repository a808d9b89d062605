#ifndef HOSO_MODEL_WORKDAY_H
#define HOSO_MODEL_WORKDAY_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/limits.h>

/*
 * A working day is a Monday to Friday, unless the calendar says otherwise: a holiday is none, a Saturday that is
 * worked for a day off is one. Pure; no clock is looked at. A day is an int32_t: days since 1970-01-01 of the local
 * date, as clock_local_day() counts them.
 */

struct special_day {
	int32_t day;
	bool is_workday;
};

/** struct calendar - days that are not what their weekday says, in any order, each once. */
struct calendar {
	unsigned count;
	struct special_day days[CALENDAR_DAYS_MAX];
};

/* @calendar may be NULL everywhere: only weekends are free. */
bool workday_is(int32_t day, const struct calendar *calendar);

/** workday_add() - the @days-th working day after @day; @day itself when @days is 0. */
int32_t workday_add(int32_t day, unsigned days, const struct calendar *calendar);

/** workday_back() - the last day d for which workday_add(d, @days) is not after @day. */
int32_t workday_back(int32_t day, unsigned days, const struct calendar *calendar);

/**
 * workday_between() - working days after @from, up to and with @to; 0 when @to is not later.
 *
 * The working days between d and workday_add(d, n) are n.
 */
unsigned workday_between(int32_t from, int32_t to, const struct calendar *calendar);

#define WORKDAY_TEXT_SIZE 11

/** workday_format() - "2026-11-23". */
void workday_format(int32_t day, char ret_text[WORKDAY_TEXT_SIZE]);

/** workday_parse() - false unless @text is a day of the years 1970 to 9999, as YYYY-MM-DD. */
bool workday_parse(const char *text, int32_t *ret_day);

#endif
