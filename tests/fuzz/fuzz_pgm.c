/*
 * A grey picture from a stranger: within the limits, its pixels are those of the file, and written
 * plainly and read again it is the same picture.
 */
#include "fuzz.h"

#include <hoso/limits.h>

#include "decode/pgm.h"

static void check_again(const struct grey *picture)
{
	g_autoptr(GByteArray) file = g_byte_array_new();
	g_autofree char *head = g_strdup_printf(
		"P5 %u # %u\n%u\t255\n", picture->width, picture->height, picture->height);
	struct grey again;

	g_byte_array_append(file, (const guint8 *)head, (guint)strlen(head));
	g_byte_array_append(file, picture->pixels, (guint)grey_area(picture));
	g_assert(pgm_read(file->data, file->len, &again) == HOSO_OK);
	g_assert(again.width == picture->width && again.height == picture->height);
	g_assert(memcmp(again.pixels, picture->pixels, grey_area(picture)) == 0);
	grey_done(&again);
	g_assert(pgm_read(file->data, file->len - 1, &again) == HOSO_BAD_PICTURE);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct grey picture;
	unsigned brightest = 0;

	if (pgm_read(bytes, length, &picture)) {
		return 0;
	}
	g_assert(picture.width > 0 && picture.width <= PICTURE_SIDE_MAX);
	g_assert(picture.height > 0 && picture.height <= PICTURE_SIDE_MAX);
	g_assert(grey_area(&picture) <= PICTURE_PIXELS_MAX && grey_area(&picture) < length);
	for (size_t i = 0; i < grey_area(&picture); i++) {
		brightest = MAX(brightest, picture.pixels[i]);
	}
	g_assert(brightest <= 255);
	check_again(&picture);
	grey_done(&picture);
	return 0;
}
