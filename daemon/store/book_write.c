#include "store/book.h"

#include "base/text.h"
#include "model/track.h"
#include "store/book_care.h"
#include "store/book_money.h"
#include "store/book_private.h"
#include "store/book_rows.h"
#include "store/book_write_dossier.h"

/* clang-format off */
static const struct pg_statement insert_persons = {"book_insert_persons",
	"INSERT INTO person (id, name, name_folded, phone, address)"
	" SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])"};

static const struct book_column person_columns[] = {
	{COLUMN_UUID, offsetof(struct book_person, id)},
	{COLUMN_TEXT, offsetof(struct book_person, name)},
	{COLUMN_TEXT, offsetof(struct book_person, name_folded)},
	{COLUMN_TEXT, offsetof(struct book_person, phone)},
	{COLUMN_TEXT, offsetof(struct book_person, address)},
};

struct leg_row {
	struct uuid id, dossier_id;
	const char *kind, *item_code, *state, *state_actor, *seal, *offices, *promised_on;
	struct book_bytes track;
	int64_t state_at_ms, fee_vnd, postage_vnd, collect_vnd;
	int64_t accepted_at_ms, accepted_account, attempted_at_ms, ended_at_ms, ended_account;
	int64_t first_invited_at_ms, last_invited_at_ms;
	int32_t no, state_office, gaps, conflicts, attempts, invitations, accepted_office, ended_office;
};

#define LEG_ROWS \
	" FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::int[], $6::text[], $7::int[]," \
	"  $8::int[], $9::int[], $10::int[], $11::bytea[], $12::uuid[], $13::int[], $14::text[], $15::text[]," \
	"  $16::bigint[], $17::bigint[], $18::bigint[], $19::text[], $20::timestamptz[], $21::int[], $22::bigint[]," \
	"  $23::timestamptz[], $24::timestamptz[], $25::int[], $26::bigint[], $27::text[], $28::timestamptz[], $29::timestamptz[])" \
	"  AS n(id, kind, state, state_at, office, actor, gaps, conflicts, attempts, invitations, track, dossier, no," \
	"   code, seal, fee, postage, collect, offices, accepted_at, accepted_office, accepted_by, attempted_at, ended_at," \
	"   ended_office, ended_by, promised, first_invited, last_invited)"

static const struct pg_statement insert_legs = {"book_insert_legs",
	"INSERT INTO leg (id, kind, state, state_at, state_office_id, state_actor, gaps, conflicts, attempts,"
	"  invitations, track, dossier_id, no, item_code, seal, fee_vnd, postage_vnd, collect_vnd, offices,"
	"  accepted_at, accepted_office_id, accepted_by, attempted_at, ended_at, ended_office_id, ended_by, promised_on,"
	"  first_invited_at, last_invited_at)"
	" SELECT id, kind, state, state_at, office, actor, gaps, conflicts, attempts, invitations, track, dossier, no,"
	"  code, seal, fee, postage, collect, offices::int[], accepted_at, accepted_office, accepted_by, attempted_at,"
	"  ended_at, ended_office, ended_by, promised::date, first_invited, last_invited" LEG_ROWS " ORDER BY code"};

#define LEG_MOVE \
	"UPDATE leg l SET kind = n.kind, state = n.state, state_at = n.state_at, state_office_id = n.office," \
	"  state_actor = n.actor, gaps = n.gaps, conflicts = n.conflicts, attempts = n.attempts," \
	"  invitations = n.invitations, track = n.track"

static const struct pg_statement update_legs = {"book_update_legs",
	LEG_MOVE ", dossier_id = n.dossier, no = n.no, seal = n.seal, fee_vnd = n.fee, postage_vnd = n.postage,"
	"  collect_vnd = n.collect, offices = n.offices::int[], accepted_at = n.accepted_at,"
	"  accepted_office_id = n.accepted_office, accepted_by = n.accepted_by, attempted_at = n.attempted_at,"
	"  ended_at = n.ended_at, ended_office_id = n.ended_office, ended_by = n.ended_by, promised_on = n.promised::date,"
	"  first_invited_at = n.first_invited, last_invited_at = n.last_invited"
	LEG_ROWS " WHERE l.id = n.id"};

