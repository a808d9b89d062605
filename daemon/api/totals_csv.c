#include "api/totals_csv.h"

#include <string.h>

#include "base/text.h"

#define COLUMNS_MAX 16
#define NUMBER_MAX 1000000000000LL /* a million million: money too */

enum column {
	C_PERIOD,
	C_CUT,
	C_AGENCY,
	C_OFFICE,
	C_PROCEDURE,
	C_RECEIVED,
	C_RECEIVED_ONLINE,
	C_RESOLVED,
	C_RESOLVED_ONLINE,
	C_RETURNED,
	C_FIGURE,
	C_VALUE,
	C_SOURCE,
	C_COUNT
};

#define OF(what) (1 << (what))
#define BOTH (OF(TOTALS_TOTALS) | OF(TOTALS_FIGURES))

/* Which files have it, and which must. */
static const struct {
	const char *name;
	int taken, needed;
} columns[C_COUNT] = {
	[C_PERIOD] = {"period", BOTH, BOTH},
	[C_CUT] = {"cut", BOTH, 0},
	[C_AGENCY] = {"agency", OF(TOTALS_TOTALS), OF(TOTALS_TOTALS)},
	[C_OFFICE] = {"office", OF(TOTALS_FIGURES), OF(TOTALS_FIGURES)},
	[C_PROCEDURE] = {"procedure", OF(TOTALS_TOTALS), 0},
	[C_RECEIVED] = {"received_all", OF(TOTALS_TOTALS), 0},
	[C_RECEIVED_ONLINE] = {"received_online", OF(TOTALS_TOTALS), 0},
	[C_RESOLVED] = {"resolved_all", OF(TOTALS_TOTALS), 0},
	[C_RESOLVED_ONLINE] = {"resolved_online", OF(TOTALS_TOTALS), 0},
	[C_RETURNED] = {"returned_all", OF(TOTALS_TOTALS), 0},
	[C_FIGURE] = {"figure", OF(TOTALS_FIGURES), OF(TOTALS_FIGURES)},
	[C_VALUE] = {"value", OF(TOTALS_FIGURES), OF(TOTALS_FIGURES)},
	[C_SOURCE] = {"source", BOTH, BOTH},
};

/* One file being read. @order: which column of ours the n-th of the file is. @at: the next byte. */
struct reader {
	struct totals_file *file;
	const char *at, *end;
	char separator;
	unsigned line;
	int order[COLUMNS_MAX];
	unsigned width;
	char cells[C_COUNT][WORD_MAX + 1];
};

const char *totals_reason_text(enum totals_reason reason, enum hoso_language language)
{
	static const char *const texts[][2] = {
#define X(name, vi, en) [name] = {vi, en},
		TOTALS_REASONS(X)
#undef X
	};

	return texts[reason][language == HOSO_EN];
}

const char *totals_what_wire(enum totals_what what)
{
	return what == TOTALS_FIGURES ? "figures" : "totals";
}

enum totals_what totals_what_parse(const char *text)
{
	return strcmp(text, "totals") == 0    ? TOTALS_TOTALS
	       : strcmp(text, "figures") == 0 ? TOTALS_FIGURES
					      : TOTALS_WHAT_COUNT;
}

void totals_file_fail(
	struct totals_file *file, unsigned line, const char *column, enum totals_reason why)
{
	struct totals_error error = {.line = line, .why = why};

	g_strlcpy(error.column, column, sizeof error.column);
	g_array_append_val(file->errors, error);
}

static void fail(struct reader *reader, enum column column, enum totals_reason why)
{
	totals_file_fail(
		reader->file, reader->line, column == C_COUNT ? "" : columns[column].name, why);
}

/*
 * One cell, without its quotes; @ret_is_last when the line ends behind it. A quoted cell may hold the separator, a
 * doubled quote, and no line break: none of ours needs one, and a lost quote must not swallow the file.
 */
static bool read_cell(struct reader *reader, GString *cell, bool *ret_is_last)
{
	bool quoted = reader->at < reader->end && *reader->at == '"';

	g_string_truncate(cell, 0);
	reader->at += quoted;
	for (; reader->at < reader->end; reader->at++) {
		if (quoted && *reader->at == '"') {
			if (reader->at + 1 < reader->end && reader->at[1] == '"') {
				reader->at++;
			} else {
				quoted = false;
				continue;
			}
		} else if (*reader->at == '\n' || *reader->at == '\r' ||
			   (!quoted && *reader->at == reader->separator)) {
			break;
		}
		g_string_append_c(cell, *reader->at);
	}
	*ret_is_last = reader->at == reader->end || *reader->at != reader->separator || quoted;
	reader->at += !*ret_is_last;
	return !quoted;
}

