#include "store/catalogue.h"

#include <string.h>

#include "store/in_force.h"

/*
 * Every statement has its table's columns in the order of model/catalogue.c as text, "" for NULL; then id and both
 * days as numbers. $1: a span.
 */

/* clang-format off */
#define OF_SPAN(row) \
	" WHERE ($1::int = 2 OR " NOT_OVER(row) " AND ($1::int = 1 OR " row ".valid_from <= " TODAY "))"
#define DATES(row) row ".valid_from::text, coalesce(" row ".valid_to::text, '')"
#define ID_AND_DAYS(row) row ".id, " DAYS(row ".valid_from") ", " DAYS(row ".valid_to")
#define UNDATED " WHERE $1::int IS NOT NULL"

static const struct pg_statement read_offices = {"catalogue_offices",
	"SELECT o.code, o.name, coalesce(up.code, ''), coalesce(o.area, ''), o.merged_into, o.address, o.phone, o.hours,"
	"  " DATES("o") ", " ID_AND_DAYS("o")
	" FROM office o LEFT JOIN office up ON up.id = o.parent_id" OF_SPAN("o") " ORDER BY o.code, o.valid_from"};

static const struct pg_statement read_agencies = {"catalogue_agencies",
	"SELECT a.code, a.name, coalesce(a.area, ''), a.merged_into, a.address, " DATES("a") ", " ID_AND_DAYS("a")
	" FROM agency a" OF_SPAN("a") " ORDER BY a.code, a.valid_from"};

static const struct pg_statement read_procedures = {"catalogue_procedures",
	"SELECT p.code, p.name, p.field_code, p.field_name, p.level, p.send_by_post::text, p.return_by_post::text,"
	"  coalesce(p.days::text, ''), p.fee_vnd, p.note, " DATES("p") ","
	"  coalesce((SELECT string_agg(concat_ws(chr(31), q.no, q.name, q.original, q.certified, q.copy, q.required::text,"
	"    q.guidance), chr(30) ORDER BY q.no) FROM procedure_paper q WHERE q.procedure_id = p.id), ''),"
	"  coalesce((SELECT string_agg(concat_ws(chr(31), f.no, f.kind, f.name, f.amount_vnd), chr(30) ORDER BY f.no)"
	"    FROM procedure_fee f WHERE f.procedure_id = p.id), ''), " ID_AND_DAYS("p")
	" FROM procedure p" OF_SPAN("p") " ORDER BY p.code, p.valid_from"};

static const struct pg_statement read_postage = {"catalogue_postage",
	"SELECT p.relation, p.grams_max, p.amount_vnd, " DATES("p") ", " ID_AND_DAYS("p")
	" FROM postage p" OF_SPAN("p") " ORDER BY p.relation, p.grams_max, p.valid_from"};

static const struct pg_statement read_concessions = {"catalogue_concessions",
	"SELECT c.code, c.name, c.percent, " DATES("c") ", " ID_AND_DAYS("c")
	" FROM concession c" OF_SPAN("c") " ORDER BY c.code, c.valid_from"};

static const struct pg_statement read_calendar = {"catalogue_calendar",
	"SELECT day, is_workday::text, name, 1, 0, NULL FROM calendar_day" UNDATED " ORDER BY day"};

static const struct pg_statement read_areas = {"catalogue_areas",
	"SELECT code, name, 1, 0, NULL FROM area" UNDATED " ORDER BY code"};

static const struct pg_statement read_relations = {"catalogue_relations",
	"SELECT area, other, relation, 1, 0, NULL FROM area_relation" UNDATED " ORDER BY area, other"};

static const struct pg_statement read_terms = {"catalogue_terms",
	"SELECT code, name, send_days, slip_days, 1, 0, NULL FROM relation" UNDATED " ORDER BY send_days, code"};

static const struct pg_statement read_state = {"catalogue_state",
	"SELECT version, " DAYS(TODAY) ","
	"  EXISTS (SELECT FROM office o WHERE o.id = $1::int AND o.parent_id IS NULL) FROM catalogue_state"};
/* clang-format on */

static const struct pg_statement *const reads[CATALOGUE_COUNT] = {
	[CATALOGUE_OFFICES] = &read_offices,
	[CATALOGUE_AGENCIES] = &read_agencies,
	[CATALOGUE_PROCEDURES] = &read_procedures,
	[CATALOGUE_PAPERS] = &read_procedures,
	[CATALOGUE_FEES] = &read_procedures,
	[CATALOGUE_POSTAGE] = &read_postage,
	[CATALOGUE_CONCESSIONS] = &read_concessions,
	[CATALOGUE_CALENDAR] = &read_calendar,
	[CATALOGUE_AREAS] = &read_areas,
	[CATALOGUE_RELATIONS] = &read_relations,
	[CATALOGUE_TERMS] = &read_terms,
};

void catalogue_ask_state(struct pg_trip *trip, const struct actor *actor)
{
	pg_params_int(pg_trip_add(trip, &read_state), actor ? actor->office : 0);
}

struct catalogue_state catalogue_state(const PGresult *answer)
{
	return (struct catalogue_state){
		.version = pg_int(answer, 0, 0),
		.today = (int32_t)pg_int(answer, 0, 1),
		.may_import = pg_bool(answer, 0, 2),
	};
}

void catalogue_ask(struct pg_trip *trip, enum catalogue_kind kind, enum catalogue_span span)
{
	pg_params_int(pg_trip_add(trip, reads[kind]), span);
}

struct catalogue_version catalogue_at(
	const PGresult *answer, const struct catalogue_table *table, int row)
{
	struct catalogue_version version = {0};
	int at = table->count;

	for (int i = 0; i < table->count; i++) {
		version.cells[i] = pg_text(answer, row, i);
	}
	version.id = (int32_t)pg_int(answer, row, at);
	version.from = (int32_t)pg_int(answer, row, at + 1);
	version.to = pg_is_null(answer, row, at + 2) ? CATALOGUE_NEVER
						     : (int32_t)pg_int(answer, row, at + 2);
	return version;
}
