#ifndef HOSO_API_NOTICE_JSON_H
#define HOSO_API_NOTICE_JSON_H

#include <stdbool.h>

#include <jansson.h>

#include <hoso/scan.h>
#include <hoso/step.h>

#include "base/attr.h"

/**
 * notice_from_json() - {kind, agency, dossier_code, occurred_at, item_code, data} as a step of that dossier.
 * @event_id:  what it will be recorded under
 * @ret_scan:  with an item_code, which only "bound" has, the scan that binds the code; its event id is none otherwise
 * @ret_member: the member that is wrong, or NULL
 *
 * Errors: those of step_from_json() and scan_check().
 */
_must_check_ enum hoso_error notice_from_json(json_t *json, const struct uuid *event_id,
	int64_t now_ms, struct step *ret_step, struct scan *ret_scan, const char **ret_member);

#endif
