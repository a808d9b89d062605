#include "store/book.h"

#include "base/text.h"
#include "model/track.h"
#include "store/book_money.h"
#include "store/book_private.h"

/*
 * Rows go out as one array per column: one statement per table, however many scans. The columns of each
 * statement stand in a table beside it, in the order of its parameters.
 */
enum column_type {
	COLUMN_TEXT,
	COLUMN_INT32,
	COLUMN_INT64,
	COLUMN_BOOL,
	COLUMN_UUID,
	COLUMN_DIGEST,
	COLUMN_BYTES,
	COLUMN_TIME,
	COLUMN_REFERENCE, /* an id; 0 is none */
	COLUMN_TYPE_COUNT
};

struct column {
	enum column_type type;
	size_t offset;
};

struct bytes {
	const uint8_t *at;
	size_t length;
};

static const enum pg_type array_types[COLUMN_TYPE_COUNT] = {
	[COLUMN_TEXT] = PG_TEXT,
	[COLUMN_INT32] = PG_INT4,
	[COLUMN_INT64] = PG_INT8,
	[COLUMN_BOOL] = PG_BOOL,
	[COLUMN_UUID] = PG_UUID,
	[COLUMN_DIGEST] = PG_BYTEA,
	[COLUMN_BYTES] = PG_BYTEA,
	[COLUMN_TIME] = PG_TIMESTAMPTZ,
	[COLUMN_REFERENCE] = PG_INT4,
};

static void add_reference(struct pg_array *array, int32_t id)
{
	if (id) {
		pg_array_int(array, id);
	} else {
		pg_array_null(array);
	}
}

static void add_value(struct pg_array *array, enum column_type type, const void *at)
{
	const struct bytes *bytes = at;

	switch (type) {
	case COLUMN_TEXT:
		pg_array_text(array, *(const char *const *)at);
		break;
	case COLUMN_INT32:
		pg_array_int(array, *(const int32_t *)at);
		break;
	case COLUMN_INT64:
		pg_array_int(array, *(const int64_t *)at);
		break;
	case COLUMN_BOOL:
		pg_array_bool(array, *(const bool *)at);
		break;
	case COLUMN_UUID:
		pg_array_uuid(array, at);
		break;
	case COLUMN_DIGEST:
		pg_array_bytes(array, at, sizeof(struct digest));
		break;
	case COLUMN_BYTES:
		pg_array_bytes(array, bytes->at, bytes->length);
		break;
	case COLUMN_TIME:
		pg_array_time(array, *(const int64_t *)at);
		break;
	case COLUMN_REFERENCE:
		add_reference(array, *(const int32_t *)at);
		break;
	case COLUMN_TYPE_COUNT:
		g_assert_not_reached();
	}
}

static void add_columns(
	struct pg_params *params, const GPtrArray *rows, const struct column *columns, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct pg_array array;
		pg_array_init(&array, array_types[columns[i].type]);
		for (guint row = 0; row < rows->len; row++) {
			add_value(&array, columns[i].type,
				(const char *)g_ptr_array_index(rows, row) + columns[i].offset);
		}
		pg_params_array(params, &array);
	}
}

static void keep_rows(struct pg_trip *trip, const struct pg_statement *statement,
	const GPtrArray *rows, const struct column *columns, size_t count)
{
	if (rows->len > 0) {
		add_columns(pg_trip_add(trip, statement), rows, columns, count);
	}
}

/* clang-format off */
static const struct pg_statement insert_persons = {"book_insert_persons",
	"INSERT INTO person (id, name, name_folded, phone, address)"
	" SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])"};

static const struct column person_columns[] = {
	{COLUMN_UUID, offsetof(struct book_person, id)},
	{COLUMN_TEXT, offsetof(struct book_person, name)},
	{COLUMN_TEXT, offsetof(struct book_person, name_folded)},
	{COLUMN_TEXT, offsetof(struct book_person, phone)},
	{COLUMN_TEXT, offsetof(struct book_person, address)},
};

