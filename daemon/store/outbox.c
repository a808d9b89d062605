#include "store/outbox.h"

#include <glib.h>

#include <hoso/limits.h>

/*
 * Head of line per dossier, never across dossiers: a row goes only when nothing before it in its dossier
 * is unfinished. Two daemons cannot take the same row: SKIP LOCKED, and the lease is checked again on the
 * row's newest version. Subqueries and an array instead of joins: whoever plans this does not know how few
 * rows $1 lets through, and would read whole tables for a join.
 */
static const struct pg_statement claim = {"outbox_claim",
	"WITH due AS MATERIALIZED ("
	"  SELECT o.id, o.in_doubt FROM outbox o"
	"  WHERE o.state = 'ready' AND o.next_at <= now() AND (o.lease_until IS NULL OR o.lease_until < now())"
	"   AND (SELECT true FROM outbox e WHERE e.dossier_id = o.dossier_id AND e.dseq < o.dseq"
	"    AND e.state IN ('waiting_code', 'ready', 'dead') LIMIT 1) IS NULL"
	"  ORDER BY o.next_at LIMIT $1 FOR UPDATE OF o SKIP LOCKED)"
	" UPDATE outbox u SET attempt = u.attempt + 1, in_doubt = true, lease_owner = $2,"
	"  lease_until = now() + $3 * interval '1 millisecond'"
	" WHERE u.id = ANY (ARRAY(SELECT id FROM due))"
	" RETURNING u.id, u.dossier_id, (SELECT code FROM dossier d WHERE d.id = u.dossier_id), u.attempt,"
	"  u.failures, ms(now()) - ms(u.created_at), (SELECT due.in_doubt FROM due WHERE due.id = u.id), u.line,"
	"  (SELECT words FROM dossier d WHERE d.id = u.dossier_id)"};

void outbox_claim(struct pg_trip *trip, unsigned limit, const char *owner)
{
	struct pg_params *params;

	pg_trip_add(trip, &pg_begin);
	params = pg_trip_add(trip, &claim);
	pg_params_int(params, limit);
	pg_params_text(params, owner);
	pg_params_int(params, OUTBOX_LEASE_MS);
	pg_trip_add(trip, &pg_commit);
}

struct outbox_row outbox_learn(const PGresult *rows, int row)
{
	struct outbox_row claimed = {
		.id = pg_int(rows, row, 0),
		.dossier_id = pg_uuid(rows, row, 1),
		.attempt = pg_int(rows, row, 3),
		.failures = pg_int(rows, row, 4),
		.age_ms = pg_int(rows, row, 5),
		.in_doubt = pg_bool(rows, row, 6),
		.line = pg_text(rows, row, 7),
		.words = pg_text(rows, row, 8),
	};

	g_strlcpy(
		claimed.dossier_code.text, pg_text(rows, row, 2), sizeof claimed.dossier_code.text);
	return claimed;
}

static const struct pg_statement settle = {"outbox_settle",
	"UPDATE outbox u SET state = n.state, next_at = now() + n.delay_ms * interval '1 millisecond',"
	"  failures = u.failures + n.counted, in_doubt = n.in_doubt, last_error = n.error, answer = n.answer,"
	"  lease_until = NULL, lease_owner = NULL, settled_at = CASE WHEN n.state = 'ready' THEN NULL ELSE now() END"
	" FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::int[], $6::bool[], $7::text[],"
	"  $8::text[]) AS n(id, attempt, state, delay_ms, counted, in_doubt, error, answer)"
	" WHERE u.id = n.id AND u.attempt = n.attempt AND u.state = 'ready'"};

enum settle_column {
	S_ID,
	S_ATTEMPT,
	S_STATE,
	S_DELAY,
	S_COUNTED,
	S_IN_DOUBT,
	S_ERROR,
	S_ANSWER,
	S_COLUMN_COUNT
};

static void add_settled(struct pg_array *columns, const struct outbox_settled *row)
{
	const struct outbox_settlement *settlement = &row->settlement;

	pg_array_int(&columns[S_ID], row->id);
	pg_array_int(&columns[S_ATTEMPT], row->attempt);
	pg_array_text(&columns[S_STATE], settlement->state);
	pg_array_int(&columns[S_DELAY], settlement->delay_ms);
	pg_array_int(&columns[S_COUNTED], settlement->counted);
	pg_array_bool(&columns[S_IN_DOUBT], settlement->in_doubt);
	pg_array_text(&columns[S_ERROR], settlement->error ? error_wire(settlement->error) : "");
	pg_array_text(&columns[S_ANSWER], settlement->answer ? settlement->answer : "");
}

void outbox_settle(struct pg_trip *trip, const struct outbox_settled *rows, unsigned count)
{
	static const enum pg_type types[S_COLUMN_COUNT] = {[S_ID] = PG_INT8,
		[S_ATTEMPT] = PG_INT8,
		[S_STATE] = PG_TEXT,
		[S_DELAY] = PG_INT8,
		[S_COUNTED] = PG_INT4,
		[S_IN_DOUBT] = PG_BOOL,
		[S_ERROR] = PG_TEXT,
		[S_ANSWER] = PG_TEXT};
	struct pg_array columns[S_COLUMN_COUNT];
	struct pg_params *params;

	for (int column = 0; column < S_COLUMN_COUNT; column++) {
		pg_array_init(&columns[column], types[column]);
	}
	for (unsigned i = 0; i < count; i++) {
		add_settled(columns, &rows[i]);
	}
	pg_trip_add(trip, &pg_begin);
	params = pg_trip_add(trip, &settle);
	for (int column = 0; column < S_COLUMN_COUNT; column++) {
		pg_params_array(params, &columns[column]);
	}
	pg_trip_add(trip, &pg_commit);
}

static const struct pg_statement renew = {"outbox_renew",
	"UPDATE outbox SET lease_until = now() + $3 * interval '1 millisecond'"
	" WHERE id = ANY($1::bigint[]) AND lease_owner = $2 AND state = 'ready'"};

void outbox_renew(struct pg_trip *trip, const int64_t *ids, unsigned count, const char *owner)
{
	struct pg_params *params;
	struct pg_array array;

	pg_array_init(&array, PG_INT8);
	for (unsigned i = 0; i < count; i++) {
		pg_array_int(&array, ids[i]);
	}
	pg_trip_add(trip, &pg_begin);
	params = pg_trip_add(trip, &renew);
	pg_params_array(params, &array);
	pg_params_text(params, owner);
	pg_params_int(params, OUTBOX_LEASE_MS);
	pg_trip_add(trip, &pg_commit);
}

static const struct pg_statement revive = {"outbox_revive",
	"UPDATE outbox SET state = 'ready', next_at = now(), settled_at = NULL"
	" WHERE state = 'dead' AND settled_by IS NULL AND settled_at > now() - $1 * interval '1 millisecond'"};

void outbox_revive(struct pg_trip *trip, int64_t window_ms)
{
	pg_trip_add(trip, &pg_begin);
	pg_params_int(pg_trip_add(trip, &revive), window_ms);
	pg_trip_add(trip, &pg_commit);
}
