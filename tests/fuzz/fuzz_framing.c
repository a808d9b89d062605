/*
 * However bytes are cut, the framing machine says the same of them; it never takes more than its
 * bounds; and each message that it took is one message by itself too, whatever came before.
 */
#include "fuzz.h"

#include "http/framing.h"

#define BODY_MAX 4096

/* A machine that has seen nothing else says of @bytes what was said of them in their stream. */
static void check_alone(
	const uint8_t *bytes, size_t length, uint64_t messages, const struct framing *in_stream)
{
	struct framing alone;

	framing_init(&alone, BODY_MAX);
	framing_feed(&alone, bytes, length);
	g_assert(alone.messages == messages && alone.refusal == in_stream->refusal);
	g_assert(framing_phase(&alone) == framing_phase(in_stream));
}

/* Byte by byte, so that it is known where each message ends. */
static void feed_single(struct framing *single, const uint8_t *bytes, size_t length)
{
	size_t begin = 0;

	for (size_t i = 0; i < length; i++) {
		uint64_t before = single->messages;

		framing_feed(single, bytes + i, 1);
		g_assert(single->messages <= before + 1);
		if (single->messages > before) {
			check_alone(bytes + begin, i + 1 - begin, 1, single);
			begin = i + 1;
		}
	}
	check_alone(bytes + begin, length - begin, 0, single);
}

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
	feed_single(&single, bytes, length);
	g_assert(whole.refusal == cut.refusal && whole.refusal == single.refusal);
	g_assert(whole.messages == cut.messages && whole.messages == single.messages);
	g_assert(framing_phase(&whole) == framing_phase(&single));
	g_assert(whole.refusal || whole.body_bytes <= BODY_MAX);
	/* Between two digits of a chunk's size it may be more than a body holds, but no more than the digits say. */
	g_assert(whole.refusal || whole.left <= BODY_MAX ||
		 whole.left >> (4 * whole.word_bytes) == 0);
	g_assert(whole.head_bytes <= HEAD_BYTES_MAX + 1 && whole.head_lines <= HEAD_LINES_MAX + 1);
	return 0;
}
