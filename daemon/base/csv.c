#include "base/csv.h"

#include <string.h>

#include <hoso/limits.h>

#include "base/text.h"

/* Where the reader is in the text; the first error ends it. */
struct csv_reader {
	struct csv *csv;
	const char *at;
	const char *end;
	unsigned line;
	GString *cell;
	GPtrArray *cells; /* of the row that is being read */
	enum csv_error error;
};

static bool is_line_end(const struct csv_reader *reader)
{
	return reader->at == reader->end || *reader->at == '\n' || *reader->at == '\r';
}

/* CRLF is one end, and so is a CR alone. */
static void skip_line_end(struct csv_reader *reader)
{
	if (reader->at < reader->end && *reader->at == '\r') {
		reader->at++;
		if (reader->at < reader->end && *reader->at == '\n') {
			reader->at++;
		}
	} else if (reader->at < reader->end) {
		reader->at++;
	}
	reader->line++;
}

static void fail(struct csv_reader *reader, enum csv_error error)
{
	if (!reader->error) {
		reader->error = error;
	}
}

static void add_byte(struct csv_reader *reader, char c)
{
	if (reader->cell->len >= CSV_CELL_MAX) {
		fail(reader, CSV_CELL_TOO_LONG);
		return;
	}
	g_string_append_c(reader->cell, c);
}

/* A cell may hold lines; CRLF in it is a line break as any other. */
static void read_quoted(struct csv_reader *reader)
{
	for (reader->at++; reader->at < reader->end && !reader->error; reader->at++) {
		char c = *reader->at;
		bool has_next = reader->at + 1 < reader->end;

		if (c == '"' && has_next && reader->at[1] == '"') {
			reader->at++;
		} else if (c == '"') {
			reader->at++;
			return;
		} else if (c == '\r' && has_next && reader->at[1] == '\n') {
			continue;
		} else if (c == '\r') {
			c = '\n'; /* a break, however it was written: read again it is the same */
		}
		reader->line += c == '\n';
		add_byte(reader, c);
	}
	fail(reader, CSV_BAD_QUOTE);
}

static void read_plain(struct csv_reader *reader)
{
	for (; !is_line_end(reader) && *reader->at != reader->csv->separator && !reader->error;
		reader->at++) {
		if (*reader->at == '"') {
			fail(reader, CSV_BAD_QUOTE);
		}
		add_byte(reader, *reader->at);
	}
}

static void read_cell(struct csv_reader *reader)
{
	g_string_truncate(reader->cell, 0);
	if (!is_line_end(reader) && *reader->at == '"') {
		read_quoted(reader);
		if (!is_line_end(reader) && *reader->at != reader->csv->separator) {
			fail(reader, CSV_BAD_QUOTE);
		}
	} else {
		read_plain(reader);
	}
	if (reader->cells->len >= CSV_CELLS_MAX) {
		fail(reader, CSV_TOO_WIDE);
	}
	g_ptr_array_add(reader->cells, g_string_chunk_insert_len(reader->csv->texts,
					       reader->cell->str, (gssize)reader->cell->len));
}

/* Excel writes a line of separators where a row was deleted. */
static bool is_empty(const GPtrArray *cells)
{
	for (guint i = 0; i < cells->len; i++) {
		if (((const char *)cells->pdata[i])[0]) {
			return false;
		}
	}
	return true;
}

static void keep_row(struct csv_reader *reader, unsigned line)
{
	struct csv_row *row;

	if (reader->error || is_empty(reader->cells)) {
		return;
	}
	if (reader->csv->rows->len >= CSV_LINES_MAX) {
		fail(reader, CSV_TOO_LONG);
		return;
	}
	row = g_new0(struct csv_row, 1);
	row->line = line;
	row->count = reader->cells->len;
	row->cells = g_memdup2(reader->cells->pdata, reader->cells->len * sizeof(char *));
	g_ptr_array_add(reader->csv->rows, row);
}

/* @return: the line that the row begins in. */
static unsigned read_row(struct csv_reader *reader)
{
	unsigned line = reader->line;

	g_ptr_array_set_size(reader->cells, 0);
	for (;;) {
		read_cell(reader);
		if (reader->error || is_line_end(reader)) {
			break;
		}
		reader->at++;
	}
	return line;
}

