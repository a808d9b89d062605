#include "decode/qr_mend.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#include "decode/qr_doubt.h"
#include "decode/reed_solomon.h"

/* Logarithms (of 2) of how likely chance makes what is read: of a block, and of the whole code. */
#define BLOCK_CHANCE_MAX (-24.0)
#define CHANCE_MAX (-30.0)
#define FORMATS_TRIED 2
#define RUN_USUAL                                                                                  \
	4 /* modules of one colour in line; the masks see to it that longer ones are rare … */
#define RUN_FADE                                                                                   \
	0.6F /* … so they may be light or dirt: each further one makes them that much less sure */
#define ERASED_STEP 2

/* How sure each module is: less in a long line of the same colour. */
static void doubt_runs(
	const struct qr_layout *layout, const float *values, bool is_upright, float *sureness)
{
	unsigned dimension = layout->dimension;
	unsigned step = is_upright ? dimension : 1, beside = is_upright ? 1 : dimension;

	for (unsigned line = 0; line < dimension; line++) {
		for (unsigned first = 0, next; first < dimension; first = next) {
			const float *own = values + line * beside;
			unsigned run;
			for (next = first + 1; next < dimension &&
					       (own[next * step] >= 0) == (own[first * step] >= 0);
				next++) {
			}
			run = MIN(next - first, 3 * RUN_USUAL);
			for (unsigned i = first; i < next && run > RUN_USUAL; i++) {
				sureness[line * beside + i * step] *=
					powf(RUN_FADE, (float)(run - RUN_USUAL));
			}
		}
	}
}

/* struct bytes - of the whole code, in the order in which they are read. */
struct bytes {
	unsigned count;
	uint8_t value[QR_MODULES_MAX / 8];
	float sureness[QR_MODULES_MAX / 8]; /* of their least sure bits */
	float bits[QR_MODULES_MAX];         /* how sure each is */
};

static void read_bytes(const struct qr_layout *layout, const float *values, const float *sureness,
	unsigned mask, struct bytes *ret_bytes)
{
	ret_bytes->count = layout->data_count / 8;
	for (unsigned i = 0; i < ret_bytes->count; i++) {
		unsigned value = 0;
		float least = INFINITY;
		for (unsigned bit = 0; bit < 8; bit++) {
			unsigned at = layout->data[i * 8 + bit];
			bool is_dark = values[at] < 0;
			bool is_turned =
				qr_mask_is(mask, at % layout->dimension, at / layout->dimension);
			value = value << 1 | (is_dark != is_turned);
			ret_bytes->bits[i * 8 + bit] = sureness[at];
			least = MIN(least, sureness[at]);
		}
		ret_bytes->value[i] = (uint8_t)value;
		ret_bytes->sureness[i] = least;
	}
}

/* struct block - @places: of its bytes among all. */
struct block {
	unsigned count, data;
	uint16_t places[256];
};

/* The blocks take turns, byte by byte; the longer ones have the last bytes of data to themselves. */
static void lay_out(const struct qr_blocks *blocks, unsigned number, struct block *ret_block)
{
	unsigned data = blocks->data + (number >= blocks->long_from);
	unsigned all_data = blocks->data * blocks->count + blocks->count - blocks->long_from;

	ret_block->data = data;
	ret_block->count = data + blocks->checks;
	for (unsigned i = 0; i < data; i++) {
		ret_block->places[i] = (uint16_t)(i < blocks->data ? i * blocks->count + number
								   : i * blocks->count + number -
									     blocks->long_from);
	}
	for (unsigned i = 0; i < blocks->checks; i++) {
		ret_block->places[data + i] = (uint16_t)(all_data + i * blocks->count + number);
	}
}

/* The block's places, the least sure first. */
static void rank(const struct bytes *bytes, const struct block *block, uint8_t *ret_order)
{
	for (unsigned i = 0; i < block->count; i++) {
		float own = bytes->sureness[block->places[i]];
		unsigned at = i;
		for (; at > 0 && bytes->sureness[block->places[ret_order[at - 1]]] > own; at--) {
			ret_order[at] = ret_order[at - 1];
		}
		ret_order[at] = (uint8_t)i;
	}
}

/* How likely does a block of chance come so near to some code? There are so many ways to be wrong in
 * @errors bytes, and one in 256 passes each check that is left. */
static double chance_of(unsigned count, unsigned checks, unsigned erased, unsigned errors)
{
	double ways = 0;

	for (unsigned i = 0; i < errors; i++) {
		ways += log2((double)(count - erased - i) / (i + 1));
	}
	return ways + 8.0 * errors - 8.0 * (checks - erased);
}

