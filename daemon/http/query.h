#ifndef HOSO_HTTP_QUERY_H
#define HOSO_HTTP_QUERY_H

#include <stdbool.h>
#include <stddef.h>

#include <hoso/error.h>

#define QUERY_MEMBERS_MAX 32

/** struct query_member - one name=value, decoded: UTF-8 without control characters. */
struct query_member {
	char *name;
	char *value;
};

/** struct query - the members of a target's query, in order. Zero-initialised is an empty one. */
struct query {
	unsigned count;
	struct query_member members[QUERY_MEMBERS_MAX];
};

/**
 * query_decode() - undo percent-encoding.
 * @text, @length: encoded.
 * @plus_is_space: as forms do it: in queries, never in paths.
 * @ret_text:      @size bytes; NUL-terminated on success.
 *
 * Errors: HOSO_BAD_UTF8; HOSO_BAD_REQUEST for broken encoding, control characters, or what does not
 * fit.
 */
enum hoso_error query_decode(
	const char *text, size_t length, bool plus_is_space, char *ret_text, size_t size);

/**
 * query_parse() - @text is what stands behind the '?', or NULL.
 * Errors: those of query_decode(); HOSO_BAD_REQUEST for a member without a name or too many.
 * @ret_query is empty then.
 */
enum hoso_error query_parse(const char *text, struct query *ret_query);

void query_done(struct query *query);

/** query_find() - the value of the first member called @name, or NULL. */
const char *query_find(const struct query *query, const char *name);

#endif
