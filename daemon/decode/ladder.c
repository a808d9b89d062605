#include "decode/ladder.h"

#include <math.h>

#include <glib.h>

#include "base/attr.h"
#include "decode/sample.h"
#include "decode/view.h"

#define LARGE_PIXELS (900 * 1000) /* above: the work picture is a shrunk one */
#define DENSE_PIXELS (100 * 1000) /* above: every other line is enough of the whole picture */
#define MIDDLE_PIXELS (450 * 1000)
#define TINY_PIXELS (100 * 1000)         /* up to here: doubling all of it costs little */
#define PIXELS_PER_DENSITY (1000 * 1000) /* of the picture as given */
#define CROP_SHARE 1.15                  /* of an area's own diagonal … */
#define CROP_TIMES 2                     /* bars may be so many times as high as was seen */
#define CROP_MARGIN 16                   /* … and pixels: its quiet zones */
#define BARS_AVERAGED 15                 /* scan lines averaged along the bars */

void ladder_init(struct ladder *ladder, const struct bars *bars, const struct grey *picture,
	struct finds *finds, int64_t deadline_ms)
{
	*ladder = (struct ladder){
		.bars = bars,
		.finds = finds,
		.picture = picture,
		.deadline_ms = deadline_ms,
		.work = grey_area(picture) > LARGE_PIXELS
				? retouch_shrink(picture, LADDER_WORK_SIDE)
				: grey_copy(picture),
	};
}

void ladder_done(struct ladder *ladder)
{
	grey_done(&ladder->work);
	grey_done(&ladder->small);
}

static struct areas *areas(struct ladder *ladder)
{
	if (!ladder->areas_known) {
		areas_find(&ladder->areas, &ladder->work, ladder->picture);
		ladder->areas.deadline_ms = ladder->deadline_ms;
		ladder->areas_known = true;
	}
	return &ladder->areas;
}

static const struct grey *small(struct ladder *ladder)
{
	if (!ladder->small.pixels) {
		ladder->small = retouch_shrink(&ladder->work, LADDER_SMALL_SIDE);
	}
	return &ladder->small;
}

bool ladder_is_empty(const struct ladder *ladder)
{
	return grey_area(ladder->picture) > TINY_PIXELS && ladder->areas_known &&
	       ladder->areas.stripes_count == 0 && !ladder->areas.has_finders;
}

void ladder_doubt(struct ladder *ladder)
{
	areas_doubt(areas(ladder), ladder->bars, ladder->finds);
}

bool ladder_is_explained(const struct ladder *ladder, bool with_patches)
{
	return !ladder->areas_known ||
	       areas_are_explained(&ladder->areas, ladder->finds, with_patches);
}

/* The whole picture, scaled by whatever; takes the pixels. */
static bool scan_whole(struct ladder *ladder, struct grey grey, unsigned density)
{
	struct view view = {
		.grey = grey,
		.ux = (double)ladder->picture->width / grey.width,
		.vy = (double)ladder->picture->height / grey.height,
		.weight = 1,
		.way = {.bars = true, .qr = true, .density = density},
	};

	view_scan(&view, ladder->picture, ladder->finds);
	return true;
}

/* Turned about its middle, which is at (x, y), @scale pixels of the original per pixel; takes the
 * pixels. */
static bool scan_turned(
	struct ladder *ladder, struct grey grey, double angle, double scale, double x, double y)
{
	double c = cos(angle) * scale, s = sin(angle) * scale;
	struct view view = {
		.grey = grey,
		.x = x - (grey.width * c - grey.height * s) / 2,
		.y = y - (grey.width * s + grey.height * c) / 2,
		.ux = c,
		.uy = s,
		.vx = -s,
		.vy = c,
		.weight = 1,
		.way = {.bars = true, .rows_only = true, .density = 1},
	};

	view_scan(&view, ladder->picture, ladder->finds);
	return true;
}

