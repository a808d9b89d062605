#ifndef HOSO_DECODE_FINDS_H
#define HOSO_DECODE_FINDS_H

#include <stdbool.h>

#include "decode/barcode.h"
#include "decode/place.h"

/*
 * What several attempts on one picture have seen, and which of it is believed. Limits were set on
 * the wrong reads of a thousand public pictures:
 *
 *   QR       has its own error correction: believed.
 *   Code 128 two lines agree: its check character lets one in a hundred misreads pass.
 *   Code 39  the same, and BARCODE_LENGTH_MIN characters.
 *   ITF      its ends seen, twenty lines, and two attempts or a right check digit; with both, eight lines: any
 * even number of its digits is a code, and ZBar does not look closely where it ends.
 *   EAN-13   two attempts, twelve lines.
 *
 * The same bars have one text. Of two texts read from them the one with several times the evidence is
 * believed, else the one that is an item or dossier code, else neither. A bar code that is a piece of a
 * longer one of its kind is a short read of it, and is dropped.
 */

#define FINDS_MAX (2 * PICTURE_CODES_MAX) /* candidates: the codes, and as many misreads */
#define FIND_PLACES_MAX 3                 /* of the same text; labels repeat their codes */

/** struct find_place - @quality: the evidence for the text from here. */
struct find_place {
	struct place place;
	unsigned quality;
};

/**
 * struct find - one text of one symbology.
 * @lines:  that were read one by one; those of the barcode's quality may be worth more.
 * @is_ended: in one sighting at least.
 * @places: of bars only.
 */
struct find {
	struct barcode barcode;
	unsigned lines;
	bool is_ended;
	unsigned attempts;
	unsigned last_attempt;
	unsigned place_count;
	struct find_place places[FIND_PLACES_MAX];
};

/** struct finds - large (a megabyte): from the heap, zeroed. */
struct finds {
	unsigned attempt;
	unsigned count;
	struct find find[FINDS_MAX];
	unsigned veto_count;
	struct place vetoes[PICTURE_CODES_MAX];
};

/** finds_begin_attempt() - what is added from now on comes from another attempt. */
void finds_begin_attempt(struct finds *finds);

/**
 * struct evidence - of one sighting.
 * @lines:    that were read as it.
 * @is_ended: its first and last bars were seen to be such; of an EAN, on one line with all between.
 * @place:    of its bars; NULL for a QR code.
 */
struct evidence {
	unsigned lines;
	bool is_ended;
	const struct place *place;
};

/** finds_add() - one more sighting; the same text of the same symbology adds to the one before. */
void finds_add(struct finds *finds, const struct barcode *barcode, const struct evidence *evidence);

/** finds_veto() - whatever text these bars are said to have, it is not what they hold. */
void finds_veto(struct finds *finds, const struct place *place);

/** finds_satisfy() - is one of the believed codes what the caller is after? */
bool finds_satisfy(const struct finds *finds, const struct barcode_wish *wish);

/** finds_any() - is anything believed? */
bool finds_any(const struct finds *finds);

/** finds_cover() - does a believed code stand here? */
bool finds_cover(const struct finds *finds, double x, double y);

/** finds_doubt() - is what is believed to stand here a Code 128 of no known shape? ZBar leaves out what
 * it does not know of that symbology. */
bool finds_doubt(const struct finds *finds, double x, double y);

/** finds_believed() - copies out what is believed, in the order found, up to PICTURE_CODES_MAX. */
void finds_believed(const struct finds *finds, struct barcode_list *ret_list);

#endif
