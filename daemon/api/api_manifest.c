#include "api/api_manifest.h"

#include <string.h>

#include <glib.h>

#include "api/api_guard.h"
#include "api/api_query.h"
#include "api/api_read.h"
#include "api/manifest_json.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "base/uuid7.h"

#define LIST 'm'
#define EXPECTED 'x'

bool api_manifest_id(struct exchange *exchange, unsigned param, struct uuid *ret_id)
{
	if (uuid7_parse_any(exchange_param(exchange, param), ret_id)) {
		return true;
	}
	api_problem(exchange, HOSO_NOT_FOUND, NULL);
	return false;
}

bool api_manifest_body(struct exchange *exchange, json_t **ret_body)
{
	enum hoso_error error = api_body(exchange, ret_body);

	if (!error && !json_is_object(*ret_body)) {
		json_decref(*ret_body);
		error = HOSO_BAD_JSON;
	}
	if (error) {
		api_problem(exchange, error, NULL);
	}
	return !error;
}

bool api_manifest_word(struct api_reader *reader, const char *member, enum api_need need,
	char *ret_text, size_t size)
{
	bool given = api_read_text(reader, member, need, ret_text, size);

	if (given && strpbrk(ret_text, "\n\t")) {
		api_read_fail(reader, HOSO_BAD_MEMBER, member);
	}
	return given;
}

/* One manifest, whole. */

static void whole_came(struct api_read *read)
{
	const int *status = read->more;

	if (pg_rows(read->trip.results[0]) != 1) {
		api_problem(read->exchange, HOSO_NOT_FOUND, NULL);
		return;
	}
	api_reply(read->exchange, *status,
		manifest_json_whole(read->trip.results[0], read->trip.results[1], clock_now_ms()));
}

void api_manifest_reply(struct exchange *exchange, void *api, const struct uuid *id, int status)
{
	struct api_read *read = api_read_new(api, exchange);

	read->more = g_memdup2(&status, sizeof status);
	manifest_ask(&read->trip, api_actor(exchange), id);
	manifest_line_list_ask(&read->trip, api_actor(exchange), id);
	api_read_run(read, whole_came);
}

void api_manifest_get(struct exchange *exchange, void *api)
{
	struct uuid id;

	if (api_manifest_id(exchange, 0, &id)) {
		api_manifest_reply(exchange, api, &id, 200);
	}
}

/* Open. */

static void was_opened(struct api_read *read)
{
	const struct manifest_open *open = read->more;
	struct manifest manifest;
	const char *member;
	enum hoso_error error = manifest_opened(&read->trip, open, &member, &manifest);

	if (error) {
		api_problem(read->exchange, error, member);
		return;
	}
	log_info("manifest=%s kind=%s account=%s: opened", exchange_route_path(read->exchange),
		manifest_kind_wire(open->kind), api_actor(read->exchange)->login);
	api_reply(read->exchange, 201, manifest_json_new(&manifest, clock_now_ms()));
}

static void read_places(struct api_reader *reader, struct manifest_open *open)
{
	enum manifest_kind kind = open->kind;

	if (manifest_kind_has_agency(kind)) {
		api_manifest_word(
			reader, "agency", API_REQUIRED, open->agency, sizeof open->agency);
	} else if (kind == MANIFEST_BAG) {
		api_manifest_word(reader, "next_office", API_REQUIRED, open->next_office,
			sizeof open->next_office);
	} else {
		api_manifest_word(
			reader, "courier", API_REQUIRED, open->courier, sizeof open->courier);
	}
	api_manifest_word(reader, "label", API_OPTIONAL, open->label, sizeof open->label);
}

static void read_open(
	struct api_reader *reader, const struct actor *actor, struct manifest_open *open)
{
	char kind[WORD_MAX + 1];
	g_autofree char *content = NULL;

	api_read_uuid(reader, "id", API_REQUIRED, &open->id);
	api_read_text(reader, "kind", API_REQUIRED, kind, sizeof kind);
	open->kind = manifest_kind_from_wire(kind);
	if (open->kind == MANIFEST_KIND_COUNT) {
		api_read_fail(reader, HOSO_BAD_MEMBER, "kind");
		return;
	}
	read_places(reader, open);
	if (!(manifest_kind_roles(open->kind) & ROLE_BIT(actor->role))) {
		api_read_fail(reader,
			open->kind == MANIFEST_REMITTANCE ? manifest_kind_refusal(open->kind)
							  : HOSO_FORBIDDEN,
			"kind");
	}
	open->now_ms = clock_now_ms();
	content = g_strdup_printf("%d\n%" G_GINT64_FORMAT "\n%s\n%s\n%s\n%s\n%s", actor->office,
		actor->account, kind, open->agency, open->next_office, open->courier, open->label);
	open->content = text_digest("", 0, content, strlen(content));
}

