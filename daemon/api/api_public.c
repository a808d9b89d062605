#include "api/api_public.h"

#include <string.h>

#include <glib.h>

#include <hoso/limits.h>

#include "api/api_json.h"
#include "api/api_query.h"
#include "api/catalogue_view.h"
#include "api/public_list.h"

#define CACHE "public, max-age=300"

/* Read again when the catalogue is there, for the exchange keeps its query. */
static enum hoso_error read_wish(const struct exchange *exchange, char list,
	struct public_wish *ret_wish, const char **ret_member)
{
	static const char *const known[] = {"text", "by_post", "cursor", "limit", NULL};
	static const char *const known_offices[] = {"text", "cursor", "limit", NULL};
	struct api_query query =
		api_query_begin(exchange, list == PUBLIC_LIST_OFFICES ? known_offices : known);
	char text[QUERY_TEXT_MAX + 1];

	memset(ret_wish, 0, sizeof *ret_wish);
	api_query_text(&query, "text", text, sizeof text);
	ret_wish->is_by_post_asked = api_query_flag(&query, "by_post", &ret_wish->by_post);
	ret_wish->has_cursor = api_query_cursor(&query, "cursor", list, &ret_wish->cursor);
	ret_wish->limit = api_query_limit(&query);
	public_wish_say(ret_wish, text);
	*ret_member = query.member;
	return query.error;
}

static GString *make_page(const struct public_found *found)
{
	GString *page = g_string_new("{\"items\":[");

	for (unsigned i = 0; i < found->count; i++) {
		g_string_append(page, i > 0 ? "," : "");
		g_string_append(page, found->rows[i]->json);
	}
	if (found->next[0]) {
		g_string_append_printf(page, "],\"next\":\"%s\"}", found->next);
	} else {
		g_string_append(page, "],\"next\":null}");
	}
	return page;
}

static void reply_list(struct exchange *exchange, const struct catalogue_view *view,
	const GPtrArray *rows, char list)
{
	struct public_wish wish;
	struct public_found found;
	const char *member;
	enum hoso_error error = read_wish(exchange, list, &wish, &member);

	if (!error && !public_list_find(rows, &wish, list, &found)) {
		error = HOSO_BAD_CURSOR;
		member = "cursor";
	}
	if (error) {
		api_problem(exchange, error, member);
	} else {
		g_autoptr(GString) page = make_page(&found);
		catalogue_view_reply(
			exchange, view, CACHE, "application/json; charset=utf-8", page);
	}
	public_wish_done(&wish);
}

static void procedures_came(struct exchange *exchange, const struct catalogue_view *view)
{
	reply_list(exchange, view, view->procedures, PUBLIC_LIST_PROCEDURES);
}

static void offices_came(struct exchange *exchange, const struct catalogue_view *view)
{
	reply_list(exchange, view, view->offices, PUBLIC_LIST_OFFICES);
}

static void csv_came(struct exchange *exchange, const struct catalogue_view *view)
{
	catalogue_view_reply(exchange, view, CACHE, "text/csv; charset=utf-8", view->csv);
}

static void ask(struct exchange *exchange, void *api,
	void (*then)(struct exchange *exchange, const struct catalogue_view *view))
{
	if (public_list_may_ask(exchange)) {
		catalogue_view_ask(api, exchange, PUBLIC_AGE_MAX_MS, then, api_problem_plain);
	} else {
		api_problem(exchange, HOSO_TOO_OFTEN, NULL);
	}
}

void api_public_procedures(struct exchange *exchange, void *api)
{
	ask(exchange, api, procedures_came);
}

void api_public_offices(struct exchange *exchange, void *api)
{
	ask(exchange, api, offices_came);
}

void api_public_csv(struct exchange *exchange, void *api)
{
	if (!api_query_has_none(exchange)) {
		return;
	}
	ask(exchange, api, csv_came);
}
