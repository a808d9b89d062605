#include "store/manifest_line.h"

#include <string.h>

#include <glib.h>

#include "base/text.h"
#include "base/uuid7.h"
#include "model/track.h"
#include "store/scope.h"

/* clang-format off */
/* $3 id. A statement of its own: what follows sees what those have written who held the lock before. */
static const struct pg_statement lock_manifest = {"manifest_lock",
	"SELECT m.kind, m.state, m.revision, m.office_id, (SELECT code FROM agency a WHERE a.id = m.agency_id),"
	"  encode(m.close_content, 'hex')"
	" FROM manifest m WHERE m.id = $3::uuid AND m.office_id = $1::int AND $2::int IS NULL FOR UPDATE OF m"};

static const struct pg_statement count_lines = {"manifest_count_lines",
	"SELECT coalesce(max(no), 0), count(*) FILTER (WHERE counts) FROM manifest_line WHERE manifest_id = $1::uuid"};
/* clang-format on */

void manifest_lock_ask(struct pg_trip *trip, const struct actor *actor, const struct uuid *id)
{
	struct pg_params *params = pg_trip_add(trip, &lock_manifest);

	scope_ask(params, actor);
	pg_params_uuid(params, id);
}

bool manifest_lock_at(const PGresult *rows, struct manifest_lock *ret_lock)
{
	if (pg_rows(rows) != 1) {
		return false;
	}
	*ret_lock = (struct manifest_lock){
		.kind = manifest_kind_from_wire(pg_text(rows, 0, 0)),
		.state = pg_text(rows, 0, 1),
		.revision = (int32_t)pg_int(rows, 0, 2),
		.office_id = (int32_t)pg_int(rows, 0, 3),
		.agency = pg_text(rows, 0, 4),
	};
	text_unhex(pg_text(rows, 0, 5), ret_lock->close_content.bytes,
		sizeof ret_lock->close_content.bytes);
	return true;
}

void manifest_lines_ask(struct pg_trip *trip, const struct uuid *id)
{
	pg_params_uuid(pg_trip_add(trip, &count_lines), id);
}

void manifest_lines_at(const PGresult *rows, struct manifest_lock *lock)
{
	lock->last_no = (int32_t)pg_int(rows, 0, 0);
	lock->counting = (int32_t)pg_int(rows, 0, 1);
}

static const struct pg_statement read_known = {"manifest_line_known",
	"SELECT id, encode(content, 'hex'), manifest_id = $2::uuid, no, counts, verdict, why, other_id,"
	"  other_name FROM manifest_line WHERE id = ANY($1::uuid[])"};

static void add_ids(struct pg_params *params, const struct manifest_line_new *lines, unsigned count)
{
	struct pg_array ids;

	pg_array_init(&ids, PG_UUID);
	for (unsigned i = 0; i < count; i++) {
		bool undoes = !uuid7_is_none(&lines[i].undoes);
		pg_array_uuid(&ids, undoes ? &lines[i].undoes : &lines[i].id);
	}
	pg_params_array(params, &ids);
}

void manifest_line_known_ask(struct pg_trip *trip, const struct uuid *manifest_id,
	const struct manifest_line_new *lines, unsigned count)
{
	struct pg_params *params = pg_trip_add(trip, &read_known);

	add_ids(params, lines, count);
	pg_params_uuid(params, manifest_id);
}

static void learn_known(const PGresult *rows, int row, struct manifest_line_new *line)
{
	struct digest content = {{0}};

	text_unhex(pg_text(rows, row, 1), content.bytes, sizeof content.bytes);
	line->was_known = true;
	line->is_same = pg_bool(rows, row, 2) &&
			memcmp(content.bytes, line->content.bytes, sizeof content.bytes) == 0;
	line->no = (int32_t)pg_int(rows, row, 3);
	line->counts = pg_bool(rows, row, 4);
	line->verdict = verdict_from_wire(pg_text(rows, row, 5));
	line->why = error_from_wire(pg_text(rows, row, 6));
	line->other = pg_uuid(rows, row, 7);
	g_strlcpy(line->other_name, pg_text(rows, row, 8), sizeof line->other_name);
}

