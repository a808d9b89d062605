#include "api/api_money.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/api_query.h"
#include "api/api_read.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/uuid7.h"
#include "store/money.h"

#define HELD 'h'
#define HAND_INS 'i'

/* Who holds what. */

static json_t *held_json(const struct money_held *held)
{
	return json_pack("{s:o, s:o, s:s, s:o, s:I, s:I, s:I}", "office",
		api_place(held->office_code, held->office_name), "person",
		api_person(held->account, held->account_name), "kind", held->kind, "agency",
		api_place(held->agency_code, held->agency_name), "in", (json_int_t)held->in_vnd,
		"out", (json_int_t)held->out_vnd, "held",
		(json_int_t)(held->in_vnd - held->out_vnd));
}

static void held_came(struct api_read *read)
{
	const unsigned *limit = read->more;
	const PGresult *rows = read->trip.results[0];
	bool more = pg_rows(rows) > (int)*limit;
	int count = more ? (int)*limit : pg_rows(rows);
	json_t *items = json_array();
	struct cursor cursor = {0};

	for (int row = 0; row < count; row++) {
		struct money_held held = money_held_at(rows, row);
		json_array_append_new(items, held_json(&held));
		money_held_key(&held, cursor.text, sizeof cursor.text);
	}
	api_reply(read->exchange, 200, api_query_page(items, HELD, more ? &cursor : NULL));
}

/* A key of ours: a cursor that somebody made up is refused before the database looks at it. */
static void check_key(struct api_query *query, const char *key, unsigned numbers, unsigned word)
{
	g_auto(GStrv) parts = g_strsplit(key, ":", -1);
	bool good = g_strv_length(parts) == numbers + 1;

	for (unsigned i = 0; good && parts[i]; i++) {
		gint64 number;
		good = i == word ? money_kind_from_wire(parts[i]) != MONEY_KIND_COUNT
				 : g_ascii_string_to_signed(
					   parts[i], 10, 0, INT32_MAX, &number, NULL);
	}
	if (!good) {
		api_query_fail(query, HOSO_BAD_CURSOR, "cursor");
	}
}

static int64_t read_holder(struct api_query *query, const struct actor *actor)
{
	char holder[WORD_MAX + 1];

	if (!api_query_text(query, "holder", holder, sizeof holder)) {
		return MONEY_HOLDER_ALL;
	}
	if (strcmp(holder, "me") != 0 && strcmp(holder, "safe") != 0) {
		api_query_fail(query, HOSO_BAD_MEMBER, "holder");
	}
	return strcmp(holder, "me") == 0 ? actor->account : MONEY_HOLDER_SAFE;
}

void api_money_held(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"office", "holder", "limit", "cursor", NULL};
	struct api_query query = api_query_begin(exchange, known);
	unsigned limit = api_query_limit(&query);
	char office[WORD_MAX + 1];
	struct cursor cursor;
	struct api_read *read;
	int64_t holder;

	api_query_text(&query, "office", office, sizeof office);
	holder = read_holder(&query, api_actor(exchange));
	if (api_query_cursor(&query, "cursor", HELD, &cursor)) {
		check_key(&query, cursor.text, 3, 2);
	}
	if (query.error) {
		api_problem(exchange, query.error, query.member);
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&limit, sizeof limit);
	money_held_ask(&read->trip, api_actor(exchange), office, holder, cursor.text, limit);
	api_read_run(read, held_came);
}

/* Hand-ins. */

static json_t *hand_in_json(const struct money_hand_in *hand_in)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o}", "id", hand_in->id,
		"office", hand_in->office_code, "state", hand_in->state, "giver", hand_in->giver,
		"giver_account", hand_in->giver_account, "receiver",
		api_text_or_null(hand_in->receiver), "offered_at", api_time(hand_in->offered_at_ms),
		"received_at", api_time(hand_in->received_at_ms), "lines",
		json_loads(hand_in->lines, 0, NULL));
}

