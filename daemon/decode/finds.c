#include "decode/finds.h"

#include <string.h>

#include <glib.h>

#include "decode/plausible.h"

#define CODE_LINES_MIN 2
#define ITF_LINES_MIN 20
#define ITF_CHECKED_LINES_MIN 8
#define ITF_ATTEMPTS_MIN 2
#define EAN_LINES_MIN 12
#define EAN_ATTEMPTS_MIN 2
#define CLEARLY_MORE 3     /* times the evidence … */
#define CLEARLY_MORE_EAN 5 /* … its check digit lets 1 and 7, 2 and 8 pass for each other */
#define FRINGE_SHARE 4     /* a misread beside the bars proper has so many times less */
#define COVER_PIXELS 12.0  /* a code may have been seen in a few lines only */

void finds_begin_attempt(struct finds *finds)
{
	finds->attempt++;
}

static bool same_code(const struct barcode *a, const struct barcode *b)
{
	return a->symbology == b->symbology && a->length == b->length &&
	       memcmp(a->text, b->text, a->length) == 0;
}

static void add_place(struct find *find, const struct place *place, unsigned quality)
{
	struct find_place *own;

	for (unsigned i = 0; i < find->place_count; i++) {
		own = &find->places[i];
		if (!place_is_next(&own->place, place)) {
			continue;
		}
		if (place->is_measured && own->place.is_measured) {
			place_widen(&own->place, place);
		} else if (place->is_measured) {
			own->place = *place;
		}
		own->quality += quality;
		return;
	}
	if (find->place_count < FIND_PLACES_MAX) {
		find->places[find->place_count++] = (struct find_place){*place, quality};
	}
}

static struct find *find_or_make(struct finds *finds, const struct barcode *barcode)
{
	struct find *find;

	for (unsigned i = 0; i < finds->count; i++) {
		if (same_code(&finds->find[i].barcode, barcode)) {
			return &finds->find[i];
		}
	}
	if (finds->count == FINDS_MAX) {
		return NULL;
	}
	find = &finds->find[finds->count++];
	*find = (struct find){.barcode = *barcode};
	find->barcode.quality = 0;
	return find;
}

void finds_add(struct finds *finds, const struct barcode *barcode, const struct evidence *evidence)
{
	struct find *find = find_or_make(finds, barcode);

	if (!find) {
		return;
	}
	if (barcode->width + barcode->height > find->barcode.width + find->barcode.height) {
		find->barcode.x = barcode->x;
		find->barcode.y = barcode->y;
		find->barcode.width = barcode->width;
		find->barcode.height = barcode->height;
	}
	find->barcode.quality += barcode->quality;
	find->lines += evidence->lines;
	find->is_ended |= evidence->is_ended;
	if (find->last_attempt != finds->attempt) {
		find->last_attempt = finds->attempt;
		find->attempts++;
	}
	if (evidence->place) {
		add_place(find, evidence->place, barcode->quality);
	}
}

void finds_veto(struct finds *finds, const struct place *place)
{
	if (finds->veto_count < PICTURE_CODES_MAX) {
		finds->vetoes[finds->veto_count++] = *place;
	}
}

/* How many lines make a text believable. */
static unsigned lines_needed(const struct barcode *barcode)
{
	switch (barcode->symbology) {
	case SYMBOLOGY_CODE_128:
	case SYMBOLOGY_CODE_39:
		return CODE_LINES_MIN;
	case SYMBOLOGY_ITF:
		return plausible_has_check_digit(barcode) ? ITF_CHECKED_LINES_MIN : ITF_LINES_MIN;
	case SYMBOLOGY_EAN_13:
		return EAN_LINES_MIN;
	case SYMBOLOGY_QR:
	case SYMBOLOGY_COUNT:
		break;
	}
	return 1;
}

/* @quality: the evidence that is left of it. */
static bool is_firm(const struct find *find, unsigned quality)
{
	const struct barcode *barcode = &find->barcode;
	bool is_enough = quality >= lines_needed(barcode);

	switch (barcode->symbology) {
	case SYMBOLOGY_CODE_128:
		return is_enough && find->lines >= CODE_LINES_MIN;
	case SYMBOLOGY_CODE_39:
		return is_enough && find->lines >= CODE_LINES_MIN &&
		       barcode->length >= BARCODE_LENGTH_MIN;
	case SYMBOLOGY_ITF:
		return is_enough && find->is_ended && barcode->length >= BARCODE_LENGTH_MIN &&
		       (find->attempts >= ITF_ATTEMPTS_MIN ||
			       (quality >= ITF_LINES_MIN && plausible_has_check_digit(barcode)));
	case SYMBOLOGY_EAN_13:
		return is_enough && find->is_ended && find->attempts >= EAN_ATTEMPTS_MIN;
	case SYMBOLOGY_QR:
		return true;
	case SYMBOLOGY_COUNT:
		break;
	}
	return false;
}

static bool is_piece(const struct barcode *piece, const struct barcode *whole)
{
	return whole->symbology == piece->symbology && whole->length > piece->length &&
	       memmem(whole->text, whole->length, piece->text, piece->length);
}

static bool is_piece_of_another(const struct finds *finds, const struct find *find)
{
	for (unsigned i = 0; i < finds->count; i++) {
		const struct find *other = &finds->find[i];
		if (is_piece(&find->barcode, &other->barcode) &&
			(is_firm(other, other->barcode.quality) ||
				(other->barcode.symbology == SYMBOLOGY_ITF &&
					other->barcode.quality >= ITF_CHECKED_LINES_MIN))) {
			return true;
		}
	}
	return false;
}

