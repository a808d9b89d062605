#include <string.h>

#include <glib.h>

#include "api/api.h"
#include "api/api_clock.h"
#include "api/api_guard.h"
#include "api/api_manifest.h"
#include "api/api_read.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/uuid7.h"
#include "flow/manifest_scan.h"

/*
 * Lines come as scans do, so that a device's spool holds both alike: an array of {event_id, code, kind, occurred_at,
 * data}, answered by an array in the same order. What kind says is not asked: what closing records is the manifest's;
 * but "void" takes the line off that its data's target names.
 */
struct line_post {
	struct exchange *exchange;
	struct api *api;
	struct manifest_scan scan;
	struct one {
		struct uuid id;
		enum hoso_error error;
		const char *member;
	} * ones;
	unsigned count;
};

static void free_post(struct line_post *post)
{
	g_free(post->scan.lines);
	g_free(post->ones);
	g_free(post);
}

static json_t *error_json(const struct line_post *post, const struct uuid *id,
	enum hoso_error error, const char *member)
{
	json_t *json = json_pack("{s:o, s:s, s:i, s:s}", "event_id", api_uuid(id), "error",
		error_wire(error), "status", error_http(error), "detail",
		error_text(error, exchange_language(post->exchange)));

	if (member) {
		json_object_set_new(json, "member", json_string(member));
	}
	return json;
}

static json_t *line_json(const struct line_post *post, const struct manifest_line_new *line)
{
	json_t *json;

	if (line->error || (line->was_known && !line->is_same)) {
		return error_json(
			post, &line->id, line->error ? line->error : HOSO_KEY_REUSE, NULL);
	}
	json = json_pack("{s:o, s:s, s:b, s:i, s:b}", "event_id", api_uuid(&line->id), "verdict",
		verdict_wire(line->verdict), "counts", line->counts && !line->is_undone, "no",
		(int)line->no, "replayed", line->was_known);
	if (line->why) {
		json_object_set_new(json, "why", json_string(error_wire(line->why)));
		json_object_set_new(json, "detail",
			json_string(error_text(line->why, exchange_language(post->exchange))));
	}
	if (line->other_name[0]) {
		json_object_set_new(json, "recorded_by", json_string(line->other_name));
	}
	if (!uuid7_is_none(&line->other)) {
		json_object_set_new(json, "other_manifest", api_uuid(&line->other));
	}
	return json;
}

static void were_kept(struct booking *booking, enum hoso_error error)
{
	struct manifest_scan *scan = container_of(booking, struct manifest_scan, booking);
	struct line_post *post = container_of(scan, struct line_post, scan);
	json_t *items = json_array();
	unsigned next = 0;

	if (error) {
		json_decref(items);
		api_problem(post->exchange, error, NULL);
		free_post(post);
		return;
	}
	for (unsigned i = 0; i < post->count; i++) {
		const struct one *one = &post->ones[i];
		json_array_append_new(
			items, one->error ? error_json(post, &one->id, one->error, one->member)
					  : line_json(post, &scan->lines[next]));
		next += !one->error;
	}
	api_reply(post->exchange, 200, items);
	free_post(post);
}

static void read_data(struct api_reader *reader, struct manifest_line_new *line)
{
	static const char *const kinds[] = {"", "fee", "collect", NULL};
	char word[WORD_MAX + 1] = "";
	bool complete;
	int64_t fee;

	line->complete = -1;
	line->amount_vnd = -1;
	if (api_read_bool(reader, "complete", API_OPTIONAL, &complete)) {
		line->complete = complete;
	}
	api_manifest_word(reader, "note", API_OPTIONAL, line->note, sizeof line->note);
	api_read_text(reader, "money_kind", API_OPTIONAL, word, sizeof word);
	if (!g_strv_contains(kinds, word)) {
		api_read_fail(reader, HOSO_BAD_MEMBER, "money_kind");
	}
	g_strlcpy(line->money_kind, word, sizeof line->money_kind);
	if (api_read_int(reader, "fee", API_OPTIONAL, 0, MONEY_MAX_VND, &fee)) {
		line->amount_vnd = fee;
	}
	if (api_read_int(reader, "amount", API_OPTIONAL, 0, MONEY_MAX_VND, &fee)) {
		line->amount_vnd = fee;
	}
}

static void read_code(
	struct api_reader *reader, bool other_item_codes, struct manifest_line_new *line)
{
	json_t *code = api_read_member(reader, "code", API_REQUIRED);
	enum hoso_error error = HOSO_BAD_MEMBER;

	if (json_is_string(code)) {
		error = item_code_parse(
			json_string_value(code), json_string_length(code), &line->code);
	}
	if (!error && !other_item_codes && !item_code_is_s10(&line->code)) {
		error = HOSO_BAD_ITEM_CODE;
	}
	if (code && error) {
		api_read_fail(reader, error, "code");
	}
}

static void read_undo(struct api_reader *reader, struct manifest_line_new *line)
{
	char reason[WORD_MAX + 1];

	api_read_uuid(reader, "target", API_REQUIRED, &line->undoes);
	api_read_text(reader, "void_reason", API_OPTIONAL, reason, sizeof reason);
}

static enum hoso_error read_line(const struct line_post *post, json_t *json,
	struct manifest_line_new *line, const char **ret_member)
{
	struct api_reader reader = {.object = json};
	char kind[WORD_MAX + 1] = "";
	struct api_reader data = {0};
	g_autofree char *content = NULL;
	int64_t now_ms = clock_now_ms();

