#include "store/catalogue.h"

/*
 * The import, one step per statement: first what differs is closed, or corrected when it was opened
 * today; then every code without an open row gets one. A row that did not change is in neither.
 */

/* clang-format off */
/* The day on the wall, where the offices are. */
#define TODAY "(now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
#define IF_OF_TODAY(then, else) "CASE WHEN old.valid_from = " TODAY " THEN " then " ELSE " else " END"

/* Two imports at once would both open a row. */
static const struct pg_statement lock = {"catalogue_lock",
	"SELECT pg_advisory_xact_lock(hashtext('hoso.catalogue'))"};

#define OFFICES "unnest($1::text[], $2::text[], $3::text[]) AS new(code, name, parent)"

static const struct pg_statement close_offices = {"catalogue_close_offices",
	"UPDATE office old SET name = " IF_OF_TODAY("new.name", "old.name") ","
	"  valid_to = " IF_OF_TODAY("NULL", TODAY)
	" FROM " OFFICES " WHERE old.code = new.code AND old.valid_to IS NULL"
	"  AND (old.name, coalesce((SELECT up.code FROM office up WHERE up.id = old.parent_id), ''))"
	"   IS DISTINCT FROM (new.name, new.parent)"};

static const struct pg_statement open_offices = {"catalogue_open_offices",
	"INSERT INTO office (code, name, valid_from) SELECT new.code, new.name, " TODAY " FROM " OFFICES
	" WHERE NOT EXISTS (SELECT FROM office o WHERE o.code = new.code AND o.valid_to IS NULL)"};

/* When all of them are there; a parent that got a new row is followed. */
static const struct pg_statement hang_offices = {"catalogue_hang_offices",
	"UPDATE office old SET parent_id = up.id FROM " OFFICES
	"  LEFT JOIN office up ON up.code = new.parent AND up.valid_to IS NULL"
	" WHERE old.code = new.code AND old.valid_to IS NULL AND old.parent_id IS DISTINCT FROM up.id"};

#define AGENCIES "unnest($1::text[], $2::text[]) AS new(code, name)"

static const struct pg_statement close_agencies = {"catalogue_close_agencies",
	"UPDATE agency old SET name = " IF_OF_TODAY("new.name", "old.name") ","
	"  valid_to = " IF_OF_TODAY("NULL", TODAY)
	" FROM " AGENCIES " WHERE old.code = new.code AND old.valid_to IS NULL AND old.name <> new.name"};

static const struct pg_statement open_agencies = {"catalogue_open_agencies",
	"INSERT INTO agency (code, name, valid_from) SELECT new.code, new.name, " TODAY " FROM " AGENCIES
	" WHERE NOT EXISTS (SELECT FROM agency a WHERE a.code = new.code AND a.valid_to IS NULL)"};

#define PROCEDURES \
	"unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bool[], $6::bigint[])" \
	" AS new(code, name, field_code, field_name, by_post, fee_vnd)"

static const struct pg_statement close_procedures = {"catalogue_close_procedures",
	"UPDATE procedure old SET name = " IF_OF_TODAY("new.name", "old.name") ","
	"  field_code = " IF_OF_TODAY("new.field_code", "old.field_code") ","
	"  field_name = " IF_OF_TODAY("new.field_name", "old.field_name") ","
	"  by_post = " IF_OF_TODAY("new.by_post", "old.by_post") ","
	"  fee_vnd = " IF_OF_TODAY("new.fee_vnd", "old.fee_vnd") ","
	"  valid_to = " IF_OF_TODAY("NULL", TODAY)
	" FROM " PROCEDURES " WHERE old.code = new.code AND old.valid_to IS NULL"
	"  AND (old.name, old.field_code, old.field_name, old.by_post, old.fee_vnd)"
	"   IS DISTINCT FROM (new.name, new.field_code, new.field_name, new.by_post, new.fee_vnd)"};

static const struct pg_statement open_procedures = {"catalogue_open_procedures",
	"INSERT INTO procedure (code, name, field_code, field_name, by_post, fee_vnd, valid_from)"
	" SELECT new.code, new.name, new.field_code, new.field_name, new.by_post, new.fee_vnd, " TODAY
	" FROM " PROCEDURES
	" WHERE NOT EXISTS (SELECT FROM procedure p WHERE p.code = new.code AND p.valid_to IS NULL)"};

/* People do not stay behind in a row that is closed. */
static const struct pg_statement follow = {"catalogue_follow",
	"UPDATE account a"
	" SET office_id = coalesce(o.id, a.office_id), agency_id = coalesce(g.id, a.agency_id)"
	" FROM account b LEFT JOIN office was_o ON was_o.id = b.office_id"
	"  LEFT JOIN office o ON o.code = was_o.code AND o.valid_to IS NULL"
	"  LEFT JOIN agency was_g ON was_g.id = b.agency_id"
	"  LEFT JOIN agency g ON g.code = was_g.code AND g.valid_to IS NULL"
	" WHERE b.id = a.id AND (o.id <> a.office_id OR g.id <> a.agency_id)"};

static const struct pg_statement clear_scope = {"catalogue_clear_scope",
	"DELETE FROM office_scope"};

