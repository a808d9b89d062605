#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "base/attr.h"
#include "http/framing.h"

#define HEAD "GET / HTTP/1.1\r\nHost: a\r\n"
#define POST "POST / HTTP/1.1\r\nHost: a\r\n"
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"
#define BODY_MAX 1000
#define SPLITS 20

struct message {
	const char *bytes;
	size_t length;
	unsigned messages; /* whole ones before the refusal, or in all */
	enum framing_refusal refusal;
};

#define M(bytes, messages, refusal)                                                                \
	{                                                                                          \
		bytes, sizeof(bytes) - 1, messages, refusal                                        \
	}

/* clang-format off */
static const struct message taken[] = {
	M(HEAD "\r\n", 1, FRAMING_TAKEN),
	M("GET /v1/legs/a%2Fb?q=x+y&z=%C4%90 HTTP/1.1\r\nHost: a.example:8443\r\n\r\n", 1, FRAMING_TAKEN),
	M("GET / HTTP/1.0\r\n\r\n", 1, FRAMING_TAKEN),
	M("GET / HTTP/1.1\r\nhOsT: [::1]:80\r\n\r\n", 1, FRAMING_TAKEN),
	M("GET / HTTP/1.1\r\nHost: A_b-1.vn.:443\r\n\r\n", 1, FRAMING_TAKEN),
	M("GET / HTTP/1.1\r\nHost: [fe80::ffff:127.0.0.1]\r\n\r\n", 1, FRAMING_TAKEN),
	M("OPTIONS / HTTP/1.1\r\nHost:a:\r\n\r\n", 1, FRAMING_TAKEN),
	M("OPTIONS / HTTP/1.1\r\nHost:a\r\n\r\n", 1, FRAMING_TAKEN),
	M("BREW / HTTP/1.1\r\nHost:   a  \r\n\r\n", 1, FRAMING_TAKEN),
	M(HEAD "X-Empty:\r\nX-Empty:\r\nAccept: */*;q=0.8, \"a\"\r\n\r\n", 1, FRAMING_TAKEN),
	M(HEAD "Content-Length: 0\r\n\r\n", 1, FRAMING_TAKEN),
	M(POST "\r\n", 1, FRAMING_TAKEN),
	M(POST "Content-Length: 3\r\n\r\n\0\r\n", 1, FRAMING_TAKEN),
	M(POST "Content-Length:  003 \r\n\r\nabc", 1, FRAMING_TAKEN),
	M(POST "Expect: 100-Continue\r\nContent-Length: 1\r\n\r\nx", 1, FRAMING_TAKEN),
	M(CHUNKED "0\r\n\r\n", 1, FRAMING_TAKEN),
	M(CHUNKED "5\r\nhello\r\n0A\r\n0123456789\r\n000\r\n\r\n", 1, FRAMING_TAKEN),
	M(POST "transfer-encoding:Chunked \r\n\r\n1\r\nx\r\n0\r\n\r\n", 1, FRAMING_TAKEN),
	M(HEAD "\r\n" POST "Content-Length: 2\r\n\r\nab" CHUNKED "1\r\nx\r\n0\r\n\r\n" HEAD "\r\n", 4, FRAMING_TAKEN),
	M("DELETE / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx" HEAD, 1, FRAMING_TAKEN),
};

