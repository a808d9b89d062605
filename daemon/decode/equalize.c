#include "decode/equalize.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#define LIGHT_REACH 4 /* around a value: about half of them are dark */
#define TAPS_SIDE 3
#define TAPS (TAPS_SIDE * TAPS_SIDE + 1) /* neighbours, itself, and a constant */
#define ROUNDS 4
#define RIDGE 0.05 /* of the number of equations: keeps the taps small when they say little */
#define GUESS_WEIGHT 0.5

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
			ss = sqrt(fmax(ss / n - s * s / n / n, 1));
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

void equalize(float *values, const int8_t *known, unsigned side)
{
	g_autofree float *even_values = g_new(float, (size_t)side *side);
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
}
