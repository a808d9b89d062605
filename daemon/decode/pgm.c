#include "decode/pgm.h"

#include <stdbool.h>
#include <string.h>

#include <glib.h>

#include <hoso/limits.h>

/* struct cursor - what of the head is still unread. */
struct cursor {
	const uint8_t *at;
	const uint8_t *end;
};

static void skip_space_and_comments(struct cursor *cursor)
{
	while (cursor->at < cursor->end) {
		if (*cursor->at == '#') {
			while (cursor->at < cursor->end && *cursor->at != '\n') {
				cursor->at++;
			}
		} else if (g_ascii_isspace(*cursor->at)) {
			cursor->at++;
		} else {
			return;
		}
	}
}

/* Numbers are cut off above the largest sensible one, so that no head can make them overflow. */
static bool read_number(struct cursor *cursor, uint64_t *ret_number)
{
	uint64_t number = 0;
	const uint8_t *start;

	skip_space_and_comments(cursor);
	start = cursor->at;
	for (; cursor->at < cursor->end && g_ascii_isdigit(*cursor->at); cursor->at++) {
		number = number * 10 + (uint64_t)(*cursor->at - '0');
		if (number > PICTURE_PIXELS_MAX) {
			return false;
		}
	}
	*ret_number = number;
	return cursor->at > start;
}

static void copy_pixels(const uint8_t *from, uint64_t maximum, struct grey *grey)
{
	for (size_t i = 0; i < grey_area(grey); i++) {
		grey->pixels[i] = (uint8_t)(MIN(from[i], maximum) * 255 / maximum);
	}
}

enum hoso_error pgm_read(const void *bytes, size_t length, struct grey *ret_grey)
{
	struct cursor cursor = {bytes, (const uint8_t *)bytes + length};
	uint64_t width, height, maximum;
	struct grey grey;

	if (length < 2 || memcmp(bytes, "P5", 2) != 0) {
		return HOSO_BAD_PICTURE;
	}
	cursor.at += 2;
	if (!read_number(&cursor, &width) || !read_number(&cursor, &height) ||
		!read_number(&cursor, &maximum)) {
		return HOSO_BAD_PICTURE;
	}
	if (maximum == 0 || maximum > 255 || cursor.at == cursor.end ||
		!g_ascii_isspace(*cursor.at)) {
		return HOSO_BAD_PICTURE;
	}
	cursor.at++;
	if (width > PICTURE_SIDE_MAX || height > PICTURE_SIDE_MAX ||
		width * height > (uint64_t)(cursor.end - cursor.at)) {
		return HOSO_BAD_PICTURE;
	}
	if (grey_init(&grey, width, height)) {
		return HOSO_BAD_PICTURE;
	}
	copy_pixels(cursor.at, maximum, &grey);
	*ret_grey = grey;
	return HOSO_OK;
}