	if (!json_is_object(json)) {
		return HOSO_BAD_MEMBER;
	}
	api_read_uuid(&reader, "event_id", API_REQUIRED, &line->id);
	read_code(&reader, post->api->other_item_codes, line);
	api_read_time(&reader, "occurred_at", API_REQUIRED, &line->scanned_at_ms);
	api_read_text(&reader, "kind", API_OPTIONAL, kind, sizeof kind);
	data.object = api_read_member(&reader, "data", API_OPTIONAL);
	if (kind[0] && event_from_wire(kind) == EVENT_KIND_COUNT) {
		api_read_fail(&reader, HOSO_UNKNOWN_KIND, "kind");
	}
	if (event_from_wire(kind) == EVENT_VOID) {
		read_undo(&data, line);
	} else {
		read_data(&data, line);
	}
	*ret_member = reader.member;
	if (api_read_end(&reader)) {
		return reader.error;
	}
	*ret_member = data.member;
	if (data.object ? api_read_end(&data) : data.error) {
		return data.error;
	}
	/* The id is also the event's that closing records; it must be one that an event may have. */
	if (line->scanned_at_ms > now_ms + SCAN_AHEAD_MAX_MS ||
		uuid7_time_ms(&line->id) > now_ms + SCAN_AHEAD_MAX_MS) {
		return HOSO_EVENT_IN_FUTURE;
	}
	if (uuid7_time_ms(&line->id) < now_ms - SCAN_AGE_MAX_MS) {
		return HOSO_EVENT_TOO_OLD;
	}
	content = g_strdup_printf("%s\n%d\n%s\n%s\n%" G_GINT64_FORMAT "\n%" G_GINT64_FORMAT,
		line->code.text, line->complete, line->note, line->money_kind, line->amount_vnd,
		line->scanned_at_ms);
	line->content = text_digest("", 0, content, strlen(content));
	return HOSO_OK;
}

/* Those that cannot be read are answered; the others go on. Two of one id are one too many. */
static void read_lines(struct line_post *post, json_t *body)
{
	for (unsigned i = 0; i < post->count; i++) {
		struct manifest_line_new *line = &post->scan.lines[post->scan.count];
		struct one *one = &post->ones[i];
		*line = (struct manifest_line_new){.complete = -1, .amount_vnd = -1};
		one->error = read_line(post, json_array_get(body, i), line, &one->member);
		for (unsigned j = 0; !one->error && j < post->scan.count; j++) {
			if (uuid7_compare(&post->scan.lines[j].id, &line->id) == 0) {
				one->error = HOSO_KEY_REUSE;
			}
		}
		one->id = line->id;
		post->scan.count += !one->error;
	}
}

void api_manifest_lines(struct exchange *exchange, void *arg)
{
	struct api *api = arg;
	struct line_post *post;
	struct uuid id;
	json_t *body = NULL;
	enum hoso_error error;

	if (!api_manifest_id(exchange, 0, &id)) {
		return;
	}
	error = api_body(exchange, &body);
	if (!error && (!json_is_array(body) || json_array_size(body) == 0)) {
		error = HOSO_BAD_JSON;
	} else if (!error && json_array_size(body) > SCANS_PER_REQUEST_MAX) {
		error = HOSO_TOO_MANY;
	} else if (!error && api->stopping) {
		error = HOSO_STOPPING;
	}
	if (error) {
		json_decref(body);
		api_problem(exchange, error, NULL);
		return;
	}
	api_clock_note(exchange, api, clock_now_ms());
	post = g_new0(struct line_post, 1);
	post->exchange = exchange;
	post->api = api;
	post->count = (unsigned)json_array_size(body);
	post->ones = g_new0(struct one, post->count);
	post->scan.lines = g_new0(struct manifest_line_new, post->count);
	post->scan.manifest_id = id;
	post->scan.booking.actor = *api_actor(exchange);
	read_lines(post, body);
	json_decref(body);
	error = post->scan.count == 0 ? post->ones[0].error
				      : manifest_scan_submit(api->bookings, &post->scan, were_kept);
	if (error) {
		api_problem(exchange, error, post->scan.count == 0 ? post->ones[0].member : NULL);
		free_post(post);
	}
}

/* What was found when a line was counted together. */

static void was_checked(struct api_read *read)
{
	const struct uuid *id = read->more;
	enum hoso_error error = manifest_line_changed(&read->trip);

	if (error) {
		api_problem(read->exchange, error, NULL);
		return;
	}
	api_manifest_reply(read->exchange, read->api, id, 200);
}

void api_manifest_check(struct exchange *exchange, void *api)
{
	struct manifest_line_change change = {0};
	struct manifest_line_new said = {.complete = -1, .amount_vnd = -1};
	struct api_reader reader = {0};
	struct api_read *read;
	enum hoso_error error;
	struct uuid id;
	json_t *body;

	if (!api_manifest_id(exchange, 0, &id) || !api_manifest_id(exchange, 1, &change.line) ||
		!api_manifest_body(exchange, &body)) {
		return;
	}
	reader.object = body;
	read_data(&reader, &said);
	if (said.money_kind[0]) {
		api_read_fail(&reader, HOSO_BAD_MEMBER, "money_kind");
	}
	error = api_read_end(&reader);
	json_decref(body);
	if (error) {
		api_problem(exchange, error, reader.member);
		return;
	}
	change.complete = said.complete;
	change.amount_vnd = said.amount_vnd;
	g_strlcpy(change.note, said.note, sizeof change.note);
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&id, sizeof id);
	manifest_line_change_ask(&read->trip, api_actor(exchange), &id, &change);
	api_read_run(read, was_checked);
}
