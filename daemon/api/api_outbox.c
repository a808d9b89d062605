#include "api/api_outbox.h"

#include <inttypes.h>

#include <glib.h>

#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/api_query.h"
#include "api/api_read.h"
#include "api/api.h"
#include "base/clock.h"
#include "base/log.h"
#include "flow/outbox.h"
#include "store/outbox_list.h"
#include "store/road.h"

#define LIST 'o'

static json_t *id_json(int64_t id)
{
	return json_sprintf("%" PRId64, id);
}

static void put_history(json_t *json, const struct outbox_line *line)
{
	json_object_set_new(json, "attempts", json_integer(line->attempts));
	json_object_set_new(json, "failures", json_integer(line->failures));
	json_object_set_new(json, "in_doubt", json_boolean(line->in_doubt));
	json_object_set_new(json, "next_at", api_time(line->next_at_ms));
	json_object_set_new(json, "last_error", api_text_or_null(line->last_error));
	json_object_set_new(json, "answer", api_text_or_null(line->answer));
	json_object_set_new(json, "created_at", api_time(line->created_at_ms));
	json_object_set_new(json, "settled_at", api_time(line->settled_at_ms));
	json_object_set_new(json, "settled_by", api_text_or_null(line->settled_by));
	json_object_set_new(json, "settled_why", api_text_or_null(line->settled_why));
}

static json_t *line_json(const struct outbox_line *line)
{
	json_t *json = json_object();

	json_object_set_new(json, "id", id_json(line->id));
	json_object_set_new(json, "event_id", api_uuid(&line->event_id));
	json_object_set_new(json, "dossier_id", api_uuid(&line->dossier_id));
	json_object_set_new(json, "dossier_code", api_text_or_null(line->dossier_code));
	json_object_set_new(json, "item_code", json_string(line->item_code));
	json_object_set_new(json, "dseq", json_integer(line->dseq));
	json_object_set_new(json, "kind", json_string(line->kind));
	json_object_set_new(json, "state", json_string(line->state));
	put_history(json, line);
	return json;
}

static void list_came(struct api_read *read)
{
	const unsigned *limit = read->more;
	json_t *items = json_array();
	bool more = outbox_list_count(&read->trip) > (int)*limit;
	int count = more ? (int)*limit : outbox_list_count(&read->trip);
	struct cursor cursor = {0};

	for (int row = 0; row < count; row++) {
		struct outbox_line line = outbox_list_at(&read->trip, row);
		json_array_append_new(items, line_json(&line));
		cursor.number = line.id;
	}
	api_reply(read->exchange, 200, api_query_page(items, LIST, more ? &cursor : NULL));
}

void api_outbox_list(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"state", "limit", "cursor", NULL};
	struct api_query query = api_query_begin(exchange, known);
	unsigned limit = api_query_limit(&query);
	struct cursor cursor;
	char state[WORD_MAX + 1];
	struct api_read *read;

	api_query_cursor(&query, "cursor", LIST, &cursor);
	if (api_query_text(&query, "state", state, sizeof state) && !outbox_list_is_state(state)) {
		api_query_fail(&query, HOSO_BAD_MEMBER, "state");
	}
	if (api_query_refused(&query, exchange)) {
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&limit, sizeof limit);
	outbox_list_ask(
		&read->trip, api_actor(exchange), state[0] ? state : NULL, cursor.number, limit);
	api_read_run(read, list_came);
}

static json_t *oldest_json(const struct outbox_line *line)
{
	int64_t age_s = MAX(clock_now_ms() - line->created_at_ms, 0) / 1000;
	json_t *json = json_object();

	json_object_set_new(json, "id", id_json(line->id));
	json_object_set_new(json, "dossier_code", api_text_or_null(line->dossier_code));
	json_object_set_new(json, "item_code", json_string(line->item_code));
	json_object_set_new(json, "kind", json_string(line->kind));
	json_object_set_new(json, "created_at", api_time(line->created_at_ms));
	json_object_set_new(json, "age_s", json_integer(age_s));
	json_object_set_new(json, "last_error", api_text_or_null(line->last_error));
	json_object_set_new(json, "answer", api_text_or_null(line->answer));
	return json;
}

static json_t *sum_json(const struct outbox_sum *sum)
{
	return json_pack("{s:I, s:o}", "count", (json_int_t)sum->count, "oldest",
		sum->count > 0 ? oldest_json(&sum->oldest) : json_null());
}

