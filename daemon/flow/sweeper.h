#ifndef HOSO_FLOW_SWEEPER_H
#define HOSO_FLOW_SWEEPER_H

#include "io/pg_pool.h"

/** struct sweeper - keeps the tables in order: as soon as there is a session, then every hour; sooner again after a failure. */
struct sweeper;

struct sweeper *sweeper_new(struct loop *loop, struct pg_pool *pool);

/** sweeper_free() - before pg_pool_free(); a sweep that is in the air comes to nobody. */
void sweeper_free(struct sweeper *sweeper);

#endif
