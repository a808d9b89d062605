#ifndef HOSO_SHEET_DRAW_H
#define HOSO_SHEET_DRAW_H

#include <glib.h>

#include "base/attr.h"
#include "sheet/sheet.h"

/*
 * Marks made ink: a PDF by cairo and Pango, the fonts inside it. Pango begins threads of its own, and after that
 * no child may be forked: only in a child that does nothing else (press.h).
 */

/** struct pen - the fonts, loaded. */
struct pen;

/**
 * pen_new() - NULL when no font of this machine has every letter of Vietnamese.
 */
struct pen *pen_new(void);
void pen_free(struct pen *pen);

/** pen_measure() - measures texts with @pen's fonts, as draw_pdf() will draw them. */
struct measure pen_measure(struct pen *pen);

/**
 * draw_pdf() - append the whole PDF to @pdf. The same sheet gives the same bytes: no time, no random ids.
 *
 * Errors: sheet->error; HOSO_BAD_MEMBER, a symbol's text cannot be encoded; HOSO_FILE, cairo failed.
 */
_must_check_ enum hoso_error draw_pdf(
	struct pen *pen, const struct sheet *sheet, const char *title, GByteArray *pdf);

#endif
