#include "portal/push.h"

#include <string.h>

#include "base/attr.h"
#include "base/crash.h"
#include "base/log.h"
#include "base/text.h"
#include "base/uuid7.h"

struct push *push_new(struct portal *portal, struct portal_push_req *req)
{
	struct push *push = g_malloc0(portal->profile->push_bytes);

	push->portal = portal;
	push->req = req;
	push->link.data = push;
	g_queue_push_tail_link(&portal->pushes, &push->link);
	return push;
}

static void forget_call(struct push *push)
{
	curl_call_done(&push->call);
	memset(&push->call, 0, sizeof push->call);
	g_clear_pointer(&push->body, g_free);
	g_clear_pointer(&push->headers, g_strfreev);
}

static void call_ended(struct curl_call *call, enum hoso_error error)
{
	struct push *push = container_of(call, struct push, call);

	CRASH_POINT(PORTAL_ANSWERED);
	push->in_air = false;
	if (error == HOSO_CANCELED) {
		push_finish(push, error);
		return;
	}
	push->req->http_status = call->http_status;
	push->req->retry_after_ms = call->retry_after_ms;
	push_say(push, call->answer ? call->answer->str : call->detail);
	push->portal->profile->answered(push, error);
}

void push_send(struct push *push, const char *url, char **headers, char *body, bool fresh)
{
	forget_call(push);
	push->headers = headers;
	push->body = body;
	push->in_air = true;
	push->call.method = CURL_CALL_POST;
	push->call.url = url;
	push->call.headers = (const char *const *)headers;
	push->call.body = body;
	push->call.body_bytes = strlen(body);
	push->call.fresh_connection = fresh;
	curl_loop_call(push->portal->curl, &push->call, call_ended);
	CRASH_POINT(PORTAL_CALLING);
}

enum hoso_error push_classify(const struct push *push, enum body_class body)
{
	struct portal_outcome outcome = {
		.curl_code = push->call.curl_code,
		.http_status = push->call.http_status,
		.perhaps_sent = push->call.perhaps_sent,
		.body = body,
	};
	enum hoso_error error = portal_classify(&outcome);
	char key[UUID_TEXT_SIZE];

	if (error) {
		uuid7_format(&push->req->line->key, key);
		log_warn("event=%s status=%d curl=%d type=%s error=%s: the portal did not take it",
			key, outcome.http_status, (int)outcome.curl_code, push->call.content_type,
			error_wire(error));
	}
	return error;
}

void push_say(struct push *push, const char *words)
{
	/* No more than can be shown is escaped; a character cut in two comes out as \xNN. */
	g_autofree char *start = g_strndup(words, PORTAL_ANSWER_KEPT);
	g_autofree char *safe = text_escape(start);
	const char *end = safe + strlen(safe);

	if (end - safe > PORTAL_ANSWER_KEPT) {
		end = g_utf8_find_prev_char(safe, safe + PORTAL_ANSWER_KEPT + 1);
	}
	memcpy(push->req->answer, safe, (size_t)(end - safe));
	push->req->answer[end - safe] = '\0';
}

void push_finish(struct push *push, enum hoso_error error)
{
	struct portal_push_req *req = push->req;

	forget_call(push);
	g_queue_unlink(&push->portal->pushes, &push->link);
	g_free(push);
	req->private = NULL;
	req->done(req, error);
}

void push_cancel(struct push *push)
{
	if (push->in_air) {
		curl_loop_cancel(push->portal->curl, &push->call);
	} else {
		push_finish(push, HOSO_CANCELED);
	}
}
