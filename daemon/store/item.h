#ifndef HOSO_STORE_ITEM_H
#define HOSO_STORE_ITEM_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/item_code.h>
#include <hoso/leg.h>
#include <hoso/wire.h>

#include "io/pg_conn.h"
#include "model/actor.h"

/** What one item's delivery needs: its PIN, and what comes next. */

enum item_pin_state { ITEM_PIN_NO_ITEM, ITEM_PIN_MADE, ITEM_PIN_OLD_REQUEST, ITEM_PIN_NOT_FOR_IT };

/**
 * item_make_pin() - keep @digest as the item's PIN; the wrong tries begin anew. BEGIN to COMMIT, with a line in the
 * audit. The same @request again changes nothing; one that was made before the last is HOSO_CONFLICT's.
 */
void item_make_pin(struct pg_trip *trip, const struct actor *actor, const struct item_code *code,
	const struct uuid *request, const struct digest *digest);

/** item_pin_outcome() - ITEM_PIN_MADE also for the request that had made it. ITEM_PIN_NOT_FOR_IT: to an agency, or over. */
enum item_pin_state item_pin_outcome(const struct pg_trip *trip, const struct uuid *request);

/** item_ask() - one step: the leg with its track; and a line in the view log. */
void item_ask(struct pg_trip *trip, const struct actor *actor, const struct item_code *code);

/**
 * struct item - a leg as it stands. Texts are borrowed from the trip's answer.
 * @reclaim: names, a line each
 * @next_on: what was agreed on at the last failure, YYYY-MM-DD or ""
 */
struct item {
	struct leg_track track;
	int64_t collect_vnd;
	const char *reclaim;
	bool has_pin;
	int64_t pin_wrong;
	const char *next_on;
};

/** item_learn() - false: there is none, or not for this actor, or its track cannot be read. */
bool item_learn(const struct pg_trip *trip, struct item *ret_item);

#endif
