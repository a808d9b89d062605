#include "io/pg_conn.h"

#include <string.h>

#include <glib.h>

#include "base/attr.h"

struct pg_params *pg_trip_add(struct pg_trip *trip, const struct pg_statement *statement)
{
	g_assert(trip->count < PG_TRIP_STEPS_MAX);
	trip->statements[trip->count] = statement;
	return &trip->params[trip->count++];
}

void pg_trip_clear(struct pg_trip *trip)
{
	for (unsigned i = 0; i < trip->count; i++) {
		pg_params_clear(&trip->params[i]);
		PQclear(trip->results[i]);
	}
	loop_cancel(&trip->defer);
	memset(trip, 0, sizeof *trip);
}

enum hoso_error pg_trip_error(const struct pg_trip *trip)
{
	static const char *const passing[] = {"57", "53", "58"};

	for (size_t i = 0; i < ARRAY_SIZE(passing); i++) {
		if (strncmp(trip->sqlstate, passing[i], 2) == 0) {
			return HOSO_DATABASE_DOWN;
		}
	}
	return trip->sqlstate[0] ? HOSO_INTERNAL : HOSO_OK;
}
