#ifndef HOSO_DECODE_BARCODE_JSON_H
#define HOSO_DECODE_BARCODE_JSON_H

#include <jansson.h>

#include "decode/barcode.h"

/** barcode_json() - the codes as the API and `hoso decode --json` show them: an array. */
json_t *barcode_json(const struct barcode_list *list);

#endif
