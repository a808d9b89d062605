#ifndef HOSO_FLOW_BOARD_H
#define HOSO_FLOW_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/error.h>
#include <hoso/event.h>
#include <hoso/limits.h>

#include "store/feed.h"

struct loop;
struct pg_pool;

/*
 * How the day goes, for supervisors who look on. It asks the database once a second while anybody does, for all of them
 * and all offices together, and forgets everything when nobody does: nothing is in it that the database does not have,
 * and a second daemon has the same.
 */
struct board;

/** struct board_counts - of an office and all below it. @oldest_ms: 0 when no line waits for the portal. */
struct board_counts {
	int64_t taken_in;
	int64_t handed_over;
	int64_t waiting;
	int64_t late;
	int64_t portal_waiting;
	int64_t portal_oldest_ms;
	bool partial;
};

/** struct board_handover - @office_code, @office_name: interned, so they are always there. */
struct board_handover {
	struct feed_place place;
	int32_t office;
	enum event_kind kind;
	int64_t occurred_at_ms;
	char item_code[ITEM_CODE_MAX + 1];
	const char *office_code;
	const char *office_name;
};

/** board_new() - nothing is asked yet. */
struct board *board_new(struct loop *loop, struct pg_pool *pool);

/** board_listen() - @changed runs after an answer with something new in it, and when the database went away or came back. */
void board_listen(struct board *board, void (*changed)(void *arg), void *arg);

/** board_free() - after the pool: its question may be in the air until then. */
void board_free(struct board *board);

/** board_watch() - somebody of @office looks on from now, until board_unwatch() is called as often. */
void board_watch(struct board *board, int32_t office);
void board_unwatch(struct board *board, int32_t office);

/** board_error() - HOSO_OK when the last answer came; else why not. */
enum hoso_error board_error(const struct board *board);

/** board_is_known() - there is something to show to @office. */
bool board_is_known(const struct board *board, int32_t office);

struct board_counts board_counts(const struct board *board, int32_t office);

/**
 * board_handovers() - the last ones of @office's scope behind @after, in the feed's order.
 * @ret_handovers: BOARD_LAST_MAX of them
 * Returns how many; BOARD_LAST_MAX may mean that some before them are left out.
 */
unsigned board_handovers(const struct board *board, int32_t office, const struct feed_place *after,
	struct board_handover *ret_handovers);

/** board_place_compare() - as strcmp(), in the feed's order. */
int board_place_compare(const struct feed_place *one, const struct feed_place *other);

#endif
