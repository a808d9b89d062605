#ifndef HOSO_FLOW_MANIFEST_CLOSE_H
#define HOSO_FLOW_MANIFEST_CLOSE_H

#include "flow/booking.h"
#include "model/manifest.h"
#include "store/manifest_line.h"

/**
 * struct manifest_closing - a manifest is signed: all its events, each with its verdict, and the frozen manifest, in one
 * transaction. Caller-owned.
 * @booking:  its scans are those of the lines that count, in their order; each has its line's id as its own
 * @seal:     head and lines as they were read at @revision; their verdicts are filled in here
 * @revision: if it has moved on since, nothing is closed
 */
struct manifest_closing {
	struct booking booking;
	int32_t revision;
	struct manifest_seal seal;
	struct manifest_seal_line *lines;
	struct manifest_close close;
};

/**
 * manifest_closing_submit() - @done as in bookings_submit(), and
 * HOSO_NOT_FOUND, HOSO_WRONG_ROLE, HOSO_NOT_CASHIER; HOSO_MANIFEST_CHANGED: something was scanned or undone meanwhile;
 * HOSO_MANIFEST_CLOSED: it was closed in another way, or cancelled. The very same again is HOSO_OK again.
 * HOSO_SAFE_SHORT, HOSO_NOT_HELD: the money of its lines is not in the safe, or not in the closing person's hands.
 */
_must_check_ enum hoso_error manifest_closing_submit(
	struct bookings *bookings, struct manifest_closing *closing, booking_cb done);

#endif
