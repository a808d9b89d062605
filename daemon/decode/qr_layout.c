#include "decode/qr_layout.h"

#include <assert.h>
#include <string.h>

#include <glib.h>

#define FORMAT_GENERATOR 0x537
#define FORMAT_MASK 0x5412
#define VERSION_GENERATOR 0x1f25
#define VERSION_FROM 7 /* smaller ones do not say it */
#define ALIGNMENTS_MAX 5

static void put(struct qr_layout *layout, unsigned x, unsigned y, enum qr_kind kind)
{
	layout->kinds[y * layout->dimension + x] = (uint8_t)kind;
}

/* Rings around a middle, dark and light by turns; the two innermost ones of a finder are one square. */
static void put_rings(struct qr_layout *layout, int middle_x, int middle_y, int half)
{
	int last = (int)layout->dimension - 1;

	for (int y = MAX(middle_y - half, 0); y <= MIN(middle_y + half, last); y++) {
		for (int x = MAX(middle_x - half, 0); x <= MIN(middle_x + half, last); x++) {
			int far = MAX(ABS(x - middle_x), ABS(y - middle_y));
			bool is_dark = half == 2 ? far != 1 : far != 2 && far != 4;
			put(layout, (unsigned)x, (unsigned)y, is_dark ? QR_DARK : QR_LIGHT);
		}
	}
}

/* The middles of the small squares, along one side. Returns how many. */
static unsigned alignments_of(const struct qr_layout *layout, unsigned ret_places[ALIGNMENTS_MAX])
{
	unsigned count = layout->version / 7 + 2, step, at = layout->dimension - 7;

	if (layout->version < 2) {
		return 0;
	}
	step = (layout->version * 4 + count * 2 + 1) / (count * 2 - 2) * 2;
	for (unsigned i = count - 1; i > 0; i--, at -= step) {
		ret_places[i] = at;
	}
	ret_places[0] = 6;
	return count;
}

static void put_alignments(struct qr_layout *layout)
{
	unsigned places[ALIGNMENTS_MAX];
	unsigned count = alignments_of(layout, places);

	for (unsigned i = 0; i < count; i++) {
		for (unsigned j = 0; j < count; j++) {
			bool is_finder = (i == 0 && j == 0) || (i == 0 && j + 1 == count) ||
					 (i + 1 == count && j == 0);
			if (!is_finder) {
				put_rings(layout, (int)places[i], (int)places[j], 2);
			}
		}
	}
}

static unsigned with_rest(unsigned value, unsigned bits, unsigned generator)
{
	unsigned rest = value;

	for (unsigned i = 0; i < bits; i++) {
		rest = rest << 1 ^ (rest >> (bits - 1) & 1) * generator;
	}
	return value << bits | rest;
}

unsigned qr_format_bits(unsigned format)
{
	return with_rest(format, 10, FORMAT_GENERATOR) ^ FORMAT_MASK;
}

static void put_version(struct qr_layout *layout)
{
	unsigned bits = with_rest(layout->version, 12, VERSION_GENERATOR);

	if (layout->version < VERSION_FROM) {
		return;
	}
	for (unsigned i = 0; i < 18; i++) {
		unsigned far = layout->dimension - 11 + i % 3;
		enum qr_kind kind = bits >> i & 1 ? QR_DARK : QR_LIGHT;
		put(layout, far, i / 3, kind);
		put(layout, i / 3, far, kind);
	}
}

unsigned qr_layout_format(const struct qr_layout *layout, unsigned bit, unsigned copy)
{
	unsigned last = layout->dimension - 1, x, y;

	if (copy == 0) {
		x = bit < 8 ? 8 : bit == 8 ? 7 : 14 - bit;
		y = bit < 6 ? bit : bit < 8 ? bit + 1 : 8;
	} else {
		x = bit < 8 ? last - bit : 8;
		y = bit < 8 ? 8 : last - 14 + bit;
	}
	return y * layout->dimension + x;
}

