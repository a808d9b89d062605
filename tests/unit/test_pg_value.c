#include "unit.h"

#include "base/uuid7.h"
#include "io/pg_value.h"

/* The texts that PostgreSQL reads. That it reads them as they were meant is asked in tests/flow. */

static void assert_array(struct pg_array *array, const char *expected)
{
	struct pg_params params = {0};

	pg_params_array(&params, array);
	assert_null(array->text);
	assert_int_equal(params.count, 1);
	assert_string_equal(params.values[0], expected);
	pg_params_clear(&params);
}

static void an_empty_array_is_two_braces(void **state)
{
	struct pg_array array;

	(void)state;
	pg_array_init(&array);
	assert_array(&array, "{}");
}

static void every_text_is_quoted_so_that_nothing_in_it_means_anything(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {{"", "{\"\"}"}, {"a", "{\"a\"}"}, {"NULL", "{\"NULL\"}"},
		{"null", "{\"null\"}"}, {"a,b", "{\"a,b\"}"}, {"{}", "{\"{}\"}"},
		{"\"", "{\"\\\"\"}"}, {"\\", "{\"\\\\\"}"}, {"\\\"", "{\"\\\\\\\"\"}"},
		{"'; DROP TABLE x", "{\"'; DROP TABLE x\"}"}, {" x ", "{\" x \"}"},
		{"Đặng Thị Ánh", "{\"Đặng Thị Ánh\"}"}, {"a\nb\t", "{\"a\nb\t\"}"}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct pg_array array;

		pg_array_init(&array);
		pg_array_text(&array, cases[i].text);
		assert_array(&array, cases[i].expected);
	}
}

static void no_text_and_no_uuid_are_null(void **state)
{
	static const struct uuid none;
	struct pg_array array;

	(void)state;
	pg_array_init(&array);
	pg_array_text(&array, NULL);
	pg_array_text(&array, "NULL");
	pg_array_uuid(&array, &none);
	pg_array_null(&array);
	assert_array(&array, "{NULL,\"NULL\",NULL,NULL}");
}

static void numbers_flags_uuids_and_bytes_stand_side_by_side(void **state)
{
	struct uuid id;
	struct pg_array array;

	(void)state;
	assert_true(uuid7_parse("01935b2e-7c00-7abc-8def-0123456789ab", &id));
	pg_array_init(&array);
	pg_array_int(&array, INT64_MIN);
	pg_array_int(&array, INT64_MAX);
	pg_array_bool(&array, true);
	pg_array_bool(&array, false);
	pg_array_uuid(&array, &id);
	pg_array_bytes(&array, "\x00\xff\\", 3);
	pg_array_bytes(&array, "", 0);
	assert_array(&array, "{-9223372036854775808,9223372036854775807,t,f,"
			     "01935b2e7c007abc8def0123456789ab,\"\\\\x00ff5c\",\"\\\\x\"}");
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
		cmocka_unit_test(an_empty_array_is_two_braces),
		cmocka_unit_test(every_text_is_quoted_so_that_nothing_in_it_means_anything),
		cmocka_unit_test(no_text_and_no_uuid_are_null),
		cmocka_unit_test(numbers_flags_uuids_and_bytes_stand_side_by_side),
		cmocka_unit_test(parameters_are_texts_or_null),
	};

	return cmocka_run_group_tests_name("pg_value", tests, NULL, NULL);
}
