#include "burst.h"

void burst_key(struct burst *burst, size_t offset, int64_t now_ms)
{
	if (now_ms - burst->last_ms > BURST_GAP_MS) {
		burst->start = offset;
	}
	burst->last_ms = now_ms;
}

size_t burst_typed(const struct burst *burst, size_t length)
{
	return burst->start < length && length - burst->start >= BURST_KEYS_MIN ? burst->start : 0;
}
