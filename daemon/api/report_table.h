#ifndef HOSO_API_REPORT_TABLE_H
#define HOSO_API_REPORT_TABLE_H

#include <glib.h>
#include <jansson.h>

#include "store/report.h"

/*
 * The one table that every format is made of: a JSON object (Report in openapi.yaml). JSON shows it as it is, CSV is
 * made here, XLSX and PDF in a child.
 */

/** report_table_new() - of what @trip brought back; @trip is that of report_ask(). */
json_t *report_table_new(const struct pg_trip *trip, const struct report_ask *ask, int64_t now_ms);

/** report_table_freeze() - from now on it says that it was closed, when, and by whom. */
void report_table_freeze(json_t *table, int64_t at_ms, const char *account);

/** report_table_compare() - what @table says otherwise than @frozen (JSON text), as notes in @table. */
void report_table_compare(json_t *table, const char *frozen);

/** report_csv() - UTF-8 with BOM; @separator: ';' with decimal commas, or ',' with decimal points. */
GString *report_csv(const json_t *table, char separator);

#endif