/* What a dossier row looks like when it is written. */
struct dossier_row {
	struct uuid id, sender_id, receiver_id, merged_into, submitter_id;
	const char *code, *due_on, *words;
	bool stub;
	int32_t agency_id, procedure_id, service, dseq, legs;
	struct digest hash;
	int64_t recorded_at_ms;
};

#define DOSSIER_ROWS \
	" FROM unnest($1::uuid[], $2::text[], $3::bool[], $4::int[], $5::int[], $6::int[], $7::uuid[], $8::uuid[]," \
	"  $9::text[], $10::int[], $11::bytea[], $12::int[], $13::timestamptz[], $14::uuid[], $15::text[], $16::uuid[])" \
	"  AS n(id, code, stub, agency, procedure, service, sender, receiver, due, dseq, hash, legs, recorded, merged, words," \
	"   submitter)"

static const struct pg_statement insert_dossiers = {"book_insert_dossiers",
	"INSERT INTO dossier (id, code, stub, agency_id, procedure_id, service, sender_id, receiver_id, due_on, dseq,"
	"  hash, legs, recorded_at, merged_into, words, submitter_id)"
	" SELECT id, code, stub, agency, procedure, service, sender, receiver, due::date, dseq, hash, legs, recorded,"
	"  merged, words, submitter" DOSSIER_ROWS " ORDER BY id"};

static const struct pg_statement update_dossiers = {"book_update_dossiers",
	"UPDATE dossier d SET code = n.code, stub = n.stub, agency_id = n.agency, procedure_id = n.procedure,"
	"  service = n.service, sender_id = n.sender, receiver_id = n.receiver, due_on = n.due::date, dseq = n.dseq,"
	"  hash = n.hash, legs = n.legs, merged_into = n.merged, words = n.words,"
	"  submitter_id = n.submitter" DOSSIER_ROWS " WHERE d.id = n.id"};

static const struct column dossier_columns[] = {
	{COLUMN_UUID, offsetof(struct dossier_row, id)},
	{COLUMN_TEXT, offsetof(struct dossier_row, code)},
	{COLUMN_BOOL, offsetof(struct dossier_row, stub)},
	{COLUMN_REFERENCE, offsetof(struct dossier_row, agency_id)},
	{COLUMN_REFERENCE, offsetof(struct dossier_row, procedure_id)},
	{COLUMN_REFERENCE, offsetof(struct dossier_row, service)},
	{COLUMN_UUID, offsetof(struct dossier_row, sender_id)},
	{COLUMN_UUID, offsetof(struct dossier_row, receiver_id)},
	{COLUMN_TEXT, offsetof(struct dossier_row, due_on)},
	{COLUMN_INT32, offsetof(struct dossier_row, dseq)},
	{COLUMN_DIGEST, offsetof(struct dossier_row, hash)},
	{COLUMN_INT32, offsetof(struct dossier_row, legs)},
	{COLUMN_TIME, offsetof(struct dossier_row, recorded_at_ms)},
	{COLUMN_UUID, offsetof(struct dossier_row, merged_into)},
	{COLUMN_TEXT, offsetof(struct dossier_row, words)},
	{COLUMN_UUID, offsetof(struct dossier_row, submitter_id)},
};

static const struct pg_statement move_dossiers = {"book_move_dossiers",
	"UPDATE dossier d SET dseq = n.dseq, hash = n.hash"
	" FROM unnest($1::uuid[], $2::int[], $3::bytea[]) AS n(id, dseq, hash) WHERE d.id = n.id"};

static const struct column dossier_move_columns[] = {
	{COLUMN_UUID, offsetof(struct book_dossier, id)},
	{COLUMN_INT32, offsetof(struct book_dossier, dseq)},
	{COLUMN_DIGEST, offsetof(struct book_dossier, hash)},
};

struct leg_row {
	struct uuid id, dossier_id;
	const char *kind, *item_code, *state, *state_actor, *seal, *offices;
	struct bytes track;
	int64_t state_at_ms, fee_vnd, postage_vnd, collect_vnd;
	int32_t no, state_office, gaps, conflicts, attempts, invitations;
};

