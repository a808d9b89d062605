#include "store/manifest.h"

#include <string.h>

#include "store/manifest_private.h"
#include "store/scope.h"

/* clang-format off */
/*
 * $3 id, $4 kind, $5 agency, $6 next office, $7 courier, $8 label, $9 content, $10 now, $11 account, $12 name, $13 office.
 * A place that was named and is not known makes nothing.
 */
static const struct pg_statement insert_manifest = {"manifest_insert",
	"WITH place AS (SELECT"
	"  (SELECT id FROM agency WHERE code = $5 AND valid_to IS NULL) AS agency,"
	"  (SELECT id FROM office WHERE code = $6 AND valid_to IS NULL AND id <> $13::int) AS next_office,"
	"  (SELECT id FROM account WHERE account = $7 AND office_id = $13::int AND disabled_at IS NULL) AS courier),"
	" made AS (INSERT INTO manifest (id, kind, office_id, agency_id, next_office_id, courier_id, label, content,"
	"   opened_at, opened_by, opened_name)"
	"  SELECT $3::uuid, $4, $13::int, agency, next_office, courier, $8, decode($9, 'hex'), at($10::bigint),"
	"   $11::bigint, $12 FROM place"
	"  WHERE (agency IS NULL) = ($5 = '') AND (next_office IS NULL) = ($6 = '') AND (courier IS NULL) = ($7 = '')"
	"  ON CONFLICT (id) DO NOTHING RETURNING id)"
	" SELECT agency IS NULL AND $5 <> '', next_office IS NULL AND $6 <> '', courier IS NULL AND $7 <> ''"
	" FROM place WHERE $1::int IS NOT NULL OR $2::int IS NULL"};

static const struct pg_statement read_one = {"manifest_read",
	"SELECT " MANIFEST_COLUMNS " FROM manifest m" MANIFEST_JOINS
	" WHERE m.id = $3::uuid AND " SEES_MANIFEST};
/* clang-format on */

static void add_digest(struct pg_params *params, const struct digest *digest)
{
	char text[DIGEST_TEXT_SIZE];

	text_hex(digest->bytes, sizeof digest->bytes, text);
	pg_params_text(params, text);
}

void manifest_open_ask(
	struct pg_trip *trip, const struct actor *actor, const struct manifest_open *open)
{
	struct pg_params *params;

	pg_trip_add(trip, &pg_begin);
	params = pg_trip_add(trip, &insert_manifest);
	scope_ask(params, actor);
	pg_params_uuid(params, &open->id);
	pg_params_text(params, manifest_kind_wire(open->kind));
	pg_params_text(params, open->agency);
	pg_params_text(params, open->next_office);
	pg_params_text(params, open->courier);
	pg_params_text(params, open->label);
	add_digest(params, &open->content);
	pg_params_int(params, open->now_ms);
	pg_params_int(params, actor->account);
	pg_params_text(params, actor->name);
	pg_params_int(params, actor->office);
	manifest_ask(trip, actor, &open->id);
	pg_trip_add(trip, &pg_commit);
}

enum hoso_error manifest_opened(const struct pg_trip *trip, const struct manifest_open *open,
	const char **ret_member, struct manifest *ret_manifest)
{
	static const char *const members[] = {"agency", "next_office", "courier"};

	*ret_member = NULL;
	if (pg_rows(trip->results[2]) == 0) {
		for (int i = 0; i < 3; i++) {
			if (pg_bool(trip->results[1], 0, i)) {
				*ret_member = members[i];
				return HOSO_BAD_MEMBER;
			}
		}
		return HOSO_KEY_REUSE; /* somebody's in another office */
	}
	*ret_manifest = manifest_at(trip->results[2], 0);
	return memcmp(ret_manifest->content.bytes, open->content.bytes,
		       sizeof open->content.bytes) == 0
		       ? HOSO_OK
		       : HOSO_KEY_REUSE;
}

void manifest_ask(struct pg_trip *trip, const struct actor *actor, const struct uuid *id)
{
	struct pg_params *params = pg_trip_add(trip, &read_one);

	scope_ask(params, actor);
	pg_params_uuid(params, id);
}

static struct digest digest_at(const PGresult *rows, int row, int column)
{
	struct digest digest = {{0}};

