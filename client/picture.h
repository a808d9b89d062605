#ifndef HOSO_CLIENT_PICTURE_H
#define HOSO_CLIENT_PICTURE_H

#include <stddef.h>

#include <glib.h>

#include <hoso/error.h>

#include "base/attr.h"
#include "decode/grey.h"

/*
 * Pictures from outside, as grey. The formats are those that phones, scanners and label printers
 * give: PNG, JPEG, PGM. A stranger's picture is decoded in a child only (sandbox.h).
 */

/**
 * picture_load() - the bytes of a file, not yet looked at.
 * @path:      "-" is standard input.
 * @ret_bytes: written only on success; the caller unrefs it.
 *
 * Errors: HOSO_NOT_FOUND, there is no such file; HOSO_FILE, it cannot be read; HOSO_TOO_LARGE, over
 * PICTURE_BYTES_MAX.
 */
_must_check_ enum hoso_error picture_load(const char *path, GBytes **ret_bytes);

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

#endif
