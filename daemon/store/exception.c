#include "store/exception.h"

#include "store/exception_proof.h"
#include "store/scope.h"

/* clang-format off */
/* $3 and $4: the last row before; $5: limit. Each branch is cut before they are put together. */
#define PAGE_OF(branch, at, key) \
	"(" branch " AND (" at ", " key " COLLATE \"C\") < (at($3::bigint), $4::text)" \
	" ORDER BY " at " DESC, " key " COLLATE \"C\" DESC LIMIT $5::bigint)"

/*
 * An unknown item is open until it is accepted; a conflict until it, or what it contradicts, is voided;
 * a refused scan until somebody who may has done the same.
 */
#define STILL_OPEN \
	"CASE e.verdict" \
	"  WHEN 'unknown_item' THEN l.state = 'new'" \
	"  WHEN 'conflict' THEN l.conflicts > 0 AND NOT EXISTS (SELECT FROM event v" \
	"    WHERE v.dossier_id = l.dossier_id AND v.kind = 'void' AND v.verdict IN ('recorded', 'late')" \
	"     AND v.data->>'target' = e.id::text)" \
	"  ELSE NOT EXISTS (SELECT FROM event again" \
	"    WHERE again.dossier_id = l.dossier_id AND again.leg_id = e.leg_id AND again.kind = e.kind" \
	"     AND again.verdict IN ('recorded', 'late') AND again.recorded_at >= e.recorded_at)" \
	" END"

#define SCANS \
	"SELECT 'event:' || e.id, e.verdict, e.id::text, e.recorded_at, e.item_code, d.code, e.kind, e.why," \
	"  e.actor, o.code, ''" \
	" FROM event e JOIN leg l ON l.id = e.leg_id JOIN dossier d ON d.id = l.dossier_id" \
	"  LEFT JOIN office o ON o.id = e.office_id" \
	" WHERE e.verdict IN ('conflict', 'unknown_item', 'refused')" \
	"  AND e.recorded_at > now() - interval '60 days' AND e.recorded_at <= at($3::bigint)" \
	"  AND " STILL_OPEN " AND " SCOPE_SEES_DOSSIER
_Static_assert(EXCEPTION_DAYS == 60, "as in SCANS");

/* It was never recorded, so there is no leg to judge by: whose account it was decides. */
#define QUARANTINED_AT "date_trunc('milliseconds', q.created_at)"
#define QUARANTINED \
	"SELECT 'quarantine:' || q.event_id, 'quarantined', q.event_id::text, " QUARANTINED_AT "," \
	"  q.item_code, NULL, q.kind, q.sqlstate, a.name, o.code, ''" \
	" FROM quarantine q LEFT JOIN account a ON a.id = q.account_id" \
	"  LEFT JOIN office o ON o.id = a.office_id" \
	" WHERE $1::int IS NOT NULL AND a.office_id = ANY (" SCOPE_OFFICES ")" \
	"  AND NOT EXISTS (SELECT FROM event e WHERE e.id = q.event_id)"

#define DEAD_AT "date_trunc('milliseconds', x.created_at)"
#define DEAD_PUSHES \
	"SELECT 'push:' || x.id, 'dead_push', x.id::text, " DEAD_AT ", x.item_code, d.code, x.kind," \
	"  x.last_error, e.actor, o.code, x.answer" \
	" FROM outbox x JOIN dossier d ON d.id = x.dossier_id LEFT JOIN event e ON e.id = x.event_id" \
	"  LEFT JOIN office o ON o.id = e.office_id" \
	" WHERE x.state = 'dead' AND " SCOPE_SEES_DOSSIER

static const struct pg_statement read_desk = {"exception_read",
	"SELECT key, what, id, ms(at), item_code, code, kind, why, actor, office, detail FROM ("
	PAGE_OF(SCANS, "e.recorded_at", "('event:' || e.id)")
	" UNION ALL " PAGE_OF(QUARANTINED, QUARANTINED_AT, "('quarantine:' || q.event_id)")
	" UNION ALL " PAGE_OF(DEAD_PUSHES, DEAD_AT, "('push:' || x.id)")
	" UNION ALL " PAGE_OF(PROOF_MISSING, PROOF_MISSING_AT, PROOF_MISSING_KEY)
	") AS desk(key, what, id, at, item_code, code, kind, why, actor, office, detail)"
	" ORDER BY at DESC, key COLLATE \"C\" DESC LIMIT $5::bigint"};
/* clang-format on */

void exception_ask(struct pg_trip *trip, const struct actor *actor, int64_t before_ms,
	const char *before_key, unsigned limit)
{
	static const int64_t end_of_time_ms = 253402300799000;
	struct pg_params *params = pg_trip_add(trip, &read_desk);

	scope_ask(params, actor);
	pg_params_int(params, before_ms ? before_ms : end_of_time_ms);
	pg_params_text(params, before_key);
	pg_params_int(params, limit + 1);
}

int exception_count(const struct pg_trip *trip)
{
	return PQntuples(trip->results[0]);
}

struct exception exception_at(const struct pg_trip *trip, int row)
{
	const PGresult *rows = trip->results[0];

	return (struct exception){
		.key = pg_text(rows, row, 0),
		.what = pg_text(rows, row, 1),
		.id = pg_text(rows, row, 2),
		.at_ms = pg_int(rows, row, 3),
		.item_code = pg_text(rows, row, 4),
		.dossier_code = pg_text(rows, row, 5),
		.kind = pg_text(rows, row, 6),
		.why = pg_text(rows, row, 7),
		.actor = pg_text(rows, row, 8),
		.office_code = pg_text(rows, row, 9),
		.detail = pg_text(rows, row, 10),
	};
}
