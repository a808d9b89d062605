#include "api/api_visit.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/api_query.h"
#include "api/api_read.h"
#include "api/visit_json.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/uuid7.h"
#include "store/visit_day.h"

#define LIST 'v'
#define LIST_MISSED 'w'
#define DAY_MS (24LL * 3600 * 1000)

/* What a list was asked for, until it comes. */
struct list {
	unsigned limit;
	char letter;
};

static void list_came(struct api_read *read)
{
	const struct list *list = read->more;
	json_t *items = json_array();
	bool more = visit_read_count(&read->trip) > (int)list->limit;
	int count = more ? (int)list->limit : visit_read_count(&read->trip);
	struct cursor cursor = {0};

	for (int row = 0; row < count; row++) {
		struct visit visit = visit_read_at(&read->trip, row);
		json_array_append_new(items, visit_json_new(&visit, PHONES_MASKED));
		cursor.number = visit.place_ms;
		uuid7_format(&visit.id, cursor.text);
	}
	api_reply(read->exchange, 200, api_query_page(items, list->letter, more ? &cursor : NULL));
}

static void read_state(struct api_query *query, enum visit_state *ret_state)
{
	char text[WORD_MAX + 1];

	*ret_state = VISIT_STATE_COUNT;
	if (api_query_text(query, "state", text, sizeof text)) {
		*ret_state = visit_state_from_wire(text);
		if (*ret_state == VISIT_STATE_COUNT) {
			api_query_fail(query, HOSO_BAD_MEMBER, "state");
		}
	}
}

/* A day, or from and to; without any of them from today on, and of missed ones and a person's all. */
static void read_time(struct api_query *query, struct visit_search *search)
{
	int64_t day_ms;
	bool has_from = api_query_time(query, "from", false, &search->from_ms);

	api_query_time(query, "to", true, &search->to_ms);
	if (api_query_time(query, "day", false, &day_ms)) {
		search->from_ms = visit_midnight_ms(clock_local_day(day_ms));
		search->to_ms = search->from_ms + DAY_MS;
	} else if (!has_from && !search->missed && !search->phone[0]) {
		search->from_ms = visit_midnight_ms(clock_local_day(clock_now_ms()));
	}
}

static void read_place(struct api_query *query, char letter, struct visit_search *search)
{
	struct cursor cursor;

	if (!api_query_cursor(query, "cursor", letter, &cursor)) {
		return;
	}
	search->after_ms = cursor.number;
	if (cursor.number == 0 || !uuid7_parse_any(cursor.text, &search->after)) {
		api_query_fail(query, HOSO_BAD_CURSOR, "cursor");
	}
}

static void run_list(struct exchange *exchange, struct api *api, struct api_query *query)
{
	struct visit_search search = {0};
	struct list list = {.letter = LIST};
	struct api_read *read;

	api_query_flag(query, "missed", &search.missed);
	list.letter = search.missed ? LIST_MISSED : LIST;
	api_query_phone(query, "phone", search.phone);
	api_query_text(query, "office", search.office, sizeof search.office);
	api_query_text(query, "courier", search.courier, sizeof search.courier);
	read_state(query, &search.state);
	read_time(query, &search);
	list.limit = search.limit = api_query_limit(query);
	read_place(query, list.letter, &search);
	if (api_query_refused(query, exchange)) {
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&list, sizeof list);
	visit_read_list(&read->trip, api_actor(exchange), &search);
	api_read_run(read, list_came);
}

/* Nothing of a person may stand in a URL. */
void api_visit_list(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"office", "courier", "state", "day", "from", "to",
		"missed", "limit", "cursor", NULL};
	struct api_query query = api_query_begin(exchange, known);

	run_list(exchange, api, &query);
}

void api_visit_search(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"phone", "office", "courier", "state", "day", "from",
		"to", "missed", "limit", "cursor", NULL};
	struct api_query query;
	json_t *body = NULL;
	enum hoso_error error = api_body(exchange, &body);

	if (!error && !json_is_object(body)) {
		error = HOSO_BAD_JSON;
	}
	if (error) {
		api_problem(exchange, error, NULL);
	} else {
		query = api_query_begin_body(body, known);
		run_list(exchange, api, &query);
	}
	json_decref(body);
}

static json_t *history_json(const struct pg_trip *trip)
{
	json_t *history = json_array();

	for (int row = 0; row < visit_read_change_count(trip, 1); row++) {
		struct visit_change change = visit_read_change_at(trip, 1, row);
		json_array_append_new(history, visit_json_change_new(&change));
	}
	return history;
}

static void visit_came(struct api_read *read)
{
	struct visit visit;
	json_t *json;

	if (visit_read_count(&read->trip) != 1) {
		api_problem(read->exchange, HOSO_NOT_FOUND, NULL);
		return;
	}
	visit = visit_read_at(&read->trip, 0);
	json = visit_json_new(&visit, PHONES_WHOLE);
	json_object_set_new(json, "history", history_json(&read->trip));
	api_reply(read->exchange, 200, json);
}

void api_visit_get(struct exchange *exchange, void *api)
{
	static const char *const known[] = {NULL};
	struct api_query query = api_query_begin(exchange, known);
	struct api_read *read;
	struct uuid id;

	if (!query.error && !uuid7_parse_any(exchange_param(exchange, 0), &id)) {
		api_query_fail(&query, HOSO_NOT_FOUND, NULL);
	}
	if (api_query_refused(&query, exchange)) {
		return;
	}
	read = api_read_new(api, exchange);
	visit_read_one(&read->trip, api_actor(exchange), &id);
	api_read_run(read, visit_came);
}

