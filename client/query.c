#include "query.h"

#include <string.h>
#include <sysexits.h>

#include "call.h"
#include "print.h"

char *query_segment(const char *text)
{
	return g_uri_escape_string(text, NULL, FALSE);
}

GString *query_new(const char *path)
{
	return g_string_new(path);
}

void query_add(GString *query, const char *name, const char *value)
{
	g_autofree char *escaped = value ? query_segment(value) : NULL;

	if (value) {
		g_string_append_printf(
			query, "%c%s=%s", strchr(query->str, '?') ? '&' : '?', name, escaped);
	}
}

int query_send(const struct client *client, const char *method, const char *path,
	const json_t *body, json_t **ret_body)
{
	struct call_problem problem;

	if (call_json(&client->session, method, path, body, &problem, ret_body)) {
		return print_problem(client, &problem);
	}
	return EX_OK;
}

int query_claim(
	const struct client *client, const char *path, const json_t *body, json_t **ret_body)
{
	struct call_problem problem;

	if (call_claim(&client->session, path, body, &problem, ret_body)) {
		return print_problem(client, &problem);
	}
	return EX_OK;
}

int query_get(const struct client *client, const char *path, json_t **ret_body)
{
	return query_send(client, "GET", path, NULL, ret_body);
}

static int each_item(const json_t *page, int (*item)(void *, const json_t *), void *context)
{
	const json_t *items = json_object_get(page, "items");
	int status = EX_OK;

	for (size_t i = 0; status == EX_OK && i < json_array_size(items); i++) {
		status = item(context, json_array_get(items, i));
	}
	return status;
}

/* One list, whichever way a page is asked for: @ask writes the page that begins at @cursor. */
struct pages {
	const struct client *client;
	const GString *query;
	const char *path;
	json_t *body;
	int (*ask)(const struct pages *pages, const char *cursor, json_t **ret_page);
};

static int ask_by_url(const struct pages *pages, const char *cursor, json_t **ret_page)
{
	g_autoptr(GString) path = g_string_new(pages->query->str);

	query_add(path, "cursor", cursor);
	return query_get(pages->client, path->str, ret_page);
}

static int ask_by_body(const struct pages *pages, const char *cursor, json_t **ret_page)
{
	if (cursor) {
		json_object_set_new(pages->body, "cursor", json_string(cursor));
	}
	return query_send(pages->client, "POST", pages->path, pages->body, ret_page);
}

static int each_page(const struct pages *pages, bool all,
	int (*item)(void *context, const json_t *item), void *context)
{
	g_autofree char *cursor = NULL;
	int status = EX_OK;

	for (int page_number = 0; page_number < QUERY_PAGES_MAX; page_number++) {
		json_t *page = NULL;
		status = pages->ask(pages, cursor, &page);
		if (status == EX_OK) {
			status = each_item(page, item, context);
		}
		g_free(cursor);
		cursor = g_strdup(json_string_value(json_object_get(page, "next")));
		json_decref(page);
		if (status != EX_OK || !all || !cursor) {
			return status;
		}
	}
	return print_error(pages->client, HOSO_TOO_MANY, NULL);
}

int query_pages(const struct client *client, const GString *query, bool all,
	int (*item)(void *context, const json_t *item), void *context)
{
	struct pages pages = {.client = client, .query = query, .ask = ask_by_url};

	return each_page(&pages, all, item, context);
}

int query_search(const struct client *client, const char *path, json_t *body, bool all,
	int (*item)(void *context, const json_t *item), void *context)
{
	struct pages pages = {.client = client, .path = path, .body = body, .ask = ask_by_body};

	return each_page(&pages, all, item, context);
}