/* Are they as long and mostly the same? */
static bool is_alike(const struct barcode *a, const struct barcode *b)
{
	unsigned same = 0, length = MIN(a->length, b->length);

	if (a->symbology != b->symbology || MAX(a->length, b->length) > length + 2) {
		return false;
	}
	for (unsigned i = 0; i < length; i++) {
		same += a->text[i] == b->text[i] ||
			a->text[a->length - 1 - i] == b->text[b->length - 1 - i];
	}
	return same * 2 >= length;
}

/* struct claim - a text's claim to bars. */
struct claim {
	const struct barcode *barcode;
	const struct find_place *at;
};

/* Has @a so many times the evidence of @b? Evidence counts by how much its symbology needs. */
static bool has_times(const struct claim *a, const struct claim *b, unsigned times)
{
	return a->at->quality * lines_needed(b->barcode) >=
	       b->at->quality * lines_needed(a->barcode) * times;
}

/* Does @other take the bars from @own, or neither have them? Beside the bars proper, where they fade,
 * a misread has few lines: there it is enough that it is alike. */
static bool is_lost(const struct claim *own, const struct claim *other)
{
	bool is_ean = own->barcode->symbology == SYMBOLOGY_EAN_13 &&
		      other->barcode->symbology == SYMBOLOGY_EAN_13;
	unsigned times = is_ean ? CLEARLY_MORE_EAN : CLEARLY_MORE;
	bool is_same = place_is_same(&own->at->place, &other->at->place) ||
		       (is_ean && is_alike(own->barcode, other->barcode) &&
			       place_is_next(&own->at->place, &other->at->place));

	if (!is_same) {
		return is_alike(own->barcode, other->barcode) &&
		       has_times(other, own, FRINGE_SHARE) &&
		       place_is_next(&own->at->place, &other->at->place);
	}
	if (has_times(own, other, times)) {
		return false;
	}
	return has_times(other, own, times) || !plausible_is_known(own->barcode) ||
	       plausible_is_known(other->barcode);
}

static bool is_vetoed(const struct finds *finds, const struct place *place)
{
	for (unsigned i = 0; i < finds->veto_count; i++) {
		if (place_is_same(place, &finds->vetoes[i])) {
			return true;
		}
	}
	return false;
}

static bool keeps_place(
	const struct finds *finds, const struct find *find, const struct find_place *at)
{
	struct claim own = {&find->barcode, at};

	if (is_vetoed(finds, &at->place)) {
		return false;
	}
	for (unsigned i = 0; i < finds->count; i++) {
		const struct find *other = &finds->find[i];
		/* A short read says nothing against the whole. */
		if (other == find || is_piece(&other->barcode, &find->barcode)) {
			continue;
		}
		for (unsigned j = 0; j < other->place_count; j++) {
			struct claim rival = {&other->barcode, &other->places[j]};
			if (is_lost(&own, &rival)) {
				return false;
			}
		}
	}
	return true;
}

/* Is it believed, for what was seen of it at places that no other text has? */
static bool is_believed(const struct finds *finds, const struct find *find)
{
	unsigned quality = find->barcode.quality;

	if (find->barcode.symbology == SYMBOLOGY_QR) {
		return true;
	}
	if (!is_firm(find, quality) || is_piece_of_another(finds, find)) {
		return false;
	}
	for (unsigned i = 0; i < find->place_count; i++) {
		if (!keeps_place(finds, find, &find->places[i])) {
			quality -= find->places[i].quality;
		}
	}
	return is_firm(find, quality);
}

bool finds_satisfy(const struct finds *finds, const struct barcode_wish *wish)
{
	if (!wish->fits) {
		return false;
	}
	for (unsigned i = 0; i < finds->count; i++) {
		if (is_believed(finds, &finds->find[i]) &&
			wish->fits(&finds->find[i].barcode, wish->context)) {
			return true;
		}
	}
	return false;
}

bool finds_any(const struct finds *finds)
{
	for (unsigned i = 0; i < finds->count; i++) {
		if (is_believed(finds, &finds->find[i])) {
			return true;
		}
	}
	return false;
}

static bool stands_at(const struct find *find, double x, double y)
{
	const struct barcode *code = &find->barcode;

	for (unsigned i = 0; i < find->place_count; i++) {
		if (place_holds(&find->places[i].place, x, y, COVER_PIXELS)) {
			return true;
		}
	}
	return find->place_count == 0 && x >= code->x && x <= code->x + code->width &&
	       y >= code->y && y <= code->y + code->height;
}

bool finds_cover(const struct finds *finds, double x, double y)
{
	for (unsigned i = 0; i < finds->count; i++) {
		if (stands_at(&finds->find[i], x, y) && is_believed(finds, &finds->find[i])) {
			return true;
		}
	}
	return false;
}

bool finds_doubt(const struct finds *finds, double x, double y)
{
	for (unsigned i = 0; i < finds->count; i++) {
		const struct find *find = &finds->find[i];
		if (find->barcode.symbology == SYMBOLOGY_CODE_128 &&
			!plausible_is_known(&find->barcode) && stands_at(find, x, y) &&
			is_believed(finds, find)) {
			return true;
		}
	}
	return false;
}

void finds_believed(const struct finds *finds, struct barcode_list *ret_list)
{
	ret_list->count = 0;
	for (unsigned i = 0; i < finds->count && ret_list->count < PICTURE_CODES_MAX; i++) {
		if (is_believed(finds, &finds->find[i])) {
			ret_list->codes[ret_list->count++] = finds->find[i].barcode;
		}
	}
}
