/*
 * However bytes are cut, the framing machine says the same of them, and it never takes more than
 * its bounds. Run: fuzz_framing -max_len=20000 -max_total_time=60
 */
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "http/framing.h"

#define BODY_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	size_t split = length ? bytes[0] % length : 0;
	struct framing whole;
	struct framing cut;
	struct framing single;

	framing_init(&whole, BODY_MAX);
	framing_init(&cut, BODY_MAX);
	framing_init(&single, BODY_MAX);
	framing_feed(&whole, bytes, length);
	framing_feed(&cut, bytes, split);
	framing_feed(&cut, bytes + split, length - split);
	for (size_t i = 0; i < length; i++) {
		framing_feed(&single, bytes + i, 1);
	}
	g_assert(whole.refusal == cut.refusal && whole.refusal == single.refusal);
	g_assert(whole.messages == cut.messages && whole.messages == single.messages);
	g_assert(framing_phase(&whole) == framing_phase(&single));
	g_assert(whole.refusal || (whole.left <= BODY_MAX && whole.body_bytes <= BODY_MAX));
	g_assert(whole.head_bytes <= HEAD_BYTES_MAX + 1 && whole.head_lines <= HEAD_LINES_MAX + 1);
	return 0;
}