/* Which of the daemons sends is not known here: only what all of them say together is true. */
static const char *road_state(const struct road_word *word, bool has_portal)
{
	if (word->daemons == 0) {
		return has_portal ? "unknown" : "none";
	}
	if (word->closed == 0) {
		return "open";
	}
	return word->closed == word->daemons ? "closed" : "partly";
}

static json_t *road_json(const struct road_word *word, bool has_portal)
{
	json_t *json = json_object();

	json_object_set_new(json, "state", json_string(road_state(word, has_portal)));
	json_object_set_new(json, "daemons", json_integer(word->daemons));
	json_object_set_new(json, "closed_since", api_time(word->since_ms));
	json_object_set_new(json, "closed_by", api_text_or_null(word->closed_by));
	return json;
}

static void counts_came(struct api_read *read)
{
	static const char *const names[OUTBOX_GROUP_COUNT] = {
		[OUTBOX_WAITING] = "waiting", [OUTBOX_BLOCKED] = "blocked", [OUTBOX_DEAD] = "dead"};
	struct road_word word = road_learn(read->trip.results[1]);
	struct outbox_sum sums[OUTBOX_GROUP_COUNT];
	json_t *json = json_object();
	bool whole = outbox_list_counts(&read->trip, sums);

	for (int group = 0; group < OUTBOX_GROUP_COUNT; group++) {
		json_object_set_new(json, names[group], sum_json(&sums[group]));
	}
	json_object_set_new(json, "partial", json_boolean(!whole));
	json_object_set_new(
		json, "road", road_json(&word, outbox_counts(read->api->outbox).has_portal));
	api_reply(read->exchange, 200, json);
}

void api_outbox_count(struct exchange *exchange, void *api)
{
	static const char *const known[] = {NULL};
	struct api_query query = api_query_begin(exchange, known);
	struct api_read *read;

	if (api_query_refused(&query, exchange)) {
		return;
	}
	read = api_read_new(api, exchange);
	outbox_list_ask_counts(&read->trip, api_actor(exchange));
	road_ask(&read->trip);
	api_read_run(read, counts_came);
}

/* A number that is none is the number of no line. */
static bool read_id(const struct exchange *exchange, int64_t *ret_id)
{
	gint64 id;

	if (!g_ascii_string_to_signed(exchange_param(exchange, 0), 10, 1, INT64_MAX, &id, NULL)) {
		return false;
	}
	*ret_id = id;
	return true;
}

static void line_was_settled(struct api_read *read, const char *state)
{
	const int64_t *id = read->more;
	enum hoso_error error = outbox_list_settled(&read->trip);

	if (error) {
		api_problem(read->exchange, error, NULL);
		return;
	}
	log_notice("outbox=%" PRId64 " state=%s account=%s: by hand", *id, state,
		api_actor(read->exchange)->login);
	api_reply(read->exchange, 200, json_pack("{s:o, s:s}", "id", id_json(*id), "state", state));
}

static void line_is_ready(struct api_read *read)
{
	line_was_settled(read, "ready");
}

void api_outbox_retry(struct exchange *exchange, void *api)
{
	struct api_read *read;
	int64_t id;

	if (!read_id(exchange, &id)) {
		api_problem(exchange, HOSO_NOT_FOUND, NULL);
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&id, sizeof id);
	outbox_list_retry(&read->trip, api_actor(exchange), id);
	api_read_run(read, line_is_ready);
}

static void line_is_skipped(struct api_read *read)
{
	line_was_settled(read, "skipped");
}

static enum hoso_error read_reason(
	const struct exchange *exchange, char ret_reason[NOTE_MAX + 1], const char **ret_member)
{
	json_t *body = NULL;
	enum hoso_error error = api_body(exchange, &body);
	struct api_reader reader = {.object = body};

	*ret_member = NULL;
	if (!error && !json_is_object(body)) {
		error = HOSO_BAD_JSON;
	}
	if (!error) {
		api_read_text(&reader, "reason", API_REQUIRED, ret_reason, NOTE_MAX + 1);
		error = api_read_end(&reader);
		*ret_member = reader.member;
	}
	json_decref(body);
	return error;
}

void api_outbox_skip(struct exchange *exchange, void *api)
{
	char reason[NOTE_MAX + 1];
	const char *member;
	enum hoso_error error = read_reason(exchange, reason, &member);
	struct api_read *read;
	int64_t id;

	if (!error && !read_id(exchange, &id)) {
		error = HOSO_NOT_FOUND;
	}
	if (error) {
		api_problem(exchange, error, member);
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&id, sizeof id);
	outbox_list_skip(&read->trip, api_actor(exchange), id, reason);
	api_read_run(read, line_is_skipped);
}
