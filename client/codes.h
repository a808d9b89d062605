#ifndef HOSO_CLIENT_CODES_H
#define HOSO_CLIENT_CODES_H

#include <stdbool.h>

#include <hoso/error.h>

#include "base/attr.h"
#include "source.h"
#include "decode/barcode.h"

/**
 * codes_read() - the barcodes of a picture file; strangers' pictures welcome.
 * @path:     PNG, JPEG, PGM or PDF; "-" is standard input.
 * @all:      false stops at the first item or dossier code; true looks for everything there is.
 * @ret_list: written only on success.
 *
 * The picture is decoded in a child that can do nothing else (sandbox.h). Blocks for some
 * milliseconds, at most LOOK_TIME_MS.
 *
 * Errors: HOSO_NOT_FOUND, HOSO_FILE, HOSO_TOO_LARGE: the file; HOSO_BAD_PICTURE: its content;
 * HOSO_NO_CODE: no barcode in it; HOSO_BUSY: no child could be started.
 */
_must_check_ enum hoso_error codes_read(const char *path, bool all, struct barcode_list *ret_list);

/** codes_fit() - is it an item code with a right check digit, or does it hold a dossier code? A
 * struct barcode_wish's @fits. */
bool codes_fit(const struct barcode *barcode, void *context);

/** codes_texts() - the list as a source's look has it: pointers into @list. Returns how many. */
size_t codes_texts(
	const struct barcode_list *list, struct source_text ret_texts[PICTURE_CODES_MAX]);

#endif
