#ifndef HOSO_STORE_FEED_H
#define HOSO_STORE_FEED_H

#include "store/dossier.h"

/*
 * All events in the order in which they became visible, for those who follow along. Nothing comes
 * later below a place that was read: only transactions older than every open one are shown, so one
 * that stays open holds the feed back and never makes it skip.
 */

/** struct feed_place - where a reader is; all zero before the first event. */
struct feed_place {
	int64_t txid;
	struct uuid id;
};

#define FEED_LOOK_MAX                                                                              \
	2000 /* events looked at in one go, seen or out of scope: bounds the work of one request   \
	      */

/** feed_ask() - up to @limit events behind @after that @actor may see. The first step of @trip. */
void feed_ask(struct pg_trip *trip, const struct actor *actor, const struct feed_place *after,
	unsigned limit);

/** feed_count() - may be 0 although there is more: go on from feed_next(). */
int feed_count(const struct pg_trip *trip);
struct dossier_event feed_event_at(const struct pg_trip *trip, int row);

/** feed_next() - where to go on; @after when nothing was looked at. */
struct feed_place feed_next(const struct pg_trip *trip, const struct feed_place *after);

#endif
