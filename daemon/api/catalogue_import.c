#include "api/catalogue_import.h"

#include <string.h>

#include <glib.h>

#include <hoso/limits.h>

#include "api/api_guard.h"
#include "api/api_json.h"
#include "base/log.h"
#include "model/catalogue_file.h"
#include "store/catalogue.h"

#define PLANS_MAX 3

/**
 * struct import - @json: what was sent as JSON; NULL for a file
 * @plans: one per table that is written
 */
struct import {
	struct pg_trip trip;
	struct api *api;
	struct exchange *exchange;
	struct catalogue_json *json;
	enum catalogue_kind kinds[PLANS_MAX];
	struct catalogue_plan *plans[PLANS_MAX];
	unsigned plan_count;
	bool dry_run;
	unsigned tries;
	int64_t version;
};

/* What comes back before the tables do. */
enum import_step { IMPORT_STATE, IMPORT_AREAS, IMPORT_TABLES };

static void forget_plans(struct import *import)
{
	for (unsigned i = 0; i < import->plan_count; i++) {
		catalogue_plan_free(import->plans[i]);
		import->plans[i] = NULL;
	}
}

static void end_import(struct import *import)
{
	forget_plans(import);
	pg_trip_clear(&import->trip);
	catalogue_json_free(import->json);
	g_free(import);
}

static void fail_import(struct import *import, enum hoso_error error, const char *member)
{
	api_problem(import->exchange, error, member);
	end_import(import);
}

static guint json_count(const struct import *import, enum catalogue_kind kind)
{
	return import->json->rows[kind] ? import->json->rows[kind]->len : 0;
}

static void reply_done(struct import *import, bool written)
{
	if (import->json) {
		api_reply(import->exchange, 200,
			json_pack("{s:i, s:i, s:i}", "offices",
				(int)json_count(import, CATALOGUE_OFFICES), "agencies",
				(int)json_count(import, CATALOGUE_AGENCIES), "procedures",
				(int)json_count(import, CATALOGUE_PROCEDURES)));
	} else {
		api_reply(import->exchange, 200,
			catalogue_report(import->plans[0], import->dry_run, written,
				exchange_language(import->exchange)));
	}
	end_import(import);
}

static void add_counts(const struct import *import, unsigned ret_counts[CATALOGUE_WHAT_COUNT])
{
	memset(ret_counts, 0, CATALOGUE_WHAT_COUNT * sizeof *ret_counts);
	for (unsigned i = 0; i < import->plan_count; i++) {
		for (int what = 0; what < CATALOGUE_WHAT_COUNT; what++) {
			ret_counts[what] += import->plans[i]->counts[what];
		}
	}
}

static void run_import(struct import *import);

static void written(struct pg_trip *trip, enum hoso_error error)
{
	struct import *import = container_of(trip, struct import, trip);
	unsigned counts[CATALOGUE_WHAT_COUNT];

	if (error == HOSO_INTERNAL && strncmp(trip->sqlstate, "40", 2) == 0) {
		if (++import->tries < CATALOGUE_TRIES_MAX) {
			run_import(import);
		} else {
			fail_import(import, HOSO_CONFLICT, NULL);
		}
		return;
	}
	if (error == HOSO_DATABASE_DOWN || (!error && !trip->committed)) {
		error = HOSO_OUTCOME_UNKNOWN;
	}
	if (error) {
		fail_import(import, error, NULL);
		return;
	}
	api_guard_forget();
	add_counts(import, counts);
	log_notice(
		"catalogue=imported table=%s added=%u changed=%u closed=%u merged=%u by=%s: done",
		import->json ? "several" : catalogue_table(import->kinds[0])->name,
		counts[CATALOGUE_ADDED], counts[CATALOGUE_CHANGED], counts[CATALOGUE_CLOSED],
		counts[CATALOGUE_MERGED], api_actor(import->exchange)->login);
	reply_done(import, true);
}

/* Only offices and agencies have people, and contain each other. */
static bool moves_people(const struct import *import)
{
	bool moves = false;

	for (unsigned i = 0; i < import->plan_count; i++) {
		moves = moves || import->kinds[i] == CATALOGUE_OFFICES ||
			import->kinds[i] == CATALOGUE_AGENCIES;
	}
	return moves;
}

static void write_plans(struct import *import)
{
	unsigned counts[CATALOGUE_WHAT_COUNT];
	enum hoso_error error;

	add_counts(import, counts);
	pg_trip_clear(&import->trip);
	catalogue_begin(&import->trip, import->version);
	for (unsigned i = 0; i < import->plan_count; i++) {
		catalogue_write(&import->trip, import->plans[i]);
	}
	if (moves_people(import)) {
		catalogue_turn(&import->trip, true);
	}
	catalogue_commit(&import->trip, api_actor(import->exchange),
		import->json ? "" : catalogue_table(import->kinds[0])->name, counts);
	error = pg_pool_run(import->api->pool, &import->trip, written);
	if (error) {
		fail_import(import, error, NULL);
	}
}

/* ── the plans ── */

static GHashTable *read_areas(const struct pg_trip *trip)
{
	GHashTable *areas = g_hash_table_new(g_str_hash, g_str_equal);
	const PGresult *rows = trip->results[IMPORT_AREAS];

	for (int row = 0; row < pg_rows(rows); row++) {
		g_hash_table_add(areas, (gpointer)pg_text(rows, row, 0));
	}
	return areas;
}

