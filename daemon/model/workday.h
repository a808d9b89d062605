#ifndef HOSO_MODEL_WORKDAY_H
#define HOSO_MODEL_WORKDAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A working day is a Monday to Friday that is no holiday. Pure; no clock is looked at. A day is an
 * int32_t: days since 1970-01-01 of the local date, as clock_local_day() counts them. Holidays are
 * @holiday_count such days in any order; NULL and 0 when there are none.
 */

bool workday_is(int32_t day, const int32_t *holidays, size_t holiday_count);

/** workday_add() - the @days-th working day after @day; @day itself when @days is 0. */
int32_t workday_add(int32_t day, unsigned days, const int32_t *holidays, size_t holiday_count);

/**
 * workday_between() - working days after @from, up to and with @to; 0 when @to is not later.
 *
 * The working days between d and workday_add(d, n) are n.
 */
unsigned workday_between(int32_t from, int32_t to, const int32_t *holidays, size_t holiday_count);

#endif
