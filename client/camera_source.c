#include "camera_source.h"

#include <glib.h>

#include "codes.h"

struct camera_source {
	struct source source;
	struct frame_source *frames;
	const char *from;
	struct barcode_reader *reader;
	struct barcode_list list;
};

static int camera_poll_fd(const struct source *source)
{
	return container_of(source, const struct camera_source, source)->frames->fd;
}

static enum source_state end(
	const struct camera_source *camera, source_looked looked, void *context)
{
	struct source_look look = {.from = camera->from, .error = HOSO_FILE};

	if (camera->frames->fd < 0) {
		return SOURCE_ENDED;
	}
	looked(context, &look);
	return SOURCE_FAILED;
}

static enum source_state camera_read(struct source *source, source_looked looked, void *context)
{
	struct camera_source *camera = container_of(source, struct camera_source, source);
	struct source_text texts[PICTURE_CODES_MAX];
	struct source_look look = {.from = camera->from, .texts = texts};
	struct grey grey = {0};
	enum hoso_error error = camera->frames->next(camera->frames, &grey);

	if (error == HOSO_NOT_FOUND) {
		return end(camera, looked, context);
	}
	if (!error) {
		error = barcode_read_frame(camera->reader, &grey, &camera->list);
	}
	grey_done(&grey);
	if (!error) {
		look.text_count = codes_texts(&camera->list, texts);
		looked(context, &look);
	}
	return SOURCE_OPEN;
}

static void camera_source_free(struct source *source)
{
	struct camera_source *camera = container_of(source, struct camera_source, source);

	frame_source_free(camera->frames);
	barcode_reader_free(camera->reader);
	g_free(camera);
}

struct source *camera_source_from(struct frame_source *frames, const char *from)
{
	static const struct source_ops ops = {
		.live = true,
		.poll_fd = camera_poll_fd,
		.read = camera_read,
		.free = camera_source_free,
	};
	struct camera_source *camera = g_new0(struct camera_source, 1);

	camera->source.ops = &ops;
	camera->frames = frames;
	camera->from = from;
	camera->reader = barcode_reader_new();
	return &camera->source;
}

enum hoso_error camera_source_new(const char *device, struct source **ret_source)
{
	struct frame_source *frames;
	enum hoso_error error = camera_open(device, &frames);

	if (error) {
		return error;
	}
	*ret_source = camera_source_from(frames, device);
	return HOSO_OK;
}
