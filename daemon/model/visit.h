#ifndef HOSO_MODEL_VISIT_H
#define HOSO_MODEL_VISIT_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/error.h>
#include <hoso/role.h>
#include <hoso/visit.h>

/*
 * A visit by appointment. Pure; no clock is looked at.
 *
 *            assign          start          arrive          done, or an item's scan
 *   booked ─────────► assigned ─────► started ─────► arrived ─────────────────────► done
 *      ▲                 │  move, or fail with another window   │
 *      └─────────────────┴───────────────◄──────────────────────┘   cancel, or fail without: cancelled
 */

/**
 * struct visit_step - what somebody wishes to do.
 * @is_own:      a courier's: it is theirs
 * @has_window, @has_courier: it names them
 */
struct visit_step {
	enum visit_action action;
	enum role role;
	bool is_own;
	bool has_window;
	bool has_courier;
};

/**
 * visit_next() - the state after it; the same state for what is known already, such as a start that comes after
 * the arrival: telephones send late, and in any order. @state is not looked at when it is booked.
 *
 * Errors: HOSO_FORBIDDEN, not for this role, or another courier's; HOSO_VISIT_STATE, not in this state.
 */
enum hoso_error visit_next(
	enum visit_state state, const struct visit_step *step, enum visit_state *ret_state);

/** visit_is_open() - somebody has still to go there. */
bool visit_is_open(enum visit_state state);

#define VISIT_WINDOW_MINUTES_MIN 15
#define VISIT_WINDOW_MINUTES_MAX 240 /* longer, nobody waits at home */
#define VISIT_AHEAD_DAYS_MAX 60

/**
 * visit_window_check() - whole minutes, of one local day, not over, and not too far away.
 *
 * Errors: HOSO_VISIT_MIDNIGHT; HOSO_VISIT_WINDOW for all else. A window may end at midnight.
 */
enum hoso_error visit_window_check(int64_t from_ms, int64_t to_ms, int64_t now_ms);

/** struct visit_hours - a row of the office's hours: minutes since local midnight. @day: see visit_day(). */
struct visit_hours {
	int day;
	int opens;
	int closes;
	int capacity;
	bool out_of_hours;
};

enum visit_special { VISIT_DAY_USUAL, VISIT_DAY_WORKED, VISIT_DAY_OFF };

#define VISIT_DAY_HOLIDAY 8

/** visit_day() - whose hours a day has: 1 Monday … 7 Sunday, 8 a holiday; Monday's on a weekend day that is worked. */
int visit_day(int32_t local_day, enum visit_special special);

/** struct visit_busy - a seat that is taken. */
struct visit_busy {
	int64_t from_ms;
	int64_t to_ms;
	int seat;
};

/**
 * struct visit_plan - what an office offers and what of it is taken. Borrowed arrays.
 * @hours:    in order of day and opens
 * @specials: days of the calendar; their kind stands in @special_kinds
 */
struct visit_plan {
	const struct visit_hours *hours;
	unsigned hours_count;
	const int32_t *specials;
	const enum visit_special *special_kinds;
	unsigned special_count;
	const struct visit_busy *busy;
	unsigned busy_count;
	int slot_minutes;
};

/** struct visit_slot - a window with what is free in it. */
struct visit_slot {
	int64_t from_ms;
	int64_t to_ms;
	int capacity;
	int free;
	int seat; /* the lowest free one; 0 when there is none */
	bool out_of_hours;
};

/**
 * visit_look() - what the plan has for a window that visit_window_check() took.
 *
 * Errors: HOSO_VISIT_CLOSED, the office does not offer all of it; HOSO_SLOT_FULL: *ret_slot is written all the same.
 * Over several rows of the hours the smallest capacity counts, and one row out of hours makes it so.
 */
enum hoso_error visit_look(
	const struct visit_plan *plan, int64_t from_ms, int64_t to_ms, struct visit_slot *ret_slot);

/**
 * visit_slots() - the windows of @minutes on the office's grid, of @days local days from @first_day on.
 * @not_before_ms: those that begin earlier are left out
 * @only_free:     so are those without a seat
 *
 * How many were written, at most @max.
 */
unsigned visit_slots(const struct visit_plan *plan, int32_t first_day, unsigned days, int minutes,
	int64_t not_before_ms, bool only_free, struct visit_slot *ret_slots, unsigned max);

/** visit_midnight_ms() - when a local day begins. */
int64_t visit_midnight_ms(int32_t local_day);

#endif
