#include "decode/payload.h"

#include <stdbool.h>
#include <string.h>

#include <glib.h>

/* g_utf8_validate() takes NUL for the end; a QR code may hold NULs. */
static bool is_utf8(const char *bytes, size_t length)
{
	const char *end = bytes + length;

	while (bytes < end) {
		const char *stop;
		if (!g_utf8_validate(bytes, end - bytes, &stop) && (stop == end || *stop != '\0')) {
			return false;
		}
		bytes = stop < end ? stop + 1 : end;
	}
	return true;
}

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

	if (!is_utf8(bytes, length)) {
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
