#ifndef HOSO_DECODE_UNFOLD_H
#define HOSO_DECODE_UNFOLD_H

#include <stdbool.h>

#include "decode/stripes.h"

/*
 * Folds move the bars of a crumpled label to and fro, in each line otherwise. Followed from line to line, an edge is, on the
 * average, near to where it was printed; in no single line are all of them.
 */

#define UNFOLD_EDGES_MAX 512
#define UNFOLD_ROWS 3 /* each the mean of every third line, from the whole height */

/**
 * struct unfolded - @at: of each row, where edges are on the average, pixels across from the middle of the stripes.
 * @from, @to: what was looked at, in the same way.
 */
struct unfolded {
	float from, to;
	unsigned count;
	bool begins_dark; /* the first edge is a bar's beginning */
	float at[UNFOLD_ROWS][UNFOLD_EDGES_MAX];
};

/** unfold() - false when the edges cannot be followed. */
bool unfold(
	const struct grey *picture, const struct stripes *stripes, struct unfolded *ret_unfolded);

#endif
