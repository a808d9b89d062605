#include "sheet/symbol.h"

#include <math.h>
#include <string.h>

#include <zint.h>

static bool is_printable(const char *text)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < length; i++) {
		if (!g_ascii_isprint(text[i])) {
			return false;
		}
	}
	return length > 0 && length <= SYMBOL_TEXT_MAX;
}

/* The library draws in its own unit: @unit is how many of them are a module. */
static void take_bars(const struct zint_symbol *drawn, double unit, struct symbol *symbol)
{
	g_autoptr(GArray) bars = g_array_new(FALSE, FALSE, sizeof(struct bar));
	bool flat = symbol->height == 1;

	for (const struct zint_vector_rect *rectangle = drawn->vector->rectangles; rectangle;
		rectangle = rectangle->next) {
		struct bar bar = {
			.x = (uint16_t)lround(rectangle->x / unit),
			.y = flat ? 0 : (uint16_t)lround(rectangle->y / unit),
			.width = (uint16_t)lround(rectangle->width / unit),
			.height = flat ? 1 : (uint16_t)lround(rectangle->height / unit),
		};
		g_array_append_val(bars, bar);
	}
	symbol->count = bars->len;
	symbol->bars = (struct bar *)(void *)g_array_free(g_steal_pointer(&bars), FALSE);
}

enum hoso_error symbol_encode(enum symbology symbology, const char *text, struct symbol *ret_symbol)
{
	struct zint_symbol *drawn;
	int failed;

	if (!is_printable(text)) {
		return HOSO_BAD_MEMBER;
	}
	drawn = ZBarcode_Create();
	if (!drawn) {
		return HOSO_BUSY;
	}
	drawn->symbology = symbology == SYMBOLOGY_QR ? BARCODE_QRCODE : BARCODE_CODE128;
	drawn->option_1 = symbology == SYMBOLOGY_QR ? 2 : -1; /* level M: 15 % may be spoilt */
	drawn->show_hrt = 0;
	failed = ZBarcode_Encode_and_Buffer_Vector(
		drawn, (const unsigned char *)text, (int)strlen(text), 0);
	if (failed < ZINT_ERROR && drawn->vector && drawn->width > 0) {
		*ret_symbol = (struct symbol){
			.symbology = symbology,
			.width = (unsigned)drawn->width,
			.height = symbology == SYMBOLOGY_QR ? (unsigned)drawn->rows : 1,
		};
		take_bars(drawn, (double)drawn->vector->width / drawn->width, ret_symbol);
	}
	ZBarcode_Delete(drawn);
	return failed < ZINT_ERROR ? HOSO_OK : HOSO_BAD_MEMBER;
}

void symbol_done(struct symbol *symbol)
{
	g_free(symbol->bars);
	*symbol = (struct symbol){0};
}

unsigned symbol_quiet(const struct symbol *symbol)
{
	return symbol->symbology == SYMBOLOGY_QR ? SYMBOL_QUIET_QR : SYMBOL_QUIET_BARS;
}
