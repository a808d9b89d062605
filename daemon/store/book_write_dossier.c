#include "store/book_write_dossier.h"

#include "model/dossier_track.h"
#include "store/book_private.h"
#include "store/book_rows.h"

/* clang-format off */
/* What a dossier row looks like when it is written. */
struct dossier_row {
	struct uuid id, sender_id, receiver_id, merged_into, submitter_id;
	const char *code, *due_on, *words, *status, *received_on;
	bool stub;
	int32_t agency_id, procedure_id, service, dseq, legs;
	struct digest hash;
	struct book_bytes steps;
	int64_t recorded_at_ms, submitted_at_ms, result_ready_at_ms;
};

#define DOSSIER_ROWS \
	" FROM unnest($1::uuid[], $2::text[], $3::bool[], $4::int[], $5::int[], $6::int[], $7::uuid[], $8::uuid[]," \
	"  $9::text[], $10::int[], $11::bytea[], $12::int[], $13::timestamptz[], $14::uuid[], $15::text[], $16::uuid[]," \
	"  $17::text[], $18::timestamptz[], $19::text[], $20::timestamptz[], $21::bytea[])" \
	"  AS n(id, code, stub, agency, procedure, service, sender, receiver, due, dseq, hash, legs, recorded, merged, words," \
	"   submitter, status, submitted, received, ready, steps)"

static const struct pg_statement insert_dossiers = {"book_insert_dossiers",
	"INSERT INTO dossier (id, code, stub, agency_id, procedure_id, service, sender_id, receiver_id, due_on, dseq,"
	"  hash, legs, recorded_at, merged_into, words, submitter_id, status, submitted_at, received_on, result_ready_at,"
	"  steps)"
	" SELECT id, code, stub, agency, procedure, service, sender, receiver, due::date, dseq, hash, legs, recorded,"
	"  merged, words, submitter, status, submitted, received::date, ready, steps" DOSSIER_ROWS " ORDER BY id"};

static const struct pg_statement update_dossiers = {"book_update_dossiers",
	"UPDATE dossier d SET code = n.code, stub = n.stub, agency_id = n.agency, procedure_id = n.procedure,"
	"  service = n.service, sender_id = n.sender, receiver_id = n.receiver, due_on = n.due::date, dseq = n.dseq,"
	"  hash = n.hash, legs = n.legs, merged_into = n.merged, words = n.words, submitter_id = n.submitter,"
	"  status = n.status, submitted_at = n.submitted, received_on = n.received::date, result_ready_at = n.ready,"
	"  steps = n.steps" DOSSIER_ROWS " WHERE d.id = n.id"};

static const struct book_column dossier_columns[] = {
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
	{COLUMN_TEXT, offsetof(struct dossier_row, status)},
	{COLUMN_MOMENT, offsetof(struct dossier_row, submitted_at_ms)},
	{COLUMN_TEXT, offsetof(struct dossier_row, received_on)},
	{COLUMN_MOMENT, offsetof(struct dossier_row, result_ready_at_ms)},
	{COLUMN_BYTES, offsetof(struct dossier_row, steps)},
};

static const struct pg_statement move_dossiers = {"book_move_dossiers",
	"UPDATE dossier d SET dseq = n.dseq, hash = n.hash"
	" FROM unnest($1::uuid[], $2::int[], $3::bytea[]) AS n(id, dseq, hash) WHERE d.id = n.id"};

static const struct book_column dossier_move_columns[] = {
	{COLUMN_UUID, offsetof(struct book_dossier, id)},
	{COLUMN_INT32, offsetof(struct book_dossier, dseq)},
	{COLUMN_DIGEST, offsetof(struct book_dossier, hash)},
};

static const struct pg_statement release_outbox = {"book_release_outbox",
	"UPDATE outbox SET state = 'ready', next_at = now()"
	" WHERE dossier_id = ANY($1::uuid[]) AND state = 'waiting_code'"};

static const struct book_column release_columns[] = {
	{COLUMN_UUID, offsetof(struct book_dossier, id)},
};
/* clang-format on */

/* Room for it is @texts': as long as the trip needs it. */
static struct book_bytes encode_steps(const struct dossier_steps *steps, GStringChunk *texts)
{
	size_t length = steps->count * DOSSIER_STEP_BYTES;
	g_autofree uint8_t *bytes = g_malloc(length + 1);

	dossier_track_encode(steps, bytes);
	return (struct book_bytes){
		(const uint8_t *)g_string_chunk_insert_len(texts, (char *)bytes, (gssize)length),
		length};
}

static struct dossier_row *new_dossier_row(const struct book_dossier *dossier, GStringChunk *texts)
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
		.status = dossier_status_wire(dossier->status),
		.submitted_at_ms = dossier->submitted_at_ms,
		.received_on = dossier->received_on,
		.result_ready_at_ms = dossier->result_ready_at_ms,
		.steps = encode_steps(&dossier->steps, texts),
	};
	return row;
}

void book_write_dossier_rows(const struct book *book, struct pg_trip *trip)
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
				new_dossier_row(dossier, book->texts));
		}
	}
	book_rows_keep(
		trip, &insert_dossiers, made, dossier_columns, G_N_ELEMENTS(dossier_columns));
	book_rows_keep(
		trip, &update_dossiers, changed, dossier_columns, G_N_ELEMENTS(dossier_columns));
	book_rows_keep(trip, &move_dossiers, moved, dossier_move_columns,
		G_N_ELEMENTS(dossier_move_columns));
}

void book_write_dossier_lines(const struct book *book, struct pg_trip *trip)
{
	g_autoptr(GPtrArray) bound = g_ptr_array_new();

	for (guint i = 0; i < book->dossiers->len; i++) {
		struct book_dossier *dossier = g_ptr_array_index(book->dossiers, i);
		if (dossier->was_bound_here) {
			g_ptr_array_add(bound, dossier);
		}
	}
	book_rows_keep(
		trip, &release_outbox, bound, release_columns, G_N_ELEMENTS(release_columns));
}
