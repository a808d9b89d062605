#include "store/outbox_list.h"

#include <string.h>

#include <glib.h>

#include <hoso/limits.h>

#include "store/scope.h"

bool outbox_list_is_state(const char *word)
{
	static const char *const states[] = {
		"waiting_code", "ready", "done", "dead", "skipped", NULL};

	return g_strv_contains(states, word);
}

/* clang-format off */
static const struct pg_statement read_lines = {"outbox_list_read",
	"SELECT x.id, x.event_id, x.dossier_id, d.code, x.item_code, x.dseq, x.kind, x.state, x.attempt,"
	"  x.failures, x.in_doubt, ms(x.next_at), x.last_error, x.answer, ms(x.created_at),"
	"  ms(x.settled_at), a.name, x.settled_why"
	" FROM outbox x JOIN dossier d ON d.id = x.dossier_id LEFT JOIN account a ON a.id = x.settled_by"
	" WHERE ($3::text IS NULL OR x.state = $3) AND x.id < $4::bigint AND " SCOPE_SEES_DOSSIER
	" ORDER BY x.id DESC LIMIT $5::bigint"};
/* clang-format on */

void outbox_list_ask(struct pg_trip *trip, const struct actor *actor, const char *state,
	int64_t before, unsigned limit)
{
	struct pg_params *params = pg_trip_add(trip, &read_lines);

	scope_ask(params, actor);
	pg_params_text(params, state);
	pg_params_int(params, before ? before : INT64_MAX);
	pg_params_int(params, limit + 1);
}

int outbox_list_count(const struct pg_trip *trip)
{
	return PQntuples(trip->results[0]);
}

struct outbox_line outbox_list_at(const struct pg_trip *trip, int row)
{
	const PGresult *rows = trip->results[0];

	return (struct outbox_line){
		.id = pg_int(rows, row, 0),
		.event_id = pg_uuid(rows, row, 1),
		.dossier_id = pg_uuid(rows, row, 2),
		.dossier_code = pg_text(rows, row, 3),
		.item_code = pg_text(rows, row, 4),
		.dseq = pg_int(rows, row, 5),
		.kind = pg_text(rows, row, 6),
		.state = pg_text(rows, row, 7),
		.attempts = pg_int(rows, row, 8),
		.failures = pg_int(rows, row, 9),
		.in_doubt = pg_bool(rows, row, 10),
		.next_at_ms = pg_int(rows, row, 11),
		.last_error = pg_text(rows, row, 12),
		.answer = pg_text(rows, row, 13),
		.created_at_ms = pg_int(rows, row, 14),
		.settled_at_ms = pg_int(rows, row, 15),
		.settled_by = pg_text(rows, row, 16),
		.settled_why = pg_text(rows, row, 17),
	};
}

/*
 * $3 how many of each are looked at. Before the scope, by the indexes of what is due and of what is dead: there is no
 * other way to lines that are not done. A line that waits for its dossier's code is the agency's business, not the road's.
 */
/* clang-format off */
static const struct pg_statement counts = {"outbox_list_counts",
	"WITH line AS MATERIALIZED ((SELECT * FROM outbox WHERE state = 'ready' ORDER BY next_at LIMIT $3)"
	"  UNION ALL (SELECT * FROM outbox WHERE state = 'dead' ORDER BY id LIMIT $3)),"
	" seen AS MATERIALIZED (SELECT x.*, d.code, CASE WHEN x.state = 'dead' THEN 2"
	"   WHEN (SELECT true FROM outbox e WHERE e.dossier_id = x.dossier_id AND e.dseq < x.dseq"
	"    AND e.state IN ('waiting_code', 'dead') LIMIT 1) THEN 1 ELSE 0 END AS grp"
	"  FROM line x JOIN dossier d ON d.id = x.dossier_id WHERE " SCOPE_SEES_DOSSIER "),"
	" oldest AS (SELECT DISTINCT ON (grp) *, count(*) OVER (PARTITION BY grp) AS n FROM seen ORDER BY grp, created_at, id)"
	" SELECT coalesce((SELECT max(n) FROM (SELECT count(*) AS n FROM line GROUP BY state) l) >= $3, false),"
	"  o.grp, o.n, o.id, o.code, o.item_code, o.kind, o.last_error, o.answer, ms(o.created_at)"
	" FROM (SELECT) one LEFT JOIN oldest o ON true"};
