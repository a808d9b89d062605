#ifndef HOSO_API_SCAN_JSON_H
#define HOSO_API_SCAN_JSON_H

#include <jansson.h>

#include <hoso/scan.h>

#include "base/attr.h"

/**
 * scan_from_json() - one element of a POST /v1/scans, typed and checked.
 * @json:             changed in place: texts into NFC, codes into upper case
 * @now_ms:           the server's clock
 * @other_item_codes: item codes of other shapes than S10 are taken
 * @ret_scan:         complete on success; on an error at least its event_id is set when it could be read
 * @ret_member:       the member that is wrong, or NULL; a static string
 *
 * Errors: those of scan_check(), HOSO_UNKNOWN_MEMBER, HOSO_MISSING_MEMBER, HOSO_BAD_MEMBER, HOSO_UNKNOWN_KIND,
 * HOSO_UNKNOWN_REASON, HOSO_BAD_ITEM_CODE, HOSO_BAD_CHECK_DIGIT, HOSO_BAD_DOSSIER_CODE, HOSO_TOO_LARGE.
 */
_must_check_ enum hoso_error scan_from_json(json_t *json, int64_t now_ms, bool other_item_codes,
	struct scan *ret_scan, const char **ret_member);

/**
 * scan_party_from_json() - {name, phone, address}, as a scan's sender is read.
 * @json:      changed in place: texts into NFC, the phone into its one form
 * @ret_party: zeroed by the caller
 */
_must_check_ enum hoso_error scan_party_from_json(json_t *json, struct party *ret_party);

#endif
