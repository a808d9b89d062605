#include "model/desk.h"

#include <string.h>

#include "model/deadline.h"

static const struct {
	const char *wire;
	enum role owner;
	const char *action;
	const char *label;
	const char *what_to_do;
} kinds[] = {
#define X(name, wire, owner, action, vi, what_to_do) [name] = {wire, owner, action, vi, what_to_do},
	HOSO_DESK_KINDS(X)
#undef X
};

const char *desk_wire(enum desk_kind kind)
{
	return kinds[kind].wire;
}

const char *desk_label(enum desk_kind kind)
{
	return kinds[kind].label;
}

enum role desk_owner(enum desk_kind kind)
{
	return kinds[kind].owner;
}

const char *desk_action(enum desk_kind kind)
{
	return kinds[kind].action;
}

const char *desk_action_label(enum desk_kind kind)
{
	return kinds[kind].what_to_do;
}

enum desk_kind desk_from_wire(const char *wire)
{
	int kind = 0;

	while (kind < DESK_KIND_COUNT && strcmp(kinds[kind].wire, wire) != 0) {
		kind++;
	}
	return (enum desk_kind)kind;
}

unsigned desk_owned_by(enum role role)
{
	unsigned bits = 0;

	for (int kind = 0; kind < DESK_KIND_COUNT; kind++) {
		bits |= kinds[kind].owner == role ? DESK_BIT(kind) : 0;
	}
	return bits;
}

struct desk_cuts desk_cuts_at(int64_t now_ms, const struct calendar *calendar)
{
	return (struct desk_cuts){
		.now_ms = now_ms,
		.invited_ms =
			deadline_due_before_ms(now_ms, DEADLINE_INVITATION_WORKDAYS, calendar),
		.held_ms = deadline_overdue_before_ms(now_ms, DEADLINE_HELD_WORKDAYS, calendar),
		.submitted_ms =
			deadline_overdue_before_ms(now_ms, DEADLINE_AGENCY_WORD_WORKDAYS, calendar),
		.ready_ms = deadline_overdue_before_ms(now_ms, DEADLINE_COLLECT_WORKDAYS, calendar),
	};
}
