#ifndef HOSO_CLIENT_PICTURE_H
#define HOSO_CLIENT_PICTURE_H

#include <glib.h>

#include <hoso/error.h>

#include "base/attr.h"
#include "decode/picture.h"

/**
 * picture_load() - the bytes of a file, not yet looked at.
 * @path:      "-" is standard input.
 * @ret_bytes: written only on success; the caller unrefs it.
 *
 * Errors: HOSO_NOT_FOUND, there is no such file; HOSO_FILE, it cannot be read; HOSO_TOO_LARGE, over
 * PICTURE_BYTES_MAX.
 */
_must_check_ enum hoso_error picture_load(const char *path, GBytes **ret_bytes);

#endif
