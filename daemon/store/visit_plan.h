#ifndef HOSO_STORE_VISIT_PLAN_H
#define HOSO_STORE_VISIT_PLAN_H

#include <glib.h>

#include <hoso/wire.h>

#include "io/pg_conn.h"
#include "model/actor.h"
#include "model/visit.h"

/* When an office offers visits, and what of it is taken. */

/** struct visit_offer - @plan borrows the arrays; visit_offer_clear(). @grace_minutes: 0 with @office "": none. */
struct visit_offer {
	struct visit_plan plan;
	GArray *hours;
	GArray *specials;
	GArray *special_kinds;
	GArray *busy;
	char office[WORD_MAX + 1];
	int grace_minutes;
};

#define VISIT_PLAN_STEPS 3

/**
 * visit_plan_ask() - the next VISIT_PLAN_STEPS steps of @trip.
 * @office: its code; "": the office of @visit
 * @visit:  whose own seat does not count as taken; none: all do
 * From and to: what is taken there is told, and the calendar's days.
 *
 * An office that @actor does not see has no hours.
 */
void visit_plan_ask(struct pg_trip *trip, const struct actor *actor, const char *office,
	const struct uuid *visit, int64_t from_ms, int64_t to_ms);
void visit_plan_learn(const struct pg_trip *trip, unsigned first, struct visit_offer *ret_offer);
void visit_offer_clear(struct visit_offer *offer);

/** struct visit_hours_set - what an office offers from now on. @hours: of struct visit_hours, without overlaps. */
struct visit_hours_set {
	char office[WORD_MAX + 1];
	int slot_minutes;
	int grace_minutes;
	GArray *hours;
};

/** visit_plan_set() - a whole trip; what is booked stays. */
void visit_plan_set(
	struct pg_trip *trip, const struct actor *actor, const struct visit_hours_set *set);

/** visit_plan_was_set() - HOSO_NOT_FOUND, no such office for this actor. */
enum hoso_error visit_plan_was_set(const struct pg_trip *trip);

#endif
