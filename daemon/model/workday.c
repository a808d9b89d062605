#include "model/workday.h"

#include <stdio.h>
#include <string.h>

#include <glib.h>

/* 1970-01-01 was a Thursday; Monday is 0. */
static int weekday(int32_t day)
{
	return (int)((((int64_t)day + 3) % 7 + 7) % 7);
}

bool workday_is(int32_t day, const struct calendar *calendar)
{
	for (unsigned i = 0; calendar && i < calendar->count; i++) {
		if (calendar->days[i].day == day) {
			return calendar->days[i].is_workday;
		}
	}
	return weekday(day) < 5;
}

int32_t workday_add(int32_t day, unsigned days, const struct calendar *calendar)
{
	while (days > 0) {
		day++;
		days -= workday_is(day, calendar);
	}
	return day;
}

int32_t workday_back(int32_t day, unsigned days, const struct calendar *calendar)
{
	while (days > 0) {
		days -= workday_is(day, calendar);
		day--;
	}
	return day;
}

unsigned workday_between(int32_t from, int32_t to, const struct calendar *calendar)
{
	unsigned days = 0;

	for (int32_t day = from; day < to;) {
		day++;
		days += workday_is(day, calendar);
	}
	return days;
}

#define EPOCH_JULIAN 719163 /* of GDate: 1970-01-01 */

void workday_format(int32_t day, char ret_text[WORKDAY_TEXT_SIZE])
{
	GDate date;

	g_date_clear(&date, 1);
	g_date_set_julian(&date, (guint32)(CLAMP(day, 0, 2932896) + EPOCH_JULIAN));
	snprintf(ret_text, WORKDAY_TEXT_SIZE, "%04u-%02u-%02u", g_date_get_year(&date) % 10000u,
		(unsigned)g_date_get_month(&date) % 100u, g_date_get_day(&date) % 100u);
}

bool workday_parse(const char *text, int32_t *ret_day)
{
	static const char shape[] = "dddd-dd-dd";
	unsigned numbers[3] = {0};
	int part = 0;
	GDate date;

	for (size_t i = 0; i < sizeof shape - 1; i++) {
		if (shape[i] == 'd' ? !g_ascii_isdigit(text[i]) : text[i] != shape[i]) {
			return false;
		}
		part += shape[i] != 'd';
		numbers[part] = shape[i] == 'd' ? numbers[part] * 10 + (unsigned)(text[i] - '0')
						: numbers[part];
	}
	if (text[sizeof shape - 1] != '\0' || numbers[0] < 1970 ||
		!g_date_valid_dmy(
			(GDateDay)numbers[2], (GDateMonth)numbers[1], (GDateYear)numbers[0])) {
		return false;
	}
	g_date_clear(&date, 1);
	g_date_set_dmy(&date, (GDateDay)numbers[2], (GDateMonth)numbers[1], (GDateYear)numbers[0]);
	*ret_day = (int32_t)g_date_get_julian(&date) - EPOCH_JULIAN;
	return true;
}
