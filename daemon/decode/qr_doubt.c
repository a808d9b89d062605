#include "decode/qr_doubt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "base/attr.h"
#include "decode/reed_solomon.h"

#define WORDS 4 /* of 64 bits: eight for each byte of correction */
#define BITS_MAX (8 * QR_BLOCK_BYTES)
#define SPARE_MIN 24 /* equations that must be left to say that it fits … */

#define MORE_DOUBTED 12 /* bits that must not fit as well */

/* … and when so many are left, it is tried whether one or two of the bits that are kept are wrong. */
static const unsigned spares_tried[] = {88, 64, 48, 40};

/* struct vector - a side of the equations, one bit of each; or which bits are summed up in one. */
struct vector {
	uint64_t words[WORDS];
};

static void add(struct vector *to, const struct vector *from)
{
	for (unsigned i = 0; i < WORDS; i++) {
		to->words[i] ^= from->words[i];
	}
}

static bool is_zero(const struct vector *vector)
{
	return !(vector->words[0] | vector->words[1] | vector->words[2] | vector->words[3]);
}

static bool has(const struct vector *vector, unsigned bit)
{
	return vector->words[bit / 64] >> (bit % 64) & 1;
}

static unsigned first_of(const struct vector *vector)
{
	for (unsigned i = 0; i < WORDS; i++) {
		if (vector->words[i]) {
			return i * 64 + (unsigned)__builtin_ctzll(vector->words[i]);
		}
	}
	return WORDS * 64;
}

/* So that sums of vectors are sums of these. */
static uint64_t folded(const struct vector *vector)
{
	const uint64_t *words = vector->words;

	return words[0] ^ (words[1] << 23 | words[1] >> 41) ^ (words[2] << 39 | words[2] >> 25) ^
	       (words[3] << 11 | words[3] >> 53);
}

/* struct doubt - @columns: what each bit does to the equations. @basis: those of the bits that were given
 * up, solved: @pivot is the equation that each stands for, @sums which bits, by the order of giving up.
 * @rest: what the equations are still off by. @order: bits, the least sure first. */
struct doubt {
	unsigned bits, equations, rank;
	struct vector columns[BITS_MAX];
	struct vector basis[WORDS * 64], sums[WORDS * 64];
	unsigned pivots[WORDS * 64];
	struct vector rest, rest_sums;
	uint16_t given_up[WORDS * 64];
	uint16_t order[BITS_MAX];
	unsigned next;
};

static void set_up(struct doubt *doubt, const uint8_t *bytes, unsigned count, unsigned checks)
{
	uint8_t syndromes[WORDS * 8];

	doubt->bits = 8 * count;
	doubt->equations = 8 * checks;
	doubt->rank = 0;
	doubt->next = 0;
	doubt->rest = doubt->rest_sums = (struct vector){0};
	memset(doubt->columns, 0, doubt->bits * sizeof doubt->columns[0]);
	for (unsigned bit = 0; bit < doubt->bits; bit++) {
		bool is_set = bytes[bit / 8] >> (7 - bit % 8) & 1;
		reed_solomon_syndromes_of(
			(uint8_t)(1 << (7 - bit % 8)), count - 1 - bit / 8, checks, syndromes);
		for (unsigned i = 0; i < checks; i++) {
			doubt->columns[bit].words[i / 8] |= (uint64_t)syndromes[i] << (i % 8 * 8);
		}
		if (is_set) {
			add(&doubt->rest, &doubt->columns[bit]);
		}
	}
}

/* struct ranked - a bit, to be put in order. */
struct ranked {
	float sureness;
	unsigned bit;
};

static int less_sure_first(const void *a, const void *b)
{
	float left = ((const struct ranked *)a)->sureness,
	      right = ((const struct ranked *)b)->sureness;

	return left < right ? -1 : left > right ? 1 : 0;
}

static void put_in_order(struct doubt *doubt, const float *sureness)
{
	g_autofree struct ranked *ranked = g_new(struct ranked, doubt->bits);

	for (unsigned bit = 0; bit < doubt->bits; bit++) {
		ranked[bit] = (struct ranked){sureness[bit], bit};
	}
	qsort(ranked, doubt->bits, sizeof *ranked, less_sure_first);
	for (unsigned i = 0; i < doubt->bits; i++) {
		doubt->order[i] = (uint16_t)ranked[i].bit;
	}
}

/* Takes out of @vector whatever the bits given up can do; @sums: which of them. */
static void reduce(const struct doubt *doubt, struct vector *vector, struct vector *sums)
{
	for (unsigned i = 0; i < doubt->rank; i++) {
		if (has(vector, doubt->pivots[i])) {
			add(vector, &doubt->basis[i]);
			if (sums) {
				add(sums, &doubt->sums[i]);
			}
		}
	}
}

