#ifndef HOSO_MODEL_POSTAGE_H
#define HOSO_MODEL_POSTAGE_H

#include <stdint.h>

#include <hoso/limits.h>

/*
 * What an item costs. The figures are data (TT 22/2017 names ceilings only); the rule is here: the step of the
 * table that holds the weight, less the concession, rounded down to whole hundreds of đồng, so that nobody pays more
 * than the percentage says. The rule's name travels with every answer that has figures in it.
 */
#define POSTAGE_ROUNDING "down_100"
#define POSTAGE_ROUND_VND 100
#define POSTAGE_STEPS_MAX 200

/** struct postage_step - up to so many grams, so much; of one relation, in any order. */
struct postage_step {
	int64_t grams_max;
	int64_t amount_vnd;
};

/** postage_of() - the lowest step that holds @grams; -1 when none does. Pure. */
int64_t postage_of(const struct postage_step *steps, unsigned count, int64_t grams);

/** postage_reduced() - @amount_vnd less @percent (0 to 100) of it, rounded down as above; whole without one. Pure. */
int64_t postage_reduced(int64_t amount_vnd, int percent);

#endif
