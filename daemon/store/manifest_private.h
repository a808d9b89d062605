#ifndef HOSO_STORE_MANIFEST_PRIVATE_H
#define HOSO_STORE_MANIFEST_PRIVATE_H

#include "base/text.h"

/* What a manifest's row says, and who may see it, for the statements of store/manifest*.c. */

/* clang-format off */
#define MANIFEST_COLUMNS \
	"m.id, m.kind, m.state, m.revision, m.office_id, o.code, o.name, g.code, g.name, n.code, n.name, c.account, c.name," \
	" m.label, encode(m.content, 'hex'), ms(m.opened_at), m.opened_name, ms(m.signed_at), m.signer, m.signer_unit," \
	" s.account, m.minutes, encode(m.close_content, 'hex'), ms(m.closed_at), m.closed_name, encode(m.hash, 'hex')," \
	" m.cancel_reason, (SELECT count(*) FROM manifest_line l WHERE l.manifest_id = m.id AND l.counts)," \
	" k.id, coalesce(k.revision, 0), k.name, k.unit, ms(k.at)"
#define MANIFEST_JOINS \
	" JOIN office o ON o.id = m.office_id LEFT JOIN agency g ON g.id = m.agency_id" \
	" LEFT JOIN office n ON n.id = m.next_office_id LEFT JOIN account c ON c.id = m.courier_id" \
	" LEFT JOIN account s ON s.id = m.signer_account_id" \
	" LEFT JOIN LATERAL (SELECT c.* FROM manifest_consent c WHERE c.manifest_id = m.id" \
	"  ORDER BY c.revision DESC, c.at DESC LIMIT 1) AS k ON true"

/* Its office and all above it; the office a bag goes to; the agency that is the other party. */
#define SEES_MANIFEST \
	"($1::int IS NOT NULL AND (m.office_id = ANY (" SCOPE_OFFICES ") OR m.next_office_id = ANY (" SCOPE_OFFICES "))" \
	" OR $2::int IS NOT NULL AND m.agency_id = ANY (" SCOPE_AGENCIES "))"
/* clang-format on */

enum manifest_column {
	M_ID,
	M_KIND,
	M_STATE,
	M_REVISION,
	M_OFFICE_ID,
	M_OFFICE,
	M_OFFICE_NAME,
	M_AGENCY,
	M_AGENCY_NAME,
	M_NEXT,
	M_NEXT_NAME,
	M_COURIER,
	M_COURIER_NAME,
	M_LABEL,
	M_CONTENT,
	M_OPENED_AT,
	M_OPENED_NAME,
	M_SIGNED_AT,
	M_SIGNER,
	M_SIGNER_UNIT,
	M_SIGNER_ACCOUNT,
	M_MINUTES,
	M_CLOSE_CONTENT,
	M_CLOSED_AT,
	M_CLOSED_NAME,
	M_HASH,
	M_CANCEL_REASON,
	M_LINES,
	M_CONSENT,
	M_CONSENT_REVISION,
	M_CONSENT_NAME,
	M_CONSENT_UNIT,
	M_CONSENT_AT
};

#endif
