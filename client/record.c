#include "record.h"

#include <stdint.h>
#include <string.h>

#include <glib.h>

#include <hoso/limits.h>

#define MARK '\xff'
#define MAGIC "\xffHS"
#define MAGIC_SIZE 3
#define DIGITS 8
#define LENGTH_AT MAGIC_SIZE
#define CHECKSUM_AT (LENGTH_AT + DIGITS + 1)

/* CRC-32C (Castagnoli), reflected: RFC 3720 B.4. */
static uint32_t crc32c(uint32_t crc, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		crc ^= (uint8_t)bytes[i];
		for (int bit = 0; bit < 8; bit++) {
			crc = crc >> 1 ^ (crc & 1 ? 0x82F63B78 : 0);
		}
	}
	return crc;
}

static uint32_t checksum(const char *length_digits, const char *text, size_t length)
{
	return ~crc32c(crc32c(UINT32_MAX, length_digits, DIGITS), text, length);
}

/* Only the way record_make() writes them: a flipped bit must not give the same number. */
static bool read_digits(const char *digits, uint32_t *ret_value)
{
	uint32_t value = 0;

	for (int i = 0; i < DIGITS; i++) {
		const char *digit = memchr("0123456789abcdef", digits[i], 16);
		if (!digit) {
			return false;
		}
		value = value << 4 | (uint32_t)g_ascii_xdigit_value(*digit);
	}
	*ret_value = value;
	return true;
}

char *record_make(const char *text, size_t length, size_t *ret_size)
{
	char digits[DIGITS + 1];
	char *record = g_malloc(RECORD_FRAME_SIZE + length + 1);

	g_snprintf(digits, sizeof digits, "%08x", (unsigned)length);
	g_snprintf(record, RECORD_HEAD_SIZE + 1, MAGIC "%s %08x\n", digits,
		checksum(digits, text, length));
	memcpy(record + RECORD_HEAD_SIZE, text, length);
	record[RECORD_HEAD_SIZE + length] = '\n';
	*ret_size = RECORD_FRAME_SIZE + length;
	return record;
}

size_t record_read(const char *bytes, size_t available)
{
	uint32_t length;
	uint32_t expected;

	if (available < RECORD_FRAME_SIZE || memcmp(bytes, MAGIC, MAGIC_SIZE) != 0 ||
		bytes[CHECKSUM_AT - 1] != ' ' || bytes[RECORD_HEAD_SIZE - 1] != '\n') {
		return 0;
	}
	if (!read_digits(bytes + LENGTH_AT, &length) ||
		!read_digits(bytes + CHECKSUM_AT, &expected) || length > SPOOL_RECORD_MAX ||
		length > available - RECORD_FRAME_SIZE) {
		return 0;
	}
	if (bytes[RECORD_HEAD_SIZE + length] != '\n' ||
		checksum(bytes + LENGTH_AT, bytes + RECORD_HEAD_SIZE, length) != expected) {
		return 0;
	}
	return length;
}

size_t record_next(const char *bytes, size_t available)
{
	const char *mark = available > 1 ? memchr(bytes + 1, MARK, available - 1) : NULL;

	return mark ? (size_t)(mark - bytes) : available;
}
