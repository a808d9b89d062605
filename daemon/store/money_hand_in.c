#include <string.h>

#include <glib.h>

#include "base/text.h"
#include "store/money.h"
#include "store/scope.h"

/* clang-format off */
/*
 * $3 id, $4 content, $5 account, $6 name, $7 now, $8 kinds, $9 agencies, $10 amounts. An agency by its code is the row
 * of it under which this person holds most: it may have been renamed.
 */
static const struct pg_statement offer = {"money_offer",
	"WITH wanted AS (SELECT * FROM unnest($8::text[], $9::text[], $10::bigint[]) AS n(kind, agency, amount)),"
	" found AS (SELECT w.kind, w.amount, (SELECT h.agency_id FROM money_held h LEFT JOIN agency g ON g.id = h.agency_id"
	"   WHERE h.office_id = $1::int AND h.account_id = $5::bigint AND h.kind = w.kind"
	"    AND coalesce(g.code, '') = w.agency AND h.in_vnd - h.out_vnd >= w.amount"
	"   ORDER BY h.in_vnd - h.out_vnd DESC LIMIT 1) AS agency FROM wanted w),"
	" made AS (INSERT INTO money_hand_in (id, office_id, content, giver_id, giver_name, offered_at)"
	"  SELECT $3::uuid, $1::int, $4::bytea, $5::bigint, $6, at($7::bigint)"
	"  WHERE $2::int IS NULL AND NOT EXISTS (SELECT FROM found WHERE agency IS NULL)"
	"  ON CONFLICT (id) DO NOTHING RETURNING id),"
	" lines AS (INSERT INTO money_hand_in_line SELECT made.id, kind, agency, amount FROM made, found)"
	" SELECT EXISTS (SELECT FROM made), EXISTS (SELECT FROM found WHERE agency IS NULL),"
	"  (SELECT encode(content, 'hex') FROM money_hand_in WHERE id = $3::uuid)"};
/* clang-format on */

void money_offer_ask(
	struct pg_trip *trip, const struct actor *actor, const struct money_offer *offered)
{
	struct pg_array kinds, agencies, amounts;
	struct pg_params *params;

	pg_trip_add(trip, &pg_begin);
	params = pg_trip_add(trip, &offer);
	scope_ask(params, actor);
	pg_params_uuid(params, &offered->id);
	pg_params_bytes(params, offered->content.bytes, sizeof offered->content.bytes);
	pg_params_int(params, actor->account);
	pg_params_text(params, actor->name);
	pg_params_int(params, offered->now_ms);
	pg_array_init(&kinds, PG_TEXT);
	pg_array_init(&agencies, PG_TEXT);
	pg_array_init(&amounts, PG_INT8);
	for (unsigned i = 0; i < offered->count; i++) {
		pg_array_text(&kinds, offered->lines[i].kind);
		pg_array_text(&agencies, offered->lines[i].agency);
		pg_array_int(&amounts, offered->lines[i].amount_vnd);
	}
	pg_params_array(params, &kinds);
	pg_params_array(params, &agencies);
	pg_params_array(params, &amounts);
	pg_trip_add(trip, &pg_commit);
}

enum hoso_error money_offered(const struct pg_trip *trip, const struct money_offer *offered)
{
	const PGresult *rows = trip->results[1];
	struct digest content = {{0}};

	if (pg_bool(rows, 0, 0)) {
		return HOSO_OK;
	}
	if (text_unhex(pg_text(rows, 0, 2), content.bytes, sizeof content.bytes)) {
		return memcmp(content.bytes, offered->content.bytes, sizeof content.bytes) == 0
			       ? HOSO_OK
			       : HOSO_KEY_REUSE;
	}
	return pg_bool(rows, 0, 1) ? HOSO_NOT_HELD : HOSO_FORBIDDEN;
}

/* clang-format off */
/*
 * In the office itself anybody but who gives it; in an office of one person, and anywhere else below, a supervisor.
 */
#define MAY_RECEIVE(office) \
	"$2::int IS NULL AND (" office " = $1::int OR " office " = ANY (" SCOPE_OFFICES ")" \
	"  AND EXISTS (SELECT FROM account WHERE id = $4::bigint AND role = 'supervisor'))"

/* $3 id, $4 account. All that this person offers: two of their hand-ins are not received at one time, each for the whole. */
static const struct pg_statement lock_offers = {"money_lock_offers",
	"SELECT h.id FROM money_hand_in h WHERE h.giver_id = (SELECT giver_id FROM money_hand_in WHERE id = $3::uuid)"
	"  AND " MAY_RECEIVE("h.office_id") " AND h.state = 'offered' ORDER BY h.id FOR UPDATE"};

