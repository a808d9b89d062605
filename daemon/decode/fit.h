#ifndef HOSO_DECODE_FIT_H
#define HOSO_DECODE_FIT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Bars read by comparison. A line across the bars is cut into letters so that each looks as much as
 * possible like one of its alphabet's, blurred as the line is: so bars can be read that run into
 * each other, where no edge can be found any more. Lengths are in modules, the narrowest bar's
 * width; a line is given with GRID samples per module.
 */

#define GRID 4
#define BLURS 3         /* how blurred letters are tried */
#define LETTERS_MAX 112 /* a multiple of LETTERS_AT_ONCE */
#define LETTERS_AT_ONCE 16
#define LETTER_SAMPLES_MAX 40
#define LETTER_RUNS_MAX 10
#define FIT_PLACES_MAX 48 /* letters of one code */

/**
 * struct alphabet - the letters that may stand at one place, all of the same length.
 * @looks: [blur][sample][letter]; of each letter mean 0 and norm 1.
 * @runs:  bars and spaces of a letter; @logs: [letter][run], the logarithms of their widths in modules.
 */
struct alphabet {
	unsigned count;
	double modules;
	unsigned samples;
	float looks[BLURS][LETTER_SAMPLES_MAX][LETTERS_MAX];
	unsigned runs;
	float logs[LETTERS_MAX][LETTER_RUNS_MAX];
};

/**
 * fit_add_letter() - one more letter.
 * @widths:     of its bars and spaces, modules; 0 ends them.
 * @is_dark:    is the first a bar?
 * @before, @after: what stands beside it is at least so wide (modules) of the other colour.
 */
void fit_add_letter(
	struct alphabet *alphabet, const double *widths, bool is_dark, double before, double after);

/** struct fit_chain - alphabets in the order in which their letters stand. */
struct fit_chain {
	unsigned count;
	const struct alphabet *places[FIT_PLACES_MAX];
};

/**
 * struct fit - how a line was cut.
 * @cost:   the mean over the letters of 1 - correlation: 0 is perfect.
 * @costs:  [place][letter], for whoever knows which words are possible.
 * @begins: samples; [count] is the end.
 */
struct fit {
	float cost;
	float costs[FIT_PLACES_MAX][LETTERS_MAX];
	int begins[FIT_PLACES_MAX + 1];
};

/**
 * fit_line() - the best cut.
 * @line:  @count samples, dark is high; the first letter begins at @begin, more or less.
 *
 * False when the line is too short for it, or looks like nothing of the kind.
 */
bool fit_line(const struct fit_chain *chain, unsigned blur, const float *line, int count, int begin,
	struct fit *ret_fit);

/** fit_letter_costs() - the costs of all letters, for samples [begin, begin + length). */
void fit_letter_costs(const struct alphabet *alphabet, unsigned blur, const float *line, int begin,
	int length, float ret_costs[LETTERS_MAX]);

/**
 * fit_runs() - the same of a line whose edges are all known: the letters are cut there, and compared by the widths of
 * their bars and spaces. Each letter may be stretched as a whole, and from one end to the other.
 *
 * @widths: @count of them, of any unit, the first a bar's; the last letter's gap may be missing.
 *
 * False when they are not as many as the chain has.
 */
bool fit_runs(
	const struct fit_chain *chain, const float *widths, unsigned count, struct fit *ret_fit);

#endif
