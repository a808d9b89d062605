#include "store/visit_day.h"

#include "base/clock.h"
#include "store/scope.h"
#include "store/visit_row.h"

#define STRING(number) #number
#define ROWS(number) STRING(number)

/* clang-format off */
/* $3 account, $4 from, $5 to. Cancelled ones are told too: the telephone may have them still. */
static const struct pg_statement read_mine = {"visit_day_mine",
	"WITH seen AS (INSERT INTO view_log (account_id, what) VALUES ($3::bigint, 'visits.mine'))"
	" SELECT " VISIT_COLUMNS ", 0 FROM visit v" VISIT_JOINS
	" WHERE v.courier_id = $3::bigint AND v.window_from >= at($4::bigint) AND v.window_from < at($5::bigint)"
	"  AND $2::int IS NULL AND v.office_id = ANY (" SCOPE_OFFICES ")"
	" ORDER BY v.window_from, v.id LIMIT " ROWS(VISIT_DAY_ROWS_MAX)};

/*
 * What is out with this courier: the last of the item's scans that took it out is theirs, or names them. $6: the day
 * of the offices, by UTC as leg.open_on is; what is out for more than a week is another desk's. It goes to whom it was
 * redirected, if it was.
 */
static const struct pg_statement read_deliveries = {"visit_day_deliveries",
	"WITH out AS (SELECT l.id, l.dossier_id, l.item_code, l.kind, l.collect_vnd, l.attempts, l.state_at"
	"  FROM leg l CROSS JOIN LATERAL (SELECT e.account_id, e.data->>'courier' AS courier FROM event e"
	"    WHERE e.dossier_id = l.dossier_id AND e.leg_id = l.id AND e.kind = 'out_for_delivery'"
	"     AND e.verdict IN ('recorded', 'late') ORDER BY e.occurred_at DESC, e.id DESC LIMIT 1) AS last"
	"  WHERE l.state = 'out_for_delivery' AND l.state_office_id = ANY (" SCOPE_OFFICES ")"
	"   AND l.open_on BETWEEN $5::date - 7 AND $5::date + 1"
	"   AND coalesce(last.courier = $4, last.account_id = $3::bigint)"
	"  ORDER BY l.item_code LIMIT " ROWS(VISIT_DAY_ROWS_MAX) "),"
	" seen AS (INSERT INTO view_log (account_id, what, dossier_id)"
	"  SELECT DISTINCT $3::bigint, 'visits.mine', out.dossier_id FROM out)"
	" SELECT out.item_code, out.kind, d.code, CASE WHEN to_agency THEN coalesce(g.name, '') ELSE w.name END,"
	"  CASE WHEN to_agency THEN '' ELSE w.phone END, CASE WHEN to_agency THEN coalesce(g.address, '') ELSE w.address END,"
	"  out.collect_vnd, out.attempts, ms(out.state_at)"
	" FROM out JOIN dossier d ON d.id = out.dossier_id LEFT JOIN agency g ON g.id = d.agency_id"
	"  LEFT JOIN leg_care k ON k.leg_id = out.id LEFT JOIN person w ON w.id = coalesce(k.receiver_id, d.receiver_id)"
	"  CROSS JOIN LATERAL (SELECT k.receiver_id IS NULL"
	"   AND out.kind IN ('submit', 'supplement_in', 'reclaim', 'inter') AS to_agency) AS way"
	" WHERE $2::int IS NULL ORDER BY out.item_code"};

static const struct pg_statement read_board = {"visit_day_board",
	"SELECT o.code, o.name, c.account, c.name, count(*) FILTER (WHERE v.state = 'booked'),"
	"  count(*) FILTER (WHERE v.state = 'assigned'), count(*) FILTER (WHERE v.state = 'started'),"
	"  count(*) FILTER (WHERE v.state = 'arrived'), count(*) FILTER (WHERE v.state = 'done'),"
	"  count(*) FILTER (WHERE v.state = 'cancelled'), count(*) FILTER (WHERE " VISIT_IS_OPEN " AND v.missed_at < now()),"
	"  count(*) FILTER (WHERE v.out_of_hours), ms(min(v.window_from)), ms(max(v.window_to))"
	" FROM visit v JOIN office o ON o.id = v.office_id LEFT JOIN account c ON c.id = v.courier_id"
	" WHERE v.window_from >= at($4::bigint) AND v.window_from < at($5::bigint) AND $2::int IS NULL"
	"  AND v.office_id = ANY (" SCOPE_OFFICES ") AND ($3::text IS NULL OR o.code = $3)"
	" GROUP BY o.code, o.name, c.account, c.name"
	" ORDER BY o.code, c.account NULLS FIRST LIMIT " ROWS(PG_ROWS_MAX)};

