#include "api/api_totals.h"

#include <string.h>

#include <glib.h>

#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/api_query.h"
#include "api/api_read.h"
#include "api/report_query.h"
#include "api/totals_csv.h"
#include "base/attr.h"
#include "base/log.h"
#include "base/text.h"
#include "base/uuid7.h"
#include "store/totals.h"

#define LIST 't'

/* Two trips: are the codes known, and was it imported already? Then all of it in one transaction. */
struct import {
	struct pg_trip trip;
	struct api *api;
	struct exchange *exchange;
	struct uuid id;
	struct digest digest;
	struct totals_file file;
	bool dry_run;
};

static void free_import(struct import *import)
{
	pg_trip_clear(&import->trip);
	totals_file_done(&import->file);
	g_free(import);
}

static void fail(struct import *import, enum hoso_error error, const char *member)
{
	api_problem(import->exchange, error, member);
	free_import(import);
}

static json_t *errors_json(const struct totals_file *file, enum hoso_language language)
{
	json_t *errors = json_array();

	for (unsigned i = 0; i < file->errors->len; i++) {
		const struct totals_error *error =
			&g_array_index(file->errors, struct totals_error, i);
		json_t *json = json_pack("{s:i, s:s}", "line", (int)error->line, "why",
			totals_reason_text(error->why, language));
		json_object_set_new(json, "column", api_text_or_null(error->column));
		json_array_append_new(errors, json);
	}
	return errors;
}

/* What is wrong is the answer, and nothing is stored then. */
static void reply(struct import *import, int64_t lines, bool stored)
{
	bool is_bad = import->file.errors->len > 0;

	api_reply(import->exchange, is_bad && !import->dry_run ? 422 : 200,
		json_pack("{s:o, s:I, s:b, s:o}", "id", api_uuid(&import->id), "lines",
			(json_int_t)lines, "stored", stored, "errors",
			errors_json(&import->file, exchange_language(import->exchange))));
	free_import(import);
}

static const struct totals_line *line_at(const struct import *import, unsigned i)
{
	return &g_array_index(import->file.lines, struct totals_line, i);
}

static void imported(struct pg_trip *trip, enum hoso_error error)
{
	struct import *import = container_of(trip, struct import, trip);

	if (error == HOSO_INTERNAL && strcmp(trip->sqlstate, "23505") == 0) {
		error = HOSO_CONFLICT; /* the same id at the same time: the other one was first */
	} else if (error == HOSO_DATABASE_DOWN || (!error && !trip->committed)) {
		error = HOSO_OUTCOME_UNKNOWN;
	}
	if (error) {
		fail(import, error, NULL);
		return;
	}
	log_notice("totals=%s lines=%u by=%s: imported", totals_what_wire(import->file.what),
		import->file.lines->len, api_actor(import->exchange)->login);
	reply(import, import->file.lines->len, true);
}

static void init_arrays(struct totals_arrays *arrays)
{
	pg_array_init(&arrays->line, PG_INT4);
	pg_array_init(&arrays->period, PG_TEXT);
	pg_array_init(&arrays->cut, PG_TEXT);
	pg_array_init(&arrays->first_on, PG_TEXT);
	pg_array_init(&arrays->last_on, PG_TEXT);
	pg_array_init(&arrays->place, PG_TEXT);
	pg_array_init(&arrays->procedure, PG_TEXT);
	pg_array_init(&arrays->figure, PG_TEXT);
	pg_array_init(&arrays->source, PG_TEXT);
	for (int i = 0; i < TOTAL_COUNT; i++) {
		pg_array_init(&arrays->numbers[i], PG_INT8);
	}
}

