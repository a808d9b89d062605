#include "store/skew.h"

#include <hoso/limits.h>

/* Two daemons that hear of a device at once record it once: the second looks when the first has committed. */
static const struct pg_statement alone = {"skew_alone",
	"SELECT pg_advisory_xact_lock(7236003, hashtext($1::bigint::text || '/' || $2::text))"};

/* $3 when, $4 offset, $5 what is no news. As device_clock_is_news(). */
static const struct pg_statement tell = {"skew_tell",
	"WITH last AS (SELECT offset_ms FROM device_clock WHERE account_id = $1 AND device = $2"
	"  ORDER BY noted_at DESC LIMIT 1),"
	" fresh AS (INSERT INTO device_clock (account_id, device, noted_at, offset_ms)"
	"  SELECT $1, $2, at($3), $4 WHERE abs($4::bigint - coalesce((SELECT offset_ms FROM last), 0)) >= $5::bigint"
	"  ON CONFLICT DO NOTHING RETURNING offset_ms)"
	" SELECT coalesce((SELECT offset_ms FROM fresh), (SELECT offset_ms FROM last), 0)"};

enum skew_step { SKEW_BEGIN, SKEW_ALONE, SKEW_TELL };

void skew_tell(
	struct pg_trip *trip, const struct actor *actor, int64_t noted_at_ms, int64_t offset_ms)
{
	struct pg_params *params;

	pg_trip_add(trip, &pg_begin);
	params = pg_trip_add(trip, &alone);
	pg_params_int(params, actor->account);
	pg_params_text(params, actor->device);
	params = pg_trip_add(trip, &tell);
	pg_params_int(params, actor->account);
	pg_params_text(params, actor->device);
	pg_params_int(params, noted_at_ms);
	pg_params_int(params, offset_ms);
	pg_params_int(params, DEVICE_CLOCK_STEP_MS);
	pg_trip_add(trip, &pg_commit);
}

int64_t skew_learn(const struct pg_trip *trip)
{
	return pg_int(trip->results[SKEW_TELL], 0, 0);
}
