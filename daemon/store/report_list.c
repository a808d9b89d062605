#include "store/report.h"

#include <string.h>

#include <glib.h>

#include "store/report_private.h"
#include "store/report_sql.h"

/* clang-format off */
static const struct report_figure figures[] = {
	{"accepted", REPORT_BY_ACCEPTED, NULL, NULL, -1, -1, false},
	{"accepted_to_agency", REPORT_BY_ACCEPTED, NULL, NULL, 1, -1, false},
	{"delivered", REPORT_BY_ENDED, NULL, "delivered", -1, -1, false},
	{"delivered_to_agency", REPORT_BY_ENDED, NULL, "delivered", 1, -1, false},
	{"returned", REPORT_BY_ENDED, NULL, "returned", -1, -1, false},
	{"lost", REPORT_BY_ENDED, NULL, "lost", -1, -1, false},
	{"due", REPORT_BY_PROMISED, NULL, NULL, -1, -1, false},
	{"in_time", REPORT_BY_PROMISED, NULL, NULL, -1, 1, false},
	{"late", REPORT_BY_PROMISED, NULL, NULL, -1, 0, false},
	{"ended", REPORT_BY_ENDED, NULL, "delivered,returned", -1, -1, false},
	{"first_try", REPORT_BY_ENDED, NULL, "delivered", -1, 1, false},
	{"to_citizen", REPORT_BY_ENDED, NULL, "delivered,returned", 0, -1, false},
	{"not_collected", REPORT_BY_ENDED, NULL, "returned", 0, -1, false},
	{"received", REPORT_BY_ENDED, "submit", "delivered", -1, -1, false},
	{"result_delivered", REPORT_BY_ENDED, "result", "delivered", -1, -1, false},
	{"result_handed", REPORT_BY_ACCEPTED, "result", NULL, -1, -1, false},
	{"result_registered", REPORT_BY_ACCEPTED, NULL, NULL, -1, -1, true},
};

/* $12 kind, $13 to the agency, $14 how it ended, $15 good, $16 first legs whose result comes by post, $17 and $18 the
 * last row before, $19 limit, $20 account, $21 the office that did it, without those below it. */
#define LISTED \
	"listed AS (SELECT $12::text, $13::int, $14::text, $15::int, $16::bool, $17::bigint, $18::uuid, $19::bigint, $20::bigint," \
	"  $21::text)"
/* @office: the column. A row of a report is an office under all the names it ever had. */
#define OF_KIND(office) \
	" AND ($21::text IS NULL OR l." office " = ANY (ARRAY(SELECT h.id FROM office h WHERE h.code = $21)))" \
	" AND ($12::text IS NULL OR l.kind = $12) AND ($13::int < 0 OR (" REPORT_TO_AGENCY ") = ($13 = 1))"
#define ENDED_AS " AND ($14::text IS NULL OR l.ended_as = ANY (string_to_array($14, ',')))"

/* The page is found in the index alone; only its rows are read. */
#define SHOW(page, office, account) \
	"WITH " REPORT_ASKED ", " LISTED ", " REPORT_OFFICES ", page AS (" page " LIMIT $19::bigint)," \
	" seen AS (INSERT INTO view_log (account_id, what) SELECT $20::bigint, 'report' WHERE EXISTS (SELECT FROM page))" \
	" SELECT l.id, ms(page.at), l.item_code, d.id, d.code, l.kind, l.state, g.code, p.code, o.code," \
	"  CASE a.role WHEN 'courier' THEN a.account END" \
	" FROM page JOIN leg l USING (id) JOIN dossier d ON d.id = l.dossier_id LEFT JOIN agency g ON g.id = l.agency_id" \
	"  LEFT JOIN procedure p ON p.id = l.procedure_id LEFT JOIN office o ON o.id = l." office \
	"  LEFT JOIN account a ON a.id = l." account " ORDER BY page.at DESC, l.id DESC"

static const struct pg_statement by_accepted = {"report_list_accepted",
	SHOW("SELECT l.id, l.accepted_at AS at" REPORT_FROM_ACCEPTED OF_KIND("accepted_office_id")
		" AND (NOT $16::bool OR l.no = 1 AND l.service IN (2, 3))"
		" AND (l.accepted_at, l.id) < (at($17::bigint), $18::uuid) ORDER BY l.accepted_at DESC, l.id DESC",
		"accepted_office_id", "accepted_by")};

#define PAGE_ENDED(more) \
	"SELECT l.id, l.ended_at AS at" REPORT_FROM_ENDED OF_KIND("ended_office_id") ENDED_AS more \
	" AND ($15::int < 0 OR coalesce(l.ended_first, false) = ($15 = 1))" \
	" AND (l.ended_at, l.id) < (at($17::bigint), $18::uuid) ORDER BY l.ended_at DESC, l.id DESC"
#define BY_ENDED(more) SHOW(PAGE_ENDED(more), "ended_office_id", "ended_by")

static const struct pg_statement by_ended = {"report_list_ended", BY_ENDED("")};

