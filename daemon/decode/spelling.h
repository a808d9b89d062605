#ifndef HOSO_DECODE_SPELLING_H
#define HOSO_DECODE_SPELLING_H

#include <stdbool.h>

#include "decode/barcode.h"
#include "decode/fit.h"

/*
 * Which words can a chain of letters be? Of all that the symbology allows (check characters right),
 * the cheapest, and how much dearer the next one is: the larger that lead, the surer the word.
 */

#define WORD_LETTERS_MAX 80 /* of the text */

/**
 * struct word - @cost: the sum of its letters' costs. @worst: the greatest of them. @lead: what the
 * next best word costs more. @is_foreign: it has letters beyond ASCII, and no text.
 */
struct word {
	float cost;
	float worst;
	float lead;
	bool is_gs1;
	bool is_foreign;
	unsigned length;
	char text[WORD_LETTERS_MAX + 1];
};

/* The alphabets, in the order of the letters that the functions below expect. */
void spelling_make_code_128(struct alphabet *start, struct alphabet *data, struct alphabet *stop);
void spelling_make_code_39(struct alphabet *star, struct alphabet *data, double wide);
void spelling_make_itf(
	struct alphabet *start, struct alphabet *pairs, struct alphabet *stop, double wide);
void spelling_make_ean(struct alphabet *guard, struct alphabet *left, struct alphabet *middle,
	struct alphabet *right);

#define EAN_HALF 6 /* digits */
#define EAN_DIGIT_RUNS 4
#define EAN_OUTER_RUNS 3
#define EAN_MIDDLE_RUNS 5
#define EAN_RUNS (2 * EAN_OUTER_RUNS + EAN_MIDDLE_RUNS + 2 * EAN_HALF * EAN_DIGIT_RUNS)

/** spelling_ean_runs() - the widths of the bars and spaces of these 13 digits, from guard to guard, in modules. */
void spelling_ean_runs(const char *text, double ret_widths[EAN_RUNS]);

/* The best word of a fit; false when it has none. */
bool spelling_code_128(const struct fit_chain *chain, const struct fit *fit, struct word *ret_word);
bool spelling_code_39(const struct fit_chain *chain, const struct fit *fit, struct word *ret_word);
bool spelling_itf(const struct fit_chain *chain, const struct fit *fit, struct word *ret_word);
bool spelling_ean(const struct fit_chain *chain, const struct fit *fit, struct word *ret_word);

#endif
