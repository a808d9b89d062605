#ifndef HOSO_CLIENT_DEVICE_SOURCE_H
#define HOSO_CLIENT_DEVICE_SOURCE_H

#include <hoso/error.h>

#include "base/attr.h"
#include "source.h"

/**
 * device_source_new() - lines of a scanner that behaves as a keyboard, taken from the desktop (device.h), so
 * that no input method ever sees them.
 * @name: kept, not copied.
 *
 * Unplugged, it is waited for (SOURCE_GONE, SOURCE_BACK). A recording (file or pipe) ends at its end.
 * Errors: as device_open().
 */
_must_check_ enum hoso_error device_source_new(const char *name, struct source **ret_source);

#endif
