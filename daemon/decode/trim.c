#include "decode/trim.h"

#include <math.h>

#include <glib.h>

#define TRIM_PIXELS 4 /* the height of the rows that are compared */
#define TRIM_ROWS_MIN 5
#define TRIM_ROWS_MAX 80
#define TRIM_COLUMNS 400.0
#define TRIM_LIKENESS 0.6 /* correlation; neighbouring rows of bars have more */

void trim(const struct grey *picture, struct stripes *stripes)
{
	unsigned rows = (unsigned)CLAMP(stripes->along / TRIM_PIXELS, 1, TRIM_ROWS_MAX);
	struct grey strip;
	double best = 0, sum = 0, height = stripes->along / rows, shift;
	unsigned first = 0, best_first = 0, best_last = 0;

	if (rows < TRIM_ROWS_MIN) {
		return;
	}
	strip = stripes_strip(picture, stripes, rows, fmin(1, TRIM_COLUMNS / stripes->across), 0);
	for (unsigned row = 0; row + 1 < rows; row++) {
		sum += stripes_likeness(
			       grey_row(&strip, row), grey_row(&strip, row + 1), strip.width) -
		       TRIM_LIKENESS;
		if (sum <= 0) {
			sum = 0;
			first = row + 1;
		} else if (sum > best) {
			best = sum;
			best_first = first;
			best_last = row + 1;
		}
	}
	grey_done(&strip);
	if (best_last > best_first) {
		shift = ((best_first + best_last + 1) / 2.0 - rows / 2.0) * height;
		stripes->x -= shift * sin(stripes->angle);
		stripes->y += shift * cos(stripes->angle);
		stripes->along = (best_last - best_first + 1) * height;
	}
}
