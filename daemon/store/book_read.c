#include "store/book.h"

#include "base/log.h"
#include "base/uuid7.h"
#include "model/dossier_track.h"
#include "model/track.h"
#include "store/book_care.h"
#include "store/book_money.h"
#include "store/book_private.h"
#include "store/in_force.h"

/*
 * The lock is a statement of its own: what follows is a new statement with a new snapshot, and so sees
 * what those have written who held the lock before. In one statement the sequence gets gaps.
 * Nobody is waited for: a dossier that somebody else has in hand is left to the next batch, and holds up
 * none of the others; and so two daemons cannot wait for each other.
 * A locked row comes back as it is now, not as the statement's snapshot knew it, and so does what hangs
 * on it by a subquery in this list; what is joined beside it would not.
 */
static const struct pg_statement lock_dossiers = {"book_lock",
	"SELECT d.id, d.code, d.stub, d.service, d.sender_id, d.receiver_id, d.due_on::text, d.dseq, d.hash,"
	"  d.legs, d.recorded_at, d.agency_id, (SELECT code FROM agency a WHERE a.id = d.agency_id),"
	"  d.procedure_id, d.words, d.merged_into, d.submitter_id, d.status, d.submitted_at, d.received_on::text,"
	"  d.result_ready_at, d.steps"
	" FROM dossier d WHERE d.id IN ("
	"  SELECT dossier_id FROM leg WHERE item_code = ANY($1::text[])"
	"  UNION ALL SELECT id FROM dossier WHERE code = ANY($2::text[]))"
	" FOR UPDATE OF d SKIP LOCKED",
	.is_binary = true};

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
	D_PROCEDURE_ID,
	D_WORDS,
	D_MERGED,
	D_SUBMITTER,
	D_STATUS,
	D_SUBMITTED_AT,
	D_RECEIVED_ON,
	D_READY_AT,
	D_STEPS
};

static const char *text_or_null(struct book *book, const PGresult *rows, int row, int column)
{
	return pg_is_null(rows, row, column) ? NULL : book_text(book, pg_text(rows, row, column));
}

static void learn_steps(struct book_dossier *dossier, const PGresult *rows, int row)
{
	size_t length = pg_bytes_length(rows, row, D_STEPS);
	g_autofree uint8_t *bytes = g_malloc(length + 1);

	dossier->damaged = (length > 0 && !pg_bytes(rows, row, D_STEPS, bytes, length)) ||
			   !dossier_track_decode(bytes, length, &dossier->steps);
	if (dossier->damaged) {
		log_err("dossier=%s: its steps cannot be read", dossier->code ? dossier->code : "");
		dossier->steps.count = 0;
	}
}

static void learn_facts(
	struct book *book, struct book_dossier *dossier, const PGresult *rows, int row)
{
	dossier->status = dossier_status_from_wire(pg_text(rows, row, D_STATUS));
	dossier->submitted_at_ms = pg_time(rows, row, D_SUBMITTED_AT);
	dossier->received_on = text_or_null(book, rows, row, D_RECEIVED_ON);
	dossier->result_ready_at_ms = pg_time(rows, row, D_READY_AT);
	learn_steps(dossier, rows, row);
}

static void learn_dossier(struct book *book, const PGresult *rows, int row)
{
	struct uuid id = pg_uuid(rows, row, D_ID);
	struct book_dossier *dossier = book_take_dossier(book, &id);

	dossier->code = text_or_null(book, rows, row, D_CODE);
	dossier->stub = pg_bool(rows, row, D_STUB);
	dossier->service = (int32_t)pg_int(rows, row, D_SERVICE);
	dossier->sender_id = pg_uuid(rows, row, D_SENDER);
	dossier->receiver_id = pg_uuid(rows, row, D_RECEIVER);
	dossier->due_on = text_or_null(book, rows, row, D_DUE_ON);
	dossier->dseq = (int32_t)pg_int(rows, row, D_DSEQ);
	pg_bytes(rows, row, D_HASH, dossier->hash.bytes, sizeof dossier->hash.bytes);
	dossier->legs = (int32_t)pg_int(rows, row, D_LEGS);
	dossier->recorded_at_ms = pg_time(rows, row, D_RECORDED_AT);
	dossier->agency_id = (int32_t)pg_int(rows, row, D_AGENCY_ID);
	dossier->agency_code = text_or_null(book, rows, row, D_AGENCY_CODE);
	dossier->procedure_id = (int32_t)pg_int(rows, row, D_PROCEDURE_ID);
	dossier->words = book_text(book, pg_text(rows, row, D_WORDS));
	dossier->merged_into = pg_uuid(rows, row, D_MERGED);
	dossier->submitter_id = pg_uuid(rows, row, D_SUBMITTER);
	learn_facts(book, dossier, rows, row);
	if (dossier->code) {
		g_hash_table_insert(book->dossiers_by_code, (gpointer)dossier->code, dossier);
	}
}

