#ifndef HOSO_CLIENT_PAIR_H
#define HOSO_CLIENT_PAIR_H

#include <hoso/dossier_code.h>
#include <hoso/error.h>
#include <hoso/item_code.h>

#include "source.h"

/** struct pair - an item code and the dossier code that belongs to it, each "" until it was seen. */
struct pair {
	struct item_code item;
	struct dossier_code dossier;
};

/**
 * pair_add() - a text that is one half, or, when it was typed, both with a blank between them.
 *
 * Errors: HOSO_BAD_ITEM_CODE, HOSO_BAD_CHECK_DIGIT: it is neither; the pair may have got one half.
 */
enum hoso_error pair_add(struct pair *pair, const struct source_text *text);

#endif
