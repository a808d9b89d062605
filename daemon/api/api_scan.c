#include "api/api_scan.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>
#include <jansson.h>

#include "api/api.h"
#include "api/api_clock.h"
#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/delivery_json.h"
#include "api/scan_json.h"
#include "base/clock.h"
#include "base/crash.h"
#include "base/uuid7.h"
#include "flow/slip_keys.h"

#define RESULT_BYTES_USUAL 256 /* of one scan */

/*
 * A request of n scans is n lives of one scan: each is checked, judged and answered by itself, and the
 * reply goes out when the last has its answer. A scan that cannot be read never reaches the intake.
 */
struct scan_post {
	struct exchange *exchange;
	struct api *api;
	unsigned count;
	unsigned waiting;
	struct intake_group group;
	struct one {
		struct intake_req req;
		struct scan_post *post;
		const char *member;
		bool has_id;
	} * ones;
};

/* Most of an answer is words of our own tables; only these two members hold what people wrote. */
static void add_text(GString *body, const char *member, const char *text)
{
	json_t *value = json_string(text);
	char *quoted = json_dumps(value, JSON_ENCODE_ANY);

	g_string_append_printf(body, ",\"%s\":%s", member, quoted);
	free(quoted);
	json_decref(value);
}

static void add_word(GString *body, const char *member, const char *word)
{
	g_string_append(body, member);
	g_string_append_c(body, '"');
	g_string_append(body, word);
	g_string_append_c(body, '"');
}

static void add_id(GString *body, const struct one *one)
{
	char id[UUID_TEXT_SIZE];

	if (one->has_id) {
		uuid7_format(&one->req.scan.event_id, id);
		add_word(body, "{\"event_id\":", id);
	} else {
		g_string_append(body, "{\"event_id\":null");
	}
}

static void add_error(GString *body, const struct one *one, enum hoso_language language)
{
	enum hoso_error error = one->req.answer.error;

	add_id(body, one);
	add_word(body, ",\"error\":", error_wire(error));
	g_string_append_printf(body, ",\"status\":%d", error_http(error));
	add_text(body, "detail", error_text(error, language));
	if (one->member) {
		add_word(body, ",\"member\":", one->member);
	}
	g_string_append_c(body, '}');
}

/* What stands on the slip of an item that was taken in; the same for the same item whenever it is asked. */
static void add_slip_token(GString *body, const struct one *one)
{
	const struct scan_answer *answer = &one->req.answer;
	const struct scan *scan = &one->req.scan;
	char token[SLIP_TOKEN_SIZE];
	bool taken = answer->verdict == VERDICT_RECORDED || answer->verdict == VERDICT_LATE;

	if (scan->kind == EVENT_ACCEPTED && taken &&
		slip_keys_token(one->post->api->slip_keys, scan->code.text, token)) {
		add_word(body, ",\"slip_token\":", token);
	}
}

static void add_day(GString *body, const char *member, int32_t day)
{
	char text[DELIVERY_JSON_DAY_SIZE];

	delivery_json_day(day, text);
	g_string_append(body, member);
	if (day) {
		g_string_append_printf(body, "\"%s\"", text);
	} else {
		g_string_append(body, "null");
	}
}

static void add_next(GString *body, const struct delivery_step *next)
{
	if (next->action == DELIVERY_NONE) {
		return;
	}
	add_word(body, ",\"next\":{\"action\":", delivery_action_wire(next->action));
	add_day(body, ",\"from_on\":", next->from_day);
	add_day(body, ",\"until_on\":", next->until_day);
	g_string_append_c(body, '}');
}

static void add_verdict(GString *body, const struct one *one, enum hoso_language language)
{
	const struct scan_answer *answer = &one->req.answer;
	char recorded_at[CLOCK_RFC3339_SIZE];

	add_id(body, one);
	add_word(body, ",\"verdict\":", verdict_wire(answer->verdict));
	add_word(body, ",\"leg_state\":", leg_state_wire(answer->leg_state));
	g_string_append_printf(body, ",\"dseq\":%d", (int)answer->dseq);
	g_string_append(body, answer->gap ? ",\"gap\":true" : ",\"gap\":false");
	g_string_append(body, answer->replayed ? ",\"replayed\":true" : ",\"replayed\":false");
	clock_format_rfc3339(answer->recorded_at_ms, recorded_at);
	add_word(body, ",\"recorded_at\":", recorded_at);
	if (answer->why) {
		add_word(body, ",\"why\":", error_wire(answer->why));
		add_text(body, "detail", error_text(answer->why, language));
	}
	if (answer->recorded_by[0]) {
		add_text(body, "recorded_by", answer->recorded_by);
	}
	add_slip_token(body, one);
	add_next(body, &answer->next);
	g_string_append_c(body, '}');
}

