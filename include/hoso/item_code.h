#ifndef HOSO_ITEM_CODE_H
#define HOSO_ITEM_CODE_H

#include <stddef.h>

#include <hoso/error.h>
#include <hoso/limits.h>

/**
 * struct item_code - what is on the label of one postal item.
 * @text: upper case, [A-Z0-9.-], NUL-terminated. Comes only from item_code_parse().
 */
struct item_code {
	char text[ITEM_CODE_MAX + 1];
};

/**
 * item_code_parse() - read an item code as a scanner or a person gives it.
 * @text:     UTF-8, @length bytes; an AIM identifier (]C0, ]C1 …), spaces, CR, LF and letter case are
 *            undone. Nothing else is repaired here.
 * @ret_code: written only on success.
 *
 * A text of UPU S10's shape (two letters, nine digits, two letters) must have the right check digit:
 * HOSO_BAD_CHECK_DIGIT otherwise, for it is a misread. Another shape of 6 to ITEM_CODE_MAX characters of
 * [A-Z0-9.-] with at least one digit is taken, as offices also use customer-assigned numbers;
 * anything else is HOSO_BAD_ITEM_CODE. A dossier code (see dossier_code.h) of a strict pattern is no
 * item code: HOSO_BAD_ITEM_CODE.
 * Source: UPU S10; domain 2.3.
 */
enum hoso_error item_code_parse(const char *text, size_t length, struct item_code *ret_code);

/** item_code_is_s10() - 1 when @code has the S10 shape (and so a right check digit). */
int item_code_is_s10(const struct item_code *code);

/** item_code_check_digit() - S10 check digit, '0' to '9', of eight digits. */
char item_code_check_digit(const char serial[8]);

#endif
