#include "api/api_feed.h"

#include <glib.h>

#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/api_query.h"
#include "api/api_read.h"
#include "api/dossier_json.h"
#include "base/uuid7.h"
#include "store/feed.h"

#define LIST 'f'

static struct feed_place read_place(struct api_query *query)
{
	struct feed_place place = {0};
	struct cursor cursor;

	if (api_query_cursor(query, "after", LIST, &cursor)) {
		place.txid = cursor.number;
		if (cursor.text[0] && !uuid7_parse_any(cursor.text, &place.id)) {
			api_query_fail(query, HOSO_BAD_CURSOR, "after");
		}
	}
	return place;
}

/* There is always a place to go on from, be it the very beginning: new events will come behind it.
 */
static json_t *place_json(const struct feed_place *place)
{
	struct cursor cursor = {.number = place->txid};
	char text[CURSOR_MAX + 1];

	if (!uuid7_is_none(&place->id)) {
		uuid7_format(&place->id, cursor.text);
	}
	cursor_format(LIST, &cursor, text);
	return json_string(text);
}

/* What happened, without the citizen's data: who needs that looks at the dossier, and the look is
 * written down. */
static void feed_came(struct api_read *read)
{
	struct feed_place place = feed_next(&read->trip, read->more);
	json_t *events = json_array();

	for (int row = 0; row < feed_count(&read->trip); row++) {
		struct dossier_event event = feed_event_at(&read->trip, row);
		json_array_append_new(events, dossier_json_event(&event));
	}
	api_reply(read->exchange, 200,
		json_pack("{s:o, s:o}", "events", events, "next", place_json(&place)));
}

void api_feed_get(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"after", "limit", NULL};
	struct api_query query = api_query_begin(exchange, known);
	struct feed_place after = read_place(&query);
	unsigned limit = api_query_limit(&query);
	struct api_read *read;

	if (api_query_refused(&query, exchange)) {
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&after, sizeof after);
	feed_ask(&read->trip, api_actor(exchange), &after, limit);
	api_read_run(read, feed_came);
}
