/*
 * A province's service platform (LGSP): OAuth2 client credentials, then a trace per event.
 *
 * It walks as the session API does (dvcqg_step.h), with two differences: the session is a token with an end of its
 * own, and the platform cannot be asked for what it has. A line in doubt is therefore sent again: one that stands
 * there twice is tolerable, one that is lost is not. Source: domain 3.3, 3.5.
 */
#include "portal/profile.h"
#include "portal/push.h"

#include <string.h>

#include "portal/dvcqg_step.h"
#include "portal/lgsp_message.h"
#include "portal/token.h"

struct lgsp {
	struct token *token;
	char *urls[LGSP_SERVICE_COUNT];
};

struct lgsp_push {
	struct push push;
	struct dvcqg_state state;
	unsigned generation; /* of the token it used last */
	struct token_waiter waiter;
};

static void lgsp_enter(struct lgsp_push *self, struct dvcqg_state state);

static const char *lgsp_check(const struct portal_config *config)
{
	if (!config->user || !config->password || !config->unit) {
		return "lgsp needs user, password and unit";
	}
	return NULL;
}

static char *join(const char *base, const char *path)
{
	size_t length = strlen(base);

	while (length > 0 && base[length - 1] == '/') {
		length--;
	}
	return g_strdup_printf("%.*s%s", (int)length, base, path);
}

static void *lgsp_open(struct portal *portal)
{
	const struct portal_config *config = &portal->config;
	const char *adapter = config->adapter ? config->adapter : config->url;
	g_autofree char *token_url = join(config->url, LGSP_TOKEN_PATH);
	struct lgsp *lgsp = g_new0(struct lgsp, 1);

	lgsp->token = token_new(portal, token_url);
	for (int service = 0; service < LGSP_SERVICE_COUNT; service++) {
		lgsp->urls[service] = join(adapter, lgsp_message_path((enum lgsp_service)service));
	}
	return lgsp;
}

static void lgsp_close(void *memory)
{
	struct lgsp *lgsp = memory;

	token_free(lgsp->token);
	for (int service = 0; service < LGSP_SERVICE_COUNT; service++) {
		g_free(lgsp->urls[service]);
	}
	g_free(lgsp);
}

static char **make_headers(const char *token)
{
	GPtrArray *headers = g_ptr_array_new();

	g_ptr_array_add(headers, g_strdup("Accept: application/json"));
	g_ptr_array_add(headers, g_strdup("Content-Type: application/json"));
	g_ptr_array_add(headers, g_strconcat("Authorization: Bearer ", token, NULL));
	g_ptr_array_add(headers, NULL);
	return (char **)g_ptr_array_free(headers, FALSE);
}

static struct dvcqg_subject subject_of(const struct lgsp_push *self)
{
	const struct portal_config *config = &self->push.portal->config;

	return (struct dvcqg_subject){
		.unit = config->unit,
		.set_returned = config->set_returned,
		.dossier_code = self->push.req->dossier_code,
		.line = self->push.req->line,
	};
}

static void send_message(struct lgsp_push *self, enum lgsp_service service)
{
	struct lgsp *lgsp = self->push.portal->memory;
	struct dvcqg_subject subject = subject_of(self);

	self->generation = token_generation(lgsp->token);
	push_send(&self->push, lgsp->urls[service], make_headers(token_text(lgsp->token)),
		lgsp_message_make(service, &subject), true);
}

static void token_came(struct token_waiter *waiter, enum hoso_error error)
{
	struct lgsp_push *self = container_of(waiter, struct lgsp_push, waiter);

	lgsp_enter(self, dvcqg_step_next(self->state, DVCQG_SAID_NOTHING, error));
}

static void wait_for_token(struct lgsp_push *self)
{
	struct lgsp *lgsp = self->push.portal->memory;

	self->waiter.push = &self->push;
	self->waiter.came = token_came;
	token_wait(lgsp->token, &self->waiter);
}

static void lgsp_enter(struct lgsp_push *self, struct dvcqg_state state)
{
	struct lgsp *lgsp = self->push.portal->memory;

	self->state = state;
	if (state.step != DVCQG_FINISHED && !token_text(lgsp->token)) {
		self->state.resume = state.step == DVCQG_SIGNING_IN ? state.resume : state.step;
		self->state.step = DVCQG_SIGNING_IN;
		wait_for_token(self);
		return;
	}
	switch (state.step) {
	case DVCQG_SIGNING_IN:
		lgsp_enter(self, dvcqg_step_next(state, DVCQG_SAID_NOTHING, HOSO_OK));
		break;
	case DVCQG_TELLING:
		send_message(self, LGSP_TRACE);
		break;
	case DVCQG_SYNCING:
		send_message(self, LGSP_DOCUMENT);
		break;
	case DVCQG_FINISHED:
		push_finish(&self->push, state.outcome);
		break;
	case DVCQG_ASKING: /* nobody begins in doubt here */
		g_assert_not_reached();
	}
}

static void lgsp_start(struct push *push)
{
	lgsp_enter(container_of(push, struct lgsp_push, push), dvcqg_step_first(false));
}

static enum dvcqg_said read_answer(const struct lgsp_push *self)
{
	const struct curl_call *call = &self->push.call;
	struct dvcqg_subject subject = subject_of(self);
	enum lgsp_service service = self->state.step == DVCQG_SYNCING ? LGSP_DOCUMENT : LGSP_TRACE;

	if (call->http_status == 401) {
		return DVCQG_SAID_NO_SESSION;
	}
	if (!call->answer) {
		return DVCQG_SAID_NOTHING;
	}
	return lgsp_message_read(
		service, call->answer->str, call->answer->len, &subject, self->push.req->in_doubt);
}

static enum body_class class_of(enum dvcqg_said said)
{
	switch (said) {
	case DVCQG_SAID_YES:
		return BODY_PROOF;
	case DVCQG_SAID_NO_DOSSIER:
	case DVCQG_SAID_NO_SESSION:
	case DVCQG_SAID_NO:
		return BODY_REFUSAL;
	case DVCQG_SAID_NOTHING:
		return BODY_NONE;
	case DVCQG_SAID_LINE_MISSING:
	case DVCQG_SAID_STRANGE:
		break;
	}
	return BODY_STRANGE;
}

static void lgsp_answered(struct push *push, enum hoso_error error)
{
	struct lgsp_push *self = container_of(push, struct lgsp_push, push);
	struct lgsp *lgsp = push->portal->memory;
	enum dvcqg_said said = read_answer(self);

	error = push_classify(push, class_of(said));
	if (said == DVCQG_SAID_NO_SESSION) {
		token_forget(lgsp->token, self->generation);
	}
	lgsp_enter(self, dvcqg_step_next(self->state, said, error));
}

const struct portal_profile profile_lgsp = {
	.name = "lgsp",
	.push_bytes = sizeof(struct lgsp_push),
	.tells_dossier = true,
	.check = lgsp_check,
	.open = lgsp_open,
	.close = lgsp_close,
	.start = lgsp_start,
	.answered = lgsp_answered,
};
