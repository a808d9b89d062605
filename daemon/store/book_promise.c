#include "store/book.h"

#include "base/clock.h"
#include "store/book_private.h"
#include "store/in_force.h"

/* clang-format off */
/*
 * What a promise is reckoned from: how far it is for each acceptance, and the calendar. Asked with acceptances,
 * failed deliveries, invitations and returns only; most scans need neither.
 * How far: from the citizen's office to the agency. That is where the papers are taken in; for what goes to the
 * citizen, the office it is sent to, or else the one that took the papers in, or else the one that accepts it.
 * The agency is looked up by its code: its area is today's, whatever name it had.
 */
static const struct pg_statement read_promise = {"book_promise",
	"SELECT w.id, r.send_days, r.slip_days, h.accepted_at, 0 AS day, false AS is_workday"
	" FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bool[])"
	"   AS w(id, office, item, code, agency, next, to_agency)"
	" LEFT JOIN LATERAL (SELECT d.id, d.agency_id FROM dossier d WHERE NOT d.stub AND d.id = coalesce("
	"   (SELECT id FROM dossier WHERE code = w.code), (SELECT dossier_id FROM leg WHERE item_code = w.item))) d ON true"
	" LEFT JOIN LATERAL (SELECT l.accepted_office_id, l.accepted_at FROM leg l WHERE l.dossier_id = d.id"
	"   AND l.kind = 'submit' AND l.accepted_at IS NOT NULL ORDER BY l.no LIMIT 1) h ON true"
	" JOIN agency a ON " IN_FORCE("a")
	"   AND a.code = coalesce((SELECT code FROM agency WHERE id = d.agency_id), w.agency)"
	" JOIN office o ON o.id = CASE WHEN w.to_agency THEN w.office ELSE coalesce("
	"   (SELECT n.id FROM office n WHERE n.code = w.next AND " IN_FORCE("n") " LIMIT 1),"
	"   h.accepted_office_id, w.office) END"
	" JOIN relation r ON r.code = CASE WHEN a.area = o.area THEN 'district' ELSE (SELECT relation"
	"   FROM area_relation p WHERE p.area = least(a.area, o.area) AND p.other = greatest(a.area, o.area)) END"
	" UNION ALL (SELECT NULL, 0, 0, NULL, day - date '1970-01-01', is_workday FROM calendar_day"
	"   WHERE day BETWEEN date '1970-01-01' + $8::bigint::int AND date '1970-01-01' + $9::bigint::int"
	"   ORDER BY day LIMIT $10::bigint)",
	.is_binary = true};
/* clang-format on */

enum promise_column { R_EVENT, R_SEND, R_SLIP, R_TAKEN_IN, R_DAY, R_IS_WORKDAY };

static void want_days(struct book *book, int64_t occurred_at_ms)
{
	int32_t day = clock_local_day(occurred_at_ms);

	book->first_day = book->wants_calendar ? MIN(book->first_day, day) : day;
	book->last_day = book->wants_calendar ? MAX(book->last_day, day) : day;
	book->wants_calendar = true;
}

static bool needs_calendar(enum event_kind kind)
{
	return kind == EVENT_ACCEPTED || kind == EVENT_DELIVERY_FAILED || kind == EVENT_INVITED ||
	       kind == EVENT_RETURNING;
}

void book_want_promise(struct book *book, const struct scan *scan, int32_t office)
{
	struct book_acceptance *wanted;

	if (!needs_calendar(scan->kind)) {
		return;
	}
	want_days(book, scan->occurred_at_ms);
	if (scan->kind != EVENT_ACCEPTED) {
		return;
	}
	wanted = g_new0(struct book_acceptance, 1);
	*wanted = (struct book_acceptance){
		.event_id = scan->event_id,
		.office = office,
		.item_code = book_text(book, scan->code.text),
		.dossier_code = book_text(book, scan->dossier_code.text),
		.agency = book_text(book, scan->agency),
		.next_office = book_text(book, scan->next_office),
		.to_agency = leg_kind_to_agency(scan->leg_kind),
	};
	g_ptr_array_add(book->acceptances, wanted);
}

static void ask_texts(struct pg_params *params, const GPtrArray *acceptances, size_t offset)
{
	struct pg_array texts;

	pg_array_init(&texts, PG_TEXT);
	for (guint i = 0; i < acceptances->len; i++) {
		pg_array_text(&texts, G_STRUCT_MEMBER(const char *, acceptances->pdata[i], offset));
	}
	pg_params_array(params, &texts);
}

void book_ask_promise(const struct book *book, struct pg_trip *trip)
{
	struct pg_params *params;
	struct pg_array ids, offices, ways;

	if (!book->wants_calendar) {
		return;
	}
	params = pg_trip_add(trip, &read_promise);
	pg_array_init(&ids, PG_UUID);
	pg_array_init(&offices, PG_INT4);
	pg_array_init(&ways, PG_BOOL);
	for (guint i = 0; i < book->acceptances->len; i++) {
		const struct book_acceptance *wanted = book->acceptances->pdata[i];
		pg_array_uuid(&ids, &wanted->event_id);
		pg_array_int(&offices, wanted->office);
		pg_array_bool(&ways, wanted->to_agency);
	}
	pg_params_array(params, &ids);
	pg_params_array(params, &offices);
	ask_texts(params, book->acceptances, offsetof(struct book_acceptance, item_code));
	ask_texts(params, book->acceptances, offsetof(struct book_acceptance, dossier_code));
	ask_texts(params, book->acceptances, offsetof(struct book_acceptance, agency));
	ask_texts(params, book->acceptances, offsetof(struct book_acceptance, next_office));
	pg_params_array(params, &ways);
	pg_params_int(params, book->first_day - CALENDAR_BACK_DAYS);
	pg_params_int(params, book->last_day + CALENDAR_AHEAD_DAYS);
	pg_params_int(params, CALENDAR_DAYS_MAX);
}

static void learn_road(struct book *book, const PGresult *rows, int row)
{
	struct uuid id = pg_uuid(rows, row, R_EVENT);
	struct book_road *road = g_new0(struct book_road, 1);

	road->days.send_days = (unsigned)pg_int(rows, row, R_SEND);
	road->days.slip_days = (unsigned)pg_int(rows, row, R_SLIP);
	road->taken_in_at_ms =
		pg_is_null(rows, row, R_TAKEN_IN) ? 0 : pg_time(rows, row, R_TAKEN_IN);
	g_hash_table_replace(book->roads, g_memdup2(&id, sizeof id), road);
}

void book_learn_promise(struct book *book, const PGresult *rows)
{
	struct calendar *calendar = &book->calendar;

	for (int row = 0; row < PQntuples(rows); row++) {
		if (!pg_is_null(rows, row, R_EVENT)) {
			learn_road(book, rows, row);
		} else if (calendar->count < CALENDAR_DAYS_MAX) {
			calendar->days[calendar->count++] =
				(struct special_day){(int32_t)pg_int(rows, row, R_DAY),
					pg_bool(rows, row, R_IS_WORKDAY)};
		}
	}
}

bool book_is_promise(const struct pg_statement *statement)
{
	return statement == &read_promise;
}

const struct book_road *book_road(const struct book *book, const struct uuid *event_id)
{
	return g_hash_table_lookup(book->roads, event_id);
}

const struct calendar *book_calendar(const struct book *book)
{
	return &book->calendar;
}
