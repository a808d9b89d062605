#ifndef HOSO_DECODE_LADDER_H
#define HOSO_DECODE_LADDER_H

#include <stdbool.h>

#include "decode/areas.h"
#include "decode/retouch.h"

/*
 * The attempts on one picture, those first that read most for their time. ZBar looks along rows and
 * columns; what it lacks is arbitrary rotation, local contrast, sharpening, and averaging along the
 * bars. Each rung makes one such picture, or one of each part that looks like a code, and scans it.
 */

/**
 * struct ladder - one picture on its way up.
 * @picture: as given; not owned.
 * @work:    the same, shrunk to LADDER_WORK_SIDE: where areas are looked for.
 * @small:   the same, shrunk to LADDER_SMALL_SIDE: for rungs that look at all of it in many ways.
 * @deadline_ms: on this thread's clock_cpu_ms(); nothing is begun after it.
 * @angles:  across the strongest stripes of @small; known once @angles_known.
 */
struct ladder {
	const struct bars *bars;
	struct finds *finds;
	const struct grey *picture;
	struct grey work, small;
	struct areas areas;
	bool areas_known;
	int64_t deadline_ms;
	double angles[RETOUCH_DIRECTIONS_MAX];
	unsigned angle_count;
	bool angles_known;
};

#define LADDER_WORK_SIDE                                                                           \
	1200 /* pixels; a label that fills a third of the picture keeps 2 per module */
#define LADDER_SMALL_SIDE 640 /* pixels */

#define LADDER_QUICK 2     /* rungs that every frame of a camera gets */
#define LADDER_CLOSE 3     /* rungs that look closely at what may be a code */
#define LADDER_AS_IS 3     /* the rung that looks at all of the picture, untouched */
#define LADDER_ONCE 4      /* rungs after which everything was looked at once */
#define LADDER_USUAL 7     /* rungs that every picture gets */
#define LADDER_THOROUGH 14 /* rungs for pictures in which something may still be found */

void ladder_init(struct ladder *ladder, const struct bars *bars, const struct grey *picture,
	struct finds *finds, int64_t deadline_ms);
void ladder_done(struct ladder *ladder);

/** ladder_rungs() - how many attempts there are. */
unsigned ladder_rungs(void);

/** ladder_is_empty() - is there nothing in it like bars, or like the squares of a QR code? */
bool ladder_is_empty(const struct ladder *ladder);

/** ladder_doubt() - take back what was read with letters left out, where that can be told. */
void ladder_doubt(struct ladder *ladder);

/** ladder_is_explained() - does a believed code stand wherever strong stripes are, and in every patch? */
bool ladder_is_explained(const struct ladder *ladder, bool with_patches);

/** ladder_climb() - make attempt @rung; false when it is not one for this picture (then it cost
 * nothing). */
bool ladder_climb(struct ladder *ladder, unsigned rung);

#endif
