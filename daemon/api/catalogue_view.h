#ifndef HOSO_API_CATALOGUE_VIEW_H
#define HOSO_API_CATALOGUE_VIEW_H

#include <glib.h>

#include "api/api.h"

/*
 * The catalogue of today as it is shown, made once for each of its versions: counters ask every few minutes, and
 * anybody may ask for the public part. Nothing that the database does not have.
 */

/** struct public_row - @folded: for searching; @key: of [0-9a-f], the same for the same code. */
struct public_row {
	char key[33];
	char *folded;
	char *json;
	bool by_post;
};

/**
 * struct catalogue_view - @tag: an ETag with its quotes; changes with the catalogue and with the day.
 * @csv: the public procedures
 */
struct catalogue_view {
	char tag[64];
	int64_t asked_at_ms;
	GString *json;
	GPtrArray *procedures; /* struct public_row, by code */
	GPtrArray *offices;
	GString *csv;
};

/**
 * catalogue_view_ask() - @then with the catalogue of now, or of @age_max_ms ago; it owes the exchange its reply.
 * @failed owes it when there is none to be had.
 */
void catalogue_view_ask(struct api *api, struct exchange *exchange, int64_t age_max_ms,
	void (*then)(struct exchange *exchange, const struct catalogue_view *view),
	void (*failed)(struct exchange *exchange, enum hoso_error error, void *api));

/**
 * catalogue_view_reply() - 304 for who has it already, or a copy of @body.
 * @cache: what Cache-Control says
 */
void catalogue_view_reply(struct exchange *exchange, const struct catalogue_view *view,
	const char *cache, const char *content_type, const GString *body);

#endif
