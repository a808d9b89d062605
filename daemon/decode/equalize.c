#include "decode/equalize.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#define LIGHT_REACH 4 /* around a value: about half of them are dark */
#define TAPS_SIDE 3
#define TAPS (TAPS_SIDE * TAPS_SIDE + 1) /* neighbours, itself, and a constant */
#define ROUNDS 4
#define RIDGE 0.05 /* of the number of equations: keeps the taps small when they say little */
#define GUESS_WEIGHT 0.5

#define REFINED 4           /* times that the spilling is learned from what was made out … */
#define STEPS 30            /* … and steps towards values that explain the picture by it */
#define LEAST_DEVIATION 3.0 /* grey steps; less around a value is noise */

#define GLARE_REACH 2    /* around a value that is asked whether it is washed out */
#define GLARE_FROM 200.0 /* mean of what is around: half of it is dark, so from there on light … */
#define GLARE_FULL 250.0 /* … has come from elsewhere, and here nearly all of it has */
#define GLARE_USUAL 0.8  /* of the deviation that a quarter of the values have around them … */
#define GLARE_POWER 4    /* … less says that something was cut off at white */

/* struct system - normal equations: as many as unknowns, and the right side. */
struct system {
	double rows[TAPS][TAPS + 1];
};

static float at(const float *values, unsigned side, int x, int y)
{
	int last = (int)side - 1;

	return values[(size_t)CLAMP(y, 0, last) * side + (size_t)CLAMP(x, 0, last)];
}

/* Mean 0 and deviation 1 of what is around. */
static void even(const float *values, unsigned side, float *ret_even)
{
	for (int y = 0; y < (int)side; y++) {
		for (int x = 0; x < (int)side; x++) {
			double n = 0, s = 0, ss = 0;
			for (int v = MAX(y - LIGHT_REACH, 0);
				v <= MIN(y + LIGHT_REACH, (int)side - 1); v++) {
				for (int u = MAX(x - LIGHT_REACH, 0);
					u <= MIN(x + LIGHT_REACH, (int)side - 1); u++) {
					double value = at(values, side, u, v);
					n++;
					s += value;
					ss += value * value;
				}
			}
			ss = fmax(sqrt(fmax(ss / n - s * s / n / n, 0)), LEAST_DEVIATION);
			ret_even[y * (int)side + x] =
				(float)((at(values, side, x, y) - s / n) / ss);
		}
	}
}

static void take(const float *values, unsigned side, int x, int y, double taps[TAPS])
{
	unsigned count = 0;

	for (int v = -TAPS_SIDE / 2; v <= TAPS_SIDE / 2; v++) {
		for (int u = -TAPS_SIDE / 2; u <= TAPS_SIDE / 2; u++) {
			taps[count++] = at(values, side, x + u, y + v);
		}
	}
	taps[count] = 1;
}

static void add(struct system *system, const double taps[TAPS], double wanted, double weight)
{
	for (unsigned i = 0; i < TAPS; i++) {
		for (unsigned j = 0; j < TAPS; j++) {
			system->rows[i][j] += weight * taps[i] * taps[j];
		}
		system->rows[i][TAPS] += weight * taps[i] * wanted;
	}
}

/* Symmetric and positive: no row need change places. */
static void solve(struct system *system, double ret_weights[TAPS])
{
	for (unsigned i = 0; i < TAPS; i++) {
		for (unsigned j = i + 1; j < TAPS; j++) {
			double times = system->rows[j][i] / system->rows[i][i];
			for (unsigned k = i; k <= TAPS; k++) {
				system->rows[j][k] -= times * system->rows[i][k];
			}
		}
	}
	for (unsigned i = TAPS; i-- > 0;) {
		double sum = system->rows[i][TAPS];
		for (unsigned k = i + 1; k < TAPS; k++) {
			sum -= system->rows[i][k] * ret_weights[k];
		}
		ret_weights[i] = sum / system->rows[i][i];
	}
}

static void learn(const float *even_values, const float *made_out, const int8_t *known,
	unsigned side, double ret_weights[TAPS])
{
	struct system system = {0};
	double taps[TAPS], count = 0;

	for (unsigned y = 0; y < side; y++) {
		for (unsigned x = 0; x < side; x++) {
			unsigned i = y * side + x;
			double weight = known[i] ? 1 : made_out ? GUESS_WEIGHT : 0;
			double wanted = known[i] ? known[i] : made_out && made_out[i] < 0 ? -1 : 1;
			if (weight > 0) {
				take(even_values, side, (int)x, (int)y, taps);
				add(&system, taps, wanted, weight);
				count += weight;
			}
		}
	}
	/* To its own value alone, when nothing else is learned. */
	for (unsigned i = 0; i < TAPS; i++) {
		system.rows[i][i] += RIDGE * count;
	}
	system.rows[TAPS / 2 - 1 + TAPS % 2][TAPS] += RIDGE * count;
	solve(&system, ret_weights);
}

