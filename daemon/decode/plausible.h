#ifndef HOSO_DECODE_PLAUSIBLE_H
#define HOSO_DECODE_PLAUSIBLE_H

#include <stdbool.h>

#include "decode/barcode.h"

/** plausible_is_known() - is it an item code with its right check digit, or shaped as a dossier code?
 * That ranks what was read; it never makes a text. */
bool plausible_is_known(const struct barcode *barcode);

/** plausible_has_check_digit() - digits only, the last as ITF-14 and its kin have it. */
bool plausible_has_check_digit(const struct barcode *barcode);

#endif
