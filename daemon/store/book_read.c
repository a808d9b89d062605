#include "store/book.h"

#include "base/uuid7.h"
#include "model/track.h"
#include "store/book_private.h"

/*
 * The lock is a statement of its own: what follows is a new statement with a new snapshot, and so sees
 * what the transactions that we waited for have written. In one statement the sequence gets gaps.
 * One order for everybody, so two daemons cannot wait for each other.
 */
static const struct pg_statement lock = {"book_lock",
	"SELECT id FROM dossier WHERE id IN ("
	"  SELECT dossier_id FROM leg WHERE item_code = ANY($1::text[])"
	"  UNION ALL SELECT id FROM dossier WHERE code = ANY($2::text[]))"
	" ORDER BY id FOR UPDATE"};

static const struct pg_statement read_dossiers = {"book_dossiers",
	"SELECT d.id, d.code, d.stub, d.service, d.sender_id, d.receiver_id, d.due_on, d.dseq, d.hash, d.legs,"
	"  ms(d.recorded_at), a.id, a.code, a.name, p.id, p.code, p.name, p.field_code, p.field_name, w.name,"
	"  d.merged_into"
	" FROM dossier d LEFT JOIN agency a ON a.id = d.agency_id LEFT JOIN procedure p ON p.id = d.procedure_id"
	"  LEFT JOIN person w ON w.id = CASE d.service WHEN 2 THEN d.receiver_id ELSE d.sender_id END"
	" WHERE d.id IN ("
	"  SELECT dossier_id FROM leg WHERE item_code = ANY($1::text[])"
	"  UNION ALL SELECT id FROM dossier WHERE code = ANY($2::text[]))"};

enum dossier_column {
	D_ID,
	D_CODE,
	D_STUB,
	D_SERVICE,
	D_SENDER,
	D_RECEIVER,
	D_DUE_ON,
	D_DSEQ,
	D_HASH,
	D_LEGS,
	D_RECORDED_AT,
	D_AGENCY_ID,
	D_AGENCY_CODE,
	D_AGENCY_NAME,
	D_PROCEDURE_ID,
	D_PROCEDURE_CODE,
	D_PROCEDURE_NAME,
	D_FIELD_CODE,
	D_FIELD_NAME,
	D_OWNER,
	D_MERGED
};

static struct book_agency *new_agency(
	struct book *book, const PGresult *rows, int row, int id_column)
{
	struct book_agency *agency = g_new0(struct book_agency, 1);

	agency->id = (int32_t)pg_int(rows, row, id_column);
	agency->code = book_text(book, pg_text(rows, row, id_column + 1));
	agency->name = book_text(book, pg_text(rows, row, id_column + 2));
	g_ptr_array_add(book->catalogue, agency);
	return agency;
}

static struct book_procedure *new_procedure(
	struct book *book, const PGresult *rows, int row, int id_column)
{
	struct book_procedure *procedure = g_new0(struct book_procedure, 1);

	procedure->id = (int32_t)pg_int(rows, row, id_column);
	procedure->code = book_text(book, pg_text(rows, row, id_column + 1));
	procedure->name = book_text(book, pg_text(rows, row, id_column + 2));
	procedure->field_code = book_text(book, pg_text(rows, row, id_column + 3));
	procedure->field_name = book_text(book, pg_text(rows, row, id_column + 4));
	g_ptr_array_add(book->catalogue, procedure);
	return procedure;
}

/* Agency and procedure stand in a row in this order: id, code, name (and field code, field name, by_post). */
static void learn_dossier(struct book *book, const PGresult *rows, int row)
{
	struct uuid id = pg_uuid(rows, row, D_ID);
	struct book_dossier *dossier = book_take_dossier(book, &id);

	dossier->code =
		pg_is_null(rows, row, D_CODE) ? NULL : book_text(book, pg_text(rows, row, D_CODE));
	dossier->stub = pg_bool(rows, row, D_STUB);
	dossier->service = (int32_t)pg_int(rows, row, D_SERVICE);
	dossier->sender_id = pg_uuid(rows, row, D_SENDER);
	dossier->receiver_id = pg_uuid(rows, row, D_RECEIVER);
	dossier->due_on = pg_is_null(rows, row, D_DUE_ON)
				  ? NULL
				  : book_text(book, pg_text(rows, row, D_DUE_ON));
	dossier->dseq = (int32_t)pg_int(rows, row, D_DSEQ);
	pg_bytes(rows, row, D_HASH, dossier->hash.bytes, sizeof dossier->hash.bytes);
	dossier->legs = (int32_t)pg_int(rows, row, D_LEGS);
	dossier->recorded_at_ms = pg_int(rows, row, D_RECORDED_AT);
	dossier->owner = book_text(book, pg_text(rows, row, D_OWNER));
	dossier->merged_into = pg_uuid(rows, row, D_MERGED);
	if (!pg_is_null(rows, row, D_AGENCY_ID)) {
		dossier->agency = new_agency(book, rows, row, D_AGENCY_ID);
	}
	if (!pg_is_null(rows, row, D_PROCEDURE_ID)) {
		dossier->procedure = new_procedure(book, rows, row, D_PROCEDURE_ID);
	}
	if (dossier->code) {
		g_hash_table_insert(book->dossiers_by_code, (gpointer)dossier->code, dossier);
	}
}

