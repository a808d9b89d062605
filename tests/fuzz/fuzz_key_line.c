/*
 * Events of an input device, in any order, at any pace. What is given as a line was typed: printable, not empty, bounded;
 * and while the scanner is not heard, because the kernel dropped events, no line is given.
 */
#include "fuzz.h"

#include <stdbool.h>

#include "key_line.h"

#define RECORD_BYTES 4 /* what, code, value, milliseconds */

static unsigned lines;

static bool look_at(void *context, const struct source_look *look)
{
	(void)context;
	g_assert(look->matter == SOURCE_CODES || look->matter == SOURCE_LOST);
	if (look->matter == SOURCE_CODES && !look->error) {
		g_assert_cmpuint(look->text_count, ==, 1);
		g_assert_cmpuint(look->texts[0].length, >, 0);
		g_assert_cmpuint(look->texts[0].length, <=, TEXT_LINE_MAX);
		for (size_t i = 0; i < look->texts[0].length; i++) {
			g_assert(g_ascii_isprint(look->texts[0].bytes[i]));
		}
		lines++;
	}
	return true;
}

static struct input_event event_of(const uint8_t *record, int64_t now_ms)
{
	static const unsigned short types[] = {
		EV_KEY, EV_KEY, EV_KEY, EV_SYN, EV_MSC, EV_REL, EV_LED, EV_KEY};
	struct input_event event = {
		.type = types[record[0] % G_N_ELEMENTS(types)],
		.code = (unsigned short)(record[1] | (record[0] & 0x80 ? 0x200 : 0)),
		.value = record[2] % 4 == 3 ? -1 : record[2] % 4,
	};

	event.input_event_sec = now_ms / 1000;
	event.input_event_usec = now_ms % 1000 * 1000;
	if (event.type == EV_SYN) {
		event.code %= 4; /* SYN_REPORT to SYN_DROPPED */
	}
	return event;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	g_autofree struct key_line *keys = g_new0(struct key_line, 1);
	int64_t now_ms = 1000;
	int64_t dropped_at_ms = 0;

	lines = 0;
	for (size_t at = 0; at + RECORD_BYTES <= length; at += RECORD_BYTES) {
		unsigned before = lines;
		struct input_event event;
		now_ms += bytes[at + 3];
		event = event_of(bytes + at, now_ms);
		key_line_feed(keys, &event, "-", look_at, NULL);
		if (event.type == EV_SYN && event.code == SYN_DROPPED) {
			dropped_at_ms = now_ms;
		}
		g_assert(lines == before || now_ms - dropped_at_ms >= KEY_LINE_IDLE_MS);
	}
	return 0;
}
