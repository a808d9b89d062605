#include "fake_curl.h"

#include <string.h>

#include <hoso/limits.h>

#include "base/attr.h"

#define END_OF_BODY 0xfe

static struct curl_call *in_air;

struct curl_loop *curl_loop_new(struct loop *loop, const struct curl_loop_config *config)
{
	static char something;

	(void)loop;
	(void)config;
	return (struct curl_loop *)(void *)&something;
}

void curl_loop_free(struct curl_loop *curl)
{
	(void)curl;
	g_assert(!in_air);
}

void curl_loop_call(struct curl_loop *curl, struct curl_call *call, curl_call_cb done)
{
	(void)curl;
	g_assert(!in_air && call->url && strlen(call->body) == call->body_bytes);
	call->done = done;
	in_air = call;
}

static void end_call(enum hoso_error error)
{
	struct curl_call *call = in_air;

	in_air = NULL;
	call->done(call, error);
}

void curl_loop_cancel(struct curl_loop *curl, struct curl_call *call)
{
	(void)curl;
	g_assert(call == in_air);
	end_call(HOSO_CANCELED);
}

void curl_call_done(struct curl_call *call)
{
	if (call->answer) {
		g_string_free(call->answer, TRUE);
		call->answer = NULL;
	}
}

struct curl_call *fake_curl_in_air(void)
{
	return in_air;
}

void fake_curl_answer(const struct fake_answer *answer)
{
	in_air->curl_code = answer->curl_code;
	in_air->http_status = answer->http_status;
	in_air->perhaps_sent = answer->perhaps_sent;
	if (answer->length > 0) {
		in_air->answer =
			g_string_new_len((const char *)answer->bytes, (gssize)answer->length);
	}
	end_call(answer->curl_code == CURLE_OK ? HOSO_OK : HOSO_NETWORK);
}

static void read_outcome(uint8_t how, uint8_t status, struct fake_answer *answer)
{
	static const int statuses[] = {200, 201, 204, 301, 302, 400, 401, 403, 404, 407, 408, 409,
		412, 413, 422, 425, 429, 500, 502, 503, 504, 100, 999};

	answer->perhaps_sent = how != 'c' && how != 'v';
	answer->curl_code = how == 'c'   ? CURLE_COULDNT_CONNECT
			    : how == 't' ? CURLE_OPERATION_TIMEDOUT
			    : how == 'v' ? CURLE_PEER_FAILED_VERIFICATION
					 : CURLE_OK;
	if (answer->curl_code == CURLE_OK) {
		answer->http_status = statuses[(uint8_t)(status - 'a') % ARRAY_SIZE(statuses)];
	}
}

bool fake_answer_read(const uint8_t **bytes, size_t *length, struct fake_answer *ret_answer)
{
	const uint8_t *end;
	size_t body;

	*ret_answer = (struct fake_answer){0};
	if (*length < 2) {
		return false;
	}
	read_outcome((*bytes)[0], (*bytes)[1], ret_answer);
	*bytes += 2;
	*length -= 2;
	end = memchr(*bytes, END_OF_BODY, *length);
	body = end ? (size_t)(end - *bytes) : *length;
	ret_answer->bytes = *bytes;
	ret_answer->length = MIN(body, PORTAL_ANSWER_MAX);
	*bytes += body + (end != NULL);
	*length -= body + (end != NULL);
	return true;
}
