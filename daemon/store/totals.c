#include "store/totals.h"

#include <string.h>

#include <glib.h>

#include "store/scope.h"

/* clang-format off */
static const struct pg_statement find_agencies = {"totals_find_agencies",
	"SELECT EXISTS (SELECT FROM agency g WHERE g.code = n.code) FROM unnest($1::text[]) WITH ORDINALITY AS n(code, i) ORDER BY i"};
static const struct pg_statement find_procedures = {"totals_find_procedures",
	"SELECT EXISTS (SELECT FROM procedure p WHERE p.code = n.code) FROM unnest($1::text[]) WITH ORDINALITY AS n(code, i) ORDER BY i"};
static const struct pg_statement find_offices = {"totals_find_offices",
	"SELECT $2::int IS NULL AND EXISTS (SELECT FROM office o WHERE o.code = n.code AND o.id = ANY (" SCOPE_OFFICES "))"
	" FROM unnest($3::text[]) WITH ORDINALITY AS n(code, i) ORDER BY i"};
static const struct pg_statement find_import = {"totals_find_import",
	"SELECT content, lines::bigint FROM totals_import WHERE id = $1::uuid", .is_binary = true};

static const struct pg_statement insert_import = {"totals_insert_import",
	"INSERT INTO totals_import (id, what, content, lines, account_id) VALUES ($1::uuid, $2, $3::bytea, $4::int, $5::bigint)"};

static const struct pg_statement insert_totals = {"totals_insert_totals",
	"INSERT INTO agency_period_totals (import_id, entered_by, line, period, cut, first_on, last_on, agency, procedure,"
	"  received_all, received_online, resolved_all, resolved_online, returned_all, source)"
	" SELECT $1::uuid, $2::bigint, n.* FROM (SELECT line, period, cut, first::date, last::date, place, procedure, n1, n2, n3, n4, n5, source"
	"  FROM unnest($3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bigint[],"
	"   $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::text[])"
	"   AS u(line, period, cut, first, last, place, procedure, n1, n2, n3, n4, n5, source)) n"};

static const struct pg_statement insert_figures = {"totals_insert_figures",
	"INSERT INTO period_figure (import_id, entered_by, line, period, cut, first_on, last_on, office, figure, value, source)"
	" SELECT $1::uuid, $2::bigint, line, period, cut, first::date, last::date, place, figure, n1, source"
	" FROM unnest($3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bigint[], $11::text[])"
	"  AS u(line, period, cut, first, last, place, figure, n1, source)"};

#define KEY "t.import_id || ':' || lpad(t.line::text, 6, '0')"
static const struct pg_statement read_list = {"totals_list",
	"SELECT " KEY ", ms(t.at), t.period, t.cut, t.agency, t.procedure, t.source, a.account,"
	"  NOT EXISTS (SELECT FROM agency_period_totals n WHERE n.first_on = t.first_on AND n.last_on = t.last_on"
	"   AND n.agency = t.agency AND n.procedure = t.procedure AND (n.at, n.import_id, n.line) > (t.at, t.import_id, t.line)),"
	"  t.received_all, t.received_online, t.resolved_all, t.resolved_online, t.returned_all"
	" FROM agency_period_totals t JOIN account a ON a.id = t.entered_by"
	" WHERE ($1::int IS NOT NULL OR t.agency = (SELECT code FROM agency WHERE id = $2::int))"
	"  AND t.first_on = $3::date AND t.last_on = $4::date AND ($5::text IS NULL OR t.agency = $5)"
	"  AND (date_trunc('milliseconds', t.at), (" KEY ") COLLATE \"C\") < (at($6::bigint), $7::text)"
	" ORDER BY date_trunc('milliseconds', t.at) DESC, (" KEY ") COLLATE \"C\" DESC LIMIT $8::bigint"};
/* clang-format on */

enum { STEP_AGENCIES, STEP_PROCEDURES, STEP_OFFICES, STEP_IMPORT };

void totals_find_ask(struct pg_trip *trip, const struct actor *actor, const struct uuid *id,
	struct pg_array *agencies, struct pg_array *procedures, struct pg_array *offices)
{
	struct pg_params *params;

