#include "unit.h"

#include <string.h>

#include "base/clock.h"
#include "model/deadline.h"
#include "model/desk.h"

static void kinds_have_tokens_words_and_somebody_who_acts(void **state)
{
	(void)state;
	for (int kind = 0; kind < DESK_KIND_COUNT; kind++) {
		const char *wire = desk_wire((enum desk_kind)kind);
		enum role owner = desk_owner((enum desk_kind)kind);

		assert_int_equal(desk_from_wire(wire), kind);
		assert_true(desk_label((enum desk_kind)kind)[0] != '\0');
		assert_true(desk_action((enum desk_kind)kind)[0] != '\0');
		assert_true(desk_action_label((enum desk_kind)kind)[0] != '\0');
		assert_int_not_equal(owner, ROLE_SYSTEM); /* a person acts, or nobody does */
		assert_true(desk_owned_by(owner) & DESK_BIT(kind));
	}
	assert_int_equal(desk_from_wire(""), DESK_KIND_COUNT);
	assert_int_equal(desk_from_wire("Late"), DESK_KIND_COUNT);
}

static void every_kind_is_owned_once(void **state)
{
	unsigned all = 0;

	(void)state;
	for (int role = 0; role < ROLE_COUNT; role++) {
		assert_int_equal(all & desk_owned_by((enum role)role), 0);
		all |= desk_owned_by((enum role)role);
	}
	assert_int_equal(all, DESK_ALL);
	assert_int_equal(desk_owned_by(ROLE_SYSTEM), 0);
}

/* The cuts say the same as the deadlines of each row. */
static void the_cuts_are_the_deadlines(void **state)
{
	static const struct calendar calendar = {
		.count = 3, .days = {{20780 + 8, false}, {20780 + 2, false}, {20780 + 5, true}}};

	(void)state;
	for (int64_t now_ms = deadline_day_end_ms(20775); now_ms < deadline_day_end_ms(20800);
		now_ms += 17 * 3600000LL) {
		struct desk_cuts cuts = desk_cuts_at(now_ms, &calendar);
		for (int64_t began_ms = now_ms - 20 * 86400000LL; began_ms < now_ms;
			began_ms += 5 * 3600000LL) {
			struct leg invited = {.invitations = 1,
				.first_invited_at_ms = began_ms,
				.last_invited_at_ms = began_ms};
			int32_t again = deadline_invitation_day(&invited, &calendar);
			int32_t word = deadline_agency_word_day(began_ms, &calendar);
			int32_t collect = deadline_collect_day(began_ms, &calendar);

			assert_int_equal(
				began_ms < cuts.invited_ms, clock_local_day(now_ms) >= again);
			assert_int_equal(
				began_ms < cuts.submitted_ms, !deadline_was_kept(word, now_ms));
			assert_int_equal(
				began_ms < cuts.ready_ms, !deadline_was_kept(collect, now_ms));
		}
		assert_true(cuts.now_ms == now_ms && cuts.held_ms < now_ms);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_have_tokens_words_and_somebody_who_acts),
		cmocka_unit_test(every_kind_is_owned_once),
		cmocka_unit_test(the_cuts_are_the_deadlines),
	};

	return cmocka_run_group_tests_name("desk", tests, NULL, NULL);
}
