#include "sheet/report_file.h"

#include <string.h>

#include "base/clock.h"
#include "sheet/compose.h"
#include "sheet/draw.h"

/* A4 lying: tables of up to twelve columns. */
#define PAGE_WIDTH_MM 297
#define PAGE_HEIGHT_MM 210
#define MARGIN_MM 14
#define SIZE_PT 10
#define PRINTER_DPI 600 /* there are no bars; only the hair lines mind */
#define LOCAL_SIZE 40

const char *report_text(const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));

	return text ? text : "";
}

void report_day(const char *rfc3339, char ret_day[11])
{
	int64_t ms = 0;

	clock_parse_rfc3339(rfc3339, &ms);
	clock_format_local(ms, "%Y-%m-%d", ret_day, 11);
}

/* Thousands with points, as Vietnam writes them. */
static char *grouped(json_int_t number)
{
	g_autofree char *digits = g_strdup_printf("%" JSON_INTEGER_FORMAT, number);
	size_t length = strlen(digits);
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0 && digits[i - 1] != '-') {
			g_string_append_c(text, '.');
		}
		g_string_append_c(text, digits[i]);
	}
	return g_string_free(text, FALSE);
}

char *report_words(const json_t *cell, const char *kind)
{
	if (json_is_string(cell)) {
		return g_strdup(json_string_value(cell));
	}
	if (!json_is_integer(cell)) {
		return g_strdup(strcmp(kind, "text") == 0 ? "" : "–");
	}
	if (strcmp(kind, "share") == 0) {
		json_int_t share = json_integer_value(cell);
		return g_strdup_printf("%d,%02d", (int)(share / 100), (int)(share % 100));
	}
	return grouped(json_integer_value(cell));
}

static double share_of(const json_t *column)
{
	const char *key = report_text(column, "key");

	if (strcmp(report_text(column, "kind"), "text") != 0) {
		return 20;
	}
	return strcmp(key, "name") == 0 || strcmp(key, "note") == 0 ? 55 : 24;
}

static void free_row(void *row)
{
	g_strfreev(row);
}

static void put_section(struct compose *compose, const json_t *section)
{
	const json_t *columns = json_object_get(section, "columns");
	const json_t *rows = json_object_get(section, "rows");
	unsigned count = (unsigned)MIN(json_array_size(columns), COMPOSE_COLUMNS_MAX);
	struct column made[COMPOSE_COLUMNS_MAX];
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(free_row);

	for (unsigned c = 0; c < count; c++) {
		const json_t *column = json_array_get(columns, c);
		bool is_text = strcmp(report_text(column, "kind"), "text") == 0;
		made[c] = (struct column){report_text(column, "title"), share_of(column),
			is_text ? ALIGN_LEFT : ALIGN_RIGHT, false};
	}
	for (size_t r = 0; r < json_array_size(rows); r++) {
		const json_t *cells = json_object_get(json_array_get(rows, r), "cells");
		char **row = g_new0(char *, count + 1);
		for (unsigned c = 0; c < count; c++) {
			row[c] = report_words(json_array_get(cells, c),
				report_text(json_array_get(columns, c), "kind"));
		}
		g_ptr_array_add(texts, row);
	}
	compose_text(compose, ALIGN_LEFT, 1.05, true, false, report_text(section, "title"));
	if (texts->len == 0) {
		compose_text(compose, ALIGN_LEFT, 1, false, true, "Không có số liệu trong kỳ.");
		return;
	}
	compose_table(compose, made, count, (const char *const *const *)texts->pdata, texts->len);
}

static void put_texts(struct compose *compose, const json_t *texts, const char *title)
{
	if (json_array_size(texts) > 0) {
		compose_text(compose, ALIGN_LEFT, 1, true, false, title);
	}
	for (size_t i = 0; i < json_array_size(texts); i++) {
		g_autofree char *line =
			g_strdup_printf("- %s", json_string_value(json_array_get(texts, i)));
		compose_text(compose, ALIGN_LEFT, 0.95, false, false, line);
	}
}

static void put_scope(struct compose *compose, const json_t *table)
{
	static const struct {
		const char *member, *words;
	} narrowed[] = {{"office", "Bưu cục"}, {"agency", "Cơ quan"}, {"procedure", "Thủ tục"},
		{"courier", "Bưu tá"}};
	const json_t *asked = json_object_get(table, "asked");
	char as_of[LOCAL_SIZE];
	int64_t ms = 0;
	g_autoptr(GString) line = g_string_new(NULL);

	clock_parse_rfc3339(report_text(table, "as_of"), &ms);
	clock_format_local(ms, "%H:%M ngày %d/%m/%Y", as_of, sizeof as_of);
	g_string_printf(line, "Số liệu lúc %s.", as_of);
	for (size_t i = 0; i < G_N_ELEMENTS(narrowed); i++) {
		if (*report_text(asked, narrowed[i].member)) {
			g_string_append_printf(line, " %s: %s.", narrowed[i].words,
				report_text(asked, narrowed[i].member));
		}
	}
	if (*report_text(table, "frozen_by")) {
		g_string_append_printf(line, " Đã chốt bởi %s.", report_text(table, "frozen_by"));
	}
	compose_text(compose, ALIGN_CENTRE, 0.95, false, true, line->str);
}

static void lay_out(struct compose *compose, const json_t *table)
{
	const json_t *sections = json_object_get(table, "sections");
	g_autofree char *issuer =
		g_utf8_strup(report_text(json_object_get(table, "issuer"), "name"), -1);
	char day[11];

	report_day(report_text(table, "as_of"), day);
	compose_page(compose);
	compose_heading(compose, issuer, "");
	compose_date(compose, "", day);
	compose_title(compose, report_text(table, "title"),
		report_text(json_object_get(table, "period"), "words"));
	put_scope(compose, table);
	put_texts(compose, json_object_get(table, "notes"), "Lưu ý");
	for (size_t i = 0; i < json_array_size(sections); i++) {
		put_section(compose, json_array_get(sections, i));
	}
	put_texts(compose, json_object_get(table, "definitions"), "Cách tính");
	compose_closing(compose, "Nơi nhận:", "- Như trên;\n- Lưu: VT.", "THỦ TRƯỞNG ĐƠN VỊ");
	compose_numbers(compose);
}

enum hoso_error report_pdf(json_t *table, GByteArray *file)
{
	struct pen *pen = pen_new();
	struct sheet sheet;
	struct measure measure;
	enum hoso_error error;

	if (!pen) {
		return HOSO_BAD_CONFIG;
	}
	measure = pen_measure(pen);
	sheet_init(&sheet, PAGE_WIDTH_MM, PAGE_HEIGHT_MM, PRINTER_DPI);
	lay_out(&(struct compose){.sheet = &sheet,
			.measure = &measure,
			.margin_mm = MARGIN_MM,
			.size_pt = SIZE_PT},
		table);
	error = draw_pdf(pen, &sheet, report_text(table, "title"), file);
	sheet_done(&sheet);
	pen_free(pen);
	return error;
}
