/*
 * Item codes and dossier codes, as scanners, people and QR codes give them. What is taken fits a
 * grammar that is written here a second time, is its own canonical form, and survives the noise that
 * is undone; a wrong digit in an S10 code is never taken for another item.
 */
#include "fuzz.h"

#include <stdbool.h>

#include <hoso/dossier_code.h>
#include <hoso/item_code.h>

#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGIT "0123456789"

static bool fits(const char *text, const char *alphabet, size_t min, size_t max)
{
	size_t length = strlen(text);

	return length >= min && length <= max && strspn(text, alphabet) == length &&
	       strpbrk(text, DIGIT);
}

static bool is_s10(const char *text)
{
	return strlen(text) == 13 && strspn(text, UPPER) == 2 && strspn(text + 2, DIGIT) == 9 &&
	       strspn(text + 11, UPPER) == 2;
}

static char check_digit(const char *serial)
{
	static const char weights[] = "86423597";
	int sum = 0;

	for (int i = 0; i < 8; i++) {
		sum += (serial[i] - '0') * (weights[i] - '0');
	}
	return "50987654321"[sum % 11];
}

static bool parses_to(const char *text, const char *expected)
{
	struct item_code code;

	return item_code_parse(text, strlen(text), &code) == HOSO_OK &&
	       strcmp(code.text, expected) == 0;
}

/* As a bad scanner gives it: an AIM identifier, small letters, blanks anywhere. */
static void check_noise(const struct item_code *code)
{
	g_autofree char *lower = g_ascii_strdown(code->text, -1);
	g_autoptr(GString) noisy = g_string_new("]C1 ");

	for (const char *at = lower; *at; at++) {
		g_string_append_printf(noisy, "%c\r\n", *at);
	}
	g_assert(parses_to(lower, code->text));
	g_assert(parses_to(noisy->str, code->text));
}

/* UPU S10: two remainders share the check digit 5, so only a 5 may hide one wrong digit. */
static void check_one_wrong_digit(const struct item_code *code, unsigned at, unsigned by)
{
	struct item_code wrong = *code;
	struct item_code found;
	char *digit = &wrong.text[2 + at % 9];

	*digit = (char)('0' + (*digit - '0' + 1 + (int)(by % 9)) % 10);
	if (code->text[10] != '5') {
		g_assert(item_code_parse(wrong.text, strlen(wrong.text), &found) ==
			 HOSO_BAD_CHECK_DIGIT);
	}
}

/* Nothing but blanks and an AIM identifier is left out, so nothing is hidden behind a NUL. */
static void check_all_is_kept(const uint8_t *bytes, size_t length, const struct item_code *code)
{
	size_t signs = 0;

	for (size_t i = 0; i < length; i++) {
		signs += !memchr(" \r\n", bytes[i], 3);
	}
	g_assert(signs == strlen(code->text) || signs == strlen(code->text) + 3);
}

static void check_item(const uint8_t *bytes, size_t length)
{
	struct item_code code;
	struct dossier_code dossier;
	enum hoso_error error = item_code_parse((const char *)bytes, length, &code);

	if (error) {
		g_assert(error == HOSO_BAD_ITEM_CODE || error == HOSO_BAD_CHECK_DIGIT);
		return;
	}
	g_assert(fits(code.text, UPPER DIGIT ".-", 6, ITEM_CODE_MAX));
	g_assert(parses_to(code.text, code.text));
	g_assert(is_s10(code.text) == !!item_code_is_s10(&code));
	g_assert(dossier_code_find(code.text, strlen(code.text), &dossier) ||
		 strcmp(dossier.text, code.text) != 0);
	check_all_is_kept(bytes, length, &code);
	check_noise(&code);
	if (is_s10(code.text)) {
		g_assert(code.text[10] == check_digit(code.text + 2));
		g_assert(dossier_code_parse(code.text, 13, &dossier) == HOSO_BAD_DOSSIER_CODE);
		check_one_wrong_digit(&code, bytes[0], bytes[length - 1]);
	}
}

static void check_dossier(const uint8_t *bytes, size_t length)
{
	struct dossier_code code;
	struct dossier_code again;
	g_autofree char *padded = NULL;

	if (dossier_code_parse((const char *)bytes, length, &code)) {
		return;
	}
	g_assert(fits(code.text, UPPER DIGIT ".-/", 5, DOSSIER_CODE_MAX));
	g_assert(g_ascii_isalnum(code.text[0]) && !is_s10(code.text));
	g_assert(!memchr(bytes, 0, length));
	padded = g_strdup_printf(" \t%s\r\n", code.text);
	g_assert(dossier_code_parse(padded, strlen(padded), &again) == HOSO_OK);
	g_assert(strcmp(again.text, code.text) == 0);
	if (dossier_code_shape(&code) != DOSSIER_CODE_OTHER) {
		g_assert(dossier_code_find(code.text, strlen(code.text), &again) == HOSO_OK);
		g_assert(strcmp(again.text, code.text) == 0);
	}
}

static void check_found(const uint8_t *bytes, size_t length)
{
	struct dossier_code code;
	struct dossier_code again;
	g_autofree char *address = NULL;
	g_autofree char *escaped = NULL;

	if (dossier_code_find((const char *)bytes, length, &code)) {
		return;
	}
	g_assert(dossier_code_shape(&code) != DOSSIER_CODE_OTHER);
	g_assert(dossier_code_parse(code.text, strlen(code.text), &again) == HOSO_OK);
	g_assert(strcmp(again.text, code.text) == 0);
	escaped = g_uri_escape_string(code.text, NULL, FALSE);
	address = g_strdup_printf("https://example.vn/tra-cuu?ma=%s&x=1", escaped);
	g_assert(dossier_code_find(address, strlen(address), &again) == HOSO_OK);
	g_assert(strcmp(again.text, code.text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	check_item(bytes, length);
	check_dossier(bytes, length);
	check_found(bytes, length);
	return 0;
}
