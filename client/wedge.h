#ifndef HOSO_CLIENT_WEDGE_H
#define HOSO_CLIENT_WEDGE_H

#include <stddef.h>

#include <hoso/error.h>
#include <hoso/item_code.h>

/*
 * What stands between a keyboard scanner and us may change what it types: a Vietnamese input method takes an item
 * code for words (Telex makes "Ê123456785VN" of EE123456785VN, VNI "CÁ23…" of CA123…), and a keyboard layout other than
 * the scanner's gives other characters for the same keys (the Vietnamese layout writes ă for 1, the French one &, and a
 * held Shift !). Only a UPU S10 code can come out here, for its check digit decides which keys were meant.
 * Source: domain 2.5.
 */

#define WEDGE_CANDIDATES_MAX 8

/**
 * wedge_candidates() - every S10 code that may have been meant, each once.
 * @text: as it was typed, UTF-8.
 *
 * Returns how many; 0 when it was none of the known accidents.
 */
unsigned wedge_candidates(
	const char *text, size_t length, struct item_code ret_codes[WEDGE_CANDIDATES_MAX]);

/**
 * wedge_repair() - the one S10 code that was meant.
 * @ret_code: written only on success.
 *
 * Errors: HOSO_BAD_ITEM_CODE: none fits, or two different ones do.
 */
enum hoso_error wedge_repair(const char *text, size_t length, struct item_code *ret_code);

#endif
