#include "api/report_table.h"

#include <string.h>

#include "api/api_json.h"
#include "api/report_form.h"
#include "base/clock.h"

#define DIFFERENCES_MAX 50

static const char *const kinds[] = {
	[CELL_KEY] = "text",
	[CELL_NAME] = "text",
	[CELL_NOTE] = "text",
	[CELL_COUNT] = "count",
	[CELL_MONEY] = "money",
	[CELL_SHARE] = "share",
	[CELL_TARGET] = "share",
	[CELL_REACHED] = "text",
};

static const struct report_word *find_word(
	const struct report_form *form, const char *section, const char *key)
{
	for (size_t i = 0; i < form->word_count; i++) {
		const struct report_word *word = &form->words[i];
		if (strcmp(word->section, section) == 0 && strcmp(word->key, key) == 0) {
			return word;
		}
	}
	return NULL;
}

static json_t *number_json(const struct pg_trip *trip, int row, int n)
{
	int64_t number;

	return report_number_at(trip, row, n, &number) ? json_integer(number) : json_null();
}

static bool share_at(const struct pg_trip *trip, int row, int a, int b, int64_t *ret_share)
{
	int64_t value, of;

	if (!report_number_at(trip, row, a, &value) || !report_number_at(trip, row, b, &of)) {
		return false;
	}
	*ret_share = period_share(value, of);
	return *ret_share >= 0;
}

static json_t *reached_json(const struct pg_trip *trip, int row, const struct report_column *column)
{
	int64_t share, target;

	if (!share_at(trip, row, column->a, column->b, &share) ||
		!report_number_at(trip, row, column->c, &target)) {
		return json_null();
	}
	return json_string(share >= target ? "đạt" : "chưa đạt");
}

static json_t *cell_json(const struct pg_trip *trip, int row, const struct report_column *column,
	const struct report_word *word)
{
	int64_t share;

	switch (column->cell) {
	case CELL_KEY:
		return json_string(report_key_at(trip, row));
	case CELL_NAME:
		return json_string(word ? word->words : report_title_at(trip, row));
	case CELL_NOTE:
		return api_text_or_null(report_note_at(trip, row));
	case CELL_COUNT:
	case CELL_MONEY:
	case CELL_TARGET:
		return number_json(trip, row, column->a);
	case CELL_SHARE:
		return share_at(trip, row, column->a, column->b, &share) ? json_integer(share)
									 : json_null();
	case CELL_REACHED:
		return reached_json(trip, row, column);
	}
	return json_null();
}

static json_t *row_json(const struct pg_trip *trip, int row, const struct report_form *form,
	const struct report_section *section)
{
	const char *key = report_key_at(trip, row);
	const struct report_word *word = find_word(form, section->key, key);
	json_t *cells = json_array();

	for (size_t i = 0; i < section->column_count; i++) {
		json_array_append_new(cells, cell_json(trip, row, &section->columns[i], word));
	}
	return json_pack("{s:s, s:s?, s:o}", "key", key, "figure", word ? word->figure : NULL,
		"cells", cells);
}

static json_t *columns_json(const struct report_section *section)
{
	json_t *columns = json_array();

	for (size_t i = 0; i < section->column_count; i++) {
		const struct report_column *column = &section->columns[i];
		json_array_append_new(
			columns, json_pack("{s:s, s:s, s:s, s:s?}", "key", column->key, "title",
					 column->title, "kind", kinds[column->cell], "figure",
					 column->figure));
	}
	return columns;
}

static json_t *sections_json(const struct pg_trip *trip, const struct report_form *form)
{
	json_t *sections = json_array();

	for (size_t i = 0; i < form->section_count; i++) {
		const struct report_section *section = &form->sections[i];
		json_t *rows = json_array();
		for (int row = 0; row < report_row_count(trip); row++) {
			if (strcmp(report_section_at(trip, row), section->key) == 0) {
				json_array_append_new(rows, row_json(trip, row, form, section));
			}
		}
		json_array_append_new(
			sections, json_pack("{s:s, s:s, s:s?, s:o, s:o}", "key", section->key,
					  "title", section->title, "by", section->by, "columns",
					  columns_json(section), "rows", rows));
	}
	return sections;
}

static json_t *period_json(const struct period *period, int64_t now_ms)
{
	char text[PERIOD_TEXT_SIZE], words[PERIOD_WORDS_SIZE];
	char first[PERIOD_DAY_SIZE], last[PERIOD_DAY_SIZE], due[PERIOD_DAY_SIZE] = "";

	period_text(period, text);
	period_words(period, words);
	period_day_text(period->first_day, first);
	period_day_text(period->last_day, last);
	if (period_due_day(period)) {
		period_day_text(period_due_day(period), due);
	}
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:b}", "period", text, "cut",
		period_cut_wire(period->cut), "words", words, "first_on", first, "last_on", last,
		"due_before", api_text_or_null(due), "closed",
		period_is_closed(period, clock_local_day(now_ms)));
}

static json_t *definitions_json(const struct report_form *form)
{
	json_t *definitions = json_array();

	for (const char *const *text = form->definitions; *text; text++) {
		json_array_append_new(definitions, json_string(*text));
	}
	return definitions;
}

