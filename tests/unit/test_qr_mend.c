#include "unit.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#include "decode/qr_doubt.h"
#include "decode/qr_mend.h"
#include "decode/reed_solomon.h"

#define VERSION_4 33
#define LEVEL_M 0

/* Any data, and the checks that belong to them: those are what is missing when only the data are known. */
static void make_bytes(const struct qr_blocks *blocks, unsigned seed, uint8_t *ret_bytes)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(seed);
	uint8_t erased[QR_CHECKS_MAX], own[QR_BLOCK_BYTES];
	unsigned count = blocks->data + blocks->checks, errors;

	assert_int_equal(blocks->long_from, blocks->count);
	for (unsigned block = 0; block < blocks->count; block++) {
		for (unsigned i = 0; i < count; i++) {
			own[i] = (uint8_t)(i < blocks->data ? g_rand_int_range(random, 0, 256) : 0);
		}
		for (unsigned i = 0; i < blocks->checks; i++) {
			erased[i] = (uint8_t)(blocks->data + i);
		}
		assert_true(reed_solomon_mend(
			own, count, blocks->checks, erased, blocks->checks, &errors));
		for (unsigned i = 0; i < count; i++) {
			ret_bytes[i * blocks->count + block] = own[i];
		}
	}
}

static void make_code(const struct qr_layout *layout, unsigned format, float *values)
{
	unsigned dimension = layout->dimension, bits = qr_format_bits(format);
	struct qr_blocks blocks = qr_blocks_of(layout, format);
	uint8_t bytes[256] = {0};

	make_bytes(&blocks, format, bytes);
	for (unsigned i = 0; i < layout->data_count; i++) {
		unsigned at = layout->data[i];
		bool is_set = bytes[i / 8] >> (7 - i % 8) & 1;
		bool is_turned = qr_mask_is(format % 8, at % dimension, at / dimension);
		values[at] = is_set != is_turned ? -1 : 1;
	}
	for (unsigned i = 0; i < layout->known_count; i++) {
		unsigned at = layout->known[i];
		values[at] = layout->kinds[at] == QR_DARK ? -1 : 1;
	}
	for (unsigned bit = 0; bit < 2 * QR_FORMAT_BITS; bit++) {
		values[qr_layout_format(layout, bit / 2, bit % 2)] = bits >> bit / 2 & 1 ? -1 : 1;
	}
}

static struct qr_layout *layout_of(unsigned dimension)
{
	struct qr_layout *layout = g_new(struct qr_layout, 1);

	qr_layout_init(layout, dimension);
	return layout;
}

/* From ISO/IEC 18004: table C.1, and the bits that each version has room for. */
static void the_layout_is_that_of_the_standard(void **state)
{
	static const unsigned rooms[][2] = {
		{21, 208}, {25, 359}, {33, 807}, {45, 1568}, {101, 9252}};

	(void)state;
	assert_int_equal(qr_format_bits(0), 0x5412);
	assert_int_equal(qr_format_bits(1 * 8 + 4), 0x662f);
	assert_int_equal(qr_format_bits(3 * 8 + 7), 0x2bed);
	for (unsigned i = 0; i < G_N_ELEMENTS(rooms); i++) {
		g_autofree struct qr_layout *layout = layout_of(rooms[i][0]);
		assert_int_equal(layout->data_count, rooms[i][1]);
	}
}

static void the_blocks_fill_every_code(void **state)
{
	(void)state;
	for (unsigned dimension = QR_DIMENSION_MIN; dimension <= QR_DIMENSION_MAX; dimension += 4) {
		g_autofree struct qr_layout *layout = layout_of(dimension);
		for (unsigned level = 0; level < 4; level++) {
			struct qr_blocks blocks = qr_blocks_of(layout, level * 8);
			unsigned bytes = blocks.count * (blocks.data + blocks.checks) +
					 blocks.count - blocks.long_from;
			assert_int_equal(bytes, layout->data_count / 8);
			assert_true(blocks.checks <= QR_CHECKS_MAX);
			assert_true(blocks.data + 1 + blocks.checks <= QR_BLOCK_BYTES);
		}
	}
}

static void assert_mended(const struct qr_layout *layout, unsigned format, const float *values)
{
	g_autofree float *right = g_new(float, (size_t)layout->dimension * layout->dimension);

	make_code(layout, format, right);
	for (unsigned i = 0; i < layout->dimension * layout->dimension; i++) {
		assert_true(values[i] == right[i]);
	}
}

/* White lines across the code: every byte that they cross has two bits that say nothing. */
static void scratches_are_mended(void **state)
{
	(void)state;
	for (unsigned lines = 1; lines <= 3; lines++) {
		for (unsigned mask = 0; mask < 8; mask++) {
			g_autofree struct qr_layout *layout = layout_of(VERSION_4);
			g_autofree float *values = g_new(float, VERSION_4 *VERSION_4);
			make_code(layout, LEVEL_M * 8 + mask, values);
			for (unsigned i = 0; i < lines * VERSION_4; i++) {
				values[(12 + i / VERSION_4 * 5) * VERSION_4 + i % VERSION_4] = 1;
			}
			assert_true(qr_mend(layout, values));
			assert_mended(layout, LEVEL_M * 8 + mask, values);
		}
	}
}

