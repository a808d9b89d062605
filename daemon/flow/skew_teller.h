#ifndef HOSO_FLOW_SKEW_TELLER_H
#define HOSO_FLOW_SKEW_TELLER_H

#include <stdbool.h>
#include <stdint.h>

#include "io/pg_pool.h"
#include "model/actor.h"

/**
 * struct skew_teller - tells the database how far devices' clocks are off. It remembers what is recorded of whom, so that
 * a device that is as it was asks the database once a minute, and writes nothing. Nobody waits for it.
 */
struct skew_teller;

struct skew_teller *skew_teller_new(struct pg_pool *pool);

/**
 * skew_teller_tell() - the clock of the actor's device was off by @offset_ms at @now_ms.
 *
 * What cannot be told is counted, and told at the device's next request: a clock stays wrong.
 */
void skew_teller_tell(
	struct skew_teller *teller, const struct actor *actor, int64_t now_ms, int64_t offset_ms);

/** skew_teller_is_silent() - nothing is in the air. */
bool skew_teller_is_silent(const struct skew_teller *teller);

/** struct skew_counts - since the start, for /metrics. */
struct skew_counts {
	uint64_t told, lost;
};
struct skew_counts skew_teller_counts(const struct skew_teller *teller);

/** skew_teller_free() - after pg_pool_free(), which sends back what is in the air. */
void skew_teller_free(struct skew_teller *teller);

#endif
