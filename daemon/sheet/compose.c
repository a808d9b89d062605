#include "sheet/compose.h"

#include <math.h>
#include <string.h>

#include <hoso/item_code.h>

#include "sheet/symbol.h"

#define LEADING_MM 1.2       /* between two blocks */
#define CELL_MM 1.3          /* white inside a cell */
#define DOTS_LEAST_MM 18.0   /* less is no room to write in */
#define DOTS_RISE_MM 1.1     /* above the bottom of the text's line */
#define SIGN_MM 24.0         /* room for a signature and a seal */
#define FOOT_MM 7.0          /* for the page's number */
#define BARS_MM 12.5         /* high; S10 recommends no less */
#define ROW_BARS_MM 7.0      /* the same in a table, where an office's own scanner is aimed at it */
#define MODULE_MM 0.43       /* wanted: still read from a scan at 100 dpi */
#define MODULE_LEAST_MM 0.25 /* S10's least */
#define QR_MODULE_MM 0.76    /* six dots of a label printer */
#define QR_LEAST_MM 0.45
#define NATION "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
#define MOTTO "Độc lập - Tự do - Hạnh phúc"

static double left(const struct compose *compose)
{
	return compose->margin_mm;
}

static double width(const struct compose *compose)
{
	return compose->sheet->width_mm - 2 * compose->margin_mm;
}

static double bottom(const struct compose *compose)
{
	return compose->sheet->height_mm - compose->margin_mm - FOOT_MM;
}

void compose_page(struct compose *compose)
{
	sheet_page(compose->sheet);
	compose->y_mm = compose->margin_mm;
}

/* Room for @height_mm, on the next page if there is none on this one. */
static void need(struct compose *compose, double height_mm)
{
	if (compose->margin_mm + height_mm > bottom(compose)) {
		sheet_fail(compose->sheet, HOSO_TOO_LARGE);
	} else if (compose->y_mm + height_mm > bottom(compose)) {
		compose_page(compose);
	}
}

void compose_gap(struct compose *compose, double height_mm)
{
	compose->y_mm += height_mm;
}

static struct style style_of(
	const struct compose *compose, enum align align, double scale, bool bold, bool italic)
{
	return (struct style){.size_pt = compose->size_pt * scale,
		.align = align,
		.bold = bold,
		.italic = italic};
}

static struct extent extent_of(
	const struct compose *compose, const struct style *style, const char *text, double width_mm)
{
	return compose->measure->text(compose->measure->context, style, text, width_mm);
}

static double height_of(
	const struct compose *compose, const struct style *style, const char *text, double width_mm)
{
	return extent_of(compose, style, text, width_mm).height_mm;
}

void compose_text(struct compose *compose, enum align align, double scale, bool bold, bool italic,
	const char *text)
{
	struct style style = style_of(compose, align, scale, bold, italic);
	double height_mm = height_of(compose, &style, text, width(compose));

	need(compose, height_mm);
	sheet_text(compose->sheet, &style, left(compose), compose->y_mm, width(compose), text);
	compose->y_mm += height_mm + LEADING_MM;
}

void compose_title(struct compose *compose, const char *title, const char *below)
{
	compose_gap(compose, 2 * LEADING_MM);
	compose_text(compose, ALIGN_CENTRE, 1.25, true, false, title);
	if (below) {
		compose_text(compose, ALIGN_CENTRE, 0.95, false, true, below);
	}
	compose_gap(compose, LEADING_MM);
}

/* One line of a heading, in the middle of its half; gives the place below it. */
static double put_line(struct compose *compose, double x_mm, double y_mm, double width_mm,
	double scale, bool bold, const char *text)
{
	struct style style = style_of(compose, ALIGN_CENTRE, scale, bold, false);

	sheet_text(compose->sheet, &style, x_mm, y_mm, width_mm, text);
	return y_mm + height_of(compose, &style, text, width_mm);
}

static void underline(
	struct compose *compose, double x_mm, double y_mm, double width_mm, double share)
{
	sheet_line(compose->sheet, MARK_LINE, x_mm + width_mm * (1 - share) / 2, y_mm + 1,
		width_mm * share, 0);
}