	text_unhex(pg_text(rows, row, column), digest.bytes, sizeof digest.bytes);
	return digest;
}

struct manifest manifest_at(const PGresult *rows, int row)
{
	return (struct manifest){
		.id = pg_uuid(rows, row, M_ID),
		.kind = manifest_kind_from_wire(pg_text(rows, row, M_KIND)),
		.state = pg_text(rows, row, M_STATE),
		.revision = (int32_t)pg_int(rows, row, M_REVISION),
		.office_id = (int32_t)pg_int(rows, row, M_OFFICE_ID),
		.office_code = pg_text(rows, row, M_OFFICE),
		.office_name = pg_text(rows, row, M_OFFICE_NAME),
		.agency_code = pg_text(rows, row, M_AGENCY),
		.agency_name = pg_text(rows, row, M_AGENCY_NAME),
		.next_office_code = pg_text(rows, row, M_NEXT),
		.next_office_name = pg_text(rows, row, M_NEXT_NAME),
		.courier = pg_text(rows, row, M_COURIER),
		.courier_name = pg_text(rows, row, M_COURIER_NAME),
		.label = pg_text(rows, row, M_LABEL),
		.content = digest_at(rows, row, M_CONTENT),
		.opened_at_ms = pg_int(rows, row, M_OPENED_AT),
		.opened_name = pg_text(rows, row, M_OPENED_NAME),
		.signed_at_ms = pg_int(rows, row, M_SIGNED_AT),
		.signer = pg_text(rows, row, M_SIGNER),
		.signer_unit = pg_text(rows, row, M_SIGNER_UNIT),
		.signer_account = pg_text(rows, row, M_SIGNER_ACCOUNT),
		.minutes = pg_text(rows, row, M_MINUTES),
		.close_content = digest_at(rows, row, M_CLOSE_CONTENT),
		.closed_at_ms = pg_int(rows, row, M_CLOSED_AT),
		.closed_name = pg_text(rows, row, M_CLOSED_NAME),
		.hash = digest_at(rows, row, M_HASH),
		.cancel_reason = pg_text(rows, row, M_CANCEL_REASON),
		.lines = pg_int(rows, row, M_LINES),
		.consent = pg_uuid(rows, row, M_CONSENT),
		.consent_revision = (int32_t)pg_int(rows, row, M_CONSENT_REVISION),
		.consent_name = pg_text(rows, row, M_CONSENT_NAME),
		.consent_unit = pg_text(rows, row, M_CONSENT_UNIT),
		.consent_at_ms = pg_int(rows, row, M_CONSENT_AT),
	};
}

/* clang-format off */
/* $3 id. Held to the end of the transaction: whoever scans, signs or cancels meanwhile waits. */
static const struct pg_statement lock_seen = {"manifest_lock_seen",
	"SELECT m.state, m.revision, m.cancel_reason FROM manifest m WHERE m.id = $3::uuid AND " SEES_MANIFEST
	" FOR UPDATE OF m"};

/* $3 id, $4 reason, $5 now, $6 account, $7 name. */
static const struct pg_statement cancel = {"manifest_cancel",
	"WITH changed AS (UPDATE manifest SET state = 'cancelled', cancel_reason = $4, closed_at = at($5::bigint),"
	"   closed_by = $6::bigint, closed_name = $7"
	"  WHERE id = $3::uuid AND state = 'open' AND office_id = ANY (" SCOPE_OFFICES ") AND $2::int IS NULL RETURNING id),"
	" noted AS (INSERT INTO audit (account_id, action, subject, detail)"
	"  SELECT $6::bigint, 'manifest.cancel', id::text, $4 FROM changed)"
	" SELECT m.office_id = ANY (" SCOPE_OFFICES "), EXISTS (SELECT FROM changed), false,"
	"  m.state = 'cancelled' AND m.cancel_reason = $4 AND m.closed_by = $6::bigint"
	" FROM manifest m WHERE m.id = $3::uuid"};

