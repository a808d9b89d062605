#include "store/board_read.h"

#include <stdlib.h>
#include <string.h>

#include "store/dossier_row.h"

#define STRING(number) #number
#define ROWS(number) STRING(number)

/* clang-format off */
/* What changes hands, and was believed. */
#define MOVES " AND e.kind IN ('accepted', 'dispatched', 'arrived', 'out_for_delivery', 'delivered', 'returned')" \
	" AND e.verdict IN ('recorded', 'late') AND e.office_id IS NOT NULL"

/* Below the oldest open transaction only, as the feed: what commits later is not passed by. */
#define NEWS(looked) \
	"WITH horizon AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS txid), " looked "," \
	" last AS MATERIALIZED (SELECT * FROM fresh ORDER BY txid DESC, id DESC LIMIT " ROWS(BOARD_ROWS_MAX) ")" \
	" SELECT 0, office_id, kind, count(*), NULL::bigint AS txid, NULL::uuid AS id, NULL AS item, NULL AS code, NULL AS name" \
	"  FROM fresh GROUP BY office_id, kind" \
	" UNION ALL SELECT 1, r.office_id, r.kind, ms(r.occurred_at), r.txid, r.id, r.item_code, o.code, o.name" \
	"  FROM (SELECT last.*, row_number() OVER (PARTITION BY office_id ORDER BY txid DESC, id DESC) AS nth FROM last) r" \
	"  JOIN office o ON o.id = r.office_id WHERE r.nth <= " ROWS(BOARD_LAST_MAX) \
	" UNION ALL SELECT 2, NULL, NULL, NULL, h.txid, NULL, NULL, NULL, NULL FROM horizon h" \
	" ORDER BY 1, txid, id"

/* $1 when the day began. By the ids, which have the scanner's time in them: only today's partition, and only its end. */
static const struct pg_statement today = {"board_today", NEWS(
	"fresh AS MATERIALIZED (SELECT e.* FROM event e, horizon h"
	"  WHERE e.id >= uuid7_floor(at($1::bigint)) AND e.txid < h.txid" MOVES ")")};

/* $2 where to go on from. By the feed's index, and judged then. */
static const struct pg_statement more = {"board_more", NEWS(
	"looked AS MATERIALIZED (SELECT * FROM event"
	"  WHERE txid >= $2::bigint AND txid < (SELECT h.txid FROM horizon h)),"
	" fresh AS MATERIALIZED (SELECT e.* FROM looked e WHERE e.id >= uuid7_floor(at($1::bigint))" MOVES ")")};

static const struct pg_statement scopes = {"board_scopes",
	"SELECT asked, string_agg(s.descendant::text, ' ') FROM unnest($1::int[]) AS asked"
	" LEFT JOIN office_scope s ON s.ancestor = asked GROUP BY 1"};

static const struct pg_statement legs = {"board_legs",
	"SELECT l.state_office_id, count(*) FILTER (WHERE l.state IN ('accepted', 'arrived', 'attempt_failed', 'held')),"
	"  count(*) FILTER (WHERE " LEG_IS_LATE("l") "), count(*)"
	" FROM (SELECT * FROM leg WHERE open_on IS NOT NULL ORDER BY open_on LIMIT " ROWS(BOARD_OPEN_MAX) ") l GROUP BY 1"};

static const struct pg_statement lines = {"board_lines",
	"WITH line AS MATERIALIZED ((SELECT item_code, created_at FROM outbox WHERE state = 'ready'"
	"   ORDER BY next_at LIMIT " ROWS(BOARD_LINES_MAX) ")"
	"  UNION ALL (SELECT item_code, created_at FROM outbox WHERE state = 'dead' ORDER BY id LIMIT " ROWS(BOARD_LINES_MAX) "))"
	" SELECT l.state_office_id, count(*), ms(min(line.created_at)) FROM line JOIN leg l USING (item_code) GROUP BY 1"};
