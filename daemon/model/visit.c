#include "model/visit.h"

#include "base/clock.h"

#define MINUTE_MS (60LL * 1000)
#define DAY_MINUTES 1440
#define DAY_MS (DAY_MINUTES * MINUTE_MS)
#define LOCAL_OFFSET_MS (7 * 60 * MINUTE_MS) /* as clock_local_day() has it */
#define SEATS_MAX 200

/* clang-format off */
#define S(state) (1u << (state))
#define WAITING (S(VISIT_BOOKED) | S(VISIT_ASSIGNED))
#define UNDER_WAY (S(VISIT_STARTED) | S(VISIT_ARRIVED))
#define CLERKS (ROLE_BIT(ROLE_CLERK) | ROLE_BIT(ROLE_SUPERVISOR))
#define POSTMEN (CLERKS | ROLE_BIT(ROLE_COURIER))

/*
 * from: the states it leaves for @to. stay: those in which it is known already.
 * A clerk may say for the courier what happened, also of a visit that was given to nobody.
 */
static const struct move {
	unsigned roles;
	unsigned from;
	unsigned stay;
	enum visit_state to;
} moves[VISIT_ACTION_COUNT] = {
	[VISIT_BOOK] = {CLERKS | ROLE_BIT(ROLE_SYSTEM), 0, 0, VISIT_BOOKED},
	[VISIT_ASSIGN] = {CLERKS, WAITING | S(VISIT_STARTED), 0, VISIT_ASSIGNED},
	[VISIT_MOVE] = {CLERKS, WAITING | S(VISIT_STARTED), 0, VISIT_BOOKED},
	[VISIT_START] = {POSTMEN, S(VISIT_ASSIGNED), UNDER_WAY | S(VISIT_DONE), VISIT_STARTED},
	[VISIT_ARRIVE] = {POSTMEN, S(VISIT_ASSIGNED) | S(VISIT_STARTED), S(VISIT_ARRIVED) | S(VISIT_DONE), VISIT_ARRIVED},
	[VISIT_FINISH] = {POSTMEN, WAITING | UNDER_WAY, S(VISIT_DONE), VISIT_DONE},
	[VISIT_FAIL] = {POSTMEN, WAITING | UNDER_WAY, 0, VISIT_CANCELLED},
	[VISIT_CANCEL] = {CLERKS, WAITING | S(VISIT_STARTED), S(VISIT_CANCELLED), VISIT_CANCELLED},
};
/* clang-format on */

bool visit_is_open(enum visit_state state)
{
	return S(state) & (WAITING | UNDER_WAY);
}

enum hoso_error visit_next(
	enum visit_state state, const struct visit_step *step, enum visit_state *ret_state)
{
	const struct move *move = &moves[step->action];

	if (!(move->roles & ROLE_BIT(step->role)) ||
		(step->role == ROLE_COURIER && !step->is_own)) {
		return HOSO_FORBIDDEN;
	}
	if (S(state) & move->stay) {
		*ret_state = state;
		return HOSO_OK;
	}
	if (step->action != VISIT_BOOK && !(S(state) & move->from)) {
		return HOSO_VISIT_STATE;
	}
	*ret_state = move->to;
	if (step->has_window) {
		*ret_state = step->has_courier ? VISIT_ASSIGNED : VISIT_BOOKED;
	}
	return HOSO_OK;
}

int64_t visit_midnight_ms(int32_t local_day)
{
	return local_day * DAY_MS - LOCAL_OFFSET_MS;
}

enum hoso_error visit_window_check(int64_t from_ms, int64_t to_ms, int64_t now_ms)
{
	int64_t last_ms = now_ms + VISIT_AHEAD_DAYS_MAX * DAY_MS;

	if (from_ms >= to_ms || from_ms % MINUTE_MS != 0 || to_ms % MINUTE_MS != 0 ||
		to_ms <= now_ms || to_ms > last_ms) {
		return HOSO_VISIT_WINDOW;
	}
	if (clock_local_day(from_ms) != clock_local_day(to_ms - 1)) {
		return HOSO_VISIT_MIDNIGHT;
	}
	if (to_ms - from_ms < VISIT_WINDOW_MINUTES_MIN * MINUTE_MS ||
		to_ms - from_ms > VISIT_WINDOW_MINUTES_MAX * MINUTE_MS) {
		return HOSO_VISIT_WINDOW;
	}
	return HOSO_OK;
}

