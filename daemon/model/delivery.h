#ifndef HOSO_MODEL_DELIVERY_H
#define HOSO_MODEL_DELIVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hoso/error.h>
#include <hoso/leg.h>
#include <hoso/reason.h>
#include <hoso/wire.h>

#include "model/workday.h"

/*
 * What a delivery to a citizen must show, what a failed one leads to, and when an item may be invited for and go
 * back. Pure: days are given, as in workday.h. What the leg's state alone says is leg.c's.
 * Source: TT 17/2017 Điều 5.2; domain 5.3, 5.5.
 */

/* Name, wire token, Vietnamese. */
/* clang-format off */
#define HOSO_DELIVERY_ACTIONS(X) \
	X(DELIVERY_NONE, "none", "Không có việc gì") \
	X(DELIVERY_DELIVER, "deliver", "Phát") \
	X(DELIVERY_AGAIN, "deliver_again", "Phát lại") \
	X(DELIVERY_CALL, "call", "Gọi điện hỏi lại") \
	X(DELIVERY_REDIRECT, "redirect", "Đổi địa chỉ hoặc người nhận") \
	X(DELIVERY_INVITE, "invite", "Mời đến bưu cục nhận") \
	X(DELIVERY_WAIT, "wait", "Chờ người nhận đến") \
	X(DELIVERY_ASK, "ask_agency", "Hỏi cơ quan") \
	X(DELIVERY_RETURN, "return", "Chuyển hoàn") \
	X(DELIVERY_HAND_BACK, "hand_back", "Giao trả nơi gửi")
/* clang-format on */

enum delivery_action {
#define X(name, wire, vi) name,
	HOSO_DELIVERY_ACTIONS(X)
#undef X
		DELIVERY_ACTION_COUNT
};

const char *delivery_action_wire(enum delivery_action action);
const char *delivery_action_label(enum delivery_action action);
enum delivery_action delivery_action_from_wire(
	const char *wire); /* DELIVERY_ACTION_COUNT when it is none */

/** struct delivery_step - what to do, from when, and by when it should be done; 0: no such day. */
struct delivery_step {
	enum delivery_action action;
	int32_t from_day;
	int32_t until_day;
};

#define DELIVERY_STEPS_MAX 3

/**
 * delivery_steps() - what to do next with a leg, best first; the count, 0 when there is nothing.
 * @reason: of its last failure; REASON_NONE when there was none
 * @today:  steps do not begin before it
 */
unsigned delivery_steps(const struct leg *leg, enum reason reason, int32_t today,
	const struct calendar *calendar, struct delivery_step ret_steps[DELIVERY_STEPS_MAX]);

/** delivery_return_day() - the day from which a leg may go back when what must be done before is done at once. */
int32_t delivery_return_day(
	const struct leg *leg, enum reason reason, int32_t today, const struct calendar *calendar);

/** delivery_return_why() - which rule keeps it: nobody was invited, once only, or too near to each other. */
enum hoso_error delivery_return_why(const struct leg *leg);

/**
 * delivery_check_reason() - does the reason fit the leg as it was before the event?
 * Errors: HOSO_REASON_UNINVITED, HOSO_REASON_AGENCY_ONLY.
 */
enum hoso_error delivery_check_reason(
	const struct leg *leg, enum reason reason, const struct calendar *calendar);

/**
 * delivery_check_next() - a day agreed on for the next attempt.
 * @day: of the event
 * Errors: HOSO_NEXT_ON_PAST, HOSO_NEXT_ON_HOLIDAY.
 */
enum hoso_error delivery_check_next(int32_t next_day, int32_t day, const struct calendar *calendar);

/**
 * delivery_check_invitation() - is it far enough from the others?
 * @leg: as it was without this one
 * Errors: HOSO_INVITED_EARLY.
 */
enum hoso_error delivery_check_invitation(
	const struct leg *leg, int32_t day, const struct calendar *calendar);

/** What became of the PIN. PIN_UNUSED: none was made for this item. */
enum delivery_pin { PIN_UNUSED, PIN_ABSENT, PIN_RIGHT, PIN_WRONG, PIN_LOCKED };

/**
 * struct delivery_claim - what is said of a delivery to a citizen, beside what is due.
 * @reclaim, @reclaimed: names of papers, a line each; @in_words: a sentence tells of them instead
 * @overrides: a supervisor says why in a note: it goes without proof or PIN
 */
struct delivery_claim {
	int64_t collect_vnd;
	int64_t collected_vnd;
	const char *reclaim;
	const char *reclaimed;
	bool in_words;
	bool has_note;
	bool has_proof;
	bool wants_proof;
	bool overrides;
	enum delivery_pin pin;
};

/**
 * delivery_check() - Errors: HOSO_PIN_LOCKED, HOSO_PIN_WRONG, HOSO_PIN_NEEDED, HOSO_PROOF_NEEDED,
 * HOSO_COLLECT_DIFFERS, HOSO_RECLAIM_OPEN; the first that applies, in this order.
 */
enum hoso_error delivery_check(const struct delivery_claim *claim);

/** delivery_last_reason() - of the last failure in the track that is not voided. */
enum reason delivery_last_reason(const struct leg_track *track);

/** delivery_redirect() - the event that says where the leg goes now; none while that is where it was sent at first. */
struct uuid delivery_redirect(const struct leg_track *track);

#endif