#define LEG_ROWS \
	" FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::int[], $6::text[], $7::int[]," \
	"  $8::int[], $9::int[], $10::int[], $11::bytea[], $12::uuid[], $13::int[], $14::text[], $15::text[]," \
	"  $16::bigint[], $17::bigint[], $18::bigint[], $19::text[])" \
	"  AS n(id, kind, state, state_at, office, actor, gaps, conflicts, attempts, invitations, track, dossier, no," \
	"   code, seal, fee, postage, collect, offices)"

static const struct pg_statement insert_legs = {"book_insert_legs",
	"INSERT INTO leg (id, kind, state, state_at, state_office_id, state_actor, gaps, conflicts, attempts,"
	"  invitations, track, dossier_id, no, item_code, seal, fee_vnd, postage_vnd, collect_vnd, offices)"
	" SELECT id, kind, state, state_at, office, actor, gaps, conflicts, attempts, invitations, track, dossier, no,"
	"  code, seal, fee, postage, collect, offices::int[]" LEG_ROWS " ORDER BY code"};

#define LEG_MOVE \
	"UPDATE leg l SET kind = n.kind, state = n.state, state_at = n.state_at, state_office_id = n.office," \
	"  state_actor = n.actor, gaps = n.gaps, conflicts = n.conflicts, attempts = n.attempts," \
	"  invitations = n.invitations, track = n.track"

static const struct pg_statement update_legs = {"book_update_legs",
	LEG_MOVE ", dossier_id = n.dossier, no = n.no, seal = n.seal, fee_vnd = n.fee, postage_vnd = n.postage,"
	"  collect_vnd = n.collect, offices = n.offices::int[]" LEG_ROWS " WHERE l.id = n.id"};

static const struct pg_statement move_legs = {"book_move_legs",
	LEG_MOVE " FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::int[], $6::text[], $7::int[],"
	"  $8::int[], $9::int[], $10::int[], $11::bytea[])"
	"  AS n(id, kind, state, state_at, office, actor, gaps, conflicts, attempts, invitations, track)"
	" WHERE l.id = n.id"};

static const struct column leg_columns[] = {
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
};

static const struct pg_statement insert_events = {"book_insert_events",
	"INSERT INTO event (id, dossier_id, leg_id, dseq, item_code, kind, occurred_at, recorded_at, account_id, actor,"
	"  role, office_id, device, verdict, why, leg_state, gap, content, data, hash)"
	" SELECT id, dossier, leg, dseq, code, kind, occurred, recorded, account, actor, role, office, device,"
	"  verdict, why, state, gap, content, data::json, hash"
	" FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::text[], $6::text[], $7::timestamptz[],"
	"  $8::timestamptz[], $9::bigint[], $10::text[], $11::text[], $12::int[], $13::text[], $14::text[],"
	"  $15::text[], $16::text[], $17::bool[], $18::bytea[], $19::text[], $20::bytea[])"
	"  AS n(id, dossier, leg, dseq, code, kind, occurred, recorded, account, actor, role, office, device, verdict, why,"
	"   state, gap, content, data, hash)"};

