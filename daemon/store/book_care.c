#include "store/book_care.h"

#include "store/book_private.h"

struct announcement_row {
	struct uuid event_id;
	struct uuid dossier_id;
	const char *reclaim;
};

struct proof_row {
	struct uuid event_id;
	struct uuid leg_id;
	const char *what;
	struct digest sha256;
	int64_t recorded_at_ms;
};

/* clang-format off */
/*
 * The legs' dossiers are locked by now, and so is this. With those of their brothers, and what the agency announced: an
 * envelope is one of several.
 */
static const struct pg_statement read_care = {"book_care",
	"WITH wanted AS MATERIALIZED (SELECT dossier_id AS id FROM leg WHERE item_code = ANY($1::text[])"
	"  UNION SELECT id FROM dossier WHERE code = ANY($2::text[]))"
	" SELECT c.leg_id, c.reclaim, c.receiver_id, c.pin_digest, c.pin_wrong, false"
	" FROM wanted w JOIN leg l ON l.dossier_id = w.id JOIN leg_care c ON c.leg_id = l.id"
	" UNION ALL SELECT r.event_id, r.reclaim, NULL, NULL, 0, true FROM wanted w JOIN dossier_reclaim r ON r.dossier_id = w.id",
	.is_binary = true};

static const struct pg_statement keep_care = {"book_keep_care",
	"INSERT INTO leg_care (leg_id, reclaim, receiver_id, pin_wrong)"
	" SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::int[])"
	" ON CONFLICT (leg_id) DO UPDATE SET reclaim = excluded.reclaim, receiver_id = excluded.receiver_id,"
	"  pin_wrong = excluded.pin_wrong"};

static const struct pg_statement insert_announcements = {"book_insert_reclaims",
	"INSERT INTO dossier_reclaim (event_id, dossier_id, reclaim) SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[])"};

static const struct pg_statement insert_proof_uses = {"book_insert_proof_uses",
	"INSERT INTO proof_use (event_id, what, sha256, leg_id, recorded_at, came_at)"
	" SELECT n.event, n.what, n.sha256, n.leg, n.recorded, p.created_at"
	" FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::uuid[], $5::timestamptz[])"
	"  AS n(event, what, sha256, leg, recorded) LEFT JOIN proof p ON p.sha256 = n.sha256"};
/* clang-format on */

bool book_care_is_wanted(const struct scan *scan)
{
	switch ((int)scan->kind) {
	case EVENT_ACCEPTED:
		return scan->leg_kind == LEG_RESULT || (scan->present & FIELD_BIT(FIELD_RECLAIM));
	case EVENT_DELIVERED: /* an agency signs its minutes, and that is all */
		return scan->present & FIELD_BIT(FIELD_RECIPIENT);
	case EVENT_DELIVERY_FAILED:
	case EVENT_INVITED:
	case EVENT_RETURNING:
	case EVENT_REDIRECTED:
	case EVENT_VOID:
		return true;
	default:
		return false;
	}
}

static struct book_care *take_care(struct book *book, const struct uuid *leg_id)
{
	struct book_care *care = g_hash_table_lookup(book->cares, leg_id);

	if (!care) {
		care = g_new0(struct book_care, 1);
		care->leg_id = *leg_id;
		care->reclaim = "";
		g_hash_table_insert(book->cares, &care->leg_id, care);
	}
	return care;
}

struct book_care *book_care(struct book *book, const struct book_leg *leg)
{
	return take_care(book, &leg->id);
}

void book_add_proof(struct book *book, const struct book_event *event, const char *what,
	const struct digest *sha256)
{
	struct proof_row row = {
		.event_id = event->id,
		.leg_id = event->leg_id,
		.what = what,
		.sha256 = *sha256,
		.recorded_at_ms = event->recorded_at_ms,
	};

	g_array_append_val(book->proofs, row);
}

const char *book_announced(const struct book *book, const struct uuid *step)
{
	const char *reclaim = g_hash_table_lookup(book->announced, step);

	return reclaim ? reclaim : "";
}

static void know_announced(struct book *book, const struct uuid *step, const char *reclaim)
{
	g_hash_table_insert(
		book->announced, g_memdup2(step, sizeof *step), (gpointer)book_text(book, reclaim));
}

void book_announce(
	struct book *book, const struct uuid *dossier, const struct uuid *step, const char *reclaim)
{
	struct announcement_row row = {*step, *dossier, book_text(book, reclaim)};

	know_announced(book, step, reclaim);
	g_array_append_val(book->announcements, row);
}

static void learn_care(struct book *book, const PGresult *rows, int row)
{
	struct uuid id = pg_uuid(rows, row, 0);
	struct book_care *care;

	if (pg_bool(rows, row, 5)) {
		know_announced(book, &id, pg_text(rows, row, 1));
		return;
	}
	care = take_care(book, &id);
	care->reclaim = book_text(book, pg_text(rows, row, 1));
	care->receiver = pg_uuid(rows, row, 2);
	care->has_pin = pg_bytes(rows, row, 3, care->pin.bytes, sizeof care->pin.bytes);
	care->pin_wrong = (int32_t)pg_int(rows, row, 4);
}

