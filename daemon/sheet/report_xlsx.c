#include "sheet/report_file.h"

#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <xlsxwriter.h>

#define NAME_CHARACTERS_MAX 31 /* of a sheet; the format's own */
#define WIDE 46
#define NARROW 16

/* struct book - one workbook and how its cells look. */
struct book {
	lxw_workbook *workbook;
	lxw_format *bold, *head, *count, *share, *wrap;
	lxw_error error;
};

static void note(struct book *book, lxw_error error)
{
	book->error = book->error ? book->error : error;
}

static void put_text(struct book *book, lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column,
	const char *text, lxw_format *format)
{
	/* Always as a string: what begins with "=" is text here, and computes nothing. */
	note(book, worksheet_write_string(sheet, row, column, text, format));
}

static void put_cell(struct book *book, lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column,
	const json_t *cell, const char *kind)
{
	if (json_is_string(cell)) {
		put_text(book, sheet, row, column, json_string_value(cell), NULL);
	} else if (json_is_integer(cell) && strcmp(kind, "share") == 0) {
		note(book, worksheet_write_number(sheet, row, column,
				   (double)json_integer_value(cell) / 10000, book->share));
	} else if (json_is_integer(cell)) {
		note(book, worksheet_write_number(sheet, row, column,
				   (double)json_integer_value(cell), book->count));
	}
}

/* Without what a sheet's name may not have, and not too long. The caller frees it. */
static char *sheet_name(const char *title, size_t number)
{
	g_autofree char *clean = g_strdup(title);
	g_autofree char *numbered = NULL;

	g_strdelimit(clean, "[]:*?/\\'", ' ');
	numbered = g_strdup_printf("%zu %s", number + 1, clean);
	return g_utf8_substring(numbered, 0, MIN(g_utf8_strlen(numbered, -1), NAME_CHARACTERS_MAX));
}

/* In constant memory a row is gone once the next has begun: strictly from top to bottom. */
static void put_section(
	struct book *book, const json_t *table, const json_t *section, size_t number)
{
	const json_t *columns = json_object_get(section, "columns");
	const json_t *rows = json_object_get(section, "rows");
	g_autofree char *name = sheet_name(report_text(section, "title"), number);
	lxw_worksheet *sheet = workbook_add_worksheet(book->workbook, name);
	lxw_row_t at = 0;

	if (!sheet) {
		note(book, LXW_ERROR_PARAMETER_VALIDATION);
		return;
	}
	for (size_t c = 0; c < json_array_size(columns); c++) {
		const char *key = report_text(json_array_get(columns, c), "key");
		bool is_wide = strcmp(key, "name") == 0 || strcmp(key, "note") == 0;
		worksheet_set_column(
			sheet, (lxw_col_t)c, (lxw_col_t)c, is_wide ? WIDE : NARROW, NULL);
	}
	put_text(book, sheet, at++, 0, report_text(table, "title"), book->bold);
	put_text(
		book, sheet, at++, 0, report_text(json_object_get(table, "period"), "words"), NULL);
	put_text(book, sheet, at++, 0, report_text(section, "title"), book->bold);
	for (size_t c = 0; c < json_array_size(columns); c++) {
		put_text(book, sheet, at, (lxw_col_t)c,
			report_text(json_array_get(columns, c), "title"), book->head);
	}
	worksheet_freeze_panes(sheet, at + 1, 0);
	worksheet_repeat_rows(sheet, at, at);
	for (size_t r = 0; r < json_array_size(rows); r++) {
		const json_t *cells = json_object_get(json_array_get(rows, r), "cells");
		at++;
		for (size_t c = 0; c < json_array_size(cells); c++) {
			put_cell(book, sheet, at, (lxw_col_t)c, json_array_get(cells, c),
				report_text(json_array_get(columns, c), "kind"));
		}
	}
}

static lxw_row_t put_texts(
	struct book *book, lxw_worksheet *sheet, lxw_row_t at, const json_t *texts)
{
	for (size_t i = 0; i < json_array_size(texts); i++) {
		put_text(book, sheet, at++, 0, json_string_value(json_array_get(texts, i)),
			book->wrap);
	}
	return at;
}

static void put_words(struct book *book, const json_t *table)
{
	lxw_worksheet *sheet = workbook_add_worksheet(book->workbook, "Cách tính");
	lxw_row_t at = 0;

	if (!sheet) {
		note(book, LXW_ERROR_PARAMETER_VALIDATION);
		return;
	}
	worksheet_set_column(sheet, 0, 0, 3 * WIDE, NULL);
	put_text(book, sheet, at++, 0, report_text(json_object_get(table, "issuer"), "name"),
		book->bold);
	put_text(book, sheet, at++, 0, report_text(table, "as_of"), NULL);
	at = put_texts(book, sheet, at, json_object_get(table, "notes"));
	put_texts(book, sheet, at, json_object_get(table, "definitions"));
}

static void make_formats(struct book *book)
{
	book->bold = workbook_add_format(book->workbook);
	format_set_bold(book->bold);
	book->head = workbook_add_format(book->workbook);
	format_set_bold(book->head);
	format_set_text_wrap(book->head);
	format_set_border(book->head, LXW_BORDER_THIN);
	book->count = workbook_add_format(book->workbook);
	format_set_num_format(book->count, "#,##0");
	book->share = workbook_add_format(book->workbook);
	format_set_num_format(book->share, "0.00%");
	book->wrap = workbook_add_format(book->workbook);
	format_set_text_wrap(book->wrap);
}

/* Or it would be the time of the making, and a reprint would not be the same. */
static void set_properties(struct book *book, const json_t *table)
{
	lxw_doc_properties properties = {
		.title = (char *)report_text(table, "title"),
		.company = (char *)"hoso " HOSO_VERSION,
		.created = 946684800, /* 2000-01-01 */
	};

	note(book, workbook_set_properties(book->workbook, &properties));
}

/* The library writes files only: one that is nowhere but in this process's memory. */
static bool read_back(int memory, GByteArray *file)
{
	off_t length = lseek(memory, 0, SEEK_END);

	if (length <= 0) {
		return false;
	}
	g_byte_array_set_size(file, (guint)length);
	return pread(memory, file->data, (size_t)length, 0) == length;
}

static lxw_error make_book(json_t *table, const char *path)
{
	lxw_workbook_options options = {.constant_memory = LXW_TRUE};
	struct book book = {.workbook = workbook_new_opt(path, &options)};
	const json_t *sections = json_object_get(table, "sections");

	if (!book.workbook) {
		return LXW_ERROR_MEMORY_MALLOC_FAILED;
	}
	make_formats(&book);
	set_properties(&book, table);
	for (size_t i = 0; i < json_array_size(sections); i++) {
		put_section(&book, table, json_array_get(sections, i), i);
	}
	put_words(&book, table);
	note(&book, workbook_close(book.workbook));
	return book.error;
}

enum hoso_error report_xlsx(json_t *table, GByteArray *file)
{
	int memory = memfd_create("report", MFD_CLOEXEC);
	g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", memory);
	bool is_good;

	if (memory < 0) {
		return HOSO_FILE;
	}
	is_good = !make_book(table, path) && read_back(memory, file);
	close(memory);
	return is_good ? HOSO_OK : HOSO_FILE;
}
