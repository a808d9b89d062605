#ifndef HOSO_MODEL_SLIP_TOKEN_H
#define HOSO_MODEL_SLIP_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

#include <hoso/wire.h>

/*
 * What stands on the slip and opens the public look-up of its item: 128 bits that nobody can guess, made of the item
 * code and a secret of the installation, so that it is stored nowhere and needs no trip of its own.
 */
#define SLIP_TOKEN_CHARS 26 /* 130 bits, five to a character; the last two are 0 */
#define SLIP_TOKEN_SIZE (SLIP_TOKEN_CHARS + 1)

/** slip_token_make() - the first 128 bits of HMAC-SHA-256(@secret, @item_code), in letters and digits that no one mistakes. */
void slip_token_make(
	const struct digest *secret, const char *item_code, char ret_token[SLIP_TOKEN_SIZE]);

/** slip_token_is_of() - the same work and time whatever @token is; letter case does not matter. */
bool slip_token_is_of(const struct digest *secret, const char *item_code, const char *token);

/** slip_token_same() - compares all @length bytes, whichever is the first that differs. */
bool slip_token_same(const char *a, const char *b, size_t length);

#endif