static void next_line(struct reader *reader)
{
	while (reader->at < reader->end && *reader->at != '\n') {
		reader->at++;
	}
	reader->at += reader->at < reader->end;
	reader->line++;
}

static bool line_is_empty(const struct reader *reader)
{
	const char *at = reader->at;

	while (at < reader->end &&
		(*at == ' ' || *at == '\t' || *at == '\r' || *at == reader->separator)) {
		at++;
	}
	return at == reader->end || *at == '\n';
}

/* More semicolons than commas in the head: a spreadsheet that speaks Vietnamese. */
static char find_separator(const struct reader *reader)
{
	int balance = 0;

	for (const char *at = reader->at; at < reader->end && *at != '\n'; at++) {
		balance += (*at == ';') - (*at == ',');
	}
	return balance > 0 ? ';' : ',';
}

static int column_of(const struct reader *reader, const char *name)
{
	for (int i = 0; i < C_COUNT; i++) {
		if (strcmp(columns[i].name, name) == 0 &&
			(columns[i].taken & OF(reader->file->what))) {
			return i;
		}
	}
	return -1;
}

static bool read_head(struct reader *reader)
{
	g_autoptr(GString) cell = g_string_new(NULL);
	bool is_last = false, seen[C_COUNT] = {false};
	unsigned errors = reader->file->errors->len;

	while (!is_last) {
		int column;
		read_cell(reader, cell, &is_last);
		column = column_of(reader, g_strstrip(cell->str));
		if (column < 0 || seen[column] || reader->width == COLUMNS_MAX) {
			totals_file_fail(reader->file, 1, "", TOTALS_UNKNOWN_COLUMN);
			return false;
		}
		seen[column] = true;
		reader->order[reader->width++] = column;
	}
	for (int i = 0; i < C_COUNT; i++) {
		if ((columns[i].needed & OF(reader->file->what)) && !seen[i]) {
			fail(reader, (enum column)i, TOTALS_COLUMN_MISSING);
		}
	}
	next_line(reader);
	return reader->file->errors->len == errors;
}

/* The cells of one line, cleaned, each in its place; false when the line as a whole is wrong. */
static bool read_cells(struct reader *reader)
{
	g_autoptr(GString) cell = g_string_new(NULL);
	bool is_last = false, is_good = true;
	unsigned count = 0;

	memset(reader->cells, 0, sizeof reader->cells);
	while (!is_last) {
		bool closed = read_cell(reader, cell, &is_last);
		if (!closed || count == reader->width) {
			fail(reader, C_COUNT, closed ? TOTALS_TOO_MANY_CELLS : TOTALS_BAD_QUOTE);
			return false;
		}
		if (text_clean(cell->str, cell->len, reader->cells[reader->order[count]],
			    sizeof reader->cells[0])) {
			fail(reader, (enum column)reader->order[count], TOTALS_BAD_TEXT);
			is_good = false;
		}
		g_strstrip(reader->cells[reader->order[count]]);
		count++;
	}
	if (count < reader->width) {
		fail(reader, C_COUNT, TOTALS_TOO_FEW_CELLS);
		return false;
	}
	return is_good;
}

static void read_period(struct reader *reader, struct totals_line *line)
{
	const char *cut = reader->cells[C_CUT];
	enum period_cut how = PERIOD_CALENDAR;

	if (period_cut_parse(cut[0] ? cut : NULL, &how)) {
		fail(reader, C_CUT, TOTALS_BAD_CUT);
	} else if (period_parse(reader->cells[C_PERIOD], how, &line->period)) {
		fail(reader, C_PERIOD, TOTALS_BAD_PERIOD);
	}
}

/* Empty is "not said", -1. */
static int64_t read_number(struct reader *reader, enum column column)
{
	const char *text = reader->cells[column];
	guint64 number;

	if (!text[0]) {
		return -1;
	}
	if (!g_ascii_string_to_unsigned(text, 10, 0, NUMBER_MAX, &number, NULL)) {
		fail(reader, column, TOTALS_BAD_NUMBER);
		return -1;
	}
	return (int64_t)number;
}

static void read_word(struct reader *reader, enum column column, char *ret_word, size_t size)
{
	if (!reader->cells[column][0]) {
		fail(reader, column, TOTALS_MISSING);
	}
	g_strlcpy(ret_word, reader->cells[column], size);
}

