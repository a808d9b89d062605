#include "decode/field.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#include "decode/retouch.h"

#define COHERENCE_MIN 0.55
#define ENERGY_MIN (12.0 * BLOCK_PIXELS * BLOCK_PIXELS) /* square grey steps; below: an even area */

/* Plain loops over a row, so that the compiler makes vectors of them: this is most of the work. */
static void add_gradients(const uint8_t *above, const uint8_t *row, const uint8_t *below,
	unsigned width, int32_t *restrict xx, int32_t *restrict yy, int32_t *restrict xy)
{
	for (unsigned x = 1; x + 1 < width; x++) {
		int32_t dx = row[x + 1] - row[x - 1];
		int32_t dy = below[x] - above[x];
		xx[x] += dx * dx;
		yy[x] += dy * dy;
		xy[x] += dx * dy;
	}
}

static void sum_blocks(const int32_t *sums, unsigned columns, float *first, size_t step)
{
	for (unsigned column = 0; column < columns; column++) {
		int32_t sum = 0;
		for (unsigned x = 0; x < BLOCK_PIXELS; x++) {
			sum += sums[1 + column * BLOCK_PIXELS + x];
		}
		first[column * step] = (float)sum;
	}
}

static void measure_blocks(const struct grey *in, struct field *field)
{
	g_autofree int32_t *sums = g_new(int32_t, 3 * (size_t)in->width);
	size_t step = sizeof(struct tensor) / sizeof(float);

	for (unsigned row = 0; row < field->rows; row++) {
		struct tensor *tensors = field->sharp + (size_t)row * field->columns;
		memset(sums, 0, 3 * (size_t)in->width * sizeof *sums);
		for (unsigned y = 1 + row * BLOCK_PIXELS; y < 1 + (row + 1) * BLOCK_PIXELS; y++) {
			add_gradients(grey_row(in, y - 1), grey_row(in, y), grey_row(in, y + 1),
				in->width, sums, sums + in->width, sums + 2 * (size_t)in->width);
		}
		sum_blocks(sums, field->columns, &tensors->xx, step);
		sum_blocks(sums + in->width, field->columns, &tensors->yy, step);
		sum_blocks(sums + 2 * (size_t)in->width, field->columns, &tensors->xy, step);
	}
}

static struct tensor with_neighbours(const struct field *field, unsigned column, unsigned row)
{
	struct tensor sum = {0};

	for (unsigned y = row > 0 ? row - 1 : 0; y <= MIN(row + 1, field->rows - 1); y++) {
		for (unsigned x = column > 0 ? column - 1 : 0;
			x <= MIN(column + 1, field->columns - 1); x++) {
			const struct tensor *tensor = &field->sharp[(size_t)y * field->columns + x];
			sum.xx += tensor->xx;
			sum.yy += tensor->yy;
			sum.xy += tensor->xy;
		}
	}
	return sum;
}

static void judge_blocks(struct field *field)
{
	for (unsigned row = 0; row < field->rows; row++) {
		for (unsigned column = 0; column < field->columns; column++) {
			size_t at = (size_t)row * field->columns + column;
			struct tensor *own = &field->sharp[at];
			struct tensor sum = with_neighbours(field, column, row);
			float stretch = hypotf(sum.xx - sum.yy, 2 * sum.xy);
			field->smooth[at] = sum;
			field->angle[at] = atan2f(2 * sum.xy, sum.xx - sum.yy) / 2;
			field->is_striped[at] = own->xx + own->yy >= (float)ENERGY_MIN &&
						stretch >= (float)COHERENCE_MIN * (sum.xx + sum.yy);
		}
	}
}

bool field_init(struct field *field, const struct grey *in)
{
	struct grey calm;
	size_t count;

	*field = (struct field){0};
	if (in->width < BLOCK_PIXELS + 2 || in->height < BLOCK_PIXELS + 2) {
		return false;
	}
	field->columns = (in->width - 2) / BLOCK_PIXELS;
	field->rows = (in->height - 2) / BLOCK_PIXELS;
	count = (size_t)field->columns * field->rows;
	field->sharp = g_new0(struct tensor, count);
	field->smooth = g_new0(struct tensor, count);
	field->angle = g_new0(float, count);
	field->is_striped = g_new0(uint8_t, count);
	/* Noise has gradients in all directions; a small mean leaves those of the bars. */
	calm = retouch_mean(in, 3, 3);
	measure_blocks(&calm, field);
	judge_blocks(field);
	grey_done(&calm);
	return true;
}

void field_done(struct field *field)
{
	g_free(field->sharp);
	g_free(field->smooth);
	g_free(field->angle);
	g_free(field->is_striped);
}
