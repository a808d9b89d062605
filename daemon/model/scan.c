#include <hoso/scan.h>

#include "base/uuid7.h"

#define BIT(name) FIELD_BIT(FIELD_##name)
#define TO_AGENCY (BIT(OFFICER) | BIT(MINUTES))
#define TO_CITIZEN (BIT(RECIPIENT) | BIT(RELATION) | BIT(ID_KIND) | BIT(ID_LAST4))
#define FIRST_LEG (BIT(SENDER) | BIT(RECEIVER) | BIT(AGENCY) | BIT(PROCEDURE) | BIT(SERVICE))
#define FURTHER_LEG (BIT(LEG_KIND) | BIT(DOSSIER_CODE))

/*
 * What each kind's data holds. "one" and "other": one of the two sets must be complete; which of
 * them is meant is said in chosen_set(). Source: domain 5.3.
 */
/* clang-format off */
static const struct {
	uint64_t required, one, other, optional;
} rules[EVENT_KIND_COUNT] = {
	[EVENT_REQUESTED] = {
		.required = BIT(SENDER) | BIT(WINDOW_FROM) | BIT(WINDOW_TO) | BIT(PROCEDURE),
		.optional = BIT(AGENCY) | BIT(SERVICE) | BIT(LEG_KIND) | BIT(NOTE) | BIT(RECEIVER) | BIT(VISIT) },
	[EVENT_ASSIGNED] = { .required = BIT(COURIER), .optional = BIT(ROUTE) | BIT(NOTE) | BIT(VISIT) },
	[EVENT_PICKUP_FAILED] = { .required = BIT(REASON), .optional = BIT(NEXT_ON) | BIT(NOTE) | BIT(VISIT) },
	[EVENT_ACCEPTED] = {
		.one = FIRST_LEG,
		.other = FURTHER_LEG,
		.optional = BIT(PAPERS) | BIT(SEAL) | BIT(FEE) | BIT(POSTAGE) | BIT(COLLECT) | BIT(RECEIPT) |
			BIT(MINUTES) | BIT(OFFICER) | BIT(NOTE) | BIT(PAYMENT) |
			BIT(SUBMITTER) | BIT(AUTHORISATION) | BIT(ID_KIND) | BIT(ID_LAST4) |
			BIT(CONCESSION) | BIT(GRAMS) | BIT(MISSING_PAPERS) | BIT(RECLAIM) | BIT(VISIT) },
	[EVENT_DISPATCHED] = { .required = BIT(NEXT_OFFICE), .optional = BIT(BAG) | BIT(NOTE) },
	[EVENT_ARRIVED] = { .optional = BIT(SEAL) | BIT(NOTE) },
	[EVENT_OUT_FOR_DELIVERY] = { .optional = BIT(COURIER) | BIT(ROUTE) | BIT(NOTE) },
	[EVENT_DELIVERED] = {
		.one = TO_AGENCY,
		.other = TO_CITIZEN,
		.optional = BIT(UNIT) | BIT(COMPLETE) | BIT(DUE_ON) | BIT(DOSSIER_CODE) | BIT(FEE) |
			BIT(RECEIPT) | BIT(AUTHORISATION) | BIT(COLLECTED) | BIT(RECLAIMED) | BIT(NOTE) |
			BIT(PAYMENT) | BIT(SIGNATURE) | BIT(PHOTO) | BIT(POSITION) | BIT(PIN) | BIT(CONTACT) |
			BIT(VISIT) },
	[EVENT_DELIVERY_FAILED] = {
		.required = BIT(REASON),
		.optional = BIT(NEXT_ON) | BIT(NOTE) | BIT(PHOTO) | BIT(POSITION) | BIT(CONTACT) },
	[EVENT_INVITED] = { .optional = BIT(CHANNEL) | BIT(DUE_ON) | BIT(NOTE) | BIT(CONTACT) },
	[EVENT_HELD] = { .optional = BIT(SHELF) | BIT(REASON) | BIT(NOTE) },
	[EVENT_REDIRECTED] = {
		.required = BIT(RECEIVER) | BIT(REQUESTER),
		.optional = BIT(FEE) | BIT(NOTE) | BIT(NEXT_OFFICE) },
	[EVENT_RETURNING] = { .required = BIT(REASON), .optional = BIT(NOTE) },
	[EVENT_RETURNED] = { .required = TO_AGENCY, .optional = BIT(NOTE) | BIT(UNIT) },
	[EVENT_CANCELLED] = { .required = BIT(REASON), .optional = BIT(NOTE) },
	[EVENT_LOST] = { .required = BIT(NOTE), .optional = BIT(MINUTES) },
	[EVENT_DAMAGED] = { .required = BIT(NOTE), .optional = BIT(MINUTES) | BIT(SEAL) },
	[EVENT_FOUND] = { .optional = BIT(NOTE) },
	[EVENT_FEE] = {
		.required = BIT(MONEY_KIND) | BIT(AMOUNT) | BIT(DIRECTION),
		.optional = BIT(RECEIPT) | BIT(MINUTES) | BIT(NOTE) | BIT(PAYMENT) },
	[EVENT_NOTE] = { .required = BIT(NOTE), .optional = BIT(MINUTES) | BIT(OFFICER) | BIT(UNIT) },
	[EVENT_BOUND] = { .required = BIT(DOSSIER_CODE), .optional = BIT(DUE_ON) | BIT(RECEIVED_ON) | BIT(NOTE) },
	[EVENT_VOID] = { .required = BIT(TARGET) | BIT(VOID_REASON), .optional = BIT(NOTE) },
};
/* clang-format on */

