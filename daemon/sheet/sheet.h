#ifndef HOSO_SHEET_SHEET_H
#define HOSO_SHEET_SHEET_H

#include <stdbool.h>

#include <glib.h>

#include <hoso/error.h>

#include "sheet/symbol.h"

/*
 * What stands where on the pages of a paper: marks, in millimetres from the upper left corner. Who lays out a
 * paper makes marks; who draws it (draw.h) only follows them.
 */

#define SHEET_PAGES_MAX 2000 /* a thousand slips of two pages */

enum align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

/** struct style - how a text looks. @sans: without serifs, for labels; papers have serifs, as offices' have. */
struct style {
	double size_pt;
	enum align align;
	bool sans, bold, italic;
};

/** struct extent - the room that something takes. */
struct extent {
	double width_mm, height_mm;
};

/**
 * struct measure - how large is a text?
 * @text: its extent when it is broken into lines of @width_mm; 0 never breaks it.
 *
 * With a measure of its own a test lays out papers without any font.
 */
struct measure {
	void *context;
	struct extent (*text)(
		void *context, const struct style *style, const char *text, double width_mm);
};

enum mark_kind { MARK_TEXT, MARK_LINE, MARK_DOTS, MARK_SYMBOL };

/**
 * struct mark - one thing on a page.
 * @width_mm:   of a text: where its lines are broken.
 * @text:       owned; of MARK_TEXT and MARK_SYMBOL.
 * @symbology, @module_mm: of MARK_SYMBOL; its place and size are those of the black, without the quiet zone.
 */
struct mark {
	enum mark_kind kind;
	unsigned page;
	double x_mm, y_mm, width_mm, height_mm;
	struct style style;
	char *text;
	enum symbology symbology;
	double module_mm;
};

/**
 * struct sheet - a whole paper.
 * @dot_mm: of the printer; bars begin and end on dots, or they would come out thicker and thinner.
 * @error:  the first thing that went wrong while it was laid out; what is laid out after it does not count.
 */
struct sheet {
	double width_mm, height_mm;
	double dot_mm;
	unsigned pages;
	GArray *marks; /* of struct mark */
	enum hoso_error error;
};

void sheet_init(struct sheet *sheet, double width_mm, double height_mm, unsigned dpi);
void sheet_done(struct sheet *sheet);

/** sheet_page() - begin another page. HOSO_TOO_MANY stands in @sheet->error when there are too many. */
void sheet_page(struct sheet *sheet);

/** sheet_fail() - keep @error, unless there was one before. */
void sheet_fail(struct sheet *sheet, enum hoso_error error);

/** sheet_text(), sheet_line(), sheet_symbol() - put a mark onto the last page. */
void sheet_text(struct sheet *sheet, const struct style *style, double x_mm, double y_mm,
	double width_mm, const char *text);
void sheet_line(struct sheet *sheet, enum mark_kind kind, double x_mm, double y_mm, double width_mm,
	double height_mm);

/** sheet_symbol() - @symbol encodes @text; @height_mm is of bars. Its left edge is moved to the next dot. */
void sheet_symbol(struct sheet *sheet, const struct symbol *symbol, const char *text, double x_mm,
	double y_mm, double height_mm, double module_mm);

/** sheet_forget() - take the marks after the first @count away again. */
void sheet_forget(struct sheet *sheet, unsigned count);

/**
 * sheet_module_mm() - the widest module of whole dots, at most @wanted_mm, with which @modules fit into
 * @room_mm. 0 when it would have to be finer than @least_mm.
 */
double sheet_module_mm(const struct sheet *sheet, unsigned modules, double room_mm, double least_mm,
	double wanted_mm);

#endif
