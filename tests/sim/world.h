#ifndef HOSO_TESTS_SIM_WORLD_H
#define HOSO_TESTS_SIM_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "io/loop.h"

/*
 * The world of one run: virtual time, one queue of tasks, and chance from a seed. It stands in for io/loop,
 * base/clock's two clocks, g_random_int(), randombytes_buf() and uuid7_make(). Nothing happens at the
 * same time; of what is due at once, chance picks the order.
 */

#define WORLD_BEGAN_MS                                                                             \
	INT64_C(1710460800000) /* 2024-03-15: a month that only a simulation has events in */

/* Chance for each purpose comes from a stream of its own, so that a dropped schedule entry disturbs less. */
enum chance {
	CHANCE_SCHEDULE,
	CHANCE_ORDER,
	CHANCE_NET,
	CHANCE_FLOW,
	CHANCE_IDS,
	CHANCE_PORTAL,
	CHANCE_COUNT
};

void world_begin(uint64_t seed);
void world_end(void);

/** world_step() - run the next task; false when there is none before @until_ms. */
bool world_step(int64_t until_ms);

/** world_now_ms() - virtual monotonic time; 0 at the beginning. */
int64_t world_now_ms(void);
uint64_t world_steps(void);

/** world_loop() - where the world's own tasks run: servers, networks, clients. Nobody can pause it. */
struct loop *world_loop(void);

/** world_database_now_ms() - the database server's wall clock. */
int64_t world_database_now_ms(void);
void world_turn_database_clock(int64_t by_ms);
/** world_database_clock_is_steady() - it was never turned: then leases last as long as they say. */
bool world_database_clock_is_steady(void);

/* A daemon's loop: its wall clock, and SIGSTOP. */
void world_turn_clock(struct loop *loop, int64_t by_ms);
void world_pause(struct loop *loop, bool paused);

uint32_t world_random(enum chance chance);
unsigned world_below(enum chance chance, unsigned limit); /* 0 … limit - 1 */
bool world_one_in(enum chance chance, unsigned n);

/* What went wrong. The first words are kept; a run with any has failed. */
void world_violation(const char *format, ...) G_GNUC_PRINTF(1, 2);
const char *world_violated(void); /* NULL while all is well */

/** world_blur() - something came that a real server may decide otherwise; another run need not be the same. */
void world_blur(void);
bool world_is_blurred(void);

/* The transcript: one line per thing that another run of the same seed must do in the same way. */
void world_tell(const char *format, ...) G_GNUC_PRINTF(1, 2);
const GString *world_told(void);
void world_set_telling(bool telling); /* else nothing is kept */
void world_set_verbose(bool verbose);

#endif
