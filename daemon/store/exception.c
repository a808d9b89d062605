#include "store/exception.h"

#include "store/scope.h"

/* clang-format off */
#define STRING(number) #number
#define ROWS(number) STRING(number)

/*
 * $3 and $4: the last row before; $5: limit; $6: the kinds; $7: an office or NULL; $8 to $12: the cuts.
 * A branch whose kind is not wanted is not begun. Each is cut before they are put together.
 */
#define PAGE_OF(branch, at, key) \
	"(" branch " AND (" at ", " key " COLLATE \"C\") < (at($3::bigint), $4::text)" \
	" ORDER BY " at " DESC, " key " COLLATE \"C\" DESC LIMIT $5::bigint)"
#define COUNT_OF(what, branch) \
	"SELECT '" what "', count(*) FROM (" branch " LIMIT " ROWS(DESK_COUNT_MAX) " + 1) AS open_ones"
#define WANTED(what) "'" what "' = ANY ($6::text[])"
#define IN_OFFICE(code) "($7::text IS NULL OR " code " = $7)"

/*
 * An unknown item is open until it is accepted; a conflict until it, or what it contradicts, is voided;
 * a refused scan until somebody who may has done the same.
 */
#define STILL_OPEN \
	"CASE e.verdict" \
	"  WHEN 'unknown_item' THEN l.state = 'new'" \
	"  WHEN 'conflict' THEN l.conflicts > 0 AND NOT EXISTS (SELECT FROM event v" \
	"    WHERE v.dossier_id = l.dossier_id AND v.kind = 'void' AND v.verdict IN ('recorded', 'late')" \
	"     AND v.data->>'target' = e.id::text)" \
	"  ELSE NOT EXISTS (SELECT FROM event again" \
	"    WHERE again.dossier_id = l.dossier_id AND again.leg_id = e.leg_id AND again.kind = e.kind" \
	"     AND again.verdict IN ('recorded', 'late') AND again.recorded_at >= e.recorded_at)" \
	" END"

#define SCANS(verdicts) \
	"SELECT 'event:' || e.id, e.verdict, e.id::text, e.recorded_at, e.item_code, d.code, e.kind, l.kind, e.why," \
	"  e.actor, o.code, '', o.code, NULL::timestamptz, NULL::timestamptz" \
	" FROM event e JOIN leg l ON l.id = e.leg_id JOIN dossier d ON d.id = l.dossier_id" \
	"  LEFT JOIN office o ON o.id = e.office_id" \
	" WHERE e.verdict IN ('conflict', 'unknown_item', 'refused') AND " verdicts \
	"  AND e.recorded_at > now() - interval '60 days' AND e.recorded_at <= at($3::bigint)" \
	"  AND " STILL_OPEN " AND " SCOPE_SEES_DOSSIER " AND " IN_OFFICE("o.code")
_Static_assert(EXCEPTION_DAYS == 60, "as in SCANS");
#define ANY_SCAN "e.verdict = ANY ($6::text[])"

/* It was never recorded, so there is no leg to judge by: whose account it was decides. */
#define QUARANTINED_AT "date_trunc('milliseconds', q.created_at)"
#define QUARANTINED \
	"SELECT 'quarantine:' || q.event_id, 'quarantined', q.event_id::text, " QUARANTINED_AT "," \
	"  q.item_code, NULL, q.kind, NULL, q.sqlstate, a.name, o.code, '', o.code, NULL::timestamptz, NULL::timestamptz" \
	" FROM quarantine q LEFT JOIN account a ON a.id = q.account_id" \
	"  LEFT JOIN office o ON o.id = a.office_id" \
	" WHERE " WANTED("quarantined") " AND $1::int IS NOT NULL AND a.office_id = ANY (" SCOPE_OFFICES ")" \
	"  AND NOT EXISTS (SELECT FROM event e WHERE e.id = q.event_id) AND " IN_OFFICE("o.code")

#define DEAD_AT "date_trunc('milliseconds', x.created_at)"
#define DEAD_PUSHES \
	"SELECT 'push:' || x.id, 'dead_push', x.id::text, " DEAD_AT ", x.item_code, d.code, x.kind, NULL," \
	"  x.last_error, e.actor, o.code, x.answer, o.code, NULL::timestamptz, NULL::timestamptz" \
	" FROM outbox x JOIN dossier d ON d.id = x.dossier_id LEFT JOIN event e ON e.id = x.event_id" \
	"  LEFT JOIN office o ON o.id = e.office_id" \
	" WHERE " WANTED("dead_push") " AND x.state = 'dead' AND " SCOPE_SEES_DOSSIER " AND " IN_OFFICE("o.code")

/*
 * An item is of the offices that it was in or is going to. Not as an index condition: the offices of millions of
 * legs that have ended are in that index, and the few open ones are found by theirs.
 */
