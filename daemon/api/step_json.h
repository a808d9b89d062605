#ifndef HOSO_API_STEP_JSON_H
#define HOSO_API_STEP_JSON_H

#include <jansson.h>

#include <hoso/step.h>

#include "api/api_json.h"
#include "base/attr.h"

/**
 * step_json_read_data() - a step's "data", typed, cleaned in place, and kept in its canonical form.
 * @data: NULL for none
 * @ret_member: the member that is wrong, or NULL; a static string
 *
 * Errors: HOSO_UNKNOWN_MEMBER, HOSO_BAD_MEMBER, HOSO_TOO_LARGE.
 */
_must_check_ enum hoso_error step_json_read_data(
	json_t *data, struct step *step, const char **ret_member);

/**
 * step_from_json() - {event_id, kind, occurred_at, data}, typed and checked.
 * @code: the dossier's, from the path
 *
 * Errors: those of step_check() and step_json_read_data(), HOSO_MISSING_MEMBER, HOSO_BAD_DOSSIER_CODE.
 */
_must_check_ enum hoso_error step_from_json(json_t *json, const char *code, int64_t now_ms,
	struct step *ret_step, const char **ret_member);

#endif
