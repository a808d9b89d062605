#ifndef HOSO_API_CURSOR_H
#define HOSO_API_CURSOR_H

#include <stdint.h>

#include <hoso/error.h>
#include <hoso/limits.h>

#include "base/attr.h"

#define CURSOR_TEXT_MAX 64 /* characters; the longest is an account's name */

/**
 * struct cursor - where a list goes on: the key of the last row that was shown. Opaque to clients,
 * so that the key may change; no secret, for what it leads to is judged by who asks.
 * @number: not negative
 * @text:   of [a-z0-9._:-]
 */
struct cursor {
	int64_t number;
	char text[CURSOR_TEXT_MAX + 1];
};

/** cursor_format() - @list: a letter that says which list this is, so that no other takes it. */
void cursor_format(char list, const struct cursor *cursor, char ret_text[CURSOR_MAX + 1]);

/** cursor_parse() - HOSO_BAD_CURSOR for anything that cursor_format() does not make for this list.
 */
_must_check_ enum hoso_error cursor_parse(char list, const char *text, struct cursor *ret_cursor);

#endif
