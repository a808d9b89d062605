#include "decode/modules.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <glib.h>

#include "decode/equalize.h"

#define FINDER_MIDDLE 3.5
#define STEPS_MAX 60       /* of the search for how it lies */
#define LIKENESS_FIRST 0.2 /* less at first will not become enough */
#define NODE_MODULES 4
#define NODES_MAX (QR_DIMENSION_MAX / NODE_MODULES + 2)
#define REACH 3         /* offsets that are tried to each side … */
#define REACH_STEP 0.25 /* … modules */
#define AROUND 4        /* modules around a node that judge its offset */
#define OFFSET_COST 0.03
#define DRAWN_PIXELS 4
#define QUIET_MODULES 4

/* struct lie - how the code lies. */
struct lie {
	double a, b, c, d, e, f, g, h;
};

static void project(const struct lie *lie, double u, double v, double *ret_x, double *ret_y)
{
	double w = lie->g * u + lie->h * v + 1;

	*ret_x = (lie->a * u + lie->b * v + lie->c) / w;
	*ret_y = (lie->d * u + lie->e * v + lie->f) / w;
}

void modules_place(const struct modules *modules, double u, double v, double *ret_x, double *ret_y)
{
	struct lie lie;

	memcpy(&lie, modules->lie, sizeof lie);
	project(&lie, u, v, ret_x, ret_y);
}

/* Bilinear; outside the edge is repeated. */
static float light_at(const struct grey *grey, double x, double y)
{
	double left = CLAMP(x, 0, grey->width - 1.001), top = CLAMP(y, 0, grey->height - 1.001);
	unsigned column = (unsigned)left, row = (unsigned)top;
	float u = (float)(left - column), v = (float)(top - row);
	const uint8_t *above = grey_row(grey, row) + column, *below = above + grey->width;

	return (above[0] * (1 - u) + above[1] * u) * (1 - v) +
	       (below[0] * (1 - u) + below[1] * u) * v;
}

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
			sum += light_at(grey, finder->x + x * 4 * at, finder->y + y * 4 * at) -
			       light_at(grey, finder->x + x * 3 * at, finder->y + y * 3 * at) +
			       light_at(grey, finder->x + x * 2 * at, finder->y + y * 2 * at) -
			       light_at(grey, finder->x + x * at, finder->y + y * at);
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