void compose_heading(struct compose *compose, const char *issuer, const char *number)
{
	double half_mm = width(compose) * 0.42, gap_mm = width(compose) * 0.02;
	double right_mm = left(compose) + half_mm + gap_mm;
	double right_width_mm = width(compose) - half_mm - gap_mm;
	g_autofree char *written = g_strdup_printf("Số: %s", *number ? number : "…………………");
	double left_y_mm = compose->y_mm, right_y_mm = compose->y_mm;

	left_y_mm = put_line(compose, left(compose), left_y_mm, half_mm, 0.95, true,
		*issuer ? issuer : "BƯU ĐIỆN ………………………");
	underline(compose, left(compose), left_y_mm, half_mm, 0.35);
	left_y_mm = put_line(compose, left(compose), left_y_mm + 2, half_mm, 0.95, false, written);
	right_y_mm = put_line(compose, right_mm, right_y_mm, right_width_mm, 0.95, true, NATION);
	right_y_mm = put_line(compose, right_mm, right_y_mm, right_width_mm, 1.0, true, MOTTO);
	underline(compose, right_mm, right_y_mm, right_width_mm, 0.5);
	compose->y_mm = fmax(left_y_mm, right_y_mm + 2) + LEADING_MM;
}

void compose_date(struct compose *compose, const char *place, const char *day)
{
	g_autofree char *known = NULL;
	const char *open = "ngày …… tháng …… năm 20……";

	if (strlen(day) == strlen("YYYY-MM-DD")) {
		known = g_strdup_printf("ngày %.2s tháng %.2s năm %.4s", day + 8, day + 5, day);
	}
	{
		g_autofree char *line =
			g_strdup_printf("%s, %s", *place ? place : "………………", known ? known : open);
		compose_text(compose, ALIGN_RIGHT, 1, false, true, line);
	}
}

/* A label and its value within @width_mm; gives the height, and draws when @draws. */
static double put_field(struct compose *compose, double x_mm, double width_mm, const char *label,
	const char *value, bool draws)
{
	struct style plain = style_of(compose, ALIGN_LEFT, 1, false, false);
	struct style bold = style_of(compose, ALIGN_LEFT, 1, true, false);
	g_autofree char *text = g_strdup_printf("%s:", label);
	struct extent own = extent_of(compose, &plain, text, 0);
	double from_mm = own.width_mm + 1.5, room_mm = width_mm - from_mm;
	double label_mm = own.height_mm, value_mm = 0, top_mm = compose->y_mm;

	if (room_mm < DOTS_LEAST_MM) { /* a long label has lines of its own */
		label_mm = height_of(compose, &plain, text, width_mm);
		top_mm += label_mm;
		from_mm = 0;
		room_mm = width_mm;
		value_mm = label_mm + own.height_mm;
	}
	value_mm = fmax(value_mm,
		top_mm - compose->y_mm +
			(*value ? height_of(compose, &bold, value, room_mm) : own.height_mm));
	if (draws) {
		sheet_text(compose->sheet, &plain, x_mm, compose->y_mm, width_mm, text);
	}
	if (draws && *value) {
		sheet_text(compose->sheet, &bold, x_mm + from_mm, top_mm, room_mm, value);
	} else if (draws) {
		sheet_line(compose->sheet, MARK_DOTS, x_mm + from_mm,
			top_mm + own.height_mm - DOTS_RISE_MM, room_mm, 0);
	}
	return fmax(label_mm, value_mm);
}

void compose_field(struct compose *compose, const char *label, const char *value)
{
	double height_mm = put_field(compose, left(compose), width(compose), label, value, false);

	need(compose, height_mm);
	put_field(compose, left(compose), width(compose), label, value, true);
	compose->y_mm += height_mm + LEADING_MM;
}

void compose_fields(struct compose *compose, const char *label, const char *value,
	const char *second_label, const char *second_value)
{
	double half_mm = width(compose) / 2 - 2, second_mm = left(compose) + width(compose) / 2;
	double height_mm = fmax(put_field(compose, left(compose), half_mm, label, value, false),
		put_field(compose, second_mm, half_mm, second_label, second_value, false));

	need(compose, height_mm);
	put_field(compose, left(compose), half_mm, label, value, true);
	put_field(compose, second_mm, half_mm, second_label, second_value, true);
	compose->y_mm += height_mm + LEADING_MM;
}

