#include "api/api_scan.h"

#include <string.h>

#include <glib.h>
#include <jansson.h>

#include "api/api.h"
#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/scan_json.h"
#include "base/clock.h"
#include "base/crash.h"
#include "base/uuid7.h"

/*
 * A request of n scans is n lives of one scan: each is checked, judged and answered by itself, and the
 * reply goes out when the last has its answer. A scan that cannot be read never reaches the intake.
 */
struct scan_post {
	struct exchange *exchange;
	struct api *api;
	unsigned count;
	unsigned waiting;
	struct one {
		struct intake_req req;
		struct scan_post *post;
		const char *member;
		bool has_id;
	} * ones;
};

static void put_id(json_t *result, const struct one *one)
{
	json_object_set_new(
		result, "event_id", one->has_id ? api_uuid(&one->req.scan.event_id) : json_null());
}

static json_t *error_result(const struct one *one, enum hoso_language language)
{
	enum hoso_error error = one->req.answer.error;
	json_t *result = json_object();

	put_id(result, one);
	json_object_set_new(result, "error", json_string(error_wire(error)));
	json_object_set_new(result, "status", json_integer(error_http(error)));
	json_object_set_new(result, "detail", json_string(error_text(error, language)));
	if (one->member) {
		json_object_set_new(result, "member", json_string(one->member));
	}
	return result;
}

static json_t *verdict_result(const struct one *one, enum hoso_language language)
{
	const struct scan_answer *answer = &one->req.answer;
	json_t *result = json_object();

	put_id(result, one);
	json_object_set_new(result, "verdict", json_string(verdict_wire(answer->verdict)));
	json_object_set_new(result, "leg_state", json_string(leg_state_wire(answer->leg_state)));
	json_object_set_new(result, "dseq", json_integer(answer->dseq));
	json_object_set_new(result, "gap", json_boolean(answer->gap));
	json_object_set_new(result, "replayed", json_boolean(answer->replayed));
	json_object_set_new(result, "recorded_at", api_time(answer->recorded_at_ms));
	if (answer->why) {
		json_object_set_new(result, "why", json_string(error_wire(answer->why)));
		json_object_set_new(
			result, "detail", json_string(error_text(answer->why, language)));
	}
	if (answer->recorded_by[0]) {
		json_object_set_new(result, "recorded_by", json_string(answer->recorded_by));
	}
	return result;
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
		json_t *results = json_array();
		for (unsigned i = 0; i < post->count; i++) {
			const struct one *one = &post->ones[i];
			json_array_append_new(results, one->req.answer.error
							       ? error_result(one, language)
							       : verdict_result(one, language));
		}
		api_reply(post->exchange, 200, results);
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

	post->exchange = exchange;
	post->api = api;
	post->count = (unsigned)json_array_size(body);
	post->ones = g_new0(struct one, post->count);
	for (unsigned i = 0; i < post->count; i++) {
		post->ones[i].req.answer.error =
			read_one(post, &post->ones[i], json_array_get(body, i), now_ms);
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
	} else if (!error && intake_room(api->intake) < json_array_size(body)) {
		error = HOSO_BUSY;
	}
	if (error) {
		api_problem(exchange, error, NULL);
	} else {
		take_in(exchange, api, body);
	}
	json_decref(body);
}
