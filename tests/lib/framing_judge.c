/*
 * What daemon/http/framing.c makes of streams, for tests that compare it with others. Reads streams
 * from stdin, each behind its length (four bytes, little-endian), and writes a line for each: the
 * refusal's word, then "BODY:END" for every whole message, the offsets where its body begins and
 * where it ends.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <glib.h>

#include "http/framing.h"

#define STREAM_BYTES_MAX (4 * 1024 * 1024)

static void judge(const uint8_t *bytes, size_t length)
{
	struct framing framing;
	GString *ends = g_string_new(NULL);
	size_t body = 0;

	framing_init(&framing, BODY_BYTES_MAX);
	for (size_t i = 0; i < length && !framing.refusal; i++) {
		uint64_t before = framing.messages;
		enum framing_phase phase = framing_phase(&framing);

		framing_feed(&framing, bytes + i, 1);
		if (phase != FRAMING_BODY && !framing.refusal) {
			body = i +
			       1; /* while the head lasts; then it stands where the body begins */
		}
		if (framing.messages > before) {
			g_string_append_printf(ends, " %zu:%zu", body, i + 1);
		}
	}
	printf("%s%s\n", framing_word(framing.refusal), ends->str);
	g_string_free(ends, TRUE);
}

int main(void)
{
	uint8_t size[4];

	while (fread(size, 1, sizeof size, stdin) == sizeof size) {
		uint32_t length = size[0] | (uint32_t)size[1] << 8 | (uint32_t)size[2] << 16 |
				  (uint32_t)size[3] << 24;
		uint8_t *bytes = length <= STREAM_BYTES_MAX ? malloc(length + 1) : NULL;

		if (!bytes || fread(bytes, 1, length, stdin) != length) {
			return 1;
		}
		judge(bytes, length);
		free(bytes);
	}
	return 0;
}
