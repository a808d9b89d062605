#include "store/exception.h"

#include <string.h>

#include "store/exception_money.h"
#include "store/exception_proof.h"
#include "store/exception_visit.h"
#include "store/scope.h"

/* clang-format off */
#define STRING(number) #number
#define ROWS(number) STRING(number)

/*
 * A statement for each kind: small ones are planned once and for all, and what is not wanted is not asked.
 * $3 and $4: the last row before; $5: limit; $6: an office or NULL; $7 to $11: the cuts. Each statement names all of
 * them, so that their types are known.
 */
/*
 * The planner takes it for as likely as not. What it believes otherwise of offices, keys and what is still open is far
 * too little, and then it reads and sorts all of a kind instead of following its index until the page is full. Inside,
 * the conditions are asked in the order in which they stand.
 */
#define LIKELY(condition) "CASE WHEN " condition " THEN true ELSE false END"
#define CUTS "$7::bigint + $8::bigint + $9::bigint + $10::bigint + $11::bigint IS NOT NULL"
#define PAGE_OF(branch, at, key) \
	"SELECT key, id, ms(at), item_code, code, kind, leg_kind, why, actor, office, detail, owner, ms(first), ms(last)" \
	" FROM (" branch " AND " CUTS " AND " \
	LIKELY("(" at ", " key " COLLATE \"C\") < (at($3::bigint), $4::text)") \
	" ORDER BY " at " DESC, " key " COLLATE \"C\" DESC LIMIT $5::bigint)" \
	" AS desk(key, id, at, item_code, code, kind, leg_kind, why, actor, office, detail, owner, first, last)"
/* In the list's order, so that it follows the list's index. */
#define COUNT_OF(branch, at, key) \
	"SELECT count(*) FROM (" branch " AND " CUTS " AND $4::text IS NOT NULL AND $5::bigint IS NOT NULL" \
	" ORDER BY " at " DESC LIMIT " ROWS(DESK_COUNT_MAX) " + 1) AS open_ones"
/* By the number of the office, which the row has itself: before anything is joined. */
#define OFFICES_OF_CODE "ARRAY(SELECT id FROM office WHERE code = $6)"
#define IN_OFFICE(id) LIKELY("$6::text IS NULL OR " id " = ANY (" OFFICES_OF_CODE ")")

/*
 * Was the dossier in one of these offices? A look at its items in an index, for each dossier; but for few items the
 * dossiers of all of them, looked up once: thousands of all offices are on the desk, and a small one's few must not cost
 * a look at each. IS TRUE: it is not NULL then, and what stands behind AND is not asked. The settings are plan_once's.
 */
#define WAS_IN(dossier_id, offices, narrow) \
	"CASE WHEN current_setting('hoso." narrow "') = 'true'" \
	" THEN " dossier_id " IN (SELECT s.dossier_id FROM leg s WHERE s.offices && " offices ")" \
	" ELSE (SELECT true FROM leg s WHERE s.dossier_id = " dossier_id " AND s.offices && " offices " LIMIT 1) IS TRUE END"

/* SCOPE_SEES_DOSSIER by what an index says already: who may not see a thing costs no look at its row. */
#define SEES(dossier_id, agency_id) \
	"($1::int IS NOT NULL AND " WAS_IN(dossier_id, SCOPE_OFFICES, "narrow_scope") \
	" OR $2::int IS NOT NULL AND " agency_id " = ANY (" SCOPE_AGENCIES "))"

/*
 * An unknown item is open until it is accepted; a conflict until it, or what it contradicts, is voided;
 * a refused scan until somebody who may has done the same. The legs of the first two have indexes of their own, and
 * most scans have left the desk: that is seen there, without a look at the leg.
 */
#define ANY_LEG ""
#define UNKNOWN_LEG " AND i.stuck_in = 'new'"
#define CONFLICT_LEG " AND i.conflicts > 0"
#define UNKNOWN_STILL "true"
#define CONFLICT_STILL \
	"NOT EXISTS (SELECT FROM event v" \
	"  WHERE v.dossier_id = i.dossier_id AND v.kind = 'void' AND v.verdict IN ('recorded', 'late')" \
	"   AND v.data->>'target' = e.id::text)"
