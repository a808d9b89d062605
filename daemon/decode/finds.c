#include "decode/finds.h"

#include <string.h>

#include <glib.h>

#define CODE_LINES_MIN 2
#define ITF_LINES_MIN 20
#define ITF_CHECKED_LINES_MIN 8
#define ITF_ATTEMPTS_MIN 2
#define EAN_LINES_MIN 12
#define EAN_ATTEMPTS_MIN 2
#define EAN_RIVAL_SHARE 5
#define COVER_PIXELS 12.0 /* a code may have been seen in a few lines only */

void finds_begin_attempt(struct finds *finds)
{
	finds->attempt++;
}

static bool same_code(const struct barcode *a, const struct barcode *b)
{
	return a->symbology == b->symbology && a->length == b->length &&
	       memcmp(a->text, b->text, a->length) == 0;
}

void finds_add(struct finds *finds, const struct barcode *barcode)
{
	struct find *find = NULL;

	for (unsigned i = 0; i < finds->count && !find; i++) {
		if (same_code(&finds->find[i].barcode, barcode)) {
			find = &finds->find[i];
		}
	}
	if (!find) {
		if (finds->count == FINDS_MAX) {
			return;
		}
		find = &finds->find[finds->count++];
		*find = (struct find){.barcode = *barcode};
		find->barcode.quality = 0;
	}
	find->barcode.quality += barcode->quality;
	if (find->last_attempt != finds->attempt) {
		find->last_attempt = finds->attempt;
		find->attempts++;
	}
}

/* The check digit of ITF-14 and its kin: weights 3 and 1 in turn from the right. */
static bool has_check_digit(const struct barcode *barcode)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < barcode->length; i++) {
		unsigned digit = (unsigned)(barcode->text[barcode->length - 1 - i] - '0');
		sum += i % 2 == 1 ? 3 * digit : digit;
	}
	return sum % 10 == 0;
}

static bool overlap(const struct barcode *a, const struct barcode *b)
{
	return a->x <= b->x + b->width && b->x <= a->x + a->width && a->y <= b->y + b->height &&
	       b->y <= a->y + a->height;
}

static bool has_rival(const struct finds *finds, const struct find *find)
{
	for (unsigned i = 0; i < finds->count; i++) {
		const struct barcode *other = &finds->find[i].barcode;
		if (&finds->find[i] != find && other->symbology == find->barcode.symbology &&
			other->quality * EAN_RIVAL_SHARE > find->barcode.quality &&
			overlap(other, &find->barcode)) {
			return true;
		}
	}
	return false;
}

static bool is_firm(const struct finds *finds, const struct find *find)
{
	const struct barcode *barcode = &find->barcode;

	switch (barcode->symbology) {
	case SYMBOLOGY_CODE_128:
		return barcode->quality >= CODE_LINES_MIN;
	case SYMBOLOGY_CODE_39:
		return barcode->quality >= CODE_LINES_MIN && barcode->length >= BARCODE_LENGTH_MIN;
	case SYMBOLOGY_ITF:
		return barcode->length >= BARCODE_LENGTH_MIN &&
		       find->attempts >= ITF_ATTEMPTS_MIN &&
		       (barcode->quality >= ITF_LINES_MIN ||
			       (barcode->quality >= ITF_CHECKED_LINES_MIN &&
				       has_check_digit(barcode)));
	case SYMBOLOGY_EAN_13:
		return barcode->quality >= EAN_LINES_MIN && find->attempts >= EAN_ATTEMPTS_MIN &&
		       !has_rival(finds, find);
	case SYMBOLOGY_QR:
		return true;
	case SYMBOLOGY_COUNT:
		break;
	}
	return false;
}

static bool is_piece_of_another(const struct finds *finds, const struct find *find)
{
	if (find->barcode.symbology == SYMBOLOGY_QR) {
		return false;
	}
	for (unsigned i = 0; i < finds->count; i++) {
		const struct barcode *other = &finds->find[i].barcode;
		if (other->symbology == find->barcode.symbology &&
			other->length > find->barcode.length && is_firm(finds, &finds->find[i]) &&
			memmem(other->text, other->length, find->barcode.text,
				find->barcode.length)) {
			return true;
		}
	}
	return false;
}

/* A box may be that of a few lines only: how wide the code is says how far its other lines may be. */
static bool is_near(const struct barcode *a, const struct barcode *b)
{
	struct barcode wide = {.x = a->x, .y = a->y, .width = a->width, .height = a->height};
	uint32_t around = MAX(a->width, a->height) / 4;

	wide.x -= MIN(around, wide.x);
	wide.y -= MIN(around, wide.y);
	wide.width += 2 * around;
	wide.height += 2 * around;
	return overlap(&wide, b);
}

/* Do they stand at the same place, and are they as long and mostly the same? */
static bool is_misread_of(const struct barcode *a, const struct barcode *b)
{
	unsigned same = 0, length = MIN(a->length, b->length);

	if (MAX(a->length, b->length) > length + 2 || !is_near(a, b)) {
		return false;
	}
	for (unsigned i = 0; i < length; i++) {
		same += a->text[i] == b->text[i] ||
			a->text[a->length - 1 - i] == b->text[b->length - 1 - i];
	}
	return same * 2 >= length;
}

/* Another reading of the same bars, with more lines. Even two that stand so close that their boxes
 * overlap are taken for one when they are mostly the same: no text is better than a wrong one. */
static bool is_outvoted(const struct finds *finds, const struct find *find)
{
	if (find->barcode.symbology == SYMBOLOGY_QR) {
		return false;
	}
	for (unsigned i = 0; i < finds->count; i++) {
		const struct barcode *other = &finds->find[i].barcode;
		if (other->symbology == find->barcode.symbology &&
			other->quality > find->barcode.quality &&
			is_misread_of(&find->barcode, other)) {
			return true;
		}
	}
	return false;
}

static bool is_believed(const struct finds *finds, const struct find *find)
{
	return is_firm(finds, find) && !is_piece_of_another(finds, find) &&
	       !is_outvoted(finds, find);
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

bool finds_cover(const struct finds *finds, double x, double y)
{
	for (unsigned i = 0; i < finds->count; i++) {
		const struct barcode *code = &finds->find[i].barcode;
		if (x >= code->x && x <= code->x + code->width && y >= code->y - COVER_PIXELS &&
			y <= code->y + code->height + COVER_PIXELS &&
			is_believed(finds, &finds->find[i])) {
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
