#include "store/catalogue.h"

#include <string.h>

#include "store/in_force.h"

/*
 * What a plan decided, one step per statement: first what is there is ended or corrected, then what is new comes. $1
 * ids (0: a new row), $2 and $3 the days, then the table's columns without them, all as text.
 */

/* clang-format off */
static const struct pg_statement expect = {"catalogue_expect", "SELECT catalogue_expect($1)"};

#define ENDS "valid_to = nullif(new.valid_to, '')::date"
#define DAYS_OF_NEW "new.valid_from::date, nullif(new.valid_to, '')::date"

#define OFFICES \
	" unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[]," \
	"  $10::text[], $11::text[])" \
	" AS new(id, valid_from, valid_to, code, name, parent, area, merged_into, address, phone, hours)"

static const struct pg_statement update_offices = {"catalogue_update_offices",
	"UPDATE office old SET name = new.name, area = nullif(new.area, ''), merged_into = new.merged_into,"
	"  address = new.address, phone = new.phone, hours = new.hours, " ENDS
	" FROM" OFFICES " WHERE old.id = new.id"};

static const struct pg_statement insert_offices = {"catalogue_insert_offices",
	"INSERT INTO office (code, name, area, merged_into, address, phone, hours, valid_from, valid_to)"
	" SELECT new.code, new.name, nullif(new.area, ''), new.merged_into, new.address, new.phone, new.hours, " DAYS_OF_NEW
	" FROM" OFFICES " WHERE new.id = 0"};

/* When all of them are there. Who contains whom goes by codes, so any row of the parent would do. */
static const struct pg_statement hang_offices = {"catalogue_hang_offices",
	"UPDATE office old SET parent_id = (SELECT up.id FROM office up WHERE up.code = new.parent"
	"   ORDER BY up.valid_from <= greatest(old.valid_from, " TODAY ") DESC, up.valid_from DESC LIMIT 1)"
	" FROM" OFFICES " WHERE old.code = new.code AND old.valid_from = new.valid_from::date"};

#define AGENCIES \
	" unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])" \
	" AS new(id, valid_from, valid_to, code, name, area, merged_into, address)"

static const struct pg_statement update_agencies = {"catalogue_update_agencies",
	"UPDATE agency old SET name = new.name, area = nullif(new.area, ''), merged_into = new.merged_into,"
	"  address = new.address, " ENDS " FROM" AGENCIES " WHERE old.id = new.id"};

static const struct pg_statement insert_agencies = {"catalogue_insert_agencies",
	"INSERT INTO agency (code, name, area, merged_into, address, valid_from, valid_to)"
	" SELECT new.code, new.name, nullif(new.area, ''), new.merged_into, new.address, " DAYS_OF_NEW
	" FROM" AGENCIES " WHERE new.id = 0"};

#define PROCEDURES \
	" unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[]," \
	"  $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[])" \
	" AS new(id, valid_from, valid_to, code, name, field_code, field_name, level, send_by_post, return_by_post, days, fee," \
	"  note, papers, fees)"

static const struct pg_statement update_procedures = {"catalogue_update_procedures",
	"UPDATE procedure old SET name = new.name, field_code = new.field_code, field_name = new.field_name,"
	"  level = new.level, send_by_post = new.send_by_post::bool, return_by_post = new.return_by_post::bool,"
	"  by_post = new.send_by_post::bool OR new.return_by_post::bool, days = nullif(new.days, '')::smallint,"
	"  fee_vnd = new.fee::bigint, note = new.note, " ENDS
	" FROM" PROCEDURES " WHERE old.id = new.id"};

static const struct pg_statement insert_procedures = {"catalogue_insert_procedures",
	"INSERT INTO procedure (code, name, field_code, field_name, level, send_by_post, return_by_post, by_post, days,"
	"  fee_vnd, note, valid_from, valid_to)"
	" SELECT new.code, new.name, new.field_code, new.field_name, new.level, new.send_by_post::bool,"
	"  new.return_by_post::bool, new.send_by_post::bool OR new.return_by_post::bool, nullif(new.days, '')::smallint,"
	"  new.fee::bigint, new.note, " DAYS_OF_NEW
	" FROM" PROCEDURES " WHERE new.id = 0"};