#define REFUSED_STILL \
	"NOT EXISTS (SELECT FROM event again" \
	"  WHERE again.dossier_id = i.dossier_id AND again.leg_id = e.leg_id AND again.kind = e.kind" \
	"   AND again.verdict IN ('recorded', 'late') AND again.recorded_at >= e.recorded_at)"

/*
 * As in WAS_IN: of the verdict that has no index of legs, before anything is looked at for the scan. WITH: read once, and
 * not once for each month of events. OFFSET 0: a look for each of a few, not a walk through all items.
 */
#define THEIRS \
	"WITH theirs AS MATERIALIZED (SELECT b.id FROM leg s CROSS JOIN LATERAL" \
	"   (SELECT brother.id FROM leg brother WHERE brother.dossier_id = s.dossier_id OFFSET 0) AS b" \
	"  WHERE s.offices && " SCOPE_OFFICES ") "
#define MAYBE_THEIRS \
	"$1::int IS NULL OR current_setting('hoso.narrow_scope') <> 'true' OR e.leg_id IN (SELECT id FROM theirs)"

/* LIMIT 1: a look per scan, as in SCOPE_SEES_DOSSIER. */
#define SCANS(verdict, maybe, legs, still_open) \
	"SELECT 'event:' || e.id, e.id::text, e.recorded_at, e.item_code, d.code, e.kind, l.kind, e.why," \
	"  e.actor, o.code, '', o.code, NULL::timestamptz, NULL::timestamptz" \
	" FROM event e CROSS JOIN LATERAL (SELECT i.dossier_id FROM leg i WHERE i.id = e.leg_id" legs " LIMIT 1) i" \
	"  JOIN leg l ON l.id = e.leg_id JOIN dossier d ON d.id = i.dossier_id LEFT JOIN office o ON o.id = e.office_id" \
	" WHERE e.verdict = '" verdict "' AND e.recorded_at > now() - interval '60 days'" \
	"  AND " LIKELY("e.recorded_at <= at($3::bigint)") " AND " LIKELY(maybe) \
	"  AND " LIKELY(SEES("i.dossier_id", "(SELECT m.agency_id FROM dossier m WHERE m.id = i.dossier_id)") \
		" AND " still_open) \
	"  AND " IN_OFFICE("e.office_id")
_Static_assert(EXCEPTION_DAYS == 60, "as in SCANS");
#define SCAN_KEY "e.recorded_at", "('event:' || e.id)"
#define CONFLICT SCANS("conflict", "e.leg_id IN (SELECT c.id FROM leg c WHERE c.conflicts > 0)", CONFLICT_LEG, CONFLICT_STILL)
#define UNKNOWN_ITEM SCANS("unknown_item", "e.leg_id IN (SELECT c.id FROM leg c WHERE c.stuck_in = 'new')", UNKNOWN_LEG, UNKNOWN_STILL)
#define REFUSED THEIRS SCANS("refused", MAYBE_THEIRS, ANY_LEG, REFUSED_STILL)

/* It was never recorded, so there is no leg to judge by: whose account it was decides. */
#define QUARANTINED_AT "date_trunc('milliseconds', q.created_at)"
#define QUARANTINED \
	"SELECT 'quarantine:' || q.event_id, q.event_id::text, " QUARANTINED_AT "," \
	"  q.item_code, NULL, q.kind, NULL, q.sqlstate, a.name, o.code, '', o.code, NULL::timestamptz, NULL::timestamptz" \
	" FROM quarantine q LEFT JOIN account a ON a.id = q.account_id" \
	"  LEFT JOIN office o ON o.id = a.office_id" \
	" WHERE $1::int IS NOT NULL AND $2::int IS NULL AND a.office_id = ANY (" SCOPE_OFFICES ")" \
	"  AND " QUARANTINED_AT " <= at($3::bigint)" \
	"  AND NOT EXISTS (SELECT FROM event e WHERE e.id = q.event_id) AND " IN_OFFICE("a.office_id")

#define DEAD_AT "date_trunc('milliseconds', x.created_at)"
#define DEAD_PUSH \
	"SELECT 'push:' || x.id, x.id::text, " DEAD_AT ", x.item_code, d.code, x.kind, NULL," \
	"  x.last_error, e.actor, o.code, x.answer, o.code, NULL::timestamptz, NULL::timestamptz" \
	" FROM outbox x JOIN dossier d ON d.id = x.dossier_id LEFT JOIN event e ON e.id = x.event_id" \
	"  LEFT JOIN office o ON o.id = e.office_id" \
	" WHERE x.state = 'dead' AND " DEAD_AT " <= at($3::bigint) AND " SCOPE_SEES_DOSSIER " AND " IN_OFFICE("e.office_id")

