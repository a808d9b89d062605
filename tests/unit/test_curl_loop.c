#include "unit.h"

#include <stdbool.h>

#include <hoso/limits.h>

#include "base/attr.h"
#include "io/curl_loop.h"

#define NOW_MS 1445412480000 /* Wed, 21 Oct 2015 07:28:00 GMT */

static void retry_after_is_believed_within_reason(void **state)
{
	static const struct {
		const char *text;
		int64_t delay_ms;
	} cases[] = {
		{"7", 7000},
		{"0", 0},
		{"3600", 3600000},
		{"3601", RETRY_AFTER_MAX_MS},
		{"1000000000", RETRY_AFTER_MAX_MS},
		{"99999999999999999999999999", RETRY_AFTER_MAX_MS},
		{"-3", 0},
		{"+3", 0},
		{"1.5", 0},
		{"7 seconds", 0},
		{"", 0},
		{"soon", 0},
		{"Wed, 21 Oct 2015 07:28:30 GMT", 30000},
		{"Wed, 21 Oct 2015 07:27:30 GMT", 0},
		{"Wed, 21 Oct 2015 09:28:00 GMT", RETRY_AFTER_MAX_MS},
		{"Fri, 31 Dec 9999 23:59:59 GMT", RETRY_AFTER_MAX_MS},
		{"Sun, 06 Nov 1994 08:49:37 GMT", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int64_t delay_ms = curl_loop_retry_after_ms(cases[i].text, NOW_MS);

		assert_int_equal(delay_ms, cases[i].delay_ms);
	}
}

struct probe {
	struct curl_call call;
	bool submitting;
	unsigned runs;
	enum hoso_error error;
	struct loop *loop;
};

static void probe_ended(struct curl_call *call, enum hoso_error error)
{
	struct probe *probe = container_of(call, struct probe, call);

	assert_false(probe->submitting);
	probe->runs++;
	probe->error = error;
	if (probe->loop) {
		loop_stop(probe->loop);
	}
}

static void submit(struct curl_loop *curl, struct probe *probe, const char *url)
{
	probe->call.url = url;
	probe->submitting = true;
	curl_loop_call(curl, &probe->call, probe_ended);
	probe->submitting = false;
	assert_int_equal(probe->runs, 0);
}

static const struct curl_loop_config road = {
	.timeout_ms = 2000, .connect_timeout_ms = 1000, .connections_max = 2};

static void what_cannot_be_sent_is_told_later_and_once(void **state)
{
	/* Port 1 of the loopback answers nobody; http is not spoken at all. */
	static const char *const urls[] = {
		"https://127.0.0.1:1/", "http://127.0.0.1:1/", "file:///etc/passwd", ""};

	(void)state;
	for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
		struct loop *loop = loop_new();
		struct curl_loop *curl = curl_loop_new(loop, &road);
		struct probe probe = {.loop = loop};

		submit(curl, &probe, urls[i]);
		loop_run(loop);
		assert_int_equal(probe.runs, 1);
		assert_int_equal(probe.error, HOSO_NETWORK);
		assert_int_not_equal(probe.call.curl_code, CURLE_OK);
		assert_false(probe.call.perhaps_sent);
		assert_null(probe.call.answer);
		curl_call_done(&probe.call);
		curl_loop_free(curl);
		loop_free(loop);
		assert_int_equal(probe.runs, 1);
	}
}

static void cancelling_answers_once_through_the_same_callback(void **state)
{
	struct loop *loop = loop_new();
	struct curl_loop *curl = curl_loop_new(loop, &road);
	struct probe cancelled = {.loop = loop};
	struct probe freed = {.loop = loop};

	(void)state;
	submit(curl, &cancelled, "https://127.0.0.1:1/");
	submit(curl, &freed, "https://127.0.0.1:1/");
	curl_loop_cancel(curl, &cancelled.call);
	assert_int_equal(cancelled.runs, 1);
	assert_int_equal(cancelled.error, HOSO_CANCELED);
	assert_int_equal(freed.runs, 0);
	curl_loop_free(curl);
	assert_int_equal(cancelled.runs, 1);
	assert_int_equal(freed.runs, 1);
	assert_int_equal(freed.error, HOSO_CANCELED);
	loop_free(loop);
}

#define CALLS 5 /* over two connections */

static void calls_beyond_the_connections_wait_and_none_is_forgotten(void **state)
{
	struct loop *loop = loop_new();
	struct curl_loop *curl = curl_loop_new(loop, &road);
	struct probe probes[CALLS] = {0};

	(void)state;
	for (size_t i = 0; i < CALLS; i++) {
		submit(curl, &probes[i], "https://127.0.0.1:1/");
		assert_int_equal(probes[i].call.easy != NULL, i < road.connections_max);
	}
	curl_loop_cancel(curl, &probes[1].call);
	assert_non_null(probes[2].call.easy);
	curl_loop_cancel(curl, &probes[4].call);
	assert_null(probes[3].call.easy);
	probes[3].loop = loop; /* it is the last to end, and then the loop stops */
	loop_run(loop);
	for (size_t i = 0; i < CALLS; i++) {
		assert_int_equal(probes[i].runs, 1);
		assert_int_equal(probes[i].error, i == 1 || i == 4 ? HOSO_CANCELED : HOSO_NETWORK);
		curl_call_done(&probes[i].call);
	}
	curl_loop_free(curl);
	loop_free(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(retry_after_is_believed_within_reason),
		cmocka_unit_test(what_cannot_be_sent_is_told_later_and_once),
		cmocka_unit_test(cancelling_answers_once_through_the_same_callback),
		cmocka_unit_test(calls_beyond_the_connections_wait_and_none_is_forgotten),
	};

	return cmocka_run_group_tests_name("curl_loop", tests, NULL, NULL);
}
