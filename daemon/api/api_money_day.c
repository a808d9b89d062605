#include <string.h>

#include <glib.h>

#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/api_money.h"
#include "api/api_query.h"
#include "api/api_read.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/money.h"

#define DAYS 'y'

static json_t *day_json(const struct money_day *day)
{
	return json_pack("{s:s, s:s, s:o, s:s, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:s}", "day",
		day->day, "office", day->office_code, "person",
		api_person(day->account, day->account_name), "kind", day->kind, "in",
		(json_int_t)day->day_in_vnd, "out", (json_int_t)day->day_out_vnd, "reckoned",
		(json_int_t)day->reckoned_vnd, "counted", (json_int_t)day->counted_vnd,
		"difference", (json_int_t)day->difference_vnd, "reason",
		api_text_or_null(day->reason), "closed_at", api_time(day->closed_at_ms),
		"closed_by", day->closed_name);
}

static void days_came(struct api_read *read)
{
	const unsigned *limit = read->more;
	const PGresult *rows = read->trip.results[0];
	bool more = pg_rows(rows) > (int)*limit;
	int count = more ? (int)*limit : pg_rows(rows);
	json_t *items = json_array();
	struct cursor cursor = {0};

	for (int row = 0; row < count; row++) {
		struct money_day day = money_day_at(rows, row);
		json_array_append_new(items, day_json(&day));
		money_day_key(&day, cursor.text, sizeof cursor.text);
	}
	api_reply(read->exchange, 200, api_query_page(items, DAYS, more ? &cursor : NULL));
}

static bool is_day(const char *text)
{
	g_autofree char *midnight = g_strdup_printf("%sT00:00:00Z", text);
	int64_t ms;

	return strlen(text) == strlen("2026-11-23") && clock_parse_rfc3339(midnight, &ms);
}

static void read_day(struct api_query *query, const char *member, char *ret_day, size_t size)
{
	if (api_query_text(query, member, ret_day, size) && !is_day(ret_day)) {
		api_query_fail(query, HOSO_BAD_MEMBER, member);
	}
}

static bool is_key(const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, ":", -1);
	gint64 number;

	for (unsigned i = 0; i < 3; i++) {
		if (g_strv_length(parts) != 4 ||
			!g_ascii_string_to_signed(parts[i], 10, 0, INT32_MAX, &number, NULL)) {
			return false;
		}
	}
	return money_kind_from_wire(parts[3]) != MONEY_KIND_COUNT;
}

void api_money_days(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"office", "from", "to", "limit", "cursor", NULL};
	struct api_query query = api_query_begin(exchange, known);
	unsigned limit = api_query_limit(&query);
	char office[WORD_MAX + 1];
	char from[WORD_MAX + 1];
	char to[WORD_MAX + 1];
	struct cursor cursor;
	struct api_read *read;

	api_query_text(&query, "office", office, sizeof office);
	read_day(&query, "from", from, sizeof from);
	read_day(&query, "to", to, sizeof to);
	if (api_query_cursor(&query, "cursor", DAYS, &cursor) && !is_key(cursor.text)) {
		api_query_fail(&query, HOSO_BAD_CURSOR, "cursor");
	}
	if (query.error) {
		api_problem(exchange, query.error, query.member);
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&limit, sizeof limit);
	money_day_ask(&read->trip, api_actor(exchange), office, from, to, cursor.text, limit);
	api_read_run(read, days_came);
}

/* The end of a day. */

static void was_closed(struct api_read *read)
{
	const struct money_close *close = read->more;
	const PGresult *rows = read->trip.results[MONEY_CLOSED_ROWS];
	enum hoso_error error = money_closed(&read->trip, close);
	json_t *items;

	if (error) {
		api_problem(read->exchange, error,
			error == HOSO_UNEXPLAINED ? "reason"
			: error == HOSO_NOT_FOUND ? "account"
						  : NULL);
		return;
	}
	items = json_array();
	for (int row = 0; row < pg_rows(rows); row++) {
		struct money_day day = money_day_at(rows, row);
		if (day.difference_vnd) {
			log_warn("day=%s office=%s kind=%s: counted and reckoned differ", day.day,
				day.office_code, day.kind);
		}
		json_array_append_new(items, day_json(&day));
	}
	api_reply(read->exchange, 200, json_pack("{s:o}", "items", items));
}

static void read_counted(struct api_reader *reader, struct money_close *close)
{
	json_t *counted = api_read_member(reader, "counted", API_REQUIRED);
	struct api_reader amounts = {.object = counted};

	if (counted && !json_is_object(counted)) {
		api_read_fail(reader, HOSO_BAD_MEMBER, "counted");
	}
	if (reader->error) {
		return;
	}
	for (int kind = 0; kind < MONEY_KIND_COUNT; kind++) {
		api_read_int(&amounts, money_kind_wire((enum money_kind)kind), API_REQUIRED, 0,
			1000 * MONEY_MAX_VND, &close->counted_vnd[kind]);
	}
	if (api_read_end(&amounts)) {
		api_read_fail(reader, amounts.error, amounts.member);
	}
}

/* Everybody counts their own; the safe is the counter's; a supervisor counts whoever is away. */
static void check_whose(
	struct api_reader *reader, const struct actor *actor, struct money_close *close)
{
	bool is_own;

	if (close->is_office && close->account[0]) {
		api_read_fail(reader, HOSO_BAD_MEMBER, "account");
	} else if (!close->is_office && !close->account[0]) {
		g_strlcpy(close->account, actor->login, sizeof close->account);
	}
	is_own = strcmp(close->account, actor->login) == 0;
	if (close->is_office ? actor->role == ROLE_COURIER
			     : !is_own && actor->role != ROLE_SUPERVISOR) {
		api_read_fail(reader, HOSO_FORBIDDEN, NULL);
	}
}

static void check_day(struct api_reader *reader, const char *day, int64_t now_ms)
{
	char today[16];

	clock_format_local(now_ms, "%Y-%m-%d", today, sizeof today);
	if (!is_day(day) || strcmp(day, today) > 0) {
		api_read_fail(reader, HOSO_BAD_MEMBER, "day");
	}
}

static enum hoso_error read_close(
	struct exchange *exchange, struct money_close *close, const char **ret_member)
{
	json_t *body = NULL;
	enum hoso_error error = api_body(exchange, &body);
	struct api_reader reader = {.object = body};

	if (!error && !json_is_object(body)) {
		error = HOSO_BAD_JSON;
	}
	if (!error) {
		g_strlcpy(close->day, exchange_param(exchange, 0), sizeof close->day);
		check_day(&reader, exchange_param(exchange, 0), close->now_ms);
		api_read_text(
			&reader, "account", API_OPTIONAL, close->account, sizeof close->account);
		api_read_bool(&reader, "office", API_OPTIONAL, &close->is_office);
		api_read_text(&reader, "reason", API_OPTIONAL, close->reason, sizeof close->reason);
		read_counted(&reader, close);
		check_whose(&reader, api_actor(exchange), close);
		error = api_read_end(&reader);
		*ret_member = reader.member;
	}
	json_decref(body);
	return error;
}

void api_money_close(struct exchange *exchange, void *api)
{
	struct money_close *close = g_new0(struct money_close, 1);
	const char *member = NULL;
	enum hoso_error error;
	struct api_read *read;

	close->now_ms = clock_now_ms();
	error = read_close(exchange, close, &member);
	if (error) {
		g_free(close);
		api_problem(exchange, error, member);
		return;
	}
	read = api_read_new(api, exchange);
	read->more = close;
	money_close_ask(&read->trip, api_actor(exchange), close);
	api_read_run(read, was_closed);
}
