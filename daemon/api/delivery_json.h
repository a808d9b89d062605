#ifndef HOSO_API_DELIVERY_JSON_H
#define HOSO_API_DELIVERY_JSON_H

#include <jansson.h>

#include <hoso/scan.h>

#include "base/attr.h"
#include "model/delivery.h"

/*
 * The members of a scan that tell of a delivery: each is checked, brought into its canonical form inside @data, and
 * copied into the scan where the rules need it. The errors are HOSO_BAD_MEMBER unless another one is named.
 */

_must_check_ enum hoso_error delivery_json_digest(
	json_t *data, const char *name, struct digest *ret_digest);

/**
 * delivery_json_position() - {"lat", "lon", "accuracy_m"}: made coarse here, before anything is stored or hashed. Where
 * somebody lives is theirs; three decimals of a degree, some hundred metres, tell that the courier was there.
 */
_must_check_ enum hoso_error delivery_json_position(json_t *data, const char *name);

/**
 * delivery_json_pin() - six digits become a keyed digest, of which @data keeps a part: the same PIN again is the same
 * content, another PIN is another content, and neither can be read from it.
 * @key: NULL: HOSO_PIN_OFF
 */
_must_check_ enum hoso_error delivery_json_pin(
	json_t *data, const char *name, const struct digest *key, struct scan *scan);

/** delivery_json_names() - of papers to reclaim. */
_must_check_ enum hoso_error delivery_json_names(json_t *data, const char *name, struct scan *scan);

/** delivery_json_reclaimed() - what became of each, or a sentence about all. */
_must_check_ enum hoso_error delivery_json_reclaimed(
	json_t *data, const char *name, struct scan *scan);

/** delivery_json_step() - {"action", "from_on", "until_on"}. */
json_t *delivery_json_step(const struct delivery_step *step);

#define DELIVERY_JSON_DAY_SIZE 12

/** delivery_json_day() - YYYY-MM-DD. */
void delivery_json_day(int32_t day, char ret_text[DELIVERY_JSON_DAY_SIZE]);

#endif
