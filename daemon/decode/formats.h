#ifndef HOSO_DECODE_FORMATS_H
#define HOSO_DECODE_FORMATS_H

#include "decode/bars.h"

/* What bar codes are made of: letters of their alphabets, one after the other. */

/*
 * struct format - a symbology with one ratio of wide to narrow: the first letter, some of @data, the
 * last. @middle is EAN's only. @tail: modules of the last letter that are its gap, beyond the code.
 */
struct format {
	enum symbology symbology;
	const struct alphabet *first, *data, *last;
	const struct alphabet *middle, *right;
	unsigned data_min, data_max;
	unsigned data_edges, other_edges; /* of one letter; of the rest */
	bool needs_quiet;
	double tail;
	bool (*word)(const struct fit_chain *, const struct fit *, struct word *);
};

#define RATIOS 3
#define FORMATS (2 + 2 * RATIOS)

struct bars {
	struct alphabet code_128[3];
	struct alphabet code_39[RATIOS][2];
	struct alphabet itf[RATIOS][3];
	struct alphabet ean[4];
	struct format formats[FORMATS];
};

/** format_chain() - the alphabets of a code with @data letters between its first and its last. */
void format_chain(const struct format *format, unsigned data, struct fit_chain *ret_chain);

#endif
