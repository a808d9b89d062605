#include "decode/fit.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include <glib.h>

#define SLACK_SHARE 14       /* a letter may be a fourteenth longer or shorter than it should be */
#define PATHS_MAX 9          /* cuts that are followed at once */
#define HOPELESS 0.15F       /* mean cost of the letters so far */
#define POSITION_COST 0.004F /* of a sample that a letter is longer or shorter */
#define ROUNDING 0.0001F

#define RUNS_COST                                                                                  \
	2.0F /* of the mean square: two runs that are taken for another letter's cost a tenth and more */
#define SLOPE_OF_RUNS_MAX 0.12F /* of a run's logarithm, from one run to the next */
#define SLOPE_PRIOR 2.0F        /* few runs say little of it */

static const double blurs[BLURS] = {0.35, 0.7, 1.05}; /* standard deviations, modules */

#define NORMAL_STEPS 32 /* per unit */
#define NORMAL_END 4

/* The normal distribution's sum up to @x. From a table: thousands are needed to make an alphabet. */
static double normal(double x)
{
	static float table[2 * NORMAL_END * NORMAL_STEPS + 2];
	double at = CLAMP((x + NORMAL_END) * NORMAL_STEPS, 0, 2 * NORMAL_END * NORMAL_STEPS);
	unsigned whole = (unsigned)at;

	if (table[G_N_ELEMENTS(table) - 1] == 0) {
		for (unsigned i = 0; i < G_N_ELEMENTS(table); i++) {
			table[i] = (float)(erfc((NORMAL_END - (double)i / NORMAL_STEPS) * G_SQRT2 /
						   2) /
					   2);
		}
	}
	return table[whole] + (table[whole + 1] - table[whole]) * (at - whole);
}

/* How dark it is at @x: bars and spaces from @from on, spread by @blur. */
static double darkness(const double *edges, unsigned edge_count, double x, double blur)
{
	double sum = 0;

	for (unsigned i = 0; i + 1 < edge_count; i += 2) {
		sum += normal((x - edges[i]) / blur) - normal((x - edges[i + 1]) / blur);
	}
	return sum;
}

static void norm(float *values, unsigned count, size_t step)
{
	double mean = 0, square = 0;

	for (unsigned i = 0; i < count; i++) {
		mean += values[i * step];
	}
	mean /= count;
	for (unsigned i = 0; i < count; i++) {
		values[i * step] -= (float)mean;
		square += values[i * step] * values[i * step];
	}
	for (unsigned i = 0; i < count; i++) {
		values[i * step] = square > 0 ? (float)(values[i * step] / sqrt(square)) : 0;
	}
}

#define EDGES_MAX 16

void fit_add_letter(
	struct alphabet *alphabet, const double *widths, bool is_dark, double before, double after)
{
	double edges[EDGES_MAX];
	unsigned edge_count = 0;
	double at = 0;
	unsigned letter = alphabet->count++;

	/* Edges in pairs, from where it gets dark to where it gets light. */
	if (!is_dark) {
		edges[edge_count++] = -before;
	}
	edges[edge_count++] = 0;
	alphabet->runs = 0;
	for (unsigned i = 0; widths[i] > 0; i++) {
		alphabet->logs[letter][alphabet->runs++] = (float)log(widths[i]);
		at += widths[i];
		edges[edge_count++] = at;
	}
	if (edge_count % 2 == 1) {
		edges[edge_count++] = at + after;
	}
	alphabet->modules = at;
	alphabet->samples = (unsigned)MIN(lround(at * 2), LETTER_SAMPLES_MAX);
	for (unsigned blur = 0; blur < BLURS; blur++) {
		for (unsigned i = 0; i < alphabet->samples; i++) {
			double x = (i + 0.5) * at / alphabet->samples;
			alphabet->looks[blur][i][letter] =
				(float)darkness(edges, edge_count, x, blurs[blur]);
		}
		norm(&alphabet->looks[blur][0][letter], alphabet->samples, LETTERS_MAX);
	}
}

