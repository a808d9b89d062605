#include <hoso/item_code.h>

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include <hoso/dossier_code.h>

#include "model/shape.h"

#define ITEM_CODE_MIN 6
#define AIM_LENGTH 3 /* ']', a letter for the symbology, a digit; ISO/IEC 15424 */

static bool is_s10_shape(const char *text)
{
	size_t span = shape_span(text, "AAdddddddddAA");

	return span && !text[span];
}

static bool is_free_shape(const char *text)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
	size_t length = strlen(text);

	return length >= ITEM_CODE_MIN && length <= ITEM_CODE_MAX &&
	       strspn(text, alphabet) == length && strpbrk(text, "0123456789") != NULL;
}

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\r' || byte == '\n';
}

/* Upper case without blanks. False for what cannot fit, and for NUL, which would hide the rest. */
static bool squeeze(const char *text, size_t length, char *ret_text, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)text[i];
		if (is_blank(text[i])) {
			continue;
		}
		if (byte == '\0' || byte >= 0x80 || used + 1 == size) {
			return false;
		}
		ret_text[used++] = (char)toupper(byte);
	}
	ret_text[used] = '\0';
	return true;
}

static const char *skip_aim(const char *text)
{
	bool aim = text[0] == ']' && isupper((unsigned char)text[1]) &&
		   isdigit((unsigned char)text[2]);

	return aim ? text + AIM_LENGTH : text;
}

enum hoso_error item_code_parse(const char *text, size_t length, struct item_code *ret_code)
{
	char squeezed[AIM_LENGTH + ITEM_CODE_MAX + 1];
	struct dossier_code dossier;
	const char *code;

	if (!squeeze(text, length, squeezed, sizeof squeezed)) {
		return HOSO_BAD_ITEM_CODE;
	}
	code = skip_aim(squeezed);
	if (is_s10_shape(code)) {
		if (item_code_check_digit(code + 2) != code[10]) {
			return HOSO_BAD_CHECK_DIGIT;
		}
	} else if (!is_free_shape(code)) {
		return HOSO_BAD_ITEM_CODE;
	} else if (!dossier_code_parse(code, strlen(code), &dossier) &&
		   dossier_code_shape(&dossier) != DOSSIER_CODE_OTHER) {
		return HOSO_BAD_ITEM_CODE;
	}
	memcpy(ret_code->text, code, strlen(code) + 1); /* either shape fits */
	return HOSO_OK;
}

int item_code_is_s10(const struct item_code *code)
{
	return is_s10_shape(code->text);
}

char item_code_check_digit(const char serial[8])
{
	static const int weights[8] = {8, 6, 4, 2, 3, 5, 9, 7};
	int sum = 0;
	int check;

	for (int i = 0; i < 8; i++) {
		sum += weights[i] * (serial[i] - '0');
	}
	check = 11 - sum % 11;
	/* UPU S10: 10 is written 0 and 11 is written 5; so a 5 may hide one wrong digit, no other
	 * does. */
	return (char)('0' + (check == 10 ? 0 : check == 11 ? 5 : check));
}
