#ifndef HOSO_DECODE_LADDER_H
#define HOSO_DECODE_LADDER_H

#include <stdbool.h>

#include "decode/finds.h"
#include "decode/scanner.h"
#include "decode/retouch.h"

/*
 * The attempts on one picture, cheap and likely ones first. ZBar looks along rows and columns; what
 * it lacks is arbitrary rotation, local contrast, sharpening, and averaging along the bars. Each
 * rung makes one such picture and scans it.
 */

/**
 * struct ladder - one picture on its way up.
 * @picture:    as given; not owned.
 * @work:       the same, shrunk to LADDER_WORK_SIDE: what most rungs begin with.
 * @work_scale: pixels of @picture per pixel of @work.
 * @angles:     across the strongest stripes; known once @angles_known.
 */
struct ladder {
	struct scanner *scanner;
	struct finds *finds;
	const struct grey *picture;
	struct grey work;
	double work_scale;
	double angles[RETOUCH_DIRECTIONS_MAX];
	unsigned angle_count;
	bool angles_known;
};

#define LADDER_WORK_SIDE                                                                           \
	1200 /* pixels; a label that fills a third of the picture keeps 2 per module */

void ladder_init(struct ladder *ladder, struct scanner *scanner, const struct grey *picture,
	struct finds *finds);
void ladder_done(struct ladder *ladder);

/** ladder_rungs() - how many attempts there are. */
unsigned ladder_rungs(void);

/** ladder_climb() - make attempt @rung; false when it is not one for this picture (then it cost
 * nothing). */
bool ladder_climb(struct ladder *ladder, unsigned rung);

#endif