/* Two columns at a time, from the right, upwards and downwards by turns. */
static void order_data(struct qr_layout *layout)
{
	unsigned dimension = layout->dimension;
	bool is_upwards = true;

	for (int right = (int)dimension - 1; right >= 1; right -= 2, is_upwards = !is_upwards) {
		right -= right == 6; /* the column of the timing pattern */
		for (unsigned i = 0; i < dimension; i++) {
			unsigned y = is_upwards ? dimension - 1 - i : i;
			for (unsigned j = 0; j < 2; j++) {
				unsigned at = y * dimension + (unsigned)right - j;
				if (layout->kinds[at] == QR_DATA) {
					layout->data[layout->data_count++] = (uint16_t)at;
				}
			}
		}
	}
}

void qr_layout_init(struct qr_layout *layout, unsigned dimension)
{
	int far = (int)dimension - 4;

	assert(dimension >= QR_DIMENSION_MIN && dimension <= QR_DIMENSION_MAX);
	layout->version = (dimension - 17) / 4;
	layout->dimension = dimension;
	layout->known_count = 0;
	layout->data_count = 0;
	memset(layout->kinds, QR_DATA, (size_t)dimension * dimension);
	for (unsigned i = 0; i < dimension; i++) {
		put(layout, i, 6, i % 2 == 0 ? QR_DARK : QR_LIGHT);
		put(layout, 6, i, i % 2 == 0 ? QR_DARK : QR_LIGHT);
	}
	put_alignments(layout);
	put_rings(layout, 3, 3, 4);
	put_rings(layout, far, 3, 4);
	put_rings(layout, 3, far, 4);
	put_version(layout);
	for (unsigned bit = 0; bit < QR_FORMAT_BITS; bit++) {
		layout->kinds[qr_layout_format(layout, bit, 0)] = QR_FORMAT;
		layout->kinds[qr_layout_format(layout, bit, 1)] = QR_FORMAT;
	}
	put(layout, 8, dimension - 8, QR_DARK);
	for (unsigned at = 0; at < dimension * dimension; at++) {
		if (layout->kinds[at] == QR_LIGHT || layout->kinds[at] == QR_DARK) {
			layout->known_x[layout->known_count] = (uint8_t)(at % dimension);
			layout->known_y[layout->known_count] = (uint8_t)(at / dimension);
			layout->known[layout->known_count++] = (uint16_t)at;
		}
	}
	order_data(layout);
}

bool qr_mask_is(unsigned mask, unsigned x, unsigned y)
{
	switch (mask) {
	case 0:
		return (x + y) % 2 == 0;
	case 1:
		return y % 2 == 0;
	case 2:
		return x % 3 == 0;
	case 3:
		return (x + y) % 3 == 0;
	case 4:
		return (x / 3 + y / 2) % 2 == 0;
	case 5:
		return x * y % 2 + x * y % 3 == 0;
	case 6:
		return (x * y % 2 + x * y % 3) % 2 == 0;
	default:
		return ((x + y) % 2 + x * y % 3) % 2 == 0;
	}
}

/* By the level's two bits (M, L, H, Q), then the version: table 9 of the standard. */
static const uint8_t checks_of[4][QR_VERSION_MAX] = {
	{10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26},
	{7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28},
	{17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30},
	{13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28},
};
static const uint8_t counts_of[4][QR_VERSION_MAX] = {
	{1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17},
	{1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8},
	{1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25},
	{1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23},
};

struct qr_blocks qr_blocks_of(const struct qr_layout *layout, unsigned format)
{
	unsigned level = format / 8, bytes = layout->data_count / 8;
	unsigned count = counts_of[level][layout->version - 1];

	return (struct qr_blocks){
		.count = count,
		.checks = checks_of[level][layout->version - 1],
		.data = bytes / count - checks_of[level][layout->version - 1],
		.long_from = count - bytes % count,
	};
}