/* $3 id, $4 account, $5 name, $6 now. What leaves the person's hands comes into the safe: two entries a line. */
static const struct pg_statement receive = {"money_receive",
	"WITH head AS (SELECT * FROM money_hand_in WHERE id = $3::uuid AND " MAY_RECEIVE("office_id") "),"
	" short AS (SELECT FROM head JOIN money_hand_in_line l ON l.hand_in_id = head.id LEFT JOIN money_held h"
	"   ON h.office_id = head.office_id AND h.account_id = head.giver_id AND h.kind = l.kind AND h.agency_id = l.agency_id"
	"  WHERE head.state = 'offered' AND coalesce(h.in_vnd - h.out_vnd, 0) < l.amount_vnd),"
	" done AS (UPDATE money_hand_in m SET state = 'received', receiver_id = $4::bigint, receiver_name = $5,"
	"   received_at = at($6::bigint) FROM head WHERE m.id = head.id AND head.state = 'offered'"
	"   AND head.giver_id <> $4::bigint AND NOT EXISTS (SELECT FROM short) RETURNING m.*),"
	" moved AS (INSERT INTO money_entry (hand_in_id, kind, direction, amount_vnd, payment, held_by, office_id, account_id,"
	"   agency_id, occurred_at, recorded_at)"
	"  SELECT done.id, l.kind, way.direction, l.amount_vnd, 'cash', way.held_by, done.office_id,"
	"   CASE way.held_by WHEN 'person' THEN done.giver_id ELSE $4::bigint END, l.agency_id, done.received_at, done.received_at"
	"  FROM done JOIN money_hand_in_line l ON l.hand_in_id = done.id,"
	"   (VALUES ('out', 'person'), ('in', 'office')) AS way(direction, held_by))"
	" SELECT EXISTS (SELECT FROM done), head.giver_id = $4::bigint, EXISTS (SELECT FROM short),"
	"  head.state = 'received' AND head.receiver_id = $4::bigint FROM head"};

static const struct pg_statement cancel = {"money_cancel",
	"WITH head AS (SELECT * FROM money_hand_in WHERE id = $3::uuid AND office_id = $1::int AND $2::int IS NULL),"
	" done AS (UPDATE money_hand_in m SET state = 'cancelled' FROM head WHERE m.id = head.id AND head.state = 'offered'"
	"  AND head.giver_id = $4::bigint AND $5 <> '' AND $6::bigint > 0 RETURNING m.id)"
	" SELECT EXISTS (SELECT FROM done), head.giver_id <> $4::bigint, false, head.state = 'cancelled' FROM head"};
/* clang-format on */

void money_answer_ask(struct pg_trip *trip, const struct actor *actor, const struct uuid *id,
	enum money_answer answer, int64_t now_ms)
{
	struct pg_params *params;

	pg_trip_add(trip, &pg_begin);
	params = pg_trip_add(trip, &lock_offers);
	scope_ask(params, actor);
	pg_params_uuid(params, id);
	pg_params_int(params, actor->account);
	params = pg_trip_add(trip, answer == MONEY_RECEIVE ? &receive : &cancel);
	scope_ask(params, actor);
	pg_params_uuid(params, id);
	pg_params_int(params, actor->account);
	pg_params_text(params, actor->name);
	pg_params_int(params, now_ms);
	pg_trip_add(trip, &pg_commit);
}

enum hoso_error money_answered(const struct pg_trip *trip)
{
	const PGresult *rows = trip->results[2];

	if (pg_rows(rows) == 0) {
		return HOSO_NOT_FOUND;
	}
	if (pg_bool(rows, 0, 1)) {
		return trip->statements[2] == &receive ? HOSO_OWN_HAND_IN : HOSO_FORBIDDEN;
	}
	if (pg_bool(rows, 0, 0) || pg_bool(rows, 0, 3)) {
		return HOSO_OK;
	}
	return pg_bool(rows, 0, 2) ? HOSO_NOT_HELD : HOSO_CONFLICT;
}

/* clang-format off */
/* $3 id, $4 state, $5 before, $6 limit, $7 giver, or 0 for all. */
static const struct pg_statement read_hand_ins = {"money_hand_in_read",
	"SELECT h.id, o.code, h.state, h.giver_name, h.receiver_name, ms(h.offered_at), ms(h.received_at),"
	"  (SELECT coalesce(json_agg(json_build_object('kind', l.kind, 'agency', g.code, 'agency_name', g.name,"
	"    'amount', l.amount_vnd)"
	"    ORDER BY l.kind, g.code), '[]')"
	"   FROM money_hand_in_line l LEFT JOIN agency g ON g.id = l.agency_id WHERE l.hand_in_id = h.id),"
	"  a.account"
	" FROM money_hand_in h JOIN office o ON o.id = h.office_id JOIN account a ON a.id = h.giver_id"
	" WHERE $1::int IS NOT NULL AND $2::int IS NULL AND h.office_id = ANY (" SCOPE_OFFICES ")"
	"  AND ($3::uuid IS NULL OR h.id = $3::uuid) AND ($4 = '' OR h.state = $4) AND ($7::bigint = 0 OR h.giver_id = $7::bigint)"
	"  AND ($5::text = '' OR h.id < nullif($5::text, '')::uuid) ORDER BY h.id DESC LIMIT $6::bigint"};
/* clang-format on */

void money_hand_in_ask(struct pg_trip *trip, const struct actor *actor, const struct uuid *id,
	int64_t giver, const char *state, const char *before, unsigned limit)
{
	struct pg_params *params = pg_trip_add(trip, &read_hand_ins);

	scope_ask(params, actor);
	if (id) {
		pg_params_uuid(params, id);
	} else {
		pg_params_null(params);
	}
	pg_params_text(params, state);
	pg_params_text(params, before);
	pg_params_int(params, limit + 1);
	pg_params_int(params, giver);
}

struct money_hand_in money_hand_in_at(const PGresult *rows, int row)
{
	return (struct money_hand_in){
		.id = pg_text(rows, row, 0),
		.office_code = pg_text(rows, row, 1),
		.state = pg_text(rows, row, 2),
		.giver = pg_text(rows, row, 3),
		.receiver = pg_text(rows, row, 4),
		.offered_at_ms = pg_int(rows, row, 5),
		.received_at_ms = pg_int(rows, row, 6),
		.lines = pg_text(rows, row, 7),
		.giver_account = pg_text(rows, row, 8),
	};
}