/* With all their brothers: what the dossier amounts to, they say together. */
static const struct pg_statement read_legs = {"book_legs",
	"SELECT id, dossier_id, no, kind, item_code, state_actor, seal, fee_vnd, postage_vnd, collect_vnd, offices::text, track,"
	"  promised_on::text"
	" FROM leg WHERE dossier_id IN (SELECT dossier_id FROM leg WHERE item_code = ANY($1::text[])"
	"  UNION ALL SELECT id FROM dossier WHERE code = ANY($2::text[]))",
	.is_binary = true};

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
	L_TRACK,
	L_PROMISED
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

static void learn_leg(struct book *book, const PGresult *rows, int row)
{
	struct uuid id = pg_uuid(rows, row, L_ID);
	struct uuid dossier_id = pg_uuid(rows, row, L_DOSSIER);
	struct item_code code = {0};
	struct book_leg *leg;

	g_strlcpy(code.text, pg_text(rows, row, L_CODE), sizeof code.text);
	/* In somebody else's hands, or it came into being after the lock. */
	if (!g_hash_table_contains(book->dossiers_by_id, &dossier_id)) {
		g_hash_table_add(book->busy, (gpointer)book_text(book, code.text));
		return;
	}
	leg = book_take_leg(book, book_take_dossier(book, &dossier_id), &id, &code);
	leg->no = (int32_t)pg_int(rows, row, L_NO);
	leg->state_actor = book_text(book, pg_text(rows, row, L_ACTOR));
	leg->seal = book_text(book, pg_text(rows, row, L_SEAL));
	leg->fee_vnd = pg_int(rows, row, L_FEE);
	leg->postage_vnd = pg_int(rows, row, L_POSTAGE);
	leg->collect_vnd = pg_int(rows, row, L_COLLECT);
	leg->promised_on = text_or_null(book, rows, row, L_PROMISED);
	learn_offices(leg, pg_text(rows, row, L_OFFICES));
	leg->change = BOOK_SAME;
	leg->damaged = !learn_track(leg, rows, row);
	leg->leg = leg_fold(&leg->track);
	if (leg->leg.state == LEG_NEW) {
		leg->leg.kind = leg_kind_from_wire(pg_text(rows, row, L_KIND));
	}
}

/* The dossiers that are asked for by their codes, locked by us or not. */
static const struct pg_statement read_codes = {"book_codes",
	"SELECT id, code FROM dossier WHERE code = ANY($1::text[])", .is_binary = true};

static void learn_code(struct book *book, const PGresult *rows, int row)
{
	struct uuid id = pg_uuid(rows, row, 0);

	if (!g_hash_table_contains(book->dossiers_by_id, &id)) {
		g_hash_table_add(book->busy, (gpointer)book_text(book, pg_text(rows, row, 1)));
	}
}

/* The span of the ids keeps the probe to the months that they fall into. */
static const struct pg_statement read_known = {"book_known",
	"SELECT id, content, verdict, why, leg_state, dseq, gap, actor, recorded_at FROM event"
	" WHERE id = ANY($1::uuid[]) AND id BETWEEN $2::uuid AND $3::uuid",
	.is_binary = true};

static void learn_known(struct book *book, const PGresult *rows, int row)
{
	struct uuid id = pg_uuid(rows, row, 0);
	struct book_known known = {
		.verdict = verdict_from_wire(pg_text(rows, row, 2)),
		.why = error_from_wire(pg_text(rows, row, 3)),
		.leg_state = leg_state_from_wire(pg_text(rows, row, 4)),
		.status = dossier_status_from_wire(pg_text(rows, row, 4)),
		.dseq = (int32_t)pg_int(rows, row, 5),
		.gap = pg_bool(rows, row, 6),
		.actor = book_text(book, pg_text(rows, row, 7)),
		.recorded_at_ms = pg_time(rows, row, 8),
	};

	pg_bytes(rows, row, 1, known.content.bytes, sizeof known.content.bytes);
	g_hash_table_replace(
		book->known, g_memdup2(&id, sizeof id), g_memdup2(&known, sizeof known));
}

/* clang-format off */
/*
 * Every version that a scan may have been made under: an acceptance comes in late, and the next day's version is in
 * force by then. The one that is in force today comes last, or else the latest.
 */
