#include "model/money.h"

#include <string.h>

#include <glib.h>

#include "base/attr.h"
#include "base/clock.h"

static const char *const kinds[] = {SCAN_MONEY_KINDS};
static const char *const holders[] = {"person", "office", "agency"};

_Static_assert(ARRAY_SIZE(kinds) == MONEY_KIND_COUNT, "one word a kind");

const char *money_kind_wire(enum money_kind kind)
{
	return kinds[kind];
}

enum money_kind money_kind_from_wire(const char *wire)
{
	int kind = 0;

	while (kind < MONEY_KIND_COUNT && strcmp(kinds[kind], wire) != 0) {
		kind++;
	}
	return (enum money_kind)kind;
}

const char *money_holder_wire(enum money_holder holder)
{
	return holders[holder];
}

static bool has(const struct scan *scan, enum scan_field field)
{
	return scan->present & FIELD_BIT(field);
}

/* What the citizen paid the agency itself passes through nobody's hands. Nothing said is cash. */
static enum money_holder holder_of(const char *payment)
{
	if (strcmp(payment, "transfer_post") == 0) {
		return MONEY_WITH_OFFICE;
	}
	return payment[0] == '\0' || strcmp(payment, "cash") == 0 ? MONEY_WITH_PERSON
								  : MONEY_WITH_AGENCY;
}

static unsigned add(const struct scan *scan, enum money_kind kind, bool is_out, int64_t amount_vnd,
	struct money_move *moves, unsigned count)
{
	if (amount_vnd > 0) {
		moves[count++] =
			(struct money_move){kind, is_out, amount_vnd, holder_of(scan->payment)};
	}
	return count;
}

unsigned money_moves(const struct scan *scan, struct money_move ret_moves[MONEY_MOVES_MAX])
{
	bool to_citizen = has(scan, FIELD_RECIPIENT);
	unsigned count = 0;

	switch ((int)scan->kind) {
	case EVENT_ACCEPTED:
		count = add(scan, MONEY_FEE, false, scan->fee_vnd, ret_moves, count);
		return add(scan, MONEY_POSTAGE, false, scan->postage_vnd, ret_moves, count);
	case EVENT_DELIVERED:
		count = add(scan, MONEY_FEE, !to_citizen, scan->fee_vnd, ret_moves, count);
		return add(scan, MONEY_COLLECT, false, scan->collected_vnd, ret_moves, count);
	case EVENT_FEE:
		return add(scan, money_kind_from_wire(scan->money_kind), scan->is_out,
			scan->amount_vnd, ret_moves, count);
	default:
		return 0;
	}
}

bool money_has_receipt(const struct scan *scan)
{
	struct money_move moves[MONEY_MOVES_MAX];

	return scan->receipt[0] && money_moves(scan, moves) > 0 && !moves[0].is_out;
}

int money_receipt_year(const struct scan *scan)
{
	char year[8];

	clock_format_local(scan->occurred_at_ms, "%Y", year, sizeof year);
	return (int)g_ascii_strtoll(year, NULL, 10);
}
