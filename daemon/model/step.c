#include <hoso/step.h>

#define BIT(name) STEP_BIT(STEP_##name)

/* What each kind's data holds. Source: domain 5.4. */
/* clang-format off */
static const struct {
	unsigned required, optional;
} rules[EVENT_KIND_COUNT] = {
	[EVENT_BOUND] = { .optional = BIT(RECEIVED_ON) | BIT(DUE_ON) | BIT(NOTE) },
	[EVENT_VOID] = { .required = BIT(TARGET) | BIT(VOID_REASON), .optional = BIT(NOTE) },
	[EVENT_RESULT_READY] = {
		.required = BIT(RESULT_KIND),
		.optional = BIT(NUMBER) | BIT(COLLECT) | BIT(RECLAIM) | BIT(NOTE) | BIT(PROCEDURE) | BIT(RECEIVER) },
	[EVENT_SUPPLEMENT_ASKED] = { .required = BIT(CONTENT), .optional = BIT(NUMBER) | BIT(DUE_ON) | BIT(NOTE) },
	[EVENT_DECLINED] = { .required = BIT(NUMBER), .optional = BIT(CONTENT) | BIT(NOTE) },
	[EVENT_DUE_CHANGED] = { .required = BIT(DUE_ON), .optional = BIT(NUMBER) | BIT(NOTE) },
	[EVENT_WITHDRAWN] = { .optional = BIT(SLIP) | BIT(NOTE) },
	[EVENT_CLOSED] = { .optional = BIT(NOTE) },
};

static const char *const field_wires[] = {
#define X(name, wire, type) [name] = wire,
	HOSO_STEP_FIELDS(X)
#undef X
};
/* clang-format on */

static enum step_field first_field(unsigned bits)
{
	int field = 0;

	while (field < STEP_FIELD_COUNT && !(bits & STEP_BIT(field))) {
		field++;
	}
	return (enum step_field)field;
}

bool step_is_kind(enum event_kind kind)
{
	return kind == EVENT_BOUND || kind == EVENT_VOID ||
	       (kind >= EVENT_SCAN_COUNT && kind < EVENT_KIND_COUNT);
}

enum hoso_error step_check(const struct step *step, int64_t now_ms, enum step_field *ret_field)
{
	enum hoso_error error;

	*ret_field = STEP_FIELD_COUNT;
	if (!step_is_kind(step->kind)) {
		return HOSO_UNKNOWN_KIND;
	}
	error = scan_check_when(&step->event_id, step->occurred_at_ms, now_ms);
	if (error) {
		return error;
	}
	*ret_field = first_field(step->present & ~step_allowed(step->kind));
	if (*ret_field != STEP_FIELD_COUNT) {
		return HOSO_UNKNOWN_MEMBER;
	}
	*ret_field = first_field(rules[step->kind].required & ~step->present);
	return *ret_field == STEP_FIELD_COUNT ? HOSO_OK : HOSO_MISSING_DATA;
}

const char *step_field_wire(enum step_field field)
{
	return field_wires[field];
}

unsigned step_required(enum event_kind kind)
{
	return rules[kind].required;
}

unsigned step_allowed(enum event_kind kind)
{
	return rules[kind].required | rules[kind].optional;
}
