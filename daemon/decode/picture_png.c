#include "decode/picture.h"

#include <png.h>

enum hoso_error picture_decode_png(const void *bytes, size_t length, struct grey *ret_grey)
{
	png_image png = {.version = PNG_IMAGE_VERSION};
	png_color white = {255, 255, 255};
	struct grey grey = {0};

	if (!png_image_begin_read_from_memory(&png, bytes, length)) {
		return HOSO_BAD_PICTURE;
	}
	if (grey_init(&grey, png.width, png.height)) {
		png_image_free(&png);
		return HOSO_BAD_PICTURE;
	}
	png.format = PNG_FORMAT_GRAY;
	if (!png_image_finish_read(&png, &white, grey.pixels, (png_int_32)grey.width, NULL)) {
		grey_done(&grey);
		return HOSO_BAD_PICTURE;
	}
	*ret_grey = grey;
	return HOSO_OK;
}