/* clang-format on */

#define STEP_NEWS 0

static void ask_scopes(struct pg_trip *trip, const struct board_question *question)
{
	struct pg_array array;

	pg_array_init(&array, PG_INT4);
	for (unsigned i = 0; i < question->scopes_count; i++) {
		pg_array_int(&array, question->scopes[i]);
	}
	pg_params_array(pg_trip_add(trip, &scopes), &array);
}

void board_read_ask(struct pg_trip *trip, const struct board_question *question)
{
	struct pg_params *params = pg_trip_add(trip, question->from_txid ? &more : &today);

	pg_params_int(params, question->day_began_ms);
	if (question->from_txid) {
		pg_params_int(params, question->from_txid);
	}
	if (question->scopes_count > 0) {
		ask_scopes(trip, question);
	}
	if (question->with_states) {
		pg_trip_add(trip, &legs);
		pg_trip_add(trip, &lines);
	}
}

/* NULL, which has no rows, when it was not asked for. */
static const PGresult *answer_to(const struct pg_trip *trip, const struct pg_statement *statement)
{
	for (unsigned i = 0; i < trip->count; i++) {
		if (trip->statements[i] == statement) {
			return trip->results[i];
		}
	}
	return NULL;
}

int board_read_news_count(const struct pg_trip *trip)
{
	return pg_rows(trip->results[STEP_NEWS]);
}

struct board_news board_read_news(const struct pg_trip *trip, int row)
{
	const PGresult *rows = trip->results[STEP_NEWS];
	enum board_row what = (enum board_row)pg_int(rows, row, 0);

	return (struct board_news){
		.row = what,
		.office = (int32_t)pg_int(rows, row, 1),
		.kind = event_from_wire(pg_text(rows, row, 2)),
		.count = what == BOARD_ROW_COUNT ? pg_int(rows, row, 3) : 0,
		.occurred_at_ms = what == BOARD_ROW_HANDOVER ? pg_int(rows, row, 3) : 0,
		.place = {.txid = pg_int(rows, row, 4), .id = pg_uuid(rows, row, 5)},
		.item_code = pg_text(rows, row, 6),
		.office_code = pg_text(rows, row, 7),
		.office_name = pg_text(rows, row, 8),
	};
}

bool board_read_each_state(const struct pg_trip *trip,
	void (*found)(const struct board_state *state, void *arg), void *arg)
{
	const PGresult *open = answer_to(trip, &legs);
	const PGresult *unsent = answer_to(trip, &lines);
	int64_t looked = 0;
	int64_t lines_looked = 0;

	for (int row = 0; row < pg_rows(open); row++) {
		struct board_state state = {.office = (int32_t)pg_int(open, row, 0),
			.waiting = pg_int(open, row, 1),
			.late = pg_int(open, row, 2)};
		looked += pg_int(open, row, 3);
		found(&state, arg);
	}
	for (int row = 0; row < pg_rows(unsent); row++) {
		struct board_state state = {.office = (int32_t)pg_int(unsent, row, 0),
			.lines = pg_int(unsent, row, 1),
			.oldest_ms = pg_int(unsent, row, 2)};
		lines_looked += state.lines;
		found(&state, arg);
	}
	return looked < BOARD_OPEN_MAX && lines_looked < BOARD_LINES_MAX;
}

void board_read_each_scope(const struct pg_trip *trip,
	void (*found)(int32_t ancestor, int32_t descendant, void *arg), void *arg)
{
	const PGresult *rows = answer_to(trip, &scopes);

	for (int row = 0; row < pg_rows(rows); row++) {
		int32_t ancestor = (int32_t)pg_int(rows, row, 0);
		const char *at = pg_text(rows, row, 1);
		found(ancestor, 0, arg);
		while (*at) {
			char *end;
			found(ancestor, (int32_t)strtol(at, &end, 10), arg);
			at = *end == ' ' ? end + 1 : "";
		}
	}
}
