/*
 * A document from a stranger: it is refused, or each of its pages is, or becomes a grey picture within the
 * limits. Poppler itself is not instrumented; what is asked here is what we do with what it says.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

#include <hoso/limits.h>

#include "decode/pdf.h"

#define DPI 20 /* small pages, many of them */

int LLVMFuzzerInitialize(int *argc, char ***argv);
const char *__lsan_default_suppressions(void);

/* The child ends after one document: what others leave lying there is of no concern. */
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\nleak:libpoppler\nleak:libcairo\n";
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	if (!pdf_prepare()) {
		fputs("Poppler is not installed\n", stderr);
		exit(1);
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct pdf *pdf = NULL;

	if (pdf_open(bytes, length, &pdf)) {
		g_assert(!pdf);
		return 0;
	}
	g_assert(pdf_pages(pdf) <= PICTURE_PAGES_MAX);
	for (unsigned page = 0; page < MIN(pdf_pages(pdf), 2); page++) {
		struct grey grey = {0};
		if (pdf_draw(pdf, page, DPI, &grey) == HOSO_OK) {
			g_assert(grey.width > 0 && grey.width <= PICTURE_SIDE_MAX);
			g_assert(grey.height > 0 && grey.height <= PICTURE_SIDE_MAX);
			g_assert(grey_area(&grey) <= PICTURE_PAGE_PIXELS_MAX);
		}
		grey_done(&grey);
	}
	pdf_close(pdf);
	return 0;
}
