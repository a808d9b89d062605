#include "operator.h"

#include <inttypes.h>

#include <glib.h>

#include "base/attr.h"
#include "checks.h"
#include "daemons.h"
#include "cells.h"
#include "store/outbox_list.h"
#include "world.h"

struct act {
	struct pg_trip trip;
	int64_t id;
	bool skips;
};

static GPtrArray *acts;

static void free_act(gpointer data)
{
	struct act *act = data;

	pg_trip_clear(&act->trip);
	g_free(act);
}

void operator_begin(void)
{
	acts = g_ptr_array_new_with_free_func(free_act);
}

void operator_end(void)
{
	g_ptr_array_unref(acts);
}

static void acted(struct pg_trip *trip, enum hoso_error error)
{
	struct act *act = container_of(trip, struct act, trip);

	if (!error) {
		world_tell("operator %s: %s", act->skips ? "skips" : "retries",
			error_wire(outbox_list_settled(trip)));
	}
	g_ptr_array_remove_fast(acts, act);
}

static void act_on(unsigned who, const char **line, bool skips)
{
	static const struct actor actor = {
		.account = 1 + ROLE_SUPERVISOR, .office = 1, .role = ROLE_SUPERVISOR};
	struct pg_pool *pool = daemon_pool(who);
	struct act *act;

	if (!pool) {
		return;
	}
	act = g_new0(struct act, 1);
	act->id = cell_int(line[O_ID]);
	act->skips = skips;
	if (skips) {
		outbox_list_skip(&act->trip, &actor, act->id, "sim");
	} else {
		outbox_list_retry(&act->trip, &actor, act->id);
	}
	g_ptr_array_add(acts, act);
	if (pg_pool_run(pool, &act->trip, acted) != HOSO_OK) {
		g_ptr_array_remove_fast(acts, act);
	}
}

/* Lines in the order of their dossiers and numbers, so that both databases offer the same one. */
static const char **find_line(GPtrArray *lines, const char *state)
{
	for (guint i = 0; i < lines->len; i++) {
		const char **line = lines->pdata[i];
		if (cell_is(line[O_STATE], state)) {
			return line;
		}
	}
	return NULL;
}

void operator_acts(unsigned who, bool skips)
{
	g_autoptr(GPtrArray) lines = checks_database()->read(T_OUTBOX);
	const char **line = find_line(lines, "dead");

	line = line ? line : find_line(lines, "ready");
	if (line) {
		act_on(who, line, skips);
	}
}

void operator_retries_all(unsigned who)
{
	g_autoptr(GPtrArray) lines = checks_database()->read(T_OUTBOX);

	for (guint i = 0; i < lines->len; i++) {
		const char **line = lines->pdata[i];
		if (cell_is(line[O_STATE], "dead")) {
			act_on(who, line, false);
		}
	}
}
