#include "wedge.h"

#include <stdbool.h>
#include <string.h>

#include <glib.h>

#include <hoso/limits.h>

/* The ways in which the keys become letters. */
enum method { TELEX, VNI };

#define CIRCUMFLEX 0x0302
#define BREVE 0x0306
#define HORN 0x031B
#define D_WITH_STROKE 0x0110
#define LONE_W_MAX 3 /* letters Ư in one code: each may be a W alone, or U and W */

/* What other layouts write for the keys that the scanner means: characters in lower case, one for each key. */
static const struct layout {
	const char *characters;
	const char *keys;
} layouts[] = {
	{"!@#$%^&*()", "1234567890"},                     /* the digits with Shift */
	{"&é\"'(-è_çàqawzm,", "1234567890AQZWM,"},        /* French, AZERTY */
	{"ăâêô\u0300\u0309\u0303\u0301đ₫", "1234567890"}, /* Vietnamese */
};

struct candidates {
	unsigned count;
	struct item_code *codes;
};

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

static void add_mark(
	GString *keys, const struct mark *mark, char letter, enum method method, bool lone_w)
{
	if (method == VNI) {
		g_string_append_c(keys, mark->vni);
	} else if (lone_w && mark->mark == HORN && letter == 'U') {
		keys->str[keys->len - 1] = 'W'; /* Telex also makes Ư of a W alone */
	} else {
		g_string_append_c(keys, mark->telex == '2' ? letter : mark->telex);
	}
}

/* The keys that were struck if @method was at work. Bit n of @lone: the n-th Ư was a W alone. */
static GString *undo(const char *decomposed, enum method method, unsigned lone)
{
	GString *keys = g_string_new(NULL);
	char letter = '\0';

	for (const char *at = decomposed; *at; at = g_utf8_next_char(at)) {
		gunichar character = g_utf8_get_char(at);
		const struct mark *mark = find_mark(character, letter);
		if (mark) {
			add_mark(keys, mark, letter, method, lone & 1);
			lone >>= mark->mark == HORN && letter == 'U';
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

static void try_keys(const char *keys, size_t length, struct candidates *candidates)
{
	struct item_code code;

	if (item_code_parse(keys, length, &code) || !item_code_is_s10(&code)) {
		return;
	}
	for (unsigned i = 0; i < candidates->count; i++) {
		if (strcmp(candidates->codes[i].text, code.text) == 0) {
			return;
		}
	}
	if (candidates->count < WEDGE_CANDIDATES_MAX) {
		candidates->codes[candidates->count++] = code;
	}
}

static void try_method(
	const char *decomposed, enum method method, unsigned lone, struct candidates *candidates)
{
	g_autoptr(GString) keys = undo(decomposed, method, lone);

	try_keys(keys->str, keys->len, candidates);
}

/*
 * Lower case; marks stand alone but for ă â ê ô, which are keys of the Vietnamese layout. A letter that carries a mark was
 * two keys, for none of the layouts here has it, and what the French one has is looked for first.
 */
static GString *undo_layout(const char *lower, const struct layout *layout)
{
	g_autofree char *composed = g_utf8_normalize(lower, -1, G_NORMALIZE_NFC);
	GString *keys = g_string_new(NULL);

	for (const char *at = composed; *at; at = g_utf8_next_char(at)) {
		gunichar character = g_utf8_get_char(at);
		const char *found = g_utf8_strchr(layout->characters, -1, character);
		if (found) {
			glong which = g_utf8_pointer_to_offset(layout->characters, found);
			g_string_append_c(keys, layout->keys[which]);
		} else {
			g_string_append_unichar(keys, character);
		}
	}
	return keys;
}

/* "ế" is ê and ´: two keys of the Vietnamese layout; "è" is E and `. Take off what a key of its own had put on. */
static char *take_marks_off(const char *decomposed)
{
	GString *apart = g_string_new(NULL);

	for (const char *at = decomposed; *at; at = g_utf8_next_char(at)) {
		gunichar character = g_utf8_get_char(at);
		bool is_mark = g_unichar_combining_class(character) > 0;
		if (is_mark && character != CIRCUMFLEX && character != BREVE) {
			g_string_append_c(apart, ' '); /* so that it is not put on again */
		}
		g_string_append_unichar(apart, character);
	}
	return g_string_free(apart, FALSE);
}

static void try_layouts(const char *decomposed, struct candidates *candidates)
{
	g_autofree char *apart = take_marks_off(decomposed);
	const char *const texts[] = {decomposed, apart};

	for (size_t i = 0; i < G_N_ELEMENTS(layouts); i++) {
		for (size_t k = 0; k < G_N_ELEMENTS(texts); k++) {
			g_autofree char *lower = g_utf8_strdown(texts[k], -1);
			g_autoptr(GString) keys = undo_layout(lower, &layouts[i]);
			try_keys(keys->str, keys->len, candidates);
		}
	}
}

unsigned wedge_candidates(
	const char *text, size_t length, struct item_code ret_codes[WEDGE_CANDIDATES_MAX])
{
	struct candidates candidates = {.codes = ret_codes};
	g_autofree char *upper = NULL;
	g_autofree char *decomposed = NULL;

	if (length > ITEM_CODE_MAX || !g_utf8_validate(text, (gssize)length, NULL)) {
		return 0;
	}
	upper = g_utf8_strup(text, (gssize)length);
	decomposed = g_utf8_normalize(upper, -1, G_NORMALIZE_NFD);
	for (unsigned lone = 0; lone < 1u << LONE_W_MAX; lone++) {
		try_method(decomposed, TELEX, lone, &candidates);
	}
	try_method(decomposed, VNI, 0, &candidates);
	try_layouts(decomposed, &candidates);
	return candidates.count;
}

enum hoso_error wedge_repair(const char *text, size_t length, struct item_code *ret_code)
{
	struct item_code codes[WEDGE_CANDIDATES_MAX];

	if (wedge_candidates(text, length, codes) != 1) {
		return HOSO_BAD_ITEM_CODE;
	}
	*ret_code = codes[0];
	return HOSO_OK;
}
