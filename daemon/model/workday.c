#include "model/workday.h"

/* 1970-01-01 was a Thursday; Monday is 0. */
static int weekday(int32_t day)
{
	return (int)((((int64_t)day + 3) % 7 + 7) % 7);
}

bool workday_is(int32_t day, const int32_t *holidays, size_t holiday_count)
{
	if (weekday(day) >= 5) {
		return false;
	}
	for (size_t i = 0; i < holiday_count; i++) {
		if (holidays[i] == day) {
			return false;
		}
	}
	return true;
}

int32_t workday_add(int32_t day, unsigned days, const int32_t *holidays, size_t holiday_count)
{
	while (days > 0) {
		day++;
		days -= workday_is(day, holidays, holiday_count);
	}
	return day;
}

unsigned workday_between(int32_t from, int32_t to, const int32_t *holidays, size_t holiday_count)
{
	unsigned days = 0;

	for (int32_t day = from; day < to;) {
		day++;
		days += workday_is(day, holidays, holiday_count);
	}
	return days;
}
