#ifndef HOSO_TESTS_SIM_CELLS_H
#define HOSO_TESTS_SIM_CELLS_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

/*
 * Cells: values as PostgreSQL writes them, NULL for NULL; rows are arrays of them. All live until the run ends.
 * This is the one place that knows how the store's parameters look.
 */
void cells_begin(void);
void cells_end(void);

const char *cell_keep(const char *text);
const char *cell_number(int64_t number);
int64_t cell_int(const char *text);         /* 0 for NULL */
bool cell_is(const char *a, const char *b); /* SQL's =: NULL is nobody's equal */
const char *cell_uuid(const char *text);    /* with its dashes */

const char **cell_row(unsigned count);
const char **cell_copy(const char **cells, unsigned count);

/** cell_own() - @block goes when the run ends. */
gpointer cell_own(gpointer block);

/** cell_array() - the cells of an array parameter; the caller unrefs the array. */
GPtrArray *cell_array(const char *text);

/** cell_compare_first() - for sorting rows (of a GPtrArray) by their first cell. */
gint cell_compare_first(gconstpointer a, gconstpointer b);

#endif
