#ifndef HOSO_CLIENT_PAPER_H
#define HOSO_CLIENT_PAPER_H

#include <glib.h>

#include "sheet/compose.h"
#include "facts.h"

/*
 * The papers of the post: what stands on each, in the words and the order that offices know. Papers are Vietnamese
 * whatever language the program speaks. Sources: Decision 45/2016/QĐ-TTg, Circular 17/2017/TT-BTTTT art. 5, 9.
 */

#define PAPER_ITEMS_MAX 1000 /* of one paper; a manifest has some hundred */

/**
 * struct paper - one kind.
 * @name, @vietnamese: on the command line.
 * @compose:           for a list, once with all of @facts; otherwise once for each.
 */
struct paper {
	const char *name, *vietnamese;
	const char *title;
	double width_mm, height_mm;
	double margin_mm, size_pt;
	bool is_list;
	void (*compose)(struct compose *compose, struct facts *const *facts, unsigned count);
};

/** paper_find() - by either name; NULL when there is none. */
const struct paper *paper_find(const char *name);

/** paper_names() - for the help; the caller frees it. */
char *paper_names(void);

/**
 * paper_lay_out() - all pages of a paper about @facts.
 * @paper: NULL is labels (label.h): one page for each of @facts.
 * @sheet: of the wanted size, made by sheet_init(). What does not fit stands in sheet->error.
 */
void paper_lay_out(const struct paper *paper, struct sheet *sheet, const struct measure *measure,
	const GPtrArray *facts);

void paper_slip(struct compose *compose, struct facts *const *facts, unsigned count);
void paper_list(struct compose *compose, struct facts *const *facts, unsigned count);
void paper_handover(struct compose *compose, struct facts *const *facts, unsigned count);
void paper_invitation(struct compose *compose, struct facts *const *facts, unsigned count);
void paper_receipt(struct compose *compose, struct facts *const *facts, unsigned count);

#endif
