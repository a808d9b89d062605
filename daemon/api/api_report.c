#include "api/api_report.h"

#include <string.h>

#include <glib.h>

#include <hoso/leg.h>

#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/api_read.h"
#include "api/report_query.h"
#include "api/report_table.h"
#include "base/clock.h"
#include "base/uuid7.h"
#include "flow/reports.h"

#define LIST 'r'

/* One live report: asked of the database, and then, for pages and spreadsheets, of a child. */
struct live {
	struct pg_trip trip;
	struct api *api;
	struct exchange *exchange;
	struct report_ask ask;
	enum report_format format;
	char separator;
	GString *table;
	struct reports_press press;
};

static void free_live(struct live *live)
{
	pg_trip_clear(&live->trip);
	if (live->table) {
		g_string_free(live->table, TRUE);
	}
	g_free(live);
}

static void fail(struct live *live, enum hoso_error error, const char *member)
{
	api_problem(live->exchange, error == HOSO_CANCELED ? HOSO_STOPPING : error, member);
	free_live(live);
}

static void reply(struct live *live, GString *bytes)
{
	char period[PERIOD_TEXT_SIZE];

	period_text(&live->ask.period, period);
	report_query_reply(
		live->exchange, live->format, report_name_wire(live->ask.name), period, bytes);
	free_live(live);
}

static void pressed(struct reports_press *press, enum hoso_error error)
{
	struct live *live = container_of(press, struct live, press);

	if (error) {
		fail(live, error, NULL);
	} else {
		reply(live, g_string_new_len(press->bytes->str, (gssize)press->bytes->len));
	}
}

static GString *text_of(const json_t *table)
{
	char *text = json_dumps(table, JSON_COMPACT);
	GString *string = g_string_new(text);

	free(text);
	return string;
}

static void show(struct live *live, json_t *table)
{
	enum hoso_error error;

	if (live->format == FORMAT_CSV) {
		reply(live, report_csv(table, live->separator));
		return;
	}
	if (live->format == FORMAT_JSON) {
		reply(live, text_of(table));
		return;
	}
	live->table = text_of(table);
	live->press.table = live->table;
	live->press.verb = live->format == FORMAT_PDF ? "report-pdf" : "report-xlsx";
	error = reports_press(live->api->reports, &live->press, pressed);
	if (error) {
		fail(live, error, NULL);
	}
}

static void report_came(struct pg_trip *trip, enum hoso_error error)
{
	struct live *live = container_of(trip, struct live, trip);
	const char *member = NULL;
	const char *frozen;
	json_t *table;

	reports_end(live->api->reports);
	if (!error && !report_is_known(trip, &member)) {
		error = HOSO_BAD_MEMBER;
	}
	if (error) {
		fail(live, error, member);
		return;
	}
	table = report_table_new(trip, &live->ask, clock_now_ms());
	frozen = report_frozen(trip);
	if (frozen) {
		report_table_compare(table, frozen);
	}
	show(live, table);
	json_decref(table);
}

static char read_separator(struct api_query *query)
{
	char text[WORD_MAX + 1];

	if (!api_query_text(query, "separator", text, sizeof text) ||
		strcmp(text, "semicolon") == 0) {
		return ';';
	}
	if (strcmp(text, "comma") != 0) {
		api_query_fail(query, HOSO_BAD_MEMBER, "separator");
	}
	return ',';
}

void api_report_get(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"period", "cut", "office", "agency", "procedure",
		"courier", "format", "separator", NULL};
	struct api_query query = api_query_begin(exchange, known);
	const struct actor *actor = api_actor(exchange);
	struct live *live = g_new0(struct live, 1);
	enum hoso_error error;

	live->api = api;
	live->exchange = exchange;
	live->ask = report_query_ask(&query, exchange_param(exchange, 0), actor);
	live->format = report_query_format(&query);
	live->separator = read_separator(&query);
	error = query.error ? query.error : reports_begin(live->api->reports);
	if (error) {
		fail(live, error, query.member);
		return;
	}
	report_ask(&live->trip, actor, &live->ask, clock_local_day(clock_now_ms()));
	error = pg_pool_run(live->api->report_pool, &live->trip, report_came);
	if (error) {
		reports_end(live->api->reports);
		fail(live, error, NULL);
	}
}

