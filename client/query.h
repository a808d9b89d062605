#ifndef HOSO_CLIENT_QUERY_H
#define HOSO_CLIENT_QUERY_H

#include <glib.h>
#include <jansson.h>

#include "client.h"

#define QUERY_PAGES_MAX                                                                            \
	10000 /* pages of one list; a server that never ends is not followed for ever */

/** query_segment() - @text as one segment of a path, escaped; the caller frees it. */
char *query_segment(const char *text);

/** query_new(), query_add() - "/path?name=value&…"; NULL values are left out. */
GString *query_new(const char *path);
void query_add(GString *query, const char *name, const char *value);

/** query_get() - GET @path; complains itself. The exit status; *ret_body is written on EX_OK. */
int query_get(const struct client *client, const char *path, json_t **ret_body);

/** query_send() - the same with another method and a body (NULL for none). */
int query_send(const struct client *client, const char *method, const char *path,
	const json_t *body, json_t **ret_body);

/** query_claim() - POST what claims times: what this device's clock shows is said beside them. */
int query_claim(
	const struct client *client, const char *path, const json_t *body, json_t **ret_body);

/** query_search() - the same list asked for in a body: names and phones do not go into a URL. @body gains "cursor". */
int query_search(const struct client *client, const char *path, json_t *body, bool all,
	int (*item)(void *context, const json_t *item), void *context);

/**
 * query_pages() - GET a list page by page, and call @item for each of its items.
 * @all: false stops after the first page.
 *
 * The exit status: the first one of @item that is not EX_OK ends the list.
 */
int query_pages(const struct client *client, const GString *query, bool all,
	int (*item)(void *context, const json_t *item), void *context);

#endif
