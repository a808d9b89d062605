#ifndef HOSO_IO_CURL_LOOP_H
#define HOSO_IO_CURL_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <curl/curl.h>
#include <glib.h>

#include <hoso/error.h>

#include "io/loop.h"

/**
 * struct curl_loop - libcurl's multi interface on the loop: HTTPS to one other party.
 *
 * HTTP/1.1 only (libcurl 7.88 loses requests over HTTP/2 on GOAWAY), https only, TLS 1.2 or newer,
 * no redirects, no proxy from the environment, no compressed answers.
 */
struct curl_loop;

/**
 * struct curl_loop_config - borrowed strings; must outlive the curl_loop.
 * @ca_file: PEM, and then nothing else is trusted; NULL for the system's
 * @client_certificate, @client_key: PEM, both or neither
 * @connections_max: to the other party; calls beyond wait, and their time begins when one is free
 */
struct curl_loop_config {
	const char *ca_file;
	const char *client_certificate;
	const char *client_key;
	int64_t timeout_ms;
	int64_t connect_timeout_ms;
	unsigned connections_max;
};

/** curl_loop_new() - NULL when libcurl cannot start. */
struct curl_loop *curl_loop_new(struct loop *loop, const struct curl_loop_config *config);

/** curl_loop_free() - cancels what is in the air: their callbacks run inside this call. */
void curl_loop_free(struct curl_loop *curl);

enum curl_call_method { CURL_CALL_GET, CURL_CALL_POST };

#define CURL_CALL_TYPE_MAX 80 /* characters of a content type; the longest useful one has 40 */

struct curl_call;

/**
 * curl_call_cb - @error is
 *   HOSO_OK        a whole answer is there: see http_status;
 *   HOSO_NETWORK   it is not: see curl_code, and perhaps_sent;
 *   HOSO_CANCELED  curl_loop_cancel() or curl_loop_free() came first; perhaps_sent tells.
 */
typedef void (*curl_call_cb)(struct curl_call *call, enum hoso_error error);

/**
 * struct curl_call - one request. Caller-owned, zero-initialised, lives until the callback; call
 * curl_call_done() after it. Everything "in" must live as long.
 * In:
 * @headers:          "Name: value" texts, NULL-terminated; NULL for none
 * @fresh_connection: a connection of its own. libcurl silently sends a POST again when a reused
 *                    connection dies, so what the other party does not deduplicate needs this
 * Out, valid in the callback:
 * @curl_code:        why there is no whole answer
 * @http_status:      0 when none came
 * @perhaps_sent:     false: not one byte of the request left this machine
 * @answer_cut:       the answer was longer than PORTAL_ANSWER_MAX; HOSO_NETWORK, for it is not
 * whole
 * @detail:           libcurl's words for the log and the supervisor, "" when all went well
 * @retry_after_ms:   what the other party asked for, 0 when it did not; see
 * curl_loop_retry_after_ms()
 * @answer:           the body, NULL when not a byte came; any bytes, NUL-terminated behind them
 */
struct curl_call {
	enum curl_call_method method;
	const char *url;
	const char *const *headers;
	const void *body;
	size_t body_bytes;
	bool fresh_connection;

	CURLcode curl_code;
	int http_status;
	bool perhaps_sent;
	bool answer_cut;
	int64_t retry_after_ms;
	char content_type[CURL_CALL_TYPE_MAX + 1];
	char detail[CURL_ERROR_SIZE];
	GString *answer;

	/* the curl_loop's own */
	struct curl_loop *curl;
	curl_call_cb done;
	CURL *easy; /* while libcurl has it */
	struct curl_slist *header_list;
	struct loop_task report;
	GList link;
	bool waits; /* for a connection */
};

/**
 * curl_loop_call() - send @call.
 * @done: runs once, never inside this call. @curl may be freed in it.
 */
void curl_loop_call(struct curl_loop *curl, struct curl_call *call, curl_call_cb done);

/** curl_loop_cancel() - end @call now; its callback runs inside this call, with HOSO_CANCELED. */
void curl_loop_cancel(struct curl_loop *curl, struct curl_call *call);

/** curl_call_done() - free what @call's outputs hold; not while it is in the air. Zero is fine. */
void curl_call_done(struct curl_call *call);

/**
 * curl_loop_retry_after_ms() - read a Retry-After header: seconds or an HTTP date. Pure.
 * Returns 0 for what is past, negative or neither of the two; never more than RETRY_AFTER_MAX_MS.
 */
int64_t curl_loop_retry_after_ms(const char *text, int64_t now_ms);

#endif