#define OF_LATE(row) \
	row ".valid_from <= " TODAY " + 1 AND (" row ".valid_to IS NULL OR " row ".valid_to > " TODAY " - " LATE_DAYS ")"
#define LATE_DAYS "62" /* SCAN_AGE_MAX_MS, and a day at either end */
#define SPAN_OF(row) DAYS(row ".valid_from") " AS valid_from, " DAYS(row ".valid_to") " AS valid_to, " IN_FORCE(row) " AS now"

static const struct pg_statement read_catalogue = {"book_catalogue",
	"SELECT what, id, code, name, field_code, field_name, by_post, send_by_post, return_by_post, valid_from, valid_to, now"
	" FROM ("
	"SELECT 'a' AS what, a.id, a.code, a.name, '' AS field_code, '' AS field_name, true AS by_post,"
	"  true AS send_by_post, true AS return_by_post, " SPAN_OF("a")
	"  FROM agency a WHERE a.code = ANY($1::text[]) AND " OF_LATE("a")
	" UNION ALL SELECT 'p', p.id, p.code, p.name, p.field_code, p.field_name, p.by_post, p.send_by_post,"
	"  p.return_by_post, " SPAN_OF("p")
	"  FROM procedure p WHERE p.code = ANY($2::text[]) AND " OF_LATE("p")
	" UNION ALL SELECT 'o', o.id, o.code, o.name, '', '', true, true, true, " SPAN_OF("o")
	"  FROM office o WHERE o.code = ANY($3::text[]) AND " OF_LATE("o")
	/* One that ended while a scan lay on its device was good when it was granted. */
	" UNION ALL SELECT 'c', c.id, c.code, c.name, '', '', true, true, true, " SPAN_OF("c")
	"  FROM concession c WHERE c.code = ANY($4::text[]) AND " OF_LATE("c")
	") AS version ORDER BY now, valid_from"};
_Static_assert(SCAN_AGE_MAX_MS == 60LL * 86400 * 1000, "as in LATE_DAYS");
/* clang-format on */

enum catalogue_column {
	C_WHAT,
	C_ID,
	C_CODE,
	C_NAME,
	C_FIELD_CODE,
	C_FIELD_NAME,
	C_BY_POST,
	C_SEND_BY_POST,
	C_RETURN_BY_POST,
	C_FROM,
	C_TO,
	C_NOW
};

static struct book_span span_of(const PGresult *rows, int row)
{
	return (struct book_span){
		.from = (int32_t)pg_int(rows, row, C_FROM),
		.to = pg_is_null(rows, row, C_TO) ? INT32_MAX : (int32_t)pg_int(rows, row, C_TO),
		.is_now = pg_bool(rows, row, C_NOW),
	};
}

static struct book_agency *new_agency(struct book *book, const PGresult *rows, int row)
{
	struct book_agency *agency = g_new0(struct book_agency, 1);

	agency->id = (int32_t)pg_int(rows, row, C_ID);
	agency->code = book_text(book, pg_text(rows, row, C_CODE));
	agency->name = book_text(book, pg_text(rows, row, C_NAME));
	agency->span = span_of(rows, row);
	agency->other = g_hash_table_lookup(book->agencies, agency->code);
	g_ptr_array_add(book->catalogue, agency);
	return agency;
}

static struct book_procedure *new_procedure(struct book *book, const PGresult *rows, int row)
{
	struct book_procedure *procedure = g_new0(struct book_procedure, 1);

	procedure->id = (int32_t)pg_int(rows, row, C_ID);
	procedure->code = book_text(book, pg_text(rows, row, C_CODE));
	procedure->name = book_text(book, pg_text(rows, row, C_NAME));
	procedure->field_code = book_text(book, pg_text(rows, row, C_FIELD_CODE));
	procedure->field_name = book_text(book, pg_text(rows, row, C_FIELD_NAME));
	procedure->by_post = pg_bool(rows, row, C_BY_POST);
	procedure->send_by_post = pg_bool(rows, row, C_SEND_BY_POST);
	procedure->return_by_post = pg_bool(rows, row, C_RETURN_BY_POST);
	procedure->span = span_of(rows, row);
	procedure->other = g_hash_table_lookup(book->procedures, procedure->code);
	g_ptr_array_add(book->catalogue, procedure);
	return procedure;
}

