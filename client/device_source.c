#include "device_source.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

#include "base/clock.h"
#include "device.h"
#include "hotplug.h"
#include "key_line.h"

#define EVENTS_MAX 64 /* taken at once */

/*
 * Pieces of an event are kept: a pipe may cut one, the kernel never does.
 */
struct device_source {
	struct source source;
	struct hotplug hotplug;
	bool is_recording;
	size_t piece_bytes;
	char piece[sizeof(struct input_event)];
	struct key_line keys;
};

static enum hoso_error open_device(struct hotplug *hotplug, int *ret_fd)
{
	return device_open(hotplug->name, ret_fd);
}

static int device_poll_fd(const struct source *source)
{
	return container_of(source, const struct device_source, source)->hotplug.wait;
}

static void tell(const struct device_source *device, enum source_matter matter,
	source_looked looked, void *context)
{
	struct source_look look = {.matter = matter, .from = device->hotplug.name};

	looked(context, &look);
}

static enum source_state end(struct device_source *device, source_looked looked, void *context)
{
	if (device->is_recording) {
		text_line_end(&device->keys.line, device->hotplug.name, 0, looked, context);
		return SOURCE_ENDED;
	}
	hotplug_lost(&device->hotplug);
	tell(device, SOURCE_GONE, looked, context);
	return SOURCE_OPEN;
}

static void feed(struct device_source *device, const char *bytes, size_t length,
	source_looked looked, void *context)
{
	while (length > 0) {
		size_t part = MIN(length, sizeof device->piece - device->piece_bytes);
		memcpy(device->piece + device->piece_bytes, bytes, part);
		device->piece_bytes += part;
		bytes += part;
		length -= part;
		if (device->piece_bytes == sizeof device->piece) {
			struct input_event event;
			memcpy(&event, device->piece, sizeof event);
			device->piece_bytes = 0;
			key_line_feed(&device->keys, &event, device->hotplug.name, looked, context);
		}
	}
}

static enum source_state device_read(struct source *source, source_looked looked, void *context)
{
	struct device_source *device = container_of(source, struct device_source, source);
	char bytes[EVENTS_MAX * sizeof(struct input_event)];
	ssize_t got;

	if (hotplug_came_back(&device->hotplug)) {
		key_line_deafen(&device->keys, clock_monotonic_ms());
		device->piece_bytes = 0;
		tell(device, SOURCE_BACK, looked, context);
	}
	if (device->hotplug.fd < 0) {
		return SOURCE_OPEN;
	}
	got = read(device->hotplug.fd, bytes, sizeof bytes);
	if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
		return SOURCE_OPEN;
	}
	if (got <= 0) {
		return end(device, looked, context);
	}
	feed(device, bytes, (size_t)got, looked, context);
	return SOURCE_OPEN;
}

static void device_free(struct source *source)
{
	struct device_source *device = container_of(source, struct device_source, source);

	hotplug_done(&device->hotplug);
	g_free(device);
}

enum hoso_error device_source_new(const char *name, struct source **ret_source)
{
	static const struct source_ops ops = {
		.live = true, .poll_fd = device_poll_fd, .read = device_read, .free = device_free};
	struct device_source *device = g_new0(struct device_source, 1);
	enum hoso_error error = hotplug_init(&device->hotplug, open_device, name);
	struct stat status;

	if (error) {
		int why = errno;
		g_free(device);
		errno = why;
		return error;
	}
	device->source.ops = &ops;
	device->is_recording = fstat(device->hotplug.fd, &status) == 0 && !S_ISCHR(status.st_mode);
	if (!device->is_recording) {
		key_line_deafen(&device->keys, clock_monotonic_ms());
	}
	*ret_source = &device->source;
	return HOSO_OK;
}
