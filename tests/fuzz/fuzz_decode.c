/*
 * What becomes of a small picture's codes. The first byte says how the rest is a picture: as pixels, as
 * the widths of bars, or as the modules of a matrix; so that few bytes come close to a code. As a
 * camera's frame it gets one attempt of the ladder beside the first, another each time: all of them would take too
 * long. Texts are UTF-8, places lie in the picture, and what a child packs, its parent unpacks. Any other bytes are
 * no answer.
 */
#include "fuzz.h"

#include <hoso/known_code.h>

#include "base/text.h"
#include "decode/look.h"

#define ROWS 8
#define MARGIN 24
#define MATRIX_SIDE 101 /* pixels, at least: the reader doubles smaller ones once more */
#define SIDE_MAX 64
#define PIXELS_MAX 512

static struct grey from_pixels(const uint8_t *bytes, size_t length)
{
	unsigned width = 1 + bytes[0] % SIDE_MAX;
	unsigned height = (unsigned)MIN((length - 1) / width, SIDE_MAX);
	struct grey grey = {0};

	if (height > 0) {
		grey = grey_blank(width, height);
		memcpy(grey.pixels, bytes + 1, grey_area(&grey));
	}
	return grey;
}

/* Each byte is two bars of 1 to 8 pixels, a black and a white one; white on both sides. */
static struct grey from_bars(const uint8_t *bytes, size_t length)
{
	g_autoptr(GByteArray) row = g_byte_array_new();
	guint8 margin[MARGIN];
	struct grey grey;

	memset(margin, 255, sizeof margin);
	g_byte_array_append(row, margin, sizeof margin);
	for (size_t i = 0; i < 2 * length && row->len < PIXELS_MAX; i++) {
		unsigned wide = 1 + (bytes[i / 2] >> (i % 2 ? 4 : 0) & 7);
		guint8 pixels[8];
		memset(pixels, i % 2 ? 255 : 0, wide);
		g_byte_array_append(row, pixels, wide);
	}
	g_byte_array_append(row, margin, sizeof margin);
	grey = grey_blank(row->len, ROWS);
	for (unsigned y = 0; y < ROWS; y++) {
		memcpy(grey_row(&grey, y), row->data, row->len);
	}
	return grey;
}

/* Each bit is a module; the matrix is square, with four modules of white around it. */
static struct grey from_modules(const uint8_t *bytes, size_t length)
{
	unsigned side = 17 + 4 * (bytes[0] % 6), around = 4;
	unsigned module = MATRIX_SIDE / (side + 2 * around) + 1;
	unsigned all = (side + 2 * around) * module;
	struct grey grey = grey_blank(all, all);

	memset(grey.pixels, 255, grey_area(&grey));
	for (unsigned y = 0; y < side * module; y++) {
		for (unsigned x = 0; x < side * module; x++) {
			size_t bit = (size_t)(y / module) * side + x / module;
			if (1 + bit / 8 < length && bytes[1 + bit / 8] >> (7 - bit % 8) & 1) {
				grey_row(&grey, y + around * module)[x + around * module] = 0;
			}
		}
	}
	return grey;
}

static struct grey make(const uint8_t *bytes, size_t length)
{
	switch (bytes[0] % 4) {
	case 0:
		return from_pixels(bytes + 1, length - 1);
	case 1:
		return from_modules(bytes + 1, length - 1);
	default:
		return from_bars(bytes + 1, length - 1);
	}
}

static void check(const struct barcode *code, const struct grey *grey)
{
	g_assert(code->symbology < SYMBOLOGY_COUNT);
	g_assert(code->length > 0 && code->length <= BARCODE_TEXT_MAX);
	g_assert(code->text[code->length] == '\0');
	g_assert(text_is_utf8(code->text, code->length));
	g_assert(code->x + code->width <= grey->width + 1);
	g_assert(code->y + code->height <= grey->height + 1);
	(void)known_code(code->text, code->length);
}

static void check_answer(struct barcode_list *list)
{
	g_autoptr(GByteArray) answer = g_byte_array_new();
	g_autofree struct barcode_list *again = g_new0(struct barcode_list, 1);

	for (unsigned i = 0; i < list->count; i++) {
		list->codes[i].page = 1;
	}
	look_pack(list, answer);
	g_assert(look_unpack(answer->data, answer->len, again) == HOSO_OK);
	g_assert(again->count == list->count);
	g_assert(look_unpack(answer->data, answer->len - 1, again) == HOSO_BAD_PICTURE);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static struct barcode_reader *reader;
	static struct barcode_list list;
	struct grey grey;

	if (length < 3) {
		return 0;
	}
	reader = reader ? reader : barcode_reader_new();
	g_assert(look_unpack(bytes, length, &list) == HOSO_BAD_PICTURE);
	grey = make(bytes, length);
	if (grey.pixels && barcode_read_frame(reader, &grey, &list) == HOSO_OK) {
		g_assert(list.count > 0 && list.count <= PICTURE_CODES_MAX);
		for (unsigned i = 0; i < list.count; i++) {
			check(&list.codes[i], &grey);
		}
		check_answer(&list);
	}
	grey_done(&grey);
	return 0;
}