void compose_signatures(struct compose *compose, const char *const *titles,
	const char *const *names, unsigned count)
{
	double each_mm = width(compose) / count;
	double end_mm = 0, name_mm = 0;

	for (unsigned i = 0; i < count; i++) {
		struct style bold = style_of(compose, ALIGN_CENTRE, 1, true, false);
		end_mm = fmax(end_mm, height_of(compose, &bold, titles[i], each_mm - 2));
		name_mm = fmax(name_mm, height_of(compose, &bold, names[i], each_mm - 2));
	}
	end_mm += 5 + SIGN_MM;
	compose_gap(compose, 2 * LEADING_MM);
	need(compose, end_mm + name_mm);
	for (unsigned i = 0; i < count; i++) {
		double x_mm = left(compose) + i * each_mm + 1;
		struct style small = style_of(compose, ALIGN_CENTRE, 0.85, false, true);
		double y_mm =
			put_line(compose, x_mm, compose->y_mm, each_mm - 2, 1, true, titles[i]);
		sheet_text(compose->sheet, &small, x_mm, y_mm, each_mm - 2, "(Ký, ghi rõ họ tên)");
		put_line(compose, x_mm, compose->y_mm + end_mm, each_mm - 2, 1, true, names[i]);
	}
	compose->y_mm += end_mm + name_mm + LEADING_MM;
}

void compose_closing(
	struct compose *compose, const char *title, const char *recipients, const char *signer)
{
	struct style bold = style_of(compose, ALIGN_LEFT, 0.9, true, true);
	struct style plain = style_of(compose, ALIGN_LEFT, 0.9, false, false);
	double half_mm = width(compose) / 2;
	double title_mm = height_of(compose, &bold, title, half_mm);
	double list_mm = height_of(compose, &plain, recipients, half_mm);

	compose_gap(compose, 2 * LEADING_MM);
	need(compose, fmax(title_mm + list_mm, SIGN_MM + 10));
	sheet_text(compose->sheet, &bold, left(compose), compose->y_mm, half_mm, title);
	sheet_text(compose->sheet, &plain, left(compose), compose->y_mm + title_mm, half_mm,
		recipients);
	put_line(compose, left(compose) + half_mm, compose->y_mm, half_mm, 1, true, signer);
	compose->y_mm += fmax(title_mm + list_mm, SIGN_MM + 10) + LEADING_MM;
}

char *compose_readable(const char *item_code)
{
	struct item_code code;

	if (item_code_parse(item_code, strlen(item_code), &code) || !item_code_is_s10(&code)) {
		return g_strdup(item_code);
	}
	return g_strdup_printf("%.2s %.3s %.3s %.3s %s", code.text, code.text + 2, code.text + 5,
		code.text + 8, code.text + 11);
}

/* Bars within @width_mm, or a QR code when they would become too fine; gives the height below @y_mm. */
static double put_code(struct compose *compose, const char *text, double x_mm, double y_mm,
	double width_mm, double bars_mm, bool draws)
{
	struct symbol symbol = {0};
	struct style style = style_of(compose, ALIGN_CENTRE, 1, true, false);
	g_autofree char *readable = compose_readable(text);
	enum symbology symbology = SYMBOLOGY_CODE_128;
	enum hoso_error error = symbol_encode(symbology, text, &symbol);
	double module_mm = 0, height_mm = bars_mm, wide_mm;

	if (!error) {
		module_mm = sheet_module_mm(compose->sheet, symbol.width + 2 * SYMBOL_QUIET_BARS,
			width_mm - compose->sheet->dot_mm, MODULE_LEAST_MM, MODULE_MM);
	}
	if (!error && module_mm == 0) {
		symbol_done(&symbol);
		symbology = SYMBOLOGY_QR;
		error = symbol_encode(symbology, text, &symbol);
		module_mm = sheet_module_mm(compose->sheet, symbol.width + 2 * SYMBOL_QUIET_QR,
			width_mm - compose->sheet->dot_mm, QR_LEAST_MM, QR_MODULE_MM);
		height_mm = module_mm * (symbol.height + SYMBOL_QUIET_QR); /* and white below */
	}
	if (error || module_mm == 0) {
		sheet_fail(compose->sheet, error ? error : HOSO_TOO_LARGE);
	}
	wide_mm = symbol.width * module_mm;
	if (draws) {
		sheet_symbol(compose->sheet, &symbol, text, x_mm + (width_mm - wide_mm) / 2, y_mm,
			height_mm, module_mm);
		sheet_text(
			compose->sheet, &style, x_mm, y_mm + height_mm + 0.5, width_mm, readable);
	}
	symbol_done(&symbol);
	return height_mm + 0.5 + height_of(compose, &style, readable, width_mm);
}

