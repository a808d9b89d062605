#ifndef HOSO_STORE_OUTBOX_LIST_H
#define HOSO_STORE_OUTBOX_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/error.h>
#include <hoso/wire.h>

#include "io/pg_conn.h"
#include "model/actor.h"

/*
 * The portal's lines as a supervisor sees and settles them. Claiming and sending is store/outbox.h.
 * Texts are borrowed from the trip's answer.
 */

struct outbox_line {
	int64_t id;
	struct uuid event_id;
	struct uuid dossier_id;
	const char *dossier_code;
	const char *item_code;
	int64_t dseq;
	const char *kind;
	const char *state;
	int64_t attempts;
	int64_t failures;
	bool in_doubt;
	int64_t next_at_ms;
	const char *last_error;
	const char *answer; /* the portal's own words */
	int64_t created_at_ms;
	int64_t settled_at_ms;
	const char *settled_by; /* who skipped it */
	const char *settled_why;
};

/** outbox_list_is_state() - is @word a state that a line can have? */
bool outbox_list_is_state(const char *word);

/**
 * outbox_list_ask() - up to @limit lines of dossiers that @actor may see, newest first, and one
 * more when there are more. The first step of @trip.
 * @state:  NULL for all
 * @before: id of the last row of the page before; 0 for the first page
 */
void outbox_list_ask(struct pg_trip *trip, const struct actor *actor, const char *state,
	int64_t before, unsigned limit);
int outbox_list_count(const struct pg_trip *trip);
struct outbox_line outbox_list_at(const struct pg_trip *trip, int row);

/** enum outbox_group - waiting: the road is free for it; blocked: another line of its dossier stands in the way. */
enum outbox_group { OUTBOX_WAITING, OUTBOX_BLOCKED, OUTBOX_DEAD, OUTBOX_GROUP_COUNT };

/** struct outbox_sum - of one group; @oldest: of its members those that the counts ask for; borrowed, and only with a @count. */
struct outbox_sum {
	int64_t count;
	struct outbox_line oldest;
};

/**
 * outbox_list_ask_counts() - how many lines of dossiers that @actor may see are not with the portal, among the
 * OUTBOX_COUNT_MAX that are due first and as many dead ones. The first step of @trip.
 */
void outbox_list_ask_counts(struct pg_trip *trip, const struct actor *actor);

/** outbox_list_counts() - false: there were more than were looked at. */
bool outbox_list_counts(const struct pg_trip *trip, struct outbox_sum ret_sums[OUTBOX_GROUP_COUNT]);

/*
 * A line that is dead or waits for its turn, and is not in the air, is sent again now, or skipped
 * for a reason. Both are attributed and leave a line in audit; both end in COMMIT.
 */
void outbox_list_retry(struct pg_trip *trip, const struct actor *actor, int64_t id);
void outbox_list_skip(
	struct pg_trip *trip, const struct actor *actor, int64_t id, const char *reason);

/** outbox_list_settled() - of the two: HOSO_OK; HOSO_NOT_FOUND; HOSO_CONFLICT when it is not so any
 * more. */
enum hoso_error outbox_list_settled(const struct pg_trip *trip);

#endif
