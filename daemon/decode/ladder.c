#include "decode/ladder.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#include "decode/payload.h"

#define LARGE_PIXELS (900 * 1000) /* above: ZBar as it is takes too long to come first */
#define SMALL_PIXELS (500 * 1000) /* up to here: doubling is cheap, and fine print may need it */
#define COARSE_SIDE 800
#define LEVEL_ANGLE (4 * G_PI / 180) /* ZBar reads what is turned less than this */
#define BARS_AVERAGED 15             /* scan lines averaged along the bars */

/*
 * struct view - a picture made from the original, and the way back: both are turned and scaled
 * about their middles.
 * @scale:   pixels of the original per pixel of @grey.
 * @angle:   by which it was turned.
 * @with_qr: false for what is made for bars only.
 */
struct view {
	struct grey grey;
	double scale;
	double angle;
	bool with_qr;
};

/* struct pass - what the scanner's callback needs. */
struct pass {
	struct ladder *ladder;
	const struct view *view;
};

void ladder_init(struct ladder *ladder, struct scanner *scanner, const struct grey *picture,
	struct finds *finds)
{
	*ladder = (struct ladder){
		.scanner = scanner,
		.finds = finds,
		.picture = picture,
		.work = grey_area(picture) > LARGE_PIXELS
				? retouch_shrink(picture, LADDER_WORK_SIDE)
				: grey_copy(picture),
	};
	ladder->work_scale = (double)picture->width / ladder->work.width;
}

void ladder_done(struct ladder *ladder)
{
	grey_done(&ladder->work);
}

/* The smallest upright box of the original around the sighting's. */
static void place(const struct grey *picture, const struct view *view,
	const struct sighting *sighting, struct barcode *barcode)
{
	double c = cos(view->angle), s = sin(view->angle);
	double left = INFINITY, top = INFINITY, right = 0, bottom = 0;

	for (unsigned corner = 0; corner < 4; corner++) {
		double u = (corner & 1 ? sighting->right : sighting->left) - view->grey.width / 2.0;
		double v =
			(corner & 2 ? sighting->bottom : sighting->top) - view->grey.height / 2.0;
		double x = picture->width / 2.0 + (u * c - v * s) * view->scale;
		double y = picture->height / 2.0 + (u * s + v * c) * view->scale;
		left = fmin(left, x);
		right = fmax(right, x);
		top = fmin(top, y);
		bottom = fmax(bottom, y);
	}
	left = CLAMP(left, 0, picture->width);
	top = CLAMP(top, 0, picture->height);
	barcode->x = (uint32_t)left;
	barcode->y = (uint32_t)top;
	barcode->width = (uint32_t)(CLAMP(right, left, picture->width) - left);
	barcode->height = (uint32_t)(CLAMP(bottom, top, picture->height) - top);
}

static void saw(const struct sighting *sighting, void *context)
{
	const struct pass *pass = context;
	struct barcode barcode = {
		.symbology = sighting->symbology,
		.quality = MAX(sighting->quality, 1),
	};

	if (sighting->symbology == SYMBOLOGY_QR) {
		barcode.length = (uint32_t)payload_text(
			sighting->bytes, sighting->length, barcode.text, sizeof barcode.text);
	} else {
		barcode.length = (uint32_t)sighting->length;
		memcpy(barcode.text, sighting->bytes, sighting->length);
	}
	if (barcode.length > 0) {
		place(pass->ladder->picture, pass->view, sighting, &barcode);
		finds_add(pass->ladder->finds, &barcode);
	}
}

/* Takes the view's pixels. */
static bool scan(struct ladder *ladder, struct view view)
{
	struct pass pass = {ladder, &view};

	finds_begin_attempt(ladder->finds);
	scanner_scan(ladder->scanner, &view.grey, view.with_qr, saw, &pass);
	grey_done(&view.grey);
	return true;
}

static bool scan_work(struct ladder *ladder, struct grey grey)
{
	double scale = ladder->work_scale * ladder->work.width / grey.width;

	return scan(ladder, (struct view){grey, scale, 0, true});
}

static bool is_large(const struct ladder *ladder)
{
	return grey_area(ladder->picture) > LARGE_PIXELS;
}

static bool is_small(const struct ladder *ladder)
{
	return grey_area(&ladder->work) <= SMALL_PIXELS;
}

static bool as_is(struct ladder *ladder)
{
	return scan_work(ladder, grey_copy(&ladder->work));
}

static bool coarse(struct ladder *ladder)
{
	struct grey small, grey;

	if (!is_large(ladder)) {
		return false;
	}
	small = retouch_shrink(&ladder->work, COARSE_SIDE);
	grey = retouch_threshold(&small, 61);
	grey_done(&small);
	return scan_work(ladder, grey);
}

static bool full_size(struct ladder *ladder)
{
	return is_large(ladder) &&
	       scan(ladder, (struct view){grey_copy(ladder->picture), 1, 0, true});
}

static bool even_light(struct ladder *ladder)
{
	return scan_work(ladder, retouch_even_light(&ladder->work, 61));
}

