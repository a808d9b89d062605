#ifndef HOSO_DECODE_RETOUCH_H
#define HOSO_DECODE_RETOUCH_H

#include "decode/grey.h"

/*
 * What can be done to a grey picture to make bars readable. Every function is pure, leaves its
 * input as it is and gives a new picture that the caller ends with grey_done(). Windows are odd
 * numbers of pixels; at the edges they are cut off, so no border is invented.
 */

/** retouch_mean() - each pixel becomes the mean of the window around it. */
struct grey retouch_mean(const struct grey *in, unsigned window_width, unsigned window_height);

/** retouch_even_light() - four times the difference from the local mean, around mid-grey: evens out
 * shadows and gives faint print its contrast back. */
struct grey retouch_even_light(const struct grey *in, unsigned window);

/** retouch_sharpen() - adds back one and a half times what two passes of a mean would take away. */
struct grey retouch_sharpen(const struct grey *in, unsigned window);

/** retouch_sharpen_rows() - the same, along rows only. */
struct grey retouch_sharpen_rows(const struct grey *in, unsigned window);

/** retouch_threshold() - black where darker than the local mean, else white. */
struct grey retouch_threshold(const struct grey *in, unsigned window);

/** retouch_invert() - light on dark becomes dark on light. */
struct grey retouch_invert(const struct grey *in);

/** retouch_shrink() - so that the longer side has at most @side_max pixels, each the mean of the
 * area it stands for; a picture that is small enough is copied. */
struct grey retouch_shrink(const struct grey *in, unsigned side_max);

/** retouch_double() - twice as wide and high (cubic, so edges stay edges). */
struct grey retouch_double(const struct grey *in);

/** retouch_turn() - turned about its middle so that what lay along @angle (radians, from the x axis
 * towards growing y) lies along the x axis; the canvas grows to hold all, new corners are white. */
struct grey retouch_turn(const struct grey *in, double angle);

/** retouch_crop() - a part of it; the part must lie inside. */
struct grey retouch_crop(
	const struct grey *in, unsigned x, unsigned y, unsigned width, unsigned height);

/** retouch_quarter_turns() - turned clockwise by @quarters times 90 degrees, exactly. */
struct grey retouch_quarter_turns(const struct grey *in, unsigned quarters);

/** retouch_mirror() - left and right change places. */
struct grey retouch_mirror(const struct grey *in);

#define RETOUCH_DIRECTIONS_MAX 2

/**
 * retouch_directions() - across which directions do the strongest stripes of the picture run?
 * @ret_angles: in radians, (-pi/2, pi/2], the strongest first.
 *
 * Returns how many there are, up to RETOUCH_DIRECTIONS_MAX; 0 for a picture without edges. Turned
 * by such an angle (retouch_turn()), the bars of a barcode stand upright.
 */
unsigned retouch_directions(const struct grey *in, double ret_angles[RETOUCH_DIRECTIONS_MAX]);

#endif
