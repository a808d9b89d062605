#include "flow/sweeper.h"

#include <glib.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/crash.h"
#include "base/log.h"
#include "store/upkeep.h"

#define SWEEP_EVERY_MS (3600LL * 1000)
#define DAY_MS (24LL * 3600 * 1000)
#define LOCAL_AHEAD_MS (7LL * 3600 * 1000) /* Asia/Ho_Chi_Minh, which knows no summer time */
#define AFTER_MIDNIGHT_MS 1000
#define SWEEP_AGAIN_MS (10LL * 1000)

struct sweeper {
	struct loop *loop;
	struct pg_pool *pool;
	struct pg_trip trip;
	struct loop_task next;
	struct pg_pool_wait session;
	bool in_air;
	bool freed;
};

static void sweep_when_up(struct loop_task *task);

/* What begins on a day begins when it does: a second after midnight, or within the hour. */
static int64_t pause_ms(int64_t now_ms)
{
	int64_t midnight_ms = (clock_local_day(now_ms) + 1) * DAY_MS - LOCAL_AHEAD_MS;

	return MIN(SWEEP_EVERY_MS, midnight_ms + AFTER_MIDNIGHT_MS - now_ms);
}

static void swept(struct pg_trip *trip, enum hoso_error error)
{
	struct sweeper *sweeper = container_of(trip, struct sweeper, trip);
	bool good = !error && trip->committed;

	CRASH_POINT(SWEEP_DONE);
	pg_trip_clear(trip);
	sweeper->in_air = false;
	if (sweeper->freed) {
		g_free(sweeper);
		return;
	}
	loop_after(sweeper->loop, &sweeper->next, good ? pause_ms(clock_now_ms()) : SWEEP_AGAIN_MS,
		sweep_when_up);
}

static void sweep(struct pg_pool_wait *session)
{
	struct sweeper *sweeper = container_of(session, struct sweeper, session);

	upkeep_run(&sweeper->trip);
	sweeper->in_air = pg_pool_run(sweeper->pool, &sweeper->trip, swept) == HOSO_OK;
	CRASH_POINT(SWEEP_SENT);
	if (!sweeper->in_air) {
		pg_trip_clear(&sweeper->trip);
		loop_after(sweeper->loop, &sweeper->next, SWEEP_AGAIN_MS, sweep_when_up);
	}
}

/* The first one begins with the daemon, which has no session yet. */
static void sweep_when_up(struct loop_task *task)
{
	struct sweeper *sweeper = container_of(task, struct sweeper, next);

	pg_pool_await(sweeper->pool, &sweeper->session, sweep);
}

struct sweeper *sweeper_new(struct loop *loop, struct pg_pool *pool)
{
	struct sweeper *sweeper = g_new0(struct sweeper, 1);

	sweeper->loop = loop;
	sweeper->pool = pool;
	loop_defer(loop, &sweeper->next, sweep_when_up);
	return sweeper;
}

void sweeper_free(struct sweeper *sweeper)
{
	if (!sweeper) {
		return;
	}
	loop_cancel(&sweeper->next);
	pg_pool_forget(sweeper->pool, &sweeper->session);
	sweeper->freed = true;
	if (!sweeper->in_air) {
		g_free(sweeper);
	}
}