static unsigned density_of(const struct grey *grey)
{
	return grey_area(grey) > DENSE_PIXELS ? 2 : 1;
}

static bool as_is(struct ladder *ladder)
{
	return scan_whole(ladder, grey_copy(&ladder->work), density_of(&ladder->work));
}

static bool even_light(struct ladder *ladder)
{
	unsigned density = density_of(&ladder->work);

	/* The second look at all of it: where there is much to look at, a coarser one. */
	return scan_whole(
		ladder, retouch_even_light(&ladder->work, 61), density > 1 ? density + 1 : 1);
}

/* Of a picture that is hardly larger than the work picture there is no more to see. */
static bool full_size(struct ladder *ladder)
{
	unsigned density = 1 + (unsigned)(grey_area(ladder->picture) / PIXELS_PER_DENSITY);

	return grey_area(ladder->picture) > 2 * grey_area(&ladder->work) &&
	       scan_whole(ladder, grey_copy(ladder->picture), density);
}

static bool black_and_white(struct ladder *ladder)
{
	return scan_whole(ladder, retouch_threshold(small(ladder), 61), density_of(small(ladder)));
}

/* Print with thin bars and wide gaps looks to ZBar like another code; blurred, both are as wide. */
static bool calmed(struct ladder *ladder)
{
	return scan_whole(ladder, retouch_mean(small(ladder), 5, 5), density_of(small(ladder)));
}

static bool doubled(struct ladder *ladder)
{
	struct grey large, sharp;

	if (grey_area(&ladder->work) > TINY_PIXELS) {
		return false;
	}
	large = retouch_double(&ladder->work);
	sharp = retouch_sharpen(&large, 13);
	grey_done(&large);
	return scan_whole(ladder, sharp, 1);
}

/* Without stripes there is no such direction. */
static bool find_angle(struct ladder *ladder, unsigned which, double *ret_angle)
{
	if (areas(ladder)->stripes_count == 0) {
		return false;
	}
	if (!ladder->angles_known) {
		ladder->angle_count = retouch_directions(small(ladder), ladder->angles);
		ladder->angles_known = true;
	}
	*ret_angle = which < ladder->angle_count ? ladder->angles[which] : 0;
	return which < ladder->angle_count;
}

/* The bars stand upright after the turn: a mean along them takes the noise and leaves the edges. */
static struct grey average_bars(const struct grey *grey, double angle)
{
	struct grey upright = retouch_turn(grey, angle);
	struct grey mean = retouch_mean(&upright, 1, BARS_AVERAGED);

	grey_done(&upright);
	return mean;
}

static bool averaged(struct ladder *ladder, unsigned which)
{
	struct grey mean, grey;
	double angle;

	if (!find_angle(ladder, which, &angle)) {
		return false;
	}
	mean = average_bars(small(ladder), angle);
	grey = retouch_even_light(&mean, 61);
	grey_done(&mean);
	return scan_turned(ladder, grey, angle,
		(double)ladder->picture->width / ladder->small.width, ladder->picture->width / 2.0,
		ladder->picture->height / 2.0);
}

/* The part of the work picture around stripes, and where its middle lies in the picture as given. */
static struct grey crop_around(
	struct ladder *ladder, const struct stripes *stripes, double *ret_x, double *ret_y)
{
	const struct grey *work = &ladder->work;
	double scale = areas(ladder)->scale;
	double half = hypot(stripes->across, stripes->along) / 2 * CROP_SHARE / scale + CROP_MARGIN;
	double x = CLAMP(stripes->x / scale, 0, work->width - 1.0);
	double y = CLAMP(stripes->y / scale, 0, work->height - 1.0);
	unsigned left = (unsigned)fmax(x - half, 0), top = (unsigned)fmax(y - half, 0);
	unsigned right = (unsigned)fmin(x + half + 1, work->width);
	unsigned bottom = (unsigned)fmin(y + half + 1, work->height);