static char find_separator(const char *at, const char *end)
{
	bool in_quotes = false;

	for (; at < end && (in_quotes || (*at != '\n' && *at != '\r')); at++) {
		in_quotes ^= *at == '"';
		if (!in_quotes && (*at == ',' || *at == ';' || *at == '\t')) {
			return *at;
		}
	}
	return ',';
}

/* "sep=;" on a line of its own tells Excel, and us. */
static void read_hint(struct csv_reader *reader)
{
	static const char hint[] = "sep=";

	if ((size_t)(reader->end - reader->at) > sizeof hint - 1 &&
		memcmp(reader->at, hint, sizeof hint - 1) == 0) {
		reader->at += sizeof hint - 1;
		reader->csv->separator = *reader->at;
		while (!is_line_end(reader)) {
			reader->at++;
		}
		skip_line_end(reader);
	}
	if (!strchr(",;\t", reader->csv->separator) || !reader->csv->separator) {
		reader->csv->separator = find_separator(reader->at, reader->end);
	}
}

static unsigned line_of(const char *text, const char *at)
{
	unsigned line = 1;

	for (; text < at; text++) {
		line += *text == '\n';
	}
	return line;
}

static void free_row(gpointer data)
{
	struct csv_row *row = data;

	g_free(row->cells);
	g_free(row);
}

static struct csv *csv_new(void)
{
	struct csv *csv = g_new0(struct csv, 1);

	csv->rows = g_ptr_array_new_with_free_func(free_row);
	csv->texts = g_string_chunk_new(16384);
	return csv;
}

static unsigned read_rows(struct csv_reader *reader)
{
	unsigned line = reader->line;

	reader->cell = g_string_new(NULL);
	reader->cells = g_ptr_array_new();
	read_hint(reader);
	while (reader->at < reader->end && !reader->error) {
		line = read_row(reader);
		keep_row(reader, line);
		skip_line_end(reader);
	}
	g_string_free(reader->cell, TRUE);
	g_ptr_array_unref(reader->cells);
	return line;
}

enum csv_error csv_parse(const char *text, size_t length, struct csv **ret_csv, unsigned *ret_line)
{
	const char *bad;
	struct csv_reader reader = {.at = text, .end = text + length, .line = 1};

	if (!g_utf8_validate(text, (gssize)length, &bad)) {
		*ret_line = line_of(text, bad);
		return CSV_NOT_UTF8;
	}
	if (length >= sizeof CSV_BOM - 1 && memcmp(text, CSV_BOM, sizeof CSV_BOM - 1) == 0) {
		reader.at += sizeof CSV_BOM - 1;
	}
	reader.csv = csv_new();
	*ret_line = read_rows(&reader);
	if (reader.error) {
		csv_free(reader.csv);
		return reader.error;
	}
	*ret_csv = reader.csv;
	return CSV_OK;
}

void csv_free(struct csv *csv)
{
	if (!csv) {
		return;
	}
	g_ptr_array_unref(csv->rows);
	g_string_chunk_free(csv->texts);
	g_free(csv);
}

/* Apostrophes before a formula count too, so that taking one away always undoes putting one there. */
static bool looks_like_formula(const char *cell)
{
	cell += strspn(cell, "'");
	return cell[0] != '\0' && strchr("=+-@\t\r", cell[0]);
}

const char *csv_bare(const char *cell)
{
	return cell[0] == '\'' && looks_like_formula(cell) ? cell + 1 : cell;
}

void csv_append(GString *text, const char *cell, bool is_first)
{
	bool is_guarded = looks_like_formula(cell);

	if (!is_first) {
		g_string_append_c(text, ',');
	}
	if (!is_guarded && !strpbrk(cell, ",;\t\"\r\n")) {
		g_string_append(text, cell);
		return;
	}
	g_string_append(text, is_guarded ? "\"'" : "\"");
	for (; *cell; cell++) {
		if (*cell == '"') {
			g_string_append_c(text, '"');
		}
		g_string_append_c(text, *cell);
	}
	g_string_append_c(text, '"');
}

void csv_end(GString *text)
{
	g_string_append(text, "\r\n");
}