/* What is wrong is less sure than what is right, more or less: each code comes out as itself or not at all. */
static void noise_is_mended_or_left(void **state)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(5);
	unsigned mended[2] = {0};

	(void)state;
	for (unsigned turn = 0; turn < 60; turn++) {
		g_autofree struct qr_layout *layout = layout_of(VERSION_4);
		g_autofree float *values = g_new(float, VERSION_4 *VERSION_4);
		double noise = turn % 2 == 0 ? 0.38 : 1.6;
		make_code(layout, turn % QR_FORMATS, values);
		for (unsigned i = 0; i < VERSION_4 * VERSION_4; i++) {
			double sum = -6;
			for (unsigned j = 0; j < 12; j++) {
				sum += g_rand_double(random);
			}
			values[i] += (float)(sum * noise);
		}
		if (qr_mend(layout, values)) {
			assert_mended(layout, turn % QR_FORMATS, values);
			mended[turn % 2]++;
		}
	}
	assert_true(mended[0] >= 28);
	assert_true(mended[1] <= 2);
}

static void chance_is_no_code(void **state)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(6);

	(void)state;
	for (unsigned turn = 0; turn < 200; turn++) {
		unsigned dimension = QR_DIMENSION_MIN + turn % 6 * 4;
		g_autofree struct qr_layout *layout = layout_of(dimension);
		g_autofree float *values = g_new(float, (size_t)dimension *dimension);
		for (unsigned i = 0; i < dimension * dimension; i++) {
			values[i] = (float)g_rand_double_range(random, -1, 1);
		}
		assert_false(qr_mend(layout, values));
	}
}

static void bytes_are_mended_as_far_as_checks_reach(void **state)
{
	static const uint8_t erased[] = {3, 17, 29, 40};
	uint8_t bytes[50];
	unsigned errors;

	(void)state;
	for (unsigned wrong = 0; wrong <= 9; wrong++) {
		memset(bytes, 0, sizeof bytes);
		for (unsigned i = 0; i < G_N_ELEMENTS(erased); i++) {
			bytes[erased[i]] = (uint8_t)(91 * i + 5);
		}
		for (unsigned i = 0; i < wrong; i++) {
			bytes[i * 5 + 1] = (uint8_t)(i + 1);
		}
		assert_int_equal(
			reed_solomon_mend(bytes, sizeof bytes, 18, erased, 4, &errors), wrong <= 7);
		for (unsigned i = 0; i < sizeof bytes && wrong <= 7; i++) {
			assert_int_equal(bytes[i], 0);
		}
		assert_true(wrong > 7 || errors == wrong);
	}
}

/* Fourteen bytes of correction are 112 equations: 60 bits that are not sure, in all bytes, and two that seemed to be. */
static void bits_are_mended_where_bytes_are_not(void **state)
{
	uint8_t bytes[60] = {0};
	float sureness[8 * 60];
	double chance;

	(void)state;
	for (unsigned bit = 0; bit < 8 * 60; bit++) {
		bool is_unsure = bit % 8 == bit / 8 * 5 % 7;
		bool is_wrong = is_unsure ? bit % 5 < 3 : bit == 100 || bit == 333;
		sureness[bit] = is_unsure ? 0.1F : 1 + (float)bit / 1000;
		bytes[bit / 8] |= (uint8_t)(is_wrong << (7 - bit % 8));
	}
	assert_false(qr_doubt(bytes, 60, 6, sureness, &chance));
	assert_true(qr_doubt(bytes, 60, 14, sureness, &chance));
	assert_true(chance < -24);
	for (unsigned i = 0; i < sizeof bytes; i++) {
		assert_int_equal(bytes[i], 0);
	}
}

/* The same bit of each byte: then other bytes fit as well, and none is told. */
static void bits_that_may_be_this_or_that_are_left(void **state)
{
	uint8_t bytes[60] = {0};
	float sureness[8 * 60];
	double chance;

	(void)state;
	for (unsigned bit = 0; bit < 8 * 60; bit++) {
		sureness[bit] = bit % 8 == 3 ? 0.1F : 1;
		bytes[bit / 8] |= (uint8_t)((bit % 8 == 3 && bit % 5 < 3) << 4);
	}
	assert_false(qr_doubt(bytes, 60, 14, sureness, &chance));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_layout_is_that_of_the_standard),
		cmocka_unit_test(the_blocks_fill_every_code),
		cmocka_unit_test(scratches_are_mended),
		cmocka_unit_test(noise_is_mended_or_left),
		cmocka_unit_test(chance_is_no_code),
		cmocka_unit_test(bytes_are_mended_as_far_as_checks_reach),
		cmocka_unit_test(bits_are_mended_where_bytes_are_not),
		cmocka_unit_test(bits_that_may_be_this_or_that_are_left),
	};

	return cmocka_run_group_tests_name("qr_mend", tests, NULL, NULL);
}
