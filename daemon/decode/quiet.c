#include "decode/quiet.h"

#include <glib.h>

#define NEAR_MODULES 1.0 /* so far the last bar may spread */
#define FAR_MODULES 3.5  /* a narrow gap and a bar would have begun before */

#define NARROW_SHARE 0.75 /* of a wide bar: a narrow one, blurred, is less */

/* struct line - one row or column. */
struct line {
	const uint8_t *pixels;
	size_t step;
	int count;
};

static int at(const struct line *line, int place)
{
	return line->pixels[(size_t)CLAMP(place, 0, line->count - 1) * line->step];
}

/* In halves, each by its mean: noise has dark pixels, but no bar in both. */
static bool is_light(const struct line *line, double from, double to, int middle)
{
	double half = (to - from) / 2;

	for (unsigned part = 0; part < 2; part++) {
		int first = (int)(from + part * half), last = (int)(from + (part + 1) * half);
		int sum = 0;
		if (first < 0 || last >= line->count) {
			return false;
		}
		for (int i = first; i <= last; i++) {
			sum += at(line, i) - middle;
		}
		if (sum < 0) {
			return false;
		}
	}
	return true;
}

/* struct ends - where on a line the bars begin and end; darker than @middle is a bar. */
struct ends {
	struct line line;
	double low, high, module;
	int middle;
};

static struct ends ends_of(
	const struct grey *grey, const double box[4], bool is_upright, double modules)
{
	double other = is_upright ? (box[0] + box[2]) / 2 : (box[1] + box[3]) / 2;
	int most = (int)(is_upright ? grey->width : grey->height) - 1;
	size_t beside = (size_t)CLAMP((int)other, 0, most);
	int darkest = 255, lightest = 0;
	struct ends ends = {
		.line = {.pixels = grey->pixels + (is_upright ? beside : beside * grey->width),
			.step = is_upright ? grey->width : 1,
			.count = (int)(is_upright ? grey->height : grey->width)},
		.low = is_upright ? box[1] : box[0],
		.high = is_upright ? box[3] : box[2],
	};

	for (int i = (int)ends.low; i <= (int)ends.high; i++) {
		darkest = MIN(darkest, at(&ends.line, i));
		lightest = MAX(lightest, at(&ends.line, i));
	}
	ends.middle = (darkest + lightest) / 2;
	ends.module = (ends.high - ends.low) / modules;
	return ends;
}

bool quiet_is_beside(const struct grey *grey, const double box[4], bool is_upright, double modules)
{
	struct ends ends = ends_of(grey, box, is_upright, modules);

	return is_light(&ends.line, ends.low - FAR_MODULES * ends.module,
		       ends.low - NEAR_MODULES * ends.module, ends.middle) &&
	       is_light(&ends.line, ends.high + NEAR_MODULES * ends.module,
		       ends.high + FAR_MODULES * ends.module, ends.middle);
}

/* The columns of the next run of one kind from @from on; how wide it is, between pixels too. */
static double next_run(const struct ends *ends, bool is_dark, int step, int *from)
{
	double edge[2] = {0, 0};

	for (unsigned side = 0; side < 2; side++) {
		for (int tries = 0; tries < ends->line.count; tries++, *from += step) {
			int now = at(&ends->line, *from) - ends->middle;
			if ((now < 0) == (is_dark == (side == 0))) {
				int before = at(&ends->line, *from - step) - ends->middle;
				double part = now != before ? (double)now / (now - before) : 0;
				edge[side] = *from - step * CLAMP(part, 0, 1);
				break;
			}
		}
	}
	return ABS(edge[1] - edge[0]);
}

bool quiet_ends_itf(const struct grey *grey, const double box[4], bool is_upright, double modules)
{
	struct ends ends = ends_of(grey, box, is_upright, modules);
	double outer[2], inner[2], wide;

	for (unsigned end = 0; end < 2; end++) {
		int step = end == 0 ? 1 : -1;
		int from =
			(int)(end == 0 ? ends.low - 2 * ends.module : ends.high + 2 * ends.module);
		outer[end] = next_run(&ends, true, step, &from);
		inner[end] = next_run(&ends, true, step, &from);
	}
	wide = MAX(inner[0], inner[1]) * NARROW_SHARE;
	return outer[0] < wide && outer[1] < wide && MIN(inner[0], inner[1]) < wide;
}