static void hand_ins_came(struct api_read *read)
{
	const unsigned *limit = read->more;
	const PGresult *rows = read->trip.results[0];
	bool more = pg_rows(rows) > (int)*limit;
	int count = more ? (int)*limit : pg_rows(rows);
	json_t *items = json_array();
	struct cursor cursor = {0};

	for (int row = 0; row < count; row++) {
		struct money_hand_in hand_in = money_hand_in_at(rows, row);
		json_array_append_new(items, hand_in_json(&hand_in));
		g_strlcpy(cursor.text, hand_in.id, sizeof cursor.text);
	}
	api_reply(read->exchange, 200, api_query_page(items, HAND_INS, more ? &cursor : NULL));
}

void api_money_hand_in_list(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"state", "giver", "limit", "cursor", NULL};
	static const char *const states[] = {"offered", "received", "cancelled", NULL};
	struct api_query query = api_query_begin(exchange, known);
	unsigned limit = api_query_limit(&query);
	char state[WORD_MAX + 1];
	char who[WORD_MAX + 1];
	int64_t giver = 0;
	struct cursor cursor;
	struct api_read *read;
	struct uuid before;

	if (api_query_text(&query, "state", state, sizeof state) &&
		!g_strv_contains(states, state)) {
		api_query_fail(&query, HOSO_BAD_MEMBER, "state");
	}
	if (api_query_text(&query, "giver", who, sizeof who)) {
		giver = api_actor(exchange)->account;
		if (strcmp(who, "me") != 0) {
			api_query_fail(&query, HOSO_BAD_MEMBER, "giver");
		}
	}
	if (api_query_cursor(&query, "cursor", HAND_INS, &cursor) &&
		!uuid7_parse_any(cursor.text, &before)) {
		api_query_fail(&query, HOSO_BAD_CURSOR, "cursor");
	}
	if (query.error) {
		api_problem(exchange, query.error, query.member);
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&limit, sizeof limit);
	money_hand_in_ask(&read->trip, api_actor(exchange), NULL, giver, state, cursor.text, limit);
	api_read_run(read, hand_ins_came);
}

static void one_came(struct api_read *read)
{
	struct money_hand_in hand_in;

	if (pg_rows(read->trip.results[0]) != 1) {
		api_problem(read->exchange, HOSO_NOT_FOUND, NULL);
		return;
	}
	hand_in = money_hand_in_at(read->trip.results[0], 0);
	api_reply(read->exchange, 200, hand_in_json(&hand_in));
}

static void reply_one(struct api_read *before, const struct uuid *id)
{
	struct api_read *read = api_read_new(before->api, before->exchange);

	money_hand_in_ask(&read->trip, api_actor(before->exchange), id, 0, "", "", 1);
	api_read_run(read, one_came);
}

static void was_offered(struct api_read *read)
{
	const struct money_offer *offer = read->more;
	enum hoso_error error = money_offered(&read->trip, offer);

	if (error) {
		api_problem(read->exchange, error, NULL);
		return;
	}
	reply_one(read, &offer->id);
}

static bool is_twice(const struct money_offer *offer, const struct money_line *line)
{
	for (unsigned i = 0; i < offer->count; i++) {
		if (strcmp(offer->lines[i].kind, line->kind) == 0 &&
			strcmp(offer->lines[i].agency, line->agency) == 0) {
			return true;
		}
	}
	return false;
}

