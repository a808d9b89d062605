#include "api/api_report.h"

#include <string.h>

#include <glib.h>

#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/api_read.h"
#include "api/report_form.h"
#include "api/report_query.h"
#include "api/report_table.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/uuid7.h"
#include "flow/reports.h"
#include "store/frozen.h"

#define LIST 'z'

/*
 *   LOOKING ── it was closed before ─────────────────────────────────► replied
 *      └──► ASKING ──► PDF ──► XLSX ──► STORING ── whoever was first ──► replied
 *
 * Nothing is kept before all formats are made; when two close the same report at once, the database keeps the first.
 */
struct freeze {
	struct pg_trip trip;
	struct api *api;
	struct exchange *exchange;
	struct report_ask ask;
	struct frozen_new new;
	struct reports_press press;
	char *office;
	GString *made[FORMAT_COUNT];
};

static void free_freeze(struct freeze *freeze)
{
	pg_trip_clear(&freeze->trip);
	for (int format = 0; format < FORMAT_COUNT; format++) {
		if (freeze->made[format]) {
			g_string_free(freeze->made[format], TRUE);
		}
	}
	g_free(freeze->office);
	g_free(freeze);
}

static void fail(struct freeze *freeze, enum hoso_error error, const char *member)
{
	api_problem(freeze->exchange, error == HOSO_CANCELED ? HOSO_STOPPING : error, member);
	free_freeze(freeze);
}

static json_t *formats_json(const char *digests)
{
	g_auto(GStrv) each = g_strsplit(digests, ",", -1);
	json_t *formats = json_object();

	for (char **one = each; *one; one++) {
		char *colon = strchr(*one, ':');
		if (colon) {
			*colon = '\0';
			json_object_set_new(formats, *one, json_string(colon + 1));
		}
	}
	return formats;
}

static json_t *frozen_json(const struct frozen *frozen)
{
	json_t *json = json_object();

	json_object_set_new(json, "id", api_uuid(&frozen->id));
	json_object_set_new(json, "name", json_string(frozen->name));
	json_object_set_new(json, "period", json_string(frozen->period));
	json_object_set_new(json, "cut", json_string(frozen->cut));
	json_object_set_new(json, "first_on", json_string(frozen->first_on));
	json_object_set_new(json, "last_on", json_string(frozen->last_on));
	json_object_set_new(json, "office", json_string(frozen->office));
	json_object_set_new(json, "agency", api_text_or_null(frozen->agency));
	json_object_set_new(json, "procedure", api_text_or_null(frozen->procedure));
	json_object_set_new(json, "courier", api_text_or_null(frozen->courier));
	json_object_set_new(json, "definition", json_integer(frozen->version));
	json_object_set_new(json, "at", api_time(frozen->at_ms));
	json_object_set_new(json, "by", json_string(frozen->account));
	json_object_set_new(json, "formats", formats_json(frozen->digests));
	return json;
}

static void reply(struct freeze *freeze)
{
	struct frozen frozen = frozen_at(&freeze->trip, 0);

	api_reply(freeze->exchange, 200, frozen_json(&frozen));
	free_freeze(freeze);
}

static void stored(struct pg_trip *trip, enum hoso_error error)
{
	struct freeze *freeze = container_of(trip, struct freeze, trip);

	if (error == HOSO_DATABASE_DOWN || (!error && !trip->committed)) {
		error = HOSO_OUTCOME_UNKNOWN;
	}
	if (!error && frozen_count(trip) == 0) {
		error = HOSO_KEY_REUSE;
	}
	if (error) {
		fail(freeze, error, error == HOSO_KEY_REUSE ? "id" : NULL);
		return;
	}
	log_notice("report=%s by=%s: closed", report_name_wire(freeze->ask.name),
		api_actor(freeze->exchange)->login);
	reply(freeze);
}

static void store(struct freeze *freeze)
{
	enum hoso_error error;

	for (int format = 0; format < FORMAT_COUNT; format++) {
		freeze->new.formats[format] = report_format_wire((enum report_format)format);
		freeze->new.bytes[format] = freeze->made[format];
	}
	freeze->new.office = freeze->office;
	pg_trip_clear(&freeze->trip);
	frozen_store(&freeze->trip, api_actor(freeze->exchange), &freeze->ask, &freeze->new);
	error = pg_pool_run(freeze->api->pool, &freeze->trip, stored);
	if (error) {
		fail(freeze, error, NULL);
	}
}

static void press(struct freeze *freeze, enum report_format format);

static void pressed(struct reports_press *press_done, enum hoso_error error)
{
	struct freeze *freeze = container_of(press_done, struct freeze, press);
	bool is_pdf = strcmp(press_done->verb, "report-pdf") == 0;

	if (error) {
		fail(freeze, error, NULL);
		return;
	}
	freeze->made[is_pdf ? FORMAT_PDF : FORMAT_XLSX] =
		g_string_new_len(press_done->bytes->str, (gssize)press_done->bytes->len);
	if (is_pdf) {
		press(freeze, FORMAT_XLSX);
	} else {
		store(freeze);
	}
}

static void press(struct freeze *freeze, enum report_format format)
{
	enum hoso_error error;

	freeze->press.verb = format == FORMAT_PDF ? "report-pdf" : "report-xlsx";
	freeze->press.table = freeze->made[FORMAT_JSON];
	error = reports_press(freeze->api->reports, &freeze->press, pressed);
	if (error) {
		fail(freeze, error, NULL);
	}
}