#define SEES_LEG "($1::int IS NOT NULL AND (l.offices && " SCOPE_OFFICES ") IS TRUE)"
#define ITEMS(what, at, condition) \
	"SELECT '" what ":' || l.id, '" what "', l.id::text, " at ", l.item_code, d.code, NULL, l.kind, '', l.state_actor," \
	"  o.code, '', o.code, l.first_invited_at, l.last_invited_at" \
	" FROM leg l JOIN dossier d ON d.id = l.dossier_id LEFT JOIN office o ON o.id = l.state_office_id" \
	" WHERE " WANTED(what) " AND " condition " AND " at " <= at($3::bigint) AND " SEES_LEG \
	"  AND " IN_OFFICE("o.code")
#define GAPS ITEMS("gap", "l.gap_at", "l.gap_at IS NOT NULL")
#define LATE ITEMS("late", "l.late_at", "l.late_at <= at($8::bigint)")
#define WAITING(what, cut) \
	ITEMS(what, "l.waits_since", "l.waits_for = '" what "' AND l.waits_since < at(" cut "::bigint)")
#define INVITE WAITING("invite", "$8")
#define INVITE_AGAIN WAITING("invite_again", "$9")
#define RETURN_DUE WAITING("return_due", "$9")
#define HELD_LONG WAITING("held_long", "$10")

/* @owner: whose it is; the office beside it is the one where the papers came in. */
#define DOSSIERS(what, at, condition, owner) \
	"SELECT '" what ":' || d.id, '" what "', d.id::text, " at ", NULL, d.code, NULL, NULL, '', NULL," \
	"  h.office, '', " owner ", NULL::timestamptz, NULL::timestamptz" \
	" FROM dossier d JOIN agency a ON a.id = d.agency_id" \
	"  LEFT JOIN LATERAL (SELECT o.code AS office FROM leg s JOIN office o ON o.id = s.accepted_office_id" \
	"    WHERE s.dossier_id = d.id ORDER BY s.no LIMIT 1) h ON true" \
	" WHERE " WANTED(what) " AND " condition " AND " at " <= at($3::bigint) AND " SCOPE_SEES_DOSSIER \
	"  AND " IN_OFFICE("h.office")
#define OVERDUE_AT "((d.due_on + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh')"
#define NOT_COLLECTED \
	DOSSIERS("not_collected", "d.result_ready_at", \
		"d.status = 'result_ready' AND d.result_ready_at < at($12::bigint) AND d.service IN (2, 3)" \
		" AND NOT EXISTS (SELECT FROM leg r WHERE r.dossier_id = d.id AND r.kind = 'result'" \
		"  AND r.state NOT IN ('cancelled', 'returned', 'lost'))", "h.office")
#define AGENCY_WORD \
	DOSSIERS("agency_word", "d.submitted_at", "d.status = 'submitted' AND d.submitted_at < at($11::bigint)", "a.code")
#define AGENCY_OVERDUE \
	DOSSIERS("agency_overdue", OVERDUE_AT, "d.status IN ('submitted', 'received', 'processing')" \
		" AND d.due_on IS NOT NULL AND " OVERDUE_AT " <= at($8::bigint)", "a.code")

static const struct pg_statement read_desk = {"exception_read",
	"SELECT key, what, id, ms(at), item_code, code, kind, leg_kind, why, actor, office, detail, owner, ms(first), ms(last)"
	" FROM ("
	PAGE_OF(SCANS(ANY_SCAN), "e.recorded_at", "('event:' || e.id)")
	" UNION ALL " PAGE_OF(QUARANTINED, QUARANTINED_AT, "('quarantine:' || q.event_id)")
	" UNION ALL " PAGE_OF(DEAD_PUSHES, DEAD_AT, "('push:' || x.id)")
	" UNION ALL " PAGE_OF(GAPS, "l.gap_at", "('gap:' || l.id)")
	" UNION ALL " PAGE_OF(LATE, "l.late_at", "('late:' || l.id)")
	" UNION ALL " PAGE_OF(INVITE, "l.waits_since", "('invite:' || l.id)")
	" UNION ALL " PAGE_OF(INVITE_AGAIN, "l.waits_since", "('invite_again:' || l.id)")
	" UNION ALL " PAGE_OF(RETURN_DUE, "l.waits_since", "('return_due:' || l.id)")
	" UNION ALL " PAGE_OF(HELD_LONG, "l.waits_since", "('held_long:' || l.id)")
	" UNION ALL " PAGE_OF(NOT_COLLECTED, "d.result_ready_at", "('not_collected:' || d.id)")
	" UNION ALL " PAGE_OF(AGENCY_WORD, "d.submitted_at", "('agency_word:' || d.id)")
	" UNION ALL " PAGE_OF(AGENCY_OVERDUE, OVERDUE_AT, "('agency_overdue:' || d.id)")
	") AS desk(key, what, id, at, item_code, code, kind, leg_kind, why, actor, office, detail, owner, first, last)"
	" ORDER BY at DESC, key COLLATE \"C\" DESC LIMIT $5::bigint"};

