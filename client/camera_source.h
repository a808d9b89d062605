#ifndef HOSO_CLIENT_CAMERA_SOURCE_H
#define HOSO_CLIENT_CAMERA_SOURCE_H

#include "base/attr.h"
#include "camera.h"
#include "source.h"

/**
 * camera_source_new() - the codes a camera sees.
 * @device: such as /dev/video0; must outlive the source.
 *
 * Errors: as camera_open(). A camera that goes away is a look with HOSO_FILE, and SOURCE_FAILED.
 */
_must_check_ enum hoso_error camera_source_new(const char *device, struct source **ret_source);

/** camera_source_from() - the same over any frames; takes @frames over. @from: what looks are said
 * to come from; must outlive the source. */
struct source *camera_source_from(struct frame_source *frames, const char *from);

#endif
