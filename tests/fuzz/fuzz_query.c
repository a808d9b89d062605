/*
 * What stands behind the '?' of a target. Names and values that are taken are UTF-8 without control
 * characters; encoded again and read again they are the same; and nothing is written past the room
 * that was given.
 */
#include "fuzz.h"

#include "http/query.h"

static void check_text(const char *text)
{
	g_assert(g_utf8_validate(text, -1, NULL));
	for (const char *at = text; *at; at = g_utf8_next_char(at)) {
		g_assert(!g_unichar_iscntrl(g_utf8_get_char(at)));
	}
}

static char *encode(const struct query *query)
{
	GString *text = g_string_new(NULL);

	for (unsigned i = 0; i < query->count; i++) {
		g_autofree char *name = g_uri_escape_string(query->members[i].name, NULL, TRUE);
		g_autofree char *value = g_uri_escape_string(query->members[i].value, NULL, FALSE);

		g_string_append_printf(text, "%s%s=%s", i ? "&" : "", name, value);
	}
	return g_string_free(text, FALSE);
}

static void check_query(const char *text)
{
	struct query query;
	struct query again;
	g_autofree char *encoded = NULL;

	if (query_parse(text, &query)) {
		g_assert(query.count == 0);
		return;
	}
	g_assert(query.count <= QUERY_MEMBERS_MAX);
	encoded = encode(&query);
	g_assert(query_parse(encoded, &again) == HOSO_OK && again.count == query.count);
	for (unsigned i = 0; i < query.count; i++) {
		check_text(query.members[i].name);
		check_text(query.members[i].value);
		g_assert(query_find(&query, query.members[i].name));
		g_assert(strcmp(query.members[i].name, again.members[i].name) == 0);
		g_assert(strcmp(query.members[i].value, again.members[i].value) == 0);
	}
	query_done(&again);
	query_done(&query);
}

/* As the router decodes a path: a plus is a plus, and the room is small. */
static void check_decode(const uint8_t *bytes, size_t length, size_t size)
{
	char *room = g_malloc(size);

	if (!query_decode((const char *)bytes, length, false, room, size)) {
		g_assert(strlen(room) < size && strlen(room) <= length);
		check_text(room);
	}
	g_free(room);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	g_autofree char *text = fuzz_text(bytes, length);

	check_query(text);
	check_decode(bytes, length, length ? 1 + bytes[0] % 64 : 1);
	return 0;
}
