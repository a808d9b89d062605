#include "unit.h"

#include <stdbool.h>

#include <glib.h>

#include "portal/classify.h"

#define STATUS_END 1000
#define CURL_CODES_END 110 /* more than libcurl has */

static enum hoso_error answer(int status, enum body_class body)
{
	struct portal_outcome outcome = {CURLE_OK, status, true, body};

	return portal_classify(&outcome);
}

static enum hoso_error broken(int code, bool perhaps_sent)
{
	struct portal_outcome outcome = {(CURLcode)code, 0, perhaps_sent, BODY_NONE};

	return portal_classify(&outcome);
}

/* Every input there is. */
static void each_outcome(void (*check)(const struct portal_outcome *, enum hoso_error))
{
	for (int code = 0; code < CURL_CODES_END; code++) {
		for (int status = 0; status < STATUS_END; status++) {
			for (int rest = 0; rest < 2 * BODY_CLASS_COUNT; rest++) {
				struct portal_outcome outcome = {(CURLcode)code, status, rest & 1,
					(enum body_class)(rest / 2)};

				check(&outcome, portal_classify(&outcome));
			}
		}
	}
}

static void check_promises(const struct portal_outcome *outcome, enum hoso_error error)
{
	bool whole = outcome->curl_code == CURLE_OK;

	if (error == HOSO_OK) {
		g_assert_true(whole && outcome->body == BODY_PROOF);
	} else if (error == HOSO_PORTAL_LATER) {
		/* Either nothing left, or the status says that nothing was done. */
		g_assert_true(!outcome->perhaps_sent ||
			      (whole && (outcome->http_status == 503 ||
						outcome->http_status / 100 == 4)));
	} else if (error == HOSO_PORTAL_NEVER) {
		g_assert_true(whole && outcome->body == BODY_REFUSAL);
	} else if (error == HOSO_PORTAL_PAUSED) {
		g_assert_true(whole || !outcome->perhaps_sent);
	} else {
		g_assert_cmpint(error, ==, HOSO_PORTAL_UNKNOWN);
	}
}

static void promises_hold_for_every_outcome(void **state)
{
	(void)state;
	each_outcome(check_promises);
}

static void nothing_is_done_without_proof(void **state)
{
	(void)state;
	for (int status = 0; status < STATUS_END; status++) {
		bool may_prove = status / 100 == 2 || status == 409 || status == 412;

		assert_int_equal(answer(status, BODY_PROOF) == HOSO_OK, may_prove);
		for (int body = 0; body < BODY_CLASS_COUNT; body++) {
			if (body != BODY_PROOF) {
				assert_int_not_equal(
					answer(status, (enum body_class)body), HOSO_OK);
			}
		}
	}
}

