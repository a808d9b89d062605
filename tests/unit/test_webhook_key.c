#include "unit.h"

#include <string.h>

#include <glib.h>

#include "base/webhook_key.h"

/* The example of the Standard Webhooks' specification. */
#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define ID "msg_p5jXN8AQM9LWM0D4loKWxJek"
#define TIMESTAMP "1614265330"
#define AT_S 1614265330
#define BODY "{\"test\": 2432232314}"
#define SIGNATURE "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
#define OTHER_SECRET "whsec_b29vb29vb29vb29vb29vb29vb29vb29vb29vb28="

static void the_specifications_example_comes_out(void **state)
{
	struct webhook_key key;
	g_autofree char *signature = NULL;

	(void)state;
	assert_true(webhook_key_parse(SECRET, &key));
	signature = webhook_sign(&key, ID, TIMESTAMP, BODY, strlen(BODY));
	assert_string_equal(signature, SIGNATURE);
}

static void what_is_no_secret_is_refused(void **state)
{
	static const char *const bad[] = {"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
		"whsec_c2hvcnQ=", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
		"whsec_!!KQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
		"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw "};
	struct webhook_key key;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		assert_false(webhook_key_parse(bad[i], &key));
	}
}

static void a_file_has_one_to_four_secrets(void **state)
{
	static const struct {
		const char *text;
		unsigned count; /* 0: it is refused */
	} cases[] = {
		{SECRET, 1},
		{SECRET "\n", 1},
		{SECRET "\n\n  " OTHER_SECRET "\r\n", 2},
		{SECRET "\n" SECRET "\n" SECRET "\n" SECRET, 4},
		{SECRET "\n" SECRET "\n" SECRET "\n" SECRET "\n" SECRET, 0},
		{"", 0},
		{"\n\n", 0},
		{SECRET "\nwhsec_bad", 0},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct webhook_keys keys;
		assert_int_equal(webhook_keys_parse(cases[i].text, &keys), cases[i].count > 0);
		if (cases[i].count > 0) {
			assert_int_equal(keys.count, cases[i].count);
		}
	}
}

static void only_what_was_signed_within_five_minutes_passes(void **state)
{
	static const struct {
		const char *id, *timestamp, *signatures, *body;
		int64_t now_s;
		bool good;
	} cases[] = {
		{ID, TIMESTAMP, SIGNATURE, BODY, AT_S, true},
		{ID, TIMESTAMP, SIGNATURE, BODY, AT_S + 300, true},
		{ID, TIMESTAMP, SIGNATURE, BODY, AT_S - 300, true},
		{ID, TIMESTAMP, SIGNATURE, BODY, AT_S + 301, false},
		{ID, TIMESTAMP, SIGNATURE, BODY, AT_S - 301, false},
		{ID, TIMESTAMP, "v1,AAAA " SIGNATURE " v1a,x", BODY, AT_S, true},
		{ID, TIMESTAMP, "v1,AAAA", BODY, AT_S, false},
		{ID, TIMESTAMP, "", BODY, AT_S, false},
		{ID "x", TIMESTAMP, SIGNATURE, BODY, AT_S, false},
		{ID, "1614265331", SIGNATURE, BODY, AT_S, false},
		{ID, "-1614265330", SIGNATURE, BODY, AT_S, false},
		{ID, "1614265330.0", SIGNATURE, BODY, AT_S, false},
		{ID, "99999999999999999999", SIGNATURE, BODY, AT_S, false},
		{ID, TIMESTAMP, SIGNATURE, BODY " ", AT_S, false},
	};
	struct webhook_keys keys;

	(void)state;
	assert_true(webhook_keys_parse(OTHER_SECRET "\n" SECRET, &keys));
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		assert_int_equal(
			webhook_verify(&keys, cases[i].id, cases[i].timestamp, cases[i].signatures,
				cases[i].body, strlen(cases[i].body), cases[i].now_s, 300),
			cases[i].good);
	}
	keys.count = 0;
	assert_false(
		webhook_verify(&keys, ID, TIMESTAMP, SIGNATURE, BODY, strlen(BODY), AT_S, 300));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_specifications_example_comes_out),
		cmocka_unit_test(what_is_no_secret_is_refused),
		cmocka_unit_test(a_file_has_one_to_four_secrets),
		cmocka_unit_test(only_what_was_signed_within_five_minutes_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
