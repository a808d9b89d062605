#ifndef HOSO_API_API_JSON_H
#define HOSO_API_API_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include <hoso/error.h>
#include <hoso/wire.h>

#include "base/attr.h"
#include "http/exchange.h"

/**
 * api_body() - the request's body as JSON.
 * @ret_json: owned by the caller; written only on success.
 *
 * Errors: HOSO_BAD_UTF8, HOSO_DEEP_JSON, HOSO_BAD_JSON (duplicate
 * members, reals out of range, NUL, anything that RFC 8259 does not have).
 */
_must_check_ enum hoso_error api_body(const struct exchange *exchange, json_t **ret_json);

/** api_parse() - what api_body() makes of a body's bytes, with its errors. Pure. */
_must_check_ enum hoso_error api_parse(const char *text, size_t length, json_t **ret_json);

/** api_reply() - compact JSON; @json is taken over. */
void api_reply(struct exchange *exchange, int status, json_t *json);

/** api_reply_text() - the same with JSON that is text already; @json is taken over. */
void api_reply_text(struct exchange *exchange, int status, GString *json);

/** api_problem() - an RFC 9457 problem from the error table; @member says which, or NULL. 503 carries Retry-After. */
void api_problem(struct exchange *exchange, enum hoso_error error, const char *member);

/** api_problem_later() - the same, and how many seconds to wait before it is tried again. */
void api_problem_later(struct exchange *exchange, enum hoso_error error, int wait_s);

/** api_problem_with() - the same with one more member, @name (NULL for none); @value is taken over. */
void api_problem_with(struct exchange *exchange, enum hoso_error error, const char *member,
	const char *name, json_t *value);

/** api_problem_plain() - the same, as httpd's own refusals are made. */
void api_problem_plain(struct exchange *exchange, enum hoso_error error, void *api);

/**
 * struct api_reader - takes members out of one object; the first error sticks, and names its member.
 * Begin with {.object = …}; end with api_read_end(), which refuses members that nobody took.
 */
struct api_reader {
	json_t *object;
	enum hoso_error error;
	const char *member;
	unsigned taken;
};

enum api_need { API_OPTIONAL, API_REQUIRED };

/* Each returns true when the member is there and good; what it writes is "" or 0 otherwise. */
bool api_read_text(struct api_reader *reader, const char *member, enum api_need need,
	char *ret_text, size_t size);
bool api_read_int(struct api_reader *reader, const char *member, enum api_need need, int64_t min,
	int64_t max, int64_t *ret_number);
bool api_read_bool(
	struct api_reader *reader, const char *member, enum api_need need, bool *ret_flag);
bool api_read_uuid(
	struct api_reader *reader, const char *member, enum api_need need, struct uuid *ret_uuid);
bool api_read_time(
	struct api_reader *reader, const char *member, enum api_need need, int64_t *ret_ms);

/**
 * api_read_password() - "password", required, taken as it is: neither normalised nor trimmed, and never echoed.
 * @ret_password: PASSWORD_MAX + 1 bytes
 */
void api_read_password(struct api_reader *reader, char *ret_password);

/** api_read_member() - the raw member, borrowed; NULL when absent. */
json_t *api_read_member(struct api_reader *reader, const char *member, enum api_need need);

/** api_read_fail() - note an error of the caller's own, unless one is noted already. */
void api_read_fail(struct api_reader *reader, enum hoso_error error, const char *member);

/** api_read_end() - HOSO_UNKNOWN_MEMBER when something was left over; otherwise the first error. */
_must_check_ enum hoso_error api_read_end(struct api_reader *reader);

/* Values for replies. */
json_t *api_time(int64_t ms);                              /* RFC 3339, or null for 0 */
json_t *api_uuid(const struct uuid *uuid);                 /* or null for none */
json_t *api_text_or_null(const char *text);                /* null for NULL and "" */
json_t *api_place(const char *code, const char *name);     /* {code, name}, or null for "" */
json_t *api_person(const char *account, const char *name); /* {account, name}, or null for "" */

#endif