/*
 * An agency's few among all are found by their dossiers, which have an index of agencies; its many on the way back
 * through time. A leg's agency is its dossier's. Only one of the two branches runs.
 */
#define MANY "4000"
#define ARE_MANY "(SELECT count(*) = " MANY " FROM named)"
static const struct pg_statement by_ended_of_agency = {"report_list_ended_of_agency",
	SHOW("WITH named AS MATERIALIZED (SELECT d.id FROM agency g CROSS JOIN LATERAL (SELECT one.id FROM dossier one"
		"    WHERE one.agency_id = g.id ORDER BY one.recorded_at LIMIT " MANY ") AS d"
		"   WHERE ($8::text IS NULL OR g.code = $8) AND ($2::int IS NULL OR g.code = " REPORT_MY_AGENCY ")"
		"  LIMIT " MANY "),"
		" walked AS (" PAGE_ENDED(" AND " ARE_MANY) " LIMIT $19::bigint),"
		" found AS (" PAGE_ENDED(" AND l.dossier_id = ANY (ARRAY(SELECT id FROM named WHERE NOT " ARE_MANY "))")
		"  LIMIT $19::bigint)"
		" SELECT * FROM walked UNION ALL SELECT * FROM found", "ended_office_id", "ended_by")};

/* In the words of the index leg_report_undelivered. */
static const struct pg_statement by_undelivered = {"report_list_undelivered",
	BY_ENDED(" AND l.ended_as IN ('returned', 'lost')")};

static const struct pg_statement by_promised = {"report_list_promised",
	SHOW("SELECT l.id, l.promised_on::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh' AS at FROM leg l"
		" WHERE l.promised_on >= $5 AND l.promised_on <= least($6, $11::date) AND l.state <> 'cancelled'"
		" AND " REPORT_WHERE("accepted_office_id") " AND" REPORT_NARROWED("ended_by") OF_KIND("accepted_office_id")
		" AND ($15::int < 0 OR " REPORT_IN_TIME " = ($15 = 1))"
		" AND (l.promised_on, l.id) < (" REPORT_LOCAL("at($17::bigint)") "::date, $18::uuid)"
		" ORDER BY l.promised_on DESC, l.id DESC", "accepted_office_id", "ended_by")};
/* clang-format on */

const struct report_figure *report_figure_find(const char *wire)
{
	for (size_t i = 0; i < G_N_ELEMENTS(figures); i++) {
		if (strcmp(figures[i].wire, wire) == 0) {
			return &figures[i];
		}
	}
	return NULL;
}

static const struct pg_statement *statement_of(const struct report_figure *figure, bool of_agency)
{
	switch (figure->by) {
	case REPORT_BY_ACCEPTED:
		return &by_accepted;
	case REPORT_BY_ENDED:
		if (!strstr(figure->ended_as, "delivered")) {
			return &by_undelivered;
		}
		return of_agency ? &by_ended_of_agency : &by_ended;
	case REPORT_BY_PROMISED:
		return &by_promised;
	}
	return NULL;
}

void report_list_ask(struct pg_trip *trip, const struct actor *actor, const struct report_ask *ask,
	int32_t today, const struct report_place *place)
{
	const struct report_figure *figure = place->figure;
	const char *kind = figure->kind ? figure->kind : place->kind[0] ? place->kind : NULL;
	struct uuid last;
	struct pg_params *params;

	memset(&last, 0xff, sizeof last);
	report_trip_begin(trip);
	params = pg_trip_add(trip, statement_of(figure, actor->agency || ask->agency[0]));
	report_ask_params(params, actor, ask, today);
	pg_params_text(params, kind);
	pg_params_int(params, figure->to_agency);
	pg_params_text(params, figure->ended_as);
	pg_params_int(params, figure->good);
	pg_params_bool(params, figure->is_first_leg);
	/* Of two upper bounds an index follows the row's: from beyond the period's end it would walk back to it. */
	pg_params_int(params, place->before_ms ? place->before_ms : period_to_ms(&ask->period));
	pg_params_uuid(params, place->before_ms ? &place->before_id : &last);
	pg_params_int(params, place->limit + 1);
	pg_params_int(params, actor->account);
	pg_params_text_or_null(params, place->office);
	pg_trip_add(trip, &pg_commit);
}

int report_leg_count(const struct pg_trip *trip)
{
	return PQntuples(trip->results[REPORT_STEP_FIRST]);
}

struct report_leg report_leg_at(const struct pg_trip *trip, int row)
{
	const PGresult *rows = trip->results[REPORT_STEP_FIRST];

	return (struct report_leg){
		.id = pg_uuid(rows, row, 0),
		.at_ms = pg_int(rows, row, 1),
		.item_code = pg_text(rows, row, 2),
		.dossier_id = pg_text(rows, row, 3),
		.dossier_code = pg_text(rows, row, 4),
		.kind = pg_text(rows, row, 5),
		.state = pg_text(rows, row, 6),
		.agency = pg_text(rows, row, 7),
		.procedure = pg_text(rows, row, 8),
		.office = pg_text(rows, row, 9),
		.courier = pg_text(rows, row, 10),
	};
}
