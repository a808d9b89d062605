#include "model/deadline.h"

#include "base/clock.h"

#define DAY_MS (24LL * 3600 * 1000)
#define LOCAL_OFFSET_MS (7LL * 3600 * 1000)
#define INTER_LATEST_MS                                                                            \
	(15LL * 3600 * 1000) /* NĐ 61/2018 Điều 18.2-3: after 15:00 it is the next day's */

static const struct {
	const char *wire;
	const char *label;
} rules[] = {
#define X(name, wire, vi) [name] = {wire, vi},
	HOSO_DEADLINE_RULES(X)
#undef X
};

static const struct {
	const char *wire;
	const char *label;
} states[] = {
#define X(name, wire, vi) [name] = {wire, vi},
	HOSO_DEADLINE_STATES(X)
#undef X
};

const char *deadline_state_wire(enum deadline_state state)
{
	return states[state].wire;
}

const char *deadline_state_label(enum deadline_state state)
{
	return states[state].label;
}

const char *deadline_wire(enum deadline_rule rule)
{
	return rules[rule].wire;
}

const char *deadline_label(enum deadline_rule rule)
{
	return rules[rule].label;
}

enum deadline_rule deadline_leg_rule(enum leg_kind kind)
{
	if (kind == LEG_INTER) {
		return DEADLINE_INTER_AGENCY;
	}
	if (kind == LEG_SLIP) {
		return DEADLINE_SLIP_BACK;
	}
	return leg_kind_to_agency(kind) ? DEADLINE_HAND_OVER : DEADLINE_FIRST_ATTEMPT;
}

int64_t deadline_day_end_ms(int32_t day)
{
	return ((int64_t)day + 1) * DAY_MS - LOCAL_OFFSET_MS;
}

static int32_t inter_day(int64_t accepted_at_ms, const struct calendar *calendar)
{
	int32_t day = clock_local_day(accepted_at_ms);
	int64_t of_day_ms = accepted_at_ms - (deadline_day_end_ms(day) - DAY_MS);

	if (workday_is(day, calendar) && of_day_ms <= INTER_LATEST_MS) {
		return day;
	}
	return workday_add(day, 1, calendar);
}

int32_t deadline_promise(enum leg_kind kind, int64_t accepted_at_ms, int64_t submitted_at_ms,
	const struct deadline_road *road, const struct calendar *calendar)
{
	int32_t day = clock_local_day(accepted_at_ms);

	if (accepted_at_ms == 0) {
		return 0;
	}
	if (kind == LEG_INTER) {
		return inter_day(accepted_at_ms, calendar);
	}
	if (!road) {
		return 0;
	}
	if (kind == LEG_SLIP && submitted_at_ms) {
		return workday_add(clock_local_day(submitted_at_ms), road->slip_days, calendar);
	}
	if (kind == LEG_SLIP) {
		return workday_add(day, road->slip_days - road->send_days, calendar);
	}
	return workday_add(day, road->send_days, calendar);
}

int64_t deadline_stopped_at(const struct leg *leg)
{
	if (!leg_kind_to_agency(leg->kind) && leg->attempted_at_ms) {
		return leg->attempted_at_ms;
	}
	return leg->ended_at_ms;
}

bool deadline_was_kept(int32_t day, int64_t at_ms)
{
	return day == 0 || clock_local_day(at_ms) <= day;
}

enum deadline_state deadline_state(int32_t day, int64_t met_at_ms, int64_t now_ms)
{
	if (day == 0) {
		return DEADLINE_UNKNOWN;
	}
	if (met_at_ms) {
		return deadline_was_kept(day, met_at_ms) ? DEADLINE_KEPT : DEADLINE_MISSED;
	}
	if (clock_local_day(now_ms) == day) {
		return DEADLINE_TODAY;
	}
	return deadline_was_kept(day, now_ms) ? DEADLINE_OPEN : DEADLINE_LATE;
}

bool deadline_invited_apart(const struct leg *leg, const struct calendar *calendar)
{
	return leg->invitations >= DEADLINE_INVITATIONS_MIN &&
	       workday_between(clock_local_day(leg->first_invited_at_ms),
		       clock_local_day(leg->last_invited_at_ms),
		       calendar) >= DEADLINE_INVITATION_WORKDAYS;
}

int32_t deadline_invitation_day(const struct leg *leg, const struct calendar *calendar)
{
	if (leg->invitations == 0 || deadline_invited_apart(leg, calendar)) {
		return 0;
	}
	return workday_add(
		clock_local_day(leg->first_invited_at_ms), DEADLINE_INVITATION_WORKDAYS, calendar);
}

int32_t deadline_return_day(const struct leg *leg, const struct calendar *calendar)
{
	if (!deadline_invited_apart(leg, calendar)) {
		return 0;
	}
	return workday_add(
		clock_local_day(leg->last_invited_at_ms), DEADLINE_INVITATION_WORKDAYS, calendar);
}

bool deadline_may_return(const struct leg *leg, enum reason reason, const struct calendar *calendar)
{
	bool stuck = leg->state == LEG_ATTEMPT_FAILED || leg->state == LEG_HELD;

	return reason_lets_back(reason) || (stuck && deadline_invited_apart(leg, calendar));
}

int32_t deadline_agency_word_day(int64_t submitted_at_ms, const struct calendar *calendar)
{
	return submitted_at_ms ? workday_add(clock_local_day(submitted_at_ms),
					 DEADLINE_AGENCY_WORD_WORKDAYS, calendar)
			       : 0;
}

int32_t deadline_collect_day(int64_t ready_at_ms, const struct calendar *calendar)
{
	return ready_at_ms ? workday_add(clock_local_day(ready_at_ms), DEADLINE_COLLECT_WORKDAYS,
				     calendar)
			   : 0;
}

int32_t deadline_remit_day(int64_t taken_at_ms)
{
	return taken_at_ms ? clock_local_day(taken_at_ms) : 0;
}

bool deadline_window_missed(int64_t window_to_ms, int64_t now_ms)
{
	return window_to_ms != 0 && now_ms > window_to_ms;
}

/* Overdue is who began on a day d with workday_add(d, workdays) before today. */
int64_t deadline_overdue_before_ms(
	int64_t now_ms, unsigned workdays, const struct calendar *calendar)
{
	int32_t yesterday = clock_local_day(now_ms) - 1;

	return deadline_day_end_ms(workday_back(yesterday, workdays, calendar));
}

int64_t deadline_due_before_ms(int64_t now_ms, unsigned workdays, const struct calendar *calendar)
{
	return deadline_day_end_ms(workday_back(clock_local_day(now_ms), workdays, calendar));
}
