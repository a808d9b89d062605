#include "decode/lie.h"

#include <math.h>

#include <glib.h>

#define FINDER_MIDDLE 3.5
#define STEPS_MAX 60        /* of the search for how it lies */
#define LIKENESS_FIRST 0.15 /* less at first will not become enough */
#define LIKENESS_MIN 0.4    /* less is no code, or another way of lying */
#define LIKENESS_SMALL 0.6  /* of the smallest: its error correction is the weakest */
#define DIVISOR_MIN 0.1     /* of a projection; smaller ones are no photograph of a label */
#define GLANCED 3   /* of known modules, one in so many is enough to see which ways are hopeless */
#define TRIED_MAX 4 /* ways of lying that are looked at closely */
#define OUTLINE_LEAD                                                                               \
	0.1 /* that a code without a square, cut askew, must not have over one in its place */
#define MISSING_REACH 2.5 /* modules to each side where a square may be that was not seen … */
#define MISSING_STEP 0.5  /* … and how closely it is looked for */

/* How large a module is at a square, towards (dx, dy): half of the square to its outer edge is 3.5. */
static double module_towards(
	const struct grey *grey, const struct finder *finder, double dx, double dy)
{
	double length = hypot(dx, dy), x = dx / length, y = dy / length;
	double best = finder->module, most = -INFINITY;

	/* Where it gets light most, from all of the square to all of the ring beside it. */
	for (double module = finder->module * 0.6; module < finder->module * 1.5;
		module += finder->module * 0.02) {
		double sum = 0;
		for (int side = -1; side <= 1; side += 2) {
			double at = side * module;
			sum += lie_light(grey, finder->x + x * 4 * at, finder->y + y * 4 * at) -
			       lie_light(grey, finder->x + x * 3 * at, finder->y + y * 3 * at) +
			       lie_light(grey, finder->x + x * 2 * at, finder->y + y * 2 * at) -
			       lie_light(grey, finder->x + x * at, finder->y + y * at);
		}
		if (sum > most) {
			most = sum;
			best = module;
		}
	}
	return best;
}

/* struct guess - what the squares say: @right, @below: how much nearer they are than the corner. */
struct guess {
	double modules_right, modules_below;
	double right, below;
};

static struct guess guess_of(const struct grey *grey, const struct corners *at)
{
	double ux = at->right.x - at->corner.x, uy = at->right.y - at->corner.y;
	double vx = at->below.x - at->corner.x, vy = at->below.y - at->corner.y;
	double corner_u = module_towards(grey, &at->corner, ux, uy);
	double corner_v = module_towards(grey, &at->corner, vx, vy);
	double right_u = module_towards(grey, &at->right, ux, uy);
	double below_v = module_towards(grey, &at->below, vx, vy);

	return (struct guess){
		.modules_right = hypot(ux, uy) / sqrt(corner_u * right_u),
		.modules_below = hypot(vx, vy) / sqrt(corner_v * below_v),
		.right = CLAMP(sqrt(corner_u / right_u), 0.75, 1.33),
		.below = CLAMP(sqrt(corner_v / below_v), 0.75, 1.33),
	};
}

/* Of squares of which one was not seen: it was put where it is when the paper is flat. */
static struct guess guess_flat(const struct corners *at)
{
	double module = 0, seen = 0;
	const struct finder *all[] = {&at->corner, &at->right, &at->below};

	for (unsigned i = 0; i < G_N_ELEMENTS(all); i++) {
		module += all[i]->lines > 0 ? all[i]->module : 0;
		seen += all[i]->lines > 0;
	}
	module /= seen;
	return (struct guess){
		.modules_right =
			hypot(at->right.x - at->corner.x, at->right.y - at->corner.y) / module,
		.modules_below =
			hypot(at->below.x - at->corner.x, at->below.y - at->corner.y) / module,
		.right = 1,
		.below = 1,
	};
}

static struct finder *missing_of(struct corners *corners)
{
	return corners->corner.lines == 0  ? &corners->corner
	       : corners->right.lines == 0 ? &corners->right
	       : corners->below.lines == 0 ? &corners->below
					   : NULL;
}

