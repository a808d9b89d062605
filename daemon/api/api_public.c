#include "api/api_public.h"

#include <string.h>

#include <glib.h>

#include <hoso/limits.h>

#include "api/api_json.h"
#include "api/api_query.h"
#include "api/catalogue_view.h"
#include "base/clock.h"
#include "base/text.h"
#include "model/bucket.h"

#define CACHE "public, max-age=300"
#define LIST_PROCEDURES 'p'
#define LIST_OFFICES 'o'
#define NETWORKS 4096 /* buckets; two addresses that share one share its rate */
#define NETWORK_PER_S 20
#define NETWORK_BURST 60

static struct bucket everybody;
static struct bucket networks[NETWORKS];

/* One address cannot take what is there for all. */
static bool may_ask(const struct exchange *exchange)
{
	int64_t now_ms = clock_monotonic_ms();
	struct bucket *network = &networks[g_str_hash(exchange_peer(exchange)) % NETWORKS];

	return bucket_take(network, now_ms, NETWORK_PER_S, NETWORK_BURST) &&
	       bucket_take(&everybody, now_ms, PUBLIC_PER_S, PUBLIC_BURST);
}

/* What is asked for; read again when the catalogue is there, for the exchange keeps its query. */
struct wish {
	char **words;
	bool is_by_post_asked;
	bool by_post;
	struct cursor cursor;
	bool has_cursor;
	unsigned limit;
};

static enum hoso_error read_wish(
	const struct exchange *exchange, char list, struct wish *ret_wish, const char **ret_member)
{
	static const char *const known[] = {"text", "by_post", "cursor", "limit", NULL};
	static const char *const known_offices[] = {"text", "cursor", "limit", NULL};
	struct api_query query =
		api_query_begin(exchange, list == LIST_OFFICES ? known_offices : known);
	char text[QUERY_TEXT_MAX + 1];
	g_autofree char *folded = NULL;

	memset(ret_wish, 0, sizeof *ret_wish);
	api_query_text(&query, "text", text, sizeof text);
	ret_wish->is_by_post_asked = api_query_flag(&query, "by_post", &ret_wish->by_post);
	ret_wish->has_cursor = api_query_cursor(&query, "cursor", list, &ret_wish->cursor);
	ret_wish->limit = api_query_limit(&query);
	folded = text_fold(text);
	ret_wish->words = g_strsplit_set(folded, " \t\n", -1);
	*ret_member = query.member;
	return query.error;
}

static bool fits(const struct wish *wish, const struct public_row *row)
{
	bool fit = !wish->is_by_post_asked || wish->by_post == row->by_post;

	for (char **word = wish->words; fit && *word; word++) {
		fit = strstr(row->folded, *word) != NULL;
	}
	return fit;
}

/* Behind the row that the last page ended with; false when that is no longer there. */
static bool find_start(const struct wish *wish, const GPtrArray *rows, guint *ret_start)
{
	*ret_start = 0;
	if (!wish->has_cursor) {
		return true;
	}
	for (guint i = 0; i < rows->len; i++) {
		const struct public_row *row = rows->pdata[i];
		if (strcmp(row->key, wish->cursor.text) == 0) {
			*ret_start = i + 1;
			return true;
		}
	}
	return false;
}

static GString *make_page(const struct wish *wish, const GPtrArray *rows, guint at, char list)
{
	GString *page = g_string_new("{\"items\":[");
	const struct public_row *last = NULL;
	bool has_more = false;
	char next[CURSOR_MAX + 1];

	for (unsigned count = 0; at < rows->len && !has_more; at++) {
		const struct public_row *row = rows->pdata[at];
		if (!fits(wish, row)) {
			continue;
		}
		has_more = count == wish->limit;
		if (!has_more) {
			g_string_append(page, count > 0 ? "," : "");
			g_string_append(page, row->json);
			last = row;
			count++;
		}
	}
	if (has_more) {
		struct cursor cursor = {0};
		g_strlcpy(cursor.text, last->key, sizeof cursor.text);
		cursor_format(list, &cursor, next);
		g_string_append_printf(page, "],\"next\":\"%s\"}", next);
	} else {
		g_string_append(page, "],\"next\":null}");
	}
	return page;
}

static void reply_list(struct exchange *exchange, const struct catalogue_view *view,
	const GPtrArray *rows, char list)
{
	struct wish wish;
	const char *member;
	guint start;
	enum hoso_error error = read_wish(exchange, list, &wish, &member);

	if (!error && !find_start(&wish, rows, &start)) {
		error = HOSO_BAD_CURSOR;
		member = "cursor";
	}
	if (error) {
		api_problem(exchange, error, member);
	} else {
		g_autoptr(GString) page = make_page(&wish, rows, start, list);
		catalogue_view_reply(
			exchange, view, CACHE, "application/json; charset=utf-8", page);
	}
	g_strfreev(wish.words);
}

static void procedures_came(struct exchange *exchange, const struct catalogue_view *view)
{
	reply_list(exchange, view, view->procedures, LIST_PROCEDURES);
}

static void offices_came(struct exchange *exchange, const struct catalogue_view *view)
{
	reply_list(exchange, view, view->offices, LIST_OFFICES);
}

static void csv_came(struct exchange *exchange, const struct catalogue_view *view)
{
	catalogue_view_reply(exchange, view, CACHE, "text/csv; charset=utf-8", view->csv);
}

static void ask(struct exchange *exchange, void *api,
	void (*then)(struct exchange *exchange, const struct catalogue_view *view))
{
	if (may_ask(exchange)) {
		catalogue_view_ask(api, exchange, PUBLIC_AGE_MAX_MS, then);
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
