#ifndef HOSO_DECODE_PGM_H
#define HOSO_DECODE_PGM_H

#include <stddef.h>

#include "decode/grey.h"

/**
 * pgm_read() - a binary PGM (P5) from memory.
 * @bytes:    @length bytes; what follows the picture is ignored, as the format allows more
 * pictures.
 * @ret_grey: written only on success; the caller ends it with grey_done().
 *
 * Comments and any white space in the head are taken. A maximum below 255 is stretched to 255.
 *
 * Errors: HOSO_BAD_PICTURE for anything else: another magic, sixteen-bit values, a size over the
 * PICTURE_* limits, or fewer pixels than the head claims. Nothing is allocated before all of that
 * is known.
 */
_must_check_ enum hoso_error pgm_read(const void *bytes, size_t length, struct grey *ret_grey);

#endif
