#include "store/dossier.h"

#include <string.h>

#include <hoso/limits.h>

#include "store/dossier_row.h"
#include "store/scope.h"
#include "store/skew.h"

#define STRING(number) #number
#define ROWS(number) STRING(number)

/* clang-format off */
/* $6 account, $7 what. The line of the view log is part of the statement that reads the names. */
static const struct pg_statement find_head = {"dossier_head",
	DOSSIER_FOUND ", seen AS (INSERT INTO view_log (account_id, what, dossier_id)"
	"  SELECT $6, $7, id FROM found)"
	" SELECT " DOSSIER_COLUMNS " FROM found JOIN dossier d USING (id)" DOSSIER_JOINS};

/* $6: the only item, or NULL for all. */
static const struct pg_statement find_legs = {"dossier_legs",
	DOSSIER_FOUND " SELECT " LEG_COLUMNS " FROM found JOIN leg l ON l.dossier_id = found.id" LEG_JOINS
	" WHERE $6::text IS NULL OR l.item_code = $6 ORDER BY l.no"};

/* What some legs have beside: they are few. $6 as above. */
static const struct pg_statement find_cares = {"dossier_cares",
	DOSSIER_FOUND " SELECT l.item_code, c.reclaim, c.pin_digest IS NOT NULL, c.pin_wrong, r.name, r.phone, r.address"
	" FROM found JOIN leg l ON l.dossier_id = found.id JOIN leg_care c ON c.leg_id = l.id"
	"  LEFT JOIN person r ON r.id = c.receiver_id WHERE $6::text IS NULL OR l.item_code = $6"};

static const struct pg_statement find_events = {"dossier_events",
	DOSSIER_FOUND " SELECT " EVENT_COLUMNS ", " SKEW_OF_EVENT " FROM event e" EVENT_JOINS
	" WHERE e.dossier_id IN (SELECT id FROM found"
	"   UNION ALL SELECT stub.id FROM dossier stub JOIN found ON stub.merged_into = found.id)"
	"  AND ($6::text IS NULL OR e.item_code = $6)"
	" ORDER BY e.occurred_at, e.id LIMIT " ROWS(PG_ROWS_MAX)};
/* clang-format on */

static void ask_found(
	struct pg_params *params, const struct actor *actor, const struct dossier_key *key)
{
	scope_ask(params, actor);
	pg_params_uuid(params, &key->id);
	pg_params_text(params, key->code.text[0] ? key->code.text : NULL);
	pg_params_text(params, key->item.text[0] ? key->item.text : NULL);
}

enum dossier_step { DOSSIER_HEAD, DOSSIER_LEGS, DOSSIER_EVENTS, DOSSIER_CARES };

void dossier_ask(struct pg_trip *trip, const struct actor *actor, const struct dossier_key *key,
	bool one_leg)
{
	struct pg_params *params = pg_trip_add(trip, &find_head);

	ask_found(params, actor, key);
	pg_params_int(params, actor->account);
	pg_params_text(params, one_leg ? "leg" : "dossier");
	params = pg_trip_add(trip, &find_legs);
	ask_found(params, actor, key);
	pg_params_text(params, one_leg ? key->item.text : NULL);
	params = pg_trip_add(trip, &find_events);
	ask_found(params, actor, key);
	pg_params_text(params, one_leg ? key->item.text : NULL);
	params = pg_trip_add(trip, &find_cares);
	ask_found(params, actor, key);
	pg_params_text(params, one_leg ? key->item.text : NULL);
}

bool dossier_learn(const struct pg_trip *trip, struct dossier *ret_dossier)
{
	if (PQntuples(trip->results[DOSSIER_HEAD]) != 1) {
		return false;
	}
	*ret_dossier = dossier_row_read(trip->results[DOSSIER_HEAD], 0, 0);
	return true;
}

int dossier_leg_count(const struct pg_trip *trip)
{
	return PQntuples(trip->results[DOSSIER_LEGS]);
}

struct dossier_leg dossier_leg_at(const struct pg_trip *trip, int row)
{
	return dossier_row_read_leg(trip->results[DOSSIER_LEGS], row, 0);
}

int dossier_event_count(const struct pg_trip *trip)
{
	return PQntuples(trip->results[DOSSIER_EVENTS]);
}

struct dossier_event dossier_event_at(const struct pg_trip *trip, int row)
{
	const PGresult *rows = trip->results[DOSSIER_EVENTS];
	struct dossier_event event = dossier_row_read_event(rows, row, 0);

	event.clock_offset_ms = pg_int(rows, row, EVENT_COLUMN_COUNT);
	return event;
}

int dossier_care_find(const struct pg_trip *trip, const char *item_code)
{
	const PGresult *rows = trip->results[DOSSIER_CARES];

	for (int row = 0; row < PQntuples(rows); row++) {
		if (strcmp(pg_text(rows, row, 0), item_code) == 0) {
			return row;
		}
	}
	return -1;
}

struct dossier_care dossier_care_at(const struct pg_trip *trip, int row)
{
	const PGresult *rows = trip->results[DOSSIER_CARES];

	return (struct dossier_care){
		.reclaim = pg_text(rows, row, 1),
		.has_pin = pg_bool(rows, row, 2),
		.pin_wrong = pg_int(rows, row, 3),
		.receiver = {.name = pg_text(rows, row, 4),
			.phone = pg_text(rows, row, 5),
			.address = pg_text(rows, row, 6)},
	};
}
