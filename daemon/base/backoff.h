#ifndef HOSO_BASE_BACKOFF_H
#define HOSO_BASE_BACKOFF_H

#include <stdint.h>

/** struct backoff - how long to wait before the n-th try; pure, the caller brings the random number. */
struct backoff {
	int64_t first_ms;
	int64_t ceiling_ms;
};

/**
 * backoff_delay_ms() - full jitter between half and one and a half of first * 2^attempt, under the ceiling.
 * @attempt: 0 for the first wait.
 * @random:  any 32 bits; the same bits give the same delay.
 */
int64_t backoff_delay_ms(const struct backoff *backoff, unsigned attempt, uint32_t random);

#endif
