#include "base/webhook_key.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>

#define SECRET_PREFIX "whsec_"
#define KEY_BYTES_MIN 24 /* Standard Webhooks: 24 to 64 */
#define SHA256_BYTES 32
#define SIGNATURES_MAX 8 /* of one message */

bool webhook_key_parse(const char *secret, struct webhook_key *ret_key)
{
	g_autofree guchar *bytes = NULL;
	g_autofree char *again = NULL;
	gsize length = 0;
	bool good;

	if (!g_str_has_prefix(secret, SECRET_PREFIX)) {
		return false;
	}
	bytes = g_base64_decode(secret + strlen(SECRET_PREFIX), &length);
	again = g_base64_encode(bytes, length);
	/* GLib skips what is not base64; a secret that does not come back was mistyped. */
	good = strcmp(again, secret + strlen(SECRET_PREFIX)) == 0 && length >= KEY_BYTES_MIN &&
	       length <= WEBHOOK_KEY_BYTES_MAX;
	if (good) {
		memcpy(ret_key->bytes, bytes, length);
		ret_key->length = length;
	}
	memset(bytes, 0, length);
	memset(again, 0, strlen(again));
	return good;
}

bool webhook_keys_parse(const char *text, struct webhook_keys *ret_keys)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	ret_keys->count = 0;
	for (char **line = lines; *line; line++) {
		g_strstrip(*line);
		if ((*line)[0] == '\0') {
			continue;
		}
		if (ret_keys->count == WEBHOOK_KEYS_MAX ||
			!webhook_key_parse(*line, &ret_keys->keys[ret_keys->count])) {
			return false;
		}
		ret_keys->count++;
		memset(*line, 0, strlen(*line));
	}
	return ret_keys->count > 0;
}

char *webhook_sign(const struct webhook_key *key, const char *id, const char *timestamp,
	const void *body, size_t body_bytes)
{
	g_autofree char *head = g_strdup_printf("%s.%s.", id, timestamp);
	g_autofree char *base64 = NULL;
	guint8 digest[SHA256_BYTES];
	gsize digest_bytes = sizeof digest;
	GHmac *hmac = g_hmac_new(G_CHECKSUM_SHA256, key->bytes, key->length);

	g_hmac_update(hmac, (const guchar *)head, (gssize)strlen(head));
	if (body_bytes > 0) {
		g_hmac_update(hmac, body, (gssize)body_bytes);
	}
	g_hmac_get_digest(hmac, digest, &digest_bytes);
	g_hmac_unref(hmac);
	base64 = g_base64_encode(digest, digest_bytes);
	return g_strconcat("v1,", base64, NULL);
}

/* How many bytes are the same tells nothing about the time it takes. */
static bool is_same(const char *a, const char *b)
{
	size_t length = strlen(a);
	unsigned char difference = 0;

	if (strlen(b) != length) {
		return false;
	}
	for (size_t i = 0; i < length; i++) {
		difference |= (unsigned char)(a[i] ^ b[i]);
	}
	return difference == 0;
}

static bool is_near(const char *timestamp, int64_t now_s, int64_t skew_s)
{
	gint64 at_s;

	return g_ascii_string_to_signed(timestamp, 10, 0, INT64_MAX / 2, &at_s, NULL) &&
	       llabs(at_s - now_s) <= skew_s;
}

bool webhook_verify(const struct webhook_keys *keys, const char *id, const char *timestamp,
	const char *signatures, const void *body, size_t body_bytes, int64_t now_s, int64_t skew_s)
{
	g_auto(GStrv) given = g_strsplit(signatures, " ", SIGNATURES_MAX);
	bool good = false;

	for (unsigned i = 0; i < keys->count; i++) {
		g_autofree char *ours =
			webhook_sign(&keys->keys[i], id, timestamp, body, body_bytes);
		for (char **one = given; *one; one++) {
			good |= is_same(ours, *one);
		}
	}
	return good && is_near(timestamp, now_s, skew_s);
}