/* The projection that puts the three middles where they are; @right and @below are its w there. */
static struct lie lie_of(const struct corners *at, unsigned dimension, double right, double below)
{
	double span = dimension - 2 * FINDER_MIDDLE;
	double g = (right - 1) / span, h = (below - 1) / span;
	double a = (at->right.x * right - at->corner.x) / span;
	double d = (at->right.y * right - at->corner.y) / span;
	double b = (at->below.x * below - at->corner.x) / span;
	double e = (at->below.y * below - at->corner.y) / span;
	double w = 1 - (g + h) * FINDER_MIDDLE;

	return (struct lie){
		.a = a / w,
		.b = b / w,
		.c = (at->corner.x - (a + b) * FINDER_MIDDLE) / w,
		.d = d / w,
		.e = e / w,
		.f = (at->corner.y - (d + e) * FINDER_MIDDLE) / w,
		.g = g / w,
		.h = h / w,
	};
}

/* Is all of a code before the eye? Where the divisor is 0 nothing has a place. */
static bool is_seen(const struct lie *lie, unsigned dimension)
{
	return 1 + lie->g * dimension > DIVISOR_MIN && 1 + lie->h * dimension > DIVISOR_MIN &&
	       1 + (lie->g + lie->h) * dimension > DIVISOR_MIN;
}

/* How much does what lies there look like what must: correlation over the modules that are known, one in @every. */
static double likeness_of(const struct grey *grey, const struct lie *lie,
	const struct qr_layout *layout, unsigned every)
{
	double n = 0, s = 0, ss = 0, k = 0, sk = 0;
	unsigned dimension = layout->dimension;

	if (!is_seen(lie, dimension)) {
		return -1;
	}
	for (unsigned i = 0; i < layout->known_count; i += every) {
		unsigned x = layout->known_x[i], y = layout->known_y[i];
		/* The one square that says where the fourth corner is counts as much as others. */
		double weight = x + 9 >= dimension && y + 9 >= dimension ? 3 : 1;
		double px, py, light;
		lie_place(lie, x + 0.5, y + 0.5, &px, &py);
		light = lie_light(grey, px, py);
		n += weight;
		s += weight * light;
		ss += weight * light * light;
		if (layout->kinds[layout->known[i]] == QR_LIGHT) {
			k += weight;
			sk += weight * light;
		}
	}
	ss -= s * s / n;
	return ss > 0 ? (sk - s * k / n) / sqrt(ss * (k - k * k / n)) : 0;
}

/* Where would the square that was not seen make it look most like a code? */
static void look_for_missing(const struct grey *grey, const struct qr_layout *layout,
	const struct guess *guess, struct corners *corners)
{
	struct finder *missing = missing_of(corners), best;
	double module =
		hypot(corners->right.x - corners->below.x, corners->right.y - corners->below.y) /
		((layout->dimension - 7) * G_SQRT2);
	double most = -1;

	if (!missing) {
		return;
	}
	best = *missing;
	for (double v = -MISSING_REACH; v <= MISSING_REACH; v += MISSING_STEP) {
		for (double u = -MISSING_REACH; u <= MISSING_REACH; u += MISSING_STEP) {
			struct finder before = *missing;
			struct lie lie;
			double likeness;
			missing->x += u * module;
			missing->y += v * module;
			lie = lie_of(corners, layout->dimension, guess->right, guess->below);
			likeness = likeness_of(grey, &lie, layout, 1);
			if (likeness > most) {
				most = likeness;
				best = *missing;
			}
			*missing = before;
		}
	}
	*missing = best;
}

