#include "store/visit_read.h"

#include "model/visit.h"
#include "store/scope.h"
#include "store/search.h"
#include "store/visit_row.h"

#define STRING(number) #number
#define ROWS(number) STRING(number)

/*
 * Parameters of a list: $3 account, $4 office, $5 courier, $6 state, $7 and $8 from and to, $9 and $10 the last row
 * before, $11 limit, $12 the phone's last four digits, $13 all of it.
 */
/* clang-format off */
#define FITS \
	"($4::text IS NULL OR v.office = $4) AND ($6::text IS NULL OR v.state = $6)" \
	" AND ($5::text IS NULL OR v.courier_id = (SELECT id FROM account WHERE account = $5))" \
	" AND ($12::text IS NULL OR (SELECT true FROM person w WHERE w.id = v.person_id AND w.phone_last4 = $12" \
	"   AND ($13::text IS NULL OR w.phone = $13) LIMIT 1))"

#define PAGE_BY(at, way_in) \
	"SELECT v.id, " at " AS at FROM visit v WHERE " way_in " AND " FITS \
	"  AND (" at ", v.id) > (at($9::bigint), $10::uuid)" \
	"  AND " at " >= at($7::bigint) AND " at " < at($8::bigint)" \
	" ORDER BY " at ", v.id LIMIT $11::bigint"
#define PAGE(way_in) PAGE_BY("v.window_from", way_in)
#define IN_SCOPE "v.office_id = ANY (" SCOPE_OFFICES ")"

#define LIST(pages) \
	"WITH page AS (SELECT id, at FROM (" pages ") AS found ORDER BY at, id LIMIT $11::bigint)," \
	" seen AS (INSERT INTO view_log (account_id, what)" \
	"  SELECT $3::bigint, 'visits' WHERE EXISTS (SELECT FROM page))" \
	" SELECT " VISIT_COLUMNS ", ms(page.at) FROM page JOIN visit v USING (id)" VISIT_JOINS \
	" WHERE $2::int IS NULL ORDER BY page.at, v.id"

/*
 * A scope of many offices finds a page quickly along the time; one of few, or one office that is named, goes through
 * each office's own. Only one of the two branches runs.
 */
#define IS_WIDE \
	"($4::text IS NULL AND (SELECT count(*) * 10 > (SELECT count(*) FROM office) FROM office_scope" \
	"  WHERE ancestor = $1))"
#define MY_OFFICES \
	"(SELECT s.descendant AS id FROM office_scope s JOIN office f ON f.id = s.descendant" \
	"  WHERE s.ancestor = $1 AND ($4::text IS NULL OR f.code = $4))"

/* Added to, the office is no way in: the planner would collect and sort all that the scope has. */
#define WIDE_AND_NARROW(wide) \
	LIST("(" PAGE(IS_WIDE " AND " wide "v.office_id + 0 = ANY (" SCOPE_OFFICES ")") ") UNION ALL" \
		" (SELECT p.id, p.at FROM " MY_OFFICES " AS mine CROSS JOIN LATERAL (" \
			PAGE("v.office_id = mine.id") ") AS p WHERE NOT " IS_WIDE \
		"  ORDER BY p.at, p.id LIMIT $11::bigint)")

static const struct pg_statement by_time = {"visit_by_time", WIDE_AND_NARROW("")};

static const struct pg_statement by_state = {"visit_by_state", WIDE_AND_NARROW("v.state = $6 AND ")};

static const struct pg_statement by_courier = {"visit_by_courier",
	LIST(PAGE("v.courier_id = (SELECT id FROM account WHERE account = $5) AND " IN_SCOPE))};

static const struct pg_statement by_phone = {"visit_by_phone",
	LIST(PAGE("v.person_id IN (SELECT w.id FROM person w WHERE w.phone_last4 = $12) AND " IN_SCOPE))};

static const struct pg_statement by_grace = {"visit_by_grace",
	LIST(PAGE_BY("v.missed_at", VISIT_IS_OPEN " AND v.missed_at < now() AND " IN_SCOPE))};
/* clang-format on */

static const struct pg_statement *way_in(const struct visit_search *search)
{
	if (search->missed) {
		return &by_grace;
	}
	if (search->phone[0]) {
		return &by_phone;
	}
	if (search->courier[0]) {
		return &by_courier;
	}
	return search->state != VISIT_STATE_COUNT && visit_is_open(search->state) &&
			       !search->office[0]
		       ? &by_state
		       : &by_time;
}

void visit_read_list(
	struct pg_trip *trip, const struct actor *actor, const struct visit_search *search)
{
	static const int64_t end_of_time_ms = 253402300799000;
	struct pg_params *params = pg_trip_add(trip, way_in(search));
	bool goes_on = search->after_ms != 0;