static const struct column event_columns[] = {
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

static const struct column outbox_columns[] = {
	{COLUMN_UUID, offsetof(struct book_event, id)},
	{COLUMN_UUID, offsetof(struct book_event, dossier_id)},
	{COLUMN_TEXT, offsetof(struct book_event, item_code)},
	{COLUMN_INT32, offsetof(struct book_event, dseq)},
	{COLUMN_TEXT, offsetof(struct book_event, kind)},
	{COLUMN_TEXT, offsetof(struct book_event, line)},
	{COLUMN_TEXT, offsetof(struct book_event, line_state)},
	{COLUMN_TIME, offsetof(struct book_event, recorded_at_ms)},
};

static const struct pg_statement release_outbox = {"book_release_outbox",
	"UPDATE outbox SET state = 'ready', next_at = now()"
	" WHERE dossier_id = ANY($1::uuid[]) AND state = 'waiting_code'"};

static const struct column release_columns[] = {
	{COLUMN_UUID, offsetof(struct book_dossier, id)},
};
/* clang-format on */

static struct dossier_row *new_dossier_row(const struct book_dossier *dossier)
{
	struct dossier_row *row = g_new0(struct dossier_row, 1);

	*row = (struct dossier_row){
		.id = dossier->id,
		.sender_id = dossier->sender_id,
		.receiver_id = dossier->receiver_id,
		.code = dossier->code,
		.due_on = dossier->due_on,
		.words = dossier->words,
		.stub = dossier->stub,
		.agency_id = dossier->agency_id,
		.procedure_id = dossier->procedure_id,
		.service = dossier->service,
		.dseq = dossier->dseq,
		.legs = dossier->legs,
		.hash = dossier->hash,
		.recorded_at_ms = dossier->recorded_at_ms,
		.merged_into = dossier->merged_into,
		.submitter_id = dossier->submitter_id,
	};
	return row;
}

static void keep_dossiers(const struct book *book, struct pg_trip *trip)
{
	g_autoptr(GPtrArray) moved = g_ptr_array_new();
	g_autoptr(GPtrArray) changed = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) made = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < book->dossiers->len; i++) {
		struct book_dossier *dossier = g_ptr_array_index(book->dossiers, i);
		if (dossier->change == BOOK_MOVED) {
			g_ptr_array_add(moved, dossier);
		} else if (dossier->change != BOOK_SAME) {
			g_ptr_array_add(dossier->change == BOOK_NEW ? made : changed,
				new_dossier_row(dossier));
		}
	}
	keep_rows(trip, &insert_dossiers, made, dossier_columns, G_N_ELEMENTS(dossier_columns));
	keep_rows(trip, &update_dossiers, changed, dossier_columns, G_N_ELEMENTS(dossier_columns));
	keep_rows(trip, &move_dossiers, moved, dossier_move_columns,
		G_N_ELEMENTS(dossier_move_columns));
}

/* After the batch's own lines are in: one of them may have waited for the code that came right behind it. */
static void release_lines(const struct book *book, struct pg_trip *trip)
{
	g_autoptr(GPtrArray) bound = g_ptr_array_new();

	for (guint i = 0; i < book->dossiers->len; i++) {
		struct book_dossier *dossier = g_ptr_array_index(book->dossiers, i);
		if (dossier->was_bound_here) {
			g_ptr_array_add(bound, dossier);
		}
	}
	keep_rows(trip, &release_outbox, bound, release_columns, G_N_ELEMENTS(release_columns));
}

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
static struct bytes encode_track(const struct leg_track *track, GStringChunk *texts)
{
	size_t length = track->count * TRACK_EVENT_BYTES;
	g_autofree uint8_t *bytes = g_malloc(length + 1);

	track_encode(track, bytes);
	return (struct bytes){
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
	keep_rows(trip, &insert_legs, rows[BOOK_NEW], leg_columns, G_N_ELEMENTS(leg_columns));
	keep_rows(trip, &update_legs, rows[BOOK_CHANGED], leg_columns, G_N_ELEMENTS(leg_columns));
	keep_rows(trip, &move_legs, rows[BOOK_MOVED], leg_columns, LEG_MOVE_COLUMNS);
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
	keep_rows(trip, &insert_events, book->events, event_columns, G_N_ELEMENTS(event_columns));
	keep_rows(trip, &insert_outbox, lines, outbox_columns, G_N_ELEMENTS(outbox_columns));
}

void book_write(const struct book *book, struct pg_trip *trip)
{
	keep_rows(
		trip, &insert_persons, book->persons, person_columns, G_N_ELEMENTS(person_columns));
	keep_dossiers(book, trip);
	keep_legs(book, trip);
	keep_events(book, trip);
	book_money_write(book, trip);
	release_lines(book, trip);
}