static const struct pg_statement read_legs = {"book_legs",
	"SELECT id, dossier_id, no, kind, item_code, state_actor, seal, fee_vnd, postage_vnd, collect_vnd, offices, track"
	" FROM leg WHERE item_code = ANY($1::text[])"};

enum leg_column {
	L_ID,
	L_DOSSIER,
	L_NO,
	L_KIND,
	L_CODE,
	L_ACTOR,
	L_SEAL,
	L_FEE,
	L_POSTAGE,
	L_COLLECT,
	L_OFFICES,
	L_TRACK
};

static void learn_offices(struct book_leg *leg, const char *array)
{
	g_auto(GStrv) offices = g_strsplit_set(array, "{},", -1);

	for (char **office = offices; *office; office++) {
		book_visit(leg, (int32_t)g_ascii_strtoll(*office, NULL, 10));
	}
}

static bool learn_track(struct book_leg *leg, const PGresult *rows, int row)
{
	size_t length = pg_bytes_length(rows, row, L_TRACK);
	g_autofree uint8_t *bytes = g_malloc(length + 1);

	return (length == 0 || pg_bytes(rows, row, L_TRACK, bytes, length)) &&
	       track_decode(bytes, length, &leg->track);
}

static bool learn_leg(struct book *book, const PGresult *rows, int row)
{
	struct uuid id = pg_uuid(rows, row, L_ID);
	struct uuid dossier_id = pg_uuid(rows, row, L_DOSSIER);
	struct item_code code = {0};
	struct book_leg *leg;

	g_strlcpy(code.text, pg_text(rows, row, L_CODE), sizeof code.text);
	/* It came into being after the lock: the batch is tried again. */
	if (!g_hash_table_contains(book->dossiers_by_id, &dossier_id)) {
		return false;
	}
	leg = book_take_leg(book, book_take_dossier(book, &dossier_id), &id, &code);
	leg->no = (int32_t)pg_int(rows, row, L_NO);
	leg->state_actor = book_text(book, pg_text(rows, row, L_ACTOR));
	leg->seal = book_text(book, pg_text(rows, row, L_SEAL));
	leg->fee_vnd = pg_int(rows, row, L_FEE);
	leg->postage_vnd = pg_int(rows, row, L_POSTAGE);
	leg->collect_vnd = pg_int(rows, row, L_COLLECT);
	learn_offices(leg, pg_text(rows, row, L_OFFICES));
	leg->damaged = !learn_track(leg, rows, row);
	leg->leg = leg_fold(&leg->track);
	if (leg->leg.state == LEG_NEW) {
		leg->leg.kind = leg_kind_from_wire(pg_text(rows, row, L_KIND));
	}
	return true;
}

static const struct pg_statement read_known = {"book_known",
	"SELECT id, content, verdict, why, leg_state, dseq, gap, actor, ms(recorded_at) FROM event WHERE id = ANY($1::uuid[])"};

static void learn_known(struct book *book, const PGresult *rows, int row)
{
	struct uuid id = pg_uuid(rows, row, 0);
	struct book_known known = {
		.verdict = verdict_from_wire(pg_text(rows, row, 2)),
		.why = error_from_wire(pg_text(rows, row, 3)),
		.leg_state = leg_state_from_wire(pg_text(rows, row, 4)),
		.dseq = (int32_t)pg_int(rows, row, 5),
		.gap = pg_bool(rows, row, 6),
		.actor = book_text(book, pg_text(rows, row, 7)),
		.recorded_at_ms = pg_int(rows, row, 8),
	};

	pg_bytes(rows, row, 1, known.content.bytes, sizeof known.content.bytes);
	g_hash_table_replace(
		book->known, g_memdup2(&id, sizeof id), g_memdup2(&known, sizeof known));
}

