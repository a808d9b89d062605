#ifndef HOSO_STORE_VISIT_MISSED_H
#define HOSO_STORE_VISIT_MISSED_H

#include "store/scope.h"

/*
 * Missed windows for the exception desk: a branch with its columns (key, what, id, at, item_code, code, kind, why,
 * actor, office, detail), to which its page's bounds are added. What is done, moved, failed or cancelled leaves it.
 */
/* clang-format off */
#define VISIT_MISSED \
	"SELECT m.key, m.what, m.id, m.at, m.item_code, m.code, m.kind, m.why, m.actor, m.office, m.detail" \
	" FROM visit_missed m WHERE $1::int IS NOT NULL AND $2::int IS NULL AND m.office_id = ANY (" SCOPE_OFFICES ")"
#define VISIT_MISSED_AT "date_trunc('milliseconds', m.at)"
#define VISIT_MISSED_KEY "m.key"
/* clang-format on */

#endif