	pg_params_array(pg_trip_add(trip, &find_agencies), agencies);
	pg_params_array(pg_trip_add(trip, &find_procedures), procedures);
	params = pg_trip_add(trip, &find_offices);
	scope_ask(params, actor);
	pg_params_array(params, offices);
	pg_params_uuid(pg_trip_add(trip, &find_import), id);
}

bool totals_has_agency(const struct pg_trip *trip, int n)
{
	return pg_bool(trip->results[STEP_AGENCIES], n, 0);
}

bool totals_has_procedure(const struct pg_trip *trip, int n)
{
	return pg_bool(trip->results[STEP_PROCEDURES], n, 0);
}

bool totals_has_office(const struct pg_trip *trip, int n)
{
	return pg_bool(trip->results[STEP_OFFICES], n, 0);
}

bool totals_was_imported(const struct pg_trip *trip, struct digest *ret_digest, int64_t *ret_lines)
{
	const PGresult *rows = trip->results[STEP_IMPORT];

	if (PQntuples(rows) == 0) {
		return false;
	}
	*ret_lines = pg_int(rows, 0, 1);
	return pg_bytes(rows, 0, 0, ret_digest->bytes, sizeof ret_digest->bytes);
}

static void ask_lines(struct pg_params *params, struct totals_arrays *arrays)
{
	pg_params_array(params, &arrays->line);
	pg_params_array(params, &arrays->period);
	pg_params_array(params, &arrays->cut);
	pg_params_array(params, &arrays->first_on);
	pg_params_array(params, &arrays->last_on);
	pg_params_array(params, &arrays->place);
}

void totals_import(struct pg_trip *trip, const struct actor *actor, const struct uuid *id,
	const char *what, const struct digest *digest, int64_t lines, struct totals_arrays *arrays)
{
	bool is_figures = strcmp(what, "figures") == 0;
	struct pg_params *params;

	pg_trip_add(trip, &pg_begin);
	params = pg_trip_add(trip, &insert_import);
	pg_params_uuid(params, id);
	pg_params_text(params, what);
	pg_params_bytes(params, digest->bytes, sizeof digest->bytes);
	pg_params_int(params, lines);
	pg_params_int(params, actor->account);
	params = pg_trip_add(trip, is_figures ? &insert_figures : &insert_totals);
	pg_params_uuid(params, id);
	pg_params_int(params, actor->account);
	ask_lines(params, arrays);
	pg_params_array(params, is_figures ? &arrays->figure : &arrays->procedure);
	for (int i = 0; i < (is_figures ? 1 : 5); i++) {
		pg_params_array(params, &arrays->numbers[i]);
	}
	pg_params_array(params, &arrays->source);
	pg_trip_add(trip, &pg_commit);
}

void totals_list_ask(struct pg_trip *trip, const struct actor *actor, const struct period *period,
	const char *agency, int64_t before_ms, const char *before_key, unsigned limit)
{
	static const int64_t end_of_time_ms = 253402300799000;
	struct pg_params *params = pg_trip_add(trip, &read_list);
	char first[PERIOD_DAY_SIZE], last[PERIOD_DAY_SIZE];

	period_day_text(period->first_day, first);
	period_day_text(period->last_day, last);
	scope_ask(params, actor);
	pg_params_text(params, first);
	pg_params_text(params, last);
	pg_params_text_or_null(params, agency);
	pg_params_int(params, before_ms ? before_ms : end_of_time_ms);
	pg_params_text(params, before_key);
	pg_params_int(params, limit + 1);
}

int totals_count(const struct pg_trip *trip)
{
	return PQntuples(trip->results[0]);
}

struct totals_row totals_at(const struct pg_trip *trip, int row)
{
	const PGresult *rows = trip->results[0];

	return (struct totals_row){
		.key = pg_text(rows, row, 0),
		.at_ms = pg_int(rows, row, 1),
		.period = pg_text(rows, row, 2),
		.cut = pg_text(rows, row, 3),
		.agency = pg_text(rows, row, 4),
		.procedure = pg_text(rows, row, 5),
		.source = pg_text(rows, row, 6),
		.account = pg_text(rows, row, 7),
		.counts = pg_bool(rows, row, 8),
	};
}

bool totals_number_at(const struct pg_trip *trip, int row, int n, int64_t *ret_number)
{
	const PGresult *rows = trip->results[0];

	*ret_number = pg_int(rows, row, 9 + n);
	return !pg_is_null(rows, row, 9 + n);
}
