#ifndef HOSO_FLOW_MANIFEST_SCAN_H
#define HOSO_FLOW_MANIFEST_SCAN_H

#include "flow/booking.h"
#include "store/manifest_line.h"

/**
 * struct manifest_scan - some lines that are scanned onto one manifest: a booking without events. Caller-owned.
 * @lines: each with its id, code, time, what was said of it, and @content; the answers come back in them
 */
struct manifest_scan {
	struct booking booking;
	struct uuid manifest_id;
	struct manifest_line_new *lines;
	unsigned count;
	/* its own */
	int32_t revision;
};

/**
 * manifest_scan_submit() - @done as in bookings_submit(), and
 * HOSO_NOT_FOUND: no manifest of this office; HOSO_WRONG_ROLE: not for this role; HOSO_MANIFEST_CLOSED: and at least
 * one line is new. A line that is not taken has an error of its own, HOSO_MANIFEST_FULL or HOSO_MISSING_DATA; one that was
 * kept with another content has @is_same false, and nothing else is wrong with it.
 */
_must_check_ enum hoso_error manifest_scan_submit(
	struct bookings *bookings, struct manifest_scan *scan, booking_cb done);

#endif