/*
 * An item is of the offices that it was in or is going to. Not as an index condition: the offices of millions of
 * legs that have ended are in that index, and the few open ones are found by theirs, i; it has the offices, too, so
 * that only what is seen costs a look at the leg. Where it is now is one of them (book_visit).
 */
#define SEES_LEG "($1::int IS NOT NULL AND $2::int IS NULL AND " LIKELY("i.offices && " SCOPE_OFFICES) ")"
#define LEG_IN_OFFICE LIKELY("$6::text IS NULL OR i.offices && " OFFICES_OF_CODE) " AND " IN_OFFICE("l.state_office_id")
#define ITEMS(what, at, condition) \
	"SELECT '" what ":' || l.id, l.id::text, " at ", l.item_code, d.code, NULL, l.kind, '', l.state_actor," \
	"  o.code, '', o.code, l.first_invited_at, l.last_invited_at" \
	" FROM leg i JOIN leg l ON l.id = i.id JOIN dossier d ON d.id = l.dossier_id" \
	"  LEFT JOIN office o ON o.id = l.state_office_id" \
	" WHERE " condition " AND " at " <= at($3::bigint) AND " SEES_LEG " AND " LEG_IN_OFFICE
#define GAP ITEMS("gap", "i.gap_at", "i.gap_at <= at($7::bigint)")
#define LATE ITEMS("late", "i.late_at", "i.late_at <= at($7::bigint)")
#define WAITING(what, cut) \
	ITEMS(what, "i.waits_since", "i.waits_for = '" what "' AND i.waits_since < at(" cut "::bigint)")
#define INVITE WAITING("invite", "$7")
#define INVITE_AGAIN WAITING("invite_again", "$8")
#define RETURN_DUE WAITING("return_due", "$8")
#define HELD_LONG WAITING("held_long", "$9")

/* Where the papers came in they were: so much is in the index. */
#define WAS_IN_OFFICE "($6::text IS NULL OR " WAS_IN("i.id", OFFICES_OF_CODE, "narrow_office") ")"

/*
 * @sees, @still: asked in this order; @owner: whose it is; the office and the item beside it are those of the papers as they came in. i: as the index
 * knows the dossier.
 */
#define DOSSIERS(what, at, condition, sees, still, owner) \
	"SELECT '" what ":' || d.id, d.id::text, " at ", h.item_code, d.code, NULL, NULL, '', NULL," \
	"  h.office, '', " owner ", NULL::timestamptz, NULL::timestamptz" \
	" FROM dossier i JOIN dossier d ON d.id = i.id JOIN agency a ON a.id = i.agency_id" \
	"  LEFT JOIN LATERAL (SELECT o.id, o.code AS office, s.item_code FROM leg s JOIN office o ON o.id = s.accepted_office_id" \
	"    WHERE s.dossier_id = d.id ORDER BY s.no LIMIT 1) h ON true" \
	" WHERE " condition " AND " at " <= at($3::bigint)" \
	"  AND " LIKELY(WAS_IN_OFFICE " AND (" sees ") AND " still) " AND " IN_OFFICE("h.id")
#define SEES_IT SEES("i.id", "i.agency_id")
#define OVERDUE_AT "((i.due_on + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh')"
#define NOT_COLLECTED \
	DOSSIERS("not_collected", "i.result_ready_at", \
		"i.status = 'result_ready' AND i.result_ready_at < at($11::bigint) AND i.service IN (2, 3)", \
		/* As in SCOPE_SEES_DOSSIER: without an item it is any office's until one fetches it. */ \
		SEES_IT " OR $1::int IS NOT NULL AND i.legs = 0 AND NOT i.stub", "NOT EXISTS (SELECT FROM leg r WHERE r.dossier_id = i.id AND r.kind = 'result'" \
		"  AND r.state NOT IN ('cancelled', 'returned', 'lost'))", "h.office")