void manifest_line_known_learn(
	const PGresult *rows, struct manifest_line_new *lines, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		lines[i].was_known = lines[i].has_target = lines[i].is_undone = false;
		lines[i].target_counts = false;
		lines[i].error = HOSO_OK;
		for (int row = 0; row < pg_rows(rows); row++) {
			struct uuid id = pg_uuid(rows, row, 0);
			if (uuid7_compare(&id, &lines[i].undoes) == 0) {
				lines[i].has_target = pg_bool(rows, row, 2);
				lines[i].target_counts = pg_bool(rows, row, 4);
			} else if (uuid7_compare(&id, &lines[i].id) == 0) {
				learn_known(rows, row, &lines[i]);
			}
		}
	}
}

/* clang-format off */
/* $1 manifest, $2 codes. LIMIT 1: one look per item. */
static const struct pg_statement read_facts = {"manifest_line_facts",
	"SELECT w.code, a.code AS agency, l.track,"
	"  (SELECT string_agg(coalesce(h.money_kind, '') || ':' || h.id, '/') FROM manifest_line h"
	"    WHERE h.manifest_id = $1::uuid AND h.item_code = w.code AND h.counts),"
	"  (SELECT h.actor FROM manifest_line h WHERE h.manifest_id = $1::uuid AND h.item_code = w.code AND h.counts"
	"    ORDER BY h.no LIMIT 1),"
	"  other.id, other.name"
	" FROM unnest($2::text[]) WITH ORDINALITY AS w(code, nth) LEFT JOIN leg l ON l.item_code = w.code"
	"  LEFT JOIN dossier d ON d.id = l.dossier_id LEFT JOIN agency a ON a.id = d.agency_id"
	"  LEFT JOIN LATERAL (SELECT m.id, e.actor AS name FROM manifest_line e JOIN manifest m ON m.id = e.manifest_id"
	"    WHERE e.item_code = w.code AND e.counts AND m.state = 'open' AND m.id <> $1::uuid"
	"    ORDER BY m.id LIMIT 1) AS other ON true ORDER BY w.nth",
	.is_binary = true};
/* clang-format on */

void manifest_line_facts_ask(struct pg_trip *trip, const struct uuid *manifest_id,
	const struct manifest_line_new *lines, unsigned count)
{
	struct pg_params *params = pg_trip_add(trip, &read_facts);
	struct pg_array codes;

	pg_params_uuid(params, manifest_id);
	pg_array_init(&codes, PG_TEXT);
	for (unsigned i = 0; i < count; i++) {
		pg_array_text(&codes, lines[i].code.text);
	}
	pg_params_array(params, &codes);
}

struct manifest_line_facts manifest_line_facts_at(
	const PGresult *rows, int row, struct leg_track *ret_track)
{
	size_t length = pg_bytes_length(rows, row, 2);
	g_autofree uint8_t *bytes = g_malloc(length + 1);

	return (struct manifest_line_facts){
		.code = pg_text(rows, row, 0),
		.agency = pg_text(rows, row, 1),
		.has_track = !pg_is_null(rows, row, 2) &&
			     (length == 0 || pg_bytes(rows, row, 2, bytes, length)) &&
			     track_decode(bytes, length, ret_track),
		.here = pg_text(rows, row, 3),
		.here_name = pg_text(rows, row, 4),
		.other = pg_uuid(rows, row, 5),
		.other_name = pg_text(rows, row, 6),
	};
}

/* clang-format off */
/* $1 manifest, $2 revision, $3 now, $4 account, $5 name, $6 device; then the lines' columns. */
static const struct pg_statement insert_lines = {"manifest_line_insert",
	"INSERT INTO manifest_line (manifest_id, revision, recorded_at, account_id, actor, device, id, no, item_code, counts,"
	"  verdict, why, other_id, other_name, complete, note, money_kind, amount_vnd, content, scanned_at, undone_at,"
	"  undone_by, undone_name)"
	" SELECT $1::uuid, $2::int, at($3::bigint), $4::bigint, $5, $6, id, no, code, counts AND NOT undone, verdict, why,"
	"  other, other_name, CASE complete WHEN 0 THEN false WHEN 1 THEN true END, note, nullif(kind, ''),"
	"  nullif(amount, -1), content, scanned, CASE WHEN undone THEN at($3::bigint) END,"
	"  CASE WHEN undone THEN $4::bigint END, CASE WHEN undone THEN $5 ELSE '' END"
	" FROM unnest($7::uuid[], $8::int[], $9::text[], $10::bool[], $11::text[], $12::text[], $13::uuid[], $14::text[],"
	"  $15::int[], $16::text[], $17::text[], $18::bigint[], $19::bytea[], $20::timestamptz[], $21::bool[])"
	"  AS n(id, no, code, counts, verdict, why, other, other_name, complete, note, kind, amount, content, scanned, undone)"};

