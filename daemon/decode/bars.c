#include "decode/bars.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#include "base/attr.h"
#include "decode/formats.h"

#define ENDS_MAX 6 /* places where a code may begin, or end */
#define RUNS_MAX 1024
#define EDGES_MIN 16
#define CONTRAST_SHARE 0.3 /* of the line's mean deviation; a smaller change is no edge */
#define QUIET_RUNS 1.7     /* a quiet zone is so many times as long as a usual run */
#define MODULE_MIN 1.6     /* columns */
#define GUESSES_USUAL 3    /* that are looked at closely, per format */
#define GUESSES_MAX 4      /* of EAN, whose ends say little; it is short */
#define PAD (3 * GRID)     /* samples of the line beyond both ends */
#define SAMPLES_MAX 4096
#define ENDS_COST_MAX 0.2F /* first and last letter, mean */
#define ENDS_COST_GOOD 0.06F
#define GUARD_COST_MAX 0.45F /* an EAN's: blurred, three modules are soon unlike themselves */
#define TILTED_ENDS 1        /* inner ends are not tried for it */
#define TILT_COST 0.2F       /* a flat one is more likely */
#define EDGES_LOST 0.27      /* blur may take so many of the edges that should be there */
#define EDGES_MORE 1.08      /* noise may add some */
#define QUIET_MODULES 4      /* beside a code that has no check of its own */
#define CODE_RUNS_MAX 400    /* bars and spaces of the longest code */
#define FIT_GOOD 0.015F      /* no other blur need be tried … */
#define FIT_BAD 0.14F /* … nor would it help, and no word of such letters is worth anything */
#define SURE_COST 0.04F
#define SURE_LEAD 0.25F

static const unsigned blur_order[BLURS] = {1, 0, 2};
static const double tilts[] = {0, 0.07, -0.07, 0.14, -0.14};
/* struct line - a line across bars: @sums[i] is how dark the first i columns are together. */
struct line {
	unsigned count;
	double *sums;
};

/* @at: within the line. */
static double sum_to(const struct line *line, double at)
{
	int whole = MIN((int)at, (int)line->count - 1);

	return line->sums[whole] + (line->sums[whole + 1] - line->sums[whole]) * (at - whole);
}

static double mean_of(const struct line *line, double from, double to)
{
	double left = CLAMP(from, 0, (double)line->count - 1);
	double right = CLAMP(to, left + 1, (double)line->count);

	return (sum_to(line, right) - sum_to(line, left)) / (right - left);
}

/* struct ends - columns where a code may begin, and where it may end, the outermost first. */
struct end {
	double at;
	double quiet;  /* columns without an edge beside it */
	unsigned edge; /* how many edges lie left of it */
};

struct ends {
	unsigned begin_count, finish_count;
	struct end begin[ENDS_MAX], finish[ENDS_MAX];
};

static int rising(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right ? 1 : 0;
}

static double above_mean(const struct line *line, unsigned x)
{
	double window = line->count / 16.0 + 6;

	return line->sums[x + 1] - line->sums[x] - mean_of(line, x - window, x + window);
}

/* Columns where it turns dark, light, dark … against the mean around. Returns how many; odd ones
 * turn light. */
static unsigned find_edges(const struct line *line, double ret_edges[RUNS_MAX])
{
	double square = 0, least, last = 0;
	unsigned count = 0;

	for (unsigned x = 0; x < line->count; x++) {
		double above = above_mean(line, x);
		square += above * above;
	}
	least = sqrt(square / line->count) * CONTRAST_SHARE;
	for (unsigned x = 0; x < line->count && count < RUNS_MAX; x++) {
		double above = above_mean(line, x);
		bool is_dark = count % 2 == 1;
		/* It has turned when it is clearly on the other side; where it did is in between. */
		if (is_dark ? above < -least : above > least) {
			double part = above - last != 0 ? above / (above - last) : 0;
			ret_edges[count++] = x + 0.5 - CLAMP(part, 0, 1);
		}
		last = above;
	}
	return count;
}

