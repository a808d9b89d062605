#include "unit.h"

#include "base/attr.h"
#include "io/pg_pool.h"

/* What is asked of a pool that ends: no database is needed for that, and none is reached. */

static const struct pg_statement nothing = {"nothing", "SELECT"};

struct asker {
	struct pg_pool *pool;
	struct pg_trip trip;
	unsigned times;
	unsigned canceled;
};

static void answered(struct pg_trip *trip, enum hoso_error error)
{
	struct asker *asker = container_of(trip, struct asker, trip);

	pg_trip_clear(trip);
	asker->canceled += error == HOSO_CANCELED;
	if (asker->times > 0) {
		asker->times--;
		pg_trip_add(trip, &nothing);
		assert_int_equal(pg_pool_run(asker->pool, trip, answered), HOSO_OK);
	}
}

struct stopper {
	struct loop *loop;
	struct loop_task task;
};

static void stop_loop(struct loop_task *task)
{
	loop_stop(container_of(task, struct stopper, task)->loop);
}

/* Who is told that it is over may ask once more: that is answered too, and nothing of the pool is left behind. */
static void who_is_cancelled_may_ask_once_more(void **state)
{
	struct loop *loop = loop_new();
	struct pg_conn_config config = {
		.conninfo = "host=/nonexistent", .gate = &nothing, .trip_deadline_ms = 1000};
	struct asker asker = {.pool = pg_pool_new(loop, &config, 1), .times = 2};
	struct stopper stopper = {.loop = loop};

	(void)state;
	pg_trip_add(&asker.trip, &nothing);
	assert_int_equal(pg_pool_run(asker.pool, &asker.trip, answered), HOSO_OK);
	pg_pool_free(asker.pool);
	assert_int_equal(asker.canceled, 3);
	loop_after(loop, &stopper.task, 10, stop_loop);
	loop_run(loop);
	loop_free(loop);
}

static void no_session_came(struct pg_pool_wait *wait)
{
	(void)wait;
	fail_msg("there is no database");
}

/* Nobody is told of a session that there is not, whether they still wait for it or have gone. */
static void who_awaits_a_session_hears_nothing_while_there_is_none(void **state)
{
	struct loop *loop = loop_new();
	struct pg_conn_config config = {
		.conninfo = "host=/nonexistent", .gate = &nothing, .trip_deadline_ms = 1000};
	struct pg_pool *pool = pg_pool_new(loop, &config, 1);
	struct pg_pool_wait gone = {0}, stays = {0};
	struct stopper stopper = {.loop = loop};

	(void)state;
	pg_pool_await(pool, &gone, no_session_came);
	pg_pool_await(pool, &stays, no_session_came);
	pg_pool_forget(pool, &gone);
	loop_after(loop, &stopper.task, 10, stop_loop);
	loop_run(loop);
	pg_pool_forget(pool, &gone);
	pg_pool_free(pool);
	loop_free(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_cancelled_may_ask_once_more),
		cmocka_unit_test(who_awaits_a_session_hears_nothing_while_there_is_none),
	};

	return cmocka_run_group_tests_name("pg_pool", tests, NULL, NULL);
}
