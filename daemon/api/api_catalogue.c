#include "api/api_catalogue.h"

#include <string.h>

#include <glib.h>

#include "api/api_json.h"
#include "api/api_query.h"
#include "api/api_read.h"
#include "api/catalogue_import.h"
#include "api/catalogue_view.h"
#include "model/catalogue_file.h"
#include "store/catalogue.h"

static void view_came(struct exchange *exchange, const struct catalogue_view *view)
{
	catalogue_view_reply(
		exchange, view, "private, no-cache", "application/json; charset=utf-8", view->json);
}

void api_catalogue_get(struct exchange *exchange, void *api)
{
	if (!api_query_has_none(exchange)) {
		return;
	}
	catalogue_view_ask(api, exchange, 0, view_came, api_problem_plain);
}

void api_catalogue_put(struct exchange *exchange, void *api)
{
	json_t *body = NULL;
	const char *member = NULL;
	struct catalogue_json *json = NULL;
	enum hoso_error error = api_body(exchange, &body);

	if (!error) {
		error = catalogue_json_read(body, &json, &member);
	}
	if (error) {
		api_problem(exchange, error, member);
	} else {
		catalogue_import_json(api, exchange, json);
	}
	json_decref(body);
}

/* "offices", or "offices.csv" as a browser saves it. */
static enum catalogue_kind asked_table(const struct exchange *exchange)
{
	g_autofree char *name = g_strdup(exchange_param(exchange, 0));

	if (g_str_has_suffix(name, ".csv")) {
		name[strlen(name) - strlen(".csv")] = '\0';
	}
	return catalogue_kind_from_name(name);
}

struct export
{
	GString *text;
	const struct catalogue_table *table;
};

static void add_line(const char *const *cells, void *arg)
{
	struct export *export = arg;

	catalogue_file_line(export->text, export->table, cells);
}

static void export_came(struct api_read *read)
{
	const enum catalogue_kind *kind = read->more;
	struct export export = {g_string_new(NULL), catalogue_table(*kind)};
	const struct catalogue_table *owner = catalogue_table(export.table->owner);
	const PGresult *rows = read->trip.results[0];
	g_autofree char *disposition =
		g_strdup_printf("attachment; filename=\"%s.csv\"", export.table->name);

	catalogue_file_header(export.text, export.table);
	for (int row = 0; row < pg_rows(rows); row++) {
		struct catalogue_version version = catalogue_at(rows, owner, row);
		if (export.table->list < 0) {
			add_line(version.cells, &export);
		} else {
			catalogue_file_list(export.table, version.cells[0],
				version.cells[export.table->list],
				version.cells[catalogue_from(owner)], add_line, &export);
		}
	}
	exchange_add_header(read->exchange, "Content-Disposition", disposition);
	exchange_reply(read->exchange, 200, "text/csv; charset=utf-8", export.text);
}

void api_catalogue_export(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"all", NULL};
	struct api_query query = api_query_begin(exchange, known);
	enum catalogue_kind kind = asked_table(exchange);
	struct api_read *read;
	bool all;

	api_query_flag(&query, "all", &all);
	if (query.error || kind == CATALOGUE_COUNT) {
		api_problem(exchange, query.error ? query.error : HOSO_NOT_FOUND, query.member);
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&kind, sizeof kind);
	catalogue_ask(&read->trip, kind, all ? CATALOGUE_SPAN_EVER : CATALOGUE_SPAN_COMING);
	api_read_run(read, export_came);
}

void api_catalogue_import(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"dry_run", NULL};
	struct api_query query = api_query_begin(exchange, known);
	enum catalogue_kind kind = asked_table(exchange);
	bool dry_run;

	api_query_flag(&query, "dry_run", &dry_run);
	if (query.error || kind == CATALOGUE_COUNT) {
		api_problem(exchange, query.error ? query.error : HOSO_NOT_FOUND, query.member);
		return;
	}
	catalogue_import_csv(api, exchange, kind, dry_run);
}