/* Gives up more and more bytes; what is kept is what says most. */
static bool mend_block(struct bytes *bytes, const struct block *block, double *chance)
{
	unsigned checks = block->count - block->data, errors;
	uint8_t order[256], best[256], own[256];
	float bits[8 * QR_BLOCK_BYTES];
	double least = BLOCK_CHANCE_MAX, chance_bits = 0;
	bool is_mended = false;

	rank(bytes, block, order);
	for (unsigned erased = 0; erased < checks; erased += ERASED_STEP) {
		for (unsigned i = 0; i < block->count; i++) {
			own[i] = bytes->value[block->places[i]];
		}
		if (reed_solomon_mend(own, block->count, checks, order, erased, &errors)) {
			double chance_own = chance_of(block->count, checks, erased, errors);
			if (chance_own < least) {
				least = chance_own;
				is_mended = true;
				memcpy(best, own, block->count);
			}
		}
	}
	if (!is_mended) {
		for (unsigned i = 0; i < block->count; i++) {
			best[i] = bytes->value[block->places[i]];
			memcpy(&bits[8 * i], &bytes->bits[8 * block->places[i]], 8 * sizeof *bits);
		}
		is_mended = qr_doubt(best, block->count, checks, bits, &chance_bits) &&
			    chance_bits <= BLOCK_CHANCE_MAX;
		least = chance_bits;
	}
	for (unsigned i = 0; i < block->count && is_mended; i++) {
		bytes->value[block->places[i]] = best[i];
	}
	*chance += least;
	return is_mended;
}

static void write_bytes(
	const struct qr_layout *layout, const struct bytes *bytes, unsigned format, float *values)
{
	unsigned bits = qr_format_bits(format);

	for (unsigned i = 0; i < layout->data_count; i++) {
		unsigned at = layout->data[i];
		bool is_set = i / 8 < bytes->count && bytes->value[i / 8] >> (7 - i % 8) & 1;
		bool is_turned =
			qr_mask_is(format % 8, at % layout->dimension, at / layout->dimension);
		values[at] = is_set != is_turned ? -1 : 1;
	}
	for (unsigned bit = 0; bit < QR_FORMAT_BITS; bit++) {
		values[qr_layout_format(layout, bit, 0)] = bits >> bit & 1 ? -1 : 1;
		values[qr_layout_format(layout, bit, 1)] = bits >> bit & 1 ? -1 : 1;
	}
	for (unsigned i = 0; i < layout->known_count; i++) {
		unsigned at = layout->known[i];
		values[at] = layout->kinds[at] == QR_DARK ? -1 : 1;
	}
}

/* How much the modules of the format, both copies, say that it is this one. */
static float likeness_of(const struct qr_layout *layout, const float *values, unsigned format)
{
	unsigned bits = qr_format_bits(format);
	float sum = 0;

	for (unsigned bit = 0; bit < QR_FORMAT_BITS; bit++) {
		float light = CLAMP(values[qr_layout_format(layout, bit, 0)], -1, 1) +
			      CLAMP(values[qr_layout_format(layout, bit, 1)], -1, 1);
		sum += bits >> bit & 1 ? -light : light;
	}
	return sum;
}

static void rank_formats(
	const struct qr_layout *layout, const float *values, unsigned ret_formats[FORMATS_TRIED])
{
	float likenesses[FORMATS_TRIED];

	for (unsigned i = 0; i < FORMATS_TRIED; i++) {
		likenesses[i] = -INFINITY;
		ret_formats[i] = 0;
	}
	for (unsigned format = 0; format < QR_FORMATS; format++) {
		float own = likeness_of(layout, values, format);
		unsigned at = FORMATS_TRIED;
		for (; at > 0 && likenesses[at - 1] < own; at--) {
			if (at < FORMATS_TRIED) {
				likenesses[at] = likenesses[at - 1];
				ret_formats[at] = ret_formats[at - 1];
			}
		}
		if (at < FORMATS_TRIED) {
			likenesses[at] = own;
			ret_formats[at] = format;
		}
	}
}

static bool mend_as(const struct qr_layout *layout, const float *values, const float *sureness,
	unsigned format, struct bytes *bytes)
{
	struct qr_blocks blocks = qr_blocks_of(layout, format);
	struct block block;
	double chance = 0;

	read_bytes(layout, values, sureness, format % 8, bytes);
	for (unsigned number = 0; number < blocks.count; number++) {
		lay_out(&blocks, number, &block);
		if (!mend_block(bytes, &block, &chance)) {
			return false;
		}
	}
	return chance <= CHANCE_MAX;
}

bool qr_mend(const struct qr_layout *layout, float *values)
{
	unsigned count = layout->dimension * layout->dimension;
	g_autofree float *sureness = g_new(float, count);
	g_autofree struct bytes *bytes = g_new(struct bytes, 1);
	unsigned formats[FORMATS_TRIED];

	for (unsigned i = 0; i < count; i++) {
		sureness[i] = fabsf(values[i]);
	}
	doubt_runs(layout, values, false, sureness);
	doubt_runs(layout, values, true, sureness);
	rank_formats(layout, values, formats);
	for (unsigned i = 0; i < FORMATS_TRIED; i++) {
		if (mend_as(layout, values, sureness, formats[i], bytes)) {
			write_bytes(layout, bytes, formats[i], values);
			return true;
		}
	}
	return false;
}
