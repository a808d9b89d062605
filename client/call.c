#include "call.h"

#include <string.h>

#include <hoso/limits.h>

#include "base/backoff.h"
#include "base/clock.h"

static const struct backoff pause_between = {.first_ms = 300, .ceiling_ms = 3000};

/* The last handle, with its open connection: the next call needs no new handshake. */
static CURL *spare;

static CURL *take_handle(void)
{
	CURL *easy = spare ? spare : curl_easy_init();

	spare = NULL;
	return easy;
}

static void give_handle(CURL *easy)
{
	if (spare || !easy) {
		curl_easy_cleanup(easy);
		return;
	}
	curl_easy_reset(easy); /* forgets the token and the body, keeps the connection */
	spare = easy;
}

static size_t reply_came(char *bytes, size_t size, size_t count, void *context)
{
	struct call *call = context;

	if (call->reply->len + size * count > CALL_REPLY_MAX) {
		return 0;
	}
	g_byte_array_append(call->reply, (const guint8 *)bytes, (guint)(size * count));
	return size * count;
}

static void add_header(struct call *call, const char *header)
{
	call->headers = curl_slist_append(call->headers, header);
}

static void add_content(struct call *call, const char *media, const void *bytes, size_t length)
{
	g_autofree char *type = g_strconcat("Content-Type: ", media, NULL);

	curl_easy_setopt(call->easy, CURLOPT_POSTFIELDS, bytes);
	curl_easy_setopt(call->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
	add_header(call, type);
	add_header(call, "Expect:");
}

static void set_transport(struct call *call, const struct session *session)
{
	CURL *easy = call->easy;

	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CALL_CONNECT_TIMEOUT_MS);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, CALL_TIMEOUT_MS);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "hoso/" HOSO_VERSION);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->why);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, reply_came);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
	if (session->ca_file) {
		curl_easy_setopt(easy, CURLOPT_CAINFO, session->ca_file);
	}
}

/* @bytes: borrowed until the call is done; NULL for none. */
static void init_call(struct call *call, const struct session *session, const char *method,
	const char *path, const char *media, const void *bytes, size_t length)
{
	g_autofree char *address = g_strconcat(session->server, path, NULL);

	*call = (struct call){.easy = take_handle(), .reply = g_byte_array_new()};
	set_transport(call, session);
	curl_easy_setopt(call->easy, CURLOPT_URL, address);
	curl_easy_setopt(call->easy, CURLOPT_CUSTOMREQUEST, method);
	if (bytes) {
		add_content(call, media, bytes, length);
	} else if (strcmp(method, "POST") == 0) {
		curl_easy_setopt(
			call->easy, CURLOPT_POSTFIELDS, ""); /* so that Content-Length is sent */
		add_header(call, "Content-Type:");
	}
	if (session->token) {
		g_autofree char *bearer =
			g_strconcat("Authorization: Bearer ", session->token, NULL);
		add_header(call, bearer);
		explicit_bzero(bearer, strlen(bearer));
	}
	if (session->language) {
		g_autofree char *language =
			g_strconcat("Accept-Language: ", session->language, NULL);
		add_header(call, language);
	}
	add_header(call, "Accept: application/json, application/problem+json, text/csv");
	curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, call->headers);
}

void call_init(struct call *call, const struct session *session, const char *method,
	const char *path, const json_t *body)
{
	char *text = body ? json_dumps(body, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;

	init_call(call, session, method, path, "application/json", text, text ? strlen(text) : 0);
	call->body = text;
}

void call_add_device_time(struct call *call)
{
	char now[CLOCK_RFC3339_SIZE];
	g_autofree char *header = NULL;

	clock_format_rfc3339(clock_now_ms(), now);
	header = g_strconcat("Hoso-Device-Time: ", now, NULL);
	add_header(call, header);
	curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, call->headers);
}

void call_done(struct call *call)
{
	give_handle(call->easy);
	curl_slist_free_all(call->headers);
	if (call->body) {
		explicit_bzero(call->body, strlen(call->body)); /* it may have held a password */
		free(call->body);
	}
	if (call->reply) {
		g_byte_array_unref(call->reply);
	}
	*call = (struct call){0};
}