/* Better by small steps, of what the squares have told only roughly. */
static double settle(const struct grey *grey, const struct corners *corners,
	const struct qr_layout *layout, struct guess *guess, struct lie *ret_lie)
{
	struct corners at = *corners;
	double pixel = corners->corner.module;
	struct {
		double *value, step;
	} ways[] = {
		{&guess->right, 0.08},
		{&guess->below, 0.08},
		{&at.right.x, pixel / 2},
		{&at.right.y, pixel / 2},
		{&at.below.x, pixel / 2},
		{&at.below.y, pixel / 2},
		{&at.corner.x, pixel / 2},
		{&at.corner.y, pixel / 2},
	};
	double best;

	*ret_lie = lie_of(&at, layout->dimension, guess->right, guess->below);
	best = likeness_of(grey, ret_lie, layout, 1);
	if (best < LIKENESS_FIRST) {
		return best;
	}
	for (unsigned turn = 0; turn < STEPS_MAX / 8; turn++) {
		for (unsigned way = 0; way < G_N_ELEMENTS(ways); way++) {
			double before = *ways[way].value, found = before;
			for (int side = -1; side <= 1; side += 2) {
				struct lie lie;
				double likeness;
				*ways[way].value = before + side * ways[way].step;
				lie = lie_of(&at, layout->dimension, guess->right, guess->below);
				likeness = likeness_of(grey, &lie, layout, 1);
				if (likeness > best) {
					best = likeness;
					found = *ways[way].value;
					*ret_lie = lie;
				}
			}
			*ways[way].value = found;
			ways[way].step *= found == before ? 0.6 : 1;
		}
	}
	return best;
}

/* struct layouts - those that were needed. */
struct layouts {
	struct qr_layout *of[QR_VERSION_MAX + 1];
};

static const struct qr_layout *layout_of(struct layouts *layouts, unsigned dimension)
{
	struct qr_layout **own = &layouts->of[(dimension - 17) / 4];

	if (!*own) {
		*own = g_new(struct qr_layout, 1);
		qr_layout_init(*own, dimension);
	}
	return *own;
}

/* struct trial - corners, and what they may be those of. */
struct trial {
	struct corners corners;
	struct guess guess;
	unsigned dimension;
	double likeness;
};

/* struct trials - the likeliest first. Those from squares and those from outlines do not crowd each other out. */
struct trials {
	unsigned count;
	struct trial trial[TRIED_MAX];
};

static void keep_trial(struct trials *trials, const struct trial *trial)
{
	struct trial *own = trials->trial;
	unsigned i = trials->count;

	if (i == TRIED_MAX && own[--i].likeness >= trial->likeness) {
		return;
	}
	for (; i > 0 && own[i - 1].likeness < trial->likeness; i--) {
		own[i] = own[i - 1];
	}
	own[i] = *trial;
	trials->count = MIN(trials->count + 1, TRIED_MAX);
}

/* At a glance, in the three sizes that are nearest: the one that looks most like a code. */
static void try_corners(const struct grey *grey, struct layouts *layouts,
	const struct corners *corners, struct trials *trials)
{
	struct corners copy = *corners;
	struct guess guess = missing_of(&copy) ? guess_flat(corners) : guess_of(grey, corners);
	double modules = (guess.modules_right + guess.modules_below) / 2 + 2 * FINDER_MIDDLE;
	int nearest = (int)lround((modules - QR_DIMENSION_MIN) / 4) * 4 + QR_DIMENSION_MIN;

	for (int dimension = nearest - 4; dimension <= nearest + 4; dimension += 4) {
		struct trial trial = {*corners, guess, (unsigned)dimension, 0};
		struct lie lie;
		if (dimension < QR_DIMENSION_MIN || dimension > QR_DIMENSION_MAX) {
			continue;
		}
		lie = lie_of(corners, trial.dimension, guess.right, guess.below);
		trial.likeness =
			likeness_of(grey, &lie, layout_of(layouts, trial.dimension), GLANCED);
		if (trial.likeness > LIKENESS_FIRST) {
			keep_trial(trials, &trial);
		}
	}
}

/* The projection that puts a square's corners, its sides @span long, where those of the outline are, from @first on. */
static struct lie lie_of_outline(const struct outline *outline, unsigned first, double span)
{
	double x[4], y[4], dx, dy, ux, uy, vx, vy, determinant, g, h;

	for (unsigned i = 0; i < 4; i++) {
		x[i] = outline->x[(first + i) % 4];
		y[i] = outline->y[(first + i) % 4];
	}
	dx = x[0] - x[1] + x[2] - x[3];
	dy = y[0] - y[1] + y[2] - y[3];
	ux = x[1] - x[2];
	uy = y[1] - y[2];
	vx = x[3] - x[2];
	vy = y[3] - y[2];
	determinant = ux * vy - uy * vx;
	g = (dx * vy - dy * vx) / determinant;
	h = (ux * dy - uy * dx) / determinant;
	return (struct lie){
		.a = (x[1] - x[0] + g * x[1]) / span,
		.b = (x[3] - x[0] + h * x[3]) / span,
		.c = x[0],
		.d = (y[1] - y[0] + g * y[1]) / span,
		.e = (y[3] - y[0] + h * y[3]) / span,
		.f = y[0],
		.g = g / span,
		.h = h / span,
	};
}

