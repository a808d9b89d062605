#include "base/clock.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

#include <glib.h>

#define DAY_MS (24LL * 3600 * 1000)
#define LOCAL_OFFSET_MS (7LL * 3600 * 1000) /* Viet Nam has had no other since 1975 */
#define YEAR_2000_MS 946684800000LL
#define YEAR_2200_MS 7258118400000LL
#define YEAR_9999_MS 253370764800000LL

static int64_t set_now_ms;

static int64_t read_ms(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_now_ms(void)
{
	return set_now_ms ? set_now_ms : read_ms(CLOCK_REALTIME);
}

int64_t clock_monotonic_ms(void)
{
	return read_ms(CLOCK_MONOTONIC);
}

int64_t clock_cpu_ms(void)
{
	return read_ms(CLOCK_THREAD_CPUTIME_ID);
}

void clock_set_now_ms(int64_t now_ms)
{
	set_now_ms = now_ms;
}

static void put_digits(char *at, int number, int digits)
{
	while (digits-- > 0) {
		at[digits] = (char)('0' + number % 10);
		number /= 10;
	}
}

void clock_format_rfc3339(int64_t ms, char ret_text[CLOCK_RFC3339_SIZE])
{
	static const char shape[CLOCK_RFC3339_SIZE] = "yyyy-mm-ddThh:mm:ss.mmmZ";
	time_t seconds = (time_t)(ms / 1000);
	struct tm utc;

	gmtime_r(&seconds, &utc);
	memcpy(ret_text, shape, sizeof shape);
	put_digits(ret_text, utc.tm_year + 1900, 4);
	put_digits(ret_text + 5, utc.tm_mon + 1, 2);
	put_digits(ret_text + 8, utc.tm_mday, 2);
	put_digits(ret_text + 11, utc.tm_hour, 2);
	put_digits(ret_text + 14, utc.tm_min, 2);
	put_digits(ret_text + 17, utc.tm_sec, 2);
	put_digits(ret_text + 20, (int)(ms % 1000), 3);
}

/* GDateTime also takes ISO 8601's other shapes (weeks, no colons); RFC 3339 has just this one. */
static bool has_shape(const char *text)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:dd";
	const char *rest = text + sizeof shape - 1;

	for (size_t i = 0; i < sizeof shape - 1; i++) {
		bool fits = shape[i] == 'd' ? isdigit((unsigned char)text[i]) : text[i] == shape[i];
		if (!fits) {
			return false;
		}
	}
	if (*rest == '.') {
		size_t digits = strspn(rest + 1, "0123456789");
		if (digits < 1 || digits > 9) {
			return false;
		}
		rest += 1 + digits;
	}
	if (strcmp(rest, "Z") == 0) {
		return true;
	}
	return (*rest == '+' || *rest == '-') && strlen(rest) == 6 && rest[3] == ':' &&
	       strspn(rest + 1, "0123456789") == 2 && strspn(rest + 4, "0123456789") == 2;
}

bool clock_parse_rfc3339(const char *text, int64_t *ret_ms)
{
	g_autoptr(GDateTime) at = NULL;
	int64_t ms;

	if (!has_shape(text)) {
		return false;
	}
	at = g_date_time_new_from_iso8601(text, NULL);
	if (!at) {
		return false;
	}
	ms = g_date_time_to_unix(at) * 1000 + g_date_time_get_microsecond(at) / 1000;
	if (ms < YEAR_2000_MS || ms > YEAR_2200_MS) {
		return false;
	}
	*ret_ms = ms;
	return true;
}

void clock_format_local(int64_t ms, const char *format, char *ret_text, size_t size)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Asia/Ho_Chi_Minh");
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(ms / 1000);
	g_autoptr(GDateTime) local = NULL;
	g_autofree char *text = NULL;

	/* A machine without tzdata still has to be right. */
	if (!zone) {
		zone = g_time_zone_new_offset(LOCAL_OFFSET_MS / 1000);
	}
	local = utc ? g_date_time_to_timezone(utc, zone) : NULL;
	text = local ? g_date_time_format(local, format) : NULL;
	g_strlcpy(ret_text, text ? text : "", size);
}

int32_t clock_local_day(int64_t ms)
{
	/* A damaged row of the database may hold any number; it must not overflow here. */
	int64_t local_ms = CLAMP(ms, -YEAR_9999_MS, YEAR_9999_MS) + LOCAL_OFFSET_MS;

	return (int32_t)(local_ms >= 0 ? local_ms / DAY_MS : (local_ms - DAY_MS + 1) / DAY_MS);
}
