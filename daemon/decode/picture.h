#ifndef HOSO_DECODE_PICTURE_H
#define HOSO_DECODE_PICTURE_H

#include <stddef.h>

#include <hoso/error.h>

#include "base/attr.h"
#include "decode/grey.h"

/*
 * Pictures from outside, as grey. The formats are those that phones, scanners and label printers
 * give: PNG, JPEG, PGM. A stranger's picture is decoded in a child only (look.h).
 */

/**
 * picture_decode() - a PNG, JPEG or PGM, told apart by its first bytes, never by its name.
 * @ret_grey: written only on success; upright, as the JPEG's EXIF orientation says; transparent
 *            places are white. The caller ends it with grey_done().
 *
 * The claimed size is checked against the PICTURE_* limits before anything is allocated. A JPEG
 * that breaks off is given as far as it goes: the code may be on the part that is there.
 *
 * Errors: HOSO_BAD_PICTURE.
 */
_must_check_ enum hoso_error picture_decode(
	const void *bytes, size_t length, struct grey *ret_grey);

/** picture_decode_jpeg() - only a JPEG, such as a camera's frame. Errors: HOSO_BAD_PICTURE. */
_must_check_ enum hoso_error picture_decode_jpeg(
	const void *bytes, size_t length, struct grey *ret_grey);

/** picture_decode_png() - only a PNG. Errors: HOSO_BAD_PICTURE. */
_must_check_ enum hoso_error picture_decode_png(
	const void *bytes, size_t length, struct grey *ret_grey);

#endif