static const struct message refused[] = {
	/* the request line */
	M(" GET / HTTP/1.1\r\n", 0, FRAMING_BAD_METHOD),
	M("\r\nGET / HTTP/1.1\r\n", 0, FRAMING_BAD_METHOD),
	M("get / HTTP/1.1\r\n", 0, FRAMING_BAD_METHOD),
	M("G\0T / HTTP/1.1\r\n", 0, FRAMING_BAD_METHOD),
	M("AAAAAAAAAAAAAAAAA / HTTP/1.1\r\n", 0, FRAMING_BAD_METHOD),
	M("CONNECT /a HTTP/1.1\r\n", 0, FRAMING_BAD_METHOD),
	M("\x16\x03\x01", 0, FRAMING_BAD_METHOD),
	M("GET  / HTTP/1.1\r\n", 0, FRAMING_BAD_TARGET),
	M("GET http://a/ HTTP/1.1\r\n", 0, FRAMING_BAD_TARGET),
	M("OPTIONS * HTTP/1.1\r\n", 0, FRAMING_BAD_TARGET),
	M("GET //evil/ HTTP/1.1\r\n", 0, FRAMING_BAD_TARGET),
	M("GET /a\tb HTTP/1.1\r\n", 0, FRAMING_BAD_TARGET),
	M("GET /a\"b HTTP/1.1\r\n", 0, FRAMING_BAD_TARGET),
	M("GET /a#b HTTP/1.1\r\n", 0, FRAMING_BAD_TARGET),
	M("GET /\xc4\x90 HTTP/1.1\r\n", 0, FRAMING_BAD_TARGET),
	M("GET /\0 HTTP/1.1\r\n", 0, FRAMING_BAD_TARGET),
	M("GET /\r\n", 0, FRAMING_BAD_TARGET),
	M("GET /a b HTTP/1.1\r\n", 0, FRAMING_BAD_VERSION),
	M("GET / HTTP/1.1 \r\n", 0, FRAMING_BAD_VERSION),
	M("GET / HTTP/2.0\r\n", 0, FRAMING_BAD_VERSION),
	M("GET / HTTP/1.2\r\n", 0, FRAMING_BAD_VERSION),
	M("GET / http/1.1\r\n", 0, FRAMING_BAD_VERSION),
	M("GET / HTTP/1.1\n", 0, FRAMING_BAD_VERSION),
	M("GET / HTTP/1.1\rX", 0, FRAMING_BAD_LINE_END),
	/* lines and names */
	M(HEAD "A: b\nC: d\r\n\r\n", 0, FRAMING_BAD_VALUE),
	M(HEAD "A: b\rC: d\r\n\r\n", 0, FRAMING_BAD_LINE_END),
	M(HEAD "\rX", 0, FRAMING_BAD_LINE_END),
	M(HEAD "\n", 0, FRAMING_BAD_NAME),
	M(HEAD "A: b\r\n c: folded\r\n\r\n", 0, FRAMING_BAD_NAME),
	M(HEAD "A: b\r\n\tfolded\r\n\r\n", 0, FRAMING_BAD_NAME),
	M(HEAD "Content-Length : 5\r\n\r\n", 0, FRAMING_BAD_NAME),
	M(HEAD ": a\r\n\r\n", 0, FRAMING_BAD_NAME),
	M(HEAD "no colon\r\n\r\n", 0, FRAMING_BAD_NAME),
	M(HEAD "A\0: b\r\n\r\n", 0, FRAMING_BAD_NAME),
	M(HEAD "\xc4\x90: b\r\n\r\n", 0, FRAMING_BAD_NAME),
	M(HEAD "A: b\0c\r\n\r\n", 0, FRAMING_BAD_VALUE),
	M(HEAD "A: \x1b[2J\r\n\r\n", 0, FRAMING_BAD_VALUE),
	M(HEAD "A: \xc4\x90\r\n\r\n", 0, FRAMING_BAD_VALUE),
	M(HEAD "A:\tb\r\n\r\n", 0, FRAMING_BAD_VALUE),
	M(HEAD "A: b\x7f\r\n\r\n", 0, FRAMING_BAD_VALUE),
	/* Host */
	M("GET / HTTP/1.1\r\n\r\n", 0, FRAMING_BAD_HOST),
	M("GET / HTTP/1.1\r\nHost:\r\n\r\n", 0, FRAMING_BAD_HOST),
	M("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 0, FRAMING_BAD_HOST),
	M("GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 0, FRAMING_BAD_HOST),
	M("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 0, FRAMING_BAD_HOST),
	M("GET / HTTP/1.1\r\nHost: a,b\r\n\r\n", 0, FRAMING_BAD_HOST),
	M("GET / HTTP/1.1\r\nHost: .\r\n\r\n", 0, FRAMING_BAD_HOST),
	M("GET / HTTP/1.1\r\nHost: .a\r\n\r\n", 0, FRAMING_BAD_HOST),
	M("GET / HTTP/1.1\r\nHost: a..b\r\n\r\n", 0, FRAMING_BAD_HOST),
	M("GET / HTTP/1.1\r\nHost: :80\r\n\r\n", 0, FRAMING_BAD_HOST),
	M("GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", 0, FRAMING_BAD_HOST),
	M("GET / HTTP/1.1\r\nHost: a:80:90\r\n\r\n", 0, FRAMING_BAD_HOST),
	M("GET / HTTP/1.1\r\nHost: ::1\r\n\r\n", 0, FRAMING_BAD_HOST),
	M("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 0, FRAMING_BAD_HOST),
	M("GET / HTTP/1.1\r\nHost: ::1]\r\n\r\n", 0, FRAMING_BAD_HOST),
	M("GET / HTTP/1.1\r\nHost: []\r\n\r\n", 0, FRAMING_BAD_HOST),
	M("GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n", 0, FRAMING_BAD_HOST),
	M(HEAD "Host: b\r\n\r\n", 0, FRAMING_TWICE),
	M(HEAD "HOST: a\r\n\r\n", 0, FRAMING_TWICE),
	/* Content-Length */
	M(POST "Content-Length: 3\r\nContent-Length: 4\r\n\r\n", 0, FRAMING_TWICE),
	M(POST "Content-Length: 3\r\nContent-Length: 3\r\n\r\n", 0, FRAMING_TWICE),
	M(POST "Content-Length: 3, 3\r\n\r\n", 0, FRAMING_BAD_LENGTH),
	M(POST "Content-Length: +3\r\n\r\n", 0, FRAMING_BAD_LENGTH),
	M(POST "Content-Length: -3\r\n\r\n", 0, FRAMING_BAD_LENGTH),
	M(POST "Content-Length: 0x3\r\n\r\n", 0, FRAMING_BAD_LENGTH),
	M(POST "Content-Length: 3 4\r\n\r\n", 0, FRAMING_BAD_LENGTH),
	M(POST "Content-Length:\r\n\r\n", 0, FRAMING_BAD_LENGTH),
	M(POST "Content-Length: 18446744073709551619\r\n\r\n", 0, FRAMING_BAD_LENGTH),
	M(POST "Content-Length: 1001\r\n\r\n", 0, FRAMING_BODY_TOO_LARGE),
	/* Transfer-Encoding */
	M(POST "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 0, FRAMING_BAD_CODING),
	M(POST "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", 0, FRAMING_BAD_CODING),
	M(POST "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n", 0, FRAMING_BAD_CODING),
	M(POST "Transfer-Encoding: xchunked\r\n\r\n", 0, FRAMING_BAD_CODING),
	M(POST "Transfer-Encoding: gzip, chunked\r\n\r\n", 0, FRAMING_BAD_CODING),
	M(POST "Transfer-Encoding: identity\r\n\r\n", 0, FRAMING_BAD_CODING),
	M(POST "Transfer-Encoding:\r\n\r\n", 0, FRAMING_BAD_CODING),
	M(POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 0, FRAMING_TWICE),
	M("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 0, FRAMING_BAD_CODING),
	/* bodies where evhttp would not look for them, and expectations it answers itself */
	M(HEAD "Content-Length: 1\r\n\r\n", 0, FRAMING_BAD_BODY),
	M(HEAD "Transfer-Encoding: chunked\r\n\r\n", 0, FRAMING_BAD_BODY),
	M("HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n", 0, FRAMING_BAD_BODY),
	M("TRACE / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n", 0, FRAMING_BAD_BODY),
	M("BREW / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n", 0, FRAMING_BAD_BODY),
	M(POST "Expect: 200-ok\r\n\r\n", 0, FRAMING_BAD_EXPECT),
	M(HEAD "Authorization: a\r\nAuthorization: b\r\n\r\n", 0, FRAMING_TWICE),
	/* chunks */
	M(CHUNKED "0x5\r\n", 0, FRAMING_BAD_CHUNK),
	M(CHUNKED "+5\r\n", 0, FRAMING_BAD_CHUNK),
	M(CHUNKED "-5\r\n", 0, FRAMING_BAD_CHUNK),
	M(CHUNKED " 5\r\n", 0, FRAMING_BAD_CHUNK),
	M(CHUNKED "5 \r\n", 0, FRAMING_BAD_CHUNK),
	M(CHUNKED "5;a=b\r\n", 0, FRAMING_BAD_CHUNK),
	M(CHUNKED "\r\n", 0, FRAMING_BAD_CHUNK),
	M(CHUNKED "5\n", 0, FRAMING_BAD_CHUNK),
	M(CHUNKED "000000001\r\n", 0, FRAMING_BAD_CHUNK),
	M(CHUNKED "5\r\nhelloX\r\n", 0, FRAMING_BAD_CHUNK),
	M(CHUNKED "5\r\nhello\n0\r\n", 0, FRAMING_BAD_CHUNK),
	M(CHUNKED "1\r\nx\rX", 0, FRAMING_BAD_CHUNK),
	M(CHUNKED "0\r\nTrailer: x\r\n\r\n", 0, FRAMING_BAD_CHUNK),
	M(CHUNKED "0\r\n\n", 0, FRAMING_BAD_CHUNK),
	M(CHUNKED "3e9\r\n", 0, FRAMING_BODY_TOO_LARGE),
	M(CHUNKED "ffffffff\r\n", 0, FRAMING_BODY_TOO_LARGE),
	M(CHUNKED "1\r\nx\r\n3e8\r\n", 0, FRAMING_BODY_TOO_LARGE),
	/* after good ones */
	M(HEAD "\r\n" HEAD "\r\n" "GET / HTTP/1.1\n", 2, FRAMING_BAD_VERSION),
	M(POST "Content-Length: 3\r\n\r\nabcx", 1, FRAMING_BAD_METHOD),
};
/* clang-format on */

static enum framing_refusal feed_in_parts(
	struct framing *framing, const struct message *message, size_t part_max, unsigned *seed)
{
	enum framing_refusal refusal = FRAMING_TAKEN;
	size_t at = 0;

	framing_init(framing, BODY_MAX);
	while (at < message->length) {
		size_t part = seed ? 1 + (size_t)rand_r(seed) % part_max : part_max;
		part = MIN(part, message->length - at);
		/* A copy of its own size, so that a sanitizer sees a read past the end. */
		g_autofree char *bytes = g_memdup2(message->bytes + at, part);
		refusal = framing_feed(framing, bytes, part);
		at += part;
	}
	return refusal;
}

static void message_check(const struct message *message, size_t part_max, unsigned *seed)
{
	struct framing framing;
	enum framing_refusal refusal = feed_in_parts(&framing, message, part_max, seed);

	if (refusal != message->refusal || framing.messages != message->messages) {
		fail_msg("%.*s: %s, %u messages", (int)message->length, message->bytes,
			framing_word(refusal), (unsigned)framing.messages);
	}
}

static void messages_check(const struct message *messages, size_t count)
{
	unsigned seed = 20261123;

	for (size_t i = 0; i < count; i++) {
		message_check(&messages[i], messages[i].length, NULL);
		message_check(&messages[i], 1, NULL);
		for (int split = 0; split < SPLITS; split++) {
			message_check(&messages[i], 12, &seed);
		}
	}
}

static void unambiguous_messages_are_taken(void **state)
{
	(void)state;
	messages_check(taken, ARRAY_SIZE(taken));
}

static void ambiguous_messages_are_refused(void **state)
{
	(void)state;
	messages_check(refused, ARRAY_SIZE(refused));
}

static void a_refusal_is_final(void **state)
{
	struct framing framing;

	(void)state;
	framing_init(&framing, BODY_MAX);
	assert_int_equal(framing_feed(&framing, "get", 3), FRAMING_BAD_METHOD);
	assert_int_equal(
		framing_feed(&framing, HEAD "\r\n", strlen(HEAD "\r\n")), FRAMING_BAD_METHOD);
	assert_int_equal(framing.messages, 0);
}

static void heads_have_a_bound(void **state)
{
	g_autofree char *fill = g_strnfill(HEAD_BYTES_MAX, 'x');
	struct framing framing;
	size_t room = HEAD_BYTES_MAX - strlen(HEAD "A: \r\n\r\n");

	(void)state;
	framing_init(&framing, 0);
	framing_feed(&framing, HEAD "A: ", strlen(HEAD "A: "));
	framing_feed(&framing, fill, room);
	assert_int_equal(framing_feed(&framing, "\r\n\r\n", 4), FRAMING_TAKEN);
	assert_int_equal(framing.messages, 1);

	framing_init(&framing, 0);
	framing_feed(&framing, HEAD "A: ", strlen(HEAD "A: "));
	framing_feed(&framing, fill, room + 1);
	assert_int_equal(framing_feed(&framing, "\r\n\r\n", 4), FRAMING_HEAD_TOO_LARGE);
	assert_int_equal(framing_error(FRAMING_HEAD_TOO_LARGE), HOSO_HEAD_TOO_LARGE);

	framing_init(&framing, 0);
	framing_feed(&framing, "GET /", 5);
	assert_int_equal(framing_feed(&framing, fill, HEAD_BYTES_MAX), FRAMING_HEAD_TOO_LARGE);
}

static void lines_of_a_head_are_counted(void **state)
{
	struct framing framing;

	(void)state;
	for (int extra = 0; extra < 2; extra++) {
		enum framing_refusal refusal;
		framing_init(&framing, 0);
		framing_feed(&framing, HEAD, strlen(HEAD));
		for (int i = 1; i < HEAD_LINES_MAX + extra; i++) {
			framing_feed(&framing, "A: b\r\n", 6);
		}
		refusal = framing_feed(&framing, "\r\n", 2);
		assert_int_equal(refusal, extra ? FRAMING_HEAD_TOO_LARGE : FRAMING_TAKEN);
	}
}

static void phases_are_told_apart(void **state)
{
	static const char head[] = POST "Content-Length: 2\r\n\r\n";
	struct framing framing;

	(void)state;
	framing_init(&framing, BODY_MAX);
	assert_int_equal(framing_phase(&framing), FRAMING_BETWEEN);
	framing_feed(&framing, head, 1);
	assert_int_equal(framing_phase(&framing), FRAMING_HEAD);
	framing_feed(&framing, &head[1], strlen(head) - 1);
	assert_int_equal(framing_phase(&framing), FRAMING_BODY);
	framing_feed(&framing, "x", 1);
	assert_int_equal(framing_phase(&framing), FRAMING_BODY);
	framing_feed(&framing, "x", 1);
	assert_int_equal(framing_phase(&framing), FRAMING_BETWEEN);
	framing_feed(&framing, CHUNKED, strlen(CHUNKED));
	assert_int_equal(framing_phase(&framing), FRAMING_BODY);
}

#define LONG_BODY_MAX (BODY_MAX + 100)

/* How a message to @target ends that says it has @length bytes; once as it is, once in chunks. */
static void length_check(const char *target, size_t length, bool is_taken, bool is_long)
{
	g_autofree char *whole = g_strdup_printf(
		"POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: %zu\r\n\r\n", target, length);
	g_autofree char *chunks = g_strdup_printf("POST %s HTTP/1.1\r\nHost: a\r\n"
						  "Transfer-Encoding: chunked\r\n\r\n%zx\r\n",
		target, length);
	const char *heads[] = {whole, chunks};

	for (size_t i = 0; i < ARRAY_SIZE(heads); i++) {
		struct framing framing;
		enum framing_refusal expected = is_taken ? FRAMING_TAKEN : FRAMING_BODY_TOO_LARGE;
		framing_init(&framing, BODY_MAX);
		framing_allow_long(&framing, "/v1/photos", LONG_BODY_MAX);
		assert_int_equal(framing_feed(&framing, heads[i], strlen(heads[i])), expected);
		if (is_taken) {
			assert_int_equal(framing_is_long(&framing), is_long);
			assert_int_equal(framing.body_bytes, length);
		}
	}
}

static void one_target_takes_longer_bodies(void **state)
{
	static const char *const others[] = {"/v1/photo", "/v1/photos/", "/v1/photosx",
		"/v1/%70hotos", "/V1/photos", "/?/v1/photos", "/"};

	(void)state;
	length_check("/v1/photos", BODY_MAX, true, false);
	length_check("/v1/photos", BODY_MAX + 1, true, true);
	length_check("/v1/photos?all=true", LONG_BODY_MAX, true, true);
	length_check("/v1/photos", LONG_BODY_MAX + 1, false, false);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		length_check(others[i], BODY_MAX, true, false);
		length_check(others[i], BODY_MAX + 1, false, false);
	}
}

static void a_long_message_leaves_nothing_to_the_next(void **state)
{
	static const char first[] = "POST /v1/photos HTTP/1.1\r\nHost: a\r\n\r\n";
	static const char next[] = POST "Content-Length: 4096\r\n\r\n";
	struct framing framing;

	(void)state;
	assert_true(BODY_MAX < 4096);
	framing_init(&framing, BODY_MAX);
	framing_allow_long(&framing, "/v1/photos", 1 << 20);
	assert_int_equal(framing_feed(&framing, first, strlen(first)), FRAMING_TAKEN);
	assert_int_equal(framing_feed(&framing, next, strlen(next)), FRAMING_BODY_TOO_LARGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unambiguous_messages_are_taken),
		cmocka_unit_test(ambiguous_messages_are_refused),
		cmocka_unit_test(a_refusal_is_final),
		cmocka_unit_test(heads_have_a_bound),
		cmocka_unit_test(lines_of_a_head_are_counted),
		cmocka_unit_test(phases_are_told_apart),
		cmocka_unit_test(one_target_takes_longer_bodies),
		cmocka_unit_test(a_long_message_leaves_nothing_to_the_next),
	};

	return cmocka_run_group_tests_name("framing", tests, NULL, NULL);
}