static const struct pg_statement move_legs = {"book_move_legs",
	LEG_MOVE " FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::int[], $6::text[], $7::int[],"
	"  $8::int[], $9::int[], $10::int[], $11::bytea[])"
	"  AS n(id, kind, state, state_at, office, actor, gaps, conflicts, attempts, invitations, track)"
	" WHERE l.id = n.id"};

static const struct book_column leg_columns[] = {
	{COLUMN_UUID, offsetof(struct leg_row, id)},
	{COLUMN_TEXT, offsetof(struct leg_row, kind)},
	{COLUMN_TEXT, offsetof(struct leg_row, state)},
	{COLUMN_TIME, offsetof(struct leg_row, state_at_ms)},
	{COLUMN_REFERENCE, offsetof(struct leg_row, state_office)},
	{COLUMN_TEXT, offsetof(struct leg_row, state_actor)},
	{COLUMN_INT32, offsetof(struct leg_row, gaps)},
	{COLUMN_INT32, offsetof(struct leg_row, conflicts)},
	{COLUMN_INT32, offsetof(struct leg_row, attempts)},
	{COLUMN_INT32, offsetof(struct leg_row, invitations)},
	{COLUMN_BYTES, offsetof(struct leg_row, track)},
#define LEG_MOVE_COLUMNS 11 /* so far */
	{COLUMN_UUID, offsetof(struct leg_row, dossier_id)},
	{COLUMN_INT32, offsetof(struct leg_row, no)},
	{COLUMN_TEXT, offsetof(struct leg_row, item_code)},
	{COLUMN_TEXT, offsetof(struct leg_row, seal)},
	{COLUMN_INT64, offsetof(struct leg_row, fee_vnd)},
	{COLUMN_INT64, offsetof(struct leg_row, postage_vnd)},
	{COLUMN_INT64, offsetof(struct leg_row, collect_vnd)},
	{COLUMN_TEXT, offsetof(struct leg_row, offices)},
	{COLUMN_MOMENT, offsetof(struct leg_row, accepted_at_ms)},
	{COLUMN_REFERENCE, offsetof(struct leg_row, accepted_office)},
	{COLUMN_ACCOUNT, offsetof(struct leg_row, accepted_account)},
	{COLUMN_MOMENT, offsetof(struct leg_row, attempted_at_ms)},
	{COLUMN_MOMENT, offsetof(struct leg_row, ended_at_ms)},
	{COLUMN_REFERENCE, offsetof(struct leg_row, ended_office)},
	{COLUMN_ACCOUNT, offsetof(struct leg_row, ended_account)},
	{COLUMN_TEXT, offsetof(struct leg_row, promised_on)},
	{COLUMN_MOMENT, offsetof(struct leg_row, first_invited_at_ms)},
	{COLUMN_MOMENT, offsetof(struct leg_row, last_invited_at_ms)},
};

static const struct pg_statement insert_events = {"book_insert_events",
	"INSERT INTO event (id, dossier_id, leg_id, dseq, item_code, kind, occurred_at, recorded_at, account_id, actor,"
	"  role, office_id, device, verdict, why, leg_state, gap, content, data, hash)"
	/* A dossier's own step has no leg: the zero uuid goes out as NULL. */
	" SELECT id, dossier, coalesce(leg, '00000000-0000-0000-0000-000000000000'), dseq, code, kind, occurred, recorded, account, actor, role, office, device,"
	"  verdict, why, state, gap, content, data::json, hash"
	" FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::text[], $6::text[], $7::timestamptz[],"
	"  $8::timestamptz[], $9::bigint[], $10::text[], $11::text[], $12::int[], $13::text[], $14::text[],"
	"  $15::text[], $16::text[], $17::bool[], $18::bytea[], $19::text[], $20::bytea[])"
	"  AS n(id, dossier, leg, dseq, code, kind, occurred, recorded, account, actor, role, office, device, verdict, why,"
	"   state, gap, content, data, hash)"};

