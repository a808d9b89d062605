#include "decode/modules.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <glib.h>

#include "decode/equalize.h"
#include "decode/retouch.h"

#define NODE_MODULES 4
#define NODES_MAX (QR_DIMENSION_MAX / NODE_MODULES + 2)
#define STEPS 4                  /* to a module … */
#define REACH_STEP (1.0 / STEPS) /* … of its width */
#define REACH STEPS              /* offsets that are tried to each side */
#define OFFSETS ((2 * REACH + 1) * (2 * REACH + 1))
#define AROUND 3 /* modules around a node that judge its offset */
#define RELAX_TURNS 6
#define STRAIN_COST 0.3F /* of a module's difference to a neighbour, squared */
#define EVEN_PIXELS 41   /* some modules */
#define DRAWN_PIXELS 4
#define QUIET_MODULES 4

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

	lie_place(lie, u + between(bend->u, bend->nodes, u, v),
		v + between(bend->v, bend->nodes, u, v), &x, &y);
	return lie_light(grey, x, y);
}

/* Offsets by number, the middle one is none. */
static int steps_u(unsigned offset)
{
	return (int)(offset % (2 * REACH + 1)) - REACH;
}

static int steps_v(unsigned offset)
{
	return (int)(offset / (2 * REACH + 1)) - REACH;
}

static double offset_u(unsigned offset)
{
	return steps_u(offset) * REACH_STEP;
}

static double offset_v(unsigned offset)
{
	return steps_v(offset) * REACH_STEP;
}

/* struct lights - the picture by steps of REACH_STEP modules, from half a module before the code to half a one behind it. */
struct lights {
	unsigned dimension, side;
	float *light;
};

static void take_lights(
	const struct grey *grey, const struct lie *lie, unsigned dimension, struct lights *lights)
{
	lights->dimension = dimension;
	lights->side = (dimension + 1) * STEPS + 1;
	lights->light = g_new(float, (size_t)lights->side * lights->side);
	for (unsigned row = 0; row < lights->side; row++) {
		for (unsigned column = 0; column < lights->side; column++) {
			double x, y;
			lie_place(lie, column * REACH_STEP - 0.5, row * REACH_STEP - 0.5, &x, &y);
			lights->light[row * lights->side + column] = lie_light(grey, x, y);
		}
	}
}

/* Well in the middle of modules light and dark are farthest from each other: of those around, all moved by so many steps. */
static double spread_at(const struct lights *lights, int u, int v, int du, int dv)
{
	int dimension = (int)lights->dimension, side = (int)lights->side;
	double n = 0, s = 0, ss = 0;

	for (int y = MAX(v - AROUND, 0); y < MIN(v + AROUND, dimension); y++) {
		const float *row = lights->light + ((y + 1) * STEPS + dv) * side + STEPS + du;
		for (int x = MAX(u - AROUND, 0); x < MIN(u + AROUND, dimension); x++) {
			double light = row[x * STEPS];
			n++;
			s += light;
			ss += light * light;
		}
	}
	return n > 0 ? sqrt(fmax(ss / n - s * s / n / n, 0)) : 0;
}

/* struct bending - how little each offset is believed at each node, 0 to 1, and which is chosen. */
struct bending {
	unsigned nodes;
	float doubts[NODES_MAX][NODES_MAX][OFFSETS];
	uint8_t chosen[NODES_MAX][NODES_MAX];
};

static void doubt_offsets(
	const struct grey *grey, const struct lie *lie, unsigned dimension, struct bending *bending)
{
	struct lights lights;

	take_lights(grey, lie, dimension, &lights);
	for (unsigned row = 0; row < bending->nodes; row++) {
		for (unsigned column = 0; column < bending->nodes; column++) {
			int u = (int)(column * NODE_MODULES), v = (int)(row * NODE_MODULES);
			float *doubts = bending->doubts[row][column], most = 1;
			for (unsigned i = 0; i < OFFSETS; i++) {
				doubts[i] = (float)spread_at(&lights, u, v, steps_u(i), steps_v(i));
				most = MAX(most, doubts[i]);
			}
			for (unsigned i = 0; i < OFFSETS; i++) {
				doubts[i] = 1 - doubts[i] / most;
			}
			bending->chosen[row][column] = OFFSETS / 2;
		}
	}
	g_free(lights.light);
}

static float strain(const struct bending *bending, unsigned row, unsigned column, unsigned offset)
{
	static const int beside[4][2] = {{0, -1}, {0, 1}, {-1, 0}, {1, 0}};
	float sum = 0;

	for (unsigned i = 0; i < 4; i++) {
		int y = (int)row + beside[i][0], x = (int)column + beside[i][1];
		if (x >= 0 && y >= 0 && x < (int)bending->nodes && y < (int)bending->nodes) {
			unsigned other = bending->chosen[y][x];
			double du = offset_u(offset) - offset_u(other);
			double dv = offset_v(offset) - offset_v(other);
			sum += (float)(du * du + dv * dv);
		}
	}
	return sum * STRAIN_COST;
}

/* Paper bends, it does not jump: each node goes where it looks best and its neighbours pull least. */
static void relax(struct bending *bending)
{
	for (unsigned turn = 0; turn < RELAX_TURNS; turn++) {
		for (unsigned at = 0; at < bending->nodes * bending->nodes; at++) {
			unsigned node =
				turn % 2 == 0 ? at : bending->nodes * bending->nodes - 1 - at;
			unsigned row = node / bending->nodes, column = node % bending->nodes;
			const float *doubts = bending->doubts[row][column];
			float best = INFINITY;
			uint8_t chosen = OFFSETS / 2;
			for (unsigned i = 0; i < OFFSETS; i++) {
				float cost = doubts[i] + strain(bending, row, column, i);
				if (cost < best) {
					best = cost;
					chosen = (uint8_t)i;
				}
			}
			bending->chosen[row][column] = chosen;
		}
	}
}

static void find_bend(
	const struct grey *grey, const struct lie *lie, unsigned dimension, struct bend *bend)
{
	g_autofree struct bending *bending = g_new(struct bending, 1);

	bending->nodes = bend->nodes;
	doubt_offsets(grey, lie, dimension, bending);
	relax(bending);
	for (unsigned row = 0; row < bend->nodes; row++) {
		for (unsigned column = 0; column < bend->nodes; column++) {
			unsigned chosen = bending->chosen[row][column];
			bend->u[row][column] = (float)offset_u(chosen);
			bend->v[row][column] = (float)offset_v(chosen);
		}
	}
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

bool modules_find(const struct grey *grey, const struct corners *corners, unsigned count,
	struct modules *ret_modules)
{
	struct qr_layout *layout = g_new(struct qr_layout, 1);
	struct grey even = retouch_even_light(grey, EVEN_PIXELS);
	struct outline outlines[OUTLINES_MAX];
	unsigned outline_count = outlines_find(grey, outlines);
	bool is_found;

	*ret_modules = (struct modules){.layout = layout};
	is_found = lie_find(&even, corners, count, outlines, outline_count, &ret_modules->lie,
		layout, &ret_modules->likeness);
	grey_done(&even);
	if (!is_found) {
		modules_done(ret_modules);
		return false;
	}
	ret_modules->dimension = layout->dimension;
	return true;
}

void modules_sample(const struct grey *grey, bool is_bent, struct modules *modules)
{
	g_autofree struct bend *bend = g_new0(struct bend, 1);

	bend->nodes = modules->dimension / NODE_MODULES + 2;
	if (is_bent) {
		find_bend(grey, &modules->lie, modules->dimension, bend);
	}
	sample_all(grey, &modules->lie, bend, modules);
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