/* $3 id, $4 consent, $5 revision, $6 account, $7 name, $8 unit, $9 device, $10 now. */
static const struct pg_statement consent = {"manifest_consent",
	"WITH made AS (INSERT INTO manifest_consent (id, manifest_id, revision, account_id, name, unit, device, at)"
	"  SELECT $4::uuid, m.id, m.revision, $6::bigint, $7, $8, $9, at($10::bigint) FROM manifest m"
	"  WHERE m.id = $3::uuid AND m.state = 'open' AND m.revision = $5::int AND m.agency_id = ANY (" SCOPE_AGENCIES ")"
	"   AND $1::int IS NULL ON CONFLICT (id) DO NOTHING RETURNING id)"
	" SELECT m.agency_id = ANY (" SCOPE_AGENCIES "), EXISTS (SELECT FROM made), m.state = 'open' AND m.revision <> $5::int,"
	"  EXISTS (SELECT FROM manifest_consent c WHERE c.id = $4::uuid AND c.manifest_id = m.id"
	"   AND c.revision = $5::int AND c.account_id = $6::bigint)"
	" FROM manifest m WHERE m.id = $3::uuid"};
/* clang-format on */

static struct pg_params *begin_change(struct pg_trip *trip, const struct pg_statement *statement,
	const struct actor *actor, const struct uuid *id)
{
	struct pg_params *params;

	pg_trip_add(trip, &pg_begin);
	params = pg_trip_add(trip, &lock_seen);
	scope_ask(params, actor);
	pg_params_uuid(params, id);
	params = pg_trip_add(trip, statement);
	scope_ask(params, actor);
	pg_params_uuid(params, id);
	return params;
}

void manifest_cancel_ask(struct pg_trip *trip, const struct actor *actor, const struct uuid *id,
	const char *reason, int64_t now_ms)
{
	struct pg_params *params = begin_change(trip, &cancel, actor, id);

	pg_params_text(params, reason);
	pg_params_int(params, now_ms);
	pg_params_int(params, actor->account);
	pg_params_text(params, actor->name);
	pg_trip_add(trip, &pg_commit);
}

void manifest_consent_ask(struct pg_trip *trip, const struct actor *actor, const struct uuid *id,
	const struct uuid *consent_id, int32_t revision, int64_t now_ms)
{
	struct pg_params *params = begin_change(trip, &consent, actor, id);

	pg_params_uuid(params, consent_id);
	pg_params_int(params, revision);
	pg_params_int(params, actor->account);
	pg_params_text(params, actor->name);
	pg_params_text(params, actor->office_name);
	pg_params_text(params, actor->device);
	pg_params_int(params, now_ms);
	pg_trip_add(trip, &pg_commit);
}

enum hoso_error manifest_changed(const struct pg_trip *trip)
{
	const PGresult *rows = trip->results[2];

	if (pg_rows(trip->results[1]) == 0 || !pg_bool(rows, 0, 0)) {
		return HOSO_NOT_FOUND;
	}
	if (pg_bool(rows, 0, 1) || pg_bool(rows, 0, 3)) {
		return HOSO_OK;
	}
	if (pg_bool(rows, 0, 2)) {
		return HOSO_MANIFEST_CHANGED;
	}
	return strcmp(pg_text(trip->results[1], 0, 0), "open") == 0 ? HOSO_KEY_REUSE
								    : HOSO_MANIFEST_CLOSED;
}

static const struct pg_statement find_consent = {"manifest_find_consent",
	"SELECT revision, account_id, name, unit, ms(at) FROM manifest_consent"
	" WHERE id = $1::uuid AND manifest_id = $2::uuid"};

void manifest_consent_find(
	struct pg_trip *trip, const struct uuid *consent_id, const struct uuid *manifest_id)
{
	struct pg_params *params = pg_trip_add(trip, &find_consent);

	pg_params_uuid(params, consent_id);
	pg_params_uuid(params, manifest_id);
}

bool manifest_consent_at(const PGresult *rows, struct manifest_consent *ret_consent)
{
	if (pg_rows(rows) != 1) {
		return false;
	}
	*ret_consent = (struct manifest_consent){
		.revision = (int32_t)pg_int(rows, 0, 0),
		.account = pg_int(rows, 0, 1),
		.name = pg_text(rows, 0, 2),
		.unit = pg_text(rows, 0, 3),
		.at_ms = pg_int(rows, 0, 4),
	};
	return true;
}
