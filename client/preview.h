#ifndef HOSO_CLIENT_PREVIEW_H
#define HOSO_CLIENT_PREVIEW_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "decode/grey.h"

#define PREVIEW_PAUSE_MS                                                                           \
	150 /* between two pictures: enough to aim by, and little for a slow line */

/**
 * struct preview - what the camera sees, in the upper part of the terminal; the scans roll by below it. Two pixels a
 * character cell: the upper half block in the one shade on a ground of the other.
 * @next_ms: no picture before this, monotonic
 */
struct preview {
	bool colour;
	unsigned columns, rows; /* of the picture, in cells; 0 while the terminal is too small */
	unsigned terminal_rows;
	int64_t next_ms;
};

/** preview_draw() - the rows of the picture as terminal text, without any cursor movement. Pure.
 * @columns, @rows: cells, at least 1. @colour: false draws with letters, for NO_COLOR. */
GString *preview_draw(const struct grey *grey, unsigned columns, unsigned rows, bool colour);

/** preview_begin() - set the upper part of the terminal aside. */
void preview_begin(struct preview *preview, bool colour);

/** preview_show() - draw @grey there, when it is time for a new picture. */
void preview_show(struct preview *preview, const struct grey *grey);

/** preview_end() - give the whole terminal back. */
void preview_end(struct preview *preview);

#endif
