#ifndef HOSO_CLIENT_CAMERA_H
#define HOSO_CLIENT_CAMERA_H

#include <stddef.h>
#include <stdint.h>

#include <hoso/error.h>

#include "base/attr.h"
#include "decode/grey.h"

/**
 * struct frame_source - where live pictures come from: a camera, or files that stand in for one.
 * @fd:   readable when a frame is waiting; -1: @next may be called at any time (files).
 * @next: the next frame; never waits. HOSO_BUSY: none is there yet; HOSO_BAD_PICTURE: this one is
 *        broken, try again; HOSO_NOT_FOUND: there will be no more (camera unplugged, files at their
 *        end). @ret_grey is the caller's to end.
 * @free: gives everything back.
 *
 * Embedded in the struct of whoever makes frames; use frame_source_free() to end it.
 */
struct frame_source {
	int fd;
	enum hoso_error (*next)(struct frame_source *source, struct grey *ret_grey);
	void (*free)(struct frame_source *source);
};

/** frame_source_free() - accepts NULL. */
void frame_source_free(struct frame_source *source);

/**
 * camera_open() - a V4L2 camera, at about CAMERA_WIDTH x CAMERA_HEIGHT, YUYV or MJPG.
 * @device: such as /dev/video0.
 *
 * Errors: HOSO_NOT_FOUND, no such device; HOSO_FILE, it cannot be opened, is no camera, or gives
 * neither format.
 */
_must_check_ enum hoso_error camera_open(const char *device, struct frame_source **ret_source);

/** camera_open_files() - frames from picture files, in this order, once; @paths is NULL-terminated
 * and must outlive the source. For tests and demonstrations. */
struct frame_source *camera_open_files(const char *const *paths);

/**
 * camera_grey_from_yuyv() - the brightness of a YUYV frame.
 * @stride: bytes from row to row, at least 2 * @width.
 *
 * Errors: HOSO_BAD_PICTURE when @length is short of what the sizes claim, or they are over the
 * limits.
 */
_must_check_ enum hoso_error camera_grey_from_yuyv(const uint8_t *bytes, size_t length,
	unsigned width, unsigned height, size_t stride, struct grey *ret_grey);

#define CAMERA_WIDTH 1280
#define CAMERA_HEIGHT 720

#endif
