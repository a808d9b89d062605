#include "unit.h"

#include <string.h>

#include <hoso/limits.h>

#include "base/csv.h"

/* The rows as one text: cells apart by |, rows by /, each with its line before it. */
static char *shown(const struct csv *csv)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < csv->rows->len; i++) {
		const struct csv_row *row = csv->rows->pdata[i];
		g_string_append_printf(text, "%s%u:", i > 0 ? "/" : "", row->line);
		for (unsigned cell = 0; cell < row->count; cell++) {
			g_string_append_printf(text, "%s%s", cell > 0 ? "|" : "", row->cells[cell]);
		}
	}
	return g_string_free(text, FALSE);
}

static void files_as_people_save_them(void **state)
{
	static const struct {
		const char *text;
		const char *rows;
	} cases[] = {
		{"", ""},
		{"a,b\r\n1,2\r\n", "1:a|b/2:1|2"},
		{"a,b\n1,2", "1:a|b/2:1|2"},
		{"a,b\r1,2\r", "1:a|b/2:1|2"},
		{CSV_BOM "a;b\r\n1,5;2\r\n", "1:a|b/2:1,5|2"},
		{"a\tb\n1\t2\n", "1:a|b/2:1|2"},
		{"sep=;\r\na;b\r\n1;2\r\n", "2:a|b/3:1|2"},
		{"\"a,x\";b\n1;2\n", "1:a,x|b/2:1|2"},
		{"a,b\n\n,\n1,2\n", "1:a|b/4:1|2"},
		{"a\n\"hai\r\ndòng\"\nb\n", "1:a/2:hai\ndòng/4:b"},
		{"a\n\"một\r\r\nhai\rba\"\nb\n", "1:a/2:một\n\nhai\nba/6:b"},
		{"a\n\"nói \"\"có\"\"\"\n", "1:a/2:nói \"có\""},
		{"a,b\n\"\",x\n", "1:a|b/2:|x"},
		{"a,b\nx,\n", "1:a|b/2:x|"},
		{"sep=", "1:sep="},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct csv *csv = NULL;
		unsigned line;
		g_autofree char *rows = NULL;

		assert_int_equal(
			csv_parse(cases[i].text, strlen(cases[i].text), &csv, &line), CSV_OK);
		rows = shown(csv);
		assert_string_equal(rows, cases[i].rows);
		csv_free(csv);
	}
}

static void what_is_no_table_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *text;
		enum csv_error error;
		unsigned line;
	} cases[] = {
		{"a\n\"b\n", CSV_BAD_QUOTE, 2},
		{"a\nb\nc\"d\n", CSV_BAD_QUOTE, 3},
		{"a\n\"b\"c\n", CSV_BAD_QUOTE, 2},
		{"a\n\xE1\xBB\n", CSV_NOT_UTF8, 2},
		{"\xFF\xFE"
		 "a",
			CSV_NOT_UTF8, 1},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct csv *csv = NULL;
		unsigned line = 0;

		assert_int_equal(csv_parse(cases[i].text, strlen(cases[i].text), &csv, &line),
			cases[i].error);
		assert_int_equal(line, cases[i].line);
		assert_null(csv);
	}
}

static enum csv_error parse(const GString *text)
{
	struct csv *csv = NULL;
	unsigned line;
	enum csv_error error = csv_parse(text->str, text->len, &csv, &line);

	csv_free(csv);
	return error;
}

static void bounds_are_kept(void **state)
{
	g_autoptr(GString) long_cell = g_string_new(NULL);
	g_autoptr(GString) wide = g_string_new("a");
	g_autoptr(GString) many = g_string_new(NULL);

	(void)state;
	for (int i = 0; i < CSV_CELL_MAX; i++) {
		g_string_append_c(long_cell, 'x');
	}
	assert_int_equal(parse(long_cell), CSV_OK);
	g_string_append_c(long_cell, 'x');
	assert_int_equal(parse(long_cell), CSV_CELL_TOO_LONG);
	for (int i = 1; i < CSV_CELLS_MAX; i++) {
		g_string_append(wide, ",a");
	}
	assert_int_equal(parse(wide), CSV_OK);
	g_string_append(wide, ",a");
	assert_int_equal(parse(wide), CSV_TOO_WIDE);
	for (int i = 0; i < CSV_LINES_MAX; i++) {
		g_string_append(many, "a\n");
	}
	assert_int_equal(parse(many), CSV_OK);
	g_string_append(many, "a\n");
	assert_int_equal(parse(many), CSV_TOO_LONG);
}

static void a_nul_is_no_text(void **state)
{
	struct csv *csv = NULL;
	unsigned line;

	(void)state;
	assert_int_equal(csv_parse("a\0b", 3, &csv, &line), CSV_NOT_UTF8);
}

static void what_is_written_is_read_again_as_it_was(void **state)
{
	static const char *const cells[] = {"", "=1+1", "+84912", "-1", "@x", "'=x", "''+", "'abc",
		"'", "\tx", "a,b", "a;b", "\"", "hai\ndòng", "'=\"a\"", "Đồng Hới"};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cells); i++) {
		g_autoptr(GString) text = g_string_new(NULL);
		struct csv *csv = NULL;
		const struct csv_row *row;
		unsigned line;

		csv_append(text, "x", true);
		csv_append(text, cells[i], false);
		csv_end(text);
		assert_null(strstr(text->str, ",="));
		assert_null(strstr(text->str, ",\"="));
		assert_null(strchr("+-@\t", text->str[2]) && text->str[2] ? text->str : NULL);
		assert_int_equal(csv_parse(text->str, text->len, &csv, &line), CSV_OK);
		row = csv->rows->pdata[0];
		assert_int_equal(row->count, 2);
		assert_string_equal(csv_bare(row->cells[1]), cells[i]);
		csv_free(csv);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_as_people_save_them),
		cmocka_unit_test(what_is_no_table_is_refused_with_its_line),
		cmocka_unit_test(bounds_are_kept),
		cmocka_unit_test(a_nul_is_no_text),
		cmocka_unit_test(what_is_written_is_read_again_as_it_was),
	};

	return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
