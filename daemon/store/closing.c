#include "store/closing.h"

#include <hoso/limits.h>

/* clang-format off */
/*
 * A void reverses its money by rows of its own, so the sum is what is still held. What the citizen lost does not come
 * back; papers that were taken do, as an item of their own. One whose closing a person took back is theirs to close.
 */
#define IS_OVER \
	"d.status = 'result_delivered'" \
	" AND NOT EXISTS (SELECT FROM leg l WHERE l.dossier_id = d.id" \
	"  AND (l.open_on IS NOT NULL AND l.state <> 'lost' OR l.ended_at > now() - interval '7 days'" \
	"   OR (SELECT sum(CASE e.direction WHEN 'in' THEN e.amount_vnd ELSE -e.amount_vnd END) FROM money_entry e" \
	"    WHERE e.item_code = l.item_code AND e.leg_id = l.id AND e.agency_id <> 0 AND e.held_by <> 'agency') <> 0))" \
	" AND (NOT EXISTS (SELECT FROM leg l JOIN leg_care c ON c.leg_id = l.id" \
	"   WHERE l.dossier_id = d.id AND l.kind = 'result' AND l.state = 'delivered' AND c.reclaim <> '')" \
	"  OR EXISTS (SELECT FROM leg l WHERE l.dossier_id = d.id AND l.kind = 'reclaim' AND l.state = 'delivered'))" \
	" AND NOT EXISTS (SELECT FROM event x WHERE x.dossier_id = d.id AND x.kind = 'closed')"
_Static_assert(CLOSE_AFTER_DAYS == 7, "as in IS_OVER");

/* Those that cannot be closed stay for ever and become many: so a page of candidates is looked at, and told as it is. */
static const struct pg_statement read_page = {"closing_page",
	"WITH page AS MATERIALIZED (SELECT d.* FROM dossier d WHERE d.status = 'result_delivered'"
	"   AND d.recorded_at < now() - interval '7 days' AND (d.recorded_at, d.id) > (at($1::bigint), $2::uuid)"
	"  ORDER BY d.recorded_at, d.id LIMIT $3::bigint)"
	" SELECT d.code, ms(d.recorded_at), d.id, d.code IS NOT NULL AND d.merged_into IS NULL AND " IS_OVER
	" FROM page d ORDER BY d.recorded_at, d.id"};

static const struct pg_statement read_one = {"closing_is_due",
	"SELECT FROM dossier d WHERE d.code = $1 AND " IS_OVER};
/* clang-format on */

void closing_page_ask(struct pg_trip *trip, const struct closing_place *after, unsigned limit)
{
	struct pg_params *params = pg_trip_add(trip, &read_page);

	pg_params_int(params, after->recorded_at_ms);
	pg_params_uuid(params, &after->id);
	pg_params_int(params, limit);
}

const char *closing_page_at(const PGresult *rows, int row, struct closing_place *ret_place)
{
	*ret_place = (struct closing_place){pg_int(rows, row, 1), pg_uuid(rows, row, 2)};
	return pg_bool(rows, row, 3) ? pg_text(rows, row, 0) : NULL;
}

void closing_is_due_ask(struct pg_trip *trip, const char *code)
{
	pg_params_text(pg_trip_add(trip, &read_one), code);
}

bool closing_is_due(const PGresult *rows)
{
	return pg_rows(rows) == 1;
}
