#include "unit.h"

#include "base/uuid7.h"
#include "io/pg_value.h"

/* The bytes that PostgreSQL reads. That it reads them as they were meant is asked in tests/flow. */

static void assert_array(struct pg_array *array, const char *expected, size_t length)
{
	struct pg_params params = {0};

	pg_params_array(&params, array);
	assert_null(array->bytes);
	assert_int_equal(params.count, 1);
	assert_int_equal(params.formats[0], 1);
	assert_int_equal(params.lengths[0], length);
	assert_memory_equal(params.values[0], expected, length);
	pg_params_clear(&params);
}

#define ASSERT_ARRAY(array, expected) assert_array(array, expected, sizeof expected - 1)
#define HEAD(has_null, type, count) "\0\0\0\1\0\0\0" has_null "\0\0" type "\0\0\0" count "\0\0\0\1"

static void an_empty_array_has_no_dimension(void **state)
{
	struct pg_array array;

	(void)state;
	pg_array_init(&array, PG_UUID);
	ASSERT_ARRAY(&array, "\0\0\0\0\0\0\0\0\0\0\x0b\x86");
}

static void nothing_in_a_text_means_anything(void **state)
{
	struct pg_array array;

	(void)state;
	pg_array_init(&array, PG_TEXT);
	pg_array_text(&array, "");
	pg_array_text(&array, "{\"',\\");
	pg_array_text(&array, "NULL");
	pg_array_text(&array, "Đỗ");
	ASSERT_ARRAY(&array, HEAD("\0", "\0\x19", "\4") "\0\0\0\0"
							"\0\0\0\5{\"',\\"
							"\0\0\0\4NULL"
							"\0\0\0\5\xc4\x90\xe1\xbb\x97");
}

static void no_text_and_no_uuid_are_null(void **state)
{
	static const struct uuid none;
	struct pg_array array;

	(void)state;
	pg_array_init(&array, PG_TEXT);
	pg_array_text(&array, NULL);
	ASSERT_ARRAY(&array, HEAD("\1", "\0\x19", "\1") "\xff\xff\xff\xff");
	pg_array_init(&array, PG_UUID);
	pg_array_uuid(&array, &none);
	ASSERT_ARRAY(&array, HEAD("\1", "\x0b\x86", "\1") "\xff\xff\xff\xff");
}

static void numbers_are_as_wide_as_their_type(void **state)
{
	struct pg_array array;

	(void)state;
	pg_array_init(&array, PG_INT8);
	pg_array_int(&array, INT64_MIN);
	pg_array_int(&array, -1);
	ASSERT_ARRAY(&array,
		HEAD("\0", "\0\x14", "\2") "\0\0\0\x08\x80\0\0\0\0\0\0\0"
					   "\0\0\0\x08\xff\xff\xff\xff\xff\xff\xff\xff");
	pg_array_init(&array, PG_INT4);
	pg_array_int(&array, -2);
	ASSERT_ARRAY(&array, HEAD("\0", "\0\x17", "\1") "\0\0\0\4\xff\xff\xff\xfe");
}

static void flags_uuids_bytes_and_times(void **state)
{
	struct uuid id;
	struct pg_array array;

	(void)state;
	assert_true(uuid7_parse("01935b2e-7c00-7abc-8def-0123456789ab", &id));
	pg_array_init(&array, PG_BOOL);
	pg_array_bool(&array, true);
	pg_array_bool(&array, false);
	ASSERT_ARRAY(&array, HEAD("\0", "\0\x10", "\2") "\0\0\0\1\1\0\0\0\1\0");
	pg_array_init(&array, PG_UUID);
	pg_array_uuid(&array, &id);
	ASSERT_ARRAY(&array,
		HEAD("\0", "\x0b\x86",
			"\1") "\0\0\0\x10"
			      "\x01\x93\x5b\x2e\x7c\x00\x7a\xbc\x8d\xef\x01\x23\x45\x67\x89\xab");
	pg_array_init(&array, PG_BYTEA);
	pg_array_bytes(&array, "\x00\xff", 2);
	pg_array_bytes(&array, "", 0);
	ASSERT_ARRAY(&array, HEAD("\0", "\0\x11", "\2") "\0\0\0\2\x00\xff\0\0\0\0");
	/* A millisecond after 2000 began, and one before. */
	pg_array_init(&array, PG_TIMESTAMPTZ);
	pg_array_time(&array, 946684800001);
	pg_array_time(&array, 946684799999);
	ASSERT_ARRAY(&array,
		HEAD("\0", "\x04\xa0", "\2") "\0\0\0\x08\0\0\0\0\0\0\x03\xe8"
					     "\0\0\0\x08\xff\xff\xff\xff\xff\xff\xfc\x18");
}

static void parameters_are_texts_or_null(void **state)
{
	static const struct uuid none;
	struct pg_params params = {0};
	struct uuid id;

	(void)state;
	assert_true(uuid7_parse("01935b2e-7c00-7abc-8def-0123456789ab", &id));
	pg_params_text(&params, "Đ'\"\\");
	pg_params_text(&params, NULL);
	pg_params_int(&params, -1);
	pg_params_bool(&params, true);
	pg_params_uuid(&params, &id);
	pg_params_uuid(&params, &none);
	pg_params_bytes(&params, "\x01\xfe", 2);
	pg_params_null(&params);
	assert_int_equal(params.count, 8);
	assert_int_equal(params.formats[0], 0);
	assert_string_equal(params.values[0], "Đ'\"\\");
	assert_null(params.values[1]);
	assert_string_equal(params.values[2], "-1");
	assert_string_equal(params.values[3], "t");
	assert_string_equal(params.values[4], "01935b2e7c007abc8def0123456789ab");
	assert_null(params.values[5]);
	assert_string_equal(params.values[6], "\\x01fe");
	assert_null(params.values[7]);
	pg_params_clear(&params);
	assert_int_equal(params.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_array_has_no_dimension),
		cmocka_unit_test(nothing_in_a_text_means_anything),
		cmocka_unit_test(no_text_and_no_uuid_are_null),
		cmocka_unit_test(numbers_are_as_wide_as_their_type),
		cmocka_unit_test(flags_uuids_bytes_and_times),
		cmocka_unit_test(parameters_are_texts_or_null),
	};

	return cmocka_run_group_tests_name("pg_value", tests, NULL, NULL);
}
