#include "store/catalogue.h"
#include "store/in_force.h"

/*
 * A version may begin tomorrow. At midnight its people are in its row, and its office hangs where that row says; by
 * codes, for an office is the same office under all its rows.
 */

/* clang-format off */
/* $1: also when the day has not turned. */
#define IS_DUE "($1::bool OR EXISTS (SELECT FROM catalogue_state WHERE turned_on < " TODAY "))"

/*
 * The row in force of each code, or of the one that took it over; the last one when there is none. The depth is
 * bounded: a ring that was made by hand would not end.
 */
#define HEIRS(table) \
	"WITH RECURSIVE latest AS (SELECT DISTINCT ON (code) code, id, merged_into, valid_to FROM " table \
	"   WHERE valid_from <= " TODAY " ORDER BY code, valid_from DESC, id DESC)," \
	" heir(code, now, depth) AS (SELECT code, code, 0 FROM latest" \
	"  UNION ALL SELECT h.code, l.merged_into, h.depth + 1 FROM heir h JOIN latest l ON l.code = h.now" \
	"   WHERE l.valid_to <= " TODAY " AND l.merged_into <> '' AND h.depth < 8)," \
	" home AS (SELECT DISTINCT ON (h.code) h.code, l.id FROM heir h JOIN latest l ON l.code = h.now" \
	"   ORDER BY h.code, h.depth DESC)"

static const struct pg_statement follow_offices = {"catalogue_follow_offices",
	HEIRS("office")
	" UPDATE account a SET office_id = home.id FROM office was JOIN home ON home.code = was.code"
	" WHERE was.id = a.office_id AND home.id <> a.office_id AND " IS_DUE};

static const struct pg_statement follow_agencies = {"catalogue_follow_agencies",
	HEIRS("agency")
	" UPDATE account a SET agency_id = home.id FROM agency was JOIN home ON home.code = was.code"
	" WHERE was.id = a.agency_id AND home.id <> a.agency_id AND " IS_DUE};

/*
 * Who contains whom. What was merged is below the one that took it over, with all that hangs below it. UNION, not
 * UNION ALL: even a ring would come to an end. The planner takes the pairs for millions: EXCEPT bears that.
 */
#define PAIRS \
	"WITH RECURSIVE latest AS (SELECT DISTINCT ON (o.code) o.code," \
	"   CASE WHEN o.valid_to <= " TODAY " AND o.merged_into <> '' THEN o.merged_into ELSE up.code END AS parent" \
	"   FROM office o LEFT JOIN office up ON up.id = o.parent_id" \
	"   ORDER BY o.code, o.valid_from <= " TODAY " DESC, o.valid_from DESC, o.id DESC)," \
	" contains(above, below) AS (SELECT code, code FROM latest" \
	"  UNION SELECT c.above, l.code FROM contains c JOIN latest l ON l.parent = c.below)," \
	" pair AS (SELECT a.id AS ancestor, d.id AS descendant" \
	"  FROM contains c JOIN office a ON a.code = c.above JOIN office d ON d.code = c.below)"

static const struct pg_statement trim_scope = {"catalogue_trim_scope",
	PAIRS " DELETE FROM office_scope s"
	" USING (SELECT ancestor, descendant FROM office_scope EXCEPT SELECT ancestor, descendant FROM pair) AS gone"
	" WHERE s.ancestor = gone.ancestor AND s.descendant = gone.descendant AND " IS_DUE};

static const struct pg_statement fill_scope = {"catalogue_fill_scope",
	PAIRS " INSERT INTO office_scope (ancestor, descendant)"
	" SELECT ancestor, descendant FROM pair WHERE " IS_DUE
	" EXCEPT SELECT ancestor, descendant FROM office_scope ON CONFLICT DO NOTHING"};

static const struct pg_statement turned = {"catalogue_turned",
	"UPDATE catalogue_state SET turned_on = " TODAY " WHERE turned_on < " TODAY};
/* clang-format on */

void catalogue_turn(struct pg_trip *trip, bool is_forced)
{
	static const struct pg_statement *const steps[] = {
		&follow_offices, &follow_agencies, &trim_scope, &fill_scope};

	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		pg_params_bool(pg_trip_add(trip, steps[i]), is_forced);
	}
	pg_trip_add(trip, &turned);
}
