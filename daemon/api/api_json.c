#include "api/api_json.h"

#include <string.h>

#include <glib.h>

#include <hoso/limits.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/uuid7.h"

#define RETRY_AFTER_MAX_S                                                                          \
	5 /* spread over 1 to 5 seconds, so that not everybody comes back at once */

/* Jansson's own limit is a compile-time 2048: depth is counted before it sees the bytes. */
static bool is_too_deep(const char *text, size_t length)
{
	unsigned depth = 0;
	bool in_string = false;

	for (size_t i = 0; i < length; i++) {
		char c = text[i];
		if (in_string) {
			i += c == '\\';
			in_string = c != '"';
		} else if (c == '"') {
			in_string = true;
		} else if (c == '[' || c == '{') {
			if (++depth > JSON_DEPTH_MAX) {
				return true;
			}
		} else if ((c == ']' || c == '}') && depth > 0) {
			depth--;
		}
	}
	return false;
}

enum hoso_error api_body(const struct exchange *exchange, json_t **ret_json)
{
	size_t length;
	const char *text = exchange_body(exchange, &length);

	return api_parse(text, length, ret_json);
}

enum hoso_error api_parse(const char *text, size_t length, json_t **ret_json)
{
	if (length == 0) {
		return HOSO_BAD_JSON;
	}
	if (!g_utf8_validate(text, (gssize)length, NULL)) {
		return memchr(text, 0, length) ? HOSO_BAD_JSON : HOSO_BAD_UTF8;
	}
	if (is_too_deep(text, length)) {
		return HOSO_DEEP_JSON;
	}
	*ret_json = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
	return *ret_json ? HOSO_OK : HOSO_BAD_JSON;
}

static int append(const char *bytes, size_t length, void *arg)
{
	g_string_append_len(arg, bytes, (gssize)length);
	return 0;
}

static void reply_as(struct exchange *exchange, int status, const char *content_type, json_t *json)
{
	GString *body = g_string_new(NULL);

	json_dump_callback(json, append, body, JSON_COMPACT);
	json_decref(json);
	exchange_reply(exchange, status, content_type, body);
}

static const char content_type_json[] = "application/json; charset=utf-8";

void api_reply(struct exchange *exchange, int status, json_t *json)
{
	reply_as(exchange, status, content_type_json, json);
}

void api_reply_text(struct exchange *exchange, int status, GString *json)
{
	exchange_reply(exchange, status, content_type_json, json);
}

/* Not all at once: whoever is sent away comes back at a time of their own. */
static int some_wait_s(int status)
{
	if (status != 503 && status != 429) {
		return 0;
	}
	return 1 + (int)g_random_int_range(0, status == 429 ? 60 : RETRY_AFTER_MAX_S);
}

static void problem(struct exchange *exchange, enum hoso_error error, const char *member,
	const char *name, json_t *value, int wait_s)
{
	enum hoso_language language = exchange_language(exchange);
	int status = error_http(error);
	json_t *json = json_pack("{s:o, s:s, s:i, s:s, s:s}", "type",
		json_sprintf("/problems/%s", error_wire(error)), "title",
		error_text(error, language), "status", status, "detail",
		error_text(error, language), "error", error_wire(error));

	if (member) {
		json_object_set_new(json, "member", json_string(member));
		json_object_set_new(json, "detail",
			json_sprintf("%s (%s)", error_text(error, language), member));
	}
	if (name) {
		json_object_set_new(json, name, value);
	}
	if (wait_s > 0) {
		char seconds[12];
		g_snprintf(seconds, sizeof seconds, "%d", wait_s);
		exchange_add_header(exchange, "Retry-After", seconds);
	}
	if (status == 401) {
		exchange_add_header(exchange, "WWW-Authenticate", "Bearer");
	}
	exchange_add_header(exchange, "Content-Language", language == HOSO_EN ? "en" : "vi");
	reply_as(exchange, status, "application/problem+json; charset=utf-8", json);
}

void api_problem(struct exchange *exchange, enum hoso_error error, const char *member)
{
	api_problem_with(exchange, error, member, NULL, NULL);
}

void api_problem_with(struct exchange *exchange, enum hoso_error error, const char *member,
	const char *name, json_t *value)
{
	problem(exchange, error, member, name, value, some_wait_s(error_http(error)));
}

void api_problem_later(struct exchange *exchange, enum hoso_error error, int wait_s)
{
	problem(exchange, error, NULL, NULL, NULL, wait_s);
}

void api_problem_plain(struct exchange *exchange, enum hoso_error error, void *api)
{
	(void)api;
	api_problem(exchange, error, NULL);
}

