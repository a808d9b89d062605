#include "unit.h"

#include <string.h>

#include <glib.h>

#include "decode/look.h"

static struct barcode_list *list;
static GByteArray *answer;

/* What a good child says of a label with two codes. */
static int begin(void **state)
{
	(void)state;
	list = g_new0(struct barcode_list, 1);
	answer = g_byte_array_new();
	list->count = 2;
	list->codes[0] = (struct barcode){.symbology = SYMBOLOGY_CODE_128,
		.quality = 9,
		.page = 1,
		.x = 1,
		.y = 2,
		.width = 3,
		.height = 4,
		.length = 13,
		.text = "RR123456785VN"};
	list->codes[1] = (struct barcode){.symbology = SYMBOLOGY_QR,
		.quality = 1,
		.page = PICTURE_PAGES_MAX,
		.x = PICTURE_SIDE_MAX,
		.length = 3,
		.text = "a\0b"};
	return 0;
}

static int end(void **state)
{
	(void)state;
	g_free(list);
	g_byte_array_unref(answer);
	return 0;
}

static enum hoso_error pack_and_unpack(void)
{
	g_autofree struct barcode_list *unpacked = g_new0(struct barcode_list, 1);
	enum hoso_error error;

	g_byte_array_set_size(answer, 0);
	look_pack(list, answer);
	error = look_unpack(answer->data, answer->len, unpacked);
	assert_int_equal(unpacked->count, error ? 0 : list->count);
	return error;
}

static void what_was_packed_is_unpacked(void **state)
{
	struct barcode_list *unpacked = g_new0(struct barcode_list, 1);

	(void)state;
	look_pack(list, answer);
	assert_int_equal(look_unpack(answer->data, answer->len, unpacked), HOSO_OK);
	assert_memory_equal(unpacked, list, sizeof *list);
	g_free(unpacked);
}

static void an_answer_of_another_length_is_none(void **state)
{
	(void)state;
	look_pack(list, answer);
	assert_int_equal(look_unpack(answer->data, answer->len - 1, list), HOSO_BAD_PICTURE);
	assert_int_equal(look_unpack(answer->data, 0, list), HOSO_BAD_PICTURE);
	g_byte_array_set_size(answer, (PICTURE_CODES_MAX + 1) * (guint)sizeof(struct barcode));
	memset(answer->data, 0, answer->len);
	assert_int_equal(look_unpack(answer->data, answer->len, list), HOSO_BAD_PICTURE);
}

/* A child that was taken over says what it likes; none of it gets further. */
static void nothing_out_of_bounds_is_believed(void **state)
{
	struct barcode *code = &list->codes[1];
	const struct barcode good = *code;

	(void)state;
	assert_int_equal(pack_and_unpack(), HOSO_OK);
#define REFUSED(change)                                                                            \
	change;                                                                                    \
	assert_int_equal(pack_and_unpack(), HOSO_BAD_PICTURE);                                     \
	*code = good
	REFUSED(code->symbology = SYMBOLOGY_COUNT);
	REFUSED(code->quality = UINT32_MAX);
	REFUSED(code->page = 0);
	REFUSED(code->page = PICTURE_PAGES_MAX + 1);
	REFUSED(code->x = PICTURE_SIDE_MAX + 1);
	REFUSED(code->y = UINT32_MAX);
	REFUSED(code->width = PICTURE_SIDE_MAX + 1);
	REFUSED(code->height = PICTURE_SIDE_MAX + 1);
	REFUSED(code->length = 0);
	REFUSED(code->text[code->length = 0] = '\0');
	REFUSED(code->length = BARCODE_TEXT_MAX + 1);
	REFUSED(code->length = UINT32_MAX);
	REFUSED(code->text[code->length] = 'x');
	REFUSED(code->text[0] = '\xff');
#undef REFUSED
	assert_int_equal(pack_and_unpack(), HOSO_OK);
}

static void what_is_no_picture_is_bad_and_a_blank_one_has_no_code(void **state)
{
	static const char blank[] = "P5 4 2 255\n\xff\xff\xff\xff\xff\xff\xff\xff";
	const struct barcode_wish wish = {.budget_ms = 1000};

	(void)state;
	assert_int_equal(look_at("", 0, &wish, list), HOSO_BAD_PICTURE);
	assert_int_equal(look_at("words", 5, &wish, list), HOSO_BAD_PICTURE);
	assert_int_equal(look_at("%PDF-", 5, &wish, list), HOSO_BAD_PICTURE);
	assert_int_equal(look_at(blank, sizeof blank - 1, &wish, list), HOSO_NO_CODE);
	assert_int_equal(list->count, 2); /* not touched */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_packed_is_unpacked, begin, end),
		cmocka_unit_test_setup_teardown(an_answer_of_another_length_is_none, begin, end),
		cmocka_unit_test_setup_teardown(nothing_out_of_bounds_is_believed, begin, end),
		cmocka_unit_test_setup_teardown(
			what_is_no_picture_is_bad_and_a_blank_one_has_no_code, begin, end),
	};

	return cmocka_run_group_tests_name("look", tests, NULL, NULL);
}
