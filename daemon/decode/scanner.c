#include "decode/scanner.h"

#include <assert.h>
#include <stdbool.h>

#include <glib.h>
#include <zbar.h>

#include "base/attr.h"

static const struct {
	zbar_symbol_type_t type;
	enum symbology symbology;
	int length_min;
} enabled[] = {
	{ZBAR_CODE128, SYMBOLOGY_CODE_128, 1},
	{ZBAR_CODE39, SYMBOLOGY_CODE_39, BARCODE_LENGTH_MIN},
	{ZBAR_I25, SYMBOLOGY_ITF, BARCODE_LENGTH_MIN},
	{ZBAR_EAN13, SYMBOLOGY_EAN_13, 0},
	{ZBAR_QRCODE, SYMBOLOGY_QR, 0},
};

/*
 * Never ZBAR_CFG_TEST_INVERTED: it writes past the end of its own buffer (measured with valgrind).
 * BINARY, because ZBar otherwise takes Vietnamese UTF-8 for Big5 or Shift-JIS.
 */
static zbar_image_scanner_t *new_zbar(const struct scan_way *way)
{
	zbar_image_scanner_t *zbar = zbar_image_scanner_create();
	int density = (int)way->density;

	assert(zbar);
	zbar_image_scanner_set_config(zbar, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
	for (size_t i = 0; i < ARRAY_SIZE(enabled); i++) {
		bool is_qr = enabled[i].symbology == SYMBOLOGY_QR;
		zbar_image_scanner_set_config(
			zbar, enabled[i].type, ZBAR_CFG_ENABLE, is_qr ? way->qr : way->bars);
		if (enabled[i].length_min > 0) {
			zbar_image_scanner_set_config(
				zbar, enabled[i].type, ZBAR_CFG_MIN_LEN, enabled[i].length_min);
		}
	}
	zbar_image_scanner_set_config(zbar, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
	zbar_image_scanner_set_config(
		zbar, ZBAR_NONE, ZBAR_CFG_X_DENSITY, way->rows_only ? 0 : density);
	zbar_image_scanner_set_config(zbar, ZBAR_NONE, ZBAR_CFG_Y_DENSITY, density);
	return zbar;
}

static enum symbology symbology_of(zbar_symbol_type_t type)
{
	for (size_t i = 0; i < ARRAY_SIZE(enabled); i++) {
		if (enabled[i].type == type) {
			return enabled[i].symbology;
		}
	}
	return SYMBOLOGY_COUNT;
}

static void report(const zbar_symbol_t *symbol, scanner_saw saw, void *context)
{
	unsigned points = zbar_symbol_get_loc_size(symbol);
	struct sighting sighting = {
		.symbology = symbology_of(zbar_symbol_get_type(symbol)),
		.bytes = zbar_symbol_get_data(symbol),
		.length = zbar_symbol_get_data_length(symbol),
		.quality = (unsigned)MAX(zbar_symbol_get_quality(symbol), 0),
		.is_gs1 = zbar_symbol_get_modifiers(symbol) >> ZBAR_MOD_GS1 & 1,
		.is_upright = zbar_symbol_get_orientation(symbol) == ZBAR_ORIENT_LEFT ||
			      zbar_symbol_get_orientation(symbol) == ZBAR_ORIENT_RIGHT,
	};

	if (sighting.symbology == SYMBOLOGY_COUNT || !sighting.bytes || sighting.length == 0 ||
		sighting.length > BARCODE_TEXT_MAX) {
		return;
	}
	for (unsigned i = 0; i < points; i++) {
		int x = zbar_symbol_get_loc_x(symbol, i);
		int y = zbar_symbol_get_loc_y(symbol, i);
		sighting.left = i == 0 ? x : MIN(sighting.left, x);
		sighting.right = i == 0 ? x : MAX(sighting.right, x);
		sighting.top = i == 0 ? y : MIN(sighting.top, y);
		sighting.bottom = i == 0 ? y : MAX(sighting.bottom, y);
	}
	saw(&sighting, context);
}

/*
 * A ZBar of its own: it puts an EAN together from halves, keeps the one that it has for the next picture, and there takes
 * another label's half for the rest. It also keeps some 140 bytes of every symbol for ever (its issue 258).
 */
void scanner_scan(
	const struct grey *grey, const struct scan_way *way, scanner_saw saw, void *context)
{
	zbar_image_scanner_t *zbar = new_zbar(way);
	zbar_image_t *image = zbar_image_create();

	assert(image);
	zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
	zbar_image_set_size(image, grey->width, grey->height);
	zbar_image_set_data(image, grey->pixels, grey_area(grey), NULL);
	zbar_scan_image(zbar, image);
	for (const zbar_symbol_t *symbol = zbar_image_first_symbol(image); symbol;
		symbol = zbar_symbol_next(symbol)) {
		report(symbol, saw, context);
	}
	zbar_image_destroy(image);
	zbar_image_scanner_destroy(zbar);
}
