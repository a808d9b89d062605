#ifndef HOSO_API_TOTALS_CSV_H
#define HOSO_API_TOTALS_CSV_H

#include <stdbool.h>

#include <glib.h>

#include <hoso/error.h>
#include <hoso/limits.h>

#include "model/period.h"

/*
 * Figures from outside, as a spreadsheet saves them: CSV in UTF-8, a head of column names, comma or semicolon. Pure.
 * All that is wrong is found, not only the first.
 */

enum totals_what { TOTALS_TOTALS, TOTALS_FIGURES, TOTALS_WHAT_COUNT };

/** totals_what_wire() - "totals", "figures"; totals_what_parse(): TOTALS_WHAT_COUNT for what is none. */
const char *totals_what_wire(enum totals_what what);
enum totals_what totals_what_parse(const char *text);

enum {
	TOTAL_RECEIVED,
	TOTAL_RECEIVED_ONLINE,
	TOTAL_RESOLVED,
	TOTAL_RESOLVED_ONLINE,
	TOTAL_RETURNED,
	TOTAL_COUNT
};

/** struct totals_line - @line: of the file, from 1; the head is 1. @numbers: -1 is "not said". @figure: of figures. */
struct totals_line {
	unsigned line;
	struct period period;
	char place[WORD_MAX + 1]; /* agency, or office of a figure */
	char procedure[WORD_MAX + 1];
	char figure[32];
	int64_t numbers[TOTAL_COUNT]; /* of a figure the first */
	char source[WORD_MAX + 1];
};

/** struct totals_error - @column: of the head; "" is the whole line. @why: Vietnamese, what to do. */
struct totals_error {
	unsigned line;
	char column[32];
	char why[WORD_MAX + 1];
};

/** struct totals_file - arrays of the structs above. */
struct totals_file {
	enum totals_what what;
	GArray *lines, *errors;
};

/**
 * totals_csv_read() - @ret_file is to be ended by totals_file_done(), whatever comes back.
 *
 * Errors: HOSO_BAD_UTF8; HOSO_TOO_MANY lines. What is wrong in the lines stands in @ret_file->errors.
 */
enum hoso_error totals_csv_read(
	enum totals_what what, const char *text, size_t length, struct totals_file *ret_file);
void totals_file_done(struct totals_file *file);

/** totals_file_fail() - one more error, in the order of lines when all are known: totals_file_sort(). */
void totals_file_fail(struct totals_file *file, unsigned line, const char *column, const char *why);
void totals_file_sort(struct totals_file *file);

#endif
