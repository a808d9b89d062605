#include "flow/outbox_policy.h"

#include <glib.h>

#include <hoso/limits.h>

#include "base/attr.h"

#define ROAD_DELAY_MS                                                                              \
	1000 /* the breaker's probes decide; the row only has to be there when it opens */

static const int64_t schedule_ms[] = {
	500, 5000, 30000, 120000, 600000, 1800000, 7200000, 18000000, 21600000};

/* ±25 %, so that a thousand rows that failed together do not come back together. */
static int64_t scheduled_ms(int64_t failures, uint32_t random)
{
	int64_t last = (int64_t)ARRAY_SIZE(schedule_ms) - 1;
	int64_t base_ms = schedule_ms[failures < last ? failures : last];

	return base_ms * 3 / 4 + (int64_t)((double)base_ms / 2 * random / UINT32_MAX);
}

static struct outbox_settlement again(const struct push_outcome *outcome, bool in_doubt)
{
	int64_t delay_ms = scheduled_ms(outcome->failures, outcome->random);

	if (delay_ms < outcome->retry_after_ms) {
		delay_ms = outcome->retry_after_ms;
	}
	return (struct outbox_settlement){.state = "ready",
		.delay_ms = delay_ms,
		.counted = true,
		.in_doubt = in_doubt,
		.error = outcome->error};
}

struct outbox_settlement outbox_policy_settle(const struct push_outcome *outcome)
{
	bool unknown = outcome->error == HOSO_PORTAL_UNKNOWN;
	/* "Later" over a closed road may be the breaker's word for a refusal: the portal did not say that it lacks it. */
	bool lacks_it = outcome->error == HOSO_PORTAL_LATER && !outcome->road_closed;
	bool in_doubt = unknown || (outcome->was_in_doubt && !lacks_it);

	if (outcome->error == HOSO_OK) {
		return (struct outbox_settlement){.state = "done"};
	}
	if (outcome->error == HOSO_PORTAL_PAUSED || outcome->error == HOSO_CANCELED ||
		outcome->road_closed) {
		return (struct outbox_settlement){.state = "ready",
			.delay_ms = MAX(ROAD_DELAY_MS, outcome->retry_after_ms),
			.in_doubt = in_doubt,
			.error = outcome->error};
	}
	if (outcome->error == HOSO_PORTAL_NEVER || outcome->age_ms > OUTBOX_AGE_MAX_MS) {
		return (struct outbox_settlement){.state = "dead",
			.counted = true,
			.in_doubt = in_doubt,
			.error = outcome->error};
	}
	return again(outcome, in_doubt);
}

struct outbox_width outbox_policy_width(unsigned connections)
{
	unsigned least = CLAMP(
		OUTBOX_IN_AIR_PER_CONNECTION * connections, OUTBOX_IN_AIR_MIN, OUTBOX_IN_AIR_MAX);

	return (struct outbox_width){.least = least, .now = least};
}

void outbox_policy_widen(struct outbox_width *width, unsigned left, bool more)
{
	if (more && left <= width->now / 4) {
		/* All but sent before the next ones came: the portal is faster than the claim. */
		width->now = MIN(width->now * 2, OUTBOX_IN_AIR_MAX);
	} else if (left >= width->now * 5 / 8) {
		width->now = MAX(width->now / 2, width->least);
	}
}
