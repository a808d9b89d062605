#ifndef HOSO_STORE_VISIT_ROW_H
#define HOSO_STORE_VISIT_ROW_H

#include "store/visit_read.h"

/* What the lists of this room read of visit v. */

/* clang-format off */
#define VISIT_IS_OPEN "v.state IN ('booked', 'assigned', 'started', 'arrived')"

#define VISIT_JOINS \
	" JOIN office o ON o.id = v.office_id JOIN person w ON w.id = v.person_id LEFT JOIN account c ON c.id = v.courier_id"

#define VISIT_COLUMNS \
	"v.id, o.code, o.name, v.kind, v.channel, v.state, ms(v.window_from), ms(v.window_to), v.out_of_hours, c.account," \
	" c.name, w.name, w.phone, w.address, to_json(v.procedures)::text, to_json(v.dossiers)::text," \
	" coalesce((SELECT json_agg(json_build_object('code', i.item_code, 'way', i.way, 'scanned', i.event_id IS NOT NULL)" \
	"   ORDER BY i.item_code) FROM visit_item i WHERE i.visit_id = v.id)::text, '[]')," \
	" v.note, v.attempts, v.changes, " VISIT_IS_OPEN " AND v.missed_at < now(), ms(v.booked_at)"
#define VISIT_COLUMN_COUNT 22
/* clang-format on */

/** visit_row_read() - the VISIT_COLUMNS of a row, from its first column on. */
struct visit visit_row_read(const PGresult *rows, int row);

#endif
