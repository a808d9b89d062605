#ifndef HOSO_CLIENT_PRESS_H
#define HOSO_CLIENT_PRESS_H

#include <glib.h>

#include "base/attr.h"
#include "paper.h"
#include "sheet/symbol.h"

/*
 * A paper laid out and drawn, in a child of its own: Pango begins threads, and a process with threads may fork no
 * sandbox any more, in which the paper is then read back.
 */

/** struct pressed_code - a barcode that was drawn. @page: from 1 on; the place includes its quiet zone. */
struct pressed_code {
	uint32_t page;
	float x_mm, y_mm, width_mm, height_mm;
	enum symbology symbology;
	char text[SYMBOL_TEXT_MAX + 1];
};

/** struct press_order - @paper: NULL is labels. @facts: of struct facts. */
struct press_order {
	const struct paper *paper;
	double width_mm, height_mm;
	unsigned dpi;
	const GPtrArray *facts;
};

/** struct pressed - owned by who asked; pressed_done() ends it. */
struct pressed {
	GBytes *pdf;
	unsigned pages;
	GArray *codes; /* of struct pressed_code, page by page */
};

/**
 * press() - draw it. Blocks, some milliseconds a page, at most PRESS_TIME_MS.
 *
 * Errors: HOSO_TOO_LARGE, something does not fit on a page of this size; HOSO_TOO_MANY pages or papers;
 * HOSO_BAD_MEMBER, a code that cannot be encoded; HOSO_BAD_CONFIG, no font has the letters of Vietnamese;
 * HOSO_FILE, drawing failed; HOSO_BUSY, no child could be started.
 */
_must_check_ enum hoso_error press(const struct press_order *order, struct pressed *ret_pressed);
void pressed_done(struct pressed *pressed);

#endif
