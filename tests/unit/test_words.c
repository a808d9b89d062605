#include "unit.h"

#include <ctype.h>
#include <string.h>

#include <hoso/error.h>
#include <hoso/event.h>
#include <hoso/reason.h>
#include <hoso/role.h>
#include <hoso/scan.h>

/* One table of words, seen the same way whatever it is a table of. */
struct words {
	const char *name;
	int first;
	int count;
	const char *(*wire)(int value);
	int (*from_wire)(const char *wire);
	const char *(*label)(int value);
};

#define TABLE(table, type)                                                                         \
	static const char *table##_wire_of(int value)                                              \
	{                                                                                          \
		return table##_wire((type)value);                                                  \
	}                                                                                          \
	static const char *table##_label_of(int value)                                             \
	{                                                                                          \
		return table##_label((type)value);                                                 \
	}                                                                                          \
	static int table##_value_of(const char *wire)                                              \
	{                                                                                          \
		return (int)table##_from_wire(wire);                                               \
	}

TABLE(event, enum event_kind)
TABLE(verdict, enum verdict)
TABLE(reason, enum reason)
TABLE(role, enum role)

static const struct words tables[] = {
	{"event", 0, EVENT_KIND_COUNT, event_wire_of, event_value_of, event_label_of},
	{"verdict", 0, VERDICT_COUNT, verdict_wire_of, verdict_value_of, verdict_label_of},
	{"reason", REASON_NONE + 1, REASON_COUNT, reason_wire_of, reason_value_of, reason_label_of},
	{"role", 0, ROLE_COUNT, role_wire_of, role_value_of, role_label_of},
};

static void every_token_comes_back_as_itself(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		const struct words *words = &tables[i];
		assert_true(words->count > words->first);
		for (int value = words->first; value < words->count; value++) {
			/* Coming back as itself also means that no two share a token. */
			assert_int_equal(words->from_wire(words->wire(value)), value);
			assert_true(strlen(words->wire(value)) > 1);
			assert_true(strlen(words->label(value)) > 1);
		}
	}
}

static void what_is_no_token_is_nothing(void **state)
{
	static const char *const strange[] = {
		"", " ", "recorded ", "RECORDED", "x", "a1", "clerk\n"};

	(void)state;
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		for (size_t j = 0; j < sizeof strange / sizeof *strange; j++) {
			assert_int_equal(tables[i].from_wire(strange[j]), tables[i].count);
		}
	}
	assert_string_equal(reason_wire(REASON_NONE), "");
}

static void three_letter_codes_name_their_kind(void **state)
{
	(void)state;
	for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
		const char *code = event_code((enum event_kind)kind);
		assert_int_equal(strlen(code), 3);
		assert_int_equal(event_from_wire(code), kind);
	}
}

static void error_tokens_are_unique_and_come_back(void **state)
{
	(void)state;
	for (int error = 0; error < HOSO_ERROR_COUNT; error++) {
		assert_int_equal(error_from_wire(error_wire((enum hoso_error)error)), error);
		assert_in_range(error_http((enum hoso_error)error), 200, 503);
	}
	assert_int_equal(error_from_wire("no such token"), HOSO_INTERNAL);
}

static void field_names_are_unique_and_plain(void **state)
{
	(void)state;
	assert_true(FIELD_COUNT <= 64);
	for (int field = 0; field < FIELD_COUNT; field++) {
		const char *name = scan_field_wire((enum scan_field)field);
		for (const char *at = name; *at; at++) {
			assert_true(islower((unsigned char)*at) || isdigit((unsigned char)*at) ||
				    *at == '_');
		}
		for (int other = 0; other < field; other++) {
			assert_string_not_equal(name, scan_field_wire((enum scan_field)other));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_token_comes_back_as_itself),
		cmocka_unit_test(what_is_no_token_is_nothing),
		cmocka_unit_test(three_letter_codes_name_their_kind),
		cmocka_unit_test(error_tokens_are_unique_and_come_back),
		cmocka_unit_test(field_names_are_unique_and_plain),
	};

	return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