/* When nothing at all was decided, the whole request is a 503: the client keeps everything and comes back. */
static enum hoso_error common_failure(const struct scan_post *post)
{
	enum hoso_error first = post->ones[0].req.answer.error;

	for (unsigned i = 0; i < post->count; i++) {
		if (post->ones[i].req.answer.error != first) {
			return HOSO_OK;
		}
	}
	return error_may_retry(first) ? first : HOSO_OK;
}

static void reply(struct scan_post *post)
{
	enum hoso_error failure = common_failure(post);
	enum hoso_language language = exchange_language(post->exchange);

	CRASH_POINT(SCAN_ANSWERED);
	if (failure) {
		api_problem(post->exchange, failure, NULL);
	} else {
		GString *body = g_string_sized_new(post->count * RESULT_BYTES_USUAL);
		for (unsigned i = 0; i < post->count; i++) {
			const struct one *one = &post->ones[i];
			g_string_append_c(body, i == 0 ? '[' : ',');
			if (one->req.answer.error) {
				add_error(body, one, language);
			} else {
				add_verdict(body, one, language);
			}
		}
		g_string_append_c(body, ']');
		api_reply_text(post->exchange, 200, body);
	}
	g_free(post->ones);
	g_free(post);
}

static void one_is_answered(struct intake_req *req)
{
	struct scan_post *post = container_of(req, struct one, req)->post;

	if (--post->waiting == 0) {
		reply(post);
	}
}

static enum hoso_error read_one(
	struct scan_post *post, struct one *one, json_t *json, int64_t now_ms)
{
	const struct actor *actor = api_actor(post->exchange);
	struct scan *scan = &one->req.scan;
	enum hoso_error error =
		scan_from_json(json, now_ms, post->api->other_item_codes, scan, &one->member);

	one->post = post;
	one->has_id = !uuid7_is_none(&scan->event_id);
	one->req.actor = *actor;
	one->req.lane = intake_lane_of(post->count);
	one->req.group = &post->group;
	if (!error && scan->office[0] && strcmp(scan->office, actor->office_code) != 0) {
		one->member = "office";
		error = HOSO_FORBIDDEN;
	}
	return error;
}

/* Submitted only after all are read: an answer never comes while the request is still being taken in. */
static void submit_all(struct scan_post *post)
{
	post->waiting = 1;
	for (unsigned i = 0; i < post->count; i++) {
		struct intake_req *req = &post->ones[i].req;
		if (req->answer.error) {
			continue;
		}
		req->answer.error = intake_submit(post->api->intake, req, one_is_answered);
		if (!req->answer.error) {
			post->waiting++;
			CRASH_POINT(SCAN_SUBMITTED);
		}
	}
	if (--post->waiting == 0) {
		reply(post);
	}
}

static void take_in(struct exchange *exchange, struct api *api, json_t *body)
{
	struct scan_post *post = g_new0(struct scan_post, 1);
	int64_t now_ms = clock_now_ms();

	api_clock_note(exchange, api, now_ms);
	post->exchange = exchange;
	post->api = api;
	post->count = (unsigned)json_array_size(body);
	post->ones = g_new(struct one, post->count);
	for (unsigned i = 0; i < post->count; i++) {
		struct one *one = &post->ones[i];
		enum hoso_error error = read_one(post, one, json_array_get(body, i), now_ms);
		one->req.answer = (struct scan_answer){.error = error};
	}
	CRASH_POINT(SCAN_READ);
	submit_all(post);
}

void api_scan_post(struct exchange *exchange, void *arg)
{
	struct api *api = arg;
	const char *why;
	json_t *body = NULL;
	enum hoso_error error = api_body(exchange, &body);
	enum hoso_error away = intake_error(api->intake, &why);

	if (!error && !json_is_array(body)) {
		error = HOSO_BAD_JSON;
	} else if (!error && json_array_size(body) == 0) {
		error = HOSO_MISSING_MEMBER;
	} else if (!error && json_array_size(body) > SCANS_PER_REQUEST_MAX) {
		error = HOSO_TOO_MANY;
	} else if (!error && api->stopping) {
		error = HOSO_STOPPING;
	} else if (!error && away && away != HOSO_DATABASE_DOWN) {
		/* A database that is away for a moment is waited for; a wrong one is not. */
		error = away;
	} else if (!error && intake_room(api->intake, intake_lane_of((unsigned)json_array_size(
							      body))) < json_array_size(body)) {
		error = HOSO_BUSY;
	}
	if (error) {
		api_problem(exchange, error, NULL);
	} else {
		take_in(exchange, api, body);
	}
	json_decref(body);
}
