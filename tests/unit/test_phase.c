#include "unit.h"

#include <hoso/limits.h>

#include "http/phase.h"
#include "http/seats.h"

static void the_facts_decide_the_phase(void **state)
{
	static const struct {
		struct phase_facts facts;
		enum phase phase;
	} cases[] = {
		{{.shaken = false}, PHASE_HANDSHAKE},
		{{.shaken = true}, PHASE_IDLE},
		{{.shaken = true, .framing = FRAMING_HEAD}, PHASE_HEAD},
		{{.shaken = true, .framing = FRAMING_BODY}, PHASE_BODY},
		{{.shaken = true, .is_outstanding = true}, PHASE_HANDLER},
		{{.shaken = true, .is_outstanding = true, .framing = FRAMING_BODY}, PHASE_HANDLER},
		{{.shaken = true, .is_outstanding = true, .replying = true}, PHASE_REPLY},
		{{.shaken = true, .lingering = true, .framing = FRAMING_BODY}, PHASE_LINGER},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(phase_of(&cases[i].facts), cases[i].phase);
	}
}

static void what_is_long_may_take_longer(void **state)
{
	const struct httpd_deadlines deadlines = {1, 2, 3000, 4, 5000};
	struct phase_facts facts = {0};

	(void)state;
	assert_int_equal(phase_deadline_ms(PHASE_BODY, &facts, &deadlines), 3000);
	assert_int_equal(phase_deadline_ms(PHASE_REPLY, &facts, &deadlines), 5000);
	assert_int_equal(phase_deadline_ms(PHASE_LINGER, &facts, &deadlines), LINGER_DEADLINE_MS);
	facts.long_bytes = 10 * LONG_BODY_BYTES_PER_S_MIN;
	facts.reply_bytes = 7 * REPLY_BYTES_PER_S_MIN;
	assert_int_equal(phase_deadline_ms(PHASE_HEAD, &facts, &deadlines), 2);
	assert_int_equal(phase_deadline_ms(PHASE_BODY, &facts, &deadlines), 13000);
	assert_int_equal(phase_deadline_ms(PHASE_REPLY, &facts, &deadlines), 12000);
	assert_int_equal(phase_deadline_ms(PHASE_LINGER, &facts, &deadlines), LINGER_DEADLINE_MS);
	facts.long_refused = true;
	assert_int_equal(phase_deadline_ms(PHASE_LINGER, &facts, &deadlines), 13000);
}

static void seats_are_few_and_of_one_address_fewer(void **state)
{
	struct seats seats;

	(void)state;
	seats_init(&seats, LONG_BODIES_PER_ADDRESS_MAX + 2);
	for (int i = 0; i < LONG_BODIES_PER_ADDRESS_MAX; i++) {
		assert_true(seats_take(&seats, "a"));
	}
	assert_false(seats_take(&seats, "a"));
	assert_true(seats_take(&seats, NULL));
	assert_true(seats_take(&seats, "b"));
	assert_false(seats_take(&seats, "b"));
	assert_false(seats_take(&seats, NULL));
	seats_leave(&seats, NULL);
	assert_false(seats_take(&seats, "a"));
	assert_true(seats_take(&seats, "b"));
	for (int i = 0; i < LONG_BODIES_PER_ADDRESS_MAX; i++) {
		seats_leave(&seats, "a");
	}
	seats_leave(&seats, "b");
	seats_leave(&seats, "b");
	seats_done(&seats);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_facts_decide_the_phase),
		cmocka_unit_test(what_is_long_may_take_longer),
		cmocka_unit_test(seats_are_few_and_of_one_address_fewer),
	};

	return cmocka_run_group_tests_name("phase", tests, NULL, NULL);
}
