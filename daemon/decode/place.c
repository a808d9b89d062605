#include "decode/place.h"

#include <math.h>

#define ACROSS_SHARE 0.75      /* of both: neighbours in a line may touch, the same bars do more */
#define ALONG_SHARE 0.9        /* of both: two codes of which one ends where the other begins */
#define NEXT_ACROSS_SHARE 0.25 /* of the length across: bars are higher than a few lines … */
#define NEXT_PIXELS 8          /* … by so much at least */

struct span {
	double low, high;
};

/* From where to where a place lies along (x, y), its sides taken by a share and some pixels more. */
static struct span span_of(const struct place *place, double x, double y, double across_share,
	double along_share, double along_pixels)
{
	double along = hypot(place->along_x, place->along_y);
	double more = along > 0 ? along_share + along_pixels / along : along_share;
	double half = fabs(place->across_x * x + place->across_y * y) * across_share +
		      fabs(place->along_x * x + place->along_y * y) * more;
	double middle = place->x * x + place->y * y;

	return (struct span){middle - half, middle + half};
}

/* Two parallelograms are apart when they are so seen along a side of one of them. */
static bool meet(const struct place *a, const struct place *b, double along_share, double pixels)
{
	const double sides[4][2] = {
		{a->across_x, a->across_y},
		{a->along_x, a->along_y},
		{b->across_x, b->across_y},
		{b->along_x, b->along_y},
	};

	for (unsigned i = 0; i < 4; i++) {
		double x = -sides[i][1], y = sides[i][0];
		struct span one = span_of(a, x, y, ACROSS_SHARE, along_share, pixels);
		struct span other = span_of(b, x, y, ACROSS_SHARE, along_share, pixels);
		if (one.high < other.low || other.high < one.low) {
			return false;
		}
	}
	return true;
}

bool place_is_same(const struct place *a, const struct place *b)
{
	return meet(a, b, ALONG_SHARE, 0);
}

bool place_is_next(const struct place *a, const struct place *b)
{
	double across = fmin(hypot(a->across_x, a->across_y), hypot(b->across_x, b->across_y));

	return meet(a, b, 1, fmax(across * NEXT_ACROSS_SHARE, NEXT_PIXELS) / 2);
}

bool place_holds(const struct place *place, double x, double y, double margin)
{
	const struct place point = {.x = x, .y = y};
	const double sides[2][2] = {
		{place->across_x, place->across_y}, {place->along_x, place->along_y}};

	for (unsigned i = 0; i < 2; i++) {
		double nx = -sides[i][1], ny = sides[i][0];
		struct span own = span_of(place, nx, ny, 1, 1, margin);
		struct span other = span_of(&point, nx, ny, 1, 1, 0);
		if (other.low < own.low || other.low > own.high) {
			return false;
		}
	}
	return true;
}

/* How often @side of @place goes into the way from its middle to the farthest corner of @other. */
static struct span reach(const struct place *place, const struct place *other, bool is_across)
{
	double determinant = place->across_x * place->along_y - place->across_y * place->along_x;
	double side_x = is_across ? place->along_x : place->across_x;
	double side_y = is_across ? place->along_y : place->across_y;
	double sign = is_across ? 1 : -1;
	struct span span = {-1, 1};

	for (unsigned corner = 0; corner < 4; corner++) {
		double u = corner & 1 ? 1 : -1, v = corner & 2 ? 1 : -1;
		double x = other->x + u * other->across_x + v * other->along_x - place->x;
		double y = other->y + u * other->across_y + v * other->along_y - place->y;
		double share = sign * (x * side_y - y * side_x) / determinant;
		span.low = fmin(span.low, share);
		span.high = fmax(span.high, share);
	}
	return span;
}

void place_widen(struct place *place, const struct place *other)
{
	struct span across, along;
	double u, v;

	if (place->across_x * place->along_y == place->across_y * place->along_x) {
		*place = *other;
		return;
	}
	across = reach(place, other, true);
	along = reach(place, other, false);
	u = (across.low + across.high) / 2;
	v = (along.low + along.high) / 2;
	place->x += u * place->across_x + v * place->along_x;
	place->y += u * place->across_y + v * place->along_y;
	place->across_x *= (across.high - across.low) / 2;
	place->across_y *= (across.high - across.low) / 2;
	place->along_x *= (along.high - along.low) / 2;
	place->along_y *= (along.high - along.low) / 2;
}
