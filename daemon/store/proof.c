#include "store/proof.h"

#include <hoso/limits.h>

#include "store/scope.h"

/* clang-format off */
/* One at a time for one content: what follows sees what the one before has written. */
static const struct pg_statement lock = {"proof_lock",
	"SELECT pg_advisory_xact_lock(hashtextextended(encode($1::bytea, 'hex'), 7236010))"};

#define USED \
	"(SELECT coalesce(sum(length(bytes)), 0) FROM proof" \
	"  WHERE account_id = $2::bigint AND created_at > now() - interval '1 day')" \
	" + (SELECT coalesce(sum(length(bytes)), 0) FROM proof_part" \
	"  WHERE account_id = $2::bigint AND created_at > now() - interval '1 day')"

#define HAVE \
	"(SELECT coalesce(sum(length(bytes)), 0) FROM proof_part WHERE sha256 = $1::bytea AND account_id = $2::bigint)"

/* $3 from, $4 total, $5 media, $6 bytes, $7 quota. The parts of one proof agree on what it is. */
static const struct pg_statement add_part = {"proof_add_part",
	"INSERT INTO proof_part (sha256, account_id, from_byte, total, media, bytes)"
	" SELECT $1::bytea, $2::bigint, $3::int, $4::int, $5::text, $6::bytea"
	" WHERE NOT EXISTS (SELECT FROM proof WHERE sha256 = $1::bytea) AND " HAVE " = $3::int"
	"  AND NOT EXISTS (SELECT FROM proof_part WHERE sha256 = $1::bytea AND account_id = $2::bigint"
	"   AND (total <> $4::int OR media <> $5::text))"
	"  AND " USED " + length($6::bytea) <= $7::bigint"
	" RETURNING true"};

static const struct pg_statement complete = {"proof_complete",
	"WITH whole AS (SELECT min(media) AS media, min(total) AS total, string_agg(bytes, '' ORDER BY from_byte) AS bytes"
	"  FROM proof_part WHERE sha256 = $1::bytea AND account_id = $2::bigint),"
	" made AS (INSERT INTO proof (sha256, media, bytes, account_id, keep_until)"
	"  SELECT $1::bytea, media, bytes, $2::bigint, now() + $3::int * interval '1 day' FROM whole"
	"  WHERE length(bytes) = total AND sha256(bytes) = $1::bytea"
	"  ON CONFLICT DO NOTHING RETURNING created_at)"
	" UPDATE proof_use SET came_at = made.created_at FROM made WHERE sha256 = $1::bytea AND came_at IS NULL"};

/* All of it is there, rightly or wrongly; or somebody else has brought it. */
static const struct pg_statement drop_parts = {"proof_drop_parts",
	"DELETE FROM proof_part WHERE sha256 = $1::bytea AND (EXISTS (SELECT FROM proof WHERE sha256 = $1::bytea)"
	"  OR account_id = $2::bigint AND " HAVE " = total) RETURNING true"};

static const struct pg_statement look = {"proof_look",
	"SELECT (SELECT length(bytes) FROM proof WHERE sha256 = $1::bytea), " HAVE ", " USED};

/* A picture is seen for the dossiers that its events belong to now; a voided event's is kept, and seen too. */
static const struct pg_statement read_proof = {"proof_read",
	"WITH found AS (SELECT DISTINCT d.id FROM proof_use u JOIN leg l ON l.id = u.leg_id"
	"  JOIN dossier d ON d.id = l.dossier_id WHERE u.sha256 = $3::bytea AND " SCOPE_SEES_DOSSIER "),"
	" seen AS (INSERT INTO view_log (account_id, what, dossier_id) SELECT $4::bigint, 'proof', found.id"
	"  FROM found WHERE EXISTS (SELECT FROM proof WHERE sha256 = $3::bytea))"
	" SELECT media, bytes FROM proof WHERE sha256 = $3::bytea AND EXISTS (SELECT FROM found)",
	.is_binary = true};
/* clang-format on */

enum put_step { PUT_BEGIN, PUT_LOCK, PUT_ADD, PUT_COMPLETE, PUT_DROP, PUT_LOOK, PUT_COMMIT };

static struct pg_params *add(struct pg_trip *trip, const struct pg_statement *statement,
	const struct digest *sha256, int64_t account)
{
	struct pg_params *params = pg_trip_add(trip, statement);

	pg_params_bytes(params, sha256->bytes, sizeof sha256->bytes);
	pg_params_int(params, account);
	return params;
}

void proof_put(struct pg_trip *trip, int64_t account, const struct proof_part *part)
{
	struct pg_params *params;

	pg_trip_add(trip, &pg_begin);
	params = pg_trip_add(trip, &lock);
	pg_params_bytes(params, part->sha256.bytes, sizeof part->sha256.bytes);
	params = add(trip, &add_part, &part->sha256, account);
	pg_params_int(params, (int64_t)part->from);
	pg_params_int(params, (int64_t)part->total);
	pg_params_text(params, part->media);
	pg_params_bytes(params, part->bytes, part->length);
	pg_params_int(params, PROOF_DAY_BYTES_MAX);
	params = add(trip, &complete, &part->sha256, account);
	pg_params_int(params, PROOF_ORPHAN_DAYS);
	add(trip, &drop_parts, &part->sha256, account);
	add(trip, &look, &part->sha256, account);
	pg_trip_add(trip, &pg_commit);
}

struct proof_put proof_put_outcome(const struct pg_trip *trip, size_t length)
{
	const PGresult *seen = trip->results[PUT_LOOK];
	struct proof_put put = {
		.is_complete = !pg_is_null(seen, 0, 0),
		.is_taken = PQntuples(trip->results[PUT_ADD]) > 0,
	};

	put.is_wrong = !put.is_complete && PQntuples(trip->results[PUT_DROP]) > 0;
	put.have = put.is_complete ? pg_int(seen, 0, 0) : pg_int(seen, 0, 1);
	put.over_quota =
		!put.is_taken && pg_int(seen, 0, 2) + (int64_t)length > PROOF_DAY_BYTES_MAX;
	return put;
}

void proof_ask_progress(struct pg_trip *trip, int64_t account, const struct digest *sha256)
{
	add(trip, &look, sha256, account);
}

int64_t proof_progress(const struct pg_trip *trip, bool *ret_complete)
{
	const PGresult *seen = trip->results[0];

	*ret_complete = !pg_is_null(seen, 0, 0);
	return pg_int(seen, 0, *ret_complete ? 0 : 1);
}

void proof_ask(struct pg_trip *trip, const struct actor *actor, const struct digest *sha256)
{
	struct pg_params *params = pg_trip_add(trip, &read_proof);

	scope_ask(params, actor);
	pg_params_bytes(params, sha256->bytes, sizeof sha256->bytes);
	pg_params_int(params, actor->account);
}

bool proof_learn(const struct pg_trip *trip, const char **ret_media, const void **ret_bytes,
	size_t *ret_length)
{
	const PGresult *rows = trip->results[0];

	if (PQntuples(rows) != 1) {
		return false;
	}
	*ret_media = pg_text(rows, 0, 0);
	*ret_bytes = PQgetvalue(rows, 0, 1);
	*ret_length = pg_bytes_length(rows, 0, 1);
	return true;
}