/* clang-format on */

void outbox_list_ask_counts(struct pg_trip *trip, const struct actor *actor)
{
	struct pg_params *params = pg_trip_add(trip, &counts);

	scope_ask(params, actor);
	pg_params_int(params, OUTBOX_COUNT_MAX);
}

bool outbox_list_counts(const struct pg_trip *trip, struct outbox_sum ret_sums[OUTBOX_GROUP_COUNT])
{
	const PGresult *rows = trip->results[0];

	memset(ret_sums, 0, OUTBOX_GROUP_COUNT * sizeof *ret_sums);
	for (int row = 0; row < pg_rows(rows) && !pg_is_null(rows, row, 1); row++) {
		ret_sums[pg_int(rows, row, 1)] = (struct outbox_sum){
			.count = pg_int(rows, row, 2),
			.oldest = {.id = pg_int(rows, row, 3),
				.dossier_code = pg_text(rows, row, 4),
				.item_code = pg_text(rows, row, 5),
				.kind = pg_text(rows, row, 6),
				.last_error = pg_text(rows, row, 7),
				.answer = pg_text(rows, row, 8),
				.created_at_ms = pg_int(rows, row, 9)},
		};
	}
	return !pg_bool(rows, 0, 0);
}

/*
 * $3 account, $4 line, $5 reason. attempt is the fence of a claim: with a new number, an answer
 * that comes late cannot undo what a person decided.
 */
/* clang-format off */
#define SETTLE(action, change) \
	"WITH seen AS (SELECT x.id FROM outbox x JOIN dossier d ON d.id = x.dossier_id" \
	"  WHERE x.id = $4::bigint AND " SCOPE_SEES_DOSSIER ")," \
	" settled AS (UPDATE outbox SET attempt = attempt + 1, lease_until = NULL, lease_owner = NULL," \
	"   " change \
	"  WHERE id IN (SELECT id FROM seen) AND state IN ('dead', 'ready')" \
	"   AND (lease_until IS NULL OR lease_until < now()) RETURNING id)," \
	" noted AS (INSERT INTO audit (account_id, action, subject, detail)" \
	"  SELECT $3::bigint, '" action "', id::text, $5::text FROM settled)" \
	" SELECT EXISTS (SELECT FROM seen), EXISTS (SELECT FROM settled)"

static const struct pg_statement retry = {"outbox_list_retry",
	SETTLE("outbox.retry", "state = 'ready', next_at = now(), failures = 0, settled_at = NULL")};

static const struct pg_statement skip = {"outbox_list_skip",
	SETTLE("outbox.skip", "state = 'skipped', settled_at = now(), settled_by = $3::bigint,"
		" settled_why = $5::text")};
/* clang-format on */

static void settle(struct pg_trip *trip, const struct pg_statement *statement,
	const struct actor *actor, int64_t id, const char *reason)
{
	struct pg_params *params;

	pg_trip_add(trip, &pg_begin);
	params = pg_trip_add(trip, statement);
	scope_ask(params, actor);
	pg_params_int(params, actor->account);
	pg_params_int(params, id);
	pg_params_text(params, reason);
	pg_trip_add(trip, &pg_commit);
}

void outbox_list_retry(struct pg_trip *trip, const struct actor *actor, int64_t id)
{
	settle(trip, &retry, actor, id, "");
}

void outbox_list_skip(
	struct pg_trip *trip, const struct actor *actor, int64_t id, const char *reason)
{
	settle(trip, &skip, actor, id, reason);
}

enum hoso_error outbox_list_settled(const struct pg_trip *trip)
{
	if (!pg_bool(trip->results[1], 0, 0)) {
		return HOSO_NOT_FOUND;
	}
	return pg_bool(trip->results[1], 0, 1) ? HOSO_OK : HOSO_CONFLICT;
}