void api_manifest_post(struct exchange *exchange, void *api)
{
	struct manifest_open open = {0};
	struct api_reader reader = {0};
	struct api_read *read;
	enum hoso_error error;
	json_t *body;

	if (!api_manifest_body(exchange, &body)) {
		return;
	}
	reader.object = body;
	read_open(&reader, api_actor(exchange), &open);
	error = api_read_end(&reader);
	json_decref(body);
	if (error) {
		api_problem(exchange, error, reader.member);
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&open, sizeof open);
	manifest_open_ask(&read->trip, api_actor(exchange), &open);
	api_read_run(read, was_opened);
}

/* Lists. */

static void list_came(struct api_read *read)
{
	const unsigned *limit = read->more;
	const PGresult *rows = read->trip.results[0];
	json_t *items = json_array();
	bool more = pg_rows(rows) > (int)*limit;
	int count = more ? (int)*limit : pg_rows(rows);
	struct cursor cursor = {0};

	for (int row = 0; row < count; row++) {
		struct manifest manifest = manifest_at(rows, row);
		json_array_append_new(items, manifest_json_new(&manifest, clock_now_ms()));
		uuid7_format(&manifest.id, cursor.text);
	}
	api_reply(read->exchange, 200, api_query_page(items, LIST, more ? &cursor : NULL));
}

static void read_filter(struct api_query *query, struct manifest_filter *filter)
{
	static const char *const states[] = {"open", "closed", "cancelled", NULL};
	struct cursor cursor;
	struct uuid before;

	filter->limit = api_query_limit(query);
	api_query_text(query, "office", filter->office, sizeof filter->office);
	api_query_text(query, "agency", filter->agency, sizeof filter->agency);
	if (api_query_text(query, "kind", filter->kind, sizeof filter->kind) &&
		manifest_kind_from_wire(filter->kind) == MANIFEST_KIND_COUNT) {
		api_query_fail(query, HOSO_BAD_MEMBER, "kind");
	}
	if (api_query_text(query, "state", filter->state, sizeof filter->state) &&
		!g_strv_contains(states, filter->state)) {
		api_query_fail(query, HOSO_BAD_MEMBER, "state");
	}
	api_query_time(query, "from", false, &filter->from_ms);
	api_query_time(query, "to", true, &filter->to_ms);
	if (api_query_cursor(query, "cursor", LIST, &cursor)) {
		if (!uuid7_parse_any(cursor.text, &before)) {
			api_query_fail(query, HOSO_BAD_CURSOR, "cursor");
		}
		g_strlcpy(filter->before, cursor.text, sizeof filter->before);
	}
}

void api_manifest_list(struct exchange *exchange, void *api)
{
	static const char *const known[] = {
		"office", "agency", "kind", "state", "from", "to", "limit", "cursor", NULL};
	struct api_query query = api_query_begin(exchange, known);
	struct manifest_filter filter = {0};
	struct api_read *read;

	read_filter(&query, &filter);
	if (api_query_refused(&query, exchange)) {
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&filter.limit, sizeof filter.limit);
	manifest_list_ask(&read->trip, api_actor(exchange), &filter);
	api_read_run(read, list_came);
}

static json_t *expected_json(const struct manifest_expected *expected)
{
	json_t *json = json_pack("{s:s, s:o, s:s, s:s, s:b, s:o}", "item_code", expected->item_code,
		"dossier_code", api_text_or_null(expected->dossier_code), "leg_kind",
		expected->leg_kind, "leg_state", expected->leg_state, "scanned",
		expected->is_scanned, "money_kind", api_text_or_null(expected->money_kind));

	json_object_set_new(json, "amount",
		expected->amount_vnd < 0 ? json_null() : json_integer(expected->amount_vnd));
	return json;
}

