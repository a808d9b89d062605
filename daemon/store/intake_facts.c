#include "store/intake_facts.h"

#include "store/in_force.h"

/* clang-format off */
#define ONE "(SELECT p.id FROM procedure p WHERE p.code = $1::text AND " IN_FORCE("p") ")"

static const struct pg_statement read_procedure = {"intake_procedure",
	"SELECT code, name, field_code, field_name, note, by_post AND send_by_post, by_post AND return_by_post, fee_vnd,"
	"  coalesce(days, -1) FROM procedure p WHERE p.code = $1::text AND " IN_FORCE("p")};

static const struct pg_statement read_papers = {"intake_papers",
	"SELECT no, name, original, certified, copy, required, guidance FROM procedure_paper"
	" WHERE procedure_id = " ONE " ORDER BY no"};

static const struct pg_statement read_fees = {"intake_fees",
	"SELECT kind, name, amount_vnd FROM procedure_fee WHERE procedure_id = " ONE " ORDER BY no"};

static const struct pg_statement read_postage = {"intake_postage",
	"SELECT relation, grams_max, amount_vnd FROM postage p WHERE " IN_FORCE("p")
	" ORDER BY relation, grams_max LIMIT 1000"};

static const struct pg_statement read_concessions = {"intake_concessions",
	"SELECT code, name, percent FROM concession c WHERE " IN_FORCE("c")
	" ORDER BY code LIMIT 200"};

/* $1 office. An area is 'district' to itself; pairs stand in one order. */
static const struct pg_statement read_relations = {"intake_relations",
	"SELECT a.code, CASE WHEN a.area = o.area THEN 'district' ELSE r.relation END"
	" FROM office o JOIN agency a ON " IN_FORCE("a")
	"  LEFT JOIN area_relation r ON r.area = least(a.area, o.area) AND r.other = greatest(a.area, o.area)"
	" WHERE o.id = $1::int AND (a.area = o.area OR r.relation IS NOT NULL) ORDER BY a.code LIMIT 5000"};
/* clang-format on */

void intake_facts_ask(struct pg_trip *trip, const struct actor *actor, const char *procedure)
{
	pg_params_text(pg_trip_add(trip, &read_procedure), procedure);
	pg_params_text(pg_trip_add(trip, &read_papers), procedure);
	pg_params_text(pg_trip_add(trip, &read_fees), procedure);
	pg_trip_add(trip, &read_postage);
	pg_trip_add(trip, &read_concessions);
	pg_params_int(pg_trip_add(trip, &read_relations), actor->office);
}

int intake_facts_count(const struct pg_trip *trip, enum intake_list list)
{
	return pg_rows(trip->results[list]);
}

struct intake_procedure intake_facts_procedure(const struct pg_trip *trip)
{
	const PGresult *rows = trip->results[INTAKE_PROCEDURE];

	return (struct intake_procedure){
		.code = pg_text(rows, 0, 0),
		.name = pg_text(rows, 0, 1),
		.field_code = pg_text(rows, 0, 2),
		.field_name = pg_text(rows, 0, 3),
		.note = pg_text(rows, 0, 4),
		.send_by_post = pg_bool(rows, 0, 5),
		.return_by_post = pg_bool(rows, 0, 6),
		.fee_vnd = pg_int(rows, 0, 7),
		.days = (int)pg_int(rows, 0, 8),
	};
}

struct intake_paper intake_facts_paper(const struct pg_trip *trip, int row)
{
	const PGresult *rows = trip->results[INTAKE_PAPERS];

	return (struct intake_paper){
		.no = (int)pg_int(rows, row, 0),
		.name = pg_text(rows, row, 1),
		.original = (int)pg_int(rows, row, 2),
		.certified = (int)pg_int(rows, row, 3),
		.copy = (int)pg_int(rows, row, 4),
		.required = pg_bool(rows, row, 5),
		.guidance = pg_text(rows, row, 6),
	};
}

struct intake_fee intake_facts_fee(const struct pg_trip *trip, int row)
{
	const PGresult *rows = trip->results[INTAKE_FEES];

	return (struct intake_fee){
		.kind = pg_text(rows, row, 0),
		.name = pg_text(rows, row, 1),
		.amount_vnd = pg_int(rows, row, 2),
	};
}

struct intake_postage intake_facts_postage(const struct pg_trip *trip, int row)
{
	const PGresult *rows = trip->results[INTAKE_POSTAGE];

	return (struct intake_postage){
		.relation = pg_text(rows, row, 0),
		.grams_max = pg_int(rows, row, 1),
		.amount_vnd = pg_int(rows, row, 2),
	};
}

struct intake_concession intake_facts_concession(const struct pg_trip *trip, int row)
{
	const PGresult *rows = trip->results[INTAKE_CONCESSIONS];

	return (struct intake_concession){
		.code = pg_text(rows, row, 0),
		.name = pg_text(rows, row, 1),
		.percent = (int)pg_int(rows, row, 2),
	};
}

struct intake_relation intake_facts_relation(const struct pg_trip *trip, int row)
{
	const PGresult *rows = trip->results[INTAKE_RELATIONS];

	return (struct intake_relation){
		.agency = pg_text(rows, row, 0),
		.relation = pg_text(rows, row, 1),
	};
}
