#ifndef HOSO_FLOW_OUTBOX_POLICY_H
#define HOSO_FLOW_OUTBOX_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/error.h>

#include "store/outbox.h"

/**
 * struct push_outcome - all that a row's fate depends on.
 * @error:       what portal_push() brought, after the breaker's word
 * @road_closed: the road is to blame: the row waits, and nothing is counted against it
 * @was_in_doubt: before this try
 */
struct push_outcome {
	enum hoso_error error;
	bool road_closed;
	bool was_in_doubt;
	int64_t failures;
	int64_t age_ms;
	int64_t retry_after_ms;
	uint32_t random;
};

/**
 * outbox_policy_settle() - pure. 0,5 s, 5 s, 30 s, 2 min, 10 min, 30 min, 2 h, 5 h, then every 6 h, each ±25 %; a portal's
 * Retry-After is obeyed; after OUTBOX_AGE_MAX_MS of counted failures a dead letter. Source: promises 2.2.11.
 */
struct outbox_settlement outbox_policy_settle(const struct push_outcome *outcome);

/** struct outbox_width - how many pushes may be in the air. */
struct outbox_width {
	unsigned least; /* how many it begins with */
	unsigned now;
};

/**
 * outbox_policy_width() - to begin with: what a slow portal needs and no more, for what waits here is in doubt after a crash.
 * Source: measured, tests/bench/README.md.
 */
struct outbox_width outbox_policy_width(unsigned connections);

/**
 * outbox_policy_widen() - after a claim. Pure.
 * @left: how many were still in the air when the rows came
 * @more: there were as many rows as wanted, so there may be more
 */
void outbox_policy_widen(struct outbox_width *width, unsigned left, bool more);

#endif