/* $4 and $5 mean nothing here; they keep the numbers of the others. */
static const struct pg_statement read_counts = {"exception_counts",
	"SELECT what, count FROM ("
	COUNT_OF("conflict", SCANS("e.verdict = 'conflict' AND " WANTED("conflict")))
	" UNION ALL " COUNT_OF("unknown_item", SCANS("e.verdict = 'unknown_item' AND " WANTED("unknown_item")))
	" UNION ALL " COUNT_OF("refused", SCANS("e.verdict = 'refused' AND " WANTED("refused")))
	" UNION ALL " COUNT_OF("quarantined", QUARANTINED)
	" UNION ALL " COUNT_OF("dead_push", DEAD_PUSHES)
	" UNION ALL " COUNT_OF("gap", GAPS)
	" UNION ALL " COUNT_OF("late", LATE)
	" UNION ALL " COUNT_OF("invite", INVITE)
	" UNION ALL " COUNT_OF("invite_again", INVITE_AGAIN)
	" UNION ALL " COUNT_OF("return_due", RETURN_DUE)
	" UNION ALL " COUNT_OF("held_long", HELD_LONG)
	" UNION ALL " COUNT_OF("not_collected", NOT_COLLECTED)
	" UNION ALL " COUNT_OF("agency_word", AGENCY_WORD)
	" UNION ALL " COUNT_OF("agency_overdue", AGENCY_OVERDUE)
	") AS counts(what, count) WHERE $4::text IS NOT NULL AND $5::bigint IS NOT NULL"};
/* clang-format on */

static void ask(struct pg_trip *trip, const struct pg_statement *statement,
	const struct actor *actor, const struct exception_wish *wish)
{
	static const int64_t end_of_time_ms = 253402300799000;
	struct pg_params *params = pg_trip_add(trip, statement);
	struct pg_array kinds;

	scope_ask(params, actor);
	pg_params_int(params, wish->before_ms ? wish->before_ms : end_of_time_ms);
	pg_params_text(params, wish->before_key);
	pg_params_int(params, wish->limit + 1);
	pg_array_init(&kinds, PG_TEXT);
	for (int kind = 0; kind < DESK_KIND_COUNT; kind++) {
		if (wish->kinds & DESK_BIT(kind)) {
			pg_array_text(&kinds, desk_wire((enum desk_kind)kind));
		}
	}
	pg_params_array(params, &kinds);
	pg_params_text(params, wish->office[0] ? wish->office : NULL);
	pg_params_int(params, wish->cuts.now_ms);
	pg_params_int(params, wish->cuts.invited_ms);
	pg_params_int(params, wish->cuts.held_ms);
	pg_params_int(params, wish->cuts.submitted_ms);
	pg_params_int(params, wish->cuts.ready_ms);
}

void exception_ask(
	struct pg_trip *trip, const struct actor *actor, const struct exception_wish *wish)
{
	ask(trip, &read_desk, actor, wish);
}

int exception_count(const struct pg_trip *trip)
{
	return PQntuples(trip->results[0]);
}

struct exception exception_at(const struct pg_trip *trip, int row)
{
	const PGresult *rows = trip->results[0];

	return (struct exception){
		.key = pg_text(rows, row, 0),
		.what = desk_from_wire(pg_text(rows, row, 1)),
		.id = pg_text(rows, row, 2),
		.at_ms = pg_int(rows, row, 3),
		.item_code = pg_text(rows, row, 4),
		.dossier_code = pg_text(rows, row, 5),
		.kind = pg_text(rows, row, 6),
		.leg_kind = pg_text(rows, row, 7),
		.why = pg_text(rows, row, 8),
		.actor = pg_text(rows, row, 9),
		.office_code = pg_text(rows, row, 10),
		.detail = pg_text(rows, row, 11),
		.owner = pg_text(rows, row, 12),
		.first_invited_ms = pg_int(rows, row, 13),
		.last_invited_ms = pg_int(rows, row, 14),
	};
}

void exception_ask_counts(
	struct pg_trip *trip, const struct actor *actor, const struct exception_wish *wish)
{
	ask(trip, &read_counts, actor, wish);
}

void exception_counts(const struct pg_trip *trip, int64_t ret_counts[DESK_KIND_COUNT])
{
	const PGresult *rows = trip->results[0];

	for (int row = 0; row < PQntuples(rows); row++) {
		ret_counts[desk_from_wire(pg_text(rows, row, 0))] = pg_int(rows, row, 1);
	}
}
