#ifndef HOSO_STORE_DOSSIER_ROW_H
#define HOSO_STORE_DOSSIER_ROW_H

#include "store/dossier.h"
#include "store/scope.h"

/*
 * What dossier, search and feed have in common: the columns of a dossier, a leg and an event, and
 * how they are read. Each list of columns belongs to the joins beside it.
 */

/* clang-format off */
/*
 * $3 id, $4 dossier code, $5 item code. A stub that was merged is read as the dossier it became
 * part of; a leg's own row says so already.
 */
#define DOSSIER_FOUND \
	"WITH found AS (SELECT d.id FROM (" \
	"  SELECT 1 AS rank, coalesce(merged_into, id) AS id FROM dossier WHERE id = $3::uuid" \
	"  UNION ALL SELECT 2, id FROM dossier WHERE code = $4" \
	"  UNION ALL SELECT 3, dossier_id FROM leg WHERE item_code = $5" \
	" ) AS candidate JOIN dossier d USING (id)" \
	" WHERE " SCOPE_SEES_DOSSIER " ORDER BY rank LIMIT 1)"

#define DOSSIER_COLUMNS \
	"d.id, d.code, g.code, g.name, p.code, p.name, d.service, f.name, f.phone, f.address, t.name," \
	" t.phone, t.address, d.due_on, d.stub, ms(d.recorded_at), d.status, ms(d.submitted_at), d.received_on," \
	" ms(d.result_ready_at)"
#define DOSSIER_JOINS \
	" LEFT JOIN agency g ON g.id = d.agency_id LEFT JOIN procedure p ON p.id = d.procedure_id" \
	" LEFT JOIN person f ON f.id = d.sender_id LEFT JOIN person t ON t.id = d.receiver_id"
#define DOSSIER_COLUMN_COUNT 20

/* DOSSIER_LATE_DAYS. The day is what the index leg_open has; the instant decides. */
#define LEG_IS_LATE(leg) \
	leg ".open_on <= ((now() - interval '2 days') AT TIME ZONE 'UTC')::date" \
	" AND " leg ".state NOT IN ('lost', 'new') AND " leg ".state_at < now() - interval '2 days'"
_Static_assert(DOSSIER_LATE_DAYS == 2, "as in LEG_IS_LATE");

#define LEG_COLUMNS \
	"l.id, l.no, l.item_code, l.kind, l.state, ms(l.state_at), o.code, o.name, l.state_actor, l.gaps," \
	" l.conflicts, l.attempts, l.invitations, l.fee_vnd, l.postage_vnd, l.collect_vnd, l.seal, " \
	LEG_IS_LATE("l")
#define LEG_JOINS " LEFT JOIN office o ON o.id = l.state_office_id"

#define EVENT_COLUMNS \
	"e.id, e.dossier_id, e.dseq, e.item_code, e.kind, ms(e.occurred_at), ms(e.recorded_at), e.verdict," \
	" e.why, e.leg_state, e.gap, e.account_id, e.actor, e.role, e.office_id, o.code, e.device, e.data," \
	" e.hash"
#define EVENT_JOINS " LEFT JOIN office o ON o.id = e.office_id"
#define EVENT_COLUMN_COUNT 19
/* clang-format on */

/* @first: the column where the list begins. */
struct dossier dossier_row_read(const PGresult *rows, int row, int first);
struct dossier_leg dossier_row_read_leg(const PGresult *rows, int row, int first);
struct dossier_event dossier_row_read_event(const PGresult *rows, int row, int first);

#endif
