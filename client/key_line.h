#ifndef HOSO_CLIENT_KEY_LINE_H
#define HOSO_CLIENT_KEY_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/input.h>

#include "source.h"
#include "text_line.h"

#define KEY_LINE_IDLE_MS 200 /* a scanner pauses so long between two scans, and never within one */

/**
 * struct key_line - lines out of a keyboard's events, by a US keyboard's table of our own: what a scanner
 * types on, whatever layout and input method the desktop has. All zero: listening, no key held.
 * @deaf:    events are dropped until KEY_LINE_IDLE_MS without a key: we came into the middle of a scan
 * @missed:  a key of a scan was dropped while deaf
 * @broken:  the kernel lost events; the rest of its report is worth nothing
 * @last_ms: when the last key came, by the events' clock
 */
struct key_line {
	bool shift[2], control[2], alternate[2];
	bool caps_lock;
	bool deaf, missed, broken;
	int64_t last_ms;
	struct text_line line;
};

/** key_line_deafen() - the device was grabbed just now; keys are held that nobody told us of. */
void key_line_deafen(struct key_line *keys, int64_t now_ms);

/**
 * key_line_feed() - one event of the device. Enter or Tab gives the line as a look. SOURCE_LOST
 * when the kernel dropped events, and at the end of each scan that was not heard from its beginning.
 */
void key_line_feed(struct key_line *keys, const struct input_event *event, const char *from,
	source_looked looked, void *context);

#endif
