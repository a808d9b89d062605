#include "label.h"

#include <math.h>

#include "sheet/compose.h"
#include "sheet/symbol.h"

#define EDGE_MM 3.0     /* printers leave some of the edge white */
#define SMALLEST_PT 5.5 /* can still be read */
#define LARGEST_PT 13.0
#define STEP_PT 0.5
#define BARS_MM 12.5        /* high; S10 recommends no less, … */
#define BARS_LEAST_MM 8.0   /* … but a roll of small labels has no room for it */
#define QR_SHARE 0.36       /* of the label's height at most */
#define BARS_SHARE 0.25     /* of the label's height */
#define MODULE_MM 0.385     /* three dots of a printer of 203 to the inch */
#define MODULE_GOOD_MM 0.33 /* S10 recommends no less */
#define MODULE_LEAST_MM 0.25
#define QR_MODULE_MM 0.76
#define QR_LEAST_MM 0.37
#define LINE_GAP_MM 0.8

/* struct label - one on its way. @y_mm: below what is there. */
struct label {
	struct sheet *sheet;
	const struct measure *measure;
	char *const *text;
	double size_pt;
	double y_mm;
};

static double room(const struct label *label)
{
	return label->sheet->width_mm - 2 * EDGE_MM;
}

static void put_text(
	struct label *label, enum align align, double scale, bool bold, const char *text)
{
	struct style style = {
		.size_pt = label->size_pt * scale, .align = align, .sans = true, .bold = bold};

	if (*text) {
		struct extent extent =
			label->measure->text(label->measure->context, &style, text, room(label));
		sheet_text(label->sheet, &style, EDGE_MM, label->y_mm, room(label), text);
		label->y_mm += extent.height_mm;
	}
}

static void put_rule(struct label *label)
{
	label->y_mm += LINE_GAP_MM;
	sheet_line(label->sheet, MARK_LINE, EDGE_MM, label->y_mm, room(label), 0);
	label->y_mm += LINE_GAP_MM;
}

static double bars_height(const struct label *label)
{
	return fmin(BARS_MM, fmax(BARS_LEAST_MM, label->sheet->height_mm * BARS_SHARE));
}

/* How wide a symbol's modules may be within @width_mm; 0, and the failure is kept, when it does not fit. */
static double module_of(struct label *label, const struct symbol *symbol, double width_mm,
	double least_mm, double wanted_mm)
{
	double module_mm = sheet_module_mm(label->sheet, symbol->width + 2 * symbol_quiet(symbol),
		width_mm, least_mm, wanted_mm);

	if (module_mm == 0) {
		sheet_fail(label->sheet, HOSO_TOO_LARGE);
	}
	return module_mm;
}

/*
 * The bars' module when the QR code stands beside them; 0 when it must not. A low label has no other place for it, so
 * there the bars may become finer.
 */
static double beside_qr(const struct label *label, const struct symbol *bars, double width_mm)
{
	bool is_low = label->sheet->height_mm < label->sheet->width_mm;

	return sheet_module_mm(label->sheet, bars->width + 2 * SYMBOL_QUIET_BARS, width_mm,
		is_low ? MODULE_LEAST_MM : MODULE_GOOD_MM, MODULE_MM);
}

/* Bars on the left, their text below; the QR code beside them, or under them on a narrow label. */
static void put_symbols(struct label *label, const struct symbol *bars, const struct symbol *qr)
{
	struct style style = {.size_pt = 10, .align = ALIGN_CENTRE, .sans = true, .bold = true};
	const char *code = label->text[FACT_ITEM_CODE];
	g_autofree char *readable = compose_readable(code);
	double dot_mm = label->sheet->dot_mm;
	double qr_wanted_mm = fmin(QR_MODULE_MM,
		label->sheet->height_mm * QR_SHARE / (qr->width + 2 * SYMBOL_QUIET_QR));
	double qr_module_mm = module_of(label, qr, room(label) - dot_mm, QR_LEAST_MM, qr_wanted_mm);
	double qr_mm = qr_module_mm * (qr->width + 2 * SYMBOL_QUIET_QR) + dot_mm;
	double module_mm = beside_qr(label, bars, room(label) - qr_mm - dot_mm);
	bool beside = module_mm > 0;
	double bars_width_mm, text_mm;
	double height_mm = bars_height(label), top_mm = label->y_mm;

	if (!beside) {
		module_mm =
			module_of(label, bars, room(label) - dot_mm, MODULE_LEAST_MM, MODULE_MM);
	}
	bars_width_mm = module_mm * (bars->width + 2 * SYMBOL_QUIET_BARS) + dot_mm;
	text_mm = label->measure->text(label->measure->context, &style, readable, bars_width_mm)
			  .height_mm;
	sheet_symbol(label->sheet, bars, code, EDGE_MM + module_mm * SYMBOL_QUIET_BARS, top_mm + 1,
		height_mm, module_mm);
	sheet_text(label->sheet, &style, EDGE_MM, top_mm + 1 + height_mm + 0.5, bars_width_mm,
		readable);
	label->y_mm += height_mm + text_mm + 1.5;
	sheet_symbol(label->sheet, qr, code,
		(beside ? label->sheet->width_mm - EDGE_MM - qr_mm : EDGE_MM) +
			qr_module_mm * SYMBOL_QUIET_QR,
		(beside ? top_mm : label->y_mm) + qr_module_mm * SYMBOL_QUIET_QR, 0, qr_module_mm);
	label->y_mm = beside ? fmax(label->y_mm, top_mm + qr_mm) : label->y_mm + qr_mm;
}

