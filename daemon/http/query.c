#include "http/query.h"

#include <string.h>

#include <glib.h>

static enum hoso_error text_check(const char *text, size_t length)
{
	if (!g_utf8_validate(text, (gssize)length, NULL)) {
		/* An encoded NUL is a control character, though GLib calls it bad UTF-8. */
		return memchr(text, 0, length) ? HOSO_BAD_REQUEST : HOSO_BAD_UTF8;
	}
	for (const char *at = text; *at; at = g_utf8_next_char(at)) {
		if (g_unichar_iscntrl(g_utf8_get_char(at))) {
			return HOSO_BAD_REQUEST;
		}
	}
	return HOSO_OK;
}

enum hoso_error query_decode(
	const char *text, size_t length, bool plus_is_space, char *ret_text, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		char c = text[i];
		if (c == '%') {
			int high = i + 2 < length ? g_ascii_xdigit_value(text[i + 1]) : -1;
			int low = i + 2 < length ? g_ascii_xdigit_value(text[i + 2]) : -1;
			if (high < 0 || low < 0) {
				return HOSO_BAD_REQUEST;
			}
			c = (char)(high << 4 | low);
			i += 2;
		} else if (c == '+' && plus_is_space) {
			c = ' ';
		}
		if (used + 1 >= size) {
			return HOSO_BAD_REQUEST;
		}
		ret_text[used++] = c;
	}
	ret_text[used] = '\0';
	return text_check(ret_text, used);
}

static enum hoso_error part_decode(const char *text, size_t length, char **ret_text)
{
	g_autofree char *decoded = g_malloc(length + 1);
	enum hoso_error error = query_decode(text, length, true, decoded, length + 1);

	if (!error) {
		*ret_text = g_steal_pointer(&decoded);
	}
	return error;
}

static enum hoso_error member_add(struct query *query, const char *text, size_t length)
{
	struct query_member *member = &query->members[query->count];
	const char *equals = memchr(text, '=', length);
	size_t name_length = equals ? (size_t)(equals - text) : length;
	enum hoso_error error;

	if (name_length == 0 || query->count == QUERY_MEMBERS_MAX) {
		return HOSO_BAD_REQUEST;
	}
	error = part_decode(text, name_length, &member->name);
	if (error) {
		return error;
	}
	query->count++;
	if (!equals) {
		member->value = g_strdup("");
		return HOSO_OK;
	}
	return part_decode(equals + 1, length - name_length - 1, &member->value);
}

enum hoso_error query_parse(const char *text, struct query *ret_query)
{
	enum hoso_error error = HOSO_OK;

	memset(ret_query, 0, sizeof *ret_query);
	while (text && *text && !error) {
		size_t length = strcspn(text, "&");
		error = member_add(ret_query, text, length);
		text += length;
		text += *text == '&';
	}
	if (error) {
		query_done(ret_query);
	}
	return error;
}

void query_done(struct query *query)
{
	for (unsigned i = 0; i < query->count; i++) {
		g_free(query->members[i].name);
		g_free(query->members[i].value);
	}
	memset(query, 0, sizeof *query);
}

const char *query_find(const struct query *query, const char *name)
{
	for (unsigned i = 0; i < query->count; i++) {
		if (strcmp(query->members[i].name, name) == 0) {
			return query->members[i].value;
		}
	}
	return NULL;
}
