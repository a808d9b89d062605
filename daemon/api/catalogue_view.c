#include "api/catalogue_view.h"

#include <inttypes.h>
#include <string.h>

#include <hoso/limits.h>

#include "api/api_json.h"
#include "api/catalogue_json.h"
#include "base/clock.h"
#include "base/csv.h"
#include "base/text.h"
#include "http/asset.h"
#include "model/catalogue_file.h"
#include "store/catalogue.h"

static struct catalogue_view *view;

/* What is shown whole, in this order; papers and fees are with their procedures. */
static const enum catalogue_kind kinds[] = {CATALOGUE_OFFICES, CATALOGUE_AGENCIES,
	CATALOGUE_PROCEDURES, CATALOGUE_POSTAGE, CATALOGUE_CONCESSIONS, CATALOGUE_CALENDAR,
	CATALOGUE_AREAS, CATALOGUE_RELATIONS, CATALOGUE_TERMS};

static void free_row(gpointer data)
{
	struct public_row *row = data;

	g_free(row->folded);
	g_free(row->json);
	g_free(row);
}

static void free_view(struct catalogue_view *old)
{
	if (old) {
		g_string_free(old->json, TRUE);
		g_string_free(old->csv, TRUE);
		g_ptr_array_unref(old->procedures);
		g_ptr_array_unref(old->offices);
		g_free(old);
	}
}

static void format_tag(const struct catalogue_state *state, char *ret_tag, size_t size)
{
	g_snprintf(ret_tag, size, "\"c%" PRId64 "-%" PRId32 "\"", state->version, state->today);
}

/* ── the public part ── */

static struct public_row *new_row(const char *const *cells, const char *more, json_t *json)
{
	struct public_row *row = g_new0(struct public_row, 1);
	g_autofree char *words = g_strjoin(" ", cells[0], cells[1], more, NULL);
	struct digest digest = text_digest(cells[0], strlen(cells[0]), "", 0);

	text_hex(digest.bytes, (sizeof row->key - 1) / 2, row->key);
	row->folded = text_fold(words);
	row->json = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	return row;
}

static void add_words(const char *const *cells, void *arg)
{
	GString *words = arg;

	g_string_append_printf(words, "%s%s. %s", words->len > 0 ? "; " : "", cells[1], cells[2]);
}

static void add_counts(const char *const *cells, void *arg)
{
	static const char *const names[] = {"bản chính", "bản chứng thực", "bản sao"};
	GString *words = arg;

	add_words(cells, arg);
	for (int i = 0; i < 3; i++) {
		if (strcmp(cells[3 + i], "0") != 0) {
			g_string_append_printf(words, ", %s %s", cells[3 + i], names[i]);
		}
	}
	if (strcmp(cells[6], "false") == 0) {
		g_string_append(words, " (nếu có)");
	}
}

static void add_amount(const char *const *cells, void *arg)
{
	GString *words = arg;

	g_string_append_printf(
		words, "%s%s. %s: %s", words->len > 0 ? "; " : "", cells[1], cells[3], cells[4]);
}

static void add_csv(GString *csv, const char *const *cells)
{
	g_autoptr(GString) papers = g_string_new(NULL);
	g_autoptr(GString) fees = g_string_new(NULL);

	catalogue_file_list(catalogue_table(CATALOGUE_PAPERS), "", cells[PROCEDURE_PAPERS], "",
		add_counts, papers);
	catalogue_file_list(
		catalogue_table(CATALOGUE_FEES), "", cells[PROCEDURE_FEES], "", add_amount, fees);
	for (int i = 0; i <= PROCEDURE_DAYS + 1; i++) {
		csv_append(csv, cells[i], i == 0);
	}
	csv_append(csv, papers->str, false);
	csv_append(csv, fees->str, false);
	csv_end(csv);
}

static void begin_csv(GString *csv)
{
	const struct catalogue_table *table = catalogue_table(CATALOGUE_PROCEDURES);

	g_string_append(csv, CSV_BOM);
	for (int i = 0; i <= PROCEDURE_DAYS + 1; i++) {
		csv_append(csv, table->columns[i].name, i == 0);
	}
	csv_append(csv, "papers", false);
	csv_append(csv, "fees", false);
	csv_end(csv);
}

static void publish(struct catalogue_view *fresh, enum catalogue_kind kind,
	const struct catalogue_version *version)
{
	const struct catalogue_table *table = catalogue_table(kind);
	const char *const *cells = version->cells;

	if (kind == CATALOGUE_PROCEDURES) {
		struct public_row *row =
			new_row(cells, cells[3], catalogue_json_row(table, cells, true));
		row->by_post = strcmp(cells[5], "true") == 0 || strcmp(cells[6], "true") == 0;
		g_ptr_array_add(fresh->procedures, row);
		add_csv(fresh->csv, cells);
	}
	/* An office without an address is one on paper: nobody can go there. */
	if (kind == CATALOGUE_OFFICES && cells[5][0]) {
		g_ptr_array_add(fresh->offices,
			new_row(cells, cells[5], catalogue_json_row(table, cells, true)));
	}
}

