#include "store/outbox.h"

#include <glib.h>

#include <hoso/limits.h>

/*
 * Head of line per dossier, never across dossiers: a row goes only when nothing before it in its dossier
 * is unfinished. Two daemons cannot take the same row: SKIP LOCKED, and the lease is checked again on the
 * row's newest version.
 */
static const struct pg_statement claim = {"outbox_claim",
	"WITH due AS MATERIALIZED ("
	"  SELECT o.id, o.in_doubt FROM outbox o"
	"  WHERE o.state = 'ready' AND o.next_at <= now() AND (o.lease_until IS NULL OR o.lease_until < now())"
	"   AND NOT EXISTS (SELECT FROM outbox e WHERE e.dossier_id = o.dossier_id AND e.dseq < o.dseq"
	"    AND e.state IN ('waiting_code', 'ready', 'dead'))"
	"  ORDER BY o.next_at LIMIT $1 FOR UPDATE OF o SKIP LOCKED)"
	" UPDATE outbox u SET attempt = u.attempt + 1, in_doubt = true, lease_owner = $2,"
	"  lease_until = now() + $3 * interval '1 millisecond'"
	" FROM due, dossier d WHERE u.id = due.id AND d.id = u.dossier_id"
	" RETURNING u.id, u.dossier_id, d.code, u.attempt, u.failures, ms(now()) - ms(u.created_at), due.in_doubt, u.line, d.words"};

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
	"UPDATE outbox SET state = $3, next_at = now() + $4 * interval '1 millisecond', failures = failures + $5,"
	"  in_doubt = $6, last_error = $7, answer = $8, lease_until = NULL, lease_owner = NULL,"
	"  settled_at = CASE WHEN $3 = 'ready' THEN NULL ELSE now() END"
	" WHERE id = $1 AND attempt = $2 AND state = 'ready'"};

void outbox_settle(struct pg_trip *trip, int64_t id, int64_t attempt,
	const struct outbox_settlement *settlement)
{
	struct pg_params *params;

	pg_trip_add(trip, &pg_begin);
	params = pg_trip_add(trip, &settle);
	pg_params_int(params, id);
	pg_params_int(params, attempt);
	pg_params_text(params, settlement->state);
	pg_params_int(params, settlement->delay_ms);
	pg_params_int(params, settlement->counted);
	pg_params_bool(params, settlement->in_doubt);
	pg_params_text(params, settlement->error ? error_wire(settlement->error) : "");
	pg_params_text(params, settlement->answer);
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
