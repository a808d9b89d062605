#ifndef HOSO_BASE_CSV_H
#define HOSO_BASE_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

#include "base/attr.h"

/*
 * Tables as text, as RFC 4180 has them and as Excel with a Vietnamese locale writes them: comma, semicolon or
 * tab, with or without a BOM, LF or CRLF, "sep=;" on the first line. Strict and bounded; pure.
 *
 * Not libcsv: it takes quotes that do not close and quotes inside plain cells, knows no line numbers, and has no
 * bounds; each of the three is what a reader of people's files is for.
 */

enum csv_error {
	CSV_OK,
	CSV_NOT_UTF8,     /* saved in another encoding, or no text at all */
	CSV_BAD_QUOTE,    /* a quote that does not close, or stands inside a cell without quotes */
	CSV_TOO_LONG,     /* more than CSV_LINES_MAX lines */
	CSV_TOO_WIDE,     /* more than CSV_CELLS_MAX cells in a line */
	CSV_CELL_TOO_LONG /* more than CSV_CELL_MAX bytes */
};

/** struct csv_row - @line: where it begins, from 1; lines inside quotes count too. Owned by the table. */
struct csv_row {
	unsigned line;
	unsigned count;
	char **cells;
};

/** struct csv - the rows that are not empty; cells as they are written, without quotes. */
struct csv {
	GPtrArray *rows; /* struct csv_row */
	GStringChunk *texts;
	char separator;
};

/**
 * csv_parse() - the separator is the one that the first line has outside quotes; a comma when it has none.
 * @ret_line: on an error, the line that it is in.
 */
_must_check_ enum csv_error csv_parse(
	const char *text, size_t length, struct csv **ret_csv, unsigned *ret_line);
void csv_free(struct csv *csv);

/**
 * csv_bare() - a cell without the apostrophe that csv_append() put before it. Inside @cell, or @cell itself.
 * csv_bare() of what csv_append() wrote is what it was given, whatever that was.
 */
const char *csv_bare(const char *cell);

/**
 * csv_append() - one cell, quoted where it must be. What a spreadsheet would take for a formula (= + - @, tab,
 * CR at the beginning) gets an apostrophe before it.
 */
void csv_append(GString *text, const char *cell, bool is_first);

/** csv_end() - the end of a line. */
void csv_end(GString *text);

#define CSV_BOM "\xEF\xBB\xBF" /* without it Excel takes UTF-8 for its own encoding */

#endif