static void report_came(struct pg_trip *trip, enum hoso_error error)
{
	struct freeze *freeze = container_of(trip, struct freeze, trip);
	const char *member = NULL;
	json_t *table;
	char *text;

	reports_end(freeze->api->reports);
	if (!error && !report_is_known(trip, &member)) {
		error = HOSO_BAD_MEMBER;
	}
	if (error) {
		fail(freeze, error, member);
		return;
	}
	table = report_table_new(trip, &freeze->ask, freeze->new.at_ms);
	report_table_freeze(table, freeze->new.at_ms, api_actor(freeze->exchange)->login);
	freeze->office = g_strdup(report_issuer_code(trip));
	text = json_dumps(table, JSON_COMPACT);
	freeze->made[FORMAT_JSON] = g_string_new(text);
	freeze->made[FORMAT_CSV] = report_csv(table, ';');
	free(text);
	json_decref(table);
	press(freeze, FORMAT_PDF);
}

static void looked(struct pg_trip *trip, enum hoso_error error)
{
	struct freeze *freeze = container_of(trip, struct freeze, trip);

	if (error) {
		fail(freeze, error, NULL);
		return;
	}
	if (frozen_count(trip) > 0) {
		reply(freeze);
		return;
	}
	pg_trip_clear(trip);
	error = reports_begin(freeze->api->reports);
	if (error) {
		fail(freeze, error, NULL);
		return;
	}
	report_ask(trip, api_actor(freeze->exchange), &freeze->ask,
		clock_local_day(freeze->new.at_ms));
	error = pg_pool_run(freeze->api->report_pool, trip, report_came);
	if (error) {
		reports_end(freeze->api->reports);
		fail(freeze, error, NULL);
	}
}

static void read_request(struct freeze *freeze, json_t *body, struct api_query *query)
{
	char id[64];
	static const char *const known[] = {
		"id", "period", "cut", "office", "agency", "procedure", "courier", NULL};

	*query = api_query_begin_body(body, known);
	freeze->ask = report_query_ask(
		query, exchange_param(freeze->exchange, 0), api_actor(freeze->exchange));
	if (!api_query_text(query, "id", id, sizeof id)) {
		api_query_fail(query, HOSO_MISSING_MEMBER, "id");
	} else if (!uuid7_parse(id, &freeze->new.id)) {
		api_query_fail(query, HOSO_BAD_MEMBER, "id");
	}
	if (!query->error &&
		!period_is_closed(&freeze->ask.period, clock_local_day(freeze->new.at_ms))) {
		api_query_fail(query, HOSO_PERIOD_OPEN, "period");
	}
}

void api_report_freeze(struct exchange *exchange, void *api)
{
	struct freeze *freeze = g_new0(struct freeze, 1);
	struct api_query query = {0};
	json_t *body = NULL;
	enum hoso_error error = api_body(exchange, &body);

	freeze->api = api;
	freeze->exchange = exchange;
	freeze->new.at_ms = clock_now_ms();
	if (!error && !json_is_object(body)) {
		error = HOSO_BAD_JSON;
	}
	if (!error) {
		read_request(freeze, body, &query);
		error = query.error;
	}
	json_decref(body);
	if (!error) {
		freeze->new.version = report_form(freeze->ask.name)->version;
		frozen_ask(&freeze->trip, api_actor(exchange), &freeze->ask);
		error = pg_pool_run(freeze->api->pool, &freeze->trip, looked);
	}
	if (error) {
		fail(freeze, error, query.member);
	}
}

/* ── what was closed ────────────────────────────────────────────────────────────────────────────────── */

static void list_came(struct api_read *read)
{
	const unsigned *limit = read->more;
	bool more = frozen_count(&read->trip) > (int)*limit;
	int count = more ? (int)*limit : frozen_count(&read->trip);
	json_t *items = json_array();
	struct cursor cursor = {0};

	for (int row = 0; row < count; row++) {
		struct frozen frozen = frozen_at(&read->trip, row);
		json_array_append_new(items, frozen_json(&frozen));
		cursor.number = frozen.at_ms;
		uuid7_format(&frozen.id, cursor.text);
	}
	api_reply(read->exchange, 200, api_query_page(items, LIST, more ? &cursor : NULL));
}

void api_report_list(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"limit", "cursor", NULL};
	struct api_query query = api_query_begin(exchange, known);
	unsigned limit = api_query_limit(&query);
	struct cursor cursor;
	struct uuid before = {0};
	struct api_read *read;

	if (api_query_cursor(&query, "cursor", LIST, &cursor) &&
		(cursor.number == 0 || !uuid7_parse_any(cursor.text, &before))) {
		api_query_fail(&query, HOSO_BAD_CURSOR, "cursor");
	}
	if (api_query_refused(&query, exchange)) {
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&limit, sizeof limit);
	frozen_list_ask(&read->trip, api_actor(exchange), cursor.number, &before, limit);
	api_read_run(read, list_came);
}

static void bytes_came(struct api_read *read)
{
	const enum report_format *format = read->more;
	GString *bytes = frozen_bytes(&read->trip);

	if (!bytes) {
		api_problem(read->exchange, HOSO_NOT_FOUND, NULL);
		return;
	}
	report_query_reply(read->exchange, *format, exchange_param(read->exchange, 0),
		frozen_bytes_period(&read->trip), bytes);
}

void api_report_frozen(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"format", NULL};
	struct api_query query = api_query_begin(exchange, known);
	enum report_format format = report_query_format(&query);
	const char *name = exchange_param(exchange, 0);
	struct uuid id;
	struct api_read *read;

	if (!uuid7_parse_any(exchange_param(exchange, 1), &id) ||
		report_name_parse(name) == REPORT_COUNT) {
		api_query_fail(&query, HOSO_NOT_FOUND, NULL);
	}
	if (api_query_refused(&query, exchange)) {
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&format, sizeof format);
	frozen_bytes_ask(&read->trip, api_actor(exchange), name, &id, report_format_wire(format));
	api_read_run(read, bytes_came);
}
