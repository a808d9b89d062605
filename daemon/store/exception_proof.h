#ifndef HOSO_STORE_EXCEPTION_PROOF_H
#define HOSO_STORE_EXCEPTION_PROOF_H

#include <hoso/limits.h>

#include "store/scope.h"

/*
 * Deliveries whose proof never came: one branch of the exception desk, with its columns; $1 to $11 and IN_OFFICE as in
 * exception.c. It
 * leaves the desk when the proof comes, or the delivery is voided.
 */
/* clang-format off */
#define PROOF_MISSING_AT "u.recorded_at"
#define PROOF_MISSING_KEY "('proof:' || u.event_id || ':' || u.what)"
#define PROOF_MISSING \
	"SELECT 'proof:' || u.event_id || ':' || u.what, u.event_id::text, u.recorded_at, e.item_code," \
	"  d.code, e.kind, l.kind, u.what, e.actor, o.code, encode(u.sha256, 'hex'), o.code, NULL::timestamptz," \
	"  NULL::timestamptz" \
	" FROM proof_use u JOIN event e ON e.id = u.event_id JOIN leg l ON l.id = u.leg_id" \
	"  JOIN dossier d ON d.id = l.dossier_id LEFT JOIN office o ON o.id = e.office_id" \
	" WHERE u.came_at IS NULL AND u.recorded_at > now() - interval '60 days'" \
	"  AND u.recorded_at < now() - interval '24 hours' AND e.verdict IN ('recorded', 'late')" \
	"  AND NOT EXISTS (SELECT FROM proof p WHERE p.sha256 = u.sha256)" \
	"  AND NOT EXISTS (SELECT FROM event v WHERE v.dossier_id = e.dossier_id AND v.kind = 'void'" \
	"   AND v.verdict IN ('recorded', 'late') AND v.data->>'target' = e.id::text)" \
	"  AND u.recorded_at <= at($3::bigint) AND " SCOPE_SEES_DOSSIER " AND " IN_OFFICE("e.office_id")
/* clang-format on */
_Static_assert(PROOF_MISSING_HOURS == 24, "as in PROOF_MISSING");

#endif
