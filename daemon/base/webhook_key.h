#ifndef HOSO_BASE_WEBHOOK_KEY_H
#define HOSO_BASE_WEBHOOK_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

/*
 * Standard Webhooks: secrets as "whsec_" and base64 of 24 to 64 bytes, and signatures
 * "v1,base64(HMAC-SHA256(secret, id "." timestamp "." body))" over the bytes as they were sent.
 */

#define WEBHOOK_KEY_BYTES_MAX 64
#define WEBHOOK_KEYS_MAX 4 /* the old one and the new one, and room */

struct webhook_key {
	uint8_t bytes[WEBHOOK_KEY_BYTES_MAX];
	size_t length;
};

/** struct webhook_keys - any of them may sign: so that a secret can be changed while messages are on their way. */
struct webhook_keys {
	struct webhook_key keys[WEBHOOK_KEYS_MAX];
	unsigned count;
};

/** webhook_key_parse() - false when @secret is none. */
_must_check_ bool webhook_key_parse(const char *secret, struct webhook_key *ret_key);

/** webhook_keys_parse() - one secret per line; false when there is none, too many, or a bad one. */
_must_check_ bool webhook_keys_parse(const char *text, struct webhook_keys *ret_keys);

/** webhook_sign() - the signature's header value; the caller frees it. */
char *webhook_sign(const struct webhook_key *key, const char *id, const char *timestamp,
	const void *body, size_t body_bytes);

/**
 * webhook_verify() - did one of @keys sign this, within @skew_s of @now_s? In the same time for every signature.
 * @signatures: the header: one or several, with spaces between
 */
bool webhook_verify(const struct webhook_keys *keys, const char *id, const char *timestamp,
	const char *signatures, const void *body, size_t body_bytes, int64_t now_s, int64_t skew_s);

#endif