	*ret_x = (left + right) / 2.0 * scale;
	*ret_y = (top + bottom) / 2.0 * scale;
	return retouch_crop(work, left, top, right - left, bottom - top);
}

/* Of a picture turned so that the bars are upright: what is as high as they may be, about the middle. */
static struct grey crop_bars(struct ladder *ladder, const struct grey *upright)
{
	double along = areas(ladder)->stripes[0].along / areas(ladder)->scale;
	unsigned height = (unsigned)fmin(along * CROP_TIMES + 2 * CROP_MARGIN, upright->height);

	return retouch_crop(upright, 0, (upright->height - height) / 2, upright->width, height);
}

/* Without the noise, sharpening can go further than elsewhere: for bars as thin as a hair. */
static bool averaged_fine(struct ladder *ladder)
{
	struct grey crop, mean, bars, large, grey;
	double angle, x, y;

	if (!find_angle(ladder, 0, &angle)) {
		return false;
	}
	crop = crop_around(ladder, &areas(ladder)->stripes[0], &x, &y);
	if (grey_area(&crop) > MIDDLE_PIXELS) {
		grey_done(&crop);
		return false;
	}
	mean = average_bars(&crop, angle);
	bars = crop_bars(ladder, &mean);
	large = retouch_double(&bars);
	grey = retouch_sharpen(&large, 13);
	grey_done(&crop);
	grey_done(&mean);
	grey_done(&bars);
	grey_done(&large);
	return scan_turned(ladder, grey, angle, areas(ladder)->scale / 2, x, y);
}

static bool averaged_first(struct ladder *ladder)
{
	return averaged(ladder, 0);
}

static bool averaged_second(struct ladder *ladder)
{
	return averaged(ladder, 1);
}

static bool strips(struct ladder *ladder, enum strip_look look)
{
	return areas_scan_strips(areas(ladder), ladder->finds, look);
}

static bool strips_plain(struct ladder *ladder)
{
	return strips(ladder, STRIP_PLAIN);
}

static bool strips_sharp(struct ladder *ladder)
{
	return strips(ladder, STRIP_SHARP);
}

static bool strips_sharper(struct ladder *ladder)
{
	return strips(ladder, STRIP_SHARPER);
}

static bool strips_black(struct ladder *ladder)
{
	return strips(ladder, STRIP_BLACK);
}

static bool compared(struct ladder *ladder)
{
	areas_doubt(areas(ladder), ladder->bars, ladder->finds);
	return areas_compare(areas(ladder), ladder->bars, ladder->finds);
}

static bool unfolded(struct ladder *ladder)
{
	return areas_scan_unfolded(areas(ladder), ladder->bars, ladder->finds);
}

static bool patches_sharp(struct ladder *ladder)
{
	return areas_scan_patches(areas(ladder), ladder->finds, false);
}

static bool patches_sampled(struct ladder *ladder)
{
	sample_patches(areas(ladder), ladder->finds);
	return true;
}

static bool inverted(struct ladder *ladder)
{
	bool has_strips = strips(ladder, STRIP_INVERTED);
	bool has_patches = areas_scan_patches(areas(ladder), ladder->finds, true);

	return has_strips || has_patches;
}

static bool (*const rungs[])(struct ladder *) = {
	strips_plain,
	patches_sharp,
	strips_sharp,
	/* LADDER_AS_IS */
	as_is,
	unfolded,
	patches_sampled,
	compared,
	/* LADDER_USUAL */
	strips_sharper,
	strips_black,
	calmed,
	even_light,
	full_size,
	inverted,
	black_and_white,
	/* LADDER_THOROUGH */
	averaged_first,
	averaged_fine,
	averaged_second,
	doubled,
};

unsigned ladder_rungs(void)
{
	return ARRAY_SIZE(rungs);
}

bool ladder_climb(struct ladder *ladder, unsigned rung)
{
	return rungs[rung](ladder);
}
