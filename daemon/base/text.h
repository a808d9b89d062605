#ifndef HOSO_BASE_TEXT_H
#define HOSO_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hoso/error.h>
#include <hoso/wire.h>

/**
 * text_clean() - check a person's text and bring it into NFC.
 * @text:     @length bytes from outside.
 * @size:     of @ret_text, NUL included.
 *
 * Errors: HOSO_BAD_UTF8; HOSO_BAD_MEMBER for control characters (newline and tab are allowed),
 * bidirectional controls, or a text that does not fit after normalisation.
 */
enum hoso_error text_clean(const char *text, size_t length, char *ret_text, size_t size);

/** text_is_utf8() - NULs are taken too, as a barcode may hold them. */
bool text_is_utf8(const char *text, size_t length);

/**
 * text_escape() - @text with control characters, line separators, bidirectional controls and broken UTF-8
 * as \xNN, so that it can stand in a log line or on a terminal. The caller frees it.
 */
char *text_escape(const char *text);

/** text_fold() - for searching: lower case, without marks, đ as d. The caller frees it. */
char *text_fold(const char *text);

/** text_dong() - "1.234.567 đ", as Vietnamese papers write it, whatever the language. The caller frees it. */
char *text_dong(int64_t amount_vnd);

/** text_hex() - lower-case hexadecimal; @ret_text has 2 * length + 1 bytes. */
void text_hex(const void *bytes, size_t length, char *ret_text);

/** text_unhex() - false unless @text is exactly 2 * @length hexadecimal digits. */
bool text_unhex(const char *text, void *ret_bytes, size_t length);

/** text_digest() - SHA-256 of two byte strings, one after the other; either may be empty. */
struct digest text_digest(
	const void *first, size_t first_bytes, const void *second, size_t second_bytes);

#endif
