#ifndef HOSO_STORE_DUE_H
#define HOSO_STORE_DUE_H

#include <stdbool.h>

#include <hoso/leg.h>

#include "io/pg_conn.h"
#include "model/actor.h"
#include "model/workday.h"
#include "store/dossier.h"

/*
 * What the deadlines of one dossier are reckoned from. Texts are borrowed from the trip's answer.
 */

/** struct due_dossier - times are 0 and days "" while they are not known. */
struct due_dossier {
	struct uuid id;
	const char *code;
	const char *agency;
	const char *status;
	const char *due_on;
	int64_t service;
	int64_t submitted_at_ms;
	int64_t result_ready_at_ms;
	int64_t collected_at_ms; /* the acceptance of the leg that brings the result */
};

/** struct due_leg - @leg: only what deadlines look at is filled. */
struct due_leg {
	const char *item_code;
	const char *promised_on;
	struct leg leg;
};

/** due_ask() - a dossier, its legs and the calendar around @today: the first steps of @trip. A look leaves its line. */
void due_ask(struct pg_trip *trip, const struct actor *actor, const struct dossier_key *key,
	int32_t today);

/** due_learn() - false when there is no such dossier, or not for this actor. */
bool due_learn(const struct pg_trip *trip, struct due_dossier *ret_dossier);
int due_leg_count(const struct pg_trip *trip);
struct due_leg due_leg_at(const struct pg_trip *trip, int row); /* in the order of their numbers */
struct calendar due_calendar(const struct pg_trip *trip);

#endif
