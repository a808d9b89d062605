#ifndef HOSO_MODEL_BUCKET_H
#define HOSO_MODEL_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

/** struct bucket - how many of something may still happen at once; all zero is a full one. Pure. */
struct bucket {
	int64_t at_ms;
	int64_t spent_milli; /* thousandths of one */
};

/**
 * bucket_take() - one more? It refills by @per_s in a second, up to @burst.
 * @now_ms: monotonic
 */
bool bucket_take(struct bucket *bucket, int64_t now_ms, int64_t per_s, int64_t burst);

#endif