/* Samples of the line, so many as the letters have; one over their norm about their mean, 0 of an even line. */
static float take_samples(
	const float *line, int begin, int length, unsigned count, float *ret_samples)
{
	float step = (float)length / (float)count;
	float first = line[begin], sum = 0, square = 0;

	for (unsigned i = 0; i < count; i++) {
		/* A sample stands in the middle of its width. */
		float at = (float)begin + ((float)i + 0.5F) * step - 0.5F;
		int left = (int)at;
		float part = at - (float)left;
		float sample = line[left] + (line[left + 1] - line[left]) * part - first;
		ret_samples[i] = sample;
		sum += sample;
		square += sample * sample;
	}
	square -= sum * sum / (float)count;
	return square > 0 ? 1 / sqrtf(square) : 0;
}

/* Of so many letters at once. The compiler's own vectors: from loops over single letters it makes none. */
typedef float letters
	__attribute__((vector_size(LETTERS_AT_ONCE * sizeof(float)), aligned(4), may_alias));

void fit_letter_costs(const struct alphabet *alphabet, unsigned blur, const float *line, int begin,
	int length, float ret_costs[LETTERS_MAX])
{
	float samples[LETTER_SAMPLES_MAX];
	unsigned count = alphabet->samples;
	float share = take_samples(line, begin, length, count, samples);

	/* A letter's look has the mean 0, so that of the samples makes no difference. */
	for (unsigned letter = 0; letter < alphabet->count; letter += LETTERS_AT_ONCE) {
		letters alike = {0};
		for (unsigned i = 0; i < count; i++) {
			alike += samples[i] * *(const letters *)&alphabet->looks[blur][i][letter];
		}
		*(letters *)&ret_costs[letter] = 1 - alike * share;
	}
}

static float least(const float *costs, unsigned count)
{
	float best = costs[0];

	for (unsigned i = 1; i < count; i++) {
		best = MIN(best, costs[i]);
	}
	return best;
}

/* struct path - one way to cut the line up to here: where it stands, and from which it comes. */
struct path {
	int at;
	float cost;
	unsigned from;
};

/* struct paths - the best ones, each at another position, the best first. */
struct paths {
	unsigned count;
	struct path path[PATHS_MAX];
};

static void keep(struct paths *paths, struct path path)
{
	unsigned i;

	for (i = 0; i < paths->count; i++) {
		if (paths->path[i].at == path.at) {
			if (paths->path[i].cost <= path.cost) {
				return;
			}
			memmove(&paths->path[i], &paths->path[i + 1],
				(paths->count - i - 1) * sizeof path);
			paths->count--;
			break;
		}
	}
	for (i = paths->count; i > 0 && paths->path[i - 1].cost > path.cost; i--) {
		if (i < PATHS_MAX) {
			paths->path[i] = paths->path[i - 1];
		}
	}
	if (i < PATHS_MAX) {
		paths->path[i] = path;
		paths->count = MIN(paths->count + 1, PATHS_MAX);
	}
}

/* Would a path that costs so much and more not be kept? No letter costs less than nothing, but for rounding. */
static bool is_crowded_out(const struct paths *paths, float cost)
{
	return paths->count == PATHS_MAX && cost > paths->path[PATHS_MAX - 1].cost + ROUNDING;
}

static void go_on(const struct alphabet *alphabet, unsigned blur, const float *line, int count,
	const struct paths *from, struct paths *to)
{
	int length = (int)lround(alphabet->modules * GRID);
	int slack = MAX(length / SLACK_SHARE, 1);
	float costs[LETTERS_MAX];

	for (unsigned i = 0; i < from->count; i++) {
		const struct path *path = &from->path[i];
		for (int more = -slack; more <= slack; more++) {
			float least_cost = path->cost + POSITION_COST * (float)abs(more);
			if (path->at < 1 || path->at + length + more + 1 >= count ||
				is_crowded_out(to, least_cost)) {
				continue;
			}
			fit_letter_costs(alphabet, blur, line, path->at, length + more, costs);
			keep(to, (struct path){
					 .at = path->at + length + more,
					 .cost = path->cost + least(costs, alphabet->count) +
						 POSITION_COST * (float)abs(more),
					 .from = i,
				 });
		}
	}
}

