#ifndef HOSO_DECODE_AREAS_H
#define HOSO_DECODE_AREAS_H

#include <stdbool.h>

#include "decode/bars.h"
#include "decode/finds.h"
#include "decode/patches.h"
#include "decode/stripes.h"

/*
 * The parts of a picture where codes may stand, looked at closely. A part is small, so much can be
 * tried there in the time that one look at the whole picture takes.
 */

/**
 * struct areas - @stripes are in pixels of the picture as given, @patches in those of the work.
 * @picture: as given; @work: the same, perhaps shrunk. Neither is owned.
 * @scale:   pixels of @picture per pixel of @work.
 * @deadline_ms: on this thread's clock_cpu_ms(); no area is begun after it.
 * @has_finders: something like the squares of a QR code was seen in a patch, or none was looked for.
 */
struct areas {
	const struct grey *picture;
	const struct grey *work;
	double scale;
	int64_t deadline_ms;
	bool has_finders;
	unsigned stripes_count, patches_count;
	struct stripes stripes[STRIPES_MAX];
	bool is_doubted[STRIPES_MAX];
	struct patch patches[PATCHES_MAX];
};

void areas_find(struct areas *areas, const struct grey *work, const struct grey *picture);

enum strip_look { STRIP_PLAIN, STRIP_SHARP, STRIP_SHARPER, STRIP_BLACK, STRIP_INVERTED };

/* The functions below return false when there is no area of their kind. */

/** areas_scan_strips() - each area of stripes upright, as few rows of many lines each. */
bool areas_scan_strips(const struct areas *areas, struct finds *finds, enum strip_look look);

/** areas_compare() - those in which nothing is believed yet, by comparison (bars.h). */
bool areas_compare(const struct areas *areas, const struct bars *bars, struct finds *finds);

/** areas_scan_unfolded() - those in which nothing is believed yet, with their folds taken out (unfold.h). */
bool areas_scan_unfolded(const struct areas *areas, const struct bars *bars, struct finds *finds);

/** areas_doubt() - those in which what is believed may have been read with letters left out; each once. */
void areas_doubt(struct areas *areas, const struct bars *bars, struct finds *finds);

/** areas_scan_patches() - those in which nothing is believed yet, enlarged and sharpened, for QR codes. @invert: those
 * that are light on dark, instead. */
bool areas_scan_patches(const struct areas *areas, struct finds *finds, bool invert);

/** areas_are_explained() - does a believed code stand wherever strong stripes are, and in every patch? */
bool areas_are_explained(const struct areas *areas, const struct finds *finds, bool with_patches);

/** areas_are_late() - is the time over in which anything may be begun? */
bool areas_are_late(const struct areas *areas);

/** areas_cover_patch() - is something believed to stand there? */
bool areas_cover_patch(
	const struct areas *areas, const struct finds *finds, const struct patch *patch);

/** areas_enlarge() - a patch from the picture as given, as long as that is no work; doubled until it has more
 * pixels than these, so that its modules are large. */
struct grey areas_enlarge(const struct areas *areas, const struct patch *patch, size_t pixels);

#endif