/*
 * struct scene - what is there, and what is seen of it, one value more on each side: around a code it is light.
 * @even:  seen, the light evened out; @clear: what is thought to be there, -1 to 1; @shown: that, spilt.
 */
struct scene {
	unsigned side, stride;
	float *even, *clear, *shown, *rest;
};

static size_t place_of(const struct scene *scene, unsigned x, unsigned y)
{
	return (size_t)(y + 1) * scene->stride + x + 1;
}

static void make_scene(struct scene *scene, unsigned side)
{
	size_t count = (size_t)(side + 2) * (side + 2);

	*scene = (struct scene){.side = side, .stride = side + 2};
	scene->even = g_new0(float, 4 * count);
	scene->clear = scene->even + count;
	scene->shown = scene->clear + count;
	scene->rest = scene->shown + count;
	for (size_t i = 0; i < count; i++) {
		scene->clear[i] = 1;
	}
}

static void think_clear(struct scene *scene, const float *values, const int8_t *known)
{
	for (unsigned y = 0; y < scene->side; y++) {
		for (unsigned x = 0; x < scene->side; x++) {
			unsigned i = y * scene->side + x;
			scene->clear[place_of(scene, x, y)] =
				known[i] ? known[i] : CLAMP(values[i], -1, 1);
		}
	}
}

/* The neighbours of @place, itself and a constant. */
static void take_around(
	const struct scene *scene, const float *from, size_t place, double taps[TAPS])
{
	const float *above = from + place - scene->stride, *own = from + place;
	const float *below = own + scene->stride;

	for (int i = -1; i <= 1; i++) {
		taps[1 + i] = above[i];
		taps[4 + i] = own[i];
		taps[7 + i] = below[i];
	}
	taps[TAPS - 1] = 1;
}

/* How light spills: what each value takes from those around it, if all are as they are thought to be. */
static void learn_spill(const struct scene *scene, double ret_spill[TAPS])
{
	struct system system = {0};
	double taps[TAPS];

	for (unsigned y = 0; y < scene->side; y++) {
		for (unsigned x = 0; x < scene->side; x++) {
			size_t place = place_of(scene, x, y);
			take_around(scene, scene->clear, place, taps);
			add(&system, taps, scene->even[place], 1);
		}
	}
	for (unsigned i = 0; i < TAPS; i++) {
		system.rows[i][i] += RIDGE;
	}
	solve(&system, ret_spill);
}

/* Each value of @from spilt over @to, and a constant; @is_back: from where it came. */
static void spill(const struct scene *scene, const float *from, const double weights[TAPS],
	bool is_back, float *to)
{
	float own[TAPS];

	for (unsigned i = 0; i < TAPS; i++) {
		own[i] = (float)(i + 1 == TAPS ? (is_back ? 0 : weights[i])
					       : weights[is_back ? TAPS - 2 - i : i]);
	}
	for (unsigned y = 0; y < scene->side; y++) {
		const float *above = from + place_of(scene, 0, y) - scene->stride;
		const float *row = above + scene->stride, *below = row + scene->stride;
		float *out = to + place_of(scene, 0, y);
		for (int x = 0; x < (int)scene->side; x++) {
			out[x] = own[0] * above[x - 1] + own[1] * above[x] + own[2] * above[x + 1] +
				 own[3] * row[x - 1] + own[4] * row[x] + own[5] * row[x + 1] +
				 own[6] * below[x - 1] + own[7] * below[x] + own[8] * below[x + 1] +
				 own[9];
		}
	}
}

/* The light evened out once more, now that it is known what should be seen: around each value, so much of it,
 * and so much more. By the values alone a lighter pattern looks like more light. */
static void even_by_shown(struct scene *scene, const float *light)
{
	int side = (int)scene->side;

	for (int y = 0; y < side; y++) {
		for (int x = 0; x < side; x++) {
			double n = 0, l = 0, p = 0, pp = 0, lp = 0, times;
			for (int v = MAX(y - LIGHT_REACH, 0); v <= MIN(y + LIGHT_REACH, side - 1);
				v++) {
				const float *shown = scene->shown + place_of(scene, 0, (unsigned)v);
				for (int u = MAX(x - LIGHT_REACH, 0);
					u <= MIN(x + LIGHT_REACH, side - 1); u++) {
					n++;
					l += light[v * side + u];
					p += shown[u];
					pp += shown[u] * shown[u];
					lp += shown[u] * light[v * side + u];
				}
			}
			times = (lp - l * p / n) / fmax(pp - p * p / n, 0.1);
			times = fmax(times, LEAST_DEVIATION);
			scene->even[place_of(scene, (unsigned)x, (unsigned)y)] =
				(float)((light[y * side + x] - l / n) / times + p / n);
		}
	}
}