/* ── the whole ── */

static void add_row(struct catalogue_view *fresh, enum catalogue_kind kind,
	const struct catalogue_version *version, bool is_first)
{
	json_t *row = catalogue_json_row(catalogue_table(kind), version->cells, false);
	g_autofree char *text = NULL;

	if (kind == CATALOGUE_PROCEDURES) {
		json_object_set_new(row, "by_post",
			json_boolean(json_is_true(json_object_get(row, "send_by_post")) ||
				     json_is_true(json_object_get(row, "return_by_post"))));
	}
	text = json_dumps(row, JSON_COMPACT);
	json_decref(row);
	g_string_append(fresh->json, is_first ? "" : ",");
	g_string_append(fresh->json, text);
	publish(fresh, kind, version);
}

static struct catalogue_view *new_view(const struct pg_trip *trip)
{
	struct catalogue_view *fresh = g_new0(struct catalogue_view, 1);
	struct catalogue_state state = catalogue_state(trip->results[0]);
	char today[11];

	format_tag(&state, fresh->tag, sizeof fresh->tag);
	fresh->json = g_string_new(NULL);
	fresh->csv = g_string_new(NULL);
	fresh->procedures = g_ptr_array_new_with_free_func(free_row);
	fresh->offices = g_ptr_array_new_with_free_func(free_row);
	begin_csv(fresh->csv);
	catalogue_format_day(state.today, today);
	g_string_append_printf(fresh->json, "{\"today\":\"%s\"", today);
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		const struct catalogue_table *table = catalogue_table(kinds[i]);
		const PGresult *rows = trip->results[i + 1];

		g_string_append_printf(fresh->json, ",\"%s\":[", table->name);
		for (int row = 0; row < pg_rows(rows); row++) {
			struct catalogue_version version = catalogue_at(rows, table, row);
			add_row(fresh, kinds[i], &version, row == 0);
		}
		g_string_append_c(fresh->json, ']');
	}
	g_string_append_c(fresh->json, '}');
	return fresh;
}

struct question {
	struct pg_trip trip;
	struct api *api;
	struct exchange *exchange;
	int64_t asked_at_ms;
	void (*then)(struct exchange *exchange, const struct catalogue_view *view);
	void (*failed)(struct exchange *exchange, enum hoso_error error, void *api);
};

static void end_question(struct question *question, enum hoso_error error)
{
	if (error) {
		question->failed(question->exchange, error, question->api);
	} else {
		view->asked_at_ms = question->asked_at_ms;
		question->then(question->exchange, view);
	}
	pg_trip_clear(&question->trip);
	g_free(question);
}

static void view_came(struct pg_trip *trip, enum hoso_error error)
{
	struct question *question = container_of(trip, struct question, trip);

	if (!error) {
		free_view(view);
		view = new_view(trip);
	}
	end_question(question, error);
}

static void state_came(struct pg_trip *trip, enum hoso_error error)
{
	struct question *question = container_of(trip, struct question, trip);
	char tag[sizeof view->tag] = "";

	if (!error) {
		struct catalogue_state state = catalogue_state(trip->results[0]);
		format_tag(&state, tag, sizeof tag);
	}
	if (error || (view && strcmp(view->tag, tag) == 0)) {
		end_question(question, error);
		return;
	}
	/* The version first: what changes while the rest is read gets another, and is read again. */
	pg_trip_clear(trip);
	catalogue_ask_state(trip, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		catalogue_ask(trip, kinds[i], CATALOGUE_SPAN_TODAY);
	}
	error = pg_pool_run(question->api->pool, trip, view_came);
	if (error) {
		end_question(question, error);
	}
}

void catalogue_view_ask(struct api *api, struct exchange *exchange, int64_t age_max_ms,
	void (*then)(struct exchange *exchange, const struct catalogue_view *view),
	void (*failed)(struct exchange *exchange, enum hoso_error error, void *api))
{
	int64_t now_ms = clock_monotonic_ms();
	struct question *question;
	enum hoso_error error;

	if (view && age_max_ms > 0 && now_ms - view->asked_at_ms < age_max_ms) {
		then(exchange, view);
		return;
	}
	question = g_new0(struct question, 1);
	question->api = api;
	question->exchange = exchange;
	question->asked_at_ms = now_ms;
	question->then = then;
	question->failed = failed;
	catalogue_ask_state(&question->trip, NULL);
	error = pg_pool_run(api->pool, &question->trip, state_came);
	if (error) {
		end_question(question, error);
	}
}

void catalogue_view_reply(struct exchange *exchange, const struct catalogue_view *shown,
	const char *cache, const char *content_type, const GString *body)
{
	exchange_add_header(exchange, "ETag", shown->tag);
	exchange_add_header(exchange, "Cache-Control", cache);
	if (asset_is_known(exchange, shown->tag)) {
		exchange_reply(exchange, 304, NULL, NULL);
		return;
	}
	exchange_reply(exchange, 200, content_type, g_string_new_len(body->str, (gssize)body->len));
}
