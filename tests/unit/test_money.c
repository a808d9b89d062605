#include "unit.h"

#include <string.h>

#include <glib.h>

#include "base/clock.h"
#include "model/money.h"

#define BIT(name) FIELD_BIT(FIELD_##name)
#define TO_CITIZEN BIT(RECIPIENT)

static const struct {
	const char *what;
	enum event_kind kind;
	uint64_t present;
	int64_t fee, postage, collect, collected, amount;
	const char *money_kind, *payment;
	bool is_out;
	unsigned count;
	struct money_move moves[MONEY_MOVES_MAX];
} cases[] = {
	{"nothing", EVENT_ACCEPTED, 0, 0, 0, 0, 0, 0, "", "", false, 0, {{0}}},
	{"fee and postage", EVENT_ACCEPTED, 0, 5, 7, 0, 0, 0, "", "", false, 2,
		{{MONEY_FEE, false, 5, MONEY_WITH_PERSON},
			{MONEY_POSTAGE, false, 7, MONEY_WITH_PERSON}}},
	{"what is to be collected", EVENT_ACCEPTED, 0, 0, 0, 9, 0, 0, "", "", false, 0, {{0}}},
	{"to the post's account", EVENT_ACCEPTED, 0, 5, 0, 0, 0, 0, "", "transfer_post", false, 1,
		{{MONEY_FEE, false, 5, MONEY_WITH_OFFICE}}},
	{"to the agency", EVENT_ACCEPTED, 0, 5, 0, 0, 0, 0, "", "transfer_agency", false, 1,
		{{MONEY_FEE, false, 5, MONEY_WITH_AGENCY}}},
	{"online", EVENT_ACCEPTED, 0, 5, 0, 0, 0, 0, "", "online", false, 1,
		{{MONEY_FEE, false, 5, MONEY_WITH_AGENCY}}},
	{"handed to the agency", EVENT_DELIVERED, 0, 5, 0, 0, 0, 0, "", "cash", false, 1,
		{{MONEY_FEE, true, 5, MONEY_WITH_PERSON}}},
	{"from the citizen", EVENT_DELIVERED, TO_CITIZEN, 5, 0, 0, 9, 0, "", "cash", false, 2,
		{{MONEY_FEE, false, 5, MONEY_WITH_PERSON},
			{MONEY_COLLECT, false, 9, MONEY_WITH_PERSON}}},
	{"postage in", EVENT_FEE, 0, 0, 0, 0, 0, 3, "postage", "cash", false, 1,
		{{MONEY_POSTAGE, false, 3, MONEY_WITH_PERSON}}},
	{"collected, out of the safe", EVENT_FEE, 0, 0, 0, 0, 0, 3, "collect", "transfer_post",
		true, 1, {{MONEY_COLLECT, true, 3, MONEY_WITH_OFFICE}}},
	{"a note", EVENT_NOTE, 0, 5, 7, 0, 9, 3, "fee", "", false, 0, {{0}}},
};

static void each_kind_moves_its_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree struct scan *scan = g_new0(struct scan, 1);
		struct money_move moves[MONEY_MOVES_MAX] = {{0}};
		unsigned count;

		scan->kind = cases[i].kind;
		scan->present = cases[i].present;
		scan->fee_vnd = cases[i].fee;
		scan->postage_vnd = cases[i].postage;
		scan->collect_vnd = cases[i].collect;
		scan->collected_vnd = cases[i].collected;
		scan->amount_vnd = cases[i].amount;
		scan->is_out = cases[i].is_out;
		g_strlcpy(scan->money_kind, cases[i].money_kind, sizeof scan->money_kind);
		g_strlcpy(scan->payment, cases[i].payment, sizeof scan->payment);
		count = money_moves(scan, moves);
		if (count != cases[i].count) {
			fail_msg("%s: %u", cases[i].what, count);
		}
		for (unsigned n = 0; n < count; n++) {
			const struct money_move *wanted = &cases[i].moves[n];
			if (moves[n].kind != wanted->kind || moves[n].is_out != wanted->is_out ||
				moves[n].amount_vnd != wanted->amount_vnd ||
				moves[n].holder != wanted->holder) {
				fail_msg("%s: move %u", cases[i].what, n);
			}
		}
	}
}

static void a_receipt_belongs_to_the_local_year(void **state)
{
	g_autofree struct scan *scan = g_new0(struct scan, 1);

	(void)state;
	scan->kind = EVENT_ACCEPTED;
	scan->fee_vnd = 5;
	assert_false(money_has_receipt(scan));
	g_strlcpy(scan->receipt, "BL-1", sizeof scan->receipt);
	assert_true(money_has_receipt(scan));
	scan->kind = EVENT_DELIVERED; /* the agency's receipt, not ours */
	assert_false(money_has_receipt(scan));
	assert_true(clock_parse_rfc3339("2026-12-31T16:59:59.999Z", &scan->occurred_at_ms));
	assert_int_equal(money_receipt_year(scan), 2026);
	scan->occurred_at_ms++;
	assert_int_equal(money_receipt_year(scan), 2027);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_moves_its_own),
		cmocka_unit_test(a_receipt_belongs_to_the_local_year),
	};

	return cmocka_run_group_tests_name("money", tests, NULL, NULL);
}