static void read_line(struct api_reader *offer_reader, json_t *json, struct money_offer *offer)
{
	struct api_reader reader = {.object = json};
	struct money_line line = {.agency = ""};
	char kind[WORD_MAX + 1];
	bool is_posts;

	if (!json_is_object(json)) {
		api_read_fail(offer_reader, HOSO_BAD_MEMBER, "lines");
		return;
	}
	api_read_text(&reader, "kind", API_REQUIRED, kind, sizeof kind);
	g_strlcpy(line.kind, kind, sizeof line.kind);
	is_posts = strcmp(kind, money_kind_wire(MONEY_POSTAGE)) == 0;
	if (money_kind_from_wire(kind) == MONEY_KIND_COUNT) {
		api_read_fail(&reader, HOSO_BAD_MEMBER, "kind");
	}
	if (!is_posts) {
		api_read_text(&reader, "agency", API_REQUIRED, line.agency, sizeof line.agency);
	}
	api_read_int(&reader, "amount", API_REQUIRED, 1, MONEY_MAX_VND, &line.amount_vnd);
	if (api_read_end(&reader)) {
		api_read_fail(offer_reader, reader.error, reader.member);
	} else if (is_twice(offer, &line)) {
		api_read_fail(offer_reader, HOSO_BAD_MEMBER, "lines");
	} else {
		offer->lines[offer->count++] = line;
	}
}

static enum hoso_error read_offer(
	struct exchange *exchange, struct money_offer *offer, const char **ret_member)
{
	json_t *body = NULL;
	enum hoso_error error = api_body(exchange, &body);
	struct api_reader reader = {.object = body};
	g_autofree char *content = NULL;
	char *canonical;
	json_t *lines;

	if (!error && !json_is_object(body)) {
		error = HOSO_BAD_JSON;
	}
	if (error) {
		json_decref(body);
		return error;
	}
	canonical = json_dumps(body, JSON_COMPACT | JSON_SORT_KEYS);
	content = g_strdup_printf(
		"%" G_GINT64_FORMAT "\n%s", api_actor(exchange)->account, canonical);
	free(canonical);
	offer->content = text_digest("", 0, content, strlen(content));
	api_read_uuid(&reader, "id", API_REQUIRED, &offer->id);
	lines = api_read_member(&reader, "lines", API_REQUIRED);
	if (lines && (!json_is_array(lines) || json_array_size(lines) == 0 ||
			     json_array_size(lines) > MONEY_LINES_MAX)) {
		api_read_fail(&reader, HOSO_BAD_MEMBER, "lines");
	}
	for (size_t i = 0; !reader.error && i < json_array_size(lines); i++) {
		read_line(&reader, json_array_get(lines, i), offer);
	}
	error = api_read_end(&reader);
	*ret_member = reader.member;
	json_decref(body);
	return error;
}

void api_money_hand_in_post(struct exchange *exchange, void *api)
{
	struct money_offer *offer = g_new0(struct money_offer, 1);
	const char *member = NULL;
	enum hoso_error error = read_offer(exchange, offer, &member);
	struct api_read *read;

	if (error) {
		g_free(offer);
		api_problem(exchange, error, member);
		return;
	}
	offer->now_ms = clock_now_ms();
	read = api_read_new(api, exchange);
	read->more = offer;
	money_offer_ask(&read->trip, api_actor(exchange), offer);
	api_read_run(read, was_offered);
}

static void was_answered(struct api_read *read)
{
	const struct uuid *id = read->more;
	enum hoso_error error = money_answered(&read->trip);

	if (error) {
		api_problem(read->exchange, error, NULL);
		return;
	}
	reply_one(read, id);
}

static void answer(struct exchange *exchange, void *api, enum money_answer what)
{
	struct api_read *read;
	struct uuid id;

	if (!uuid7_parse_any(exchange_param(exchange, 0), &id)) {
		api_problem(exchange, HOSO_NOT_FOUND, NULL);
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&id, sizeof id);
	money_answer_ask(&read->trip, api_actor(exchange), &id, what, clock_now_ms());
	api_read_run(read, was_answered);
}

void api_money_hand_in_receive(struct exchange *exchange, void *api)
{
	answer(exchange, api, MONEY_RECEIVE);
}

void api_money_hand_in_cancel(struct exchange *exchange, void *api)
{
	answer(exchange, api, MONEY_CANCEL);
}