/* How much does what lies there look like what must: correlation over the modules that are known. */
static double likeness_of(
	const struct grey *grey, const struct lie *lie, const struct qr_layout *layout)
{
	double n = 0, s = 0, ss = 0, k = 0, sk = 0;
	unsigned dimension = layout->dimension;

	for (unsigned i = 0; i < layout->known_count; i++) {
		unsigned at = layout->known[i], x = at % dimension, y = at / dimension;
		/* The one square that says where the fourth corner is counts as much as others. */
		double weight = x + 9 >= dimension && y + 9 >= dimension ? 3 : 1;
		double px, py, light;
		project(lie, x + 0.5, y + 0.5, &px, &py);
		light = light_at(grey, px, py);
		n += weight;
		s += weight * light;
		ss += weight * light * light;
		if (layout->kinds[at] == QR_LIGHT) {
			k += weight;
			sk += weight * light;
		}
	}
	ss -= s * s / n;
	return ss > 0 ? (sk - s * k / n) / sqrt(ss * (k - k * k / n)) : 0;
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
	best = likeness_of(grey, ret_lie, layout);
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
				likeness = likeness_of(grey, &lie, layout);
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

/* struct bend - how far the paper's folds have moved what lies near each node, modules. */
struct bend {
	unsigned nodes;
	float u[NODES_MAX][NODES_MAX], v[NODES_MAX][NODES_MAX];
};

static float between(float values[NODES_MAX][NODES_MAX], unsigned nodes, double u, double v)
{
	double x = CLAMP(u / NODE_MODULES, 0, nodes - 1.001),
	       y = CLAMP(v / NODE_MODULES, 0, nodes - 1.001);
	unsigned left = (unsigned)x, top = (unsigned)y;
	float a = (float)(x - left), b = (float)(y - top);

	return (values[top][left] * (1 - a) + values[top][left + 1] * a) * (1 - b) +
	       (values[top + 1][left] * (1 - a) + values[top + 1][left + 1] * a) * b;
}

static float module_light(
	const struct grey *grey, const struct lie *lie, struct bend *bend, double u, double v)
{
	double x, y;

	project(lie, u + between(bend->u, bend->nodes, u, v),
		v + between(bend->v, bend->nodes, u, v), &x, &y);
	return light_at(grey, x, y);
}

/* Well in the middle of modules light and dark are farthest from each other. */
static double spread_at(const struct grey *grey, const struct lie *lie, int dimension, int u, int v,
	double du, double dv)
{
	double n = 0, s = 0, ss = 0;

	for (int y = MAX(v - AROUND, 0); y < MIN(v + AROUND, dimension); y++) {
		for (int x = MAX(u - AROUND, 0); x < MIN(u + AROUND, dimension); x++) {
			double px, py, light;
			project(lie, x + 0.5 + du, y + 0.5 + dv, &px, &py);
			light = light_at(grey, px, py);
			n++;
			s += light;
			ss += light * light;
		}
	}
	return n > 0 ? sqrt(fmax(ss / n - s * s / n / n, 0)) : 0;
}

static void smooth(float values[NODES_MAX][NODES_MAX], unsigned nodes)
{
	float copy[NODES_MAX][NODES_MAX];

	memcpy(copy, values, sizeof copy);
	for (unsigned y = 0; y < nodes; y++) {
		for (unsigned x = 0; x < nodes; x++) {
			float sum = 2 * copy[y][x], weight = 2;
			if (x > 0) {
				sum += copy[y][x - 1];
				weight++;
			}
			if (x + 1 < nodes) {
				sum += copy[y][x + 1];
				weight++;
			}
			if (y > 0) {
				sum += copy[y - 1][x];
				weight++;
			}
			if (y + 1 < nodes) {
				sum += copy[y + 1][x];
				weight++;
			}
			values[y][x] = sum / weight;
		}
	}
}

static void find_bend(
	const struct grey *grey, const struct lie *lie, unsigned dimension, struct bend *bend)
{
	for (unsigned row = 0; row < bend->nodes; row++) {
		for (unsigned column = 0; column < bend->nodes; column++) {
			int u = (int)(column * NODE_MODULES), v = (int)(row * NODE_MODULES);
			double best = -1;
			for (int i = -REACH; i <= REACH; i++) {
				for (int j = -REACH; j <= REACH; j++) {
					double spread = spread_at(grey, lie, (int)dimension, u, v,
								i * REACH_STEP, j * REACH_STEP) *
							(1 - OFFSET_COST * hypot(i, j));
					if (spread > best) {
						best = spread;
						bend->u[row][column] = (float)(i * REACH_STEP);
						bend->v[row][column] = (float)(j * REACH_STEP);
					}
				}
			}
		}
	}
	smooth(bend->u, bend->nodes);
	smooth(bend->v, bend->nodes);
}

static void sample_all(
	const struct grey *grey, const struct lie *lie, struct bend *bend, struct modules *modules)
{
	static const double beside[5][2] = {
		{0.5, 0.5}, {0.3, 0.5}, {0.7, 0.5}, {0.5, 0.3}, {0.5, 0.7}};
	unsigned dimension = modules->dimension;

	g_free(modules->values);
	modules->values = g_new(float, (size_t)dimension *dimension);
	for (unsigned y = 0; y < dimension; y++) {
		for (unsigned x = 0; x < dimension; x++) {
			float sum = 0;
			for (unsigned i = 0; i < 5; i++) {
				sum += module_light(
					grey, lie, bend, x + beside[i][0], y + beside[i][1]);
			}
			modules->values[y * dimension + x] = sum / 5;
		}
	}
}

static void make_out(struct modules *modules)
{
	const struct qr_layout *layout = modules->layout;
	unsigned dimension = modules->dimension;
	g_autofree int8_t *known = g_new0(int8_t, (size_t)dimension * dimension);

	for (unsigned i = 0; i < layout->known_count; i++) {
		known[layout->known[i]] = layout->kinds[layout->known[i]] == QR_LIGHT ? 1 : -1;
	}
	equalize(modules->values, known, dimension);
}

bool modules_find(
	const struct grey *grey, const struct corners *corners, struct modules *ret_modules)
{
	struct guess guess = guess_of(grey, corners);
	double modules = (guess.modules_right + guess.modules_below) / 2 + 2 * FINDER_MIDDLE;
	int nearest = (int)lround((modules - QR_DIMENSION_MIN) / 4) * 4 + QR_DIMENSION_MIN;
	struct qr_layout *layout = g_new(struct qr_layout, 1);

	*ret_modules = (struct modules){.likeness = MODULES_LIKENESS_MIN};
	ret_modules->layout = g_new(struct qr_layout, 1);
	for (int dimension = nearest - 4; dimension <= nearest + 4; dimension += 4) {
		struct guess own = guess;
		struct lie lie;
		double likeness;
		if (dimension < QR_DIMENSION_MIN || dimension > QR_DIMENSION_MAX) {
			continue;
		}
		qr_layout_init(layout, (unsigned)dimension);
		likeness = settle(grey, corners, layout, &own, &lie);
		if (likeness > ret_modules->likeness &&
			(dimension > QR_DIMENSION_MIN || likeness > MODULES_LIKENESS_SMALL)) {
			struct qr_layout *other = ret_modules->layout;
			ret_modules->layout = layout;
			layout = other;
			ret_modules->likeness = likeness;
			ret_modules->dimension = (unsigned)dimension;
			memcpy(ret_modules->lie, &lie, sizeof lie);
		}
	}
	g_free(layout);
	if (ret_modules->dimension == 0) {
		modules_done(ret_modules);
		return false;
	}
	return true;
}

void modules_sample(const struct grey *grey, bool is_bent, struct modules *modules)
{
	g_autofree struct bend *bend = g_new0(struct bend, 1);
	struct lie lie;

	memcpy(&lie, modules->lie, sizeof lie);
	bend->nodes = modules->dimension / NODE_MODULES + 2;
	if (is_bent) {
		find_bend(grey, &lie, modules->dimension, bend);
	}
	sample_all(grey, &lie, bend, modules);
	make_out(modules);
}

void modules_done(struct modules *modules)
{
	g_free(modules->values);
	g_free(modules->layout);
	*modules = (struct modules){0};
}

struct grey modules_draw(const struct modules *modules)
{
	unsigned side = (modules->dimension + 2 * QUIET_MODULES) * DRAWN_PIXELS;
	struct grey grey = grey_blank(side, side);

	memset(grey.pixels, 255, grey_area(&grey));
	for (unsigned y = 0; y < modules->dimension; y++) {
		for (unsigned x = 0; x < modules->dimension; x++) {
			unsigned at = y * modules->dimension + x;
			enum qr_kind kind = modules->layout->kinds[at];
			if (kind == QR_LIGHT || (kind != QR_DARK && modules->values[at] >= 0)) {
				continue;
			}
			for (unsigned row = 0; row < DRAWN_PIXELS; row++) {
				memset(grey_row(&grey, (y + QUIET_MODULES) * DRAWN_PIXELS + row) +
						(x + QUIET_MODULES) * DRAWN_PIXELS,
					0, DRAWN_PIXELS);
			}
		}
	}
	return grey;
}
