#ifndef HOSO_API_API_QUERY_H
#define HOSO_API_API_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include <hoso/error.h>
#include <hoso/limits.h>

#include "api/cursor.h"
#include "http/exchange.h"

/**
 * struct api_query - takes the members of a request's query, or of a body that stands for one; the first
 * error sticks, and names its member. When all are taken, look at @error.
 */
struct api_query {
	const struct exchange *exchange;
	const json_t *object; /* the body's members; NULL: those of the URL */
	enum hoso_error error;
	const char *member;
	char number[24];
};

/** api_query_begin() - @known: NULL-terminated; any other member is HOSO_UNKNOWN_MEMBER. */
struct api_query api_query_begin(const struct exchange *exchange, const char *const *known);

/**
 * api_query_begin_body() - the same members in a JSON object, where a name or a phone must not stand in
 * a URL: numbers and flags as JSON has them. @body is borrowed until the last member was taken.
 */
struct api_query api_query_begin_body(const json_t *body, const char *const *known);

/* Each returns true when the member is there and good; what it writes is "", 0 or false otherwise.
 */
bool api_query_text(struct api_query *query, const char *member, char *ret_text, size_t size);
bool api_query_flag(struct api_query *query, const char *member, bool *ret_flag);
bool api_query_cursor(
	struct api_query *query, const char *member, char list, struct cursor *ret_cursor);

/**
 * api_query_time() - RFC 3339, or YYYY-MM-DD: a day of the offices' own time.
 * @end: of a day its end, not its beginning.
 */
bool api_query_time(struct api_query *query, const char *member, bool end, int64_t *ret_ms);

/** api_query_phone() - as scans clean it: separators and the country's prefix are undone; or its last four digits. */
bool api_query_phone(struct api_query *query, const char *member, char ret_phone[PHONE_MAX + 1]);

/** api_query_limit() - "limit": 1 to PAGE_ROWS_MAX; PAGE_ROWS_DEFAULT when it is absent. */
unsigned api_query_limit(struct api_query *query);

/** api_query_fail() - note an error of the caller's own, unless one is noted already. */
void api_query_fail(struct api_query *query, enum hoso_error error, const char *member);

/** api_query_refused() - true when there was an error: then it has been replied to. */
bool api_query_refused(const struct api_query *query, struct exchange *exchange);

/** api_query_has_none() - for a route that takes no members: false when there was one, and then it has been replied to. */
bool api_query_has_none(struct exchange *exchange);

/** api_query_page() - {"items", "next"}; @items is taken over; @last is where the next page begins,
 * NULL for no more. */
json_t *api_query_page(json_t *items, char list, const struct cursor *last);

#endif
