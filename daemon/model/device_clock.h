#ifndef HOSO_MODEL_DEVICE_CLOCK_H
#define HOSO_MODEL_DEVICE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * How far a device's clock is off: its own time at the moment of sending, less ours when that came. What the road took
 * is in it, too, and makes the device look slow by at most the seconds that a request may last. Nothing is refused for it.
 */

/**
 * device_clock_read() - the time that a device says it is.
 * @text: RFC 3339; NULL: it says none
 *
 * False: it is not known. That is no error: a scan is worth more than its clock.
 */
bool device_clock_read(const char *text, int64_t now_ms, int64_t *ret_offset_ms);

/** device_clock_is_news() - is @offset_ms more than the road can make of @known_ms? */
bool device_clock_is_news(int64_t offset_ms, int64_t known_ms);

/** device_clock_is_off() - by so much that who reads the time must be told. */
bool device_clock_is_off(int64_t offset_ms);

/**
 * device_clock_correct() - when it was by our clock.
 *
 * False: not before it was recorded, or longer ago than any event may be. The clock was set between the event and its
 * sending, and what it said before nobody knows.
 */
bool device_clock_correct(
	int64_t occurred_at_ms, int64_t recorded_at_ms, int64_t offset_ms, int64_t *ret_at_ms);

#endif
