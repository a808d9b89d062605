#include <glib.h>

#include "store/manifest.h"
#include "store/manifest_line.h"
#include "store/manifest_private.h"
#include "store/scope.h"

/* clang-format off */
/* $3 office, $4 agency, $5 kind, $6 state, $7 from, $8 to (ms), $9 before, $10 limit. */
static const struct pg_statement read_list = {"manifest_list",
	"SELECT " MANIFEST_COLUMNS " FROM manifest m" MANIFEST_JOINS
	" WHERE ($9::text = '' OR m.id < nullif($9::text, '')::uuid) AND " SEES_MANIFEST
	"  AND ($3 = '' OR o.code = $3) AND ($4 = '' OR g.code = $4) AND ($5 = '' OR m.kind = $5)"
	"  AND ($6 = '' OR m.state = $6) AND ($7::bigint = 0 OR m.opened_at >= at($7::bigint))"
	"  AND ($8::bigint = 0 OR m.opened_at < at($8::bigint))"
	" ORDER BY m.id DESC LIMIT $10::bigint"};
/* clang-format on */

void manifest_list_ask(
	struct pg_trip *trip, const struct actor *actor, const struct manifest_filter *filter)
{
	struct pg_params *params = pg_trip_add(trip, &read_list);

	scope_ask(params, actor);
	pg_params_text(params, filter->office);
	pg_params_text(params, filter->agency);
	pg_params_text(params, filter->kind);
	pg_params_text(params, filter->state);
	pg_params_int(params, filter->from_ms);
	pg_params_int(params, filter->to_ms);
	pg_params_text(params, filter->before);
	pg_params_int(params, filter->limit + 1);
}

/* clang-format off */
#define STRING(number) #number
#define ROWS(number) STRING(number)

/* $3 manifest. */
static const struct pg_statement read_lines = {"manifest_line_list",
	"SELECT l.id, l.no, l.revision, l.item_code, d.code, g.kind, g.state, l.counts, l.verdict, l.why, l.other_id,"
	"  l.other_name, CASE WHEN l.complete THEN 1 WHEN NOT l.complete THEN 0 ELSE -1 END, l.note, l.money_kind,"
	"  coalesce(l.amount_vnd, -1), ms(l.scanned_at), ms(l.recorded_at), l.actor, l.device, ms(l.undone_at), l.undone_name,"
	"  l.event_verdict, l.event_why"
	" FROM manifest m JOIN manifest_line l ON l.manifest_id = m.id"
	"  LEFT JOIN leg g ON g.item_code = l.item_code LEFT JOIN dossier d ON d.id = g.dossier_id"
	" WHERE m.id = $3::uuid AND " SEES_MANIFEST " ORDER BY l.no LIMIT " ROWS(PG_ROWS_MAX)};
/* clang-format on */

void manifest_line_list_ask(
	struct pg_trip *trip, const struct actor *actor, const struct uuid *manifest_id)
{
	struct pg_params *params = pg_trip_add(trip, &read_lines);

	scope_ask(params, actor);
	pg_params_uuid(params, manifest_id);
}

struct manifest_line manifest_line_at(const PGresult *rows, int row)
{
	return (struct manifest_line){
		.id = pg_uuid(rows, row, 0),
		.no = (int32_t)pg_int(rows, row, 1),
		.revision = (int32_t)pg_int(rows, row, 2),
		.item_code = pg_text(rows, row, 3),
		.dossier_code = pg_text(rows, row, 4),
		.leg_kind = pg_text(rows, row, 5),
		.leg_state = pg_text(rows, row, 6),
		.counts = pg_bool(rows, row, 7),
		.verdict = pg_text(rows, row, 8),
		.why = pg_text(rows, row, 9),
		.other = pg_uuid(rows, row, 10),
		.other_name = pg_text(rows, row, 11),
		.complete = (int)pg_int(rows, row, 12),
		.note = pg_text(rows, row, 13),
		.money_kind = pg_text(rows, row, 14),
		.amount_vnd = pg_int(rows, row, 15),
		.scanned_at_ms = pg_int(rows, row, 16),
		.recorded_at_ms = pg_int(rows, row, 17),
		.actor = pg_text(rows, row, 18),
		.device = pg_text(rows, row, 19),
		.undone_at_ms = pg_int(rows, row, 20),
		.undone_name = pg_text(rows, row, 21),
		.event_verdict = pg_text(rows, row, 22),
		.event_why = pg_text(rows, row, 23),
	};
}

/* clang-format off */
/*
 * $3 manifest, $4 after, $5 limit. What stands in the manifest's office and is open, by the small index of open legs.
 * No item says which office it goes to: where areas are known, a bag takes what its agency's area is that of the office.
 */