/* One item may have two amounts of two kinds: they stay on one page, which is cut between items. */
static int cut_after(const PGresult *rows, unsigned limit)
{
	const char *code = "";
	unsigned items = 0;
	int row;

	for (row = 0; row < pg_rows(rows); row++) {
		if (strcmp(code, pg_text(rows, row, 0)) != 0) {
			code = pg_text(rows, row, 0);
			if (++items > limit) {
				return row;
			}
		}
	}
	return row;
}

static void expected_came(struct api_read *read)
{
	const unsigned *limit = read->more;
	const PGresult *head = read->trip.results[0];
	const PGresult *rows = read->trip.results[1];
	int count = cut_after(rows, *limit);
	json_t *items = json_array();
	struct cursor cursor = {0};

	if (pg_rows(head) == 0) {
		json_decref(items);
		api_problem(read->exchange, HOSO_NOT_FOUND, NULL);
		return;
	}
	for (int row = 0; row < count; row++) {
		struct manifest_expected expected = manifest_expected_at(rows, row);
		g_autofree char *lower = g_ascii_strdown(expected.item_code, -1);
		json_array_append_new(items, expected_json(&expected));
		g_strlcpy(cursor.text, lower, sizeof cursor.text);
	}
	api_reply(read->exchange, 200,
		api_query_page(items, EXPECTED, count < pg_rows(rows) ? &cursor : NULL));
}

void api_manifest_expected(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"limit", "cursor", NULL};
	struct api_query query = api_query_begin(exchange, known);
	unsigned limit = api_query_limit(&query);
	g_autofree char *after = NULL;
	struct cursor cursor;
	struct api_read *read;
	struct uuid id;

	api_query_cursor(&query, "cursor", EXPECTED, &cursor);
	if (api_query_refused(&query, exchange)) {
		return;
	}
	if (!api_manifest_id(exchange, 0, &id)) {
		return;
	}
	after = g_ascii_strup(cursor.text, -1);
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&limit, sizeof limit);
	manifest_ask(&read->trip, api_actor(exchange), &id);
	manifest_expected_ask(&read->trip, api_actor(exchange), &id, after, limit);
	api_read_run(read, expected_came);
}

/* Cancel, consent. */

static void was_changed(struct api_read *read)
{
	const struct uuid *id = read->more;
	enum hoso_error error = manifest_changed(&read->trip);

	if (error) {
		api_problem(read->exchange, error, NULL);
		return;
	}
	api_manifest_reply(read->exchange, read->api, id, 200);
}

void api_manifest_cancel(struct exchange *exchange, void *api)
{
	char reason[NOTE_MAX + 1];
	struct api_reader reader = {0};
	struct api_read *read;
	enum hoso_error error;
	struct uuid id;
	json_t *body;

	if (!api_manifest_id(exchange, 0, &id) || !api_manifest_body(exchange, &body)) {
		return;
	}
	reader.object = body;
	api_read_text(&reader, "reason", API_REQUIRED, reason, sizeof reason);
	error = api_read_end(&reader);
	json_decref(body);
	if (error) {
		api_problem(exchange, error, reader.member);
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&id, sizeof id);
	manifest_cancel_ask(&read->trip, api_actor(exchange), &id, reason, clock_now_ms());
	api_read_run(read, was_changed);
}

static void was_consented(struct api_read *read)
{
	const struct uuid *consent = read->more;
	enum hoso_error error = manifest_changed(&read->trip);

	if (error) {
		api_problem(read->exchange, error, NULL);
		return;
	}
	api_reply(read->exchange, 201, json_pack("{s:o}", "id", api_uuid(consent)));
}

void api_manifest_consent(struct exchange *exchange, void *api)
{
	struct api_reader reader = {0};
	struct uuid id, consent;
	struct api_read *read;
	enum hoso_error error;
	int64_t revision;
	json_t *body;

	if (!api_manifest_id(exchange, 0, &id) || !api_manifest_body(exchange, &body)) {
		return;
	}
	reader.object = body;
	api_read_uuid(&reader, "id", API_REQUIRED, &consent);
	api_read_int(&reader, "revision", API_REQUIRED, 0, INT32_MAX, &revision);
	error = api_read_end(&reader);
	json_decref(body);
	if (error) {
		api_problem(exchange, error, reader.member);
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&consent, sizeof consent);
	manifest_consent_ask(
		&read->trip, api_actor(exchange), &id, &consent, (int32_t)revision, clock_now_ms());
	api_read_run(read, was_consented);
}
