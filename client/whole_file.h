#ifndef HOSO_CLIENT_WHOLE_FILE_H
#define HOSO_CLIENT_WHOLE_FILE_H

#include <glib.h>

#include <hoso/error.h>

#include "base/attr.h"

/**
 * whole_file_write() - all of @bytes at @path, or nothing: what was there before stays until everything is on the
 * disk. "-" is standard output; a device or pipe is written to as it is.
 *
 * Errors: HOSO_FILE, errno says why; no temporary file is left.
 */
_must_check_ enum hoso_error whole_file_write(const char *path, GBytes *bytes);

#endif