/* Gives up the next bit. False when the others can do what it does: then there are several ways to put it all right,
 * and nobody can tell which. */
static bool give_up(struct doubt *doubt)
{
	unsigned bit = doubt->order[doubt->next++], rank = doubt->rank;
	struct vector own = doubt->columns[bit], sums = {0};

	sums.words[rank / 64] = UINT64_C(1) << (rank % 64);
	reduce(doubt, &own, &sums);
	if (is_zero(&own)) {
		return false;
	}
	doubt->basis[rank] = own;
	doubt->sums[rank] = sums;
	doubt->pivots[rank] = first_of(&own);
	doubt->given_up[rank] = (uint16_t)bit;
	doubt->rank++;
	if (has(&doubt->rest, doubt->pivots[rank])) {
		add(&doubt->rest, &own);
		add(&doubt->rest_sums, &sums);
	}
	return true;
}

/* Is the rest what one of the bits that are kept does, or two? Then those are wrong. */
static unsigned find_wrong(const struct doubt *doubt, unsigned ret_bits[2])
{
	unsigned kept = doubt->bits - doubt->next;
	g_autofree uint64_t *folds = g_new(uint64_t, kept);
	uint64_t rest = folded(&doubt->rest);

	for (unsigned i = 0; i < kept; i++) {
		struct vector own = doubt->columns[doubt->order[doubt->next + i]];
		reduce(doubt, &own, NULL);
		folds[i] = folded(&own);
		if (folds[i] == rest) {
			ret_bits[0] = doubt->order[doubt->next + i];
			return 1;
		}
	}
	for (unsigned i = 0; i < kept; i++) {
		uint64_t other = folds[i] ^ rest;
		for (unsigned j = i + 1; j < kept; j++) {
			if (folds[j] == other) {
				ret_bits[0] = doubt->order[doubt->next + i];
				ret_bits[1] = doubt->order[doubt->next + j];
				return 2;
			}
		}
	}
	return 0;
}

static void turn(uint8_t *bytes, unsigned bit)
{
	bytes[bit / 8] ^= (uint8_t)(1 << (7 - bit % 8));
}

/* Takes the kept bits that are wrong out of the rest, then turns all that are. */
static bool mend(struct doubt *doubt, const unsigned *wrong, unsigned wrong_count, uint8_t *bytes)
{
	for (unsigned i = 0; i < wrong_count; i++) {
		struct vector own = doubt->columns[wrong[i]];
		reduce(doubt, &own, &doubt->rest_sums);
		add(&doubt->rest, &own);
	}
	if (!is_zero(&doubt->rest)) {
		return false;
	}
	for (unsigned i = 0; i < wrong_count; i++) {
		turn(bytes, wrong[i]);
	}
	for (unsigned i = 0; i < doubt->rank; i++) {
		if (has(&doubt->rest_sums, i)) {
			turn(bytes, doubt->given_up[i]);
		}
	}
	return true;
}

static double ways_of(unsigned kept, unsigned wrong)
{
	return wrong == 0 ? 0 : wrong == 1 ? log2(kept) : log2(kept) + log2(kept - 1.0) - 1;
}

/* Is there only one way, even if some more bits are given up, which were nearly as unsure? */
static bool is_alone(struct doubt *doubt)
{
	for (unsigned i = 0; i < MORE_DOUBTED && doubt->next < doubt->bits; i++) {
		if (doubt->rank == doubt->equations || !give_up(doubt)) {
			return false;
		}
	}
	return true;
}

bool qr_doubt(
	uint8_t *bytes, unsigned count, unsigned checks, const float *sureness, double *ret_chance)
{
	g_autofree struct doubt *doubt = g_new(struct doubt, 1);
	unsigned stage = 0;

	set_up(doubt, bytes, count, checks);
	put_in_order(doubt, sureness);
	while (doubt->next < doubt->bits && doubt->equations - doubt->rank > SPARE_MIN) {
		unsigned spare = doubt->equations - doubt->rank;
		unsigned wrong[2], wrong_count = 0;
		bool is_found = is_zero(&doubt->rest);
		if (!is_found && stage < ARRAY_SIZE(spares_tried) && spare <= spares_tried[stage]) {
			for (; stage < ARRAY_SIZE(spares_tried) && spare <= spares_tried[stage];
				stage++) {
			}
			wrong_count = find_wrong(doubt, wrong);
			is_found = wrong_count > 0;
		}
		if (is_found) {
			*ret_chance = ways_of(doubt->bits - doubt->next, wrong_count) - spare;
			return is_alone(doubt) && mend(doubt, wrong, wrong_count, bytes);
		}
		if (!give_up(doubt)) {
			return false;
		}
	}
	return false;
}
