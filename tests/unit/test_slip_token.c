#include "unit.h"

#include <string.h>

#include <glib.h>

#include "model/network.h"
#include "model/slip_token.h"

static const struct digest secret = {{1, 2, 3}};
static const struct digest other = {{1, 2, 4}};

/* Computed by Python's hmac and a base32 of its own. */
static void the_token_is_the_first_128_bits_of_the_hmac(void **state)
{
	char token[SLIP_TOKEN_SIZE];

	(void)state;
	slip_token_make(&secret, "RR123456785VN", token);
	assert_string_equal(token, "v5mmvdzzugivamv2v4visbi7vn");
	assert_int_equal(strspn(token, "abcdefghijkmnpqrstuvwxyz23456789"), SLIP_TOKEN_CHARS);
}

static void it_opens_its_own_item_under_its_own_secret_only(void **state)
{
	char token[SLIP_TOKEN_SIZE];
	g_autofree char *upper = NULL;

	(void)state;
	slip_token_make(&secret, "RR123456785VN", token);
	upper = g_ascii_strup(token, -1);
	assert_true(slip_token_is_of(&secret, "RR123456785VN", token));
	assert_true(slip_token_is_of(&secret, "RR123456785VN", upper));
	assert_false(slip_token_is_of(&secret, "RR000000005VN", token));
	assert_false(slip_token_is_of(&other, "RR123456785VN", token));
}

static void every_character_counts_and_so_does_the_length(void **state)
{
	char token[SLIP_TOKEN_SIZE + 1] = "";

	(void)state;
	for (unsigned i = 0; i < SLIP_TOKEN_CHARS; i++) {
		slip_token_make(&secret, "X1", token);
		token[i] = token[i] == 'a' ? 'b' : 'a';
		assert_false(slip_token_is_of(&secret, "X1", token));
	}
	slip_token_make(&secret, "X1", token);
	token[SLIP_TOKEN_CHARS] = 'a';
	assert_false(slip_token_is_of(&secret, "X1", token));
	token[SLIP_TOKEN_CHARS - 1] = '\0';
	assert_false(slip_token_is_of(&secret, "X1", token));
	assert_false(slip_token_is_of(&secret, "X1", ""));
}

static void a_network_is_what_a_budget_is_for(void **state)
{
	static const struct {
		const char *address, *network;
	} cases[] = {{"192.0.2.77", "192.0.2.0/24"}, {"192.0.2.255", "192.0.2.0/24"},
		{"::ffff:192.0.2.1", "192.0.2.0/24"}, {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
		{"2001:db8:1:2::", "2001:db8:1:2::/64"}, {"::1", "::/64"}, {"unix", "unix"},
		{"", ""}};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char network[NETWORK_TEXT_SIZE];
		network_of(cases[i].address, network);
		assert_string_equal(network, cases[i].network);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_token_is_the_first_128_bits_of_the_hmac),
		cmocka_unit_test(it_opens_its_own_item_under_its_own_secret_only),
		cmocka_unit_test(every_character_counts_and_so_does_the_length),
		cmocka_unit_test(a_network_is_what_a_budget_is_for),
	};

	return cmocka_run_group_tests_name("slip_token", tests, NULL, NULL);
}