/* The lists of a version that dossiers were taken in under stay as they are. */
#define LISTED \
	PROCEDURES " JOIN procedure p ON p.code = new.code AND p.valid_from = new.valid_from::date" \
	"  AND (new.id = 0 OR p.valid_from >= " TODAY ")"

static const struct pg_statement clear_lists = {"catalogue_clear_lists",
	"WITH listed AS (SELECT p.id FROM" LISTED "),"
	" papers AS (DELETE FROM procedure_paper q USING listed WHERE q.procedure_id = listed.id)"
	" DELETE FROM procedure_fee f USING listed WHERE f.procedure_id = listed.id"};

static const struct pg_statement insert_papers = {"catalogue_insert_papers",
	"INSERT INTO procedure_paper (procedure_id, no, name, original, certified, copy, required, guidance)"
	" SELECT p.id, split_part(line, chr(31), 1)::smallint, split_part(line, chr(31), 2),"
	"  split_part(line, chr(31), 3)::smallint, split_part(line, chr(31), 4)::smallint,"
	"  split_part(line, chr(31), 5)::smallint, split_part(line, chr(31), 6)::bool, split_part(line, chr(31), 7)"
	" FROM" LISTED ", string_to_table(nullif(new.papers, ''), chr(30)) AS line"};

static const struct pg_statement insert_fees = {"catalogue_insert_fees",
	"INSERT INTO procedure_fee (procedure_id, no, kind, name, amount_vnd)"
	" SELECT p.id, split_part(line, chr(31), 1)::smallint, split_part(line, chr(31), 2), split_part(line, chr(31), 3),"
	"  split_part(line, chr(31), 4)::bigint"
	" FROM" LISTED ", string_to_table(nullif(new.fees, ''), chr(30)) AS line"};

#define POSTAGE \
	" unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])" \
	" AS new(id, valid_from, valid_to, relation, grams_max, amount)"

static const struct pg_statement update_postage = {"catalogue_update_postage",
	"UPDATE postage old SET amount_vnd = new.amount::bigint, " ENDS " FROM" POSTAGE " WHERE old.id = new.id"};

static const struct pg_statement insert_postage = {"catalogue_insert_postage",
	"INSERT INTO postage (relation, grams_max, amount_vnd, valid_from, valid_to)"
	" SELECT new.relation, new.grams_max::int, new.amount::bigint, " DAYS_OF_NEW " FROM" POSTAGE " WHERE new.id = 0"};

#define CONCESSIONS \
	" unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])" \
	" AS new(id, valid_from, valid_to, code, name, percent)"

static const struct pg_statement update_concessions = {"catalogue_update_concessions",
	"UPDATE concession old SET name = new.name, percent = new.percent::smallint, " ENDS
	" FROM" CONCESSIONS " WHERE old.id = new.id"};

static const struct pg_statement insert_concessions = {"catalogue_insert_concessions",
	"INSERT INTO concession (code, name, percent, valid_from, valid_to)"
	" SELECT new.code, new.name, new.percent::smallint, " DAYS_OF_NEW " FROM" CONCESSIONS " WHERE new.id = 0"};

/* What has no days is what it is now. */
#define THREE " unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) AS new(id, f, t, a, b, c)"

static const struct pg_statement put_calendar = {"catalogue_put_calendar",
	"INSERT INTO calendar_day (day, is_workday, name) SELECT new.a::date, new.b::bool, new.c FROM" THREE
	" ON CONFLICT (day) DO UPDATE SET is_workday = excluded.is_workday, name = excluded.name"};

static const struct pg_statement put_areas = {"catalogue_put_areas",
	"INSERT INTO area (code, name) SELECT new.a, new.b"
	" FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[]) AS new(id, f, t, a, b)"
	" ON CONFLICT (code) DO UPDATE SET name = excluded.name"};

static const struct pg_statement put_relations = {"catalogue_put_relations",
	"INSERT INTO area_relation (area, other, relation) SELECT least(new.a, new.b), greatest(new.a, new.b), new.c"
	" FROM" THREE " ON CONFLICT (area, other) DO UPDATE SET relation = excluded.relation"};

