#include "store/item.h"

#include "base/uuid7.h"
#include "model/track.h"
#include "store/scope.h"

/* clang-format off */
/* As every writer does: the intake does not judge the item meanwhile. */
static const struct pg_statement lock_dossier = {"item_lock",
	"SELECT d.id FROM dossier d WHERE d.id = (SELECT dossier_id FROM leg WHERE item_code = $1) FOR UPDATE"};

#define PIN_FITS \
	"kind IN ('slip', 'supplement_out', 'result', 'refused')" \
	" AND state NOT IN ('delivered', 'returning', 'returned', 'cancelled', 'lost')"

/* $3 item, $4 request, $5 digest, $6 account. UUIDv7s are in the order of their making. */
static const struct pg_statement make_pin = {"item_make_pin",
	"WITH it AS (SELECT l.id, l.kind, l.state, l.item_code FROM leg l JOIN dossier d ON d.id = l.dossier_id"
	"  WHERE l.item_code = $3 AND " SCOPE_SEES_DOSSIER "),"
	" made AS (INSERT INTO leg_care AS c (leg_id, pin_request, pin_digest, pin_made_at, pin_made_by)"
	"  SELECT id, $4::uuid, $5::bytea, now(), $6::bigint FROM it WHERE " PIN_FITS
	"  ON CONFLICT (leg_id) DO UPDATE SET pin_request = excluded.pin_request, pin_digest = excluded.pin_digest,"
	"   pin_wrong = 0, pin_made_at = excluded.pin_made_at, pin_made_by = excluded.pin_made_by"
	"   WHERE c.pin_request IS NULL OR c.pin_request < excluded.pin_request"
	"  RETURNING leg_id),"
	" said AS (INSERT INTO audit (account_id, action, subject) SELECT $6::bigint, 'pin', item_code FROM it"
	"  WHERE EXISTS (SELECT FROM made))"
	" SELECT EXISTS (SELECT FROM made), " PIN_FITS ", c.pin_request FROM it LEFT JOIN leg_care c ON c.leg_id = it.id"};

/* $3 item, $4 account */
static const struct pg_statement read_item = {"item_read",
	"WITH it AS (SELECT l.id, l.dossier_id, l.track, l.collect_vnd FROM leg l JOIN dossier d ON d.id = l.dossier_id"
	"  WHERE l.item_code = $3 AND " SCOPE_SEES_DOSSIER "),"
	" seen AS (INSERT INTO view_log (account_id, what, dossier_id) SELECT $4::bigint, 'next', dossier_id FROM it)"
	" SELECT it.track, it.collect_vnd, coalesce(c.reclaim, ''), c.pin_digest IS NOT NULL, coalesce(c.pin_wrong, 0),"
	"  coalesce((SELECT e.data->>'next_on' FROM event e WHERE e.dossier_id = it.dossier_id AND e.leg_id = it.id"
	"   AND e.kind = 'delivery_failed' AND e.verdict IN ('recorded', 'late')"
	"   ORDER BY e.occurred_at DESC, e.id DESC LIMIT 1), '')"
	" FROM it LEFT JOIN leg_care c ON c.leg_id = it.id"};
/* clang-format on */

enum make_step { MAKE_BEGIN, MAKE_LOCK, MAKE_PIN };

void item_make_pin(struct pg_trip *trip, const struct actor *actor, const struct item_code *code,
	const struct uuid *request, const struct digest *digest)
{
	struct pg_params *params;

	pg_trip_add(trip, &pg_begin);
	pg_params_text(pg_trip_add(trip, &lock_dossier), code->text);
	params = pg_trip_add(trip, &make_pin);
	scope_ask(params, actor);
	pg_params_text(params, code->text);
	pg_params_uuid(params, request);
	pg_params_bytes(params, digest->bytes, sizeof digest->bytes);
	pg_params_int(params, actor->account);
	pg_trip_add(trip, &pg_commit);
}

enum item_pin_state item_pin_outcome(const struct pg_trip *trip, const struct uuid *request)
{
	const PGresult *rows = trip->results[MAKE_PIN];
	struct uuid before;

	if (PQntuples(rows) != 1) {
		return ITEM_PIN_NO_ITEM;
	}
	if (pg_bool(rows, 0, 0)) {
		return ITEM_PIN_MADE;
	}
	before = pg_uuid(rows, 0, 2);
	if (!uuid7_is_none(&before) && uuid7_compare(&before, request) == 0) {
		return ITEM_PIN_MADE;
	}
	return pg_bool(rows, 0, 1) ? ITEM_PIN_OLD_REQUEST : ITEM_PIN_NOT_FOR_IT;
}

void item_ask(struct pg_trip *trip, const struct actor *actor, const struct item_code *code)
{
	struct pg_params *params = pg_trip_add(trip, &read_item);

	scope_ask(params, actor);
	pg_params_text(params, code->text);
	pg_params_int(params, actor->account);
}

bool item_learn(const struct pg_trip *trip, struct item *ret_item)
{
	const PGresult *rows = trip->results[0];
	g_autofree uint8_t *bytes = NULL;
	size_t length;

	if (PQntuples(rows) != 1) {
		return false;
	}
	length = pg_bytes_length(rows, 0, 0);
	bytes = g_malloc(length + 1);
	ret_item->collect_vnd = pg_int(rows, 0, 1);
	ret_item->reclaim = pg_text(rows, 0, 2);
	ret_item->has_pin = pg_bool(rows, 0, 3);
	ret_item->pin_wrong = pg_int(rows, 0, 4);
	ret_item->next_on = pg_text(rows, 0, 5);
	return (length == 0 || pg_bytes(rows, 0, 0, bytes, length)) &&
	       track_decode(bytes, length, &ret_item->track);
}
