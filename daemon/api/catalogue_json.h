#ifndef HOSO_API_CATALOGUE_JSON_H
#define HOSO_API_CATALOGUE_JSON_H

#include <stdbool.h>

#include <jansson.h>

#include <hoso/error.h>

#include "base/attr.h"
#include "model/catalogue_plan.h"

/**
 * catalogue_json_row() - a row of what is in force, as its table's columns say; without days and what was merged.
 * @is_public: without what is between the post and itself
 */
json_t *catalogue_json_row(
	const struct catalogue_table *table, const char *const *cells, bool is_public);

/** struct catalogue_json - an import as it was sent; owns its texts. */
struct catalogue_json {
	GArray *rows
		[CATALOGUE_COUNT]; /* struct catalogue_row; NULL where the body has no such array */
	GStringChunk *texts;
};

/**
 * catalogue_json_read() - {"offices": […], "agencies": […], "procedures": […]}, each of them optional, with the
 * columns as members.
 * @ret_member: on an error the member it is about, or NULL.
 *
 * Errors: HOSO_BAD_JSON (no object); those of members; HOSO_BAD_MEMBER for a code that stands twice too.
 */
_must_check_ enum hoso_error catalogue_json_read(
	json_t *body, struct catalogue_json **ret_json, const char **ret_member);

void catalogue_json_free(struct catalogue_json *json);

/**
 * catalogue_report() - what an import did, or would do: {"table", "dry_run", "written", "counts", "lines"}; lines
 * that change nothing are only counted.
 */
json_t *catalogue_report(
	const struct catalogue_plan *plan, bool dry_run, bool written, enum hoso_language language);

#endif