void api_read_fail(struct api_reader *reader, enum hoso_error error, const char *member)
{
	if (!reader->error) {
		reader->error = error;
		reader->member = member;
	}
}

json_t *api_read_member(struct api_reader *reader, const char *member, enum api_need need)
{
	json_t *value = json_object_get(reader->object, member);

	if (value) {
		reader->taken++;
	} else if (need == API_REQUIRED) {
		api_read_fail(reader, HOSO_MISSING_MEMBER, member);
	}
	return value;
}

bool api_read_text(struct api_reader *reader, const char *member, enum api_need need,
	char *ret_text, size_t size)
{
	json_t *value = api_read_member(reader, member, need);
	enum hoso_error error;

	ret_text[0] = '\0';
	if (!value) {
		return false;
	}
	error = json_is_string(value) ? text_clean(json_string_value(value),
						json_string_length(value), ret_text, size)
				      : HOSO_BAD_MEMBER;
	if (!error && ret_text[0] == '\0') {
		error = HOSO_BAD_MEMBER;
	}
	if (error) {
		api_read_fail(reader, error, member);
	}
	return !error;
}

bool api_read_int(struct api_reader *reader, const char *member, enum api_need need, int64_t min,
	int64_t max, int64_t *ret_number)
{
	json_t *value = api_read_member(reader, member, need);

	*ret_number = 0;
	if (!value) {
		return false;
	}
	if (!json_is_integer(value) || json_integer_value(value) < min ||
		json_integer_value(value) > max) {
		api_read_fail(reader, HOSO_BAD_MEMBER, member);
		return false;
	}
	*ret_number = json_integer_value(value);
	return true;
}

bool api_read_bool(
	struct api_reader *reader, const char *member, enum api_need need, bool *ret_flag)
{
	json_t *value = api_read_member(reader, member, need);

	*ret_flag = value && json_is_true(value);
	if (value && !json_is_boolean(value)) {
		api_read_fail(reader, HOSO_BAD_MEMBER, member);
	}
	return value && json_is_boolean(value);
}

bool api_read_uuid(
	struct api_reader *reader, const char *member, enum api_need need, struct uuid *ret_uuid)
{
	json_t *value = api_read_member(reader, member, need);

	memset(ret_uuid, 0, sizeof *ret_uuid);
	if (!value) {
		return false;
	}
	if (!json_is_string(value) ||
		strlen(json_string_value(value)) != json_string_length(value) ||
		!uuid7_parse(json_string_value(value), ret_uuid)) {
		api_read_fail(reader, HOSO_BAD_MEMBER, member);
		return false;
	}
	return true;
}

bool api_read_time(
	struct api_reader *reader, const char *member, enum api_need need, int64_t *ret_ms)
{
	json_t *value = api_read_member(reader, member, need);

	*ret_ms = 0;
	if (!value) {
		return false;
	}
	if (!json_is_string(value) || !clock_parse_rfc3339(json_string_value(value), ret_ms)) {
		api_read_fail(reader, HOSO_BAD_MEMBER, member);
		return false;
	}
	return true;
}

void api_read_password(struct api_reader *reader, char *ret_password)
{
	json_t *value = api_read_member(reader, "password", API_REQUIRED);
	const char *text = json_string_value(value);

	if (value && (!text || text[0] == '\0' || json_string_length(value) > PASSWORD_MAX ||
			     strlen(text) != json_string_length(value))) {
		api_read_fail(reader, HOSO_BAD_MEMBER, "password");
	} else if (value) {
		g_strlcpy(ret_password, text, PASSWORD_MAX + 1);
	}
}

enum hoso_error api_read_end(struct api_reader *reader)
{
	if (reader->taken < json_object_size(reader->object)) {
		api_read_fail(reader, HOSO_UNKNOWN_MEMBER, NULL);
	}
	return reader->error;
}

json_t *api_time(int64_t ms)
{
	char text[CLOCK_RFC3339_SIZE];

	if (ms == 0) {
		return json_null();
	}
	clock_format_rfc3339(ms, text);
	return json_string(text);
}

json_t *api_uuid(const struct uuid *uuid)
{
	char text[UUID_TEXT_SIZE];

	if (uuid7_is_none(uuid)) {
		return json_null();
	}
	uuid7_format(uuid, text);
	return json_string(text);
}

json_t *api_text_or_null(const char *text)
{
	return text && text[0] ? json_string(text) : json_null();
}

json_t *api_place(const char *code, const char *name)
{
	return code[0] ? json_pack("{s:s, s:s}", "code", code, "name", name) : json_null();
}

json_t *api_person(const char *account, const char *name)
{
	return account[0] ? json_pack("{s:s, s:s}", "account", account, "name", name) : json_null();
}