static const struct book_column event_columns[] = {
	{COLUMN_UUID, offsetof(struct book_event, id)},
	{COLUMN_UUID, offsetof(struct book_event, dossier_id)},
	{COLUMN_UUID, offsetof(struct book_event, leg_id)},
	{COLUMN_INT32, offsetof(struct book_event, dseq)},
	{COLUMN_TEXT, offsetof(struct book_event, item_code)},
	{COLUMN_TEXT, offsetof(struct book_event, kind)},
	{COLUMN_TIME, offsetof(struct book_event, occurred_at_ms)},
	{COLUMN_TIME, offsetof(struct book_event, recorded_at_ms)},
	{COLUMN_INT64, offsetof(struct book_event, account)},
	{COLUMN_TEXT, offsetof(struct book_event, actor)},
	{COLUMN_TEXT, offsetof(struct book_event, role)},
	{COLUMN_REFERENCE, offsetof(struct book_event, office)},
	{COLUMN_TEXT, offsetof(struct book_event, device)},
	{COLUMN_TEXT, offsetof(struct book_event, verdict)},
	{COLUMN_TEXT, offsetof(struct book_event, why)},
	{COLUMN_TEXT, offsetof(struct book_event, leg_state)},
	{COLUMN_BOOL, offsetof(struct book_event, gap)},
	{COLUMN_DIGEST, offsetof(struct book_event, content)},
	{COLUMN_TEXT, offsetof(struct book_event, data)},
	{COLUMN_DIGEST, offsetof(struct book_event, hash)},
};

static const struct pg_statement insert_outbox = {"book_insert_outbox",
	"INSERT INTO outbox (event_id, dossier_id, item_code, dseq, kind, line, state, next_at, created_at)"
	" SELECT id, dossier, code, dseq, kind, line::json, state, recorded, recorded"
	" FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[],"
	"  $8::timestamptz[]) AS n(id, dossier, code, dseq, kind, line, state, recorded)"};

static const struct book_column outbox_columns[] = {
	{COLUMN_UUID, offsetof(struct book_event, id)},
	{COLUMN_UUID, offsetof(struct book_event, dossier_id)},
	{COLUMN_TEXT, offsetof(struct book_event, item_code)},
	{COLUMN_INT32, offsetof(struct book_event, dseq)},
	{COLUMN_TEXT, offsetof(struct book_event, kind)},
	{COLUMN_TEXT, offsetof(struct book_event, line)},
	{COLUMN_TEXT, offsetof(struct book_event, line_state)},
	{COLUMN_TIME, offsetof(struct book_event, recorded_at_ms)},
};

/* clang-format on */

static const char *offices_text(const struct book_leg *leg, GStringChunk *texts)
{
	g_autoptr(GString) array = g_string_new("{");

	for (guint i = 0; i < leg->offices->len; i++) {
		g_string_append_printf(
			array, "%s%d", i ? "," : "", g_array_index(leg->offices, int32_t, i));
	}
	g_string_append_c(array, '}');
	return g_string_chunk_insert(texts, array->str);
}

/* Room for it is @book's: as long as the trip needs it. */
static struct book_bytes encode_track(const struct leg_track *track, GStringChunk *texts)
{
	size_t length = track->count * TRACK_EVENT_BYTES;
	g_autofree uint8_t *bytes = g_malloc(length + 1);

	track_encode(track, bytes);
	return (struct book_bytes){
		(const uint8_t *)g_string_chunk_insert_len(texts, (char *)bytes, (gssize)length),
		length};
}

