#ifndef HOSO_STORE_VISIT_READ_H
#define HOSO_STORE_VISIT_READ_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/limits.h>
#include <hoso/visit.h>
#include <hoso/wire.h>

#include "io/pg_conn.h"
#include "model/actor.h"

/* Visits as they are read. Clerk and courier see their office's, a supervisor also those below; nobody else any. */

/** struct visit - texts are borrowed from the trip's answer. @procedures, @dossiers, @items: JSON arrays. */
struct visit {
	struct uuid id;
	const char *office_code;
	const char *office_name;
	const char *kind;
	const char *channel;
	const char *state;
	int64_t from_ms;
	int64_t to_ms;
	bool out_of_hours;
	const char *courier_login; /* "": nobody yet */
	const char *courier_name;
	const char *name;
	const char *phone;
	const char *address;
	const char *procedures;
	const char *dossiers;
	const char *items;
	const char *note;
	int attempts;
	int changes;
	bool missed;
	int64_t booked_at_ms;
	int64_t place_ms; /* where it stands in its list */
};

/**
 * struct visit_search - "" or 0 for what is not asked.
 * @missed:    by the end of their grace instead of the beginning of their window
 * @phone:     all its digits, or the last four
 * @after_ms, @after: the last row of the page before
 */
struct visit_search {
	char office[WORD_MAX + 1];
	char courier[ACCOUNT_MAX + 1];
	char phone[PHONE_MAX + 1];
	enum visit_state state; /* VISIT_STATE_COUNT: any */
	bool missed;
	int64_t from_ms;
	int64_t to_ms;
	int64_t after_ms;
	struct uuid after;
	unsigned limit;
};

/** visit_read_list() - up to @limit and one more, by time. The first step. Leaves a line in view_log, as all here. */
void visit_read_list(
	struct pg_trip *trip, const struct actor *actor, const struct visit_search *search);
int visit_read_count(const struct pg_trip *trip);
struct visit visit_read_at(const struct pg_trip *trip, int row);

/** struct visit_change - one line of a visit's history. */
struct visit_change {
	struct uuid id;
	struct uuid visit;
	int no;
	const char *action;
	const char *state;
	int64_t from_ms;
	int64_t to_ms;
	bool out_of_hours;
	const char *courier_login;
	const char *reason;
	const char *wished_by;
	const char *note;
	const char *actor;
	int64_t occurred_at_ms;
	int64_t recorded_at_ms;
};

/** visit_read_one() - the first step one visit, or none; the second its history from the beginning. */
void visit_read_one(struct pg_trip *trip, const struct actor *actor, const struct uuid *id);

/** visit_read_change() - of one change; its row is @step 0. Names nobody, and leaves no line. */
void visit_read_change(struct pg_trip *trip, const struct actor *actor, const struct uuid *id);
int visit_read_change_count(const struct pg_trip *trip, unsigned step);
struct visit_change visit_read_change_at(const struct pg_trip *trip, unsigned step, int row);

/** struct visit_read_item - an item of a visit that is still open, and where its leg is. */
struct visit_read_item {
	const char *code;
	const char *leg_state;
};

/** visit_read_items() - of the visit that are to be fetched; names nobody. The first step. */
void visit_read_items(struct pg_trip *trip, const struct actor *actor, const struct uuid *id);
int visit_read_item_count(const struct pg_trip *trip);
struct visit_read_item visit_read_item_at(const struct pg_trip *trip, int row);

#endif
