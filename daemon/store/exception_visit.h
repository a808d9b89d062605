#ifndef HOSO_STORE_EXCEPTION_VISIT_H
#define HOSO_STORE_EXCEPTION_VISIT_H

#include "store/scope.h"

/*
 * Appointments whose window and grace have passed: one branch of the exception desk, with its columns; $1 to $11 and
 * IN_OFFICE as in exception.c. What is done, moved, failed or cancelled leaves it.
 * A cursor has whole milliseconds, a window's end has not: so the bound that the index follows is one later.
 */
/* clang-format off */
#define MISSED_VISIT_AT "date_trunc('milliseconds', v.missed_at)"
#define MISSED_VISIT_KEY "('missed_visit:' || v.id)"
#define MISSED_VISIT \
	"SELECT 'missed_visit:' || v.id, v.id::text, " MISSED_VISIT_AT "," \
	"  (SELECT min(i.item_code) FROM visit_item i WHERE i.visit_id = v.id), NULL, NULL, NULL, v.state," \
	"  (SELECT c.name FROM account c WHERE c.id = v.courier_id), v.office, '', v.office, NULL::timestamptz," \
	"  NULL::timestamptz" \
	" FROM visit v WHERE v.state IN ('booked', 'assigned', 'started', 'arrived') AND v.missed_at < at($7::bigint)" \
	"  AND v.missed_at <= at($3::bigint) + interval '1 millisecond' AND $1::int IS NOT NULL AND $2::int IS NULL" \
	"  AND " LIKELY("v.office_id = ANY (" SCOPE_OFFICES ")") " AND " IN_OFFICE("v.office_id")
/* clang-format on */

#endif
