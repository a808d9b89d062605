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

static const struct pg_statement read_list = {"closing_list",
	"SELECT d.code FROM dossier d WHERE d.code IS NOT NULL AND d.merged_into IS NULL"
	"  AND d.recorded_at < now() - interval '7 days' AND " IS_OVER " ORDER BY d.recorded_at LIMIT $1::bigint"};

static const struct pg_statement read_one = {"closing_is_due",
	"SELECT FROM dossier d WHERE d.code = $1 AND " IS_OVER};
/* clang-format on */

void closing_list_ask(struct pg_trip *trip, unsigned limit)
{
	pg_params_int(pg_trip_add(trip, &read_list), limit);
}

void closing_is_due_ask(struct pg_trip *trip, const char *code)
{
	pg_params_text(pg_trip_add(trip, &read_one), code);
}

bool closing_is_due(const PGresult *rows)
{
	return pg_rows(rows) == 1;
}
