#ifndef HOSO_CLIENT_READBACK_H
#define HOSO_CLIENT_READBACK_H

#include "base/attr.h"
#include "press.h"

#define READBACK_WORDS_MAX 120

/**
 * struct readback_fault - which page does not read as it should. @wanted: "" when @found is the fault: something
 * that was not drawn.
 */
struct readback_fault {
	unsigned page;
	unsigned dpi;
	char wanted[READBACK_WORDS_MAX];
	char found[READBACK_WORDS_MAX];
};

/**
 * readback() - is every barcode of every page read from the page as it looks, and nothing else?
 * @dpi:       how finely the pages are drawn.
 * @ret_fault: written on HOSO_NO_CODE and HOSO_CONFLICT; texts are escaped.
 *
 * Each page is read in a sandbox, as a stranger's would be.
 *
 * Errors: HOSO_NO_CODE, a code is not read; HOSO_CONFLICT, something else is; HOSO_BAD_PICTURE, a page cannot be
 * drawn; HOSO_BAD_CONFIG, Poppler is not installed; HOSO_BUSY.
 */
_must_check_ enum hoso_error readback(
	const struct pressed *pressed, unsigned dpi, struct readback_fault *ret_fault);

#endif