static struct finder finder_at(const struct lie *lie, double u, double v, double module)
{
	struct finder finder = {.module = module, .lines = 1};

	lie_place(lie, u, v, &finder.x, &finder.y);
	return finder;
}

static void try_size(const struct grey *grey, struct layouts *layouts,
	const struct outline *outline, unsigned first, unsigned dimension, struct trials *trials)
{
	struct lie lie = lie_of_outline(outline, first, dimension);
	double far = dimension - FINDER_MIDDLE, module = hypot(lie.a, lie.d);
	double w = 1 + (lie.g + lie.h) * FINDER_MIDDLE;
	struct trial trial = {
		.corners = {finder_at(&lie, FINDER_MIDDLE, FINDER_MIDDLE, module),
			finder_at(&lie, far, FINDER_MIDDLE, module),
			finder_at(&lie, FINDER_MIDDLE, far, module)},
		.guess.right = (1 + lie.g * far + lie.h * FINDER_MIDDLE) / w,
		.guess.below = (1 + lie.g * FINDER_MIDDLE + lie.h * far) / w,
		.dimension = dimension,
	};

	trial.likeness = likeness_of(grey, &lie, layout_of(layouts, dimension), GLANCED);
	if (trial.likeness > LIKENESS_FIRST) {
		keep_trial(trials, &trial);
	}
}

/* Whichever corner is the first, and of any size. */
static void try_outline(const struct grey *grey, struct layouts *layouts,
	const struct outline *outline, struct trials *trials)
{
	for (unsigned first = 0; first < 4; first++) {
		for (unsigned dimension = QR_DIMENSION_MIN; dimension <= QR_DIMENSION_MAX;
			dimension += 4) {
			try_size(grey, layouts, outline, first, dimension, trials);
		}
	}
}

/* struct found - what is most like a code so far; all zero: nothing. */
struct found {
	struct lie lie;
	const struct qr_layout *layout;
	double likeness;
};

/* Of those that are more like a code than what was found before, by more than @lead. */
static void settle_all(const struct grey *grey, struct layouts *layouts, struct trials *trials,
	double lead, struct found *found)
{
	double before = found->likeness + lead;

	for (unsigned i = 0; i < trials->count; i++) {
		struct trial *trial = &trials->trial[i];
		const struct qr_layout *layout = layout_of(layouts, trial->dimension);
		double least = layout->dimension > QR_DIMENSION_MIN ? LIKENESS_MIN : LIKENESS_SMALL;
		double likeness;
		struct lie lie;
		look_for_missing(grey, layout, &trial->guess, &trial->corners);
		likeness = settle(grey, &trial->corners, layout, &trial->guess, &lie);
		if (likeness > found->likeness && likeness > before && likeness > least) {
			*found = (struct found){lie, layout, likeness};
		}
	}
}

bool lie_find(const struct grey *grey, const struct corners *corners, unsigned count,
	const struct outline *outlines, unsigned outline_count, struct lie *ret_lie,
	struct qr_layout *ret_layout, double *ret_likeness)
{
	struct layouts layouts = {0};
	struct trials by_squares = {0}, by_outlines = {0};
	struct found found = {0};

	for (unsigned i = 0; i < count; i++) {
		try_corners(grey, &layouts, &corners[i], &by_squares);
	}
	for (unsigned i = 0; i < outline_count; i++) {
		try_outline(grey, &layouts, &outlines[i], &by_outlines);
	}
	settle_all(grey, &layouts, &by_squares, 0, &found);
	settle_all(grey, &layouts, &by_outlines, OUTLINE_LEAD, &found);
	if (found.layout) {
		*ret_lie = found.lie;
		*ret_layout = *found.layout;
		*ret_likeness = found.likeness;
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(layouts.of); i++) {
		g_free(layouts.of[i]);
	}
	return found.layout;
}