#define AGENCY_WORD \
	DOSSIERS("agency_word", "i.submitted_at", "i.status = 'submitted' AND i.submitted_at < at($10::bigint)", \
		SEES_IT, "true", "a.code")
#define AGENCY_OVERDUE \
	DOSSIERS("agency_overdue", OVERDUE_AT, "i.status IN ('submitted', 'received', 'processing')" \
		" AND i.due_on IS NOT NULL AND " OVERDUE_AT " <= at($7::bigint)", SEES_IT, "true", "a.code")

/* As in the indexes of 0011: days are the same for many. */
#define OF_ITEM(what, at) at, "('" what ":' || i.id::text)"
#define OF_DOSSIER(what, at) at, "('" what ":' || i.id::text)"

/* A row per kind: its list and its number. */
#define KINDS(X) \
	X(DESK_CONFLICT, "conflict", CONFLICT, SCAN_KEY) \
	X(DESK_UNKNOWN_ITEM, "unknown_item", UNKNOWN_ITEM, SCAN_KEY) \
	X(DESK_REFUSED, "refused", REFUSED, SCAN_KEY) \
	X(DESK_QUARANTINED, "quarantined", QUARANTINED, QUARANTINED_AT, "('quarantine:' || q.event_id)") \
	X(DESK_DEAD_PUSH, "dead_push", DEAD_PUSH, DEAD_AT, "('push:' || x.id)") \
	X(DESK_GAP, "gap", GAP, OF_ITEM("gap", "i.gap_at")) \
	X(DESK_LATE, "late", LATE, OF_ITEM("late", "i.late_at")) \
	X(DESK_INVITE, "invite", INVITE, OF_ITEM("invite", "i.waits_since")) \
	X(DESK_INVITE_AGAIN, "invite_again", INVITE_AGAIN, OF_ITEM("invite_again", "i.waits_since")) \
	X(DESK_RETURN_DUE, "return_due", RETURN_DUE, OF_ITEM("return_due", "i.waits_since")) \
	X(DESK_HELD_LONG, "held_long", HELD_LONG, OF_ITEM("held_long", "i.waits_since")) \
	X(DESK_NOT_COLLECTED, "not_collected", NOT_COLLECTED, OF_DOSSIER("not_collected", "i.result_ready_at")) \
	X(DESK_AGENCY_WORD, "agency_word", AGENCY_WORD, OF_DOSSIER("agency_word", "i.submitted_at")) \
	X(DESK_AGENCY_OVERDUE, "agency_overdue", AGENCY_OVERDUE, OF_DOSSIER("agency_overdue", OVERDUE_AT)) \
	X(DESK_PROOF_MISSING, "proof_missing", PROOF_MISSING, PROOF_MISSING_AT, PROOF_MISSING_KEY) \
	X(DESK_MISSED_VISIT, "missed_visit", MISSED_VISIT, MISSED_VISIT_AT, MISSED_VISIT_KEY) \
	X(DESK_MONEY_DIFFERS, "money_differs", MONEY_DIFFERS, MONEY_DIFFERS_AT, MONEY_DIFFERS_KEY) \
	X(DESK_UNREMITTED, "unremitted", UNREMITTED, UNREMITTED_AT, UNREMITTED_KEY)
#define LIST_OF(branch, ...) PAGE_OF(branch, __VA_ARGS__)
#define NUMBER_OF(branch, ...) COUNT_OF(branch, __VA_ARGS__)

static const struct pg_statement lists[DESK_KIND_COUNT] = {
#define X(kind, what, branch, ...) [kind] = {"exception_list_" what, LIST_OF(branch, __VA_ARGS__)},
	KINDS(X)
#undef X
};

static const struct pg_statement numbers[DESK_KIND_COUNT] = {
#define X(kind, what, branch, ...) [kind] = {"exception_count_" what, NUMBER_OF(branch, __VA_ARGS__)},
	KINDS(X)
#undef X
};
/*
 * To plan them anew for each page, as the server does with the first five on a connection, takes longer than to run
 * them; and nothing in the parameters makes another plan better. Nor does a page wait for other processes to start:
 * it ends long before it has read as much as the planner fears. Until the end of the trip.
 */
