#include "decode/sample.h"

#include <math.h>

#include <glib.h>

#include "base/attr.h"
#include "decode/modules.h"
#include "decode/qr_mend.h"
#include "decode/retouch.h"
#include "decode/view.h"

#define SHADED_WINDOW 61 /* pixels */
#define SHADED_MAX 2
#define KNOWN_SHARE 0.6            /* of the area of two patches that are the same */
#define SAMPLED_PIXELS (280 * 280) /* a patch is doubled until it is larger */
#define CUT_ASPECT 1.2 /* a code is not that much wider than high, unless a part is missing */

static const struct scan_way only_qr = {.qr = true, .density = 1};

static bool scan_modules(const struct areas *areas, struct finds *finds, const struct patch *patch,
	double scale, const struct modules *modules)
{
	double x[3], y[3];
	unsigned before = finds->count;
	struct view view = {.grey = modules_draw(modules), .weight = 1, .way = only_qr};
	double side = view.grey.width / scale;

	lie_place(&modules->lie, 0, 0, &x[0], &y[0]);
	lie_place(&modules->lie, modules->dimension, 0, &x[1], &y[1]);
	lie_place(&modules->lie, 0, modules->dimension, &x[2], &y[2]);
	view.x = patch->x * areas->scale + x[0] * scale;
	view.y = patch->y * areas->scale + y[0] * scale;
	view.ux = (x[1] - x[0]) / side;
	view.uy = (y[1] - y[0]) / side;
	view.vx = (x[2] - x[0]) / side;
	view.vy = (y[2] - y[0]) / side;
	view_scan(&view, areas->picture, finds);
	return finds->count > before;
}

/* Sharpened more and more, and black against less and less around: windows, pixels. */
static void find_finders(const struct grey *grey, struct finders *ret_finders)
{
	static const unsigned windows[][2] = {{0, 71}, {9, 41}, {17, 61}, {17, 31}};
	struct grey sharp = {0};

	*ret_finders = (struct finders){0};
	for (unsigned i = 0; i < ARRAY_SIZE(windows); i++) {
		bool is_new = i > 0 && windows[i][0] != windows[i - 1][0];
		struct grey black;
		if (is_new) {
			grey_done(&sharp);
			sharp = retouch_sharpen(grey, windows[i][0]);
		}
		black = retouch_threshold(sharp.pixels ? &sharp : grey, windows[i][1]);
		finders_search(ret_finders, &black);
		grey_done(&black);
	}
	grey_done(&sharp);
}

/* Returns whether there were squares; and whether something like a code, in @ret_is_like. */
static bool sample_patch(const struct areas *areas, struct finds *finds, const struct patch *patch,
	bool *ret_is_like)
{
	struct grey grey = areas_enlarge(areas, patch, SAMPLED_PIXELS);
	double scale = areas->scale * patch->width / grey.width;
	g_autofree struct corners *corners = g_new(struct corners, CORNERS_MAX);
	struct finders finders;
	struct modules modules;
	bool is_read = false;
	unsigned count;

	find_finders(&grey, &finders);
	count = finders_match(&finders, corners);
	*ret_is_like = modules_find(&grey, corners, count, &modules);
	if (*ret_is_like) {
		for (unsigned bent = 0; bent < 2 && !is_read; bent++) {
			modules_sample(&grey, bent == 1, &modules);
			is_read = qr_mend(modules.layout, modules.values) &&
				  scan_modules(areas, finds, patch, scale, &modules);
		}
		modules_done(&modules);
	}
	grey_done(&grey);
	return count > 0;
}

/* Half in the shade, or under tape, a code falls apart; with the light evened out it is whole. */
static unsigned find_shaded(const struct areas *areas, struct patch ret_patches[PATCHES_MAX])
{
	struct grey even = retouch_even_light(areas->work, SHADED_WINDOW);
	unsigned count = 0;
	struct field field;

	if (field_init(&field, &even)) {
		count = patches_find(&field, &even, ret_patches);
		field_done(&field);
	}
	grey_done(&even);
	return count;
}

/* Was it looked at already, more or less? */
static bool is_known(const struct areas *areas, const struct patch *patch)
{
	for (unsigned i = 0; i < areas->patches_count; i++) {
		const struct patch *own = &areas->patches[i];
		unsigned left = MAX(own->x, patch->x), top = MAX(own->y, patch->y);
		unsigned right = MIN(own->x + own->width, patch->x + patch->width);
		unsigned bottom = MIN(own->y + own->height, patch->y + patch->height);
		double most = fmax(
			own->width * (double)own->height, patch->width * (double)patch->height);
		if (right > left && bottom > top &&
			(right - left) * (double)(bottom - top) > most * KNOWN_SHARE) {
			return true;
		}
	}
	return false;
}

/* As wide as high, to either side of what is there. False when it is about that already. */
static bool complete(const struct areas *areas, const struct patch *patch, struct patch *ret_patch)
{
	unsigned side = MAX(patch->width, patch->height);
	unsigned more_x = side - patch->width, more_y = side - patch->height;

	*ret_patch = (struct patch){
		.x = patch->x - MIN(patch->x, more_x),
		.y = patch->y - MIN(patch->y, more_y),
		.weight = patch->weight,
	};
	ret_patch->width = MIN(patch->x + side, areas->work->width) - ret_patch->x;
	ret_patch->height = MIN(patch->y + side, areas->work->height) - ret_patch->y;
	return side > MIN(patch->width, patch->height) * CUT_ASPECT;
}

/* Returns whether there were squares. Tape, light or a shadow may have cut a code in two. */
static bool sample_whole(const struct areas *areas, struct finds *finds, const struct patch *patch)
{
	bool is_like, has_finders = sample_patch(areas, finds, patch, &is_like);
	struct patch whole;

	if (is_like && !areas_cover_patch(areas, finds, patch) && !areas_are_late(areas) &&
		complete(areas, patch, &whole)) {
		has_finders |= sample_patch(areas, finds, &whole, &is_like);
	}
	return has_finders;
}

void sample_patches(struct areas *areas, struct finds *finds)
{
	struct patch shaded[PATCHES_MAX];
	unsigned count;

	areas->has_finders = false;
	for (unsigned i = 0; i < areas->patches_count && !areas_are_late(areas); i++) {
		if (!areas_cover_patch(areas, finds, &areas->patches[i])) {
			areas->has_finders |= sample_whole(areas, finds, &areas->patches[i]);
		}
	}
	if (finds_any(finds)) {
		return;
	}
	count = find_shaded(areas, shaded);
	for (unsigned i = 0;
		i < MIN(count, SHADED_MAX) && !areas_are_late(areas) && !finds_any(finds); i++) {
		areas->has_finders |=
			!is_known(areas, &shaded[i]) && sample_whole(areas, finds, &shaded[i]);
	}
}
