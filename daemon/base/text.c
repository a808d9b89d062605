#include "base/text.h"

#include <string.h>

#include <glib.h>

/* U+200E, 200F, 202A–202E, 2066–2069: they reorder what a person sees; 2028, 2029 break lines. */
static bool is_bidi_or_separator(gunichar c)
{
	return c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
	       (c >= 0x2066 && c <= 0x2069);
}

static bool is_control(gunichar c)
{
	return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

enum hoso_error text_clean(const char *text, size_t length, char *ret_text, size_t size)
{
	g_autofree char *normal = NULL;

	if (memchr(text, 0, length)) {
		return HOSO_BAD_MEMBER;
	}
	if (!g_utf8_validate(text, (gssize)length, NULL)) {
		return HOSO_BAD_UTF8;
	}
	normal = g_utf8_normalize(text, (gssize)length, G_NORMALIZE_NFC);
	/* Of valid UTF-8 it makes nothing only when out of memory: that is the end, not the text's fault. */
	g_assert(normal);
	if (strlen(normal) >= size) {
		return HOSO_BAD_MEMBER;
	}
	for (const char *at = normal; *at; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);
		if ((is_control(c) && c != '\n' && c != '\t') || is_bidi_or_separator(c)) {
			return HOSO_BAD_MEMBER;
		}
	}
	memcpy(ret_text, normal, strlen(normal) + 1);
	return HOSO_OK;
}

/* How many bytes from here on are plain ASCII: nearly all of what is ever escaped. */
static size_t plain_span(const char *text)
{
	size_t length = 0;

	while (text[length] >= 0x20 && text[length] < 0x7F) {
		length++;
	}
	return length;
}

/* g_utf8_validate() takes NUL for the end. */
bool text_is_utf8(const char *text, size_t length)
{
	const char *end = text + length;

	while (text < end) {
		const char *stop;
		if (!g_utf8_validate(text, end - text, &stop) && (stop == end || *stop != '\0')) {
			return false;
		}
		text = stop < end ? stop + 1 : end;
	}
	return true;
}

char *text_escape(const char *text)
{
	GString *safe = g_string_new(NULL);

	while (*text) {
		size_t plain = plain_span(text);
		if (plain > 0) {
			g_string_append_len(safe, text, (gssize)plain);
			text += plain;
			continue;
		}
		gunichar c = g_utf8_get_char_validated(text, -1);
		if (c == (gunichar)-1 || c == (gunichar)-2) {
			g_string_append_printf(safe, "\\x%02x", (unsigned char)*text);
			text++;
			continue;
		}
		const char *next = g_utf8_next_char(text);
		if (is_control(c) || is_bidi_or_separator(c)) {
			for (; text < next; text++) {
				g_string_append_printf(safe, "\\x%02x", (unsigned char)*text);
			}
		}
		g_string_append_len(safe, text, next - text);
		text = next;
	}
	return g_string_free(safe, FALSE);
}

char *text_fold(const char *text)
{
	g_autofree char *lower = g_utf8_strdown(text, -1);
	g_autofree char *parts = g_utf8_normalize(lower, -1, G_NORMALIZE_ALL);
	GString *folded = g_string_new(NULL);

	g_assert(parts || !g_utf8_validate(lower, -1, NULL)); /* as above */
	for (const char *at = parts ? parts : ""; *at; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);
		if (c == 0x0111) {
			g_string_append_c(folded, 'd');
		} else if (!g_unichar_ismark(c)) {
			g_string_append_unichar(folded, c);
		}
	}
	return g_string_free(folded, FALSE);
}

char *text_dong(int64_t amount_vnd)
{
	GString *text = g_string_new(NULL);

	g_string_printf(text, "%" G_GINT64_FORMAT, amount_vnd);
	for (gssize at = (gssize)text->len - 3; at > (amount_vnd < 0 ? 1 : 0); at -= 3) {
		g_string_insert_c(text, at, '.');
	}
	g_string_append(text, " đ");
	return g_string_free(text, FALSE);
}

void text_hex(const void *bytes, size_t length, char *ret_text)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *from = bytes;

	for (size_t i = 0; i < length; i++) {
		ret_text[2 * i] = digits[from[i] >> 4];
		ret_text[2 * i + 1] = digits[from[i] & 15];
	}
	ret_text[2 * length] = '\0';
}

bool text_unhex(const char *text, void *ret_bytes, size_t length)
{
	unsigned char *to = ret_bytes;

	if (strlen(text) != 2 * length) {
		return false;
	}
	for (size_t i = 0; i < length; i++) {
		int high = g_ascii_xdigit_value(text[2 * i]);
		int low = g_ascii_xdigit_value(text[2 * i + 1]);
		if (high < 0 || low < 0) {
			return false;
		}
		to[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

struct digest text_digest(
	const void *first, size_t first_bytes, const void *second, size_t second_bytes)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	struct digest digest;
	gsize size = sizeof digest.bytes;

	g_checksum_update(sum, first, (gssize)first_bytes);
	g_checksum_update(sum, second, (gssize)second_bytes);
	g_checksum_get_digest(sum, digest.bytes, &size);
	return digest;
}
