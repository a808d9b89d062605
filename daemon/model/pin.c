#include "model/pin.h"

#include <string.h>

#include <glib.h>

#include "base/uuid7.h"

static struct digest keyed(
	const struct digest *key, const char *purpose, const char *item_code, const char *text)
{
	g_autoptr(GHmac) hmac = g_hmac_new(G_CHECKSUM_SHA256, key->bytes, sizeof key->bytes);
	struct digest digest;
	gsize length = sizeof digest.bytes;

	/* NULs between them: no two triples have the same bytes. */
	g_hmac_update(hmac, (const guchar *)purpose, (gssize)strlen(purpose) + 1);
	g_hmac_update(hmac, (const guchar *)item_code, (gssize)strlen(item_code) + 1);
	g_hmac_update(hmac, (const guchar *)text, (gssize)strlen(text) + 1);
	g_hmac_get_digest(hmac, digest.bytes, &length);
	g_assert(length == sizeof digest.bytes);
	return digest;
}

bool pin_is_shaped(const char *text)
{
	return strlen(text) == PIN_DIGITS && strspn(text, "0123456789") == PIN_DIGITS;
}

struct digest pin_digest(const struct digest *key, const char *item_code, const char *pin)
{
	return keyed(key, "pin", item_code, pin);
}

void pin_make(const struct digest *key, const char *item_code, const struct uuid *request,
	char ret_pin[PIN_SIZE])
{
	char text[UUID_TEXT_SIZE];
	struct digest digest;
	uint64_t number = 0;

	uuid7_format(request, text);
	digest = keyed(key, "make", item_code, text);
	for (unsigned i = 0; i < sizeof number; i++) {
		number = number << 8 | digest.bytes[i];
	}
	for (unsigned i = PIN_DIGITS; i-- > 0; number /= 10) {
		ret_pin[i] = (char)('0' + number % 10);
	}
	ret_pin[PIN_DIGITS] = '\0';
}
