#ifndef HOSO_STORE_MONEY_H
#define HOSO_STORE_MONEY_H

#include <stdbool.h>

#include <hoso/error.h>
#include <hoso/limits.h>
#include <hoso/wire.h>

#include "io/pg_conn.h"
#include "model/actor.h"
#include "model/money.h"

/* Who holds what, hand-ins to the office, and the ends of days. What events move is written by store/book_money. */

/** struct money_held - borrowed texts. @account: "" is the office's safe; @agency_code: "" is the post's own. */
struct money_held {
	int32_t office_id;
	int64_t account_id;
	int32_t agency_id;
	const char *office_code, *office_name;
	const char *account, *account_name;
	const char *kind;
	const char *agency_code, *agency_name;
	int64_t in_vnd, out_vnd;
};

#define MONEY_HOLDER_ALL (-1)
#define MONEY_HOLDER_SAFE 0

/**
 * money_held_ask() - where something is left; in the order of the key, up to @limit and one more.
 * @holder: an account's id, or one of the above
 * @after:  "" or a key
 */
void money_held_ask(struct pg_trip *trip, const struct actor *actor, const char *office,
	int64_t holder, const char *after, unsigned limit);
struct money_held money_held_at(const PGresult *rows, int row);

/** money_held_key() - of a row, for the cursor. */
void money_held_key(const struct money_held *held, char *ret_key, size_t size);

#define MONEY_LINES_MAX 200 /* of a hand-in: agencies times kinds */

struct money_line {
	char kind[8];
	char agency[WORD_MAX + 1]; /* code; "" for postage */
	int64_t amount_vnd;
};

/** struct money_offer - what a person says they hand in. */
struct money_offer {
	struct uuid id;
	struct digest content;
	unsigned count;
	struct money_line lines[MONEY_LINES_MAX];
	int64_t now_ms;
};

/** money_offer_ask() - a whole trip. HOSO_KEY_REUSE, HOSO_NOT_HELD of money_offered(). */
void money_offer_ask(
	struct pg_trip *trip, const struct actor *actor, const struct money_offer *offer);
enum hoso_error money_offered(const struct pg_trip *trip, const struct money_offer *offer);

enum money_answer { MONEY_RECEIVE, MONEY_CANCEL };

/**
 * money_answer_ask() - received by somebody else of the office, or by a supervisor of one above it, with its entries; or
 * cancelled by who offered it. A whole trip. HOSO_NOT_FOUND, HOSO_OWN_HAND_IN, HOSO_FORBIDDEN (another's is not
 * cancelled), HOSO_CONFLICT (it was settled otherwise), HOSO_NOT_HELD.
 */
void money_answer_ask(struct pg_trip *trip, const struct actor *actor, const struct uuid *id,
	enum money_answer answer, int64_t now_ms);
enum hoso_error money_answered(const struct pg_trip *trip);

/** struct money_hand_in - borrowed texts; @lines: a JSON array. */
struct money_hand_in {
	const char *id, *office_code, *state;
	const char *giver, *giver_account, *receiver;
	int64_t offered_at_ms, received_at_ms;
	const char *lines;
};

/** money_hand_in_ask() - newest first; @id: only this one, or NULL; @giver: only this account's, or 0. */
void money_hand_in_ask(struct pg_trip *trip, const struct actor *actor, const struct uuid *id,
	int64_t giver, const char *state, const char *before, unsigned limit);
struct money_hand_in money_hand_in_at(const PGresult *rows, int row);

/** struct money_close - the end of a day. @account: login; "" with @is_office. */
struct money_close {
	char day[11];
	bool is_office;
	char account[ACCOUNT_MAX + 1];
	int64_t counted_vnd[MONEY_KIND_COUNT];
	char reason[NOTE_MAX + 1];
	int64_t now_ms;
};

/**
 * money_close_ask() - a whole trip. Nobody is adjusted.
 * money_closed(): HOSO_NOT_FOUND, no such person here; HOSO_DAY_CLOSED; HOSO_UNEXPLAINED.
 */
void money_close_ask(
	struct pg_trip *trip, const struct actor *actor, const struct money_close *close);
enum hoso_error money_closed(const struct pg_trip *trip, const struct money_close *close);

/** struct money_day - borrowed texts. */
struct money_day {
	int32_t office_id;
	int64_t account_id;
	const char *day, *office_code, *account, *account_name, *kind;
	int64_t day_in_vnd, day_out_vnd; /* of this day alone: since the one before */
	int64_t reckoned_vnd, counted_vnd, difference_vnd;
	const char *reason, *closed_name;
	int64_t closed_at_ms;
};

/** money_day_ask() - latest first; @after: "" or a key. */
void money_day_ask(struct pg_trip *trip, const struct actor *actor, const char *office,
	const char *from, const char *to, const char *after, unsigned limit);
struct money_day money_day_at(const PGresult *rows, int row);
void money_day_key(const struct money_day *day, char *ret_key, size_t size);

/** money_closed_rows() - the step of money_close_ask() whose rows money_day_at() reads. */
#define MONEY_CLOSED_ROWS 2

#endif
