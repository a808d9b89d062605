#ifndef HOSO_CLIENT_CAMERA_SOURCE_H
#define HOSO_CLIENT_CAMERA_SOURCE_H

#include "base/attr.h"
#include "camera.h"
#include "source.h"

/**
 * struct camera_view - how a camera is shown while it works.
 * @shown:  its picture in the terminal (preview.h)
 * @colour: false: with letters
 */
struct camera_view {
	bool shown;
	bool colour;
};

/**
 * camera_source_new() - the codes a camera sees.
 * @device: such as /dev/video0, or a folder of pictures that are taken for its frames, in the order of their names, for
 *          trying out. Must outlive the source.
 *
 * Unplugged, it is waited for (SOURCE_GONE, SOURCE_BACK); a folder ends at its end.
 * Errors: as camera_open(), errno says more.
 */
_must_check_ enum hoso_error camera_source_new(
	const char *device, struct camera_view view, struct source **ret_source);

/** camera_source_from() - the same over any frames; takes @frames over. @from: what looks are said
 * to come from; must outlive the source. Frames that end are its end. */
struct source *camera_source_from(
	struct frame_source *frames, const char *from, struct camera_view view);

#endif