/* $3 office, $4 and $5 the window, $6 the visit. Busy as the constraint visit_courier has it. */
static const struct pg_statement read_couriers = {"visit_day_couriers",
	"SELECT a.account, a.name, o.code, o.name, EXISTS (SELECT FROM visit v WHERE v.courier_id = a.id"
	"   AND v.seat IS NOT NULL AND v.id IS DISTINCT FROM $6::uuid"
	"   AND tstzrange(v.window_from, v.window_to) && tstzrange(at($4::bigint), at($5::bigint)))"
	" FROM account a JOIN office o ON o.id = a.office_id"
	" WHERE a.role = 'courier' AND a.disabled_at IS NULL AND $2::int IS NULL AND o.id = ANY (" SCOPE_OFFICES ")"
	"  AND ($3::text IS NULL OR o.code = $3)"
	" ORDER BY o.code, a.name, a.account LIMIT " ROWS(PG_ROWS_MAX)};
/* clang-format on */

void visit_day_ask_mine(
	struct pg_trip *trip, const struct actor *actor, int64_t from_ms, int64_t to_ms)
{
	struct pg_params *params = pg_trip_add(trip, &read_mine);
	char day[16];

	scope_ask(params, actor);
	pg_params_int(params, actor->account);
	pg_params_int(params, from_ms);
	pg_params_int(params, to_ms);
	params = pg_trip_add(trip, &read_deliveries);
	clock_format_local(from_ms, "%Y-%m-%d", day, sizeof day);
	scope_ask(params, actor);
	pg_params_int(params, actor->account);
	pg_params_text(params, actor->login);
	pg_params_text(params, day);
}

int visit_day_delivery_count(const struct pg_trip *trip)
{
	return PQntuples(trip->results[1]);
}

struct visit_delivery visit_day_delivery_at(const struct pg_trip *trip, int row)
{
	const PGresult *rows = trip->results[1];

	return (struct visit_delivery){
		.item_code = pg_text(rows, row, 0),
		.leg_kind = pg_text(rows, row, 1),
		.dossier_code = pg_text(rows, row, 2),
		.name = pg_text(rows, row, 3),
		.phone = pg_text(rows, row, 4),
		.address = pg_text(rows, row, 5),
		.collect_vnd = pg_int(rows, row, 6),
		.attempts = (int)pg_int(rows, row, 7),
		.since_ms = pg_int(rows, row, 8),
	};
}

void visit_day_ask_board(struct pg_trip *trip, const struct actor *actor, const char *office,
	int64_t from_ms, int64_t to_ms)
{
	struct pg_params *params = pg_trip_add(trip, &read_board);

	scope_ask(params, actor);
	pg_params_text_or_null(params, office);
	pg_params_int(params, from_ms);
	pg_params_int(params, to_ms);
}

int visit_day_board_count(const struct pg_trip *trip)
{
	return PQntuples(trip->results[0]);
}

/* The columns of the states stand in the order of HOSO_VISIT_STATES. */
struct visit_board visit_day_board_at(const struct pg_trip *trip, int row)
{
	const PGresult *rows = trip->results[0];
	struct visit_board board = {
		.office_code = pg_text(rows, row, 0),
		.office_name = pg_text(rows, row, 1),
		.courier_login = pg_text(rows, row, 2),
		.courier_name = pg_text(rows, row, 3),
		.missed = (int)pg_int(rows, row, 4 + VISIT_STATE_COUNT),
		.out_of_hours = (int)pg_int(rows, row, 5 + VISIT_STATE_COUNT),
		.first_ms = pg_int(rows, row, 6 + VISIT_STATE_COUNT),
		.last_ms = pg_int(rows, row, 7 + VISIT_STATE_COUNT),
	};

	for (int state = 0; state < VISIT_STATE_COUNT; state++) {
		board.by_state[state] = (int)pg_int(rows, row, 4 + state);
	}
	return board;
}

void visit_day_ask_couriers(struct pg_trip *trip, const struct actor *actor, const char *office,
	const struct uuid *visit, int64_t from_ms, int64_t to_ms)
{
	struct pg_params *params = pg_trip_add(trip, &read_couriers);

	scope_ask(params, actor);
	pg_params_text_or_null(params, office);
	pg_params_int(params, from_ms);
	pg_params_int(params, to_ms);
	if (visit) {
		pg_params_uuid(params, visit);
	} else {
		pg_params_null(params);
	}
}

int visit_day_courier_count(const struct pg_trip *trip)
{
	return PQntuples(trip->results[0]);
}

struct visit_courier visit_day_courier_at(const struct pg_trip *trip, int row)
{
	const PGresult *rows = trip->results[0];

	return (struct visit_courier){
		.login = pg_text(rows, row, 0),
		.name = pg_text(rows, row, 1),
		.office_code = pg_text(rows, row, 2),
		.office_name = pg_text(rows, row, 3),
		.is_busy = pg_bool(rows, row, 4),
	};
}
