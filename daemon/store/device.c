#include "store/device.h"

#include "store/scope.h"
#include "store/session.h"

/* clang-format off */
/* $3 account and $4 key of the row before, $5 how many. A device's own words may be longer than a cursor. */
static const struct pg_statement read_devices = {"device_read",
	"WITH live AS (SELECT a.id, a.account, a.name, a.role, a.office_id, a.agency_id, s.device,"
	"   encode(sha256(convert_to(s.device, 'UTF8')), 'hex') AS key, s.created_at, s.seen_at"
	"  FROM account a JOIN session s ON s.account_id = a.id WHERE " SESSION_LIVE " AND " SCOPE_MANAGES_ACCOUNT "),"
	" page AS (SELECT id, account, name, role, office_id, agency_id, device, key,"
	"   max(created_at) AS signed_in_at, max(seen_at) AS seen_at, count(*) AS sessions"
	"  FROM live WHERE (account, key) > (coalesce((SELECT b.account FROM account b WHERE b.id = $3), ''), $4)"
	"  GROUP BY id, account, name, role, office_id, agency_id, device, key ORDER BY account, key LIMIT $5::bigint)"
	" SELECT p.id, p.account, p.name, p.role, o.code, o.name, g.code, g.name, p.device, p.key,"
	"  ms(p.signed_in_at), ms(p.seen_at), ms(p.signed_in_at + " SESSION_MS(SESSION_ABSOLUTE_MS) "), p.sessions,"
	"  (SELECT k.offset_ms FROM device_clock k WHERE k.account_id = p.id AND k.device = p.device"
	"   ORDER BY k.noted_at DESC LIMIT 1)"
	" FROM page p LEFT JOIN office o ON o.id = p.office_id LEFT JOIN agency g ON g.id = p.agency_id"
	" ORDER BY p.account, p.key"};
/* clang-format on */

void device_ask(struct pg_trip *trip, const struct actor *actor, const struct device_place *after,
	unsigned limit)
{
	struct pg_params *params = pg_trip_add(trip, &read_devices);

	scope_ask(params, actor);
	pg_params_int(params, after->account);
	pg_params_text(params, after->key);
	pg_params_int(params, limit + 1);
}

int device_count(const struct pg_trip *trip)
{
	return PQntuples(trip->results[0]);
}

struct device device_at(const struct pg_trip *trip, int row)
{
	const PGresult *rows = trip->results[0];

	return (struct device){
		.account = pg_int(rows, row, 0),
		.login = pg_text(rows, row, 1),
		.name = pg_text(rows, row, 2),
		.role = pg_text(rows, row, 3),
		.office_code = pg_text(rows, row, 4),
		.office_name = pg_text(rows, row, 5),
		.agency_code = pg_text(rows, row, 6),
		.agency_name = pg_text(rows, row, 7),
		.device = pg_text(rows, row, 8),
		.key = pg_text(rows, row, 9),
		.signed_in_at_ms = pg_int(rows, row, 10),
		.seen_at_ms = pg_int(rows, row, 11),
		.expires_at_ms = pg_int(rows, row, 12),
		.sessions = pg_int(rows, row, 13),
		.clock_was_off = !pg_is_null(rows, row, 14),
		.clock_offset_ms = pg_int(rows, row, 14),
	};
}

/* clang-format off */
/* $3 who, $4 login, $5 device. Of two at once the second finds the sessions ended. */
static const struct pg_statement end_device = {"device_end",
	"WITH known AS (SELECT a.id, a.account FROM account a WHERE a.account = $4 AND " SCOPE_MANAGES_ACCOUNT "),"
	" ended AS (UPDATE session s SET ended_at = now() FROM account a"
	"  WHERE a.id = (SELECT id FROM known) AND s.account_id = a.id AND s.device = $5 AND " SESSION_LIVE
	"  RETURNING s.account_id),"
	" noted AS (INSERT INTO audit (account_id, action, subject, detail)"
	"  SELECT $3::bigint, 'session.end', account, $5 FROM known WHERE EXISTS (SELECT FROM ended))"
	" SELECT EXISTS (SELECT FROM known), (SELECT count(*) FROM ended)"};
/* clang-format on */

void device_end(
	struct pg_trip *trip, const struct actor *actor, const char *login, const char *device)
{
	struct pg_params *params;

	pg_trip_add(trip, &pg_begin);
	params = pg_trip_add(trip, &end_device);
	scope_ask(params, actor);
	pg_params_int(params, actor->account);
	pg_params_text(params, login);
	pg_params_text(params, device);
	pg_trip_add(trip, &pg_commit);
}

enum hoso_error device_ended(const struct pg_trip *trip, int64_t *ret_count)
{
	if (!pg_bool(trip->results[1], 0, 0)) {
		return HOSO_NOT_FOUND;
	}
	*ret_count = pg_int(trip->results[1], 0, 1);
	return HOSO_OK;
}