void compose_codes(struct compose *compose, const char *item_code)
{
	struct symbol qr = {0};
	enum hoso_error error = symbol_encode(SYMBOLOGY_QR, item_code, &qr);
	double module_mm = error ? 0
				 : sheet_module_mm(compose->sheet, qr.width + 2 * SYMBOL_QUIET_QR,
					   width(compose), QR_LEAST_MM, QR_MODULE_MM);
	double qr_mm = module_mm * (qr.width + 2 * SYMBOL_QUIET_QR);
	double bars_width_mm = width(compose) - qr_mm;
	double height_mm = put_code(compose, item_code, 0, 0, bars_width_mm, BARS_MM, false);

	if (error || module_mm == 0) {
		sheet_fail(compose->sheet, error ? error : HOSO_TOO_LARGE);
	}
	need(compose, fmax(height_mm, qr_mm));
	put_code(
		compose, item_code, left(compose), compose->y_mm + 2, bars_width_mm, BARS_MM, true);
	sheet_symbol(compose->sheet, &qr, item_code,
		left(compose) + bars_width_mm + module_mm * SYMBOL_QUIET_QR,
		compose->y_mm + module_mm * SYMBOL_QUIET_QR, 0, module_mm);
	compose->y_mm += fmax(height_mm + 2, qr_mm);
	symbol_done(&qr);
}

void compose_qr(struct compose *compose, const char *text, const char *words)
{
	const struct style style = {.size_pt = compose->size_pt};
	struct symbol qr = {0};
	double module_mm = 0, qr_mm = 0, words_mm;

	if (strlen(text) <= SYMBOL_TEXT_MAX) {
		enum hoso_error error = symbol_encode(SYMBOLOGY_QR, text, &qr);
		module_mm = sheet_module_mm(compose->sheet, qr.width + 2 * SYMBOL_QUIET_QR,
			width(compose), QR_LEAST_MM, QR_MODULE_MM);
		qr_mm = module_mm * (qr.width + 2 * SYMBOL_QUIET_QR);
		if (error || module_mm == 0) {
			sheet_fail(compose->sheet, error ? error : HOSO_TOO_LARGE);
		}
	}
	words_mm = height_of(compose, &style, words, width(compose) - qr_mm);
	need(compose, fmax(words_mm, qr_mm));
	if (qr_mm > 0) {
		sheet_symbol(compose->sheet, &qr, text, left(compose) + module_mm * SYMBOL_QUIET_QR,
			compose->y_mm + module_mm * SYMBOL_QUIET_QR, 0, module_mm);
	}
	sheet_text(compose->sheet, &style, left(compose) + qr_mm, compose->y_mm,
		width(compose) - qr_mm, words);
	compose->y_mm += fmax(words_mm, qr_mm);
	symbol_done(&qr);
}

struct table {
	const struct column *columns;
	unsigned count;
	double x_mm[COMPOSE_COLUMNS_MAX + 1]; /* the last one is the right edge */
};

static struct table table_of(
	const struct compose *compose, const struct column *columns, unsigned count)
{
	struct table table = {.columns = columns, .count = count};
	double shares = 0, x_mm = left(compose);

	for (unsigned i = 0; i < count; i++) {
		shares += columns[i].share;
	}
	for (unsigned i = 0; i < count; i++) {
		table.x_mm[i] = x_mm;
		x_mm += width(compose) * columns[i].share / shares;
	}
	table.x_mm[count] = x_mm;
	return table;
}

