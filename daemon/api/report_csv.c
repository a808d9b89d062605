#include "api/report_table.h"

#include <string.h>

/*
 * A spreadsheet takes what begins with one of these for a formula, whatever the quotes around it say: a name from
 * outside must not compute. Also the wide forms that some of them take for the same.
 */
static bool may_compute(const char *text)
{
	static const char *const signs[] = {
		"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"};

	for (size_t i = 0; i < G_N_ELEMENTS(signs); i++) {
		if (g_str_has_prefix(text, signs[i])) {
			return true;
		}
	}
	return false;
}

static void put_text(GString *csv, const char *text)
{
	g_string_append_c(csv, '"');
	if (may_compute(text)) {
		g_string_append_c(csv, '\'');
	}
	for (; *text; text++) {
		if (*text == '"') {
			g_string_append_c(csv, '"');
		}
		g_string_append_c(csv, *text);
	}
	g_string_append_c(csv, '"');
}

static void put_share(GString *csv, int64_t share, char separator)
{
	g_string_append_printf(csv, "%" G_GINT64_FORMAT "%c%02d", share / 100,
		separator == ';' ? ',' : '.', (int)(share % 100));
}

static void put_cell(GString *csv, const json_t *cell, const char *kind, char separator)
{
	if (json_is_string(cell)) {
		put_text(csv, json_string_value(cell));
	} else if (json_is_integer(cell) && strcmp(kind, "share") == 0) {
		put_share(csv, json_integer_value(cell), separator);
	} else if (json_is_integer(cell)) {
		g_string_append_printf(csv, "%" JSON_INTEGER_FORMAT, json_integer_value(cell));
	}
}

static void end_line(GString *csv)
{
	g_string_append(csv, "\r\n");
}

static void put_line(GString *csv, const char *text)
{
	put_text(csv, text);
	end_line(csv);
}

static void put_section(GString *csv, const json_t *section, char separator)
{
	const json_t *columns = json_object_get(section, "columns");
	json_t *rows = json_object_get(section, "rows"), *row;
	size_t i;

	end_line(csv);
	put_line(csv, json_string_value(json_object_get(section, "title")));
	for (size_t c = 0; c < json_array_size(columns); c++) {
		const json_t *column = json_array_get(columns, c);
		g_string_append(csv, c ? (char[]){separator, '\0'} : "");
		put_text(csv, json_string_value(json_object_get(column, "title")));
	}
	end_line(csv);
	json_array_foreach(rows, i, row)
	{
		const json_t *cells = json_object_get(row, "cells");
		for (size_t c = 0; c < json_array_size(cells); c++) {
			const json_t *column = json_array_get(columns, c);
			g_string_append(csv, c ? (char[]){separator, '\0'} : "");
			put_cell(csv, json_array_get(cells, c),
				json_string_value(json_object_get(column, "kind")), separator);
		}
		end_line(csv);
	}
}

static void put_texts(GString *csv, json_t *texts)
{
	json_t *text;
	size_t i;

	json_array_foreach(texts, i, text)
	{
		put_line(csv, json_string_value(text));
	}
}

GString *report_csv(const json_t *table, char separator)
{
	GString *csv = g_string_new("\xef\xbb\xbf");
	const json_t *period = json_object_get(table, "period");
	json_t *section;
	size_t i;

	put_line(csv, json_string_value(json_object_get(table, "title")));
	put_line(csv, json_string_value(json_object_get(period, "words")));
	put_line(csv, json_string_value(json_object_get(json_object_get(table, "issuer"), "name")));
	put_line(csv, json_string_value(json_object_get(table, "as_of")));
	put_texts(csv, json_object_get(table, "notes"));
	json_array_foreach(json_object_get(table, "sections"), i, section)
	{
		put_section(csv, section, separator);
	}
	end_line(csv);
	put_texts(csv, json_object_get(table, "definitions"));
	return csv;
}