static struct leg_row *new_leg_row(const struct book_leg *leg, GStringChunk *texts)
{
	struct leg_row *row = g_new0(struct leg_row, 1);

	*row = (struct leg_row){
		.id = leg->id,
		.dossier_id = leg->dossier_id,
		.kind = leg_kind_wire(leg->leg.kind),
		.item_code = leg->code.text,
		.state = leg_state_wire(leg->leg.state),
		.state_actor = leg->state_actor,
		.seal = leg->seal,
		.offices = leg->change == BOOK_MOVED ? NULL : offices_text(leg, texts),
		.track = encode_track(&leg->track, texts),
		.state_at_ms = leg->leg.state_at_ms,
		.fee_vnd = leg->fee_vnd,
		.postage_vnd = leg->postage_vnd,
		.collect_vnd = leg->collect_vnd,
		.no = leg->no,
		.state_office = leg->leg.state_office,
		.gaps = (int32_t)leg->leg.gaps,
		.conflicts = (int32_t)leg->leg.conflicts,
		.attempts = (int32_t)leg->leg.attempts,
		.invitations = (int32_t)leg->leg.invitations,
		.promised_on = leg->promised_on,
		.accepted_at_ms = leg->leg.accepted_at_ms,
		.accepted_office = leg->leg.accepted_office,
		.accepted_account = leg->leg.accepted_account,
		.attempted_at_ms = leg->leg.attempted_at_ms,
		.ended_at_ms = leg->leg.ended_at_ms,
		.first_invited_at_ms = leg->leg.first_invited_at_ms,
		.last_invited_at_ms = leg->leg.last_invited_at_ms,
		.ended_office = leg->leg.ended_office,
		.ended_account = leg->leg.ended_account,
	};
	return row;
}

static void keep_legs(const struct book *book, struct pg_trip *trip)
{
	GPtrArray *rows[] = {[BOOK_MOVED] = g_ptr_array_new_with_free_func(g_free),
		[BOOK_CHANGED] = g_ptr_array_new_with_free_func(g_free),
		[BOOK_NEW] = g_ptr_array_new_with_free_func(g_free)};

	for (guint i = 0; i < book->legs->len; i++) {
		const struct book_leg *leg = g_ptr_array_index(book->legs, i);
		if (leg->change != BOOK_SAME && !leg->damaged) {
			g_ptr_array_add(rows[leg->change], new_leg_row(leg, book->texts));
		}
	}
	book_rows_keep(trip, &insert_legs, rows[BOOK_NEW], leg_columns, G_N_ELEMENTS(leg_columns));
	book_rows_keep(
		trip, &update_legs, rows[BOOK_CHANGED], leg_columns, G_N_ELEMENTS(leg_columns));
	book_rows_keep(trip, &move_legs, rows[BOOK_MOVED], leg_columns, LEG_MOVE_COLUMNS);
	for (int change = BOOK_MOVED; change <= BOOK_NEW; change++) {
		g_ptr_array_unref(rows[change]);
	}
}

static void keep_events(const struct book *book, struct pg_trip *trip)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new();

	for (guint i = 0; i < book->events->len; i++) {
		struct book_event *event = g_ptr_array_index(book->events, i);
		if (event->line) {
			g_ptr_array_add(lines, event);
		}
	}
	book_rows_keep(
		trip, &insert_events, book->events, event_columns, G_N_ELEMENTS(event_columns));
	book_rows_keep(trip, &insert_outbox, lines, outbox_columns, G_N_ELEMENTS(outbox_columns));
}

void book_write(const struct book *book, struct pg_trip *trip)
{
	book_rows_keep(
		trip, &insert_persons, book->persons, person_columns, G_N_ELEMENTS(person_columns));
	book_write_dossier_rows(book, trip);
	keep_legs(book, trip);
	keep_events(book, trip);
	book_care_write(book, trip);
	book_money_write(book, trip);
	book_write_dossier_lines(book, trip);
}