static const struct pg_statement read_catalogue = {"book_catalogue",
	"SELECT 'a' AS what, id, code, name, '' AS field_code, '' AS field_name, true AS by_post"
	"  FROM agency WHERE code = ANY($1::text[]) AND valid_to IS NULL"
	" UNION ALL SELECT 'p', id, code, name, field_code, field_name, by_post"
	"  FROM procedure WHERE code = ANY($2::text[]) AND valid_to IS NULL"
	" UNION ALL SELECT 'o', id, code, name, '', '', true"
	"  FROM office WHERE code = ANY($3::text[]) AND valid_to IS NULL"};

static void learn_catalogue(struct book *book, const PGresult *rows, int row)
{
	const char *code = book_text(book, pg_text(rows, row, 2));

	switch (pg_text(rows, row, 0)[0]) {
	case 'a':
		g_hash_table_insert(book->agencies, (gpointer)code, new_agency(book, rows, row, 1));
		break;
	case 'p': {
		struct book_procedure *procedure = new_procedure(book, rows, row, 1);
		procedure->by_post = pg_bool(rows, row, 6);
		g_hash_table_insert(book->procedures, (gpointer)code, procedure);
		break;
	}
	default:
		g_hash_table_insert(
			book->offices, (gpointer)code, GINT_TO_POINTER((int)pg_int(rows, row, 1)));
		break;
	}
}

static void ask_for(struct pg_params *params, GHashTable *wanted)
{
	struct pg_array array;
	GHashTableIter at;
	gpointer text;

	pg_array_init(&array);
	g_hash_table_iter_init(&at, wanted);
	while (g_hash_table_iter_next(&at, &text, NULL)) {
		pg_array_text(&array, text);
	}
	pg_params_array(params, &array);
}

static void ask_codes(
	const struct book *book, struct pg_trip *trip, const struct pg_statement *statement)
{
	struct pg_params *params = pg_trip_add(trip, statement);

	ask_for(params, book->wanted_codes);
	ask_for(params, book->wanted_dossiers);
}

enum ask_step { ASK_BEGIN, ASK_LOCK, ASK_DOSSIERS, ASK_LEGS, ASK_KNOWN, ASK_CATALOGUE };

void book_ask(const struct book *book, struct pg_trip *trip)
{
	struct pg_params *params;
	struct pg_array ids;

	pg_trip_add(trip, &pg_begin);
	ask_codes(book, trip, &lock);
	ask_codes(book, trip, &read_dossiers);
	ask_for(pg_trip_add(trip, &read_legs), book->wanted_codes);
	params = pg_trip_add(trip, &read_known);
	pg_array_init(&ids);
	for (guint i = 0; i < book->wanted_events->len; i++) {
		pg_array_uuid(&ids, &g_array_index(book->wanted_events, struct uuid, i));
	}
	pg_params_array(params, &ids);
	params = pg_trip_add(trip, &read_catalogue);
	ask_for(params, book->wanted_agencies);
	ask_for(params, book->wanted_procedures);
	ask_for(params, book->wanted_offices);
	trip->leaves_open = true;
}

static void learn_rows(struct book *book, const PGresult *rows,
	void (*learn)(struct book *book, const PGresult *rows, int row))
{
	for (int row = 0; row < PQntuples(rows); row++) {
		learn(book, rows, row);
	}
}

/* What came into being while we waited for the lock is seen by the reading, but is not ours to write. */
static bool all_are_locked(const PGresult *locked, const PGresult *dossiers)
{
	g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);
	bool all = true;

	for (int row = 0; row < PQntuples(locked); row++) {
		g_hash_table_add(ids, PQgetvalue(locked, row, 0));
	}
	for (int row = 0; row < PQntuples(dossiers); row++) {
		all = all && g_hash_table_contains(ids, PQgetvalue(dossiers, row, D_ID));
	}
	return all;
}

enum hoso_error book_learn(struct book *book, const struct pg_trip *trip)
{
	const PGresult *legs = trip->results[ASK_LEGS];

	if (!all_are_locked(trip->results[ASK_LOCK], trip->results[ASK_DOSSIERS])) {
		return HOSO_CONFLICT;
	}
	learn_rows(book, trip->results[ASK_DOSSIERS], learn_dossier);
	for (int row = 0; row < PQntuples(legs); row++) {
		if (!learn_leg(book, legs, row)) {
			return HOSO_CONFLICT;
		}
	}
	learn_rows(book, trip->results[ASK_KNOWN], learn_known);
	learn_rows(book, trip->results[ASK_CATALOGUE], learn_catalogue);
	return HOSO_OK;
}
