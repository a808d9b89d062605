/*
 * The session API of the national portal: sign in, then append a progress line per event.
 *
 * It has no idempotency key and does not tell lines apart, so a line in doubt is asked for before
 * it is sent again, and what changes something goes over a connection of its own (see struct
 * curl_call). Source: domain 3.2; promises, M4.
 */
#include "portal/profile.h"
#include "portal/push.h"

#include <string.h>

#include "base/crash.h"
#include "base/log.h"
#include "portal/dvcqg_step.h"

/**
 * struct dvcqg - the one session that all pushes share.
 * @session:    NULL when it has to be fetched
 * @generation: of @session; a push that finds its session ended ends only the one it used
 * @waiting:    pushes that wait for @login, struct dvcqg_push by their wait_link
 */
struct dvcqg {
	struct portal *portal;
	char *session;
	unsigned generation;
	char *urls[DVCQG_SERVICE_COUNT];
	struct curl_call login;
	char *login_body;
	char **login_headers;
	bool signing_in;
	GQueue waiting;
};

struct dvcqg_push {
	struct push push;
	struct dvcqg_state state;
	unsigned generation; /* of the session it used last */
	GList wait_link;
};

static void dvcqg_enter(struct dvcqg_push *self, struct dvcqg_state state);

static const char *dvcqg_check(const struct portal_config *config)
{
	if (!config->user || !config->password || !config->unit || !config->destination) {
		return "dvcqg needs user, password, unit and destination";
	}
	return NULL;
}

static void *dvcqg_open(struct portal *portal)
{
	struct dvcqg *dvcqg = g_new0(struct dvcqg, 1);
	g_autofree char *base = g_strdup(portal->config.url);

	while (g_str_has_suffix(base, "/")) {
		base[strlen(base) - 1] = '\0';
	}
	for (int service = 0; service < DVCQG_SERVICE_COUNT; service++) {
		dvcqg->urls[service] = g_strconcat(base, dvcqg_message_path(service), NULL);
	}
	dvcqg->portal = portal;
	g_queue_init(&dvcqg->waiting);
	return dvcqg;
}

static void forget_session(struct dvcqg *dvcqg)
{
	g_clear_pointer(&dvcqg->session, g_free);
}

static void forget_login(struct dvcqg *dvcqg)
{
	curl_call_done(&dvcqg->login);
	memset(&dvcqg->login, 0, sizeof dvcqg->login);
	g_clear_pointer(&dvcqg->login_body, g_free);
	g_clear_pointer(&dvcqg->login_headers, g_strfreev);
}

static void dvcqg_close(void *memory)
{
	struct dvcqg *dvcqg = memory;

	if (dvcqg->signing_in) {
		curl_loop_cancel(dvcqg->portal->curl, &dvcqg->login);
	}
	forget_login(dvcqg);
	forget_session(dvcqg);
	for (int service = 0; service < DVCQG_SERVICE_COUNT; service++) {
		g_free(dvcqg->urls[service]);
	}
	g_free(dvcqg);
}

static char **make_headers(const struct portal_config *config)
{
	GPtrArray *headers = g_ptr_array_new();

	g_ptr_array_add(headers, g_strdup("Accept: application/json"));
	g_ptr_array_add(headers, g_strdup("Content-Type: application/json"));
	g_ptr_array_add(headers, g_strdup("Charset: utf-8"));
	g_ptr_array_add(headers, g_strconcat("dstcode: ", config->destination, NULL));
	g_ptr_array_add(headers, NULL);
	return (char **)g_ptr_array_free(headers, FALSE);
}

static enum body_class class_of(enum dvcqg_said said)
{
	switch (said) {
	case DVCQG_SAID_YES:
	case DVCQG_SAID_LINE_MISSING: /* a whole answer to what was asked */
		return BODY_PROOF;
	case DVCQG_SAID_NO_DOSSIER:
	case DVCQG_SAID_NO_SESSION:
	case DVCQG_SAID_NO:
		return BODY_REFUSAL;
	case DVCQG_SAID_NOTHING:
		return BODY_NONE;
	case DVCQG_SAID_STRANGE:
		break;
	}
	return BODY_STRANGE;
}

