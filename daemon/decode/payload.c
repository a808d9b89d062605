#include "decode/payload.h"

#include <string.h>

#include <glib.h>

#include "base/text.h"

static size_t copy_out(const char *bytes, size_t length, char *ret_text, size_t size)
{
	if (length >= size) {
		return 0;
	}
	memcpy(ret_text, bytes, length);
	ret_text[length] = '\0';
	return length;
}

size_t payload_text(const char *bytes, size_t length, char *ret_text, size_t size)
{
	g_autoptr(GString) latin = NULL;
	g_autofree char *composed = NULL;

	if (!text_is_utf8(bytes, length)) {
		latin = g_string_new(NULL);
		for (size_t i = 0; i < length; i++) {
			g_string_append_unichar(latin, (unsigned char)bytes[i]);
		}
		return copy_out(latin->str, latin->len, ret_text, size);
	}
	if (memchr(bytes, '\0', length)) {
		return copy_out(bytes, length, ret_text, size);
	}
	composed = g_utf8_normalize(bytes, (gssize)length, G_NORMALIZE_NFC);
	return copy_out(composed, strlen(composed), ret_text, size);
}