	scope_ask(params, actor);
	pg_params_int(params, actor->account);
	pg_params_text_or_null(params, search->office);
	pg_params_text_or_null(params, search->courier);
	pg_params_text(params,
		search->state == VISIT_STATE_COUNT ? NULL : visit_state_wire(search->state));
	pg_params_int(params, search->from_ms);
	pg_params_int(params, search->to_ms ? search->to_ms : end_of_time_ms);
	pg_params_int(params, goes_on ? search->after_ms : -1);
	if (goes_on) {
		pg_params_uuid(params, &search->after);
	} else {
		pg_params_text(params, "00000000-0000-0000-0000-000000000000");
	}
	pg_params_int(params, search->limit + 1);
	search_ask_phone(params, search->phone);
}

int visit_read_count(const struct pg_trip *trip)
{
	return PQntuples(trip->results[0]);
}

struct visit visit_read_at(const struct pg_trip *trip, int row)
{
	struct visit visit = visit_row_read(trip->results[0], row);

	visit.place_ms = pg_int(trip->results[0], row, VISIT_COLUMN_COUNT);
	return visit;
}

/* clang-format off */
#define SEES_VISIT "$2::int IS NULL AND v.office_id = ANY (" SCOPE_OFFICES ")"

/* $3 visit, $4 account. */
static const struct pg_statement read_one = {"visit_one",
	"WITH found AS (SELECT v.id FROM visit v WHERE v.id = $3::uuid AND " SEES_VISIT "),"
	" seen AS (INSERT INTO view_log (account_id, what) SELECT $4::bigint, 'visit ' || id FROM found)"
	" SELECT " VISIT_COLUMNS ", 0 FROM found JOIN visit v USING (id)" VISIT_JOINS};

#define CHANGES \
	"SELECT h.id, h.visit_id, h.no, h.action, h.state, ms(h.window_from), ms(h.window_to), h.out_of_hours," \
	"  c.account, h.reason, h.wished_by, h.note, a.name, ms(h.occurred_at), ms(h.recorded_at)" \
	" FROM visit_change h JOIN visit v ON v.id = h.visit_id LEFT JOIN account c ON c.id = h.courier_id" \
	"  LEFT JOIN account a ON a.id = h.account_id WHERE " SEES_VISIT

static const struct pg_statement read_changes = {"visit_changes",
	CHANGES " AND h.visit_id = $3::uuid ORDER BY h.no LIMIT " ROWS(VISIT_CHANGES_MAX)};

static const struct pg_statement read_change = {"visit_change", CHANGES " AND h.id = $3::uuid"};

static const struct pg_statement read_items = {"visit_items",
	"SELECT i.item_code, l.state FROM visit_item i JOIN visit v ON v.id = i.visit_id"
	"  JOIN leg l ON l.item_code = i.item_code"
	" WHERE i.visit_id = $3::uuid AND i.way = 'pickup' AND i.event_id IS NULL AND " SEES_VISIT
	" ORDER BY i.item_code LIMIT " ROWS(VISIT_ITEMS_MAX)};
/* clang-format on */

static struct pg_params *ask_visit(struct pg_trip *trip, const struct pg_statement *statement,
	const struct actor *actor, const struct uuid *id)
{
	struct pg_params *params = pg_trip_add(trip, statement);

	scope_ask(params, actor);
	pg_params_uuid(params, id);
	return params;
}

void visit_read_one(struct pg_trip *trip, const struct actor *actor, const struct uuid *id)
{
	pg_params_int(ask_visit(trip, &read_one, actor, id), actor->account);
	ask_visit(trip, &read_changes, actor, id);
}

void visit_read_change(struct pg_trip *trip, const struct actor *actor, const struct uuid *id)
{
	ask_visit(trip, &read_change, actor, id);
}

int visit_read_change_count(const struct pg_trip *trip, unsigned step)
{
	return PQntuples(trip->results[step]);
}

struct visit_change visit_read_change_at(const struct pg_trip *trip, unsigned step, int row)
{
	const PGresult *rows = trip->results[step];

	return (struct visit_change){
		.id = pg_uuid(rows, row, 0),
		.visit = pg_uuid(rows, row, 1),
		.no = (int)pg_int(rows, row, 2),
		.action = pg_text(rows, row, 3),
		.state = pg_text(rows, row, 4),
		.from_ms = pg_int(rows, row, 5),
		.to_ms = pg_int(rows, row, 6),
		.out_of_hours = pg_bool(rows, row, 7),
		.courier_login = pg_text(rows, row, 8),
		.reason = pg_text(rows, row, 9),
		.wished_by = pg_text(rows, row, 10),
		.note = pg_text(rows, row, 11),
		.actor = pg_text(rows, row, 12),
		.occurred_at_ms = pg_int(rows, row, 13),
		.recorded_at_ms = pg_int(rows, row, 14),
	};
}

void visit_read_items(struct pg_trip *trip, const struct actor *actor, const struct uuid *id)
{
	ask_visit(trip, &read_items, actor, id);
}

int visit_read_item_count(const struct pg_trip *trip)
{
	return PQntuples(trip->results[0]);
}

struct visit_read_item visit_read_item_at(const struct pg_trip *trip, int row)
{
	return (struct visit_read_item){
		.code = pg_text(trip->results[0], row, 0),
		.leg_state = pg_text(trip->results[0], row, 1),
	};
}