static void find_ends(const struct line *line, struct ends *ret_ends)
{
	double edges[RUNS_MAX], lengths[RUNS_MAX];
	unsigned count = find_edges(line, edges);
	double quiet;

	*ret_ends = (struct ends){0};
	if (count < EDGES_MIN) {
		return;
	}
	for (unsigned i = 0; i + 1 < count; i++) {
		lengths[i] = edges[i + 1] - edges[i];
	}
	qsort(lengths, count - 1, sizeof *lengths, rising);
	quiet = lengths[(count - 1) / 2] * QUIET_RUNS;
	for (unsigned i = 0; i < count && ret_ends->begin_count < ENDS_MAX; i += 2) {
		double light = edges[i] - (i > 0 ? edges[i - 1] : 0);
		if (i == 0 || light >= quiet) {
			ret_ends->begin[ret_ends->begin_count++] = (struct end){edges[i], light, i};
		}
	}
	for (unsigned i = count / 2 * 2; i >= 2 && ret_ends->finish_count < ENDS_MAX; i -= 2) {
		double light = (i < count ? edges[i] : line->count) - edges[i - 1];
		if (i >= count || light >= quiet) {
			ret_ends->finish[ret_ends->finish_count++] =
				(struct end){edges[i - 1], light, i};
		}
	}
}

/* struct guess - a code of @data letters from @from to @to; @to is left of @from when it stands on
 * its head. @tilt: modules get smaller from (1 + tilt) / (1 - tilt) to the inverse, as on a label that goes
 * away from the camera. @cost: of its first and last letter. */
struct guess {
	double from, to;
	double tilt;
	unsigned data;
	float cost;
};

static double modules_of(const struct format *format, unsigned data)
{
	double modules = format->first->modules + format->last->modules - format->tail;

	if (format->middle) {
		return modules + 6 * format->data->modules + format->middle->modules +
		       6 * format->right->modules;
	}
	return modules + data * format->data->modules;
}

/* The column so far on in the guess, as a share of it. */
static double column_of(const struct guess *guess, double share)
{
	double seen = guess->tilt == 0
			      ? share
			      : share * (1 + guess->tilt) / (1 + guess->tilt * (2 * share - 1));

	return guess->from + (guess->to - guess->from) * seen;
}

/* The same of a flat one that lies within the line, one sample where the other ended. */
static void sample_flat(
	const struct line *line, double from, double step, int count, float *ret_samples)
{
	double share = 1 / step, before = sum_to(line, from);

	for (int i = 0; i < count; i++) {
		double next = sum_to(line, from + (i + 1) * step);
		ret_samples[i] = (float)((next - before) * share);
		before = next;
	}
}

static bool is_in(const struct line *line, double column)
{
	return column >= 0 && column <= line->count;
}

/* The line from sample @first on, counted from where the guess begins. */
static void sample(const struct line *line, const struct guess *guess, double modules, int first,
	int count, float *ret_samples)
{
	double each = 1 / (modules * GRID);
	double step = (guess->to - guess->from) * each;
	double half = fmax(fabs(step), 1) / 2;
	double share = 1 / (2 * half);
	double to = column_of(guess, first * each);

	if (guess->tilt == 0 && fabs(step) >= 1 && is_in(line, to) &&
		is_in(line, to + step * count)) {
		sample_flat(line, to, step, count, ret_samples);
		return;
	}
	for (int i = 0; i < count; i++) {
		double from = to, left, right;
		to = column_of(guess, (first + i + 1) * each);
		left = (from + to) / 2 - half;
		right = (from + to) / 2 + half;
		ret_samples[i] =
			(float)(left >= 0 && right <= line->count
					? (sum_to(line, right) - sum_to(line, left)) * share
					: mean_of(line, left, right));
	}
}

/* How much does the letter at sample @at look like one of @alphabet? A little to and fro is tried. */
static float compare_end(const struct line *line, const struct guess *guess, double modules,
	const struct alphabet *alphabet, int at)
{
	float samples[LETTER_SAMPLES_MAX * GRID];
	float costs[LETTERS_MAX];
	float best = 2;
	int length = (int)lround(alphabet->modules * GRID);

	sample(line, guess, modules, at - GRID, length + 2 * GRID + 2, samples);
	for (int shift = GRID - 2; shift <= GRID + 2; shift += 2) {
		fit_letter_costs(alphabet, 1, samples, shift, length, costs);
		for (unsigned i = 0; i < alphabet->count; i++) {
			best = MIN(best, costs[i]);
		}
	}
	return best;
}

static void keep_guess(
	struct guess guesses[GUESSES_MAX], unsigned most, unsigned *count, struct guess guess)
{
	unsigned i = MIN(*count, most - 1);