static void add_line(struct totals_arrays *arrays, const struct totals_line *line)
{
	char period[PERIOD_TEXT_SIZE], first[PERIOD_DAY_SIZE], last[PERIOD_DAY_SIZE];

	period_text(&line->period, period);
	period_day_text(line->period.first_day, first);
	period_day_text(line->period.last_day, last);
	pg_array_int(&arrays->line, line->line);
	pg_array_text(&arrays->period, period);
	pg_array_text(&arrays->cut, period_cut_wire(line->period.cut));
	pg_array_text(&arrays->first_on, first);
	pg_array_text(&arrays->last_on, last);
	pg_array_text(&arrays->place, line->place);
	pg_array_text(&arrays->procedure, line->procedure);
	pg_array_text(&arrays->figure, line->figure);
	pg_array_text(&arrays->source, line->source);
	for (int i = 0; i < TOTAL_COUNT; i++) {
		if (line->numbers[i] < 0) {
			pg_array_null(&arrays->numbers[i]);
		} else {
			pg_array_int(&arrays->numbers[i], line->numbers[i]);
		}
	}
}

static void free_unused(struct totals_arrays *arrays, bool is_figures)
{
	struct pg_params unused = {0};

	pg_params_array(&unused, is_figures ? &arrays->procedure : &arrays->figure);
	for (int i = 1; is_figures && i < TOTAL_COUNT; i++) {
		pg_params_array(&unused, &arrays->numbers[i]);
	}
	pg_params_clear(&unused);
}

static void store(struct import *import)
{
	bool is_figures = import->file.what == TOTALS_FIGURES;
	struct totals_arrays arrays;
	enum hoso_error error;

	init_arrays(&arrays);
	for (unsigned i = 0; i < import->file.lines->len; i++) {
		add_line(&arrays, line_at(import, i));
	}
	pg_trip_clear(&import->trip);
	totals_import(&import->trip, api_actor(import->exchange), &import->id,
		totals_what_wire(import->file.what), &import->digest, import->file.lines->len,
		&arrays);
	free_unused(&arrays, is_figures);
	error = pg_pool_run(import->api->pool, &import->trip, imported);
	if (error) {
		fail(import, error, NULL);
	}
}

static void check_codes(struct import *import)
{
	bool is_figures = import->file.what == TOTALS_FIGURES;

	for (unsigned i = 0; i < import->file.lines->len; i++) {
		const struct totals_line *line = line_at(import, i);
		if (is_figures && !totals_has_office(&import->trip, (int)i)) {
			totals_file_fail(
				&import->file, line->line, "office", TOTALS_UNKNOWN_OFFICE);
		}
		if (!is_figures && !totals_has_agency(&import->trip, (int)i)) {
			totals_file_fail(
				&import->file, line->line, "agency", TOTALS_UNKNOWN_AGENCY);
		}
		if (line->procedure[0] && !totals_has_procedure(&import->trip, (int)i)) {
			totals_file_fail(
				&import->file, line->line, "procedure", TOTALS_UNKNOWN_PROCEDURE);
		}
	}
	totals_file_sort(&import->file);
}

static void codes_came(struct pg_trip *trip, enum hoso_error error)
{
	struct import *import = container_of(trip, struct import, trip);
	struct digest before;
	int64_t lines;

	if (error) {
		fail(import, error, NULL);
		return;
	}
	if (totals_was_imported(trip, &before, &lines)) {
		if (memcmp(before.bytes, import->digest.bytes, sizeof before.bytes) != 0) {
			fail(import, HOSO_KEY_REUSE, "id");
			return;
		}
		g_array_set_size(import->file.errors, 0);
		reply(import, lines, true);
		return;
	}
	check_codes(import);
	if (import->dry_run || import->file.errors->len > 0) {
		reply(import, import->file.lines->len, false);
		return;
	}
	store(import);
}

static enum hoso_error ask_codes(struct import *import)
{
	bool is_figures = import->file.what == TOTALS_FIGURES;
	struct pg_array agencies, procedures, offices;

	pg_array_init(&agencies, PG_TEXT);
	pg_array_init(&procedures, PG_TEXT);
	pg_array_init(&offices, PG_TEXT);
	for (unsigned i = 0; i < import->file.lines->len; i++) {
		const struct totals_line *line = line_at(import, i);
		pg_array_text(&agencies, is_figures ? "" : line->place);
		pg_array_text(&procedures, line->procedure);
		pg_array_text(&offices, is_figures ? line->place : "");
	}
	totals_find_ask(&import->trip, api_actor(import->exchange), &import->id, &agencies,
		&procedures, &offices);
	return pg_pool_run(import->api->pool, &import->trip, codes_came);
}

