#include <hoso/dossier_code.h>

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include <glib.h>

#include "model/shape.h"

#define DOSSIER_CODE_MIN 5
#define UNIT_SHAPE "ddd.dd.dd.Ldd" /* QCVN 102:2016 */
#define TAIL_SHAPE "-dddddd-"      /* the day of reception */

/* Each span_ function says how many bytes at the start of the text fit; 0 when they do not. */
static size_t span_digits(const char *text, size_t min, size_t max)
{
	size_t digits = strspn(text, "0123456789");

	return digits >= min && digits <= max ? digits : 0;
}

/* "-yymmdd-" and a sequence of four to six digits, which both generations end with. */
static size_t span_tail(const char *text)
{
	size_t day = shape_span(text, TAIL_SHAPE);
	size_t sequence = day ? span_digits(text + day, 4, 6) : 0;

	return sequence ? day + sequence : 0;
}

static size_t span_unit_last(const char *text)
{
	size_t unit = shape_span(text, UNIT_SHAPE);
	size_t tail = unit ? span_tail(text + unit) : 0;

	return tail ? unit + tail : 0;
}

static size_t span_unit_first(const char *text)
{
	size_t unit = shape_span(text, "Ldd");
	size_t tail;

	while (unit && text[unit] == '.') {
		size_t group = span_digits(text + unit + 1, 1, 3);
		unit = group ? unit + 1 + group : 0;
	}
	tail = unit ? span_tail(text + unit) : 0;
	return tail ? unit + tail : 0;
}

static size_t span_insurance(const char *text)
{
	size_t span = shape_span(text, "ddddd/dddd/ddddd");

	return isdigit((unsigned char)text[span]) ? 0 : span;
}

static size_t span_strict(const char *text, enum dossier_code_shape *ret_shape)
{
	static const struct {
		size_t (*span)(const char *text);
		enum dossier_code_shape shape;
	} shapes[] = {
		{span_unit_last, DOSSIER_CODE_UNIT_LAST},
		{span_unit_first, DOSSIER_CODE_UNIT_FIRST},
		{span_insurance, DOSSIER_CODE_INSURANCE},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(shapes); i++) {
		size_t span = shapes[i].span(text);
		if (span && span <= DOSSIER_CODE_MAX) {
			*ret_shape = shapes[i].shape;
			return span;
		}
	}
	return 0;
}

static bool is_loose(const char *code)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-/";
	size_t length = strlen(code);

	return length >= DOSSIER_CODE_MIN && length <= DOSSIER_CODE_MAX &&
	       strspn(code, alphabet) == length && isalnum((unsigned char)code[0]) &&
	       strpbrk(code, "0123456789") != NULL;
}

static bool is_item_shape(const char *code)
{
	size_t span = shape_span(code, "AAdddddddddAA");

	return span && !code[span];
}

enum hoso_error dossier_code_parse(const char *text, size_t length, struct dossier_code *ret_code)
{
	struct dossier_code code;

	while (length > 0 && g_ascii_isspace(text[length - 1])) {
		length--;
	}
	while (length > 0 && g_ascii_isspace(text[0])) {
		text++;
		length--;
	}
	if (length > DOSSIER_CODE_MAX) {
		return HOSO_BAD_DOSSIER_CODE;
	}
	for (size_t i = 0; i < length; i++) {
		/* NUL would hide what follows it; '?' is outside the alphabet and so is refused
		 * below. */
		code.text[i] = text[i] ? g_ascii_toupper(text[i]) : '?';
	}
	code.text[length] = '\0';
	if (!is_loose(code.text) || is_item_shape(code.text)) {
		return HOSO_BAD_DOSSIER_CODE;
	}
	*ret_code = code;
	return HOSO_OK;
}

/* What may stand beside a code inside a text: never something that could belong to a longer code.
 */
static bool is_cut(const char *text, size_t from, size_t to)
{
	bool joined_before = from > 0 && (isalnum((unsigned char)text[from - 1]) ||
						 strchr(".-", text[from - 1]));
	bool joined_after = isalnum((unsigned char)text[to]) || text[to] == '-';

	return joined_before || joined_after;
}

enum hoso_error dossier_code_find(const char *text, size_t length, struct dossier_code *ret_code)
{
	/* Inside an address the slash of a code is often written %2F. */
	g_autofree char *unescaped = g_uri_unescape_segment(text, text + length, NULL);
	g_autofree char *upper =
		unescaped ? g_ascii_strup(unescaped, -1) : g_ascii_strup(text, (gssize)length);

	for (size_t from = 0; upper[from]; from++) {
		enum dossier_code_shape shape;
		size_t span = span_strict(upper + from, &shape);
		if (span && !is_cut(upper, from, from + span)) {
			memcpy(ret_code->text, upper + from, span);
			ret_code->text[span] = '\0';
			return HOSO_OK;
		}
	}
	return HOSO_BAD_DOSSIER_CODE;
}

enum dossier_code_shape dossier_code_shape(const struct dossier_code *code)
{
	enum dossier_code_shape shape = DOSSIER_CODE_OTHER;
	size_t span = span_strict(code->text, &shape);

	return span == strlen(code->text) ? shape : DOSSIER_CODE_OTHER;
}
