#ifndef HOSO_TESTS_SIM_RUN_H
#define HOSO_TESTS_SIM_RUN_H

#include "database.h"
#include "schedule.h"

/** struct run_result - what one run came to. @violation "" when all held. */
struct run_result {
	char violation[500];
	uint64_t steps;
	uint64_t commits;
	uint64_t scans;
	uint64_t redelivered;
	uint64_t virtual_ms;
	uint64_t lost, doubled, misordered;
	uint64_t asked; /* statements of the model, see model_asked() */
	uint64_t
		blurred; /* a real server may have decided otherwise, so it is not compared with one */
};

/**
 * run_schedule() - play @schedule against @database.
 * @ret_told: the transcript, the caller's; NULL when it is not wanted
 */
void run_schedule(const struct schedule *schedule, const struct database *database,
	struct run_result *ret_result, GString **ret_told);

#endif
