#ifndef HOSO_DECODE_PDF_H
#define HOSO_DECODE_PDF_H

#include <stdbool.h>
#include <stddef.h>

#include "decode/grey.h"

/*
 * The pages of a PDF, as a label printer's preview or an office scanner gives it, drawn by Poppler.
 * Poppler and what it needs are forty libraries: they are loaded when there is a PDF, not at every
 * start. A machine without them reads no PDF, and everything else.
 */

/** pdf_is() - does it begin as a PDF does? */
bool pdf_is(const void *bytes, size_t length);

/**
 * pdf_prepare() - load what reading one needs: a process that is locked down can load nothing.
 *
 * False when Poppler is not installed.
 */
bool pdf_prepare(void);

struct pdf;

/**
 * pdf_open() - @bytes must outlive what is opened. Only after pdf_prepare(), only in a child.
 *
 * Errors: HOSO_BAD_PICTURE, also for one that asks for a password.
 */
_must_check_ enum hoso_error pdf_open(const void *bytes, size_t length, struct pdf **ret_pdf);
void pdf_close(struct pdf *pdf);

/** pdf_pages() - how many there are, at most PICTURE_PAGES_MAX. */
unsigned pdf_pages(const struct pdf *pdf);

/**
 * pdf_draw() - page @page, from 0 on, as grey on white.
 * @ret_grey: written only on success; the caller ends it with grey_done().
 *
 * Drawn at @dpi dots to the inch, or at less when the page would be over PICTURE_PAGE_PIXELS_MAX. Texts in
 * fonts that are not inside the file are left out: no other file is opened.
 *
 * Errors: HOSO_BAD_PICTURE.
 */
_must_check_ enum hoso_error pdf_draw(
	const struct pdf *pdf, unsigned page, unsigned dpi, struct grey *ret_grey);

#endif