static const char *const field_wires[] = {
#define X(name, wire, type) [name] = wire,
	HOSO_SCAN_FIELDS(X)
#undef X
};

/* A further leg of a known dossier has its parties already; a citizen shows papers, an agency
 * signs. */
static uint64_t chosen_set(const struct scan *scan)
{
	uint64_t present = scan->present;

	if (scan->kind == EVENT_ACCEPTED) {
		bool further =
			(present & FURTHER_LEG) == FURTHER_LEG && scan->leg_kind != LEG_SUBMIT;
		return further ? FURTHER_LEG : FIRST_LEG;
	}
	if (scan->kind == EVENT_DELIVERED) {
		return present & TO_CITIZEN ? TO_CITIZEN : TO_AGENCY;
	}
	return 0;
}

static uint64_t required_by(const struct scan *scan)
{
	uint64_t required = rules[scan->kind].required | chosen_set(scan);

	if (scan->needs_authorisation) {
		required |= BIT(AUTHORISATION);
	}
	if ((scan->present & BIT(REASON)) && scan->reason == REASON_OT) {
		required |= BIT(NOTE);
	}
	if (scan->present & BIT(CONCESSION)) {
		required |= BIT(POSTAGE);
	}
	return required;
}

static enum scan_field first_field(uint64_t bits)
{
	int field = 0;

	while (field < FIELD_COUNT && !(bits & FIELD_BIT(field))) {
		field++;
	}
	return (enum scan_field)field;
}

static enum hoso_error check_time(int64_t at_ms, int64_t now_ms)
{
	if (at_ms < now_ms - SCAN_AGE_MAX_MS) {
		return HOSO_EVENT_TOO_OLD;
	}
	return at_ms > now_ms + SCAN_AHEAD_MAX_MS ? HOSO_EVENT_IN_FUTURE : HOSO_OK;
}

static enum hoso_error check_event_id(const struct uuid *id, int64_t now_ms)
{
	if (id->bytes[6] >> 4 != 7 || id->bytes[8] >> 6 != 2) {
		return HOSO_BAD_EVENT_ID;
	}
	return check_time(uuid7_time_ms(id), now_ms);
}

/* What a counter must have beside the members: QĐ 45/2016 Điều 6, TT 17/2017 Điều 5.1. */
static enum hoso_error check_acceptance(const struct scan *scan, enum scan_field *ret_field)
{
	enum hoso_error error = HOSO_OK;
	enum scan_field field = FIELD_COUNT;

	if ((scan->present & BIT(SUBMITTER)) && !(scan->present & BIT(AUTHORISATION))) {
		error = HOSO_SUBMITTER_UNAUTHORISED;
		field = FIELD_AUTHORISATION;
	} else if (scan->fee_vnd > 0 && !(scan->present & BIT(RECEIPT))) {
		error = HOSO_FEE_WITHOUT_RECEIPT;
		field = FIELD_RECEIPT;
	} else if (scan->fee_vnd > 0 && !(scan->present & BIT(PAYMENT))) {
		error = HOSO_FEE_WITHOUT_PAYMENT;
		field = FIELD_PAYMENT;
	}
	*ret_field = field;
	return error;
}

enum hoso_error scan_check_when(const struct uuid *event_id, int64_t occurred_at_ms, int64_t now_ms)
{
	enum hoso_error error = check_event_id(event_id, now_ms);

	return error ? error : check_time(occurred_at_ms, now_ms);
}

enum hoso_error scan_check(const struct scan *scan, int64_t now_ms, enum scan_field *ret_field)
{
	uint64_t unknown = scan->present & ~scan_allowed(scan->kind);
	uint64_t missing = required_by(scan) & ~scan->present;
	enum hoso_error error;

	*ret_field = FIELD_COUNT;
	if (scan->kind >= EVENT_SCAN_COUNT) {
		return HOSO_UNKNOWN_KIND; /* a dossier's step is nothing that an item is scanned for */
	}
	error = scan_check_when(&scan->event_id, scan->occurred_at_ms, now_ms);
	if (error) {
		return error;
	}
	if (unknown) {
		*ret_field = first_field(unknown);
		return HOSO_UNKNOWN_MEMBER;
	}
	if (missing) {
		*ret_field = first_field(missing);
		return *ret_field == FIELD_AUTHORISATION ? HOSO_NO_AUTHORISATION
							 : HOSO_MISSING_DATA;
	}
	return scan->kind == EVENT_ACCEPTED ? check_acceptance(scan, ret_field) : HOSO_OK;
}

const char *scan_field_wire(enum scan_field field)
{
	return field_wires[field];
}

uint64_t scan_required(enum event_kind kind)
{
	return rules[kind].required;
}

uint64_t scan_allowed(enum event_kind kind)
{
	return rules[kind].required | rules[kind].one | rules[kind].other | rules[kind].optional;
}
