#ifndef HOSO_STORE_VISIT_BOOK_H
#define HOSO_STORE_VISIT_BOOK_H

#include <hoso/item_code.h>
#include <hoso/limits.h>
#include <hoso/scan.h>

#include "store/visit_plan.h"

/* One change of a visit, its booking included: what is asked before, and what is written. */

/** struct visit_act_item - @is_return: it is brought; otherwise its label was handed out, and it is fetched. */
struct visit_act_item {
	struct item_code code;
	bool is_return;
};

/**
 * struct visit_act - what somebody wishes to do. A copy is an owner; what an action does not have is empty.
 * @change:  made by the client: the same again changes nothing; of a booking the visit's own id
 * @reason:  a token of <hoso/visit.h>, or of <hoso/reason.h> for a failure
 * @content: digest of the request
 */
struct visit_act {
	struct uuid change;
	struct uuid visit;
	enum visit_action action;
	enum visit_kind kind;
	enum visit_channel channel;
	char office[WORD_MAX + 1];
	int64_t from_ms;
	int64_t to_ms;
	char courier[ACCOUNT_MAX + 1];
	char reason[24];
	char wished_by[12];
	char note[NOTE_MAX + 1];
	int64_t occurred_at_ms;
	struct party person;
	char procedures[VISIT_PROCEDURES_MAX][WORD_MAX + 1];
	struct dossier_code dossiers[VISIT_ITEMS_MAX];
	struct visit_act_item items[VISIT_ITEMS_MAX];
	unsigned procedure_count;
	unsigned dossier_count;
	unsigned item_count;
	struct digest content;
};

/**
 * struct visit_found - what there was before. visit_found_clear().
 * @office:   the row that is valid today; 0 when the office has no hours, is closed, or is not the actor's
 * @unknown:  of a booking: "procedures", "dossiers" or "returns" names what the actor does not see, "items" labels that
 *            another open visit has; or NULL
 */
struct visit_found {
	struct visit_offer offer;
	int32_t office;
	bool is_known;
	struct digest known_content;
	bool is_there;
	enum visit_state state;
	int64_t from_ms;
	int64_t to_ms;
	int64_t missed_at_ms;
	bool out_of_hours;
	int seat;
	int64_t courier;
	int attempts;
	int changes;
	int64_t new_courier; /* 0: there is none who may */
	bool courier_is_busy;
	const char *unknown;
};

/** visit_book_ask() - locks the office's row and the visit's, then reads; several steps of an open transaction. */
void visit_book_ask(struct pg_trip *trip, const struct actor *actor, const struct visit_act *act);
void visit_book_learn(const struct pg_trip *trip, unsigned first, struct visit_found *ret_found);
void visit_found_clear(struct visit_found *found);

/** struct visit_row - the visit as it is from now on. @seat, @courier: 0 for none. */
struct visit_row {
	int32_t office;
	struct uuid person;
	enum visit_state state;
	int64_t from_ms;
	int64_t to_ms;
	int64_t missed_at_ms;
	bool out_of_hours;
	int seat;
	int64_t courier;
	int attempts;
	int changes;
};

/** visit_book_keep() - the visit, its items when it is booked, and the change; at most three steps. */
void visit_book_keep(struct pg_trip *trip, const struct actor *actor, const struct visit_act *act,
	const struct visit_row *row, int64_t now_ms);

#endif
