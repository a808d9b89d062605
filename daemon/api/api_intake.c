#include "api/api_intake.h"

#include <glib.h>

#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/api_query.h"
#include "api/api_read.h"
#include "model/postage.h"
#include "store/intake_facts.h"

static json_t *paper_json(const struct pg_trip *trip, int row)
{
	struct intake_paper paper = intake_facts_paper(trip, row);

	return json_pack("{s:i, s:s, s:i, s:i, s:i, s:b, s:s}", "no", paper.no, "name", paper.name,
		"original", paper.original, "certified", paper.certified, "copy", paper.copy,
		"required", paper.required, "guidance", paper.guidance);
}

static json_t *fee_json(const struct pg_trip *trip, int row)
{
	struct intake_fee fee = intake_facts_fee(trip, row);

	return json_pack("{s:s, s:s, s:I}", "kind", fee.kind, "name", fee.name, "amount",
		(json_int_t)fee.amount_vnd);
}

static json_t *postage_json(const struct pg_trip *trip, int row)
{
	struct intake_postage step = intake_facts_postage(trip, row);

	return json_pack("{s:s, s:I, s:I}", "relation", step.relation, "grams_max",
		(json_int_t)step.grams_max, "amount", (json_int_t)step.amount_vnd);
}

static json_t *concession_json(const struct pg_trip *trip, int row)
{
	struct intake_concession concession = intake_facts_concession(trip, row);

	return json_pack("{s:s, s:s, s:i}", "code", concession.code, "name", concession.name,
		"percent", concession.percent);
}

static json_t *relation_json(const struct pg_trip *trip, int row)
{
	struct intake_relation relation = intake_facts_relation(trip, row);

	return json_pack("{s:s, s:s}", "agency", relation.agency, "relation", relation.relation);
}

static json_t *list_json(const struct pg_trip *trip, enum intake_list list,
	json_t *(*row_json)(const struct pg_trip *trip, int row))
{
	json_t *array = json_array();

	for (int row = 0; row < intake_facts_count(trip, list); row++) {
		json_array_append_new(array, row_json(trip, row));
	}
	return array;
}

static json_t *procedure_json(const struct pg_trip *trip)
{
	struct intake_procedure procedure = intake_facts_procedure(trip);
	json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:I, s:s}", "code", procedure.code,
		"name", procedure.name, "field_code", procedure.field_code, "field_name",
		procedure.field_name, "send_by_post", procedure.send_by_post, "return_by_post",
		procedure.return_by_post, "fee", (json_int_t)procedure.fee_vnd, "note",
		procedure.note);

	json_object_set_new(
		json, "days", procedure.days < 0 ? json_null() : json_integer(procedure.days));
	json_object_set_new(json, "papers", list_json(trip, INTAKE_PAPERS, paper_json));
	json_object_set_new(json, "fees", list_json(trip, INTAKE_FEES, fee_json));
	json_object_set_new(json, "postage", list_json(trip, INTAKE_POSTAGE, postage_json));
	json_object_set_new(json, "rounding", json_string(POSTAGE_ROUNDING));
	json_object_set_new(
		json, "concessions", list_json(trip, INTAKE_CONCESSIONS, concession_json));
	json_object_set_new(json, "relations", list_json(trip, INTAKE_RELATIONS, relation_json));
	return json;
}

static void facts_came(struct api_read *read)
{
	if (intake_facts_count(&read->trip, INTAKE_PROCEDURE) == 0) {
		api_problem(read->exchange, HOSO_NOT_FOUND, NULL);
	} else {
		api_reply(read->exchange, 200, procedure_json(&read->trip));
	}
}

void api_intake_get_procedure(struct exchange *exchange, void *api)
{
	struct api_read *read;

	if (!api_query_has_none(exchange)) {
		return;
	}
	read = api_read_new(api, exchange);
	intake_facts_ask(&read->trip, api_actor(exchange), exchange_param(exchange, 0));
	api_read_run(read, facts_came);
}
