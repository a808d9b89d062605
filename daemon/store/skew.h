#ifndef HOSO_STORE_SKEW_H
#define HOSO_STORE_SKEW_H

#include <stdint.h>

#include "io/pg_conn.h"
#include "model/actor.h"

/* clang-format off */
/** SKEW_OF_EVENT - of the event e: what was known of its device's clock when it was recorded. */
#define SKEW_OF_EVENT \
	"(SELECT k.offset_ms FROM device_clock k WHERE k.account_id = e.account_id AND k.device = e.device" \
	"  AND k.noted_at <= e.recorded_at ORDER BY k.noted_at DESC LIMIT 1)"
/* clang-format on */

/**
 * skew_tell() - the clock of the actor's device is off by @offset_ms; a row only when that is news. BEGIN to COMMIT:
 * one that writes nothing costs no log.
 */
void skew_tell(
	struct pg_trip *trip, const struct actor *actor, int64_t noted_at_ms, int64_t offset_ms);

/** skew_learn() - what is recorded now. */
int64_t skew_learn(const struct pg_trip *trip);

#endif
