/* A cursor that is taken is just what would be written for its place, and no other list takes it. */
#include "fuzz.h"

#include <stdlib.h>

#include "api/cursor.h"

#define TEXT_SIGNS "abcdefghijklmnopqrstuvwxyz0123456789._:-"

static void check_parse(const char *text)
{
	struct cursor cursor;
	char again[CURSOR_MAX + 1];

	if (cursor_parse('d', text, &cursor)) {
		return;
	}
	g_assert(cursor.number >= 0 && strlen(cursor.text) <= CURSOR_TEXT_MAX);
	g_assert(strspn(cursor.text, TEXT_SIGNS) == strlen(cursor.text));
	cursor_format('d', &cursor, again);
	g_assert(strcmp(again, text) == 0);
	g_assert(cursor_parse('e', text, &cursor) == HOSO_BAD_CURSOR);
}

/* The other way: any place comes back. */
static void check_format(const uint8_t *bytes, size_t length)
{
	struct cursor cursor = {0};
	struct cursor again = {0};
	char text[CURSOR_MAX + 1];

	memcpy(&cursor.number, bytes, MIN(length, sizeof cursor.number));
	cursor.number &= INT64_MAX;
	for (size_t i = 8; i < length && i < 8 + CURSOR_TEXT_MAX; i++) {
		cursor.text[i - 8] = TEXT_SIGNS[bytes[i] % strlen(TEXT_SIGNS)];
	}
	cursor_format('d', &cursor, text);
	g_assert(cursor_parse('d', text, &again) == HOSO_OK);
	g_assert(again.number == cursor.number && strcmp(again.text, cursor.text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	g_autofree char *text = fuzz_text(bytes, length);

	check_parse(text);
	check_format(bytes, length);
	return 0;
}
