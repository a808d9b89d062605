#include "decode/view.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#include "decode/payload.h"

/* struct pass - what the scanner's callback needs. */
struct pass {
	const struct view *view;
	const struct grey *original;
	struct finds *finds;
};

void view_place(const struct view *view, const struct grey *original, const double box[4],
	struct barcode *barcode)
{
	double left = INFINITY, top = INFINITY, right = 0, bottom = 0;

	for (unsigned corner = 0; corner < 4; corner++) {
		double u = box[corner & 1 ? 2 : 0];
		double v = box[corner & 2 ? 3 : 1];
		double x = view->x + u * view->ux + v * view->vx;
		double y = view->y + u * view->uy + v * view->vy;
		left = fmin(left, x);
		right = fmax(right, x);
		top = fmin(top, y);
		bottom = fmax(bottom, y);
	}
	left = CLAMP(left, 0, original->width);
	top = CLAMP(top, 0, original->height);
	barcode->x = (uint32_t)left;
	barcode->y = (uint32_t)top;
	barcode->width = (uint32_t)(CLAMP(right, left, original->width) - left);
	barcode->height = (uint32_t)(CLAMP(bottom, top, original->height) - top);
}

static void saw(const struct sighting *sighting, void *context)
{
	const struct pass *pass = context;
	const double box[4] = {sighting->left, sighting->top, sighting->right, sighting->bottom};
	struct barcode barcode = {
		.symbology = sighting->symbology,
		.quality = MAX(sighting->quality, 1) * pass->view->weight,
		.is_gs1 = sighting->is_gs1,
	};

	if (sighting->symbology == SYMBOLOGY_QR) {
		barcode.length = (uint32_t)payload_text(
			sighting->bytes, sighting->length, barcode.text, sizeof barcode.text);
	} else {
		barcode.length = (uint32_t)sighting->length;
		memcpy(barcode.text, sighting->bytes, sighting->length);
	}
	if (barcode.length > 0) {
		view_place(pass->view, pass->original, box, &barcode);
		finds_add(pass->finds, &barcode);
	}
}

void view_scan(struct view *view, struct scanner *scanner, const struct grey *original,
	struct finds *finds)
{
	struct pass pass = {view, original, finds};

	finds_begin_attempt(finds);
	scanner_scan(scanner, &view->grey, &view->way, saw, &pass);
	grey_done(&view->grey);
}