	if (*count == most && guesses[i].cost <= guess.cost) {
		return;
	}
	for (; i > 0 && guesses[i - 1].cost > guess.cost; i--) {
		guesses[i] = guesses[i - 1];
	}
	guesses[i] = guess;
	*count = MIN(*count + 1, most);
}

/* The same of an EAN's middle, which says where its modules get smaller. */
static float compare_middle(
	const struct line *line, const struct guess *guess, const struct format *format)
{
	double at = format->first->modules + 6 * format->data->modules;

	return compare_end(line, guess, modules_of(format, guess->data), format->middle,
		(int)lround(at * GRID));
}

static void try_guess(const struct line *line, const struct format *format, struct guess guess,
	struct guess guesses[GUESSES_MAX], unsigned *count)
{
	double modules = modules_of(format, guess.data);
	float cost_max = format->middle ? GUARD_COST_MAX : ENDS_COST_MAX;
	int last = (int)lround((modules + format->tail - format->last->modules) * GRID);
	unsigned most = format->middle ? GUESSES_MAX : GUESSES_USUAL;

	if (fabs(guess.to - guess.from) < modules * MODULE_MIN) {
		return;
	}
	guess.cost = compare_end(line, &guess, modules, format->first, 0) / 2;
	if (guess.cost > cost_max ||
		(*count == most && guess.cost * 2 / 3 >= guesses[most - 1].cost)) {
		return; /* whatever the other end is like */
	}
	guess.cost += compare_end(line, &guess, modules, format->last, last) / 2;
	if (format->middle) {
		guess.cost = (2 * guess.cost + compare_middle(line, &guess, format)) / 3;
	}
	guess.cost += (float)fabs(guess.tilt) * TILT_COST;
	if (guess.cost <= cost_max) {
		keep_guess(guesses, most, count, guess);
	}
}

static void guess_between(const struct line *line, const struct format *format,
	const struct end *begin, const struct end *finish, double tilt,
	struct guess guesses[GUESSES_MAX], unsigned *count)
{
	double edges = finish->edge - begin->edge;
	double quiet = fmin(begin->quiet, finish->quiet);

	for (unsigned data = format->data_min; data <= format->data_max; data++) {
		double expected = data * format->data_edges + format->other_edges;
		double module = (finish->at - begin->at) / modules_of(format, data);
		if (edges < expected * EDGES_LOST || edges > expected * EDGES_MORE ||
			(format->needs_quiet && quiet < module * QUIET_MODULES)) {
			continue;
		}
		try_guess(line, format, (struct guess){begin->at, finish->at, tilt, data, 0},
			guesses, count);
		try_guess(line, format, (struct guess){finish->at, begin->at, tilt, data, 0},
			guesses, count);
	}
}

/* First as if they lay flat, and only when nothing begins and ends well like that, as if they did not. */
static unsigned guess_all(const struct line *line, const struct ends *ends,
	const struct format *format, struct guess guesses[GUESSES_MAX])
{
	unsigned count = 0;

	for (unsigned tilt = 0; tilt < ARRAY_SIZE(tilts); tilt++) {
		for (unsigned i = 0; i < ends->begin_count; i++) {
			for (unsigned j = 0; j < ends->finish_count; j++) {
				bool is_tried = tilt == 0 || i + j <= TILTED_ENDS;
				if (is_tried && ends->finish[j].edge > ends->begin[i].edge) {
					guess_between(line, format, &ends->begin[i],
						&ends->finish[j], tilts[tilt], guesses, &count);
				}
			}
		}
		if (tilt == 0 && count > 0 && guesses[0].cost <= ENDS_COST_GOOD) {
			break;
		}
	}
	return count;
}

static bool word_of(const struct format *format, const struct fit_chain *chain,
	const struct fit *fit, double from, double to, struct bars_read *ret_read)
{
	struct word word;

	if (!format->word(chain, fit, &word)) {
		return false;
	}
	*ret_read = (struct bars_read){
		.symbology = format->symbology,
		.from = fmin(from, to),
		.to = fmax(from, to),
		.cost = word.cost / (float)chain->count,
		.worst = word.worst,
		.lead = word.lead,
		.is_gs1 = word.is_gs1,
		.is_foreign = word.is_foreign,
		.length = word.length,
	};
	memcpy(ret_read->text, word.text, sizeof word.text);
	return true;
}