static const struct pg_statement put_terms = {"catalogue_put_terms",
	"INSERT INTO relation (code, name, send_days, slip_days) SELECT new.a, new.b, new.c::smallint, new.d::smallint"
	" FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])"
	"  AS new(id, f, t, a, b, c, d)"
	" ON CONFLICT (code) DO UPDATE SET name = excluded.name, send_days = excluded.send_days,"
	"  slip_days = excluded.slip_days"};

static const struct pg_statement note_import = {"catalogue_note_import",
	"INSERT INTO audit (account_id, action, subject, detail) VALUES ($1::bigint, 'catalogue.import', $2,"
	"  format('added=%s changed=%s closed=%s merged=%s', $3::int, $4::int, $5::int, $6::int))"};
/* clang-format on */

#define STEPS_MAX 5

static const struct pg_statement *const writes[CATALOGUE_COUNT][STEPS_MAX] = {
	[CATALOGUE_OFFICES] = {&update_offices, &insert_offices, &hang_offices},
	[CATALOGUE_AGENCIES] = {&update_agencies, &insert_agencies},
	[CATALOGUE_PROCEDURES] = {&update_procedures, &insert_procedures, &clear_lists,
		&insert_papers, &insert_fees},
	[CATALOGUE_POSTAGE] = {&update_postage, &insert_postage},
	[CATALOGUE_CONCESSIONS] = {&update_concessions, &insert_concessions},
	[CATALOGUE_CALENDAR] = {&put_calendar},
	[CATALOGUE_AREAS] = {&put_areas},
	[CATALOGUE_RELATIONS] = {&put_relations},
	[CATALOGUE_TERMS] = {&put_terms},
};

void catalogue_begin(struct pg_trip *trip, int64_t version)
{
	pg_trip_add(trip, &pg_begin);
	pg_params_int(pg_trip_add(trip, &expect), version);
}

static void add_days(struct pg_params *params, const GPtrArray *versions)
{
	struct pg_array ids, from, to;

	pg_array_init(&ids, PG_INT4);
	pg_array_init(&from, PG_TEXT);
	pg_array_init(&to, PG_TEXT);
	for (guint i = 0; i < versions->len; i++) {
		const struct catalogue_version *version = versions->pdata[i];
		char day[11];

		pg_array_int(&ids, version->id);
		catalogue_format_day(version->from, day);
		pg_array_text(&from, day);
		catalogue_format_day(version->to, day);
		pg_array_text(&to, day);
	}
	pg_params_array(params, &ids);
	pg_params_array(params, &from);
	pg_params_array(params, &to);
}

static void add_versions(
	struct pg_params *params, const struct catalogue_table *table, const GPtrArray *versions)
{
	add_days(params, versions);
	for (int column = 0; column < table->count; column++) {
		struct pg_array cells;

		if (column == catalogue_from(table) || column == catalogue_to(table)) {
			continue;
		}
		pg_array_init(&cells, PG_TEXT);
		for (guint i = 0; i < versions->len; i++) {
			const struct catalogue_version *version = versions->pdata[i];
			pg_array_text(&cells, version->cells[column]);
		}
		pg_params_array(params, &cells);
	}
}

void catalogue_write(struct pg_trip *trip, const struct catalogue_plan *plan)
{
	g_autoptr(GPtrArray) versions = catalogue_plan_touched(plan);
	const struct pg_statement *const *steps = writes[plan->table->owner];

	for (int i = 0; versions->len > 0 && i < STEPS_MAX && steps[i]; i++) {
		add_versions(pg_trip_add(trip, steps[i]), plan->table, versions);
	}
}

void catalogue_commit(struct pg_trip *trip, const struct actor *actor, const char *subject,
	const unsigned counts[CATALOGUE_WHAT_COUNT])
{
	struct pg_params *params = pg_trip_add(trip, &note_import);

	pg_params_int(params, actor->account);
	pg_params_text(params, subject);
	pg_params_int(params, counts[CATALOGUE_ADDED]);
	pg_params_int(params, counts[CATALOGUE_CHANGED]);
	pg_params_int(params, counts[CATALOGUE_CLOSED]);
	pg_params_int(params, counts[CATALOGUE_MERGED]);
	pg_trip_add(trip, &pg_commit);
}
