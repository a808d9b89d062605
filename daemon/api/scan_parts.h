#ifndef HOSO_API_SCAN_PARTS_H
#define HOSO_API_SCAN_PARTS_H

#include <jansson.h>

#include <hoso/error.h>
#include <hoso/scan.h>

/*
 * The members of a scan's data that have members of their own. Each is checked, and brought into its canonical form in
 * place. Errors: HOSO_BAD_MEMBER, HOSO_MISSING_MEMBER, HOSO_UNKNOWN_MEMBER, HOSO_BAD_UTF8, HOSO_TOO_MANY_PAPERS.
 */

/** scan_parts_party() - {name, phone, address}, copied into @party. */
enum hoso_error scan_parts_party(json_t *value, struct party *party);

/** scan_parts_papers() - [{name, original, certified, copy}]. */
enum hoso_error scan_parts_papers(json_t *value);

/** scan_parts_names() - ["…"]. */
enum hoso_error scan_parts_names(json_t *value);

#endif
