#ifndef HOSO_DECODE_BARS_H
#define HOSO_DECODE_BARS_H

#include <stdint.h>

#include "decode/spelling.h"

/*
 * Reads bar codes from single lines across the bars by comparison (fit.h): what is too blurred,
 * too faint or too noisy for ZBar, which looks for edges. It is slow, so it is for lines of which
 * something is expected, and it always finds something: how good it is must be judged.
 */

#define BARS_READS_MAX 4

/**
 * struct bars_read - the best word of one symbology in one line.
 * @from, @to: columns.
 * @cost:      mean over the letters, 0 is perfect, 1 is chance.
 * @worst:     of its letters.
 * @lead:      how much dearer the next best word is, in letters.
 * @is_foreign: it has letters beyond ASCII, and no text: who reads one here has left them out.
 */
struct bars_read {
	enum symbology symbology;
	double from, to;
	float cost;
	float worst;
	float lead;
	bool is_gs1;
	bool is_foreign;
	unsigned length;
	char text[WORD_LETTERS_MAX + 1];
};

struct bars;

struct bars *bars_new(void);
void bars_free(struct bars *bars);

/** bars_read_line() - at most one read of each symbology. Returns how many. */
unsigned bars_read_line(const struct bars *bars, const uint8_t *line, unsigned count,
	struct bars_read ret_reads[BARS_READS_MAX]);

/**
 * bars_read_edges() - the same of a line whose edges are all known: columns from the first bar's beginning to the last
 * one's end, in either direction.
 */
unsigned bars_read_edges(const struct bars *bars, const float *edges, unsigned count,
	struct bars_read ret_reads[BARS_READS_MAX]);

#endif
