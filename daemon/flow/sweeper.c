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
	bool in_air;
	bool freed;
};

static void sweep(struct loop_task *task);

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
		sweep);
}

static void sweep(struct loop_task *task)
{
	struct sweeper *sweeper = container_of(task, struct sweeper, next);

	upkeep_run(&sweeper->trip);
	sweeper->in_air = pg_pool_run(sweeper->pool, &sweeper->trip, swept) == HOSO_OK;
	CRASH_POINT(SWEEP_SENT);
	if (!sweeper->in_air) {
		pg_trip_clear(&sweeper->trip);
		loop_after(sweeper->loop, &sweeper->next, SWEEP_AGAIN_MS, sweep);
	}
}

struct sweeper *sweeper_new(struct loop *loop, struct pg_pool *pool)
{
	struct sweeper *sweeper = g_new0(struct sweeper, 1);

	sweeper->loop = loop;
	sweeper->pool = pool;
	loop_defer(loop, &sweeper->next, sweep);
	return sweeper;
}

void sweeper_free(struct sweeper *sweeper)
{
	if (!sweeper) {
		return;
	}
	loop_cancel(&sweeper->next);
	sweeper->freed = true;
	if (!sweeper->in_air) {
		g_free(sweeper);
	}
}
