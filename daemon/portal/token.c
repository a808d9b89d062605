#include "portal/token.h"

#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/log.h"

#define SPARE_MS 30000 /* before its end it is fetched anew: a push must not die of it on its way */
#define SPARE_SHARE 4  /* but not longer before than a quarter of its life */
#define GOOD_FOR_MAX_S (30LL * 86400)
#define TOKEN_BYTES_MAX 4096

struct token {
	struct portal *portal;
	char *url;
	char *text;
	unsigned generation;
	int64_t good_until_ms; /* monotonic; 0: until the portal says otherwise */
	struct curl_call call;
	char *body;
	bool asking;
	GQueue waiting;
};

struct token *token_new(struct portal *portal, const char *url)
{
	struct token *token = g_new0(struct token, 1);

	token->portal = portal;
	token->url = g_strdup(url);
	g_queue_init(&token->waiting);
	return token;
}

static void wipe(char **text)
{
	if (*text) {
		explicit_bzero(*text, strlen(*text));
	}
	g_clear_pointer(text, g_free);
}

static void forget_call(struct token *token)
{
	curl_call_done(&token->call);
	memset(&token->call, 0, sizeof token->call);
	wipe(&token->body);
}

const char *token_text(struct token *token)
{
	if (token->good_until_ms && clock_monotonic_ms() >= token->good_until_ms) {
		wipe(&token->text);
	}
	return token->text;
}

unsigned token_generation(const struct token *token)
{
	return token->generation;
}

void token_forget(struct token *token, unsigned generation)
{
	if (token->generation == generation) {
		wipe(&token->text);
	}
}

int64_t token_good_until(int64_t now_ms, int64_t good_for_ms)
{
	int64_t spare_ms = MIN(SPARE_MS, good_for_ms / SPARE_SHARE);

	return good_for_ms ? now_ms + good_for_ms - spare_ms : 0;
}

static bool is_bearer(const json_t *answer)
{
	const char *type = json_string_value(json_object_get(answer, "token_type"));

	return !type || g_ascii_strcasecmp(type, "bearer") == 0;
}

/* A header is made of it: no spaces and nothing that ends a line. */
static bool is_token(const char *text)
{
	size_t length = text ? strlen(text) : 0;

	for (size_t i = 0; i < length; i++) {
		if (!g_ascii_isgraph(text[i])) {
			return false;
		}
	}
	return length > 0 && length <= TOKEN_BYTES_MAX;
}

/* A number, or a text that is one; some count in milliseconds' texts, none for less than a second. */
static int64_t seconds_of(const json_t *value)
{
	gint64 seconds = json_integer_value(value);

	if (json_is_string(value) && !g_ascii_string_to_signed(json_string_value(value), 10, 0,
					     GOOD_FOR_MAX_S, &seconds, NULL)) {
		return 0;
	}
	return CLAMP(seconds, 0, GOOD_FOR_MAX_S);
}

enum body_class token_read(
	const char *answer, size_t answer_bytes, char **ret_token, int64_t *ret_good_for_ms)
{
	enum body_class class = BODY_STRANGE;
	json_t *json;
	const char *text;

	if (answer_bytes == 0) {
		return BODY_NONE;
	}
	json = json_loadb(answer, answer_bytes, JSON_REJECT_DUPLICATES, NULL);
	text = json_string_value(json_object_get(json, "access_token"));
	if (is_token(text) && is_bearer(json)) {
		*ret_token = g_strdup(text);
		*ret_good_for_ms = seconds_of(json_object_get(json, "expires_in")) * 1000;
		class = BODY_PROOF;
	} else if (json_is_string(json_object_get(json, "error"))) {
		class = BODY_REFUSAL; /* RFC 6749, 5.2 */
	}
	json_decref(json);
	return class;
}

static enum hoso_error take(struct token *token)
{
	const GString *answer = token->call.answer;
	int64_t good_for_ms = 0;
	char *text = NULL;
	enum body_class class = token_read(
		answer ? answer->str : "", answer ? answer->len : 0, &text, &good_for_ms);
	struct portal_outcome outcome = {
		.curl_code = token->call.curl_code,
		.http_status = token->call.http_status,
		.perhaps_sent = token->call.perhaps_sent,
		.body = class,
	};
	enum hoso_error error = portal_classify(&outcome);

	if (error) {
		wipe(&text);
		log_warn("status=%d curl=%d error=%s: no access token from the portal",
			outcome.http_status, (int)outcome.curl_code, error_wire(error));
		return error;
	}
	wipe(&token->text);
	token->text = text;
	token->generation++;
	token->good_until_ms = token_good_until(clock_monotonic_ms(), good_for_ms);
	return HOSO_OK;
}

/* The answer itself is not shown: it may hold a token. */
static void tell(const struct token *token, struct push *push)
{
	const char *detail = token->call.detail;

	push->req->http_status = token->call.http_status;
	push->req->retry_after_ms = token->call.retry_after_ms;
	push_say(push, detail[0] ? detail : "Không lấy được mã truy cập của cổng.");
}

static void answered(struct curl_call *call, enum hoso_error ended)
{
	struct token *token = container_of(call, struct token, call);
	GQueue waiting = token->waiting;
	enum hoso_error error;

	token->asking = false;
	if (ended == HOSO_CANCELED) {
		return; /* token_free(): those that waited are gone already */
	}
	error = take(token);
	/* A push that ends makes room for the next, which may come and wait while we are at it. */
	g_queue_init(&token->waiting);
	while (waiting.head) {
		struct token_waiter *waiter = g_queue_pop_head_link(&waiting)->data;

		if (error) {
			tell(token, waiter->push);
		}
		waiter->came(waiter, error);
	}
}

static char *make_body(const struct portal_config *config)
{
	g_autofree char *user = g_uri_escape_string(config->user, NULL, FALSE);
	g_autofree char *password = g_uri_escape_string(config->password, NULL, FALSE);

	return g_strconcat("grant_type=client_credentials&client_id=", user,
		"&client_secret=", password, NULL);
}

static void ask(struct token *token)
{
	static const char *const headers[] = {"Accept: application/json",
		"Content-Type: application/x-www-form-urlencoded", NULL};

	forget_call(token);
	token->body = make_body(&token->portal->config);
	token->call.method = CURL_CALL_POST;
	token->call.url = token->url;
	token->call.headers = headers;
	token->call.body = token->body;
	token->call.body_bytes = strlen(token->body);
	token->asking = true;
	curl_loop_call(token->portal->curl, &token->call, answered);
}

void token_wait(struct token *token, struct token_waiter *waiter)
{
	waiter->link.data = waiter;
	g_queue_push_tail_link(&token->waiting, &waiter->link);
	if (!token->asking) {
		ask(token);
	}
}

void token_free(struct token *token)
{
	if (token->asking) {
		curl_loop_cancel(token->portal->curl, &token->call);
	}
	forget_call(token);
	wipe(&token->text);
	g_free(token->url);
	g_free(token);
}