/* $1 manifest, $2 revision, $3 now, $4 account, $5 name, $6 lines. Undone once: it says who was first. */
static const struct pg_statement undo_lines = {"manifest_line_undo",
	"UPDATE manifest_line SET counts = false, undone_at = at($3::bigint), undone_by = $4::bigint, undone_name = $5,"
	"  revision = $2::int WHERE manifest_id = $1::uuid AND id = ANY($6::uuid[]) AND undone_at IS NULL"};

static const struct pg_statement set_revision = {"manifest_set_revision",
	"UPDATE manifest SET revision = $2::int WHERE id = $1::uuid"};
/* clang-format on */

static void add_line(struct pg_array *columns, const struct manifest_line_new *line)
{
	pg_array_uuid(&columns[0], &line->id);
	pg_array_int(&columns[1], line->no);
	pg_array_text(&columns[2], line->code.text);
	pg_array_bool(&columns[3], line->counts);
	pg_array_text(&columns[4], verdict_wire(line->verdict));
	pg_array_text(&columns[5], error_wire(line->why));
	pg_array_uuid(&columns[6], &line->other);
	pg_array_text(&columns[7], line->other_name);
	pg_array_int(&columns[8], line->complete);
	pg_array_text(&columns[9], line->note);
	pg_array_text(&columns[10], line->money_kind);
	pg_array_int(&columns[11], line->amount_vnd);
	pg_array_bytes(&columns[12], line->content.bytes, sizeof line->content.bytes);
	pg_array_time(&columns[13], line->scanned_at_ms);
	pg_array_bool(&columns[14], line->is_undone);
}

static void begin_lines(struct pg_params *params, const struct actor *actor, const struct uuid *id,
	int32_t revision, int64_t now_ms)
{
	pg_params_uuid(params, id);
	pg_params_int(params, revision);
	pg_params_int(params, now_ms);
	pg_params_int(params, actor->account);
	pg_params_text(params, actor->name);
}

static void insert_all(
	struct pg_params *params, const struct manifest_line_new *lines, unsigned count)
{
	static const enum pg_type types[] = {PG_UUID, PG_INT4, PG_TEXT, PG_BOOL, PG_TEXT, PG_TEXT,
		PG_UUID, PG_TEXT, PG_INT4, PG_TEXT, PG_TEXT, PG_INT8, PG_BYTEA, PG_TIMESTAMPTZ,
		PG_BOOL};
	struct pg_array columns[G_N_ELEMENTS(types)];

	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		pg_array_init(&columns[i], types[i]);
	}
	for (unsigned i = 0; i < count; i++) {
		if (!lines[i].was_known && !lines[i].error && uuid7_is_none(&lines[i].undoes)) {
			add_line(columns, &lines[i]);
		}
	}
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		pg_params_array(params, &columns[i]);
	}
}

static void undo_all(
	struct pg_params *params, const struct manifest_line_new *lines, unsigned count)
{
	struct pg_array targets;

	pg_array_init(&targets, PG_UUID);
	for (unsigned i = 0; i < count; i++) {
		if (lines[i].has_target && !uuid7_is_none(&lines[i].undoes)) {
			pg_array_uuid(&targets, &lines[i].undoes);
		}
	}
	pg_params_array(params, &targets);
}

/* Undone first: the same item may stand here once, and comes again behind. */
void manifest_line_keep(struct pg_trip *trip, const struct actor *actor, const struct uuid *id,
	int32_t revision, const struct manifest_line_new *lines, unsigned count, int64_t now_ms)
{
	struct pg_params *params = pg_trip_add(trip, &undo_lines);

	begin_lines(params, actor, id, revision, now_ms);
	undo_all(params, lines, count);
	params = pg_trip_add(trip, &insert_lines);
	begin_lines(params, actor, id, revision, now_ms);
	pg_params_text(params, actor->device);
	insert_all(params, lines, count);
	params = pg_trip_add(trip, &set_revision);
	pg_params_uuid(params, id);
	pg_params_int(params, revision);
}

