#include "api/api_query.h"

#include <string.h>

#include <glib.h>

#include <hoso/limits.h>

#include "api/api_json.h"
#include "base/clock.h"
#include "base/text.h"
#include "model/phone.h"

#define DAY_MS (24LL * 3600 * 1000)

struct api_query api_query_begin(const struct exchange *exchange, const char *const *known)
{
	struct api_query query = {.exchange = exchange};
	const char *unknown = exchange_query_unknown(exchange, known);

	if (unknown) {
		api_query_fail(&query, HOSO_UNKNOWN_MEMBER, unknown);
	}
	return query;
}

struct api_query api_query_begin_body(const json_t *body, const char *const *known)
{
	struct api_query query = {.object = body};
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)body, name, value)
	{
		if (!g_strv_contains(known, name)) {
			api_query_fail(&query, HOSO_UNKNOWN_MEMBER, NULL);
		}
	}
	return query;
}

void api_query_fail(struct api_query *query, enum hoso_error error, const char *member)
{
	if (!query->error) {
		query->error = error;
		query->member = member;
	}
}

bool api_query_refused(const struct api_query *query, struct exchange *exchange)
{
	if (query->error) {
		api_problem(exchange, query->error, query->member);
	}
	return query->error != HOSO_OK;
}

bool api_query_has_none(struct exchange *exchange)
{
	static const char *const known[] = {NULL};
	struct api_query query = api_query_begin(exchange, known);

	return !api_query_refused(&query, exchange);
}

/* A member as text, whichever way it came; in a body it must have its type. */
static const char *member_of(struct api_query *query, const char *name, json_type type)
{
	const json_t *value;

	if (!query->object) {
		return exchange_query(query->exchange, name);
	}
	value = json_object_get(query->object, name);
	if (!value) {
		return NULL;
	}
	if (type == JSON_TRUE && json_is_boolean(value)) {
		return json_is_true(value) ? "true" : "false";
	}
	if (json_typeof(value) != type) {
		api_query_fail(query, HOSO_BAD_MEMBER, name);
		return NULL;
	}
	if (type == JSON_INTEGER) {
		g_snprintf(query->number, sizeof query->number, "%" JSON_INTEGER_FORMAT,
			json_integer_value(value));
		return query->number;
	}
	return json_string_value(value);
}

bool api_query_text(struct api_query *query, const char *member, char *ret_text, size_t size)
{
	const char *value = member_of(query, member, JSON_STRING);
	enum hoso_error error;

	ret_text[0] = '\0';
	if (!value) {
		return false;
	}
	error = text_clean(value, strlen(value), ret_text, size);
	g_strstrip(ret_text);
	if (error || ret_text[0] == '\0') {
		api_query_fail(query, error ? error : HOSO_BAD_MEMBER, member);
		return false;
	}
	return true;
}

bool api_query_flag(struct api_query *query, const char *member, bool *ret_flag)
{
	const char *value = member_of(query, member, JSON_TRUE);

	*ret_flag = g_strcmp0(value, "true") == 0;
	if (value && !*ret_flag && strcmp(value, "false") != 0) {
		api_query_fail(query, HOSO_BAD_MEMBER, member);
		return false;
	}
	return value;
}

bool api_query_cursor(
	struct api_query *query, const char *member, char list, struct cursor *ret_cursor)
{
	const char *value = member_of(query, member, JSON_STRING);
	enum hoso_error error;

	memset(ret_cursor, 0, sizeof *ret_cursor);
	if (!value) {
		return false;
	}
	error = cursor_parse(list, value, ret_cursor);
	if (error) {
		api_query_fail(query, error, member);
	}
	return !error;
}

bool api_query_time(struct api_query *query, const char *member, bool end, int64_t *ret_ms)
{
	const char *value = member_of(query, member, JSON_STRING);
	g_autofree char *midnight = NULL;
	bool is_day = value && strlen(value) == strlen("2026-11-23");

	*ret_ms = 0;
	if (!value) {
		return false;
	}
	midnight = g_strdup_printf("%sT00:00:00+07:00", value);
	if (!clock_parse_rfc3339(is_day ? midnight : value, ret_ms)) {
		api_query_fail(query, HOSO_BAD_MEMBER, member);
		return false;
	}
	*ret_ms += is_day && end ? DAY_MS : 0;
	return true;
}

bool api_query_phone(struct api_query *query, const char *member, char ret_phone[PHONE_MAX + 1])
{
	char text[QUERY_TEXT_MAX + 1];

	ret_phone[0] = '\0';
	if (!api_query_text(query, member, text, sizeof text)) {
		return false;
	}
	if (strlen(text) == 4 && strspn(text, "0123456789") == 4) {
		g_strlcpy(ret_phone, text, PHONE_MAX + 1);
		return true;
	}
	if (!phone_clean(text, ret_phone)) {
		api_query_fail(query, HOSO_BAD_MEMBER, member);
		return false;
	}
	return true;
}

unsigned api_query_limit(struct api_query *query)
{
	const char *value = member_of(query, "limit", JSON_INTEGER);
	guint64 limit = PAGE_ROWS_DEFAULT;

	if (value && !g_ascii_string_to_unsigned(value, 10, 1, PAGE_ROWS_MAX, &limit, NULL)) {
		api_query_fail(query, HOSO_BAD_MEMBER, "limit");
	}
	return (unsigned)limit;
}

json_t *api_query_page(json_t *items, char list, const struct cursor *last)
{
	char text[CURSOR_MAX + 1] = "";

	if (last) {
		cursor_format(list, last, text);
	}
	return json_pack("{s:o, s:s?}", "items", items, "next", last ? text : NULL);
}