static void answers_are_sorted_as_written_down(void **state)
{
	/* clang-format off */
	static const struct {
		int status;
		enum body_class body;
		enum hoso_error error;
	} cases[] = {
		{200, BODY_PROOF, HOSO_OK},
		{200, BODY_REFUSAL, HOSO_PORTAL_NEVER},
		{200, BODY_STRANGE, HOSO_PORTAL_UNKNOWN},
		{200, BODY_NONE, HOSO_PORTAL_UNKNOWN},
		{204, BODY_NONE, HOSO_PORTAL_UNKNOWN},
		{0, BODY_NONE, HOSO_PORTAL_UNKNOWN},
		{100, BODY_NONE, HOSO_PORTAL_UNKNOWN},
		{301, BODY_NONE, HOSO_PORTAL_PAUSED},
		{302, BODY_PROOF, HOSO_PORTAL_PAUSED},
		{307, BODY_STRANGE, HOSO_PORTAL_PAUSED},
		{308, BODY_REFUSAL, HOSO_PORTAL_PAUSED},
		{400, BODY_REFUSAL, HOSO_PORTAL_NEVER},
		{400, BODY_STRANGE, HOSO_PORTAL_LATER},
		{401, BODY_REFUSAL, HOSO_PORTAL_PAUSED},
		{401, BODY_PROOF, HOSO_PORTAL_PAUSED},
		{403, BODY_STRANGE, HOSO_PORTAL_PAUSED},
		{407, BODY_NONE, HOSO_PORTAL_PAUSED},
		{404, BODY_REFUSAL, HOSO_PORTAL_NEVER},
		{404, BODY_STRANGE, HOSO_PORTAL_LATER},
		{408, BODY_REFUSAL, HOSO_PORTAL_LATER},
		{409, BODY_PROOF, HOSO_OK},
		{409, BODY_REFUSAL, HOSO_PORTAL_UNKNOWN},
		{410, BODY_REFUSAL, HOSO_PORTAL_NEVER},
		{412, BODY_PROOF, HOSO_OK},
		{412, BODY_NONE, HOSO_PORTAL_UNKNOWN},
		{413, BODY_REFUSAL, HOSO_PORTAL_NEVER},
		{422, BODY_REFUSAL, HOSO_PORTAL_NEVER},
		{422, BODY_PROOF, HOSO_PORTAL_LATER},
		{425, BODY_REFUSAL, HOSO_PORTAL_LATER},
		{429, BODY_REFUSAL, HOSO_PORTAL_LATER},
		{500, BODY_REFUSAL, HOSO_PORTAL_UNKNOWN},
		{500, BODY_PROOF, HOSO_PORTAL_UNKNOWN},
		{502, BODY_STRANGE, HOSO_PORTAL_UNKNOWN},
		{503, BODY_STRANGE, HOSO_PORTAL_LATER},
		{504, BODY_NONE, HOSO_PORTAL_UNKNOWN},
		{999, BODY_PROOF, HOSO_PORTAL_UNKNOWN},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(answer(cases[i].status, cases[i].body), cases[i].error);
	}
}

static void what_was_perhaps_sent_is_never_surely_lost(void **state)
{
	(void)state;
	for (int code = 1; code < CURL_CODES_END; code++) {
		assert_int_equal(broken(code, true), HOSO_PORTAL_UNKNOWN);
	}
}

static void certificates_shut_the_road_and_the_network_does_not(void **state)
{
	(void)state;
	assert_int_equal(broken(CURLE_PEER_FAILED_VERIFICATION, false), HOSO_PORTAL_PAUSED);
	assert_int_equal(broken(CURLE_SSL_CACERT_BADFILE, false), HOSO_PORTAL_PAUSED);
	assert_int_equal(broken(CURLE_SSL_CERTPROBLEM, false), HOSO_PORTAL_PAUSED);
	assert_int_equal(broken(CURLE_SSL_CONNECT_ERROR, false), HOSO_PORTAL_PAUSED);
	assert_int_equal(broken(CURLE_UNSUPPORTED_PROTOCOL, false), HOSO_PORTAL_PAUSED);
	assert_int_equal(broken(CURLE_COULDNT_CONNECT, false), HOSO_PORTAL_LATER);
	assert_int_equal(broken(CURLE_COULDNT_RESOLVE_HOST, false), HOSO_PORTAL_LATER);
	assert_int_equal(broken(CURLE_OPERATION_TIMEDOUT, false), HOSO_PORTAL_LATER);
	assert_int_equal(broken(CURLE_OPERATION_TIMEDOUT, true), HOSO_PORTAL_UNKNOWN);
	assert_int_equal(broken(CURLE_GOT_NOTHING, true), HOSO_PORTAL_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(promises_hold_for_every_outcome),
		cmocka_unit_test(nothing_is_done_without_proof),
		cmocka_unit_test(answers_are_sorted_as_written_down),
		cmocka_unit_test(what_was_perhaps_sent_is_never_surely_lost),
		cmocka_unit_test(certificates_shut_the_road_and_the_network_does_not),
	};

	return cmocka_run_group_tests_name("classify", tests, NULL, NULL);
}
