/*
 * A file from a stranger, PNG, JPEG, PGM or PDF by its first bytes: it is refused, or becomes a grey picture within
 * the limits whose every pixel is set, and the same picture again the next time. Poppler is not instrumented; what
 * is asked of a PDF is what we do with what it says.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

#include <hoso/limits.h>

#include "decode/pdf.h"
#include "decode/picture.h"

#define PAGES 2
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

static uint32_t sum(const struct grey *picture)
{
	uint32_t all = 0;

	for (size_t i = 0; i < grey_area(picture); i++) {
		all = all * 31 + picture->pixels[i];
	}
	return all;
}

static void check(const struct grey *picture, size_t pixels_max)
{
	g_assert(picture->width > 0 && picture->width <= PICTURE_SIDE_MAX);
	g_assert(picture->height > 0 && picture->height <= PICTURE_SIDE_MAX);
	g_assert(grey_area(picture) <= pixels_max);
}

static void try_pdf(const uint8_t *bytes, size_t length)
{
	struct pdf *pdf = NULL;

	if (pdf_open(bytes, length, &pdf)) {
		g_assert(!pdf);
		return;
	}
	g_assert(pdf_pages(pdf) <= PICTURE_PAGES_MAX);
	for (unsigned page = 0; page < MIN(pdf_pages(pdf), PAGES); page++) {
		struct grey grey = {0};
		if (pdf_draw(pdf, page, DPI, &grey) == HOSO_OK) {
			check(&grey, PICTURE_PAGE_PIXELS_MAX);
			(void)sum(&grey);
		}
		grey_done(&grey);
	}
	pdf_close(pdf);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct grey picture = {0}, again = {0};

	if (pdf_is(bytes, length)) {
		try_pdf(bytes, length);
		return 0;
	}
	if (picture_decode(bytes, length, &picture)) {
		g_assert(!picture.pixels);
		return 0;
	}
	check(&picture, PICTURE_PIXELS_MAX);
	g_assert(picture_decode(bytes, length, &again) == HOSO_OK);
	g_assert(again.width == picture.width && again.height == picture.height);
	g_assert(sum(&again) == sum(&picture));
	grey_done(&again);
	grey_done(&picture);
	return 0;
}