/* @texts NULL is the head. */
static double put_cell(struct compose *compose, const struct table *table, unsigned at,
	const char *text, bool is_head, bool draws)
{
	const struct column *column = &table->columns[at];
	double x_mm = table->x_mm[at] + CELL_MM;
	double width_mm = table->x_mm[at + 1] - table->x_mm[at] - 2 * CELL_MM;
	struct style style =
		style_of(compose, is_head ? ALIGN_CENTRE : column->align, 0.92, is_head, false);

	if (column->is_code && !is_head) {
		return put_code(compose, text, table->x_mm[at], compose->y_mm + CELL_MM,
			       width_mm + 2 * CELL_MM, ROW_BARS_MM, draws) +
		       2 * CELL_MM;
	}
	if (draws && *text) {
		sheet_text(compose->sheet, &style, x_mm, compose->y_mm + CELL_MM, width_mm, text);
	}
	return height_of(compose, &style, text, width_mm) + 2 * CELL_MM;
}

static double row_height(
	struct compose *compose, const struct table *table, const char *const *texts, bool is_head)
{
	double height_mm = 0;

	for (unsigned i = 0; i < table->count; i++) {
		const char *text = is_head ? table->columns[i].title : texts[i];
		height_mm = fmax(height_mm, put_cell(compose, table, i, text, is_head, false));
	}
	return height_mm;
}

static void put_row(
	struct compose *compose, const struct table *table, const char *const *texts, bool is_head)
{
	double height_mm = row_height(compose, table, texts, is_head);
	double wide_mm = table->x_mm[table->count] - table->x_mm[0];

	for (unsigned i = 0; i < table->count; i++) {
		put_cell(compose, table, i, is_head ? table->columns[i].title : texts[i], is_head,
			true);
	}
	for (unsigned i = 0; i <= table->count; i++) {
		sheet_line(compose->sheet, MARK_LINE, table->x_mm[i], compose->y_mm, 0, height_mm);
	}
	sheet_line(compose->sheet, MARK_LINE, table->x_mm[0], compose->y_mm, wide_mm, 0);
	compose->y_mm += height_mm;
	sheet_line(compose->sheet, MARK_LINE, table->x_mm[0], compose->y_mm, wide_mm, 0);
}

void compose_table(struct compose *compose, const struct column *columns, unsigned count,
	const char *const *const *rows, unsigned rows_count)
{
	struct table table = table_of(compose, columns, count);
	double head_mm = row_height(compose, &table, NULL, true);

	for (unsigned i = 0; i < rows_count; i++) {
		double height_mm = row_height(compose, &table, rows[i], false);
		unsigned pages = compose->sheet->pages;
		/* A head without a row below it says nothing. */
		need(compose, height_mm + (i == 0 ? head_mm : 0));
		if (i == 0 || compose->sheet->pages != pages) {
			if (compose->margin_mm + head_mm + height_mm > bottom(compose)) {
				sheet_fail(compose->sheet, HOSO_TOO_LARGE);
			}
			put_row(compose, &table, NULL, true);
		}
		put_row(compose, &table, rows[i], false);
		if (compose->sheet->error) {
			return;
		}
	}
	compose_gap(compose, 2 * LEADING_MM);
}

static int by_page(const void *one, const void *other)
{
	return (int)((const struct mark *)one)->page - (int)((const struct mark *)other)->page;
}

void compose_numbers(struct compose *compose)
{
	unsigned pages = compose->sheet->pages;
	struct style style = style_of(compose, ALIGN_CENTRE, 0.85, false, false);

	for (unsigned page = 1; pages > 1 && page <= pages; page++) {
		g_autofree char *text = g_strdup_printf("Trang %u/%u", page, pages);
		compose->sheet->pages = page;
		sheet_text(compose->sheet, &style, left(compose), bottom(compose) + 2,
			width(compose), text);
	}
	compose->sheet->pages = pages;
	g_array_sort(compose->sheet->marks, by_page); /* a stable one */
}