/* ── what is behind a number ────────────────────────────────────────────────────────────────────────── */

static json_t *leg_json(const struct report_leg *leg)
{
	json_t *json = json_object();

	json_object_set_new(json, "at", api_time(leg->at_ms));
	json_object_set_new(json, "item_code", json_string(leg->item_code));
	json_object_set_new(json, "dossier", json_string(leg->dossier_id));
	json_object_set_new(json, "dossier_code", api_text_or_null(leg->dossier_code));
	json_object_set_new(json, "kind", json_string(leg->kind));
	json_object_set_new(json, "state", json_string(leg->state));
	json_object_set_new(json, "agency", api_text_or_null(leg->agency));
	json_object_set_new(json, "procedure", api_text_or_null(leg->procedure));
	json_object_set_new(json, "office", api_text_or_null(leg->office));
	json_object_set_new(json, "courier", api_text_or_null(leg->courier));
	return json;
}

static void legs_came(struct api_read *read)
{
	const unsigned *limit = read->more;
	bool more = report_leg_count(&read->trip) > (int)*limit;
	int count = more ? (int)*limit : report_leg_count(&read->trip);
	json_t *items = json_array();
	struct cursor cursor = {0};

	for (int row = 0; row < count; row++) {
		struct report_leg leg = report_leg_at(&read->trip, row);
		json_array_append_new(items, leg_json(&leg));
		cursor.number = leg.at_ms;
		uuid7_format(&leg.id, cursor.text);
	}
	api_reply(read->exchange, 200, api_query_page(items, LIST, more ? &cursor : NULL));
}

/* A day of the period is the period cut down to it. */
static void read_day(struct api_query *query, struct period *period)
{
	char text[WORD_MAX + 1];
	int64_t day_ms;

	if (!api_query_text(query, "day", text, sizeof text)) {
		return;
	}
	if (strlen(text) != strlen("2026-11-23") || !api_query_time(query, "day", false, &day_ms)) {
		api_query_fail(query, HOSO_BAD_MEMBER, "day");
		return;
	}
	period->first_day = MAX(period->first_day, clock_local_day(day_ms));
	period->last_day = MIN(period->last_day, clock_local_day(day_ms));
	if (period->first_day > period->last_day) {
		api_query_fail(query, HOSO_BAD_MEMBER, "day");
	}
}

static struct report_place read_place(struct api_query *query)
{
	struct report_place place = {.limit = api_query_limit(query)};
	char figure[WORD_MAX + 1];
	struct cursor cursor;

	if (!api_query_text(query, "figure", figure, sizeof figure)) {
		api_query_fail(query, HOSO_MISSING_MEMBER, "figure");
	} else if (!(place.figure = report_figure_find(figure))) {
		api_query_fail(query, HOSO_BAD_MEMBER, "figure");
	}
	if (api_query_text(query, "kind", place.kind, sizeof place.kind) &&
		leg_kind_from_wire(place.kind) == LEG_KIND_COUNT) {
		api_query_fail(query, HOSO_BAD_MEMBER, "kind");
	}
	api_query_text(query, "at_office", place.office, sizeof place.office);
	if (api_query_cursor(query, "cursor", LIST, &cursor)) {
		place.before_ms = cursor.number;
		if (cursor.number == 0 || !uuid7_parse_any(cursor.text, &place.before_id)) {
			api_query_fail(query, HOSO_BAD_CURSOR, "cursor");
		}
	}
	return place;
}

void api_report_dossiers(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"period", "cut", "office", "agency", "procedure",
		"courier", "at_office", "figure", "kind", "day", "limit", "cursor", NULL};
	struct api_query query = api_query_begin(exchange, known);
	const struct actor *actor = api_actor(exchange);
	struct report_ask ask = report_query_ask(&query, exchange_param(exchange, 0), actor);
	struct report_place place = read_place(&query);
	struct api_read *read;

	if (!query.error) {
		read_day(&query, &ask.period);
	}
	if (api_query_refused(&query, exchange)) {
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&place.limit, sizeof place.limit);
	report_list_ask(&read->trip, actor, &ask, clock_local_day(clock_now_ms()), &place);
	api_read_run(read, legs_came);
}