static const struct pg_statement plan_once = {"exception_plan_once",
	"SELECT set_config('plan_cache_mode', 'force_generic_plan', true),"
	"  set_config('max_parallel_workers_per_gather', '0', true),"
	"  set_config('hoso.narrow_scope', " SCOPE_IS_NARROW(SCOPE_OFFICES) "::text, true),"
	"  set_config('hoso.narrow_office', " SCOPE_IS_NARROW("ARRAY(SELECT id FROM office WHERE code = $2::text)")
	"::text, true)"};
#define FIRST_KIND 1 /* the step behind it */
/* clang-format on */

_Static_assert(FIRST_KIND + DESK_KIND_COUNT <= PG_TRIP_STEPS_MAX, "all kinds in one trip");

static void ask(struct pg_trip *trip, const struct pg_statement *statements,
	const struct actor *actor, const struct exception_wish *wish)
{
	static const int64_t end_of_time_ms = 253402300799000;
	struct pg_params *once = pg_trip_add(trip, &plan_once);

	scope_ask_office(once, actor);
	pg_params_text(once, wish->office);
	for (int kind = 0; kind < DESK_KIND_COUNT; kind++) {
		struct pg_params *params;
		if (!(wish->kinds & DESK_BIT(kind))) {
			continue;
		}
		params = pg_trip_add(trip, &statements[kind]);
		scope_ask(params, actor);
		pg_params_int(params, wish->before_ms ? wish->before_ms : end_of_time_ms);
		pg_params_text(params, wish->before_key);
		pg_params_int(params, wish->limit + 1);
		pg_params_text(params, wish->office[0] ? wish->office : NULL);
		pg_params_int(params, wish->cuts.now_ms);
		pg_params_int(params, wish->cuts.invited_ms);
		pg_params_int(params, wish->cuts.held_ms);
		pg_params_int(params, wish->cuts.submitted_ms);
		pg_params_int(params, wish->cuts.ready_ms);
	}
}

void exception_ask(
	struct pg_trip *trip, const struct actor *actor, const struct exception_wish *wish)
{
	ask(trip, lists, actor, wish);
}

static struct exception read_row(enum desk_kind what, const PGresult *rows, int row)
{
	return (struct exception){
		.what = what,
		.key = pg_text(rows, row, 0),
		.id = pg_text(rows, row, 1),
		.at_ms = pg_int(rows, row, 2),
		.item_code = pg_text(rows, row, 3),
		.dossier_code = pg_text(rows, row, 4),
		.kind = pg_text(rows, row, 5),
		.leg_kind = pg_text(rows, row, 6),
		.why = pg_text(rows, row, 7),
		.actor = pg_text(rows, row, 8),
		.office_code = pg_text(rows, row, 9),
		.detail = pg_text(rows, row, 10),
		.owner = pg_text(rows, row, 11),
		.first_invited_ms = pg_int(rows, row, 12),
		.last_invited_ms = pg_int(rows, row, 13),
	};
}

/* Newest first; the keys as the database orders them. */
static gint compare_rows(gconstpointer a, gconstpointer b)
{
	const struct exception *first = a;
	const struct exception *second = b;

	if (first->at_ms != second->at_ms) {
		return first->at_ms > second->at_ms ? -1 : 1;
	}
	return strcmp(second->key, first->key);
}

static enum desk_kind kind_of(
	const struct pg_statement *statement, const struct pg_statement *statements)
{
	return (enum desk_kind)(statement - statements);
}

GArray *exception_learn(const struct pg_trip *trip, unsigned limit)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(struct exception));

	for (unsigned step = FIRST_KIND; step < trip->count; step++) {
		const PGresult *rows = trip->results[step];
		for (int row = 0; row < PQntuples(rows); row++) {
			struct exception exception =
				read_row(kind_of(trip->statements[step], lists), rows, row);
			g_array_append_val(list, exception);
		}
	}
	g_array_sort(list, compare_rows);
	g_array_set_size(list, MIN(list->len, limit + 1));
	return list;
}

void exception_ask_counts(
	struct pg_trip *trip, const struct actor *actor, const struct exception_wish *wish)
{
	ask(trip, numbers, actor, wish);
}

void exception_counts(const struct pg_trip *trip, int64_t ret_counts[DESK_KIND_COUNT])
{
	for (unsigned step = FIRST_KIND; step < trip->count; step++) {
		ret_counts[kind_of(trip->statements[step], numbers)] =
			pg_int(trip->results[step], 0, 0);
	}
}
