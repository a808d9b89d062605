#include "unit.h"

#include <stdio.h>

#include <hoso/limits.h>

#include "flow/lookup_gate.h"

#define WINDOW(n) ((n)*LOOKUP_WINDOW_MS)

static void a_network_is_closed_by_the_first_count_over_its_budget(void **state)
{
	struct lookup_gate *gate = lookup_gate_new();

	(void)state;
	assert_int_equal(lookup_gate_wait_s(gate, "a", WINDOW(7)), 0);
	assert_int_equal(lookup_gate_count(gate, "a", LOOKUP_NETWORK_MAX, 100, WINDOW(7)), 0);
	assert_int_equal(lookup_gate_count(gate, "a", LOOKUP_NETWORK_MAX + 1, 101, WINDOW(7)), 600);
	assert_int_equal(lookup_gate_wait_s(gate, "a", WINDOW(7) + 1000), 599);
	assert_int_equal(lookup_gate_wait_s(gate, "a", WINDOW(8) - 1), 1);
	assert_int_equal(lookup_gate_wait_s(gate, "b", WINDOW(7)), 0);
	assert_int_equal(lookup_gate_wait_s(gate, "a", WINDOW(8)), 0);
	lookup_gate_free(gate);
}

static void all_are_closed_by_what_all_have_asked(void **state)
{
	struct lookup_gate *gate = lookup_gate_new();

	(void)state;
	assert_int_equal(lookup_gate_count(gate, "a", 1, LOOKUP_ALL_MAX, WINDOW(3)), 0);
	assert_true(lookup_gate_count(gate, "a", 1, LOOKUP_ALL_MAX + 1, WINDOW(3)) > 0);
	assert_true(lookup_gate_wait_s(gate, "b", WINDOW(3)) > 0);
	assert_int_equal(lookup_gate_wait_s(gate, "b", WINDOW(4)), 0);
	lookup_gate_free(gate);
}

static void very_many_closed_networks_are_not_all_remembered(void **state)
{
	struct lookup_gate *gate = lookup_gate_new();
	char network[16];

	(void)state;
	for (int i = 0; i < LOOKUP_NETWORKS_REMEMBERED_MAX + 10; i++) {
		snprintf(network, sizeof network, "n%d", i);
		assert_true(
			lookup_gate_count(gate, network, LOOKUP_NETWORK_MAX + 1, 1, WINDOW(1)) > 0);
	}
	assert_int_equal(lookup_gate_wait_s(gate, "n0", WINDOW(1)), 0); /* the database knows it */
	assert_true(lookup_gate_wait_s(gate, network, WINDOW(1)) > 0);
	lookup_gate_free(gate);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_network_is_closed_by_the_first_count_over_its_budget),
		cmocka_unit_test(all_are_closed_by_what_all_have_asked),
		cmocka_unit_test(very_many_closed_networks_are_not_all_remembered),
	};

	return cmocka_run_group_tests_name("lookup_gate", tests, NULL, NULL);
}
