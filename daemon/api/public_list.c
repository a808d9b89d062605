#include "api/public_list.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "model/bucket.h"

#define NETWORKS 4096 /* buckets; two addresses that share one share its rate */
#define NETWORK_PER_S 20
#define NETWORK_BURST 60

static struct bucket everybody;
static struct bucket networks[NETWORKS];

bool public_list_may_ask(const struct exchange *exchange)
{
	int64_t now_ms = clock_monotonic_ms();
	struct bucket *network = &networks[g_str_hash(exchange_peer(exchange)) % NETWORKS];

	return bucket_take(network, now_ms, NETWORK_PER_S, NETWORK_BURST) &&
	       bucket_take(&everybody, now_ms, PUBLIC_PER_S, PUBLIC_BURST);
}

void public_wish_say(struct public_wish *wish, const char *text)
{
	g_autofree char *folded = text_fold(text);

	wish->words = g_strsplit_set(folded, " \t\n", -1);
}

void public_wish_done(struct public_wish *wish)
{
	g_strfreev(wish->words);
	wish->words = NULL;
}

static bool fits(const struct public_wish *wish, const struct public_row *row)
{
	bool fit = !wish->is_by_post_asked || wish->by_post == row->by_post;

	for (char **word = wish->words; fit && *word; word++) {
		fit = strstr(row->folded, *word) != NULL;
	}
	return fit;
}

/* Behind the row that the last page ended with; false when that is no longer there. */
static bool find_start(const struct public_wish *wish, const GPtrArray *rows, guint *ret_start)
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

static void format_next(struct public_found *found, char list)
{
	struct cursor cursor = {0};

	g_strlcpy(cursor.text, found->rows[found->count - 1]->key, sizeof cursor.text);
	cursor_format(list, &cursor, found->next);
}

bool public_list_find(const GPtrArray *rows, const struct public_wish *wish, char list,
	struct public_found *ret_found)
{
	guint at;

	ret_found->count = 0;
	ret_found->next[0] = '\0';
	if (!find_start(wish, rows, &at)) {
		return false;
	}
	for (; at < rows->len && !ret_found->next[0]; at++) {
		const struct public_row *row = rows->pdata[at];
		if (fits(wish, row) && ret_found->count == wish->limit) {
			format_next(ret_found, list);
		} else if (fits(wish, row)) {
			ret_found->rows[ret_found->count++] = row;
		}
	}
	return true;
}
