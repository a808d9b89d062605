#ifndef HOSO_IO_PG_POOL_H
#define HOSO_IO_PG_POOL_H

#include "io/pg_conn.h"

/**
 * struct pg_pool - a few connections for trips that stand for themselves: reads, and small writes that
 * begin and commit in one trip. The intake has a connection of its own.
 */
struct pg_pool;

/** pg_pool_new() - @config as for pg_conn_new(), @ready and @arg are the pool's own. */
struct pg_pool *pg_pool_new(
	struct loop *loop, const struct pg_conn_config *config, unsigned connections);

/**
 * pg_pool_run() - one trip on the first idle connection; waits for one in order of arrival.
 *
 * Errors: HOSO_BUSY, PG_POOL_WAITING_MAX trips wait already: nothing was queued and @done will not run.
 * @done as in pg_conn_run(). While no connection is up, waiting trips come back with HOSO_DATABASE_DOWN.
 */
_must_check_ enum hoso_error pg_pool_run(struct pg_pool *pool, struct pg_trip *trip,
	void (*done)(struct pg_trip *, enum hoso_error));

/** struct pg_pool_wait - for a session; caller-owned, zero-initialised, lives until it ran or was forgotten. */
struct pg_pool_wait {
	void (*up)(struct pg_pool_wait *wait);
};

/**
 * pg_pool_await() - who begins with the daemon, before its sessions are up, and has nobody to give a failure to.
 * @up: once, when a session is up, also if one is already; never inside this call.
 */
void pg_pool_await(
	struct pg_pool *pool, struct pg_pool_wait *wait, void (*up)(struct pg_pool_wait *));

/** pg_pool_forget() - @up will not be called; harmless when nothing waits. */
void pg_pool_forget(struct pg_pool *pool, struct pg_pool_wait *wait);

/** pg_pool_error() - HOSO_OK when a connection is up, else why none is. */
enum hoso_error pg_pool_error(const struct pg_pool *pool, const char **ret_why);

void pg_pool_free(struct pg_pool *pool);

#endif
