#ifndef HOSO_CLIENT_WATCH_SOURCE_H
#define HOSO_CLIENT_WATCH_SOURCE_H

#include <hoso/error.h>

#include "base/attr.h"
#include "source.h"

/**
 * watch_source_new() - pictures that a phone or a flat-bed scanner drops into a folder, also those that are there
 * already. Each is read once (watch_seen.h), when its writer has closed it or moved it in.
 * @folder:    kept, not copied. Nothing in it is changed.
 * @seen_path: the file that remembers what was read; @purpose: for what.
 *
 * Names that begin with a dot or end unlike a picture are not looked at: half-copied files are called so.
 * Errors, errno says more: HOSO_NOT_FOUND, there is no such folder; HOSO_FILE.
 */
_must_check_ enum hoso_error watch_source_new(
	const char *folder, const char *seen_path, const char *purpose, struct source **ret_source);

#endif
