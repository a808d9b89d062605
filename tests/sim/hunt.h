#ifndef HOSO_TESTS_SIM_HUNT_H
#define HOSO_TESTS_SIM_HUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "run.h"

/*
 * Many seeds, one after the other, in child processes: so an assertion of the daemon's that fails is a
 * finding of that seed, and not the end. What is found is shrunk.
 */

/** struct hunt - what is looked at. @also: NULL, or a second database that must come to the same. */
struct hunt {
	const struct database *database;
	const struct database *also;
	uint64_t from;
	uint64_t seeds;
	int64_t seconds; /* 0: no limit */
	const char *daemon_conninfo;
	const char *admin_conninfo;
};

/** struct hunt_total - over all seeds. @failed: the seed that @violation is of. */
struct hunt_total {
	uint64_t seeds;
	uint64_t seed; /* in work */
	struct run_result sum;
	bool failed;
	double elapsed_s;
};

/** hunt_run() - until the seeds or the seconds are over, or one fails. */
void hunt_run(const struct hunt *hunt, struct hunt_total *ret_total);

/** hunt_one() - one schedule in a child of its own. */
void hunt_one(
	const struct hunt *hunt, const struct schedule *schedule, struct run_result *ret_result);

/** hunt_shrink() - leave out entries for as long as it still fails. */
void hunt_shrink(const struct hunt *hunt, struct schedule *schedule);

/** hunt_make() - the schedule of a seed. */
void hunt_make(struct schedule *schedule, uint64_t seed);

#endif
