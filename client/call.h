#ifndef HOSO_CLIENT_CALL_H
#define HOSO_CLIENT_CALL_H

#include <curl/curl.h>
#include <glib.h>
#include <jansson.h>
#include <stdint.h>

#include <hoso/error.h>

#include "session.h"

#define CALL_CONNECT_TIMEOUT_MS 10000L
#define CALL_TIMEOUT_MS 40000L /* the server's own deadlines are 10 and 30 seconds */
#define CALL_REPLY_MAX                                                                             \
	(16 * 1024 * 1024) /* bytes; a page of the longest dossiers has about 8 MiB */
#define CALL_TRIES_MAX 3   /* of a question; an order is never repeated here */

/** struct call_problem - what went wrong, in the server's own words where it gave some. */
struct call_problem {
	enum hoso_error error;
	long status;            /* HTTP; 0 when there was no answer */
	int64_t retry_after_ms; /* 0 when the server did not ask for a pause */
	char detail[512];
	char member[64];
};

/** struct call - one HTTPS request with JSON in and out. Caller-owned; call_init(), then
 * call_done(). */
struct call {
	CURL *easy;
	struct curl_slist *headers;
	char *body;
	GByteArray *reply;
	char why[CURL_ERROR_SIZE];
};

/**
 * call_init() - make the request ready; nothing is sent. call->easy can go into a multi handle.
 * @session: has a server; its token is sent when there is one.
 * @path:    "/v1/…", escaped
 * @body:    NULL for none
 */
void call_init(struct call *call, const struct session *session, const char *method,
	const char *path, const json_t *body);
/** call_add_device_time() - says what this device's clock shows now; before the request is sent. */
void call_add_device_time(struct call *call);
void call_done(struct call *call);

/**
 * call_finish() - what the answer means.
 * @code:        of curl_easy_perform() or CURLMSG_DONE.
 * @ret_problem: written when the result is not HOSO_OK.
 * @ret_body:    the answer's JSON (json_null() when it was empty); the caller's.
 *
 * An answer that hosod cannot have given (a captive portal, a proxy's page, a redirect) is
 * HOSO_NETWORK.
 */
enum hoso_error call_finish(
	struct call *call, CURLcode code, struct call_problem *ret_problem, json_t **ret_body);

/**
 * call_json() - the whole call, waiting. A GET that may be repeated is tried CALL_TRIES_MAX times.
 * Errors: those of the server's error table; HOSO_NETWORK; HOSO_BAD_CONFIG, no server is known.
 */
enum hoso_error call_json(const struct session *session, const char *method, const char *path,
	const json_t *body, struct call_problem *ret_problem, json_t **ret_body);

/** call_claim() - POST what claims times: what this device's clock shows is said beside them. It is not repeated. */
enum hoso_error call_claim(const struct session *session, const char *path, const json_t *body,
	struct call_problem *ret_problem, json_t **ret_body);

/**
 * call_text() - one call with other content than JSON, in or out, waiting; it is not repeated.
 * @content:   of type @media; NULL for none
 * @ret_reply: the answer's bytes, also when it was a problem; the caller's
 */
enum hoso_error call_text(const struct session *session, const char *method, const char *path,
	const char *media, GBytes *content, struct call_problem *ret_problem, GBytes **ret_reply);

/** call_end() - closes the connection that is kept open between calls. */
void call_end(void);

#endif
