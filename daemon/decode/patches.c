#include "decode/patches.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include <glib.h>

#define BUSY_SHARE 0.12F   /* of what the busiest blocks have; less is ground, or noise */
#define BUSIEST_SHARE 0.95 /* "the busiest": so many blocks have less */
#define BLOCKS_MIN 3       /* of each side; a smaller one has no code */
#define ASPECT_MAX 2.2
#define FILL_MIN 0.4 /* of the box; a square on its corner fills half */
#define ONE_WAY_MAX                                                                                \
	0.7 /* QR codes have 0.42 at most, and that when they were moved by two modules; most bars 0.8 */
#define MARGIN_PIXELS 14 /* around the box: a quiet zone, and what was cut off */
#define CANDIDATES_MAX 64

static int rising(const void *a, const void *b)
{
	float left = *(const float *)a, right = *(const float *)b;

	return left < right ? -1 : left > right ? 1 : 0;
}

static float energy_of(const struct field *field, size_t block)
{
	return field->sharp[block].xx + field->sharp[block].yy;
}

static float busy_from(const struct field *field)
{
	size_t count = (size_t)field->columns * field->rows;
	g_autofree float *energies = g_new(float, count);

	for (size_t block = 0; block < count; block++) {
		energies[block] = energy_of(field, block);
	}
	qsort(energies, count, sizeof *energies, rising);
	return energies[(size_t)((double)(count - 1) * BUSIEST_SHARE)] * BUSY_SHARE;
}

/* struct region - blocks that hang together. */
struct region {
	unsigned left, top, right, bottom;
	unsigned blocks;
	double xx, yy, xy;
};

static void visit(const struct field *field, size_t block, struct region *region)
{
	unsigned column = (unsigned)(block % field->columns);
	unsigned row = (unsigned)(block / field->columns);

	region->left = MIN(region->left, column);
	region->right = MAX(region->right, column);
	region->top = MIN(region->top, row);
	region->bottom = MAX(region->bottom, row);
	region->blocks++;
	region->xx += field->sharp[block].xx;
	region->yy += field->sharp[block].yy;
	region->xy += field->sharp[block].xy;
}

static struct region flood(
	const struct field *field, size_t seed, float busy, uint8_t *seen, size_t *stack)
{
	struct region region = {.left = field->columns, .top = field->rows};
	size_t depth = 0;

	stack[depth++] = seed;
	seen[seed] = 1;
	while (depth > 0) {
		size_t block = stack[--depth];
		size_t column = block % field->columns, row = block / field->columns;
		const struct {
			bool is_there;
			size_t block;
		} next[4] = {
			{column > 0, block - 1},
			{column + 1 < field->columns, block + 1},
			{row > 0, block - field->columns},
			{row + 1 < field->rows, block + field->columns},
		};
		visit(field, block, &region);
		for (unsigned i = 0; i < 4; i++) {
			if (next[i].is_there && !seen[next[i].block] &&
				energy_of(field, next[i].block) >= busy) {
				seen[next[i].block] = 1;
				stack[depth++] = next[i].block;
			}
		}
	}
	return region;
}

static bool is_square(const struct region *region)
{
	double width = region->right - region->left + 1.0;
	double height = region->bottom - region->top + 1.0;

	return MIN(width, height) >= BLOCKS_MIN && width <= height * ASPECT_MAX &&
	       height <= width * ASPECT_MAX && region->blocks >= width * height * FILL_MIN;
}

/* Bars have all their contrast along one line, a code of squares along two, even if it was moved while it was taken. */
static bool is_one_way(const struct region *region)
{
	return hypot(region->xx - region->yy, 2 * region->xy) >
	       (region->xx + region->yy) * ONE_WAY_MAX;
}

static struct patch patch_of(const struct region *region, const struct grey *in)
{
	unsigned left = region->left * BLOCK_PIXELS, top = region->top * BLOCK_PIXELS;
	unsigned right = (region->right + 1) * BLOCK_PIXELS + 1;
	unsigned bottom = (region->bottom + 1) * BLOCK_PIXELS + 1;
	struct patch patch = {
		.x = left > MARGIN_PIXELS ? left - MARGIN_PIXELS : 0,
		.y = top > MARGIN_PIXELS ? top - MARGIN_PIXELS : 0,
		.weight = region->xx + region->yy,
	};

	patch.width = MIN(right + MARGIN_PIXELS, in->width) - patch.x;
	patch.height = MIN(bottom + MARGIN_PIXELS, in->height) - patch.y;
	return patch;
}

static int heavier_first(const void *a, const void *b)
{
	double left = ((const struct patch *)a)->weight, right = ((const struct patch *)b)->weight;

	return left < right ? 1 : left > right ? -1 : 0;
}

unsigned patches_find(
	const struct field *field, const struct grey *in, struct patch ret_patches[PATCHES_MAX])
{
	size_t blocks = (size_t)field->columns * field->rows;
	g_autofree size_t *stack = g_new(size_t, blocks);
	g_autofree uint8_t *seen = g_new0(uint8_t, blocks);
	struct patch candidates[CANDIDATES_MAX];
	float busy = busy_from(field);
	unsigned count = 0, kept;

	for (size_t block = 0; block < blocks && count < CANDIDATES_MAX; block++) {
		if (!seen[block] && energy_of(field, block) >= busy && busy > 0) {
			struct region region = flood(field, block, busy, seen, stack);
			if (is_square(&region) && !is_one_way(&region)) {
				candidates[count++] = patch_of(&region, in);
			}
		}
	}
	qsort(candidates, count, sizeof *candidates, heavier_first);
	for (kept = 0; kept < MIN(count, PATCHES_MAX); kept++) {
		ret_patches[kept] = candidates[kept];
	}
	return kept;
}