static void check_part(struct reader *reader, const struct totals_line *line, int part, int whole,
	enum column column)
{
	if (line->numbers[whole] >= 0 && line->numbers[part] > line->numbers[whole]) {
		fail(reader, column, TOTALS_MORE_THAN_WHOLE);
	}
}

static void read_totals(struct reader *reader, struct totals_line *line)
{
	bool any = false;

	read_word(reader, C_AGENCY, line->place, sizeof line->place);
	g_strlcpy(line->procedure, reader->cells[C_PROCEDURE], sizeof line->procedure);
	for (int i = 0; i < TOTAL_COUNT; i++) {
		line->numbers[i] = read_number(reader, (enum column)(C_RECEIVED + i));
		any |= reader->cells[C_RECEIVED + i][0] != '\0';
	}
	if (!any) {
		fail(reader, C_COUNT, TOTALS_NO_NUMBERS);
	}
	check_part(reader, line, TOTAL_RECEIVED_ONLINE, TOTAL_RECEIVED, C_RECEIVED_ONLINE);
	check_part(reader, line, TOTAL_RESOLVED_ONLINE, TOTAL_RESOLVED, C_RESOLVED_ONLINE);
}

static void read_figure(struct reader *reader, struct totals_line *line)
{
	static const char *const known[] = {
		"complaints", "complaints_settled", "compensated", "compensation", NULL};

	read_word(reader, C_OFFICE, line->place, sizeof line->place);
	g_strlcpy(line->figure, reader->cells[C_FIGURE], sizeof line->figure);
	if (!g_strv_contains(known, line->figure)) {
		fail(reader, C_FIGURE, TOTALS_BAD_FIGURE);
	}
	line->numbers[0] = read_number(reader, C_VALUE);
	if (!reader->cells[C_VALUE][0]) {
		fail(reader, C_VALUE, TOTALS_MISSING);
	}
}

static void read_line(struct reader *reader)
{
	struct totals_line line = {.line = reader->line};

	if (!read_cells(reader)) {
		return;
	}
	read_period(reader, &line);
	if (reader->file->what == TOTALS_TOTALS) {
		read_totals(reader, &line);
	} else {
		read_figure(reader, &line);
	}
	read_word(reader, C_SOURCE, line.source, sizeof line.source);
	g_array_append_val(reader->file->lines, line);
}

static void key_of(const struct totals_line *line, GString *ret_key)
{
	g_string_printf(ret_key, "%d\n%d\n%s\n%s\n%s", line->period.first_day,
		line->period.last_day, line->place, line->procedure, line->figure);
}

/* Two lines about the same thing: which of them counts? */
static void check_different(struct totals_file *file)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GString) key = g_string_new(NULL);

	for (unsigned i = 0; i < file->lines->len; i++) {
		const struct totals_line *line = &g_array_index(file->lines, struct totals_line, i);
		key_of(line, key);
		if (!g_hash_table_add(seen, g_strdup(key->str))) {
			totals_file_fail(file, line->line, "", TOTALS_TWICE);
		}
	}
}

enum hoso_error totals_csv_read(
	enum totals_what what, const char *text, size_t length, struct totals_file *ret_file)
{
	struct reader reader = {.file = ret_file, .at = text, .end = text + length, .line = 1};

	*ret_file = (struct totals_file){.what = what,
		.lines = g_array_new(FALSE, FALSE, sizeof(struct totals_line)),
		.errors = g_array_new(FALSE, FALSE, sizeof(struct totals_error))};
	if (!text_is_utf8(text, length)) {
		return HOSO_BAD_UTF8;
	}
	if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		reader.at += 3;
	}
	reader.separator = find_separator(&reader);
	if (!read_head(&reader)) {
		return HOSO_OK;
	}
	for (; reader.at < reader.end; next_line(&reader)) {
		if (reader.line > TOTALS_LINES_MAX + 1) {
			return HOSO_TOO_MANY;
		}
		if (!line_is_empty(&reader)) {
			read_line(&reader);
		}
	}
	if (ret_file->lines->len == 0 && ret_file->errors->len == 0) {
		totals_file_fail(ret_file, 1, "", TOTALS_NO_LINES);
	}
	check_different(ret_file);
	return HOSO_OK;
}

void totals_file_done(struct totals_file *file)
{
	g_clear_pointer(&file->lines, g_array_unref);
	g_clear_pointer(&file->errors, g_array_unref);
}

static int by_line(const void *one, const void *other)
{
	const struct totals_error *a = one, *b = other;

	return (a->line > b->line) - (a->line < b->line);
}

void totals_file_sort(struct totals_file *file)
{
	g_array_sort(file->errors, by_line);
}
