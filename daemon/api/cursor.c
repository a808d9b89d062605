#include "api/cursor.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include <glib.h>

#define PLAIN_MAX (CURSOR_MAX / 4 * 3) /* bytes before they become base64url */
#define TEXT_SIGNS G_CSET_a_2_z G_CSET_DIGITS "._:-"

void cursor_format(char list, const struct cursor *cursor, char ret_text[CURSOR_MAX + 1])
{
	g_autofree char *plain =
		g_strdup_printf("%c:%" PRId64 ":%s", list, cursor->number, cursor->text);
	g_autofree char *base64 = g_base64_encode((const guchar *)plain, strlen(plain));

	g_assert(strlen(plain) <= PLAIN_MAX);
	g_strdelimit(g_strdelimit(base64, "+", '-'), "/", '_');
	base64[strcspn(base64, "=")] = '\0';
	g_strlcpy(ret_text, base64, CURSOR_MAX + 1);
}

/* The bytes as a text; NULL when this is no base64url. */
static char *decode(const char *text)
{
	size_t length = strlen(text);
	g_autofree char *base64 = NULL;
	g_autofree guchar *bytes = NULL;
	gsize bytes_length;

	if (length == 0 || length > CURSOR_MAX ||
		strspn(text, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-_") != length) {
		return NULL;
	}
	base64 = g_strdup_printf("%s%.*s", text, (int)((4 - length % 4) % 4), "===");
	g_strdelimit(g_strdelimit(base64, "-", '+'), "_", '/');
	bytes = g_base64_decode(base64, &bytes_length);
	return memchr(bytes, 0, bytes_length) ? NULL : g_strndup((const char *)bytes, bytes_length);
}

static bool read_plain(char list, const char *plain, struct cursor *ret_cursor)
{
	char *end;
	guint64 number;

	if (plain[0] != list || plain[1] != ':' || !g_ascii_isdigit(plain[2])) {
		return false;
	}
	number = g_ascii_strtoull(plain + 2, &end, 10);
	if (*end != ':' || number > INT64_MAX || strlen(end + 1) > CURSOR_TEXT_MAX ||
		strspn(end + 1, TEXT_SIGNS) != strlen(end + 1)) {
		return false;
	}
	ret_cursor->number = (int64_t)number;
	g_strlcpy(ret_cursor->text, end + 1, sizeof ret_cursor->text);
	return true;
}

/* Written again it must be the same: one place has one cursor. */
enum hoso_error cursor_parse(char list, const char *text, struct cursor *ret_cursor)
{
	g_autofree char *plain = decode(text);
	struct cursor cursor = {0};
	char again[CURSOR_MAX + 1];

	if (!plain || !read_plain(list, plain, &cursor)) {
		return HOSO_BAD_CURSOR;
	}
	cursor_format(list, &cursor, again);
	if (strcmp(again, text) != 0) {
		return HOSO_BAD_CURSOR;
	}
	*ret_cursor = cursor;
	return HOSO_OK;
}
