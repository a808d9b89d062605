#include "store/shelf.h"

static const struct pg_statement insert = {"shelf_insert",
	"INSERT INTO quarantine (event_id, account_id, item_code, kind, occurred_at, data, sqlstate)"
	" VALUES ($1, $2, $3, $4, at($5), $6, $7) ON CONFLICT (event_id) DO NOTHING"};

void shelf_keep(struct pg_trip *trip, const struct scan *scan, const struct actor *actor,
	const char *sqlstate)
{
	struct pg_params *params;

	pg_trip_add(trip, &pg_begin);
	params = pg_trip_add(trip, &insert);
	pg_params_uuid(params, &scan->event_id);
	pg_params_int(params, actor->account);
	pg_params_text(params, scan->code.text);
	pg_params_text(params, event_wire(scan->kind));
	pg_params_int(params, scan->occurred_at_ms);
	pg_params_bytes(params, scan->data, scan->data_bytes);
	pg_params_text(params, sqlstate);
	pg_trip_add(trip, &pg_commit);
}