static void know_rows(struct catalogue_plan *plan, const PGresult *rows)
{
	for (int row = 0; row < pg_rows(rows); row++) {
		struct catalogue_version version = catalogue_at(rows, plan->table, row);
		catalogue_plan_know(plan, version.id, version.from, version.to, version.cells);
	}
}

static void take_json(struct catalogue_plan *plan, const GArray *rows)
{
	for (guint i = 0; i < rows->len; i++) {
		const struct catalogue_row *row = &g_array_index(rows, struct catalogue_row, i);
		catalogue_plan_note(plan, catalogue_plan_take(plan, row));
	}
}

static void make_plan(struct import *import, unsigned place, GHashTable *areas, int32_t today)
{
	struct catalogue_plan *plan = catalogue_plan_new(import->kinds[place], today);

	import->plans[place] = plan;
	know_rows(plan, import->trip.results[IMPORT_TABLES + place]);
	if (import->json) {
		take_json(plan, import->json->rows[import->kinds[place]]);
	} else {
		size_t length;
		const char *text = exchange_body(import->exchange, &length);
		catalogue_file_take(plan, text, length);
	}
	catalogue_plan_check(plan, areas);
}

static const struct catalogue_entry *first_refused(const struct import *import)
{
	for (unsigned i = 0; i < import->plan_count; i++) {
		for (guint k = 0; k < import->plans[i]->entries->len; k++) {
			const struct catalogue_entry *entry = import->plans[i]->entries->pdata[k];
			if (entry->what == CATALOGUE_REFUSED) {
				return entry;
			}
		}
	}
	return NULL;
}

static void refuse_import(struct import *import, const struct catalogue_entry *entry)
{
	if (import->json) {
		fail_import(import, HOSO_BAD_MEMBER, entry->column);
		return;
	}
	api_problem_with(import->exchange, HOSO_IMPORT_REFUSED, NULL, "report",
		catalogue_report(
			import->plans[0], false, false, exchange_language(import->exchange)));
	end_import(import);
}

static void decide(struct import *import)
{
	const struct catalogue_entry *refused = first_refused(import);
	unsigned counts[CATALOGUE_WHAT_COUNT];

	add_counts(import, counts);
	if (import->dry_run) {
		reply_done(import, false);
	} else if (refused) {
		refuse_import(import, refused);
	} else if (counts[CATALOGUE_ADDED] + counts[CATALOGUE_CHANGED] + counts[CATALOGUE_CLOSED] +
			   counts[CATALOGUE_MERGED] ==
		   0) {
		reply_done(import, true);
	} else {
		write_plans(import);
	}
}

static void tables_came(struct pg_trip *trip, enum hoso_error error)
{
	struct import *import = container_of(trip, struct import, trip);
	struct catalogue_state state;
	g_autoptr(GHashTable) areas = NULL;

	if (error) {
		fail_import(import, error, NULL);
		return;
	}
	state = catalogue_state(trip->results[IMPORT_STATE]);
	if (!state.may_import) {
		fail_import(import, HOSO_FORBIDDEN, NULL);
		return;
	}
	import->version = state.version;
	areas = read_areas(trip);
	for (unsigned i = 0; i < import->plan_count; i++) {
		make_plan(import, i, areas, state.today);
	}
	decide(import);
}

/* The state first: what changes while the tables are read has another version by the time of the writing. */
static void run_import(struct import *import)
{
	enum hoso_error error;

	forget_plans(import);
	pg_trip_clear(&import->trip);
	catalogue_ask_state(&import->trip, api_actor(import->exchange));
	catalogue_ask(&import->trip, CATALOGUE_AREAS, CATALOGUE_SPAN_EVER);
	for (unsigned i = 0; i < import->plan_count; i++) {
		catalogue_ask(&import->trip, import->kinds[i], CATALOGUE_SPAN_EVER);
	}
	error = pg_pool_run(import->api->pool, &import->trip, tables_came);
	if (error) {
		fail_import(import, error, NULL);
	}
}

static struct import *new_import(struct api *api, struct exchange *exchange)
{
	struct import *import = g_new0(struct import, 1);

	import->api = api;
	import->exchange = exchange;
	return import;
}

void catalogue_import_json(struct api *api, struct exchange *exchange, struct catalogue_json *json)
{
	static const enum catalogue_kind kinds[PLANS_MAX] = {
		CATALOGUE_OFFICES, CATALOGUE_AGENCIES, CATALOGUE_PROCEDURES};
	struct import *import = new_import(api, exchange);

	import->json = json;
	for (unsigned i = 0; i < PLANS_MAX; i++) {
		if (json->rows[kinds[i]] && json->rows[kinds[i]]->len > 0) {
			import->kinds[import->plan_count++] = kinds[i];
		}
	}
	run_import(import);
}

void catalogue_import_csv(
	struct api *api, struct exchange *exchange, enum catalogue_kind kind, bool dry_run)
{
	struct import *import = new_import(api, exchange);

	import->kinds[0] = kind;
	import->plan_count = 1;
	import->dry_run = dry_run;
	run_import(import);
}
