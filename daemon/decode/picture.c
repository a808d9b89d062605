#include "decode/picture.h"

#include <string.h>

#include "decode/pgm.h"

enum hoso_error picture_decode(const void *bytes, size_t length, struct grey *ret_grey)
{
	if (length >= 8 && memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0) {
		return picture_decode_png(bytes, length, ret_grey);
	}
	if (length >= 3 && memcmp(bytes, "\xff\xd8\xff", 3) == 0) {
		return picture_decode_jpeg(bytes, length, ret_grey);
	}
	return pgm_read(bytes, length, ret_grey);
}