void book_care_ask(const struct book *book, struct pg_trip *trip)
{
	struct pg_params *params;

	if (g_hash_table_size(book->wanted_care) == 0 &&
		g_hash_table_size(book->wanted_dossier_care) == 0) {
		return;
	}
	params = pg_trip_add(trip, &read_care);
	book_ask_for(params, book->wanted_care);
	book_ask_for(params, book->wanted_dossier_care);
}

bool book_care_is_asked(const struct pg_statement *statement)
{
	return statement == &read_care;
}

void book_care_learn(struct book *book, const PGresult *rows)
{
	for (int row = 0; row < PQntuples(rows); row++) {
		learn_care(book, rows, row);
	}
}

static void write_cares(const struct book *book, struct pg_trip *trip)
{
	struct pg_array legs, reclaims, receivers, wrongs;
	struct pg_params *params;
	GHashTableIter at;
	gpointer value;

	pg_array_init(&legs, PG_UUID);
	pg_array_init(&reclaims, PG_TEXT);
	pg_array_init(&receivers, PG_UUID);
	pg_array_init(&wrongs, PG_INT4);
	g_hash_table_iter_init(&at, book->cares);
	while (g_hash_table_iter_next(&at, NULL, &value)) {
		const struct book_care *care = value;
		if (care->changed) {
			pg_array_uuid(&legs, &care->leg_id);
			pg_array_text(&reclaims, care->reclaim);
			pg_array_uuid(&receivers, &care->receiver);
			pg_array_int(&wrongs, care->pin_wrong);
		}
	}
	params = pg_trip_add(trip, &keep_care);
	pg_params_array(params, &legs);
	pg_params_array(params, &reclaims);
	pg_params_array(params, &receivers);
	pg_params_array(params, &wrongs);
}

static bool has_changed_care(const struct book *book)
{
	GHashTableIter at;
	gpointer value;

	g_hash_table_iter_init(&at, book->cares);
	while (g_hash_table_iter_next(&at, NULL, &value)) {
		if (((const struct book_care *)value)->changed) {
			return true;
		}
	}
	return false;
}

static void write_proofs(const struct book *book, struct pg_trip *trip)
{
	struct pg_array events, whats, digests, legs, times;
	struct pg_params *params;

	pg_array_init(&events, PG_UUID);
	pg_array_init(&whats, PG_TEXT);
	pg_array_init(&digests, PG_BYTEA);
	pg_array_init(&legs, PG_UUID);
	pg_array_init(&times, PG_TIMESTAMPTZ);
	for (guint i = 0; i < book->proofs->len; i++) {
		const struct proof_row *row = &g_array_index(book->proofs, struct proof_row, i);
		pg_array_uuid(&events, &row->event_id);
		pg_array_text(&whats, row->what);
		pg_array_bytes(&digests, row->sha256.bytes, sizeof row->sha256.bytes);
		pg_array_uuid(&legs, &row->leg_id);
		pg_array_time(&times, row->recorded_at_ms);
	}
	params = pg_trip_add(trip, &insert_proof_uses);
	pg_params_array(params, &events);
	pg_params_array(params, &whats);
	pg_params_array(params, &digests);
	pg_params_array(params, &legs);
	pg_params_array(params, &times);
}

static void write_announcements(const struct book *book, struct pg_trip *trip)
{
	struct pg_array events, dossiers, reclaims;
	struct pg_params *params;

	pg_array_init(&events, PG_UUID);
	pg_array_init(&dossiers, PG_UUID);
	pg_array_init(&reclaims, PG_TEXT);
	for (guint i = 0; i < book->announcements->len; i++) {
		const struct announcement_row *row =
			&g_array_index(book->announcements, struct announcement_row, i);
		pg_array_uuid(&events, &row->event_id);
		pg_array_uuid(&dossiers, &row->dossier_id);
		pg_array_text(&reclaims, row->reclaim);
	}
	params = pg_trip_add(trip, &insert_announcements);
	pg_params_array(params, &events);
	pg_params_array(params, &dossiers);
	pg_params_array(params, &reclaims);
}

void book_care_write(const struct book *book, struct pg_trip *trip)
{
	if (book->announcements->len > 0) {
		write_announcements(book, trip);
	}
	if (has_changed_care(book)) {
		write_cares(book, trip);
	}
	if (book->proofs->len > 0) {
		write_proofs(book, trip);
	}
}

/* The arrays' elements are this file's own. */
GArray *book_care_new_announcements(void)
{
	return g_array_new(FALSE, FALSE, sizeof(struct announcement_row));
}

GArray *book_care_new_proofs(void)
{
	return g_array_new(FALSE, FALSE, sizeof(struct proof_row));
}
