#include "model/bucket.h"

bool bucket_take(struct bucket *bucket, int64_t now_ms, int64_t per_s, int64_t burst)
{
	int64_t gone_ms = now_ms - bucket->at_ms;

	/* Thousandths per thousandth of a second: the units fall away. A long pause must not overflow. */
	if (gone_ms < 0 || gone_ms > bucket->spent_milli / per_s) {
		bucket->spent_milli = 0;
	} else {
		bucket->spent_milli -= gone_ms * per_s;
	}
	bucket->at_ms = now_ms;
	if (bucket->spent_milli + 1000 > burst * 1000) {
		return false;
	}
	bucket->spent_milli += 1000;
	return true;
}
