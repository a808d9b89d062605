#ifndef HOSO_API_CATALOGUE_JSON_H
#define HOSO_API_CATALOGUE_JSON_H

#include <stdbool.h>

#include <jansson.h>

#include <hoso/error.h>

#include "base/attr.h"
#include "store/catalogue.h"

/** struct catalogue_json - an import as it was sent; owns its texts. */
struct catalogue_json {
	struct catalogue catalogue;
	GStringChunk *texts;
};

/**
 * catalogue_json_read() - {"offices": […], "agencies": […], "procedures": […]}, each of them
 * optional.
 * @ret_member: on an error the member it is about, or NULL.
 *
 * Errors: HOSO_BAD_JSON (no object); those of members; HOSO_BAD_MEMBER for a code that stands twice
 * too.
 */
_must_check_ enum hoso_error catalogue_json_read(
	json_t *body, struct catalogue_json **ret_json, const char **ret_member);

/**
 * catalogue_json_check_parents() - together with the offices that @trip found
 * (catalogue_ask_offices()): is every parent there, and is nobody their own ancestor?
 */
bool catalogue_json_check_parents(const struct catalogue_json *json, const struct pg_trip *trip);

void catalogue_json_free(struct catalogue_json *json);

#endif