/* 1970-01-01 was a Thursday. */
int visit_day(int32_t local_day, enum visit_special special)
{
	int weekday = (int)((((int64_t)local_day + 3) % 7 + 7) % 7) + 1;

	if (special == VISIT_DAY_OFF) {
		return VISIT_DAY_HOLIDAY;
	}
	return special == VISIT_DAY_WORKED && weekday > 5 ? 1 : weekday;
}

static int day_of(const struct visit_plan *plan, int32_t local_day)
{
	for (unsigned i = 0; i < plan->special_count; i++) {
		if (plan->specials[i] == local_day) {
			return visit_day(local_day, plan->special_kinds[i]);
		}
	}
	return visit_day(local_day, VISIT_DAY_USUAL);
}

/* Do the rows of @day cover it without a gap? They are in order and do not overlap. */
static bool covers(
	const struct visit_plan *plan, int day, int from, int to, struct visit_slot *slot)
{
	int covered = from;

	slot->capacity = SEATS_MAX;
	slot->out_of_hours = false;
	for (unsigned i = 0; i < plan->hours_count && covered < to; i++) {
		const struct visit_hours *row = &plan->hours[i];
		if (row->day != day || row->opens > covered || row->closes <= covered) {
			continue;
		}
		covered = row->closes;
		slot->out_of_hours |= row->out_of_hours;
		if (row->capacity < slot->capacity) {
			slot->capacity = row->capacity;
		}
	}
	return covered >= to;
}

static void count_free(const struct visit_plan *plan, struct visit_slot *slot)
{
	bool taken[SEATS_MAX + 1] = {false};

	for (unsigned i = 0; i < plan->busy_count; i++) {
		const struct visit_busy *busy = &plan->busy[i];
		if (busy->from_ms < slot->to_ms && busy->to_ms > slot->from_ms && busy->seat >= 1 &&
			busy->seat <= SEATS_MAX) {
			taken[busy->seat] = true;
		}
	}
	for (int seat = slot->capacity; seat >= 1; seat--) {
		if (!taken[seat]) {
			slot->free++;
			slot->seat = seat;
		}
	}
}

enum hoso_error visit_look(
	const struct visit_plan *plan, int64_t from_ms, int64_t to_ms, struct visit_slot *ret_slot)
{
	int32_t local_day = clock_local_day(from_ms);
	int64_t midnight_ms = visit_midnight_ms(local_day);
	struct visit_slot slot = {.from_ms = from_ms, .to_ms = to_ms};

	if (!covers(plan, day_of(plan, local_day), (int)((from_ms - midnight_ms) / MINUTE_MS),
		    (int)((to_ms - midnight_ms) / MINUTE_MS), &slot)) {
		return HOSO_VISIT_CLOSED;
	}
	count_free(plan, &slot);
	*ret_slot = slot;
	return slot.seat ? HOSO_OK : HOSO_SLOT_FULL;
}

static unsigned slots_of_day(const struct visit_plan *plan, int32_t local_day, int minutes,
	int64_t not_before_ms, bool only_free, struct visit_slot *ret_slots, unsigned max)
{
	int64_t midnight_ms = visit_midnight_ms(local_day);
	int day = day_of(plan, local_day);
	unsigned count = 0;

	for (unsigned i = 0; i < plan->hours_count; i++) {
		const struct visit_hours *row = &plan->hours[i];
		for (int at = row->opens; row->day == day && at < row->closes && count < max;
			at += plan->slot_minutes) {
			int64_t from_ms = midnight_ms + at * MINUTE_MS;
			enum hoso_error error =
				at + minutes > DAY_MINUTES
					? HOSO_VISIT_CLOSED
					: visit_look(plan, from_ms, from_ms + minutes * MINUTE_MS,
						  &ret_slots[count]);
			if (error != HOSO_VISIT_CLOSED && from_ms >= not_before_ms &&
				(!error || !only_free)) {
				count++;
			}
		}
	}
	return count;
}

unsigned visit_slots(const struct visit_plan *plan, int32_t first_day, unsigned days, int minutes,
	int64_t not_before_ms, bool only_free, struct visit_slot *ret_slots, unsigned max)
{
	unsigned count = 0;

	for (unsigned day = 0; day < days && count < max; day++) {
		count += slots_of_day(plan, first_day + (int32_t)day, minutes, not_before_ms,
			only_free, ret_slots + count, max - count);
	}
	return count;
}