#define ITEMS \
	"SELECT l.item_code, d.code AS dossier_code, l.kind AS leg_kind, l.state AS leg_state, '' AS money_kind, -1::bigint AS amount" \
	" FROM head m JOIN leg l ON l.open_on IS NOT NULL AND l.state_office_id = m.office_id" \
	"  JOIN dossier d ON d.id = l.dossier_id LEFT JOIN agency a ON a.id = d.agency_id" \
	"  LEFT JOIN agency g ON g.id = m.agency_id LEFT JOIN office n ON n.id = m.next_office_id" \
	" WHERE NOT d.stub AND l.item_code > $4 AND CASE m.kind" \
	"  WHEN 'bag' THEN l.state IN ('accepted', 'arrived') AND (n.area IS NULL OR a.area IS NULL OR a.area = n.area" \
	"   OR l.kind NOT IN ('submit', 'supplement_in', 'reclaim', 'inter'))" \
	"  WHEN 'route' THEN l.state IN ('accepted', 'arrived', 'held', 'attempt_failed')" \
	"   AND l.kind NOT IN ('submit', 'supplement_in', 'reclaim', 'inter')" \
	"  WHEN 'handover_in' THEN l.state IN ('accepted', 'arrived', 'out_for_delivery', 'held', 'attempt_failed')" \
	"   AND l.kind IN ('submit', 'supplement_in', 'reclaim', 'inter') AND a.code = g.code" \
	"  WHEN 'handover_out' THEN l.state = 'accepted' AND a.code = g.code" \
	"   AND l.kind NOT IN ('submit', 'supplement_in', 'reclaim', 'inter')" \
	"   AND NOT EXISTS (SELECT FROM manifest_line h JOIN manifest o ON o.id = h.manifest_id" \
	"    WHERE h.item_code = l.item_code AND h.counts AND o.kind = 'handover_out' AND o.state = 'closed')" \
	"  END"
#define OWED \
	"SELECT e.item_code, d.code, l.kind, l.state, e.kind," \
	"  sum(CASE e.direction WHEN 'in' THEN e.amount_vnd ELSE -e.amount_vnd END)::bigint" \
	" FROM head m JOIN agency g ON g.id = m.agency_id JOIN agency same ON same.code = g.code" \
	"  JOIN money_entry e ON e.agency_id = same.id AND e.office_id = m.office_id AND e.held_by <> 'agency'" \
	"  JOIN leg l ON l.id = e.leg_id JOIN dossier d ON d.id = l.dossier_id" \
	" WHERE m.kind = 'remittance' AND e.item_code > $4" \
	" GROUP BY e.item_code, d.code, l.kind, l.state, e.kind" \
	" HAVING sum(CASE e.direction WHEN 'in' THEN e.amount_vnd ELSE -e.amount_vnd END) > 0"

static const struct pg_statement read_expected = {"manifest_expected",
	"WITH head AS MATERIALIZED (SELECT m.* FROM manifest m WHERE m.id = $3::uuid AND " SEES_MANIFEST ")"
	" SELECT x.item_code, x.dossier_code, x.leg_kind, x.leg_state, x.money_kind, x.amount,"
	"  EXISTS (SELECT FROM manifest_line s WHERE s.manifest_id = $3::uuid AND s.item_code = x.item_code AND s.counts"
	"   AND (x.money_kind = '' OR s.money_kind = x.money_kind))"
	" FROM ((" ITEMS " ORDER BY l.item_code LIMIT $5::bigint)"
	"  UNION ALL (" OWED " ORDER BY e.item_code, e.kind LIMIT 2 * $5::bigint)"
	" ) AS x ORDER BY x.item_code, x.money_kind LIMIT 2 * $5::bigint"};
/* clang-format on */

void manifest_expected_ask(struct pg_trip *trip, const struct actor *actor, const struct uuid *id,
	const char *after, unsigned limit)
{
	struct pg_params *params = pg_trip_add(trip, &read_expected);

	scope_ask(params, actor);
	pg_params_uuid(params, id);
	pg_params_text(params, after);
	pg_params_int(params, limit + 1);
}

struct manifest_expected manifest_expected_at(const PGresult *rows, int row)
{
	return (struct manifest_expected){
		.item_code = pg_text(rows, row, 0),
		.dossier_code = pg_text(rows, row, 1),
		.leg_kind = pg_text(rows, row, 2),
		.leg_state = pg_text(rows, row, 3),
		.money_kind = pg_text(rows, row, 4),
		.amount_vnd = pg_int(rows, row, 5),
		.is_scanned = pg_bool(rows, row, 6),
	};
}
