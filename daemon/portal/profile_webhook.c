/*
 * Standard Webhooks: a signed JSON message per line, to one address.
 *
 * The event's id is the idempotency key, so a line in doubt is simply sent again: the other side
 * answers "duplicate". It proves that it has the line by giving back id and dseq.
 */
#include "portal/profile.h"
#include "portal/push.h"

#include <inttypes.h>
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/crash.h"
#include "base/uuid7.h"
#include "base/webhook_key.h"

#define TYPE_PREFIX "vn.hoso."

static const char *const proofs[] = {"applied", "duplicate"};

static const char *webhook_check(const struct portal_config *config)
{
	struct webhook_key key;
	bool good = config->secret && webhook_key_parse(config->secret, &key);

	memset(&key, 0, sizeof key);
	return good ? NULL : "the webhook's secret must be whsec_ and base64 of 24 to 64 bytes";
}

static void *webhook_open(struct portal *portal)
{
	struct webhook_key *key = g_new0(struct webhook_key, 1);
	bool good = webhook_key_parse(portal->config.secret, key);

	g_assert(good); /* webhook_check() was there before */
	return key;
}

static void webhook_close(void *memory)
{
	memset(memory, 0, sizeof(struct webhook_key));
	g_free(memory);
}

static char *make_body(const struct portal_line *line, const char *dossier_code, const char *id)
{
	g_autofree char *type = g_strconcat(TYPE_PREFIX, event_wire(line->kind), NULL);
	char time[CLOCK_RFC3339_SIZE];
	json_t *json;
	char *text;
	char *ours;

	clock_format_rfc3339(line->occurred_at_ms, time);
	json = json_pack("{s:s, s:s, s:s, s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "id", id,
		"type", type, "dossier_code", dossier_code, "dseq", (json_int_t)line->dseq, "time",
		time, "item_code", line->item_code, "leg_kind", leg_kind_wire(line->leg_kind),
		"leg_state", leg_state_wire(line->state), "role", role_wire(line->role), "actor",
		line->actor, "office", line->office, "text", line->text);
	g_assert(json);
	text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(json);
	g_assert(text);
	ours = g_strdup(text);
	free(text);
	return ours;
}

static char **make_headers(const struct webhook_key *key, const char *id, const char *body)
{
	g_autofree char *timestamp = g_strdup_printf("%" PRIi64, clock_now_ms() / 1000);
	g_autofree char *signature = webhook_sign(key, id, timestamp, body, strlen(body));
	GPtrArray *headers = g_ptr_array_new();

	g_ptr_array_add(headers, g_strdup("Content-Type: application/json"));
	g_ptr_array_add(headers, g_strdup("Accept: application/json"));
	g_ptr_array_add(headers, g_strconcat("Idempotency-Key: ", id, NULL));
	g_ptr_array_add(headers, g_strconcat("webhook-id: ", id, NULL));
	g_ptr_array_add(headers, g_strconcat("webhook-timestamp: ", timestamp, NULL));
	g_ptr_array_add(headers, g_strconcat("webhook-signature: ", signature, NULL));
	g_ptr_array_add(headers, NULL);
	return (char **)g_ptr_array_free(headers, FALSE);
}

static void webhook_start(struct push *push)
{
	char id[UUID_TEXT_SIZE];
	char *body;

	uuid7_format(&push->req->line->key, id);
	body = make_body(push->req->line, push->req->dossier_code, id);
	push_send(push, push->portal->config.url, make_headers(push->portal->memory, id, body),
		body, false);
	CRASH_POINT(WEBHOOK_SENDING);
}

static bool is_proof(json_t *answer, const struct portal_line *line)
{
	char id[UUID_TEXT_SIZE];
	const char *told_id;
	const char *status;
	json_int_t dseq;

	uuid7_format(&line->key, id);
	if (json_unpack(answer, "{s:s, s:I, s:s}", "id", &told_id, "dseq", &dseq, "status",
		    &status) != 0) {
		return false;
	}
	for (size_t i = 0; i < ARRAY_SIZE(proofs); i++) {
		if (strcmp(status, proofs[i]) == 0) {
			return strcmp(told_id, id) == 0 && dseq == line->dseq;
		}
	}
	return false;
}

static enum body_class read_answer(const struct push *push)
{
	const GString *text = push->call.answer;
	enum body_class class = BODY_STRANGE;
	json_t *answer;

	if (!text) {
		return BODY_NONE;
	}
	answer = json_loadb(text->str, text->len, JSON_REJECT_DUPLICATES, NULL);
	if (is_proof(answer, push->req->line)) {
		class = BODY_PROOF;
	} else if (json_is_object(answer) && push->call.http_status >= 400) {
		/* Only with such a status is a JSON text a refusal; with a 200 it may be anybody's.
		 */
		class = BODY_REFUSAL;
	}
	json_decref(answer);
	return class;
}

static void webhook_answered(struct push *push, enum hoso_error error)
{
	(void)error; /* push_classify() looks at the details */
	CRASH_POINT(WEBHOOK_ANSWERED);
	push_finish(push, push_classify(push, read_answer(push)));
}

const struct portal_profile profile_webhook = {
	.name = "webhook",
	.push_bytes = sizeof(struct push),
	.check = webhook_check,
	.open = webhook_open,
	.close = webhook_close,
	.start = webhook_start,
	.answered = webhook_answered,
};
