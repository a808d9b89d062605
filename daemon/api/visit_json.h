#ifndef HOSO_API_VISIT_JSON_H
#define HOSO_API_VISIT_JSON_H

#include <jansson.h>

#include <hoso/scan.h>

#include "api/dossier_json.h"
#include "base/attr.h"
#include "model/actor.h"
#include "model/visit.h"
#include "store/visit_book.h"
#include "store/visit_day.h"

/* Visits in and out of JSON. */

/**
 * visit_json_book() - the body of a booking.
 * @body:       changed in place, as scans are
 * @ret_member: the member that is wrong, or NULL; static
 *
 * Errors: those of api_reader, HOSO_BAD_ITEM_CODE, HOSO_BAD_CHECK_DIGIT, HOSO_BAD_DOSSIER_CODE, HOSO_TOO_MANY,
 * HOSO_EVENT_TOO_OLD and HOSO_EVENT_IN_FUTURE for "at" and the id.
 */
_must_check_ enum hoso_error visit_json_book(json_t *body, const struct actor *actor,
	int64_t now_ms, bool other_item_codes, struct visit_act *ret_act, const char **ret_member);

/** visit_json_change() - the body of a change of @visit; the same errors, and HOSO_UNKNOWN_REASON. */
_must_check_ enum hoso_error visit_json_change(json_t *body, const struct uuid *visit,
	const struct actor *actor, int64_t now_ms, struct visit_act *ret_act,
	const char **ret_member);

/** visit_json_scan() - what @act means for the item @code, as a scan; errors as scan_from_json(). */
_must_check_ enum hoso_error visit_json_scan(const struct visit_act *act, enum event_kind kind,
	const char *code, int64_t now_ms, struct scan *ret_scan);

/* For replies. In a list a phone is masked. */
json_t *visit_json_new(const struct visit *visit, enum phones phones);
json_t *visit_json_change_new(const struct visit_change *change);
json_t *visit_json_delivery(const struct visit_delivery *delivery);
json_t *visit_json_board(const struct visit_board *board);
json_t *visit_json_slot(const struct visit_slot *slot);

#endif