/*
 * The values between -1 and 1 that, spilt, are most like what is seen: down the slope, cut off at both ends. That
 * a module is light or dark and nothing beyond tells more than any sharpening can.
 */
static void refine(
	struct scene *scene, const double weights[TAPS], const int8_t *known, float *values)
{
	double reach = 0, power = 0;

	for (unsigned i = 0; i + 1 < TAPS; i++) {
		reach += fabs(weights[i]);
		power += weights[i] * weights[i];
	}
	for (unsigned step = 0; step < STEPS && power > 0; step++) {
		/* At last not cut off: how far beyond says how sure it is. */
		double part = step + 1 == STEPS ? power : reach * reach;
		think_clear(scene, values, known);
		spill(scene, scene->clear, weights, false, scene->shown);
		for (unsigned y = 0; y < scene->side; y++) {
			for (unsigned x = 0; x < scene->side; x++) {
				size_t place = place_of(scene, x, y);
				scene->rest[place] = scene->even[place] - scene->shown[place];
			}
		}
		spill(scene, scene->rest, weights, true, scene->shown);
		for (unsigned y = 0; y < scene->side; y++) {
			for (unsigned x = 0; x < scene->side; x++) {
				size_t place = place_of(scene, x, y);
				values[y * scene->side + x] =
					scene->clear[place] + scene->shown[place] / (float)part;
			}
		}
	}
}

static void refine_all(float *values, const float *even_values, const float *light,
	const int8_t *known, unsigned side)
{
	double weights[TAPS];
	struct scene scene;

	make_scene(&scene, side);
	for (unsigned y = 0; y < side; y++) {
		memcpy(scene.even + place_of(&scene, 0, y), even_values + y * side,
			side * sizeof *even_values);
	}
	for (unsigned round = 0; round < REFINED; round++) {
		think_clear(&scene, values, known);
		learn_spill(&scene, weights);
		spill(&scene, scene.clear, weights, false, scene.shown);
		even_by_shown(&scene, light);
		refine(&scene, weights, known, values);
	}
	g_free(scene.even);
}

/* What lies around a value: its mean, and the deviation from it. */
static float spread_around(const float *values, unsigned side, int x, int y, float *ret_mean)
{
	double n = 0, s = 0, ss = 0;

	for (int v = MAX(y - GLARE_REACH, 0); v <= MIN(y + GLARE_REACH, (int)side - 1); v++) {
		for (int u = MAX(x - GLARE_REACH, 0); u <= MIN(x + GLARE_REACH, (int)side - 1);
			u++) {
			double value = at(values, side, u, v);
			n++;
			s += value;
			ss += value * value;
		}
	}
	*ret_mean = (float)(s / n);
	return (float)sqrt(fmax(ss / n - s * s / n / n, 0));
}

static int rising(const void *a, const void *b)
{
	float left = *(const float *)a, right = *(const float *)b;

	return left < right ? -1 : left > right ? 1 : 0;
}

/*
 * Under a lamp's reflection light and dark are both as light as can be: what is made out there is worth little, and
 * less than what the correction can do without it. Faint print and milky tape are not that light.
 */
static void doubt_glare(const float *light, unsigned side, float *values)
{
	size_t count = (size_t)side * side;
	g_autofree float *spreads = g_new(float, 3 * count);
	float *means = spreads + count, *sorted = means + count;
	double usual;

	for (size_t i = 0; i < count; i++) {
		spreads[i] =
			spread_around(light, side, (int)(i % side), (int)(i / side), &means[i]);
		sorted[i] = spreads[i];
	}
	qsort(sorted, count, sizeof *sorted, rising);
	usual = fmax(sorted[count - count / 4 - 1], LEAST_DEVIATION) * GLARE_USUAL;
	for (size_t i = 0; i < count; i++) {
		double glare = CLAMP((means[i] - GLARE_FROM) / (GLARE_FULL - GLARE_FROM), 0, 1);
		values[i] *= (float)pow(fmin(spreads[i] / usual, 1), glare * GLARE_POWER);
	}
}

void equalize(float *values, const int8_t *known, unsigned side)
{
	g_autofree float *even_values = g_new(float, (size_t)side *side);
	g_autofree float *light = g_memdup2(values, (size_t)side * side * sizeof *values);
	double weights[TAPS], taps[TAPS];

	even(values, side, even_values);
	for (unsigned round = 0; round < ROUNDS; round++) {
		learn(even_values, round > 0 ? values : NULL, known, side, weights);
		for (unsigned y = 0; y < side; y++) {
			for (unsigned x = 0; x < side; x++) {
				double sum = 0;
				take(even_values, side, (int)x, (int)y, taps);
				for (unsigned i = 0; i < TAPS; i++) {
					sum += taps[i] * weights[i];
				}
				values[y * side + x] = (float)sum;
			}
		}
	}
	refine_all(values, even_values, light, known, side);
	doubt_glare(light, side, values);
}
