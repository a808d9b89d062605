#include "unit.h"

#include <string.h>

#include <glib.h>

#include "model/catalogue.h"

static const struct catalogue_column *column(enum catalogue_kind kind, const char *name)
{
	const struct catalogue_table *table = catalogue_table(kind);

	assert_true(catalogue_column(table, name) >= 0);
	return &table->columns[catalogue_column(table, name)];
}

static void a_cell_has_one_way_of_writing(void **state)
{
	static const struct {
		enum catalogue_kind kind;
		const char *column;
		const char *text;
		enum catalogue_reason reason;
		const char *cell;
	} cases[] = {
		{CATALOGUE_OFFICES, "code", "VT-01", CATALOGUE_FINE, "VT-01"},
		{CATALOGUE_OFFICES, "code", "  VT-01 ", CATALOGUE_FINE, "VT-01"},
		{CATALOGUE_OFFICES, "code", "vt", CATALOGUE_BAD_CODE, NULL},
		{CATALOGUE_OFFICES, "code", "-VT", CATALOGUE_BAD_CODE, NULL},
		{CATALOGUE_OFFICES, "code", "", CATALOGUE_MISSING, NULL},
		{CATALOGUE_OFFICES, "name", "   ", CATALOGUE_MISSING, NULL},
		{CATALOGUE_OFFICES, "name",
			"Bu\xCC\x9B"
			"u",
			CATALOGUE_FINE, "Bưu"}, /* NFC */
		{CATALOGUE_OFFICES, "name", "a\nb", CATALOGUE_BAD_TEXT, NULL},
		{CATALOGUE_OFFICES, "name", "a\x01", CATALOGUE_BAD_TEXT, NULL},
		{CATALOGUE_OFFICES, "parent", "", CATALOGUE_FINE, ""},
		{CATALOGUE_PROCEDURES, "note", "a\nb", CATALOGUE_FINE, "a\nb"},
		{CATALOGUE_PROCEDURES, "send_by_post", "CÓ", CATALOGUE_FINE, "true"},
		{CATALOGUE_PROCEDURES, "send_by_post", "0", CATALOGUE_FINE, "false"},
		{CATALOGUE_PROCEDURES, "send_by_post", "maybe", CATALOGUE_BAD_FLAG, NULL},
		{CATALOGUE_PROCEDURES, "fee", "08", CATALOGUE_FINE, "8"},
		{CATALOGUE_PROCEDURES, "fee", "8.000", CATALOGUE_BAD_NUMBER, NULL},
		{CATALOGUE_PROCEDURES, "fee", "-1", CATALOGUE_BAD_NUMBER, NULL},
		{CATALOGUE_PROCEDURES, "fee", "+1", CATALOGUE_BAD_NUMBER, NULL},
		{CATALOGUE_PROCEDURES, "fee", "99999999999", CATALOGUE_BAD_NUMBER, NULL},
		{CATALOGUE_PROCEDURES, "fee", "", CATALOGUE_FINE, "0"},
		{CATALOGUE_PROCEDURES, "days", "", CATALOGUE_FINE, ""},
		{CATALOGUE_PROCEDURES, "days", "1000", CATALOGUE_BAD_NUMBER, NULL},
		{CATALOGUE_PROCEDURES, "level", "full", CATALOGUE_FINE, "full"},
		{CATALOGUE_PROCEDURES, "level", "ful", CATALOGUE_BAD_CHOICE, NULL},
		{CATALOGUE_PROCEDURES, "level", "full partial", CATALOGUE_BAD_CHOICE, NULL},
		{CATALOGUE_CALENDAR, "day", "2027-02-06", CATALOGUE_FINE, "2027-02-06"},
		{CATALOGUE_CALENDAR, "day", "6/2/2027", CATALOGUE_FINE, "2027-02-06"},
		{CATALOGUE_CALENDAR, "day", "06/02/2027", CATALOGUE_FINE, "2027-02-06"},
		{CATALOGUE_CALENDAR, "day", "2027-02-29", CATALOGUE_BAD_DAY, NULL},
		{CATALOGUE_CALENDAR, "day", "2028-02-29", CATALOGUE_FINE, "2028-02-29"},
		{CATALOGUE_CALENDAR, "day", "13/13/2027", CATALOGUE_BAD_DAY, NULL},
		{CATALOGUE_CALENDAR, "day", "2027-2-6", CATALOGUE_BAD_DAY, NULL},
		{CATALOGUE_CALENDAR, "day", "0027-02-06", CATALOGUE_BAD_DAY, NULL},
		{CATALOGUE_CALENDAR, "day", "6/2/27", CATALOGUE_BAD_DAY, NULL},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *cell = NULL;

		assert_int_equal(catalogue_cell(column(cases[i].kind, cases[i].column),
					 cases[i].text, &cell),
			cases[i].reason);
		if (cases[i].cell) {
			assert_string_equal(cell, cases[i].cell);
		} else {
			assert_null(cell);
		}
	}
}

static void a_long_cell_is_refused(void **state)
{
	g_autofree char *text = g_strnfill(801, 'x');
	g_autofree char *cell = NULL;

	(void)state;
	assert_int_equal(
		catalogue_cell(column(CATALOGUE_OFFICES, "name"), text, &cell), CATALOGUE_TOO_LONG);
	text[800] = '\0';
	assert_int_equal(
		catalogue_cell(column(CATALOGUE_OFFICES, "name"), text, &cell), CATALOGUE_FINE);
}

static void days_go_there_and_back(void **state)
{
	(void)state;
	for (int32_t day = 18000; day < 25000; day++) {
		char text[11];
		int32_t again;

		catalogue_format_day(day, text);
		assert_true(catalogue_parse_day(text, &again));
		assert_int_equal(again, day);
	}
}

static void columns_stand_where_rules_look_for_them(void **state)
{
	static const enum catalogue_kind places[] = {CATALOGUE_OFFICES, CATALOGUE_AGENCIES};
	const struct catalogue_table *procedures = catalogue_table(CATALOGUE_PROCEDURES);

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		const struct catalogue_table *table = catalogue_table(places[i]);
		assert_int_equal(PLACE_MERGED(places[i]), catalogue_column(table, "merged_into"));
		assert_int_equal(PLACE_AREA(places[i]), catalogue_column(table, "area"));
	}
	assert_int_equal(
		OFFICE_PARENT, catalogue_column(catalogue_table(CATALOGUE_OFFICES), "parent"));
	assert_int_equal(PROCEDURE_DAYS, catalogue_column(procedures, "days"));
	assert_int_equal(PROCEDURE_PAPERS, catalogue_column(procedures, "papers"));
	assert_int_equal(PROCEDURE_FEES, catalogue_column(procedures, "fees"));
	for (int kind = 0; kind < CATALOGUE_COUNT; kind++) {
		const struct catalogue_table *table = catalogue_table(kind);
		assert_true(table->count <= CATALOGUE_CELLS_MAX);
		assert_int_equal(catalogue_kind_from_name(table->name), kind);
		assert_true(!table->is_dated || catalogue_from(table) + 1 == catalogue_to(table));
	}
	assert_int_equal(catalogue_kind_from_name("office"), CATALOGUE_COUNT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cell_has_one_way_of_writing),
		cmocka_unit_test(a_long_cell_is_refused),
		cmocka_unit_test(days_go_there_and_back),
		cmocka_unit_test(columns_stand_where_rules_look_for_them),
	};

	return cmocka_run_group_tests_name("catalogue", tests, NULL, NULL);
}
