#include "decode/grey.h"

#include <string.h>

#include <glib.h>

#include <hoso/limits.h>

enum hoso_error grey_init(struct grey *grey, uint64_t width, uint64_t height)
{
	if (width == 0 || height == 0 || width > PICTURE_SIDE_MAX || height > PICTURE_SIDE_MAX ||
		width * height > PICTURE_PIXELS_MAX) {
		return HOSO_BAD_PICTURE;
	}
	*grey = grey_blank((unsigned)width, (unsigned)height);
	return HOSO_OK;
}

struct grey grey_blank(unsigned width, unsigned height)
{
	return (struct grey){
		.width = width,
		.height = height,
		.pixels = g_malloc((size_t)width * height),
	};
}

struct grey grey_copy(const struct grey *grey)
{
	struct grey copy = grey_blank(grey->width, grey->height);

	memcpy(copy.pixels, grey->pixels, grey_area(grey));
	return copy;
}

void grey_done(struct grey *grey)
{
	g_free(grey->pixels);
	*grey = (struct grey){0};
}
