#include "decode/pdf.h"

#include <dlfcn.h>
#include <math.h>
#include <string.h>

#include <cairo.h>
#include <fontconfig/fontconfig.h>
#include <poppler.h>

#include <hoso/limits.h>

#define POPPLER "libpoppler-glib.so.8"
#define POINTS_PER_INCH 72.0

/* clang-format off */
#define CALLS(X) \
	X(poppler_document_new_from_bytes) \
	X(poppler_document_get_n_pages) \
	X(poppler_document_get_page) \
	X(poppler_page_get_size) \
	X(poppler_page_render) \
	X(g_object_unref) \
	X(FcInit) \
	X(cairo_image_surface_create_for_data) \
	X(cairo_surface_flush) \
	X(cairo_surface_destroy) \
	X(cairo_create) \
	X(cairo_scale) \
	X(cairo_status) \
	X(cairo_destroy)
/* clang-format on */

static struct {
	bool is_loaded;
#define X(name) __typeof__(name) *name;
	CALLS(X)
#undef X
} library;

struct pdf {
	PopplerDocument *document;
	unsigned pages;
};

bool pdf_is(const void *bytes, size_t length)
{
	return length >= 5 && memcmp(bytes, "%PDF-", 5) == 0;
}

bool pdf_prepare(void)
{
	void *handle;
	bool missing = false;

	if (library.is_loaded) {
		return true;
	}
	handle = dlopen(POPPLER, RTLD_NOW | RTLD_LOCAL); /* for the rest of the process */
	if (!handle) {
		return false;
	}
#define X(name)                                                                                    \
	*(void **)&library.name = dlsym(handle, #name);                                            \
	missing |= !library.name;
	CALLS(X)
#undef X
	library.is_loaded = !missing;
	if (library.is_loaded) {
		library.FcInit();
	}
	return library.is_loaded;
}

enum hoso_error pdf_open(const void *bytes, size_t length, struct pdf **ret_pdf)
{
	g_autoptr(GBytes) borrowed = g_bytes_new_static(bytes, length);
	PopplerDocument *document;
	struct pdf *pdf;
	int pages;

	if (!library.is_loaded) {
		return HOSO_BAD_PICTURE;
	}
	document = library.poppler_document_new_from_bytes(borrowed, NULL, NULL);
	if (!document) {
		return HOSO_BAD_PICTURE;
	}
	pages = library.poppler_document_get_n_pages(document);
	pdf = g_new0(struct pdf, 1);
	pdf->document = document;
	pdf->pages = (unsigned)CLAMP(pages, 0, PICTURE_PAGES_MAX);
	*ret_pdf = pdf;
	return HOSO_OK;
}

void pdf_close(struct pdf *pdf)
{
	if (pdf) {
		library.g_object_unref(pdf->document);
		g_free(pdf);
	}
}

unsigned pdf_pages(const struct pdf *pdf)
{
	return pdf->pages;
}

/* Pixels per point; 0 for a page that has no size, or claims one that is no number. */
static double scale_of(double width, double height, unsigned dpi)
{
	double scale = dpi / POINTS_PER_INCH;

	if (!isfinite(width) || !isfinite(height) || width <= 0 || height <= 0) {
		return 0;
	}
	scale = fmin(scale, sqrt(PICTURE_PAGE_PIXELS_MAX / width / height));
	return fmin(scale, PICTURE_SIDE_MAX / fmax(width, height));
}

/* Each pixel is four bytes of which three count; whichever end the alpha is at, it is not set. */
static void to_grey(const uint32_t *pixels, struct grey *grey)
{
	for (size_t i = 0; i < grey_area(grey); i++) {
		uint32_t pixel = pixels[i];
		uint32_t red = pixel >> 16 & 0xFF, green = pixel >> 8 & 0xFF, blue = pixel & 0xFF;
		grey->pixels[i] = (uint8_t)((red * 77 + green * 151 + blue * 28) >> 8);
	}
}

static enum hoso_error draw(PopplerPage *page, double scale, struct grey *grey)
{
	g_autofree uint32_t *pixels = g_malloc(grey_area(grey) * sizeof *pixels);
	cairo_surface_t *surface;
	cairo_t *cairo;
	cairo_status_t status;

	memset(pixels, 0xFF, grey_area(grey) * sizeof *pixels);
	surface = library.cairo_image_surface_create_for_data((unsigned char *)pixels,
		CAIRO_FORMAT_RGB24, (int)grey->width, (int)grey->height,
		(int)(grey->width * sizeof *pixels));
	cairo = library.cairo_create(surface);
	library.cairo_scale(cairo, scale, scale);
	library.poppler_page_render(page, cairo);
	library.cairo_surface_flush(surface);
	status = library.cairo_status(cairo);
	library.cairo_destroy(cairo);
	library.cairo_surface_destroy(surface);
	to_grey(pixels, grey);
	return status == CAIRO_STATUS_NO_MEMORY ? HOSO_BAD_PICTURE : HOSO_OK;
}

enum hoso_error pdf_draw(const struct pdf *pdf, unsigned page, unsigned dpi, struct grey *ret_grey)
{
	PopplerPage *opened = library.poppler_document_get_page(pdf->document, (int)page);
	struct grey grey = {0};
	double width = 0, height = 0, scale;
	enum hoso_error error;

	if (!opened) {
		return HOSO_BAD_PICTURE;
	}
	library.poppler_page_get_size(opened, &width, &height);
	scale = scale_of(width, height, dpi);
	error = grey_init(&grey, (uint64_t)(width * scale), (uint64_t)(height * scale));
	if (!error) {
		error = draw(opened, scale, &grey);
	}
	library.g_object_unref(opened);
	if (error) {
		grey_done(&grey);
		return error;
	}
	*ret_grey = grey;
	return HOSO_OK;
}
