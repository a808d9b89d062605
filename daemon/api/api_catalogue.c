#include "api/api_catalogue.h"

#include <glib.h>

#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/api_query.h"
#include "api/api_read.h"
#include "api/catalogue_json.h"
#include "base/attr.h"
#include "base/log.h"

static json_t *offices_json(const struct pg_trip *trip)
{
	json_t *array = json_array();

	for (int row = 0; row < catalogue_office_count(trip); row++) {
		struct catalogue_office office = catalogue_office_at(trip, row);
		json_t *json = json_pack("{s:s, s:s}", "code", office.code, "name", office.name);
		json_object_set_new(json, "parent", api_text_or_null(office.parent));
		json_array_append_new(array, json);
	}
	return array;
}

static json_t *agencies_json(const struct pg_trip *trip)
{
	json_t *array = json_array();

	for (int row = 0; row < catalogue_agency_count(trip); row++) {
		struct catalogue_agency agency = catalogue_agency_at(trip, row);
		json_array_append_new(
			array, json_pack("{s:s, s:s}", "code", agency.code, "name", agency.name));
	}
	return array;
}

static json_t *procedures_json(const struct pg_trip *trip)
{
	json_t *array = json_array();

	for (int row = 0; row < catalogue_procedure_count(trip); row++) {
		struct catalogue_procedure procedure = catalogue_procedure_at(trip, row);
		json_array_append_new(
			array, json_pack("{s:s, s:s, s:s, s:s, s:b, s:I}", "code", procedure.code,
				       "name", procedure.name, "field_code", procedure.field_code,
				       "field_name", procedure.field_name, "by_post",
				       procedure.by_post, "fee", (json_int_t)procedure.fee_vnd));
	}
	return array;
}

static void catalogue_came(struct api_read *read)
{
	api_reply(read->exchange, 200,
		json_pack("{s:o, s:o, s:o}", "offices", offices_json(&read->trip), "agencies",
			agencies_json(&read->trip), "procedures", procedures_json(&read->trip)));
}

void api_catalogue_get(struct exchange *exchange, void *api)
{
	static const char *const known[] = {NULL};
	struct api_query query = api_query_begin(exchange, known);
	struct api_read *read;

	if (query.error) {
		api_problem(exchange, query.error, query.member);
		return;
	}
	read = api_read_new(api, exchange);
	catalogue_ask(&read->trip);
	api_read_run(read, catalogue_came);
}

/*
 * An import in two trips: what offices are there, and may this be done? Then all of it in one
 * transaction. Two imports at a time cannot agree on a ring between them that matters: the closure
 * ends even in one.
 */
struct import {
	struct pg_trip trip;
	struct api *api;
	struct exchange *exchange;
	struct catalogue_json *json;
};

static void import_end(struct import *import, enum hoso_error error, const char *member)
{
	const struct catalogue *catalogue = &import->json->catalogue;

	if (error) {
		api_problem(import->exchange, error, member);
	} else {
		api_guard_forget();
		log_notice("catalogue=imported offices=%u agencies=%u procedures=%u by=%s: done",
			catalogue->offices->len, catalogue->agencies->len,
			catalogue->procedures->len, api_actor(import->exchange)->login);
		api_reply(import->exchange, 200,
			json_pack("{s:i, s:i, s:i}", "offices", (int)catalogue->offices->len,
				"agencies", (int)catalogue->agencies->len, "procedures",
				(int)catalogue->procedures->len));
	}
	pg_trip_clear(&import->trip);
	catalogue_json_free(import->json);
	g_free(import);
}

static void imported(struct pg_trip *trip, enum hoso_error error)
{
	struct import *import = container_of(trip, struct import, trip);

	if (error == HOSO_DATABASE_DOWN || (!error && !trip->committed)) {
		error = HOSO_OUTCOME_UNKNOWN;
	}
	import_end(import, error, NULL);
}

static enum hoso_error check_import(const struct import *import, const char **ret_member)
{
	*ret_member = NULL;
	if (!catalogue_may_import(&import->trip)) {
		return HOSO_FORBIDDEN;
	}
	*ret_member = "parent";
	return catalogue_json_check_parents(import->json, &import->trip) ? HOSO_OK
									 : HOSO_BAD_MEMBER;
}

static void offices_came(struct pg_trip *trip, enum hoso_error error)
{
	struct import *import = container_of(trip, struct import, trip);
	const char *member = NULL;

	if (!error) {
		error = check_import(import, &member);
	}
	if (!error) {
		pg_trip_clear(trip);
		catalogue_import(trip, api_actor(import->exchange), &import->json->catalogue);
		error = pg_pool_run(import->api->pool, trip, imported);
		member = NULL;
	}
	if (error) {
		import_end(import, error, member);
	}
}

void api_catalogue_put(struct exchange *exchange, void *api)
{
	json_t *body = NULL;
	const char *member = NULL;
	struct catalogue_json *json = NULL;
	enum hoso_error error = api_body(exchange, &body);
	struct import *import;

	if (!error) {
		error = catalogue_json_read(body, &json, &member);
	}
	json_decref(body);
	if (error) {
		api_problem(exchange, error, member);
		return;
	}
	import = g_new0(struct import, 1);
	import->api = api;
	import->exchange = exchange;
	import->json = json;
	catalogue_ask_offices(&import->trip, api_actor(exchange));
	error = pg_pool_run(import->api->pool, &import->trip, offices_came);
	if (error) {
		import_end(import, error, NULL);
	}
}