static void put_party(struct label *label, const char *who, double scale, bool bold,
	const char *name, const char *phone, const char *address)
{
	g_autofree char *line = g_strdup_printf("%s %s", who, *name ? name : "……………………………");
	g_autofree char *call = g_strdup_printf("ĐT: %s", phone);

	put_text(label, ALIGN_LEFT, scale, bold, line);
	put_text(label, ALIGN_LEFT, scale, false, address);
	put_text(label, ALIGN_LEFT, scale, false, *phone ? call : "");
	label->y_mm += LINE_GAP_MM;
}

static void put_named(struct label *label, const char *name, const char *value, bool bold)
{
	g_autofree char *line = g_strdup_printf("%s %s", name, value);

	if (*value) {
		put_text(label, ALIGN_LEFT, 0.9, bold, line);
	}
}

static bool put_all(struct label *label, const struct symbol *bars, const struct symbol *qr)
{
	char *const *text = label->text;

	label->y_mm = EDGE_MM;
	put_text(label, ALIGN_LEFT, 0.9, true,
		text[FACT_LEG_KIND][0] ? text[FACT_LEG_KIND] : "Hồ sơ hành chính");
	put_text(label, ALIGN_LEFT, 0.8, false, text[FACT_OFFICE]);
	put_symbols(label, bars, qr);
	put_rule(label);
	put_party(label, "Người gửi:", 0.9, false, text[FACT_SENDER_NAME], text[FACT_SENDER_PHONE],
		text[FACT_SENDER_ADDRESS]);
	put_party(label, "Người nhận:", 1.1, true, text[FACT_RECEIVER_NAME],
		text[FACT_RECEIVER_PHONE], text[FACT_RECEIVER_ADDRESS]);
	if (text[FACT_DOSSIER_CODE][0] || text[FACT_PROCEDURE][0] || text[FACT_COLLECT][0]) {
		put_rule(label);
	}
	put_named(label, "Thu hộ:", text[FACT_COLLECT], true);
	put_named(label, "Mã hồ sơ:", text[FACT_DOSSIER_CODE], false);
	put_named(label, "Thủ tục:", text[FACT_PROCEDURE], false);
	return label->y_mm <= label->sheet->height_mm - EDGE_MM;
}

void label_compose(struct sheet *sheet, const struct measure *measure, const struct facts *facts)
{
	struct label label = {.sheet = sheet, .measure = measure, .text = facts->text};
	const char *code = facts->text[FACT_ITEM_CODE];
	unsigned marks = sheet->marks->len;
	struct symbol bars = {0}, qr = {0};
	enum hoso_error error = symbol_encode(SYMBOLOGY_CODE_128, code, &bars);
	bool fits = false;

	error = error ? error : symbol_encode(SYMBOLOGY_QR, code, &qr);
	if (error) {
		sheet_fail(sheet, error);
	}
	for (label.size_pt = LARGEST_PT; !sheet->error && !fits && label.size_pt >= SMALLEST_PT;
		label.size_pt -= STEP_PT) {
		sheet_forget(sheet, marks);
		fits = put_all(&label, &bars, &qr);
	}
	if (!fits) {
		sheet_fail(sheet, HOSO_TOO_LARGE);
	}
	symbol_done(&bars);
	symbol_done(&qr);
}
