#include "model/slip_token.h"

#include <string.h>

#include <glib.h>

#define TOKEN_BYTES 16

/* Without l, o, 0 and 1. */
static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";

void slip_token_make(
	const struct digest *secret, const char *item_code, char ret_token[SLIP_TOKEN_SIZE])
{
	g_autoptr(GHmac) hmac = g_hmac_new(G_CHECKSUM_SHA256, secret->bytes, sizeof secret->bytes);
	uint8_t bytes[32 + 1] = {0};
	gsize size = 32;

	g_hmac_update(hmac, (const guchar *)item_code, (gssize)strlen(item_code));
	g_hmac_get_digest(hmac, bytes, &size);
	bytes[TOKEN_BYTES] = 0;
	for (unsigned i = 0; i < SLIP_TOKEN_CHARS; i++) {
		unsigned pair = (unsigned)bytes[5 * i / 8] << 8 | bytes[5 * i / 8 + 1];
		ret_token[i] = letters[pair >> (11 - 5 * i % 8) & 31];
	}
	ret_token[SLIP_TOKEN_CHARS] = '\0';
}

bool slip_token_same(const char *a, const char *b, size_t length)
{
	volatile unsigned char difference = 0;

	for (size_t i = 0; i < length; i++) {
		difference |= (unsigned char)(a[i] ^ b[i]);
	}
	return difference == 0;
}

bool slip_token_is_of(const struct digest *secret, const char *item_code, const char *token)
{
	char right[SLIP_TOKEN_SIZE];
	char given[SLIP_TOKEN_SIZE] = "";

	for (unsigned i = 0; i < SLIP_TOKEN_CHARS && token[i]; i++) {
		given[i] = g_ascii_tolower(token[i]);
	}
	slip_token_make(secret, item_code, right);
	return slip_token_same(right, given, sizeof right) && strlen(token) == SLIP_TOKEN_CHARS;
}
