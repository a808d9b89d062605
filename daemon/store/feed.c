#include "store/feed.h"

#include "store/dossier_row.h"
#include "store/scope.h"

#define STRING(number) #number
#define ROWS(number) STRING(number)

/*
 * Looked at first, judged then: a reader with a small scope must not make one statement walk
 * through all events. The last row only says how far was looked, when that is further than what is
 * shown. OFFSET 0, LIMIT 1: judged one after the other, until the page is full; the planner would judge all.
 */
/* clang-format off */
static const struct pg_statement read_feed = {"feed_read",
	"WITH looked AS MATERIALIZED (SELECT * FROM event"
	"  WHERE (txid, id) > ($3::bigint, coalesce($4::uuid, uuid7_floor('epoch')))"
	"   AND txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
	"  ORDER BY txid, id LIMIT " ROWS(FEED_LOOK_MAX) "),"
	" shown AS MATERIALIZED (SELECT k.* FROM (SELECT * FROM looked ORDER BY txid, id OFFSET 0) AS k"
	"  CROSS JOIN LATERAL (SELECT one.* FROM dossier one WHERE one.id ="
	"    coalesce((SELECT l.dossier_id FROM leg l WHERE l.id = k.leg_id), k.dossier_id) LIMIT 1) AS d"
	"  WHERE " SCOPE_SEES_DOSSIER " ORDER BY k.txid, k.id LIMIT $5::bigint),"
	" furthest AS (SELECT * FROM looked WHERE (SELECT count(*) FROM shown) < $5::bigint"
	"  ORDER BY txid DESC, id DESC LIMIT 1)"
	" SELECT " EVENT_COLUMNS ", e.txid, true AS is_shown FROM shown e" EVENT_JOINS
	" UNION ALL SELECT " EVENT_COLUMNS ", e.txid, false FROM furthest e" EVENT_JOINS
	" ORDER BY txid, id, is_shown DESC"};
/* clang-format on */

enum feed_step { STEP_PLAN, STEP_ROWS };
enum feed_column { FEED_TXID = EVENT_COLUMN_COUNT, FEED_IS_SHOWN };

void feed_ask(struct pg_trip *trip, const struct actor *actor, const struct feed_place *after,
	unsigned limit)
{
	struct pg_params *params;

	pg_trip_add(trip, &scope_plan_once);
	params = pg_trip_add(trip, &read_feed);
	scope_ask(params, actor);
	pg_params_int(params, after->txid);
	pg_params_uuid(params, &after->id);
	pg_params_int(params, limit);
}

int feed_count(const struct pg_trip *trip)
{
	int rows = PQntuples(trip->results[STEP_ROWS]);

	return rows > 0 && !pg_bool(trip->results[STEP_ROWS], rows - 1, FEED_IS_SHOWN) ? rows - 1
										       : rows;
}

struct dossier_event feed_event_at(const struct pg_trip *trip, int row)
{
	return dossier_row_read_event(trip->results[STEP_ROWS], row, 0);
}

struct feed_place feed_next(const struct pg_trip *trip, const struct feed_place *after)
{
	int rows = PQntuples(trip->results[STEP_ROWS]);

	if (rows == 0) {
		return *after;
	}
	return (struct feed_place){
		.txid = pg_int(trip->results[STEP_ROWS], rows - 1, FEED_TXID),
		.id = pg_uuid(trip->results[STEP_ROWS], rows - 1, 0),
	};
}
