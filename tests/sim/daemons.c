#include "daemons.h"

#include <string.h>

#include "checks.h"
#include "conn.h"
#include "flow/outbox.h"
#include "portal/portal.h"
#include "province.h"
#include "schedule.h"
#include "store/gate.h"
#include "world.h"

#define POOL_CONNECTIONS 2
#define TRIP_DEADLINE_MS 8000 /* as app.c has it */

static struct daemon {
	struct loop *loop;
	struct pg_pool *pool;
	struct intake *intake;
	struct outbox *outbox;
	struct portal *portal;
	bool dying;
	int64_t clock_ahead_ms; /* the machine's, so it outlives the process */
} daemons[DAEMONS_MAX];

static unsigned daemon_count;
static bool all_optional_steps;

void daemons_begin(unsigned count, bool optional_steps)
{
	memset(daemons, 0, sizeof daemons);
	daemon_count = count;
	all_optional_steps = optional_steps;
	for (unsigned who = 0; who < count; who++) {
		daemon_start(who);
	}
}

void daemon_start(unsigned who)
{
	struct daemon *daemon = &daemons[who];
	struct intake_config config = {.conn = {.conninfo = "",
					       .gate = &gate_statement,
					       .judge = gate_judge,
					       .trip_deadline_ms = TRIP_DEADLINE_MS},
		.optional_steps = all_optional_steps};

	if (daemon->loop || who >= daemon_count) {
		return;
	}
	conn_who(who);
	checks_note_start(who);
	daemon->loop = loop_new();
	world_turn_clock(daemon->loop, daemon->clock_ahead_ms);
	daemon->pool = pg_pool_new(daemon->loop, &config.conn, POOL_CONNECTIONS);
	daemon->intake = intake_new(daemon->loop, &config);
	daemon->portal = province_road(daemon->loop, who);
	daemon->outbox = outbox_new(daemon->loop, daemon->pool, daemon->portal);
}

/* Memory is given back, as far as it can be found; what was told to clients from now on was never told. */
void daemon_crash(unsigned who)
{
	struct daemon *daemon = &daemons[who];

	if (!daemon->loop) {
		return;
	}
	daemon->dying = true;
	outbox_stop(daemon->outbox);
	portal_free(daemon->portal);
	intake_free(daemon->intake);
	pg_pool_free(daemon->pool);
	outbox_free(daemon->outbox);
	loop_free(daemon->loop);
	*daemon = (struct daemon){.clock_ahead_ms = daemon->clock_ahead_ms};
}

void daemons_end(void)
{
	for (unsigned who = 0; who < daemon_count; who++) {
		daemon_crash(who);
	}
}

void daemon_pause(unsigned who, bool paused)
{
	if (daemons[who].loop) {
		world_pause(daemons[who].loop, paused);
	}
}

void daemon_turn_clock(unsigned who, int64_t by_ms)
{
	daemons[who].clock_ahead_ms += by_ms;
	if (daemons[who].loop) {
		world_turn_clock(daemons[who].loop, by_ms);
	}
}

struct loop *daemon_loop(unsigned who)
{
	return daemons[who].loop;
}

struct intake *daemon_intake(unsigned who)
{
	return daemons[who].intake;
}

struct pg_pool *daemon_pool(unsigned who)
{
	return daemons[who].pool;
}

bool daemon_is_dying(unsigned who)
{
	return daemons[who].dying;
}

bool daemons_are_idle(void)
{
	for (unsigned who = 0; who < daemon_count; who++) {
		if (daemons[who].loop && (!intake_is_empty(daemons[who].intake) ||
						 !outbox_is_empty(daemons[who].outbox))) {
			return false;
		}
	}
	return true;
}
