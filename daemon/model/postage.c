#include "model/postage.h"

#include <assert.h>
#include <stddef.h>

int64_t postage_of(const struct postage_step *steps, unsigned count, int64_t grams)
{
	const struct postage_step *best = NULL;

	for (unsigned i = 0; i < count; i++) {
		if (grams <= steps[i].grams_max &&
			(!best || steps[i].grams_max < best->grams_max)) {
			best = &steps[i];
		}
	}
	return best && grams > 0 ? best->amount_vnd : -1;
}

int64_t postage_reduced(int64_t amount_vnd, int percent)
{
	int64_t left;

	assert(percent >= 0 && percent <= 100);
	if (percent == 0) {
		return amount_vnd;
	}
	left = amount_vnd * (100 - percent) / 100;
	return left - left % POSTAGE_ROUND_VND;
}
