#include "api/api_exception.h"

#include <string.h>

#include <glib.h>

#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/api_query.h"
#include "api/api_read.h"
#include "base/attr.h"
#include "base/clock.h"
#include "store/exception.h"

#define LIST 'e'

/* What a person does about it; the page has words for each. */
static const struct {
	const char *what;
	const char *action;
} actions[] = {
	{"conflict", "check_item"},      /* where is it really? then void what is wrong */
	{"unknown_item", "accept"},      /* take it in, or bind it to its dossier */
	{"refused", "record_again"},     /* by somebody who may, with what was missing */
	{"quarantined", "record_again"}, /* and tell the operator */
	{"dead_push", "retry_or_skip"},
	{"proof_missing", "send_proof"}, /* it waits on the device that made it */
};

static const char *action_for(const char *what)
{
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		if (strcmp(actions[i].what, what) == 0) {
			return actions[i].action;
		}
	}
	g_assert_not_reached();
}

static json_t *exception_json(const struct exception *exception, int64_t now_ms)
{
	json_t *json = json_object();
	int64_t age_s = MAX(now_ms - exception->at_ms, 0) / 1000;

	json_object_set_new(json, "key", json_string(exception->key));
	json_object_set_new(json, "what", json_string(exception->what));
	json_object_set_new(json, "id", json_string(exception->id));
	json_object_set_new(json, "at", api_time(exception->at_ms));
	json_object_set_new(json, "age_s", json_integer(age_s));
	json_object_set_new(json, "item_code", json_string(exception->item_code));
	json_object_set_new(json, "dossier_code", api_text_or_null(exception->dossier_code));
	json_object_set_new(json, "kind", json_string(exception->kind));
	json_object_set_new(json, "why", api_text_or_null(exception->why));
	json_object_set_new(json, "actor", api_text_or_null(exception->actor));
	json_object_set_new(json, "office", api_text_or_null(exception->office_code));
	json_object_set_new(json, "detail", api_text_or_null(exception->detail));
	json_object_set_new(json, "next_action", json_string(action_for(exception->what)));
	return json;
}

static void list_came(struct api_read *read)
{
	const unsigned *limit = read->more;
	json_t *items = json_array();
	bool more = exception_count(&read->trip) > (int)*limit;
	int count = more ? (int)*limit : exception_count(&read->trip);
	struct cursor cursor = {0};

	for (int row = 0; row < count; row++) {
		struct exception exception = exception_at(&read->trip, row);
		json_array_append_new(items, exception_json(&exception, clock_now_ms()));
		cursor.number = exception.at_ms;
		g_strlcpy(cursor.text, exception.key, sizeof cursor.text);
	}
	api_reply(read->exchange, 200, api_query_page(items, LIST, more ? &cursor : NULL));
}

void api_exception_list(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"limit", "cursor", NULL};
	struct api_query query = api_query_begin(exchange, known);
	unsigned limit = api_query_limit(&query);
	struct cursor cursor;
	struct api_read *read;

	api_query_cursor(&query, "cursor", LIST, &cursor);
	if (query.error) {
		api_problem(exchange, query.error, query.member);
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&limit, sizeof limit);
	exception_ask(&read->trip, api_actor(exchange), cursor.number, cursor.text, limit);
	api_read_run(read, list_came);
}
