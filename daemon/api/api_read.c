#include "api/api_read.h"

#include <glib.h>

#include "api/api_json.h"

struct api_read *api_read_new(struct api *api, struct exchange *exchange)
{
	struct api_read *read = g_new0(struct api_read, 1);

	read->api = api;
	read->exchange = exchange;
	return read;
}

static void free_read(struct api_read *read)
{
	pg_trip_clear(&read->trip);
	g_free(read->more);
	g_free(read);
}

static bool is_write(const struct pg_trip *trip)
{
	return trip->statements[trip->count - 1] == &pg_commit;
}

static void read_came_back(struct pg_trip *trip, enum hoso_error error)
{
	struct api_read *read = container_of(trip, struct api_read, trip);

	if (!error && is_write(trip) && !trip->committed) {
		error = HOSO_DATABASE_DOWN;
	}
	if (!error) {
		read->reply(read);
	} else if (error == HOSO_DATABASE_DOWN && is_write(trip) && !trip->sqlstate[0]) {
		api_problem(read->exchange, HOSO_OUTCOME_UNKNOWN, NULL);
	} else {
		api_problem(read->exchange, error, NULL);
	}
	free_read(read);
}

void api_read_run(struct api_read *read, void (*reply)(struct api_read *read))
{
	enum hoso_error error;

	read->reply = reply;
	error = pg_pool_run(read->api->pool, &read->trip, read_came_back);
	if (error) {
		api_problem(read->exchange, error, NULL);
		free_read(read);
	}
}