/* clang-format off */
/* $3 manifest, $4 line. */
/* $5 complete: -1, 0, 1; $6 note; $7 amount or -1: what is not said stays. */
static const struct pg_statement check_line = {"manifest_line_check",
	"WITH head AS (UPDATE manifest m SET revision = m.revision + 1 FROM manifest_line l"
	"   WHERE m.id = $3::uuid AND m.state = 'open' AND l.id = $4::uuid AND l.manifest_id = m.id AND l.counts"
	"    AND m.office_id = $1::int AND $2::int IS NULL RETURNING m.revision),"
	" done AS (UPDATE manifest_line l SET"
	"   complete = CASE $5::int WHEN 0 THEN false WHEN 1 THEN true ELSE l.complete END,"
	"   note = coalesce($6, l.note), amount_vnd = coalesce(nullif($7::bigint, -1), l.amount_vnd),"
	"   revision = head.revision FROM head WHERE l.id = $4::uuid RETURNING l.id)"
	" SELECT EXISTS (SELECT FROM done)"
	" FROM manifest_line l WHERE l.id = $4::uuid AND l.manifest_id = $3::uuid"};
/* clang-format on */

void manifest_line_change_ask(struct pg_trip *trip, const struct actor *actor,
	const struct uuid *manifest_id, const struct manifest_line_change *change)
{
	struct pg_params *params;

	pg_trip_add(trip, &pg_begin);
	manifest_lock_ask(trip, actor, manifest_id);
	params = pg_trip_add(trip, &check_line);
	scope_ask(params, actor);
	pg_params_uuid(params, manifest_id);
	pg_params_uuid(params, &change->line);
	pg_params_int(params, change->complete);
	pg_params_text_or_null(params, change->note);
	pg_params_int(params, change->amount_vnd);
	pg_trip_add(trip, &pg_commit);
}

enum hoso_error manifest_line_changed(const struct pg_trip *trip)
{
	const PGresult *rows = trip->results[2];
	struct manifest_lock lock;

	if (!manifest_lock_at(trip->results[1], &lock) || pg_rows(rows) == 0) {
		return HOSO_NOT_FOUND;
	}
	if (pg_bool(rows, 0, 0)) {
		return HOSO_OK;
	}
	return strcmp(lock.state, "open") == 0 ? HOSO_CONFLICT : HOSO_MANIFEST_CLOSED;
}

/* clang-format off */
/* $1 manifest, $2 now, $3 account, $4 name; $5 signed, $6 signer, $7 unit, $8 its account, $9 minutes, $10 content, $11 hash */
static const struct pg_statement keep_results = {"manifest_keep_results",
	"UPDATE manifest_line l SET event_verdict = n.verdict, event_why = n.why"
	" FROM unnest($1::uuid[], $2::text[], $3::text[]) AS n(id, verdict, why) WHERE l.id = n.id"};

static const struct pg_statement close_manifest = {"manifest_close",
	"UPDATE manifest SET state = 'closed', closed_at = at($2::bigint), closed_by = $3::bigint, closed_name = $4,"
	"  signed_at = at($5::bigint), signer = $6, signer_unit = $7, signer_account_id = nullif($8::bigint, 0),"
	"  minutes = $9, close_content = $10::bytea, hash = $11::bytea WHERE id = $1::uuid"};
/* clang-format on */

static void keep_all_results(
	struct pg_trip *trip, const struct manifest_line_result *results, unsigned count)
{
	static const enum pg_type types[] = {PG_UUID, PG_TEXT, PG_TEXT};
	struct pg_params *params = pg_trip_add(trip, &keep_results);
	struct pg_array columns[G_N_ELEMENTS(types)];

	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		pg_array_init(&columns[i], types[i]);
	}
	for (unsigned i = 0; i < count; i++) {
		pg_array_uuid(&columns[0], &results[i].id);
		pg_array_text(&columns[1], verdict_wire(results[i].verdict));
		pg_array_text(&columns[2], error_wire(results[i].why));
	}
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		pg_params_array(params, &columns[i]);
	}
}

void manifest_close_keep(struct pg_trip *trip, const struct actor *actor,
	const struct manifest_close *close, const struct manifest_line_result *results,
	unsigned count, int64_t now_ms)
{
	struct pg_params *params;

	if (count > 0) {
		keep_all_results(trip, results, count);
	}
	params = pg_trip_add(trip, &close_manifest);
	pg_params_uuid(params, &close->id);
	pg_params_int(params, now_ms);
	pg_params_int(params, actor->account);
	pg_params_text(params, actor->name);
	pg_params_int(params, close->signed_at_ms);
	pg_params_text(params, close->signer);
	pg_params_text(params, close->signer_unit);
	pg_params_int(params, close->signer_account);
	pg_params_text(params, close->minutes);
	pg_params_bytes(params, close->content.bytes, sizeof close->content.bytes);
	pg_params_bytes(params, close->hash.bytes, sizeof close->hash.bytes);
}
