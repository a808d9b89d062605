#include "store/road.h"

#include <hoso/limits.h>

static const struct pg_statement tell = {"road_tell",
	"INSERT INTO portal_road AS r (daemon, closed_by, since, told_at) VALUES ($1, $2, now(), now())"
	" ON CONFLICT (daemon) DO UPDATE SET closed_by = excluded.closed_by, told_at = now(),"
	"  since = CASE WHEN (r.closed_by = '') = (excluded.closed_by = '') THEN r.since ELSE now() END"};

void road_tell(struct pg_trip *trip, const char *daemon, enum hoso_error closed_by)
{
	struct pg_params *params;

	pg_trip_add(trip, &pg_begin);
	params = pg_trip_add(trip, &tell);
	pg_params_text(params, daemon);
	pg_params_text(params, closed_by ? error_wire(closed_by) : "");
	pg_trip_add(trip, &pg_commit);
}

static const struct pg_statement forget = {
	"road_forget", "DELETE FROM portal_road WHERE daemon = $1"};

void road_forget(struct pg_trip *trip, const char *daemon)
{
	pg_trip_add(trip, &pg_begin);
	pg_params_text(pg_trip_add(trip, &forget), daemon);
	pg_trip_add(trip, &pg_commit);
}

static const struct pg_statement words = {"road_words",
	"SELECT count(*), count(*) FILTER (WHERE closed_by <> ''), ms(min(since) FILTER (WHERE closed_by <> '')),"
	"  (array_agg(closed_by ORDER BY since) FILTER (WHERE closed_by <> ''))[1]"
	" FROM portal_road WHERE told_at > now() - $1 * interval '1 millisecond'"};

void road_ask(struct pg_trip *trip)
{
	pg_params_int(pg_trip_add(trip, &words), ROAD_SILENT_MS);
}

struct road_word road_learn(const PGresult *rows)
{
	return (struct road_word){
		.daemons = pg_int(rows, 0, 0),
		.closed = pg_int(rows, 0, 1),
		.since_ms = pg_int(rows, 0, 2),
		.closed_by = pg_text(rows, 0, 3),
	};
}
