#include "model/device_clock.h"

#include <stdlib.h>

#include <hoso/limits.h>

#include "base/clock.h"

bool device_clock_read(const char *text, int64_t now_ms, int64_t *ret_offset_ms)
{
	int64_t device_ms;

	if (!text || !clock_parse_rfc3339(text, &device_ms)) {
		return false;
	}
	*ret_offset_ms = device_ms - now_ms;
	return true;
}

bool device_clock_is_news(int64_t offset_ms, int64_t known_ms)
{
	return llabs(offset_ms - known_ms) >= DEVICE_CLOCK_STEP_MS;
}

bool device_clock_is_off(int64_t offset_ms)
{
	return llabs(offset_ms) > DEVICE_CLOCK_OFF_MS;
}

bool device_clock_correct(
	int64_t occurred_at_ms, int64_t recorded_at_ms, int64_t offset_ms, int64_t *ret_at_ms)
{
	int64_t at_ms = occurred_at_ms - offset_ms;

	if (at_ms >= recorded_at_ms + DEVICE_CLOCK_STEP_MS ||
		at_ms < recorded_at_ms - SCAN_AGE_MAX_MS) {
		return false;
	}
	*ret_at_ms = at_ms;
	return true;
}
