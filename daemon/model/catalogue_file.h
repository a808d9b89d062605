#ifndef HOSO_MODEL_CATALOGUE_FILE_H
#define HOSO_MODEL_CATALOGUE_FILE_H

#include <stddef.h>

#include "model/catalogue_plan.h"

/**
 * catalogue_file_take() - a CSV file against what @plan knows: every line is decided about, and every wrong cell is
 * noted, not only the first.
 *
 * The first line names the columns, in any order; those that are not needed may be left out, and what they hold
 * stays as it is. The lines of papers and fees are the whole of their procedure's list.
 */
void catalogue_file_take(struct catalogue_plan *plan, const char *text, size_t length);

/** catalogue_file_header() - begins an export: BOM and the columns' names. */
void catalogue_file_header(GString *text, const struct catalogue_table *table);

/** catalogue_file_line() - one row; for papers and fees, all lines of one procedure's version. */
void catalogue_file_line(
	GString *text, const struct catalogue_table *table, const char *const *cells);

/** catalogue_file_list() - the lines of a list: @take is called with each one's cells, the first being the key. */
void catalogue_file_list(const struct catalogue_table *table, const char *key, const char *list,
	const char *from, void (*take)(const char *const *cells, void *arg), void *arg);

/** catalogue_file_paste() - one line of a list as it stands in the owner's cell; the caller frees it. */
char *catalogue_file_paste(const struct catalogue_table *table, const char *const *cells);

#endif
