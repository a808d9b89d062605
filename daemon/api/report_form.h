#ifndef HOSO_API_REPORT_FORM_H
#define HOSO_API_REPORT_FORM_H

#include <stddef.h>

#include "store/report.h"

/* What stands where in a report, and in which words. Reports are Vietnamese, whoever asks. */

enum report_cell {
	CELL_KEY,
	CELL_NAME,
	CELL_NOTE,
	CELL_COUNT,
	CELL_MONEY,
	CELL_SHARE,   /* number @a of number @b */
	CELL_TARGET,  /* a share that is a number itself */
	CELL_REACHED, /* is number @a of number @b at least the target, number @c? */
};

/** struct report_column - @figure: what lists the legs behind its numbers, or NULL. */
struct report_column {
	const char *key, *title;
	enum report_cell cell;
	int a, b, c;
	const char *figure;
};

/** struct report_section - @by: the member of the query that narrows to one row, or NULL. */
struct report_section {
	const char *key, *title, *by;
	const struct report_column *columns;
	size_t column_count;
};

/** struct report_word - what a row is called; @figure instead of its column's. */
struct report_word {
	const char *section, *key, *words, *figure;
};

/**
 * struct report_form - one report.
 * @version: changes with what its numbers mean.
 * @definitions: ended by NULL; what the numbers mean, in words that go with them.
 */
struct report_form {
	const char *title;
	int version;
	const char *const *definitions;
	const struct report_section *sections;
	size_t section_count;
	const struct report_word *words;
	size_t word_count;
};

const struct report_form *report_form(enum report_name name);

#endif