/*
 * By codes, for an office is the same office under all its rows; where it hangs is what its latest row
 * says. UNION, not UNION ALL: even a ring would come to an end.
 */
static const struct pg_statement fill_scope = {"catalogue_fill_scope",
	"INSERT INTO office_scope (ancestor, descendant)"
	" WITH RECURSIVE latest AS (SELECT DISTINCT ON (o.code) o.code, up.code AS parent"
	"   FROM office o LEFT JOIN office up ON up.id = o.parent_id"
	"   ORDER BY o.code, o.valid_from DESC, o.id DESC),"
	"  contains(above, below) AS (SELECT code, code FROM latest"
	"   UNION SELECT c.above, l.code FROM contains c JOIN latest l ON l.parent = c.below)"
	" SELECT a.id, d.id"
	" FROM contains c JOIN office a ON a.code = c.above JOIN office d ON d.code = c.below"};

static const struct pg_statement note_import = {"catalogue_note_import",
	"INSERT INTO audit (account_id, action, subject, detail) VALUES ($1::bigint, 'catalogue.import', '',"
	"  format('offices=%s agencies=%s procedures=%s', $2::int, $3::int, $4::int))"};
/* clang-format on */

static void add_offices(struct pg_params *params, const GArray *offices)
{
	struct pg_array codes, names, parents;

	pg_array_init(&codes, PG_TEXT);
	pg_array_init(&names, PG_TEXT);
	pg_array_init(&parents, PG_TEXT);
	for (guint i = 0; i < offices->len; i++) {
		const struct catalogue_office *office =
			&g_array_index(offices, struct catalogue_office, i);
		pg_array_text(&codes, office->code);
		pg_array_text(&names, office->name);
		pg_array_text(&parents, office->parent);
	}
	pg_params_array(params, &codes);
	pg_params_array(params, &names);
	pg_params_array(params, &parents);
}

static void add_agencies(struct pg_params *params, const GArray *agencies)
{
	struct pg_array codes, names;

	pg_array_init(&codes, PG_TEXT);
	pg_array_init(&names, PG_TEXT);
	for (guint i = 0; i < agencies->len; i++) {
		const struct catalogue_agency *agency =
			&g_array_index(agencies, struct catalogue_agency, i);
		pg_array_text(&codes, agency->code);
		pg_array_text(&names, agency->name);
	}
	pg_params_array(params, &codes);
	pg_params_array(params, &names);
}

static void add_procedures(struct pg_params *params, const GArray *procedures)
{
	struct pg_array codes, names, field_codes, field_names, by_post, fees;

	pg_array_init(&codes, PG_TEXT);
	pg_array_init(&names, PG_TEXT);
	pg_array_init(&field_codes, PG_TEXT);
	pg_array_init(&field_names, PG_TEXT);
	pg_array_init(&by_post, PG_BOOL);
	pg_array_init(&fees, PG_INT8);
	for (guint i = 0; i < procedures->len; i++) {
		const struct catalogue_procedure *procedure =
			&g_array_index(procedures, struct catalogue_procedure, i);
		pg_array_text(&codes, procedure->code);
		pg_array_text(&names, procedure->name);
		pg_array_text(&field_codes, procedure->field_code);
		pg_array_text(&field_names, procedure->field_name);
		pg_array_bool(&by_post, procedure->by_post);
		pg_array_int(&fees, procedure->fee_vnd);
	}
	pg_params_array(params, &codes);
	pg_params_array(params, &names);
	pg_params_array(params, &field_codes);
	pg_params_array(params, &field_names);
	pg_params_array(params, &by_post);
	pg_params_array(params, &fees);
}

static void import_offices(struct pg_trip *trip, const GArray *offices)
{
	if (offices->len > 0) {
		add_offices(pg_trip_add(trip, &close_offices), offices);
		add_offices(pg_trip_add(trip, &open_offices), offices);
		add_offices(pg_trip_add(trip, &hang_offices), offices);
		pg_trip_add(trip, &clear_scope);
		pg_trip_add(trip, &fill_scope);
	}
}

void catalogue_import(
	struct pg_trip *trip, const struct actor *actor, const struct catalogue *catalogue)
{
	struct pg_params *params;

	pg_trip_add(trip, &pg_begin);
	pg_trip_add(trip, &lock);
	import_offices(trip, catalogue->offices);
	if (catalogue->agencies->len > 0) {
		add_agencies(pg_trip_add(trip, &close_agencies), catalogue->agencies);
		add_agencies(pg_trip_add(trip, &open_agencies), catalogue->agencies);
	}
	if (catalogue->procedures->len > 0) {
		add_procedures(pg_trip_add(trip, &close_procedures), catalogue->procedures);
		add_procedures(pg_trip_add(trip, &open_procedures), catalogue->procedures);
	}
	pg_trip_add(trip, &follow);
	params = pg_trip_add(trip, &note_import);
	pg_params_int(params, actor->account);
	pg_params_int(params, catalogue->offices->len);
	pg_params_int(params, catalogue->agencies->len);
	pg_params_int(params, catalogue->procedures->len);
	pg_trip_add(trip, &pg_commit);
}
