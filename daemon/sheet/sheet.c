#include "sheet/sheet.h"

#include <math.h>

#define MM_PER_INCH 25.4
#define HAIR_MM 1e-6 /* so that 8 dots of 0.125 are a millimetre, whatever the last bit says */

static void clear_mark(void *mark)
{
	g_free(((struct mark *)mark)->text);
}

void sheet_init(struct sheet *sheet, double width_mm, double height_mm, unsigned dpi)
{
	*sheet = (struct sheet){
		.width_mm = width_mm,
		.height_mm = height_mm,
		.dot_mm = MM_PER_INCH / dpi,
		.marks = g_array_new(FALSE, TRUE, sizeof(struct mark)),
	};
	g_array_set_clear_func(sheet->marks, clear_mark);
}

void sheet_done(struct sheet *sheet)
{
	if (sheet->marks) {
		g_array_unref(sheet->marks);
	}
	*sheet = (struct sheet){0};
}

void sheet_fail(struct sheet *sheet, enum hoso_error error)
{
	sheet->error = sheet->error ? sheet->error : error;
}

void sheet_page(struct sheet *sheet)
{
	if (sheet->pages == SHEET_PAGES_MAX) {
		sheet_fail(sheet, HOSO_TOO_MANY);
		return;
	}
	sheet->pages++;
}

static struct mark *add(struct sheet *sheet, const struct mark *mark)
{
	g_array_append_vals(sheet->marks, mark, 1);
	return &g_array_index(sheet->marks, struct mark, sheet->marks->len - 1);
}

void sheet_text(struct sheet *sheet, const struct style *style, double x_mm, double y_mm,
	double width_mm, const char *text)
{
	add(sheet, &(struct mark){.kind = MARK_TEXT,
			   .page = sheet->pages,
			   .x_mm = x_mm,
			   .y_mm = y_mm,
			   .width_mm = width_mm,
			   .style = *style,
			   .text = g_strdup(text)});
}

void sheet_line(struct sheet *sheet, enum mark_kind kind, double x_mm, double y_mm, double width_mm,
	double height_mm)
{
	add(sheet, &(struct mark){.kind = kind,
			   .page = sheet->pages,
			   .x_mm = x_mm,
			   .y_mm = y_mm,
			   .width_mm = width_mm,
			   .height_mm = height_mm});
}

void sheet_symbol(struct sheet *sheet, const struct symbol *symbol, const char *text, double x_mm,
	double y_mm, double height_mm, double module_mm)
{
	add(sheet,
		&(struct mark){.kind = MARK_SYMBOL,
			.page = sheet->pages,
			.x_mm = ceil(x_mm / sheet->dot_mm - HAIR_MM) * sheet->dot_mm,
			.y_mm = y_mm,
			.width_mm = symbol->width * module_mm,
			.height_mm = symbol->symbology == SYMBOLOGY_QR ? symbol->height * module_mm
								       : height_mm,
			.text = g_strdup(text),
			.symbology = symbol->symbology,
			.module_mm = module_mm});
}

void sheet_forget(struct sheet *sheet, unsigned count)
{
	g_array_set_size(sheet->marks, count);
}

double sheet_module_mm(const struct sheet *sheet, unsigned modules, double room_mm, double least_mm,
	double wanted_mm)
{
	double widest_mm = fmin(wanted_mm, room_mm / modules);
	double module_mm = floor(widest_mm / sheet->dot_mm + HAIR_MM) * sheet->dot_mm;

	return module_mm + HAIR_MM < least_mm ? 0 : module_mm;
}