bool fit_line(const struct fit_chain *chain, unsigned blur, const float *line, int count, int begin,
	struct fit *ret_fit)
{
	struct paths steps[FIT_PLACES_MAX + 1] = {0};
	unsigned best = 0;

	for (int shift = -GRID; shift <= GRID; shift++) {
		keep(&steps[0], (struct path){.at = begin + shift, .cost = 0});
	}
	for (unsigned place = 0; place < chain->count; place++) {
		go_on(chain->places[place], blur, line, count, &steps[place], &steps[place + 1]);
		if (steps[place + 1].count == 0 ||
			(place >= 2 &&
				steps[place + 1].path[0].cost > HOPELESS * (float)(place + 1))) {
			return false;
		}
	}
	ret_fit->cost = steps[chain->count].path[0].cost / (float)chain->count;
	for (unsigned place = chain->count; place > 0; place--) {
		const struct path *path = &steps[place].path[best];
		ret_fit->begins[place] = path->at;
		best = path->from;
	}
	ret_fit->begins[0] = steps[0].path[best].at;
	for (unsigned place = 0; place < chain->count; place++) {
		fit_letter_costs(chain->places[place], blur, line, ret_fit->begins[place],
			ret_fit->begins[place + 1] - ret_fit->begins[place], ret_fit->costs[place]);
	}
	return true;
}

/*
 * How far the widths are from the letter's, as logarithms: what is left when all of it is stretched evenly, and one end more
 * than the other, as folds and a label seen askew do. 0 is perfect.
 */
static float distance(const float *logs, const float *expected, unsigned count)
{
	float sum = 0, slope = 0, spread = 0, square = 0;

	for (unsigned i = 0; i < count; i++) {
		sum += logs[i] - expected[i];
	}
	for (unsigned i = 0; i < count; i++) {
		float at = (float)i - (float)(count - 1) / 2;
		float off = logs[i] - expected[i] - sum / (float)count;
		slope += at * off;
		spread += at * at;
	}
	slope = CLAMP(slope / (spread + SLOPE_PRIOR), -SLOPE_OF_RUNS_MAX, SLOPE_OF_RUNS_MAX);
	for (unsigned i = 0; i < count; i++) {
		float at = (float)i - (float)(count - 1) / 2;
		float off = logs[i] - expected[i] - sum / (float)count - slope * at;
		square += off * off;
	}
	return fminf(square / (float)count * RUNS_COST, 1);
}

bool fit_runs(
	const struct fit_chain *chain, const float *widths, unsigned count, struct fit *ret_fit)
{
	unsigned at = 0;

	ret_fit->cost = 0;
	for (unsigned place = 0; place < chain->count; place++) {
		const struct alphabet *alphabet = chain->places[place];
		bool is_last = place + 1 == chain->count;
		unsigned runs = is_last && at + alphabet->runs == count + 1 ? alphabet->runs - 1
									    : alphabet->runs;
		float logs[LETTER_RUNS_MAX];
		if (at + runs > count) {
			return false;
		}
		for (unsigned i = 0; i < runs; i++) {
			logs[i] = logf(fmaxf(widths[at + i], FLT_MIN));
		}
		for (unsigned letter = 0; letter < alphabet->count; letter++) {
			ret_fit->costs[place][letter] =
				distance(logs, alphabet->logs[letter], runs);
		}
		ret_fit->cost +=
			least(ret_fit->costs[place], alphabet->count) / (float)chain->count;
		at += runs;
	}
	return at == count;
}
