#include "base/uuid7.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <glib.h>

#include "base/text.h"

/* Fetched for several ids at a time: the call costs more than the id. */
static void fill_random(void *bytes, size_t length)
{
	static uint8_t pool[256];
	static size_t left;

	g_assert(length <= sizeof pool);
	if (left < length) {
		/* Up to 256 bytes come whole or not at all (getrandom(2)); without randomness ids would collide. */
		if (getrandom(pool, sizeof pool, 0) != (ssize_t)sizeof pool) {
			abort();
		}
		left = sizeof pool;
	}
	left -= length;
	memcpy(bytes, pool + left, length);
}

struct uuid uuid7_make(int64_t now_ms)
{
	static int64_t last_ms;
	static uint16_t count; /* 12 bits: RFC 9562 6.2, method 1 */
	struct uuid uuid;

	fill_random(&uuid, sizeof uuid);
	if (now_ms > last_ms) {
		last_ms = now_ms;
		count = (uint16_t)(uuid.bytes[6] << 8 | uuid.bytes[7]) & 0x7FF;
	} else if (++count > 0xFFF) {
		last_ms++;
		count = 0;
	}
	for (int i = 0; i < 6; i++) {
		uuid.bytes[i] = (uint8_t)(last_ms >> (40 - 8 * i));
	}
	uuid.bytes[6] = (uint8_t)(0x70 | count >> 8);
	uuid.bytes[7] = (uint8_t)count;
	uuid.bytes[8] = (uint8_t)(0x80 | (uuid.bytes[8] & 0x3F));
	return uuid;
}

bool uuid7_parse_any(const char *text, struct uuid *ret_uuid)
{
	char hex[33];
	size_t length = 0;
	struct uuid uuid;

	if (strlen(text) != UUID_TEXT_SIZE - 1) {
		return false;
	}
	for (int i = 0; i < UUID_TEXT_SIZE - 1; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		if (dash != (text[i] == '-')) {
			return false;
		}
		if (!dash) {
			hex[length++] = text[i];
		}
	}
	hex[length] = '\0';
	if (!text_unhex(hex, uuid.bytes, sizeof uuid.bytes)) {
		return false;
	}
	*ret_uuid = uuid;
	return true;
}

bool uuid7_parse(const char *text, struct uuid *ret_uuid)
{
	struct uuid uuid;

	if (!uuid7_parse_any(text, &uuid) || uuid.bytes[6] >> 4 != 7 || uuid.bytes[8] >> 6 != 2) {
		return false;
	}
	*ret_uuid = uuid;
	return true;
}

void uuid7_format(const struct uuid *uuid, char ret_text[UUID_TEXT_SIZE])
{
	static const struct {
		uint8_t from, bytes, to;
	} groups[] = {{0, 4, 0}, {4, 2, 9}, {6, 2, 14}, {8, 2, 19}, {10, 6, 24}};

	/* Each group's end is overwritten by the next one's dash, the last one's stays. */
	for (size_t i = 0; i < G_N_ELEMENTS(groups); i++) {
		text_hex(uuid->bytes + groups[i].from, groups[i].bytes, ret_text + groups[i].to);
		if (i > 0) {
			ret_text[groups[i].to - 1] = '-';
		}
	}
}

int64_t uuid7_time_ms(const struct uuid *uuid)
{
	int64_t ms = 0;

	for (int i = 0; i < 6; i++) {
		ms = ms << 8 | uuid->bytes[i];
	}
	return ms;
}

int uuid7_compare(const struct uuid *a, const struct uuid *b)
{
	return memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

bool uuid7_is_none(const struct uuid *uuid)
{
	static const struct uuid none;

	return uuid7_compare(uuid, &none) == 0;
}
