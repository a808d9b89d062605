/*
 * Loaded before a program that draws barcodes: spoils them, as a wrong font, a wrong scale or a wrong code would.
 *   SPOIL=bars  every bar is half as wide again
 *   SPOIL=text  Code 128 is made of another text than was asked for
 *   SPOIL=more  besides what was asked for, a QR code says something else
 * Without SPOIL nothing is changed.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include <cairo.h>
#include <zint.h>

static int is_wanted(const char *what)
{
	const char *spoil = getenv("SPOIL");

	return spoil && strcmp(spoil, what) == 0;
}

void cairo_rectangle(cairo_t *cairo, double x, double y, double width, double height)
{
	void (*real)(cairo_t *, double, double, double, double);

	*(void **)&real = dlsym(RTLD_NEXT, "cairo_rectangle");
	real(cairo, x, y, is_wanted("bars") ? width * 1.5 : width, height);
}

int ZBarcode_Encode_and_Buffer_Vector(
	struct zint_symbol *symbol, const unsigned char *source, int length, int angle)
{
	int (*real)(struct zint_symbol *, const unsigned char *, int, int);
	unsigned char other[200] = {0};

	*(void **)&real = dlsym(RTLD_NEXT, "ZBarcode_Encode_and_Buffer_Vector");
	if (length > 0 && length < (int)sizeof other) {
		memcpy(other, source, (size_t)length);
		if ((symbol->symbology == BARCODE_QRCODE && is_wanted("more")) ||
			(symbol->symbology == BARCODE_CODE128 && is_wanted("text"))) {
			other[length - 1] ^= 1;
		}
	}
	return real(symbol, other, length, angle);
}
