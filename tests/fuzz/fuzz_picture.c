/*
 * A picture file from a stranger, PNG, JPEG or PGM by its first bytes: it is refused, or becomes a grey
 * picture within the limits whose every pixel is set, and the same picture again the next time.
 */
#include "fuzz.h"

#include <hoso/limits.h>

#include "decode/picture.h"

static uint32_t sum(const struct grey *picture)
{
	uint32_t all = 0;

	for (size_t i = 0; i < grey_area(picture); i++) {
		all = all * 31 + picture->pixels[i];
	}
	return all;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct grey picture = {0}, again = {0};

	if (picture_decode(bytes, length, &picture)) {
		g_assert(!picture.pixels);
		return 0;
	}
	g_assert(picture.width > 0 && picture.width <= PICTURE_SIDE_MAX);
	g_assert(picture.height > 0 && picture.height <= PICTURE_SIDE_MAX);
	g_assert(grey_area(&picture) <= PICTURE_PIXELS_MAX);
	g_assert(picture_decode(bytes, length, &again) == HOSO_OK);
	g_assert(again.width == picture.width && again.height == picture.height);
	g_assert(sum(&again) == sum(&picture));
	grey_done(&again);
	grey_done(&picture);
	return 0;
}
