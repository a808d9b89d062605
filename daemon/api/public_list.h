#ifndef HOSO_API_PUBLIC_LIST_H
#define HOSO_API_PUBLIC_LIST_H

#include <stdbool.h>

#include <glib.h>

#include <hoso/limits.h>

#include "api/catalogue_view.h"
#include "api/cursor.h"
#include "http/exchange.h"

/* The lists that anybody may read, by the API or as a page: who may ask, and what of a list is found. */

#define PUBLIC_LIST_PROCEDURES 'p'
#define PUBLIC_LIST_OFFICES 'o'

/** public_list_may_ask() - one address cannot take what is there for all. Counts. */
bool public_list_may_ask(const struct exchange *exchange);

/** struct public_wish - what is asked for; public_wish_say() to public_wish_done(). */
struct public_wish {
	char **words; /* folded; all must be there */
	bool is_by_post_asked;
	bool by_post;
	struct cursor cursor;
	bool has_cursor;
	unsigned limit; /* at most PAGE_ROWS_MAX */
};

/** public_wish_say() - @text: the words, with or without marks. */
void public_wish_say(struct public_wish *wish, const char *text);
void public_wish_done(struct public_wish *wish);

/** struct public_found - @next: where the next page begins; "" when there is none. */
struct public_found {
	const struct public_row *rows[PAGE_ROWS_MAX];
	unsigned count;
	char next[CURSOR_MAX + 1];
};

/** public_list_find() - false when the row that the last page ended with is no longer there. */
bool public_list_find(const GPtrArray *rows, const struct public_wish *wish, char list,
	struct public_found *ret_found);

#endif