static bool sharpened(struct ladder *ladder)
{
	return scan_work(ladder, retouch_sharpen(&ladder->work, 7));
}

static struct grey doubled_and_sharpened(const struct ladder *ladder)
{
	struct grey large = retouch_double(&ladder->work);
	struct grey grey = retouch_sharpen(&large, 13);

	grey_done(&large);
	return grey;
}

static bool doubled(struct ladder *ladder)
{
	return is_small(ladder) && scan_work(ladder, doubled_and_sharpened(ladder));
}

static bool doubled_fine(struct ladder *ladder)
{
	struct grey large, grey;

	if (!is_small(ladder)) {
		return false;
	}
	large = doubled_and_sharpened(ladder);
	grey = retouch_threshold(&large, 41);
	grey_done(&large);
	return scan_work(ladder, grey);
}

static bool doubled_coarse(struct ladder *ladder)
{
	struct grey large, grey;

	if (!is_small(ladder)) {
		return false;
	}
	large = retouch_double(&ladder->work);
	grey = retouch_threshold(&large, 101);
	grey_done(&large);
	return scan_work(ladder, grey);
}

static bool find_angle(struct ladder *ladder, unsigned which, double *ret_angle)
{
	if (!ladder->angles_known) {
		ladder->angle_count = retouch_directions(&ladder->work, ladder->angles);
		ladder->angles_known = true;
	}
	if (which >= ladder->angle_count) {
		return false;
	}
	*ret_angle = ladder->angles[which];
	return true;
}

static bool turned(struct ladder *ladder, unsigned which)
{
	double angle;

	if (!find_angle(ladder, which, &angle) || fabs(remainder(angle, G_PI / 2)) < LEVEL_ANGLE) {
		return false;
	}
	return scan(ladder, (struct view){retouch_turn(&ladder->work, angle), ladder->work_scale,
				    angle, false});
}

/* The bars stand upright after the turn: a mean along them takes the noise and leaves the edges. */
static struct grey average_bars(const struct ladder *ladder, double angle)
{
	struct grey upright = retouch_turn(&ladder->work, angle);
	struct grey mean = retouch_mean(&upright, 1, BARS_AVERAGED);

	grey_done(&upright);
	return mean;
}

static bool averaged(struct ladder *ladder, unsigned which)
{
	double angle;
	struct grey mean, grey;

	if (!find_angle(ladder, which, &angle)) {
		return false;
	}
	mean = average_bars(ladder, angle);
	grey = retouch_even_light(&mean, 61);
	grey_done(&mean);
	return scan(ladder, (struct view){grey, ladder->work_scale, angle, false});
}

/* Without the noise, sharpening can go further than elsewhere: for blurred fine bars. */
static bool averaged_fine(struct ladder *ladder, unsigned which)
{
	double angle;
	struct grey mean, large, grey;

	if (!is_small(ladder) || !find_angle(ladder, which, &angle)) {
		return false;
	}
	mean = average_bars(ladder, angle);
	large = retouch_double(&mean);
	grey = retouch_sharpen(&large, 13);
	grey_done(&mean);
	grey_done(&large);
	return scan(ladder, (struct view){grey, ladder->work_scale / 2, angle, false});
}

static bool turned_first(struct ladder *ladder)
{
	return turned(ladder, 0);
}

static bool turned_second(struct ladder *ladder)
{
	return turned(ladder, 1);
}

static bool averaged_first(struct ladder *ladder)
{
	return averaged(ladder, 0);
}

static bool averaged_second(struct ladder *ladder)
{
	return averaged(ladder, 1);
}

static bool averaged_fine_first(struct ladder *ladder)
{
	return averaged_fine(ladder, 0);
}

static bool averaged_fine_second(struct ladder *ladder)
{
	return averaged_fine(ladder, 1);
}

static bool inverted(struct ladder *ladder)
{
	return scan_work(ladder, retouch_invert(&ladder->work));
}

static bool black_and_white(struct ladder *ladder)
{
	return scan_work(ladder, retouch_threshold(&ladder->work, 101));
}

/* Print with thin bars and wide gaps looks to ZBar like another code; blurred, both are as wide. */
static bool calmed(struct ladder *ladder)
{
	return scan_work(ladder, retouch_mean(&ladder->work, 5, 5));
}

static bool third(struct ladder *ladder)
{
	unsigned side = MAX(ladder->work.width, ladder->work.height) / 3;

	return side >= 3 && scan_work(ladder, retouch_shrink(&ladder->work, side));
}

static bool (*const rungs[])(struct ladder *) = {
	as_is,
	coarse,
	full_size,
	even_light,
	sharpened,
	doubled,
	turned_first,
	turned_second,
	averaged_first,
	averaged_second,
	averaged_fine_first,
	averaged_fine_second,
	doubled_fine,
	doubled_coarse,
	inverted,
	black_and_white,
	calmed,
	third,
};

unsigned ladder_rungs(void)
{
	return ARRAY_SIZE(rungs);
}

bool ladder_climb(struct ladder *ladder, unsigned rung)
{
	return rungs[rung](ladder);
}
