#include "io/pg_pool.h"

#include <glib.h>

#include <hoso/limits.h>

#define CONNECTIONS_MAX_POOL 32 /* as many as the setting database.connections allows */

struct passenger {
	struct pg_trip *trip;
	void (*done)(struct pg_trip *trip, enum hoso_error error);
};

struct pg_pool {
	struct loop *loop;
	struct pg_conn_config config;
	struct pg_conn *conns[CONNECTIONS_MAX_POOL];
	unsigned count;
	GQueue waiting;
	GQueue awaiting; /* a session, and no more */
	struct loop_task board;
};

static void pool_board(struct pg_pool *pool);

static void board_due(struct loop_task *task)
{
	pool_board(container_of(task, struct pg_pool, board));
}

static void connection_changed(void *arg)
{
	pool_board(arg);
}

static struct pg_conn *idle_connection(struct pg_pool *pool)
{
	for (unsigned i = 0; i < pool->count; i++) {
		if (pg_conn_is_idle(pool->conns[i])) {
			return pool->conns[i];
		}
	}
	return NULL;
}

static void send_away(struct pg_pool *pool, enum hoso_error error)
{
	struct passenger *passenger;

	while ((passenger = g_queue_pop_head(&pool->waiting)) != NULL) {
		struct pg_trip *trip = passenger->trip;
		trip->done = passenger->done;
		g_free(passenger);
		trip->done(trip, error);
	}
}

static void tell_up(struct pg_pool *pool)
{
	struct pg_pool_wait *wait;

	while ((wait = g_queue_pop_head(&pool->awaiting)) != NULL) {
		wait->up(wait);
	}
}

static void pool_board(struct pg_pool *pool)
{
	struct pg_conn *conn;
	const char *why;

	if (pg_pool_error(pool, &why)) {
		send_away(pool, HOSO_DATABASE_DOWN);
		return;
	}
	tell_up(pool);
	while ((conn = idle_connection(pool)) != NULL && !g_queue_is_empty(&pool->waiting)) {
		struct passenger *passenger = g_queue_pop_head(&pool->waiting);
		pg_conn_run(conn, passenger->trip, passenger->done);
		g_free(passenger);
	}
}

struct pg_pool *pg_pool_new(
	struct loop *loop, const struct pg_conn_config *config, unsigned connections)
{
	struct pg_pool *pool = g_new0(struct pg_pool, 1);

	g_assert(connections > 0 && connections <= CONNECTIONS_MAX_POOL);
	pool->loop = loop;
	pool->config = *config;
	pool->config.changed = connection_changed;
	pool->config.arg = pool;
	g_queue_init(&pool->waiting);
	g_queue_init(&pool->awaiting);
	for (; pool->count < connections; pool->count++) {
		pool->conns[pool->count] = pg_conn_new(loop, &pool->config);
	}
	return pool;
}

enum hoso_error pg_pool_run(
	struct pg_pool *pool, struct pg_trip *trip, void (*done)(struct pg_trip *, enum hoso_error))
{
	struct passenger *passenger;

	if (g_queue_get_length(&pool->waiting) >= PG_POOL_WAITING_MAX) {
		return HOSO_BUSY;
	}
	passenger = g_new(struct passenger, 1);
	*passenger = (struct passenger){trip, done};
	g_queue_push_tail(&pool->waiting, passenger);
	loop_defer(pool->loop, &pool->board, board_due);
	return HOSO_OK;
}

void pg_pool_await(
	struct pg_pool *pool, struct pg_pool_wait *wait, void (*up)(struct pg_pool_wait *))
{
	wait->up = up;
	g_queue_push_tail(&pool->awaiting, wait);
	loop_defer(pool->loop, &pool->board, board_due);
}

void pg_pool_forget(struct pg_pool *pool, struct pg_pool_wait *wait)
{
	g_queue_remove(&pool->awaiting, wait);
}

enum hoso_error pg_pool_error(const struct pg_pool *pool, const char **ret_why)
{
	enum hoso_error error = HOSO_DATABASE_DOWN;

	for (unsigned i = 0; i < pool->count; i++) {
		error = pg_conn_error(pool->conns[i], ret_why);
		if (!error) {
			return HOSO_OK;
		}
	}
	return error;
}

void pg_pool_free(struct pg_pool *pool)
{
	if (!pool) {
		return;
	}
	for (unsigned i = 0; i < pool->count; i++) {
		pg_conn_free(pool->conns[i]);
	}
	send_away(pool, HOSO_CANCELED);
	/* Last: who was told so may have asked once more. */
	loop_cancel(&pool->board);
	g_queue_clear(&pool->awaiting);
	g_free(pool);
}