/* What the login's answer amounts to; on HOSO_OK the session is there. */
static enum hoso_error take_session(struct dvcqg *dvcqg)
{
	const GString *text = dvcqg->login.answer;
	const char *bytes = text ? text->str : "";
	size_t length = text ? text->len : 0;
	enum dvcqg_said said = dvcqg_message_read(DVCQG_LOGIN, bytes, length, NULL);
	struct portal_outcome outcome = {
		.curl_code = dvcqg->login.curl_code,
		.http_status = dvcqg->login.http_status,
		.perhaps_sent = dvcqg->login.perhaps_sent,
		.body = class_of(said),
	};
	enum hoso_error error = portal_classify(&outcome);

	if (error) {
		log_warn("status=%d curl=%d error=%s: cannot sign in at the portal",
			outcome.http_status, (int)outcome.curl_code, error_wire(error));
		return error;
	}
	forget_session(dvcqg);
	dvcqg->session = dvcqg_message_session(bytes, length);
	dvcqg->generation++;
	return HOSO_OK;
}

/* The login's answer itself is not shown: it may hold a session. */
static void tell_waiting(const struct dvcqg *dvcqg)
{
	const char *detail = dvcqg->login.detail;

	for (GList *link = dvcqg->waiting.head; link; link = link->next) {
		struct dvcqg_push *self = link->data;

		self->push.req->http_status = dvcqg->login.http_status;
		self->push.req->retry_after_ms = dvcqg->login.retry_after_ms;
		push_say(&self->push, detail[0] ? detail : "Không đăng nhập được vào cổng.");
	}
}

static void login_ended(struct curl_call *call, enum hoso_error ended)
{
	struct dvcqg *dvcqg = container_of(call, struct dvcqg, login);
	GQueue waiting = dvcqg->waiting;
	enum hoso_error error;

	dvcqg->signing_in = false;
	if (ended == HOSO_CANCELED) {
		return; /* dvcqg_close(): those that waited are gone already */
	}
	error = take_session(dvcqg);
	CRASH_POINT(DVCQG_SIGNED_IN);
	if (error) {
		tell_waiting(dvcqg);
	}
	/* A push that ends makes room for the next, which may come and wait while we are at it. */
	g_queue_init(&dvcqg->waiting);
	while (waiting.head) {
		struct dvcqg_push *self = g_queue_pop_head_link(&waiting)->data;

		dvcqg_enter(self, dvcqg_step_next(self->state, DVCQG_SAID_NOTHING, error));
	}
}

static void sign_in(struct dvcqg *dvcqg)
{
	const struct portal_config *config = &dvcqg->portal->config;

	forget_login(dvcqg);
	dvcqg->login_body = dvcqg_message_login(config->user, config->password);
	dvcqg->login_headers = make_headers(config);
	dvcqg->login.method = CURL_CALL_POST;
	dvcqg->login.url = dvcqg->urls[DVCQG_LOGIN];
	dvcqg->login.headers = (const char *const *)dvcqg->login_headers;
	dvcqg->login.body = dvcqg->login_body;
	dvcqg->login.body_bytes = strlen(dvcqg->login_body);
	dvcqg->signing_in = true;
	curl_loop_call(dvcqg->portal->curl, &dvcqg->login, login_ended);
	CRASH_POINT(DVCQG_SIGNING_IN);
}

static void wait_for_session(struct dvcqg *dvcqg, struct dvcqg_push *self)
{
	self->wait_link.data = self;
	g_queue_push_tail_link(&dvcqg->waiting, &self->wait_link);
	if (!dvcqg->signing_in) {
		sign_in(dvcqg);
	}
}

static struct dvcqg_subject subject_of(const struct dvcqg_push *self)
{
	const struct dvcqg *dvcqg = self->push.portal->memory;
	const struct portal_config *config = &self->push.portal->config;

	return (struct dvcqg_subject){
		.session = dvcqg->session,
		.unit = config->unit,
		.set_returned = config->set_returned,
		.dossier_code = self->push.req->dossier_code,
		.line = self->push.req->line,
	};
}