static json_t *reply_json(const struct call *call)
{
	if (call->reply->len == 0) {
		return json_null();
	}
	return json_loadb((const char *)call->reply->data, call->reply->len,
		JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
}

static void copy_text(const json_t *body, const char *member, char *ret_text, size_t size)
{
	const char *text = json_string_value(json_object_get(body, member));

	g_strlcpy(ret_text, text ? text : "", size);
}

static enum hoso_error strange_answer(long status, struct call_problem *ret_problem)
{
	/* What stands between us and the server may say "busy"; nothing else it says is about our
	 * scans. */
	ret_problem->error = status == 429 || status >= 500 ? HOSO_BUSY : HOSO_NETWORK;
	g_snprintf(ret_problem->detail, sizeof ret_problem->detail,
		"HTTP %ld, not an answer of hosod; is there a sign-in page or a proxy in between?",
		status);
	return ret_problem->error;
}

static enum hoso_error server_problem(const struct call *call, struct call_problem *ret_problem)
{
	json_t *body = reply_json(call);
	const char *token = json_string_value(json_object_get(body, "error"));
	curl_off_t retry_after_s = 0;

	curl_easy_getinfo(call->easy, CURLINFO_RETRY_AFTER, &retry_after_s);
	ret_problem->retry_after_ms = MIN((int64_t)retry_after_s * 1000, RETRY_AFTER_MAX_MS);
	if (token) {
		ret_problem->error = error_from_wire(token);
		copy_text(body, "detail", ret_problem->detail, sizeof ret_problem->detail);
		copy_text(body, "member", ret_problem->member, sizeof ret_problem->member);
	} else {
		strange_answer(ret_problem->status, ret_problem);
	}
	json_decref(body);
	return ret_problem->error;
}

enum hoso_error call_finish(
	struct call *call, CURLcode code, struct call_problem *ret_problem, json_t **ret_body)
{
	struct call_problem problem = {0};
	json_t *body = NULL;

	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &problem.status);
	if (code != CURLE_OK) {
		problem.error = HOSO_NETWORK;
		g_strlcpy(problem.detail, *call->why ? call->why : curl_easy_strerror(code),
			sizeof problem.detail);
	} else if (problem.status >= 200 && problem.status < 300) {
		body = reply_json(call);
		if (body) {
			*ret_body = body;
			return HOSO_OK;
		}
		strange_answer(problem.status, &problem);
	} else if (problem.status >= 400) {
		server_problem(call, &problem);
	} else {
		strange_answer(problem.status, &problem);
	}
	*ret_problem = problem;
	return problem.error;
}

static enum hoso_error try_once(const struct session *session, const char *method, const char *path,
	const json_t *body, bool claims_time, struct call_problem *ret_problem, json_t **ret_body)
{
	struct call call;
	enum hoso_error error;

	call_init(&call, session, method, path, body);
	if (claims_time) {
		call_add_device_time(&call);
	}
	error = call_finish(&call, curl_easy_perform(call.easy), ret_problem, ret_body);
	call_done(&call);
	return error;
}

static bool knows_server(const struct session *session, struct call_problem *ret_problem)
{
	*ret_problem = (struct call_problem){.error = session->server ? HOSO_OK : HOSO_BAD_CONFIG};
	return session->server != NULL;
}

static enum hoso_error text_reply(
	struct call *call, CURLcode code, struct call_problem *ret_problem, GBytes **ret_reply)
{
	json_t *none = NULL;
	enum hoso_error error;
	long status = 0;

	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	error = code == CURLE_OK && status >= 200 && status < 300
			? HOSO_OK
			: call_finish(call, code, ret_problem, &none);
	json_decref(none);
	*ret_reply = g_byte_array_free_to_bytes(g_steal_pointer(&call->reply));
	return error;
}

enum hoso_error call_text(const struct session *session, const char *method, const char *path,
	const char *media, GBytes *content, struct call_problem *ret_problem, GBytes **ret_reply)
{
	struct call call;
	enum hoso_error error;
	gsize length = 0;
	const void *bytes = content ? g_bytes_get_data(content, &length) : NULL;

	if (!knows_server(session, ret_problem)) {
		*ret_reply = g_bytes_new(NULL, 0);
		return HOSO_BAD_CONFIG;
	}
	init_call(
		&call, session, method, path, media, content ? (bytes ? bytes : "") : NULL, length);
	error = text_reply(&call, curl_easy_perform(call.easy), ret_problem, ret_reply);
	call_done(&call);
	return error;
}

enum hoso_error call_claim(const struct session *session, const char *path, const json_t *body,
	struct call_problem *ret_problem, json_t **ret_body)
{
	if (!knows_server(session, ret_problem)) {
		return HOSO_BAD_CONFIG;
	}
	return try_once(session, "POST", path, body, true, ret_problem, ret_body);
}

enum hoso_error call_json(const struct session *session, const char *method, const char *path,
	const json_t *body, struct call_problem *ret_problem, json_t **ret_body)
{
	unsigned tries = strcmp(method, "GET") == 0 ? CALL_TRIES_MAX : 1;
	enum hoso_error error = HOSO_OK;

	if (!knows_server(session, ret_problem)) {
		return HOSO_BAD_CONFIG;
	}
	for (unsigned attempt = 0; attempt < tries; attempt++) {
		error = try_once(session, method, path, body, false, ret_problem, ret_body);
		if (!error || !error_may_retry(error) || attempt + 1 == tries) {
			break;
		}
		g_usleep((gulong)backoff_delay_ms(&pause_between, attempt, g_random_int()) * 1000);
	}
	return error;
}

void call_end(void)
{
	curl_easy_cleanup(g_steal_pointer(&spare));
}
