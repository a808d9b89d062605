#ifndef HOSO_API_API_READ_H
#define HOSO_API_API_READ_H

#include "api/api.h"
#include "io/pg_conn.h"

/**
 * struct api_read - one request that is answered by one trip to the database.
 * Allocate with api_read_new(), add statements to @trip, then api_read_run(). The rest is freed after @reply.
 */
struct api_read {
	struct pg_trip trip;
	struct api *api;
	struct exchange *exchange;
	void (*reply)(struct api_read *read);
	void *more; /* the handler's own; freed with g_free */
};

struct api_read *api_read_new(struct api *api, struct exchange *exchange);

/**
 * api_read_run() - go, and call @reply when every statement was taken; @reply owes the exchange its reply.
 * Anything else is answered here: busy, database_down, internal, outcome_unknown for a write that was lost.
 */
void api_read_run(struct api_read *read, void (*reply)(struct api_read *read));

#endif