static bool read_guess(const struct line *line, const struct format *format,
	const struct guess *guess, struct bars_read *ret_read)
{
	double modules = modules_of(format, guess->data);
	int count = (int)lround((modules + format->tail) * GRID) + 2 * PAD;
	g_autofree struct fit *fits = g_new(struct fit, 2);
	struct fit *fit = &fits[0], *best = &fits[1];
	float samples[SAMPLES_MAX];
	struct fit_chain chain;

	if (count > SAMPLES_MAX) {
		return false;
	}
	format_chain(format, guess->data, &chain);
	sample(line, guess, modules, -PAD, count, samples);
	best->cost = 2;
	for (unsigned i = 0; i < BLURS && best->cost > FIT_GOOD; i++) {
		unsigned blur = blur_order[i];
		if (i > 1 && best->cost > FIT_BAD) {
			break;
		}
		if (fit_line(&chain, blur, samples, count, PAD, fit) && fit->cost < best->cost) {
			struct fit *other = best;
			best = fit;
			fit = other;
		}
	}
	return best->cost <= FIT_BAD &&
	       word_of(format, &chain, best, guess->from, guess->to, ret_read);
}

static void keep_read(
	struct bars_read reads[BARS_READS_MAX], unsigned *count, const struct bars_read *read)
{
	for (unsigned i = 0; i < *count; i++) {
		if (reads[i].symbology == read->symbology) {
			if (read->cost < reads[i].cost) {
				reads[i] = *read;
			}
			return;
		}
	}
	reads[(*count)++] = *read;
}

/* Nothing else needs to be looked for in this line. */
static bool is_sure(const struct bars_read *reads, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (reads[i].cost < SURE_COST && reads[i].lead > SURE_LEAD) {
			return true;
		}
	}
	return false;
}

unsigned bars_read_line(const struct bars *bars, const uint8_t *row, unsigned count,
	struct bars_read ret_reads[BARS_READS_MAX])
{
	g_autofree double *sums = g_new0(double, count + 1);
	struct line line = {count, sums};
	struct ends ends;
	unsigned read_count = 0;

	for (unsigned x = 0; x < count; x++) {
		sums[x + 1] = sums[x] + 255 - row[x];
	}
	find_ends(&line, &ends);
	for (unsigned i = 0; i < FORMATS && !is_sure(ret_reads, read_count); i++) {
		struct guess guesses[GUESSES_MAX];
		struct bars_read read;
		unsigned guess_count = guess_all(&line, &ends, &bars->formats[i], guesses);
		for (unsigned j = 0; j < guess_count; j++) {
			if (read_guess(&line, &bars->formats[i], &guesses[j], &read)) {
				keep_read(ret_reads, &read_count, &read);
			}
		}
	}
	return read_count;
}

/* How many letters of data so many runs hold; false when no whole number of them. */
static bool data_of(const struct format *format, unsigned runs, unsigned *ret_data)
{
	unsigned rest = format->first->runs + format->last->runs +
			(format->middle ? format->middle->runs : 0) - (format->tail > 0 ? 1 : 0);
	unsigned each = format->data->runs;

	if (runs < rest || (runs - rest) % each != 0) {
		return false;
	}
	*ret_data = (runs - rest) / each;
	return *ret_data >= format->data_min && *ret_data <= format->data_max;
}

unsigned bars_read_edges(const struct bars *bars, const float *edges, unsigned count,
	struct bars_read ret_reads[BARS_READS_MAX])
{
	g_autofree struct fit *fit = g_new(struct fit, 1);
	unsigned runs = count - 1, read_count = 0, data;
	float widths[CODE_RUNS_MAX];

	for (unsigned i = 0; i < 2 * FORMATS && count > 1 && runs <= CODE_RUNS_MAX; i++) {
		const struct format *format = &bars->formats[i / 2];
		struct fit_chain chain;
		struct bars_read read;
		if (!data_of(format, runs, &data)) {
			continue;
		}
		for (unsigned run = 0; run < runs; run++) {
			unsigned from = i % 2 == 0 ? run : runs - 1 - run;
			widths[run] = edges[from + 1] - edges[from];
		}
		format_chain(format, data, &chain);
		if (fit_runs(&chain, widths, runs, fit) &&
			word_of(format, &chain, fit, edges[0], edges[runs], &read)) {
			keep_read(ret_reads, &read_count, &read);
		}
	}
	return read_count;
}
