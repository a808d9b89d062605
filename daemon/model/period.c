#include "model/period.h"

#include <string.h>

#include <glib.h>

#define YEAR_MIN 2000
#define YEAR_MAX 2100
#define DAY_MS (24LL * 3600 * 1000)
#define OFFSET_MS (7LL * 3600 * 1000) /* Asia/Ho_Chi_Minh; no summer time since 1975 */
#define EPOCH_JULIAN 719163           /* GLib's day 1 is 0001-01-01; this is 1970-01-01 */
#define WHOLE 10000                   /* hundredths of a percent */

static const int months_of[] = {
	[PERIOD_MONTH] = 1, [PERIOD_QUARTER] = 3, [PERIOD_HALF] = 6, [PERIOD_YEAR] = 12};

static int32_t day_of(int year, int month, int day)
{
	GDate date;

	g_date_clear(&date, 1);
	g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
	return (int32_t)g_date_get_julian(&date) - EPOCH_JULIAN;
}

/* @months may be 0 (December before) or 13 (January after). */
static int32_t day_of_month(int year, int months, int day)
{
	int shifted = year * 12 + months - 1;

	return day_of(shifted / 12, shifted % 12 + 1, day);
}

static void set_days(struct period *period)
{
	int last = period->number * months_of[period->kind];
	int first = last - months_of[period->kind] + 1;

	if (period->cut == PERIOD_FIFTEENTH) {
		period->first_day = day_of_month(period->year, first - 1, 15);
		period->last_day = day_of_month(period->year, last, 14);
	} else {
		period->first_day = day_of_month(period->year, first, 1);
		period->last_day = day_of_month(period->year, last + 1, 1) - 1;
	}
}

static bool read_digits(const char *text, size_t count, int *ret_number)
{
	int number = 0;

	for (size_t i = 0; i < count; i++) {
		if (!g_ascii_isdigit(text[i])) {
			return false;
		}
		number = number * 10 + (text[i] - '0');
	}
	*ret_number = number;
	return true;
}

static bool read_part(const char *text, struct period *period)
{
	size_t length = strlen(text);

	if (length == 0) {
		period->kind = PERIOD_YEAR;
		period->number = 1;
		return true;
	}
	if (length != 3 || text[0] != '-') {
		return false;
	}
	period->kind = text[1] == 'Q'   ? PERIOD_QUARTER
		       : text[1] == 'H' ? PERIOD_HALF
					: PERIOD_MONTH;
	return period->kind == PERIOD_MONTH ? read_digits(text + 1, 2, &period->number)
					    : read_digits(text + 2, 1, &period->number);
}

enum hoso_error period_parse(const char *text, enum period_cut cut, struct period *ret_period)
{
	struct period period = {.cut = cut};

	if (strlen(text) < 4 || !read_digits(text, 4, &period.year) ||
		!read_part(text + 4, &period) || period.year < YEAR_MIN || period.year > YEAR_MAX ||
		period.number < 1 || period.number > 12 / months_of[period.kind]) {
		return HOSO_BAD_MEMBER;
	}
	set_days(&period);
	*ret_period = period;
	return HOSO_OK;
}

enum hoso_error period_cut_parse(const char *text, enum period_cut *ret_cut)
{
	if (!text || strcmp(text, "calendar") == 0) {
		*ret_cut = PERIOD_CALENDAR;
	} else if (strcmp(text, "15") == 0) {
		*ret_cut = PERIOD_FIFTEENTH;
	} else {
		return HOSO_BAD_MEMBER;
	}
	return HOSO_OK;
}

const char *period_cut_wire(enum period_cut cut)
{
	return cut == PERIOD_FIFTEENTH ? "15" : "calendar";
}

void period_text(const struct period *period, char ret_text[PERIOD_TEXT_SIZE])
{
	switch (period->kind) {
	case PERIOD_MONTH:
		g_snprintf(ret_text, PERIOD_TEXT_SIZE, "%04d-%02d", period->year, period->number);
		break;
	case PERIOD_QUARTER:
	case PERIOD_HALF:
		g_snprintf(ret_text, PERIOD_TEXT_SIZE, "%04d-%c%d", period->year,
			period->kind == PERIOD_HALF ? 'H' : 'Q', period->number);
		break;
	case PERIOD_YEAR:
		g_snprintf(ret_text, PERIOD_TEXT_SIZE, "%04d", period->year);
		break;
	}
}

void period_words(const struct period *period, char ret_words[PERIOD_WORDS_SIZE])
{
	static const char *const quarters[] = {"I", "II", "III", "IV"};
	char name[PERIOD_WORDS_SIZE];
	char first[PERIOD_WORDS_DAY_SIZE], last[PERIOD_WORDS_DAY_SIZE];

	switch (period->kind) {
	case PERIOD_MONTH:
		g_snprintf(name, sizeof name, "Tháng %d/%d", period->number, period->year);
		break;
	case PERIOD_QUARTER:
		g_snprintf(
			name, sizeof name, "Quý %s/%d", quarters[period->number - 1], period->year);
		break;
	case PERIOD_HALF:
		g_snprintf(name, sizeof name, "6 tháng %s năm %d",
			period->number == 1 ? "đầu" : "cuối", period->year);
		break;
	case PERIOD_YEAR:
		g_snprintf(name, sizeof name, "Năm %d", period->year);
		break;
	}
	period_day_words(period->first_day, first);
	period_day_words(period->last_day, last);
	g_snprintf(ret_words, PERIOD_WORDS_SIZE, "%s (%s–%s)", name, first, last);
}

int64_t period_from_ms(const struct period *period)
{
	return period->first_day * DAY_MS - OFFSET_MS;
}

int64_t period_to_ms(const struct period *period)
{
	return (period->last_day + 1) * DAY_MS - OFFSET_MS;
}

int32_t period_due_day(const struct period *period)
{
	if (period->kind == PERIOD_MONTH) {
		return 0;
	}
	return day_of_month(period->year, period->number * months_of[period->kind] + 1, 10);
}

bool period_is_closed(const struct period *period, int32_t today)
{
	return today > period->last_day;
}

static void date_of(int32_t day, GDate *ret_date)
{
	g_date_clear(ret_date, 1);
	g_date_set_julian(ret_date, (guint32)(day + EPOCH_JULIAN));
}

void period_day_text(int32_t day, char ret_text[PERIOD_DAY_SIZE])
{
	GDate date;

	date_of(day, &date);
	g_snprintf(ret_text, PERIOD_DAY_SIZE, "%04d-%02d-%02d", g_date_get_year(&date),
		(int)g_date_get_month(&date), g_date_get_day(&date));
}

void period_day_words(int32_t day, char ret_text[PERIOD_WORDS_DAY_SIZE])
{
	GDate date;

	date_of(day, &date);
	g_snprintf(ret_text, PERIOD_WORDS_DAY_SIZE, "%d/%d/%04d", g_date_get_day(&date),
		(int)g_date_get_month(&date), g_date_get_year(&date));
}

int64_t period_share(int64_t value, int64_t of)
{
	if (of <= 0) {
		return -1;
	}
	return (int64_t)(((__int128)value * WHOLE * 2 + of) / ((__int128)of * 2));
}
