#ifndef HOSO_SHEET_REPORT_FILE_H
#define HOSO_SHEET_REPORT_FILE_H

#include <glib.h>
#include <jansson.h>

#include <hoso/error.h>

#include "base/attr.h"

/*
 * A report's table (JSON, as GET /v1/reports shows it) as a file. The same table gives the same bytes: no time but
 * the table's own, no random ids. Only in a child that does nothing else: Pango begins threads.
 *
 * Errors: HOSO_BAD_JSON, it is no such table; HOSO_BAD_CONFIG, no font has the letters of Vietnamese; HOSO_TOO_MANY
 * pages; HOSO_FILE, the library failed.
 */
_must_check_ enum hoso_error report_pdf(json_t *table, GByteArray *file);
_must_check_ enum hoso_error report_xlsx(json_t *table, GByteArray *file);

/** report_words() - one cell as people read it: 1.234, 12,34, a text; "–" for what nobody knows. The caller frees it. */
char *report_words(const json_t *cell, const char *kind);

/** report_day() - the local day of an RFC 3339 time; YYYY-MM-DD. */
void report_day(const char *rfc3339, char ret_day[11]);

/** report_text() - a text member, "" when there is none. */
const char *report_text(const json_t *object, const char *member);

#endif
