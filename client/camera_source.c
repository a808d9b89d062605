#include "camera_source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <glib.h>

#include "codes.h"
#include "hotplug.h"
#include "preview.h"

/*
 * @frames: NULL while the camera is unplugged.
 * @hotplug: of a real camera; its descriptor is a copy of the frames' own.
 * @paths: of frames that are files.
 * @looked_at: frames, so far.
 */
struct camera_source {
	struct source source;
	struct frame_source *frames;
	struct hotplug hotplug;
	bool is_device;
	char **paths;
	const char *from;
	unsigned looked_at;
	struct camera_view view;
	struct preview preview;
	struct barcode_reader *reader;
	struct barcode_list list;
};

static int camera_poll_fd(const struct source *source)
{
	const struct camera_source *camera =
		container_of(source, const struct camera_source, source);

	return camera->is_device ? camera->hotplug.wait : -1;
}

static void tell(const struct camera_source *camera, enum source_matter matter,
	source_looked looked, void *context)
{
	struct source_look look = {.matter = matter, .from = camera->from};

	looked(context, &look);
}

static enum source_state end(struct camera_source *camera, source_looked looked, void *context)
{
	if (!camera->is_device) {
		return SOURCE_ENDED;
	}
	g_clear_pointer(&camera->frames, frame_source_free);
	hotplug_lost(&camera->hotplug);
	tell(camera, SOURCE_GONE, looked, context);
	return SOURCE_OPEN;
}

static enum source_state camera_read(struct source *source, source_looked looked, void *context)
{
	struct camera_source *camera = container_of(source, struct camera_source, source);
	struct source_text texts[PICTURE_CODES_MAX];
	struct source_look look = {.from = camera->from, .texts = texts};
	struct grey grey = {0};
	enum hoso_error error;

	if (camera->is_device && hotplug_came_back(&camera->hotplug)) {
		tell(camera, SOURCE_BACK, looked, context);
	}
	if (!camera->frames) {
		return SOURCE_OPEN;
	}
	error = camera->frames->next(camera->frames, &grey);
	if (error == HOSO_NOT_FOUND) {
		return end(camera, looked, context);
	}
	if (!error && camera->view.shown) {
		preview_show(&camera->preview, &grey);
	}
	if (!error) {
		error = barcode_read_frame(camera->reader, &grey, &camera->list);
		look.frame = ++camera->looked_at;
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

	if (camera->view.shown) {
		preview_end(&camera->preview);
	}
	if (camera->is_device) {
		hotplug_done(&camera->hotplug);
	}
	frame_source_free(camera->frames);
	barcode_reader_free(camera->reader);
	g_strfreev(camera->paths);
	g_free(camera);
}

struct source *camera_source_from(
	struct frame_source *frames, const char *from, struct camera_view view)
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
	camera->view = view;
	camera->reader = barcode_reader_new();
	if (view.shown) {
		preview_begin(&camera->preview, view.colour);
	}
	return &camera->source;
}

static enum hoso_error open_device(struct hotplug *hotplug, int *ret_fd)
{
	struct camera_source *camera = container_of(hotplug, struct camera_source, hotplug);
	struct frame_source *frames;
	enum hoso_error error = camera_open(hotplug->name, &frames);
	int fd;

	if (error) {
		return error;
	}
	fd = fcntl(frames->fd, F_DUPFD_CLOEXEC, 0);
	if (fd < 0) {
		frame_source_free(frames);
		return HOSO_FILE;
	}
	camera->frames = frames;
	*ret_fd = fd;
	return HOSO_OK;
}

static int by_name(const void *first, const void *second)
{
	return strcmp(*(char *const *)first, *(char *const *)second);
}

static char **pictures_of(const char *folder)
{
	GDir *names = g_dir_open(folder, 0, NULL);
	GPtrArray *paths = g_ptr_array_new();
	const char *name;

	while (names && (name = g_dir_read_name(names))) {
		g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
	}
	if (names) {
		g_dir_close(names);
	}
	g_ptr_array_sort(paths, by_name);
	g_ptr_array_add(paths, NULL);
	return (char **)g_ptr_array_free(paths, FALSE);
}

enum hoso_error camera_source_new(
	const char *device, struct camera_view view, struct source **ret_source)
{
	struct source *source;
	struct camera_source *camera;
	enum hoso_error error;

	if (g_file_test(device, G_FILE_TEST_IS_DIR)) {
		char **paths = pictures_of(device);
		source = camera_source_from(
			camera_open_files((const char *const *)paths), device, view);
		container_of(source, struct camera_source, source)->paths = paths;
		*ret_source = source;
		return HOSO_OK;
	}
	source = camera_source_from(NULL, device, (struct camera_view){0});
	camera = container_of(source, struct camera_source, source);
	error = hotplug_init(&camera->hotplug, open_device, device);
	if (error) {
		int why = errno;
		camera_source_free(source);
		errno = why;
		return error;
	}
	camera->is_device = true;
	camera->view = view;
	if (view.shown) {
		preview_begin(&camera->preview,
			view.colour); /* not before it is sure that there is one */
	}
	*ret_source = source;
	return HOSO_OK;
}