static enum totals_what read_query(struct api_query *query, struct import *import)
{
	char text[WORD_MAX + 1];
	enum totals_what what = TOTALS_TOTALS;

	if (api_query_text(query, "what", text, sizeof text)) {
		what = totals_what_parse(text);
		if (what == TOTALS_WHAT_COUNT) {
			api_query_fail(query, HOSO_BAD_MEMBER, "what");
		}
	}
	if (!api_query_text(query, "id", text, sizeof text)) {
		api_query_fail(query, HOSO_MISSING_MEMBER, "id");
	} else if (!uuid7_parse(text, &import->id)) {
		api_query_fail(query, HOSO_BAD_MEMBER, "id");
	}
	api_query_flag(query, "dry_run", &import->dry_run);
	return what;
}

void api_totals_post(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"id", "what", "dry_run", NULL};
	struct api_query query = api_query_begin(exchange, known);
	struct import *import = g_new0(struct import, 1);
	size_t length;
	const char *body = exchange_body(exchange, &length);
	enum totals_what what = read_query(&query, import);
	enum hoso_error error = query.error;

	import->api = api;
	import->exchange = exchange;
	if (!error) {
		error = totals_csv_read(what, body, length, &import->file);
	}
	if (!error) {
		const char *wire = totals_what_wire(what);
		import->digest = text_digest(wire, strlen(wire), body, length);
		error = ask_codes(import);
	}
	if (error) {
		fail(import, error, query.member);
	}
}

/* ── what was imported ──────────────────────────────────────────────────────────────────────────────── */

static json_t *row_json(const struct pg_trip *trip, int row)
{
	static const char *const numbers[TOTAL_COUNT] = {"received_all", "received_online",
		"resolved_all", "resolved_online", "returned_all"};
	struct totals_row totals = totals_at(trip, row);
	json_t *json = json_object();

	json_object_set_new(json, "period", json_string(totals.period));
	json_object_set_new(json, "cut", json_string(totals.cut));
	json_object_set_new(json, "agency", json_string(totals.agency));
	json_object_set_new(json, "procedure", api_text_or_null(totals.procedure));
	for (int i = 0; i < TOTAL_COUNT; i++) {
		int64_t number;
		bool is_known = totals_number_at(trip, row, i, &number);
		json_object_set_new(
			json, numbers[i], is_known ? json_integer(number) : json_null());
	}
	json_object_set_new(json, "source", json_string(totals.source));
	json_object_set_new(json, "by", json_string(totals.account));
	json_object_set_new(json, "at", api_time(totals.at_ms));
	json_object_set_new(json, "counts", json_boolean(totals.counts));
	return json;
}

static void list_came(struct api_read *read)
{
	const unsigned *limit = read->more;
	bool more = totals_count(&read->trip) > (int)*limit;
	int count = more ? (int)*limit : totals_count(&read->trip);
	json_t *items = json_array();
	struct cursor cursor = {0};

	for (int row = 0; row < count; row++) {
		struct totals_row totals = totals_at(&read->trip, row);
		json_array_append_new(items, row_json(&read->trip, row));
		cursor.number = totals.at_ms;
		g_strlcpy(cursor.text, totals.key, sizeof cursor.text);
	}
	api_reply(read->exchange, 200, api_query_page(items, LIST, more ? &cursor : NULL));
}

void api_totals_list(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"period", "cut", "agency", "limit", "cursor", NULL};
	struct api_query query = api_query_begin(exchange, known);
	unsigned limit = api_query_limit(&query);
	struct cursor cursor;
	struct period period = {0};
	char agency[WORD_MAX + 1];
	struct api_read *read;

	report_query_period(&query, &period);
	api_query_text(&query, "agency", agency, sizeof agency);
	api_query_cursor(&query, "cursor", LIST, &cursor);
	if (api_query_refused(&query, exchange)) {
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&limit, sizeof limit);
	totals_list_ask(&read->trip, api_actor(exchange), &period, agency, cursor.number,
		cursor.text, limit);
	api_read_run(read, list_came);
}
