#include "sheet/draw.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "sheet/symbol.h"

#define POINTS_PER_MM (72 / 25.4)
#define LINE_PT 0.6
#define DOT_PT 0.7  /* of a line to be filled in by hand … */
#define DOTS_PT 2.6 /* … and from one to the next */
#define SERIF "Liberation Serif,DejaVu Serif,serif"
#define SANS "Liberation Sans,DejaVu Sans,sans-serif"

/* Every letter that only Vietnamese has, upper and lower: a font without one of them is of no use. */
static const char letters[] = "ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬĐÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"
			      "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ";

struct pen {
	PangoFontMap *fonts;
	PangoContext *context;
	PangoLayout *layout;
};

static void set_text(struct pen *pen, const struct style *style, const char *text, double width_mm)
{
	PangoFontDescription *font = pango_font_description_new();

	pango_font_description_set_family_static(font, style->sans ? SANS : SERIF);
	pango_font_description_set_absolute_size(font, style->size_pt * PANGO_SCALE);
	pango_font_description_set_weight(
		font, style->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_font_description_set_style(
		font, style->italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
	pango_layout_set_font_description(pen->layout, font);
	pango_font_description_free(font);
	pango_layout_set_alignment(pen->layout, style->align == ALIGN_LEFT     ? PANGO_ALIGN_LEFT
						: style->align == ALIGN_CENTRE ? PANGO_ALIGN_CENTER
									       : PANGO_ALIGN_RIGHT);
	pango_layout_set_width(
		pen->layout, width_mm > 0 ? (int)(width_mm * POINTS_PER_MM * PANGO_SCALE) : -1);
	pango_layout_set_wrap(pen->layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_text(pen->layout, text, -1);
}

/* A bold face may have fewer letters than the plain one. */
static bool has_vietnamese(struct pen *pen)
{
	bool has = true;

	for (unsigned face = 0; face < 8; face++) {
		const struct style style = {.size_pt = 10,
			.sans = face & 1,
			.bold = (face & 2) != 0,
			.italic = (face & 4) != 0};
		set_text(pen, &style, letters, 0);
		has &= pango_layout_get_unknown_glyphs_count(pen->layout) == 0;
	}
	return has;
}

struct pen *pen_new(void)
{
	struct pen *pen = g_new0(struct pen, 1);
	cairo_font_options_t *exact = cairo_font_options_create();

	pen->fonts = pango_cairo_font_map_new();
	pen->context = pango_font_map_create_context(pen->fonts);
	cairo_font_options_set_hint_style(exact, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(exact, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(pen->context, exact);
	pango_cairo_context_set_resolution(pen->context, 72);
	pango_context_set_round_glyph_positions(pen->context, FALSE);
	pango_context_set_language(pen->context, pango_language_from_string("vi"));
	cairo_font_options_destroy(exact);
	pen->layout = pango_layout_new(pen->context);
	if (!has_vietnamese(pen)) {
		pen_free(pen);
		return NULL;
	}
	return pen;
}

void pen_free(struct pen *pen)
{
	if (pen) {
		g_object_unref(pen->layout);
		g_object_unref(pen->context);
		g_object_unref(pen->fonts);
		g_free(pen);
	}
}

static struct extent measure_text(
	void *context, const struct style *style, const char *text, double width_mm)
{
	struct pen *pen = context;
	int width, height;

	set_text(pen, style, text, width_mm);
	pango_layout_get_size(pen->layout, &width, &height);
	return (struct extent){
		width / POINTS_PER_MM / PANGO_SCALE, height / POINTS_PER_MM / PANGO_SCALE};
}

struct measure pen_measure(struct pen *pen)
{
	return (struct measure){.context = pen, .text = measure_text};
}

static void draw_text(struct pen *pen, cairo_t *cairo, const struct mark *mark)
{
	set_text(pen, &mark->style, mark->text, mark->width_mm);
	cairo_move_to(cairo, mark->x_mm * POINTS_PER_MM, mark->y_mm * POINTS_PER_MM);
	pango_cairo_show_layout(cairo, pen->layout);
}

static void draw_line(cairo_t *cairo, const struct mark *mark)
{
	const double dots[] = {0, DOTS_PT};
	bool dotted = mark->kind == MARK_DOTS;

	cairo_save(cairo);
	cairo_set_line_width(cairo, dotted ? DOT_PT : LINE_PT);
	if (dotted) {
		cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
		cairo_set_dash(cairo, dots, ARRAY_SIZE(dots), 0);
	}
	cairo_move_to(cairo, mark->x_mm * POINTS_PER_MM, mark->y_mm * POINTS_PER_MM);
	cairo_rel_line_to(cairo, mark->width_mm * POINTS_PER_MM, mark->height_mm * POINTS_PER_MM);
	cairo_stroke(cairo);
	cairo_restore(cairo);
}

/* All bars in one filling: bars that touch have no seam between them. */
static enum hoso_error draw_symbol(cairo_t *cairo, const struct mark *mark)
{
	struct symbol symbol = {0};
	enum hoso_error error = symbol_encode(mark->symbology, mark->text, &symbol);
	double module_pt = mark->module_mm * POINTS_PER_MM;
	double height_pt = symbol.height == 1 ? mark->height_mm * POINTS_PER_MM : module_pt;

	for (unsigned i = 0; !error && i < symbol.count; i++) {
		const struct bar *bar = &symbol.bars[i];
		cairo_rectangle(cairo, mark->x_mm * POINTS_PER_MM + bar->x * module_pt,
			mark->y_mm * POINTS_PER_MM + bar->y * height_pt, bar->width * module_pt,
			bar->height * height_pt);
	}
	cairo_fill(cairo);
	symbol_done(&symbol);
	return error;
}

static enum hoso_error draw_mark(struct pen *pen, cairo_t *cairo, const struct mark *mark)
{
	switch (mark->kind) {
	case MARK_TEXT:
		draw_text(pen, cairo, mark);
		return HOSO_OK;
	case MARK_LINE:
	case MARK_DOTS:
		draw_line(cairo, mark);
		return HOSO_OK;
	case MARK_SYMBOL:
		return draw_symbol(cairo, mark);
	}
	return HOSO_OK;
}

static cairo_status_t take(void *pdf, const unsigned char *bytes, unsigned length)
{
	g_byte_array_append(pdf, bytes, length);
	return CAIRO_STATUS_SUCCESS;
}

static enum hoso_error draw_pages(struct pen *pen, cairo_t *cairo, const struct sheet *sheet)
{
	enum hoso_error error = HOSO_OK;
	unsigned page = 1;

	for (unsigned i = 0; !error && i < sheet->marks->len; i++) {
		const struct mark *mark = &g_array_index(sheet->marks, struct mark, i);
		for (; page < mark->page; page++) {
			cairo_show_page(cairo);
		}
		error = draw_mark(pen, cairo, mark);
	}
	cairo_show_page(cairo);
	return error;
}

enum hoso_error draw_pdf(
	struct pen *pen, const struct sheet *sheet, const char *title, GByteArray *pdf)
{
	cairo_surface_t *surface;
	cairo_t *cairo;
	enum hoso_error error;
	cairo_status_t status;

	if (sheet->error) {
		return sheet->error;
	}
	surface = cairo_pdf_surface_create_for_stream(
		take, pdf, sheet->width_mm * POINTS_PER_MM, sheet->height_mm * POINTS_PER_MM);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "hoso " HOSO_VERSION);
	/* Or it would be the time of the printing, and a reprint would not be the same. */
	cairo_pdf_surface_set_metadata(
		surface, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z");
	cairo = cairo_create(surface);
	error = draw_pages(pen, cairo, sheet);
	cairo_destroy(cairo);
	cairo_surface_finish(surface);
	status = cairo_surface_status(surface);
	cairo_surface_destroy(surface);
	return error ? error : status == CAIRO_STATUS_SUCCESS ? HOSO_OK : HOSO_FILE;
}
