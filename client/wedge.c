#include "wedge.h"

#include <stdbool.h>
#include <string.h>

#include <glib.h>

#include <hoso/limits.h>

/* The ways in which the keys become letters. */
enum method { TELEX, TELEX_LONE_W, VNI, METHOD_COUNT };

#define HORN 0x031B
#define D_WITH_STROKE 0x0110

/* The key that puts a mark on the letter before it. Telex doubles a letter for its circumflex. */
static const struct mark {
	gunichar mark;
	char telex;
	char vni;
	const char *letters; /* that can carry it */
} marks[] = {
	{0x0301, 'S', '1', "AEIOUY"}, /* acute */
	{0x0300, 'F', '2', "AEIOUY"}, /* grave */
	{0x0309, 'R', '3', "AEIOUY"}, /* hook above */
	{0x0303, 'X', '4', "AEIOUY"}, /* tilde */
	{0x0323, 'J', '5', "AEIOUY"}, /* dot below */
	{0x0302, '2', '6', "AEO"},    /* circumflex; in Telex the letter itself */
	{HORN, 'W', '7', "OU"},       /* horn */
	{0x0306, 'W', '8', "A"},      /* breve */
};

static const struct mark *find_mark(gunichar character, char letter)
{
	for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
		if (marks[i].mark == character && letter && strchr(marks[i].letters, letter)) {
			return &marks[i];
		}
	}
	return NULL;
}

static void add_mark(GString *keys, const struct mark *mark, char letter, enum method method)
{
	if (method == VNI) {
		g_string_append_c(keys, mark->vni);
	} else if (method == TELEX_LONE_W && mark->mark == HORN && letter == 'U') {
		keys->str[keys->len - 1] = 'W'; /* Telex also makes Ư of a W alone */
	} else {
		g_string_append_c(keys, mark->telex == '2' ? letter : mark->telex);
	}
}

/* The keys that were struck if @method was at work. */
static GString *undo(const char *decomposed, enum method method)
{
	GString *keys = g_string_new(NULL);
	char letter = '\0';

	for (const char *at = decomposed; *at; at = g_utf8_next_char(at)) {
		gunichar character = g_utf8_get_char(at);
		const struct mark *mark = find_mark(character, letter);
		if (mark) {
			add_mark(keys, mark, letter, method);
			continue;
		}
		letter = character < 0x80 ? (char)character : '\0';
		if (character == D_WITH_STROKE) {
			g_string_append(keys, method == VNI ? "D9" : "DD");
		} else {
			g_string_append_unichar(keys, character);
		}
	}
	return keys;
}

static bool try_method(const char *decomposed, enum method method, struct item_code *ret_code)
{
	g_autoptr(GString) keys = undo(decomposed, method);

	return item_code_parse(keys->str, keys->len, ret_code) == HOSO_OK &&
	       item_code_is_s10(ret_code);
}

enum hoso_error wedge_repair(const char *text, size_t length, struct item_code *ret_code)
{
	g_autofree char *upper = NULL;
	g_autofree char *decomposed = NULL;
	struct item_code found = {""};

	if (length > ITEM_CODE_MAX || !g_utf8_validate(text, (gssize)length, NULL)) {
		return HOSO_BAD_ITEM_CODE;
	}
	upper = g_utf8_strup(text, (gssize)length);
	decomposed = g_utf8_normalize(upper, -1, G_NORMALIZE_NFD);
	for (int method = 0; method < METHOD_COUNT; method++) {
		struct item_code code;
		if (!try_method(decomposed, (enum method)method, &code)) {
			continue;
		}
		if (found.text[0] && strcmp(found.text, code.text) != 0) {
			return HOSO_BAD_ITEM_CODE;
		}
		found = code;
	}
	if (!found.text[0]) {
		return HOSO_BAD_ITEM_CODE;
	}
	*ret_code = found;
	return HOSO_OK;
}
