#ifndef HOSO_CLIENT_READING_H
#define HOSO_CLIENT_READING_H

#include <stdbool.h>
#include <stddef.h>

#include <hoso/error.h>
#include <hoso/item_code.h>

#include "source.h"
#include "wedge.h"

/**
 * struct reading - what item code a text stands for. Nothing is guessed: two that fit are two.
 * @count:    0, 1, or so many that somebody has to choose
 * @error:    why there is none
 * @repaired: an input method or a layout had changed it; the check digit says so
 * @left_out: so many bytes in front, typed by hand before the scanner typed, are no part of it
 */
struct reading {
	unsigned count;
	struct item_code codes[WEDGE_CANDIDATES_MAX];
	enum hoso_error error;
	bool repaired;
	size_t left_out;
};

/** reading_of() - pure. */
void reading_of(const struct source_text *text, struct reading *ret_reading);

#endif