static void send_message(struct dvcqg_push *self, enum dvcqg_service service)
{
	struct dvcqg *dvcqg = self->push.portal->memory;
	struct dvcqg_subject subject = subject_of(self);

	self->generation = dvcqg->generation;
	push_send(&self->push, dvcqg->urls[service], make_headers(&self->push.portal->config),
		dvcqg_message_make(service, &subject), service != DVCQG_QUERY);
}

/* No answer, or a gateway that had none: the portal may still be at work on the line, as long as we were
 * ready to wait for it. Asked sooner it would truly say that the line is not there, and get it twice. */
static void ask_not_too_soon(struct dvcqg_push *self)
{
	struct portal_push_req *req = self->push.req;
	bool at_work = req->http_status == 0 || req->http_status == 502 || req->http_status == 504;

	if (at_work && self->state.outcome == HOSO_PORTAL_UNKNOWN) {
		req->retry_after_ms =
			MAX(req->retry_after_ms, self->push.portal->config.timeout_ms);
	}
}

static void dvcqg_enter(struct dvcqg_push *self, struct dvcqg_state state)
{
	struct dvcqg *dvcqg = self->push.portal->memory;

	self->state = state;
	/* Another push may have ended the session meanwhile: every road but the last begins with
	 * one. */
	if (state.step != DVCQG_FINISHED && !dvcqg->session) {
		self->state.resume = state.step == DVCQG_SIGNING_IN ? state.resume : state.step;
		self->state.step = DVCQG_SIGNING_IN;
		wait_for_session(dvcqg, self);
		return;
	}
	switch (state.step) {
	case DVCQG_SIGNING_IN:
		dvcqg_enter(self, dvcqg_step_next(state, DVCQG_SAID_NOTHING, HOSO_OK));
		break;
	case DVCQG_ASKING:
		send_message(self, DVCQG_QUERY);
		CRASH_POINT(DVCQG_ASKING);
		break;
	case DVCQG_TELLING:
		send_message(self, DVCQG_PROGRESS);
		CRASH_POINT(DVCQG_TELLING);
		break;
	case DVCQG_SYNCING:
		send_message(self, DVCQG_DOSSIER);
		CRASH_POINT(DVCQG_SYNCING);
		break;
	case DVCQG_FINISHED:
		ask_not_too_soon(self);
		push_finish(&self->push, state.outcome);
		break;
	}
}

static void dvcqg_start(struct push *push)
{
	struct dvcqg_push *self = container_of(push, struct dvcqg_push, push);

	dvcqg_enter(self, dvcqg_step_first(push->req->in_doubt));
}

static enum dvcqg_service service_of(enum dvcqg_step step)
{
	if (step == DVCQG_ASKING) {
		return DVCQG_QUERY;
	}
	return step == DVCQG_SYNCING ? DVCQG_DOSSIER : DVCQG_PROGRESS;
}

static enum dvcqg_said read_answer(const struct dvcqg_push *self)
{
	const struct curl_call *call = &self->push.call;
	struct dvcqg_subject subject = subject_of(self);

	if (call->http_status == 401) {
		return DVCQG_SAID_NO_SESSION;
	}
	if (!call->answer) {
		return DVCQG_SAID_NOTHING;
	}
	return dvcqg_message_read(
		service_of(self->state.step), call->answer->str, call->answer->len, &subject);
}

static void dvcqg_answered(struct push *push, enum hoso_error error)
{
	struct dvcqg_push *self = container_of(push, struct dvcqg_push, push);
	struct dvcqg *dvcqg = push->portal->memory;
	enum dvcqg_said said = read_answer(self);

	error = push_classify(push, class_of(said));
	CRASH_POINT(DVCQG_READ);
	if (said == DVCQG_SAID_NO_SESSION && self->generation == dvcqg->generation) {
		forget_session(dvcqg);
	}
	dvcqg_enter(self, dvcqg_step_next(self->state, said, error));
}

const struct portal_profile profile_dvcqg = {
	.name = "dvcqg",
	.push_bytes = sizeof(struct dvcqg_push),
	.tells_dossier = true,
	.check = dvcqg_check,
	.open = dvcqg_open,
	.close = dvcqg_close,
	.start = dvcqg_start,
	.answered = dvcqg_answered,
};
