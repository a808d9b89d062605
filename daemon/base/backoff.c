#include "base/backoff.h"

int64_t backoff_delay_ms(const struct backoff *backoff, unsigned attempt, uint32_t random)
{
	int64_t delay_ms = backoff->first_ms;

	while (attempt-- > 0 && delay_ms < backoff->ceiling_ms) {
		delay_ms *= 2;
	}
	delay_ms = delay_ms / 2 + (int64_t)((double)delay_ms * random / UINT32_MAX);
	return delay_ms < backoff->ceiling_ms ? delay_ms : backoff->ceiling_ms;
}
