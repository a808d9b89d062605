#ifndef HOSO_STORE_BOARD_READ_H
#define HOSO_STORE_BOARD_READ_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/event.h>
#include <hoso/limits.h>

#include "io/pg_conn.h"
#include "store/feed.h"

/*
 * What the board is made of, for all offices at once: one question per daemon and second, however many look on. What
 * happened is read once, in the feed's order, so that what any daemon has recorded is seen and nothing twice.
 */

/**
 * struct board_question - what is not known yet.
 * @day_began_ms:  of the local day; what was scanned before it is not of today
 * @from_txid:     the answer before said so; 0 for all of today
 * @with_states:   count what is open, too
 * @scopes:        offices whose descendants are asked for; none, and the ones before stay
 */
struct board_question {
	int64_t day_began_ms;
	int64_t from_txid;
	bool with_states;
	const int32_t *scopes;
	unsigned scopes_count;
};

void board_read_ask(struct pg_trip *trip, const struct board_question *question);

/* What happened. */

enum board_row { BOARD_ROW_COUNT, BOARD_ROW_HANDOVER, BOARD_ROW_END };

/**
 * struct board_news - one row.
 * BOARD_ROW_COUNT:    @count of @kind more at @office
 * BOARD_ROW_HANDOVER: one of the last of its office; in the feed's order; strings are borrowed
 * BOARD_ROW_END:      @place.txid is where to go on from
 */
struct board_news {
	enum board_row row;
	int32_t office;
	enum event_kind kind;
	int64_t count;
	int64_t occurred_at_ms;
	struct feed_place place;
	const char *item_code;
	const char *office_code;
	const char *office_name;
};

int board_read_news_count(const struct pg_trip *trip);
struct board_news board_read_news(const struct pg_trip *trip, int row);

/* What is open. */

/**
 * struct board_state - of one office.
 * @waiting: items that lie there; @late: of what is open, as the list of late ones has it
 * @lines: of the portal, not taken by it yet; @oldest_ms: the oldest of them
 */
struct board_state {
	int32_t office;
	int64_t waiting;
	int64_t late;
	int64_t lines;
	int64_t oldest_ms;
};

/** board_read_each_state() - @found runs for every office that has something; false when not all was counted. */
bool board_read_each_state(const struct pg_trip *trip,
	void (*found)(const struct board_state *state, void *arg), void *arg);

/** board_read_each_scope() - @found runs for every office that was asked for, with 0, and for each below it. */
void board_read_each_scope(const struct pg_trip *trip,
	void (*found)(int32_t ancestor, int32_t descendant, void *arg), void *arg);

#endif