/* In the order of the statement: the last of a code is found first, and leads to the others. */
static void learn_catalogue(struct book *book, const PGresult *rows, int row)
{
	const char *code = book_text(book, pg_text(rows, row, C_CODE));

	switch (pg_text(rows, row, C_WHAT)[0]) {
	case 'a':
		g_hash_table_insert(book->agencies, (gpointer)code, new_agency(book, rows, row));
		break;
	case 'p':
		g_hash_table_insert(
			book->procedures, (gpointer)code, new_procedure(book, rows, row));
		break;
	case 'c':
		g_hash_table_add(book->concessions, (gpointer)code);
		break;
	default:
		g_hash_table_insert(book->offices, (gpointer)code,
			GINT_TO_POINTER((int)pg_int(rows, row, C_ID)));
		break;
	}
}

void book_ask_for(struct pg_params *params, GHashTable *wanted)
{
	struct pg_array array;
	GHashTableIter at;
	gpointer text;

	pg_array_init(&array, PG_TEXT);
	g_hash_table_iter_init(&at, wanted);
	while (g_hash_table_iter_next(&at, &text, NULL)) {
		pg_array_text(&array, text);
	}
	pg_params_array(params, &array);
}

static void ask_known(struct pg_params *params, const GArray *wanted)
{
	struct uuid first =
		wanted->len > 0 ? g_array_index(wanted, struct uuid, 0) : (struct uuid){0};
	struct uuid last = first;
	struct pg_array ids;

	pg_array_init(&ids, PG_UUID);
	for (guint i = 0; i < wanted->len; i++) {
		struct uuid id = g_array_index(wanted, struct uuid, i);
		first = uuid7_compare(&id, &first) < 0 ? id : first;
		last = uuid7_compare(&id, &last) > 0 ? id : last;
		pg_array_uuid(&ids, &id);
	}
	pg_params_array(params, &ids);
	pg_params_uuid(params, &first);
	pg_params_uuid(params, &last);
}

/* Few scans name anything of the catalogue. */
static void ask_catalogue(const struct book *book, struct pg_trip *trip)
{
	struct pg_params *params;

	if (g_hash_table_size(book->wanted_agencies) + g_hash_table_size(book->wanted_procedures) +
			g_hash_table_size(book->wanted_offices) +
			g_hash_table_size(book->wanted_concessions) ==
		0) {
		return;
	}
	params = pg_trip_add(trip, &read_catalogue);
	book_ask_for(params, book->wanted_agencies);
	book_ask_for(params, book->wanted_procedures);
	book_ask_for(params, book->wanted_offices);
	book_ask_for(params, book->wanted_concessions);
}

enum ask_step { ASK_BEGIN, ASK_LOCK, ASK_LEGS, ASK_KNOWN, ASK_OTHERS };

void book_ask(const struct book *book, struct pg_trip *trip)
{
	struct pg_params *params;

	pg_trip_add(trip, &pg_begin);
	params = pg_trip_add(trip, &lock_dossiers);
	book_ask_for(params, book->wanted_codes);
	book_ask_for(params, book->wanted_dossiers);
	params = pg_trip_add(trip, &read_legs);
	book_ask_for(params, book->wanted_codes);
	book_ask_for(params, book->wanted_dossiers);
	ask_known(pg_trip_add(trip, &read_known), book->wanted_events);
	if (g_hash_table_size(book->wanted_dossiers) > 0) {
		book_ask_for(pg_trip_add(trip, &read_codes), book->wanted_dossiers);
	}
	ask_catalogue(book, trip);
	book_ask_promise(book, trip);
	book_care_ask(book, trip);
	book_money_ask(book, trip);
	trip->leaves_open = true;
}

static void learn_rows(struct book *book, const PGresult *rows,
	void (*learn)(struct book *book, const PGresult *rows, int row))
{
	for (int row = 0; row < PQntuples(rows); row++) {
		learn(book, rows, row);
	}
}

void book_learn(struct book *book, const struct pg_trip *trip)
{
	learn_rows(book, trip->results[ASK_LOCK], learn_dossier);
	learn_rows(book, trip->results[ASK_LEGS], learn_leg);
	learn_rows(book, trip->results[ASK_KNOWN], learn_known);
	for (unsigned step = ASK_OTHERS; step < trip->count; step++) {
		if (trip->statements[step] == &read_codes) {
			learn_rows(book, trip->results[step], learn_code);
		} else if (trip->statements[step] == &read_catalogue) {
			learn_rows(book, trip->results[step], learn_catalogue);
		} else if (book_is_promise(trip->statements[step])) {
			book_learn_promise(book, trip->results[step]);
		} else if (book_care_is_asked(trip->statements[step])) {
			book_care_learn(book, trip->results[step]);
		}
	}
	book_money_learn(book, trip);
}
