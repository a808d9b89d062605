#include "store/catalogue.h"

/* clang-format off */
static const struct pg_statement read_offices = {"catalogue_offices",
	"SELECT o.code, o.name, up.code FROM office o LEFT JOIN office up ON up.id = o.parent_id"
	" WHERE o.valid_to IS NULL ORDER BY o.code"};

static const struct pg_statement read_agencies = {"catalogue_agencies",
	"SELECT code, name FROM agency WHERE valid_to IS NULL ORDER BY code"};

static const struct pg_statement read_procedures = {"catalogue_procedures",
	"SELECT code, name, field_code, field_name, by_post, fee_vnd FROM procedure"
	" WHERE valid_to IS NULL ORDER BY code"};
/* clang-format on */

enum catalogue_step {
	CATALOGUE_OFFICES,
	CATALOGUE_AGENCIES,
	CATALOGUE_PROCEDURES,
	CATALOGUE_MAY_IMPORT = 1
};

void catalogue_ask(struct pg_trip *trip)
{
	pg_trip_add(trip, &read_offices);
	pg_trip_add(trip, &read_agencies);
	pg_trip_add(trip, &read_procedures);
}

int catalogue_office_count(const struct pg_trip *trip)
{
	return PQntuples(trip->results[CATALOGUE_OFFICES]);
}

struct catalogue_office catalogue_office_at(const struct pg_trip *trip, int row)
{
	const PGresult *rows = trip->results[CATALOGUE_OFFICES];

	return (struct catalogue_office){
		.code = pg_text(rows, row, 0),
		.name = pg_text(rows, row, 1),
		.parent = pg_text(rows, row, 2),
	};
}

int catalogue_agency_count(const struct pg_trip *trip)
{
	return PQntuples(trip->results[CATALOGUE_AGENCIES]);
}

struct catalogue_agency catalogue_agency_at(const struct pg_trip *trip, int row)
{
	const PGresult *rows = trip->results[CATALOGUE_AGENCIES];

	return (struct catalogue_agency){
		.code = pg_text(rows, row, 0), .name = pg_text(rows, row, 1)};
}

int catalogue_procedure_count(const struct pg_trip *trip)
{
	return PQntuples(trip->results[CATALOGUE_PROCEDURES]);
}

struct catalogue_procedure catalogue_procedure_at(const struct pg_trip *trip, int row)
{
	const PGresult *rows = trip->results[CATALOGUE_PROCEDURES];

	return (struct catalogue_procedure){
		.code = pg_text(rows, row, 0),
		.name = pg_text(rows, row, 1),
		.field_code = pg_text(rows, row, 2),
		.field_name = pg_text(rows, row, 3),
		.by_post = pg_bool(rows, row, 4),
		.fee_vnd = pg_int(rows, row, 5),
	};
}

static const struct pg_statement read_right = {"catalogue_may_import",
	"SELECT EXISTS (SELECT FROM office WHERE id = $1::int AND parent_id IS NULL)"};

void catalogue_ask_offices(struct pg_trip *trip, const struct actor *actor)
{
	pg_trip_add(trip, &read_offices);
	pg_params_int(pg_trip_add(trip, &read_right), actor->office);
}

bool catalogue_may_import(const struct pg_trip *trip)
{
	return pg_bool(trip->results[CATALOGUE_MAY_IMPORT], 0, 0);
}
