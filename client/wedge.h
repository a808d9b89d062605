#ifndef HOSO_CLIENT_WEDGE_H
#define HOSO_CLIENT_WEDGE_H

#include <stddef.h>

#include <hoso/error.h>
#include <hoso/item_code.h>

/**
 * wedge_repair() - an item code that a Vietnamese input method took for words on its way from the
 * scanner: Telex makes "Ê123456785VN" of EE123456785VN, VNI "CÁ23…" of CA123….
 * @text:     as it was typed, UTF-8.
 * @ret_code: written only on success.
 *
 * Only a UPU S10 code can come out, for its check digit decides which keys were meant; when two
 * different codes fit, none is taken. Errors: HOSO_BAD_ITEM_CODE. Source: domain 2.5.
 */
enum hoso_error wedge_repair(const char *text, size_t length, struct item_code *ret_code);

#endif
