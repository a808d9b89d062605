#ifndef HOSO_TESTS_SIM_DAEMONS_H
#define HOSO_TESTS_SIM_DAEMONS_H

#include <stdbool.h>
#include <stdint.h>

#include "flow/intake.h"
#include "io/pg_pool.h"

/*
 * The daemons: the real intake and outbox, each with a loop, connections and a road to the portal of its own, as
 * app.c puts them together. One can be killed at any moment, stopped and gone on with, and started anew.
 */
void daemons_begin(unsigned count, bool optional_steps);
void daemons_end(void);

void daemon_start(unsigned who);
void daemon_crash(unsigned who);
void daemon_pause(unsigned who, bool paused);
void daemon_turn_clock(unsigned who, int64_t by_ms);

/* What clients and operators reach; NULL while it is down. */
struct loop *daemon_loop(unsigned who);
struct intake *daemon_intake(unsigned who);
struct pg_pool *daemon_pool(unsigned who);

/** daemon_is_dying() - callbacks that come now come from a process that is no more. */
bool daemon_is_dying(unsigned who);

/** daemons_are_idle() - no intake has anything left, no push is in the air. */
bool daemons_are_idle(void);

#endif
