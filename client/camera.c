#include "camera.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <glib.h>
#include <linux/videodev2.h>

#include "picture.h"

#define BUFFERS 4 /* one being read, the others being filled; the newest is never far */

struct buffer {
	void *start;
	size_t length;
};

struct camera {
	struct frame_source source;
	struct v4l2_pix_format format;
	struct buffer buffers[BUFFERS];
	unsigned buffer_count;
};

struct files {
	struct frame_source source;
	const char *const *next;
};

void frame_source_free(struct frame_source *source)
{
	if (source) {
		source->free(source);
	}
}

enum hoso_error camera_grey_from_yuyv(const uint8_t *bytes, size_t length, unsigned width,
	unsigned height, size_t stride, struct grey *ret_grey)
{
	struct grey grey;

	if (stride < 2 * (size_t)width || height == 0 || stride > SIZE_MAX / height ||
		length < stride * height || grey_init(&grey, width, height)) {
		return HOSO_BAD_PICTURE;
	}
	for (unsigned y = 0; y < height; y++) {
		const uint8_t *from = bytes + y * stride;
		uint8_t *to = grey_row(&grey, y);
		for (unsigned x = 0; x < width; x++) {
			to[x] = from[2 * (size_t)x];
		}
	}
	*ret_grey = grey;
	return HOSO_OK;
}

static enum hoso_error files_next(struct frame_source *source, struct grey *ret_grey)
{
	struct files *files = container_of(source, struct files, source);
	g_autoptr(GBytes) bytes = NULL;
	enum hoso_error error;

	if (!*files->next) {
		return HOSO_NOT_FOUND;
	}
	error = picture_load(*files->next++, &bytes);
	if (error) {
		return HOSO_BAD_PICTURE;
	}
	return picture_decode(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), ret_grey);
}

static void files_free(struct frame_source *source)
{
	g_free(container_of(source, struct files, source));
}

struct frame_source *camera_open_files(const char *const *paths)
{
	struct files *files = g_new0(struct files, 1);

	files->source = (struct frame_source){-1, files_next, files_free};
	files->next = paths;
	return &files->source;
}

/* The kernel may be interrupted anywhere; asking again is always right. */
static int ask(int fd, unsigned long request, void *argument)
{
	int result;

	do {
		result = ioctl(fd, request, argument);
	} while (result < 0 && errno == EINTR);
	return result;
}

static enum hoso_error choose_format(struct camera *camera)
{
	static const uint32_t wanted[] = {V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_MJPEG};

	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
		format.fmt.pix.width = CAMERA_WIDTH;
		format.fmt.pix.height = CAMERA_HEIGHT;
		format.fmt.pix.pixelformat = wanted[i];
		format.fmt.pix.field = V4L2_FIELD_ANY;
		if (ask(camera->source.fd, VIDIOC_S_FMT, &format) == 0 &&
			format.fmt.pix.pixelformat == wanted[i]) {
			camera->format = format.fmt.pix;
			return HOSO_OK;
		}
	}
	return HOSO_FILE;
}

static enum hoso_error map_buffers(struct camera *camera)
{
	struct v4l2_requestbuffers request = {
		.count = BUFFERS,
		.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
		.memory = V4L2_MEMORY_MMAP,
	};

	if (ask(camera->source.fd, VIDIOC_REQBUFS, &request) || request.count == 0) {
		return HOSO_FILE;
	}
	for (unsigned i = 0; i < MIN(request.count, BUFFERS); i++) {
		struct v4l2_buffer buffer = {
			.index = i,
			.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
			.memory = V4L2_MEMORY_MMAP,
		};
		void *start;
		if (ask(camera->source.fd, VIDIOC_QUERYBUF, &buffer)) {
			return HOSO_FILE;
		}
		start = mmap(NULL, buffer.length, PROT_READ, MAP_SHARED, camera->source.fd,
			buffer.m.offset);
		if (start == MAP_FAILED) {
			return HOSO_FILE;
		}
		camera->buffers[camera->buffer_count++] = (struct buffer){start, buffer.length};
		if (ask(camera->source.fd, VIDIOC_QBUF, &buffer)) {
			return HOSO_FILE;
		}
	}
	return HOSO_OK;
}

static enum hoso_error start(struct camera *camera)
{
	struct v4l2_capability can = {0};
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	enum hoso_error error;

	if (ask(camera->source.fd, VIDIOC_QUERYCAP, &can) ||
		!(can.capabilities & V4L2_CAP_VIDEO_CAPTURE) ||
		!(can.capabilities & V4L2_CAP_STREAMING)) {
		return HOSO_FILE;
	}
	error = choose_format(camera);
	if (!error) {
		error = map_buffers(camera);
	}
	if (!error && ask(camera->source.fd, VIDIOC_STREAMON, &type)) {
		error = HOSO_FILE;
	}
	return error;
}

static enum hoso_error frame_to_grey(
	const struct camera *camera, const struct v4l2_buffer *buffer, struct grey *ret_grey)
{
	const struct buffer *from;

	if (buffer->index >= camera->buffer_count || (buffer->flags & V4L2_BUF_FLAG_ERROR)) {
		return HOSO_BAD_PICTURE;
	}
	from = &camera->buffers[buffer->index];
	if (buffer->bytesused > from->length) {
		return HOSO_BAD_PICTURE;
	}
	if (camera->format.pixelformat == V4L2_PIX_FMT_MJPEG) {
		return picture_decode_jpeg(from->start, buffer->bytesused, ret_grey);
	}
	return camera_grey_from_yuyv(from->start, buffer->bytesused, camera->format.width,
		camera->format.height, camera->format.bytesperline, ret_grey);
}

static enum hoso_error camera_next(struct frame_source *source, struct grey *ret_grey)
{
	struct camera *camera = container_of(source, struct camera, source);
	struct v4l2_buffer buffer = {
		.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
		.memory = V4L2_MEMORY_MMAP,
	};
	enum hoso_error error;

	if (ask(camera->source.fd, VIDIOC_DQBUF, &buffer)) {
		return errno == EAGAIN || errno == EIO ? HOSO_BUSY : HOSO_NOT_FOUND;
	}
	error = frame_to_grey(camera, &buffer, ret_grey);
	if (ask(camera->source.fd, VIDIOC_QBUF, &buffer) && !error) {
		grey_done(ret_grey);
		error = HOSO_NOT_FOUND;
	}
	return error;
}

static void camera_free(struct frame_source *source)
{
	struct camera *camera = container_of(source, struct camera, source);

	for (unsigned i = 0; i < camera->buffer_count; i++) {
		munmap(camera->buffers[i].start, camera->buffers[i].length);
	}
	close(camera->source.fd);
	g_free(camera);
}

enum hoso_error camera_open(const char *device, struct frame_source **ret_source)
{
	struct camera *camera;
	enum hoso_error error;
	int fd = open(device, O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0) {
		return errno == ENOENT || errno == ENODEV || errno == ENXIO ? HOSO_NOT_FOUND
									    : HOSO_FILE;
	}
	camera = g_new0(struct camera, 1);
	camera->source = (struct frame_source){fd, camera_next, camera_free};
	error = start(camera);
	if (error) {
		camera_free(&camera->source);
		return error;
	}
	*ret_source = &camera->source;
	return HOSO_OK;
}
