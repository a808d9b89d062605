#include "decode/view.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#include "decode/payload.h"
#include "decode/quiet.h"
#include "decode/whole.h"

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

#define END_COLUMNS 12.0          /* a box that is not wider is one end of the bars */
#define ITF_MODULES_PER_DIGIT 8.0 /* and as many for its begin and end */
#define COLUMNS_PER_LETTER 16.0 /* the least a letter takes, and some; half of it to either side */

/* Returns whether both ends were known. */
static bool reach_out(const struct view *view, double *low, double *high, unsigned length)
{
	double reach = length * COLUMNS_PER_LETTER / 2;

	if (*high - *low > END_COLUMNS) {
		return true;
	}
	*low = view->way.rows_only ? 0 : *low - reach;
	*high = view->way.rows_only ? view->grey.width : *high + reach;
	return false;
}

struct place view_bars(
	const struct view *view, const double box[4], bool is_upright, unsigned length)
{
	double left = box[0], top = box[1], right = box[2], bottom = box[3];
	double u, v, half_u, half_v;
	bool is_known;

	if (is_upright) {
		is_known = reach_out(view, &top, &bottom, length);
		right += 1;
	} else {
		is_known = reach_out(view, &left, &right, length);
		bottom += 1;
	}
	u = (left + right) / 2;
	v = (top + bottom) / 2;
	half_u = (right - left) / 2;
	half_v = (bottom - top) / 2;
	return (struct place){
		.x = view->x + u * view->ux + v * view->vx,
		.y = view->y + u * view->uy + v * view->vy,
		.across_x = is_upright ? half_v * view->vx : half_u * view->ux,
		.across_y = is_upright ? half_v * view->vy : half_u * view->uy,
		.along_x = is_upright ? half_u * view->ux : half_v * view->vx,
		.along_y = is_upright ? half_u * view->uy : half_v * view->vy,
		.is_measured = is_known && view->way.rows_only,
	};
}

/* Any even number of an ITF's digits is an ITF, so what ends it must be no bar; false when it is.
 * Only some lines show the ends well, or all of an EAN: @ret_is_ended. */
static bool check_ends(const struct view *view, const struct sighting *sighting,
	const double box[4], bool *ret_is_ended)
{
	double reach = sighting->is_upright ? box[3] - box[1] : box[2] - box[0];
	double modules = ITF_MODULES_PER_DIGIT * (double)(sighting->length + 1);

	*ret_is_ended = sighting->symbology == SYMBOLOGY_EAN_13 &&
			whole_ean(&view->grey, box, sighting->is_upright, sighting->bytes);
	if (sighting->symbology != SYMBOLOGY_ITF || reach <= END_COLUMNS) {
		return true;
	}
	*ret_is_ended = quiet_ends_itf(&view->grey, box, sighting->is_upright, modules);
	return quiet_is_beside(&view->grey, box, sighting->is_upright, modules);
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
	struct evidence evidence = {.lines = MAX(sighting->quality, 1)};
	struct place place;

	if (!check_ends(pass->view, sighting, box, &evidence.is_ended)) {
		return;
	}
	if (sighting->symbology == SYMBOLOGY_QR) {
		barcode.length = (uint32_t)payload_text(
			sighting->bytes, sighting->length, barcode.text, sizeof barcode.text);
	} else {
		barcode.length = (uint32_t)sighting->length;
		memcpy(barcode.text, sighting->bytes, sighting->length);
	}
	if (barcode.length > 0) {
		place = view_bars(pass->view, box, sighting->is_upright, barcode.length);
		view_place(pass->view, pass->original, box, &barcode);
		evidence.place = sighting->symbology == SYMBOLOGY_QR ? NULL : &place;
		finds_add(pass->finds, &barcode, &evidence);
	}
}

void view_scan(struct view *view, const struct grey *original, struct finds *finds)
{
	struct pass pass = {view, original, finds};

	finds_begin_attempt(finds);
	scanner_scan(&view->grey, &view->way, saw, &pass);
	grey_done(&view->grey);
}