json_t *report_table_new(const struct pg_trip *trip, const struct report_ask *ask, int64_t now_ms)
{
	const struct report_form *form = report_form(ask->name);
	json_t *table = json_object();

	json_object_set_new(table, "name", json_string(report_name_wire(ask->name)));
	json_object_set_new(table, "title", json_string(form->title));
	json_object_set_new(table, "definition", json_integer(form->version));
	json_object_set_new(table, "period", period_json(&ask->period, now_ms));
	json_object_set_new(table, "issuer",
		json_pack("{s:s, s:s}", "code", report_issuer_code(trip), "name",
			report_issuer_name(trip)));
	json_object_set_new(table, "asked",
		json_pack("{s:o, s:o, s:o, s:o}", "office", api_text_or_null(ask->office), "agency",
			api_text_or_null(ask->agency), "procedure",
			api_text_or_null(ask->procedure), "courier",
			api_text_or_null(ask->courier)));
	json_object_set_new(table, "as_of", api_time(now_ms));
	json_object_set_new(table, "frozen_at", json_null());
	json_object_set_new(table, "frozen_by", json_null());
	json_object_set_new(table, "sections", sections_json(trip, form));
	json_object_set_new(table, "definitions", definitions_json(form));
	json_object_set_new(table, "notes", json_array());
	return table;
}

void report_table_freeze(json_t *table, int64_t at_ms, const char *account)
{
	json_object_set_new(table, "as_of", api_time(at_ms));
	json_object_set_new(table, "frozen_at", api_time(at_ms));
	json_object_set_new(table, "frozen_by", json_string(account));
}

/* ── what has changed since it was closed ─────────────────────────────────────────────────────────── */

/* By their keys; borrowed. */
static GHashTable *index_of(json_t *array)
{
	GHashTable *index = g_hash_table_new(g_str_hash, g_str_equal);
	size_t i;
	json_t *item;

	json_array_foreach(array, i, item)
	{
		const char *key = json_string_value(json_object_get(item, "key"));
		if (key) {
			g_hash_table_insert(index, (char *)key, item);
		}
	}
	return index;
}

static char *number_words(const json_t *cell)
{
	return json_is_integer(cell)
		       ? g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(cell))
		       : g_strdup("không có");
}

struct comparison {
	json_t *notes;
	char when[40];
	unsigned count;
};

static void note_difference(struct comparison *comparison, const json_t *section, const json_t *row,
	const json_t *column, const json_t *was, const json_t *is)
{
	g_autofree char *before = number_words(was), *now = number_words(is), *note = NULL;

	if (comparison->count++ >= DIFFERENCES_MAX) {
		return;
	}
	note = g_strdup_printf("%s: %s, %s: đã chốt (%s): %s, số liệu hiện nay: %s",
		json_string_value(json_object_get(section, "title")),
		json_string_value(json_object_get(row, "key")),
		json_string_value(json_object_get(column, "title")), comparison->when, before, now);
	json_array_append_new(comparison->notes, json_string(note));
}

static bool is_number_column(const json_t *column)
{
	const char *kind = json_string_value(json_object_get(column, "kind"));

	return g_strcmp0(kind, "count") == 0 || g_strcmp0(kind, "money") == 0;
}

/* @was NULL: the row is new. */
static void compare_rows(struct comparison *comparison, const json_t *section, const json_t *row,
	const json_t *was, bool is_gone)
{
	const json_t *columns = json_object_get(section, "columns");

	for (size_t i = 0; i < json_array_size(columns); i++) {
		const json_t *column = json_array_get(columns, i);
		json_t *zero = json_integer(0);
		const json_t *cell = json_array_get(json_object_get(row, "cells"), i);
		const json_t *other = was ? json_array_get(json_object_get(was, "cells"), i) : zero;
		if (is_number_column(column) && !json_equal(cell, other)) {
			note_difference(comparison, section, row, column, is_gone ? cell : other,
				is_gone ? other : cell);
		}
		json_decref(zero);
	}
}

static void compare_sections(struct comparison *comparison, json_t *section, json_t *old_section)
{
	json_t *rows = json_object_get(section, "rows"),
	       *old_rows = json_object_get(old_section, "rows");
	g_autoptr(GHashTable) now = index_of(rows);
	g_autoptr(GHashTable) before = index_of(old_rows);
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		const char *key = json_string_value(json_object_get(row, "key"));
		compare_rows(comparison, section, row, g_hash_table_lookup(before, key), false);
	}
	json_array_foreach(old_rows, i, row)
	{
		const char *key = json_string_value(json_object_get(row, "key"));
		if (!g_hash_table_lookup(now, key)) {
			compare_rows(comparison, section, row, NULL, true);
		}
	}
}

void report_table_compare(json_t *table, const char *frozen)
{
	json_t *old = json_loads(frozen, JSON_REJECT_DUPLICATES, NULL);
	struct comparison comparison = {.notes = json_object_get(table, "notes")};
	g_autoptr(GHashTable) before = index_of(json_object_get(old, "sections"));
	json_t *section;
	size_t i;
	int64_t at_ms = 0;

	clock_parse_rfc3339(json_string_value(json_object_get(old, "frozen_at")), &at_ms);
	clock_format_local(at_ms, "%H:%M %d/%m/%Y", comparison.when, sizeof comparison.when);
	json_array_foreach(json_object_get(table, "sections"), i, section)
	{
		const char *key = json_string_value(json_object_get(section, "key"));
		json_t *old_section = g_hash_table_lookup(before, key);
		if (old_section) {
			compare_sections(&comparison, section, old_section);
		}
	}
	if (comparison.count == 0) {
		g_autofree char *note = g_strdup_printf(
			"đã chốt (%s); số liệu hiện nay không khác.", comparison.when);
		json_array_append_new(comparison.notes, json_string(note));
	} else if (comparison.count > DIFFERENCES_MAX) {
		g_autofree char *note = g_strdup_printf(
			"… và %u chỗ khác nữa.", comparison.count - DIFFERENCES_MAX);
		json_array_append_new(comparison.notes, json_string(note));
	}
	json_decref(old);
}
