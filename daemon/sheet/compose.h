#ifndef HOSO_SHEET_COMPOSE_H
#define HOSO_SHEET_COMPOSE_H

#include "sheet/sheet.h"

/*
 * A paper from top to bottom, out of the blocks that office papers are made of. Nothing is cut: what does not fit
 * on a page goes onto the next, and what fits on none is HOSO_TOO_LARGE in the sheet. Pure, apart from the measure
 * it is given.
 */

#define COMPOSE_COLUMNS_MAX 12

/** struct compose - where the next block goes. @size_pt: of the running text; headings are made from it. */
struct compose {
	struct sheet *sheet;
	const struct measure *measure;
	double margin_mm;
	double y_mm;
	double size_pt;
};

/**
 * struct column - of a table.
 * @share:   of the width, compared with the others.
 * @is_code: the cells are item codes, drawn as bars above their text.
 */
struct column {
	const char *title;
	double share;
	enum align align;
	bool is_code;
};

/** compose_page() - begin a page. */
void compose_page(struct compose *compose);

void compose_gap(struct compose *compose, double height_mm);

/** compose_text() - a paragraph; @scale: of the running text's size. */
void compose_text(struct compose *compose, enum align align, double scale, bool bold, bool italic,
	const char *text);

/** compose_title() - what the paper is, in the middle, and below it a line in small letters (or NULL). */
void compose_title(struct compose *compose, const char *title, const char *below);

/**
 * compose_heading() - who issues it and its number on the left, the national heading on the right.
 * @number: "" is left open.
 */
void compose_heading(struct compose *compose, const char *issuer, const char *number);

/** compose_date() - "…, ngày … tháng … năm …": what is not known is left open. @day: YYYY-MM-DD or "". */
void compose_date(struct compose *compose, const char *place, const char *day);

/** compose_field() - "label: value"; without a value, a dotted line to be filled in by hand. */
void compose_field(struct compose *compose, const char *label, const char *value);

/** compose_fields() - two of them side by side. */
void compose_fields(struct compose *compose, const char *label, const char *value,
	const char *second_label, const char *second_value);

/** compose_table() - @rows: arrays of as many texts as there are @columns. The head is repeated on each page. */
void compose_table(struct compose *compose, const struct column *columns, unsigned count,
	const char *const *const *rows, unsigned rows_count);

/** compose_signatures() - @titles side by side, room to sign below, a name under it where @names has one. */
void compose_signatures(struct compose *compose, const char *const *titles,
	const char *const *names, unsigned count);

/** compose_closing() - the end of an official paper: who gets it on the left, who signs it on the right. */
void compose_closing(
	struct compose *compose, const char *title, const char *recipients, const char *signer);

/** compose_codes() - an item code as bars and QR side by side, its text below the bars. */
void compose_codes(struct compose *compose, const char *item_code);

/** compose_qr() - @text as a QR code with @words beside it; only the words when it is too long for our codes. */
void compose_qr(struct compose *compose, const char *text, const char *words);

/** compose_numbers() - "Trang 1/3" at the foot of every page, when there is more than one. */
void compose_numbers(struct compose *compose);

/** compose_readable() - an item code as people read it: S10 in groups. The caller frees it. */
char *compose_readable(const char *item_code);

#endif