/* The telephone keeps its copy for the day, and asks often whether it is still right. */
static void reply_with_tag(struct exchange *exchange, json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT);
	struct digest digest = text_digest(text, strlen(text), "", 0);
	const char *known = exchange_header(exchange, "If-None-Match");
	char hex[DIGEST_TEXT_SIZE];
	g_autofree char *tag = NULL;

	text_hex(digest.bytes, sizeof digest.bytes, hex);
	tag = g_strdup_printf("\"%s\"", hex);
	exchange_add_header(exchange, "ETag", tag);
	exchange_add_header(exchange, "Cache-Control", "private, no-cache");
	if (known && strstr(known, tag)) {
		exchange_reply(exchange, 304, NULL, NULL);
	} else {
		api_reply_text(exchange, 200, g_string_new(text));
	}
	free(text);
	json_decref(json);
}

static json_t *day_json(int64_t day_ms)
{
	char day[16];

	clock_format_local(day_ms, "%Y-%m-%d", day, sizeof day);
	return json_string(day);
}

static void mine_came(struct api_read *read)
{
	const int64_t *day_ms = read->more;
	json_t *visits = json_array();
	json_t *deliveries = json_array();

	for (int row = 0; row < visit_read_count(&read->trip); row++) {
		struct visit visit = visit_read_at(&read->trip, row);
		json_array_append_new(visits, visit_json_new(&visit, PHONES_WHOLE));
	}
	for (int row = 0; row < visit_day_delivery_count(&read->trip); row++) {
		struct visit_delivery delivery = visit_day_delivery_at(&read->trip, row);
		json_array_append_new(deliveries, visit_json_delivery(&delivery));
	}
	reply_with_tag(read->exchange, json_pack("{s:o, s:s, s:o, s:o}", "day", day_json(*day_ms),
					       "courier", api_actor(read->exchange)->login,
					       "visits", visits, "deliveries", deliveries));
}

/* "day", of the offices' own time; today when it is absent. */
static int64_t read_day(struct api_query *query)
{
	int64_t ms;

	if (!api_query_time(query, "day", false, &ms)) {
		ms = clock_now_ms();
	}
	return visit_midnight_ms(clock_local_day(ms));
}

void api_visit_mine(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"day", NULL};
	struct api_query query = api_query_begin(exchange, known);
	int64_t day_ms = read_day(&query);
	struct api_read *read;

	if (api_query_refused(&query, exchange)) {
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&day_ms, sizeof day_ms);
	visit_day_ask_mine(&read->trip, api_actor(exchange), day_ms, day_ms + DAY_MS);
	api_read_run(read, mine_came);
}

static void board_came(struct api_read *read)
{
	const int64_t *day_ms = read->more;
	json_t *rows = json_array();

	for (int row = 0; row < visit_day_board_count(&read->trip); row++) {
		struct visit_board board = visit_day_board_at(&read->trip, row);
		json_array_append_new(rows, visit_json_board(&board));
	}
	api_reply(read->exchange, 200,
		json_pack("{s:o, s:o}", "day", day_json(*day_ms), "rows", rows));
}

void api_visit_board(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"day", "office", NULL};
	struct api_query query = api_query_begin(exchange, known);
	int64_t day_ms = read_day(&query);
	char office[WORD_MAX + 1];
	struct api_read *read;

	api_query_text(&query, "office", office, sizeof office);
	if (api_query_refused(&query, exchange)) {
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&day_ms, sizeof day_ms);
	visit_day_ask_board(&read->trip, api_actor(exchange), office, day_ms, day_ms + DAY_MS);
	api_read_run(read, board_came);
}

static void couriers_came(struct api_read *read)
{
	json_t *items = json_array();

	for (int row = 0; row < visit_day_courier_count(&read->trip); row++) {
		struct visit_courier courier = visit_day_courier_at(&read->trip, row);
		json_array_append_new(
			items, json_pack("{s:s, s:s, s:{s:s, s:s}, s:b}", "account", courier.login,
				       "name", courier.name, "office", "code", courier.office_code,
				       "name", courier.office_name, "busy", (int)courier.is_busy));
	}
	api_reply(read->exchange, 200, json_pack("{s:o}", "items", items));
}

/* "from", "to": a window that is one. */
static void read_window(struct api_query *query, int64_t *ret_from_ms, int64_t *ret_to_ms)
{
	*ret_from_ms = *ret_to_ms = 0;
	if (!api_query_time(query, "from", false, ret_from_ms)) {
		api_query_fail(query, HOSO_MISSING_MEMBER, "from");
	}
	if (!api_query_time(query, "to", true, ret_to_ms)) {
		api_query_fail(query, HOSO_MISSING_MEMBER, "to");
	}
	if (*ret_to_ms <= *ret_from_ms) {
		api_query_fail(query, HOSO_BAD_MEMBER, "to");
	}
}

void api_visit_couriers(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"from", "to", "office", "visit", NULL};
	struct api_query query = api_query_begin(exchange, known);
	char office[WORD_MAX + 1];
	char visit[UUID_TEXT_SIZE];
	struct uuid id;
	struct api_read *read;
	int64_t from_ms;
	int64_t to_ms;
	bool is_given;

	read_window(&query, &from_ms, &to_ms);
	api_query_text(&query, "office", office, sizeof office);
	is_given = api_query_text(&query, "visit", visit, sizeof visit);
	if (is_given && !uuid7_parse_any(visit, &id)) {
		api_query_fail(&query, HOSO_BAD_MEMBER, "visit");
	}
	if (api_query_refused(&query, exchange)) {
		return;
	}
	read = api_read_new(api, exchange);
	visit_day_ask_couriers(
		&read->trip, api_actor(exchange), office, is_given ? &id : NULL, from_ms, to_ms);
	api_read_run(read, couriers_came);
}
