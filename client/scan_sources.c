#include "scan_sources.h"

#include <errno.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "camera_source.h"
#include "device.h"
#include "device_source.h"
#include "group_source.h"
#include "picture_source.h"
#include "print.h"
#include "serial_source.h"
#include "source_lines.h"
#include "watch_source.h"

void scan_sources_init(struct scan_sources *sources)
{
	*sources = (struct scan_sources){
		.images = g_ptr_array_new(),
		.named = g_array_new(FALSE, FALSE, sizeof(struct scan_source)),
		.purpose = "",
		.preview = true,
	};
}

void scan_sources_done(struct scan_sources *sources)
{
	g_ptr_array_unref(sources->images);
	g_array_unref(sources->named);
}

bool scan_sources_add(struct scan_sources *sources, enum scan_source_kind kind, const char *name)
{
	struct scan_source source = {kind, name};

	if (sources->named->len >= GROUP_SOURCES_MAX - 1) {
		return false;
	}
	g_array_append_val(sources->named, source);
	return true;
}

static enum hoso_error open_watch(const struct client *client, const struct scan_sources *sources,
	const char *folder, struct source **ret_source)
{
	g_autofree char *seen = g_build_filename(client->session.state_folder, "watched", NULL);

	return watch_source_new(folder, seen, sources->purpose, ret_source);
}

static enum hoso_error open_one(const struct client *client, const struct scan_sources *sources,
	const struct scan_source *source, struct source **ret_source)
{
	struct camera_view view = {
		.shown = sources->preview && !client->json && isatty(STDOUT_FILENO),
		.colour = client->colour,
	};

	switch (source->kind) {
	case SCAN_DEVICE:
		return device_source_new(source->name, ret_source);
	case SCAN_SERIAL:
		return serial_source_new(source->name, ret_source);
	case SCAN_WATCH:
		return open_watch(client, sources, source->name, ret_source);
	case SCAN_CAMERA:
		return camera_source_new(source->name, view, ret_source);
	case SCAN_SOURCE_KIND_COUNT:
		break;
	}
	return HOSO_NOT_FOUND;
}

/* What can be named instead; a clerk does not know what an event file is. */
static void list_devices(void)
{
	g_autoptr(GArray) devices = device_list();

	if (devices->len == 0) {
		print_note("%s", _("no keyboard or scanner can be opened here"));
		return;
	}
	print_note("%s", _("these can be named with --device:"));
	for (guint i = 0; i < devices->len; i++) {
		const struct device *device = &g_array_index(devices, struct device, i);
		const char *path = *device->lasting ? device->lasting : device->path;
		print_note("  %s  %s  %s", path, device->usb, device->name);
	}
}

static void advise(const struct scan_source *source, enum hoso_error error)
{
	if (error == HOSO_FORBIDDEN && source->kind == SCAN_DEVICE) {
		print_note(
			"%s", _("ask the operator to put this user into the group hoso-scan, then "
				"sign in to the computer anew"));
	} else if (error == HOSO_FORBIDDEN && source->kind == SCAN_SERIAL) {
		print_note("%s", _("ask the operator to put this user into the group dialout, then "
				   "sign in to the computer anew"));
	} else if (error == HOSO_BUSY) {
		print_note("%s", _("another program has taken it: close that one first"));
	} else if (error == HOSO_BAD_MEMBER) {
		print_note("%s", _("the speed behind the colon is one of 1200, 2400, 4800, 9600, "
				   "19200, 38400, 57600, 115200"));
	}
	if (source->kind == SCAN_DEVICE) {
		list_devices();
	}
}

static int exit_status(enum hoso_error error)
{
	static const struct {
		enum hoso_error error;
		int status;
	} statuses[] = {
		{HOSO_NOT_FOUND, EX_NOINPUT},
		{HOSO_FORBIDDEN, EX_NOPERM},
		{HOSO_BUSY, EX_TEMPFAIL},
		{HOSO_BAD_MEMBER, EX_USAGE},
	};

	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++) {
		if (statuses[i].error == error) {
			return statuses[i].status;
		}
	}
	return EX_IOERR;
}

static int complain(const struct scan_source *source, enum hoso_error error, int number)
{
	if (error == HOSO_NOT_FOUND) {
		print_note(_("%s: there is no such device or folder"), source->name);
	} else if (error == HOSO_FORBIDDEN) {
		print_note(_("%s: this user may not open it"), source->name);
	} else {
		print_note(_("%s cannot be used: %s"), source->name, strerror(number));
	}
	advise(source, error);
	return exit_status(error);
}

/* Ends what was opened before the one that failed. */
static int open_named(const struct client *client, const struct scan_sources *sources,
	struct source **members, size_t *ret_count)
{
	for (guint i = 0; i < sources->named->len; i++) {
		const struct scan_source *source =
			&g_array_index(sources->named, struct scan_source, i);
		enum hoso_error error = open_one(client, sources, source, &members[i]);
		if (error) {
			int number = errno;
			for (guint k = 0; k < i; k++) {
				members[k]->ops->free(members[k]);
			}
			return complain(source, error, number);
		}
	}
	*ret_count = sources->named->len;
	return EX_OK;
}

int scan_sources_open(
	const struct client *client, const struct scan_sources *sources, struct source **ret_source)
{
	struct source *members[GROUP_SOURCES_MAX];
	size_t count = 0;
	int status;

	if (sources->images->len > 0) {
		*ret_source = picture_source_new(
			(char *const *)sources->images->pdata, sources->images->len);
		return EX_OK;
	}
	status = open_named(client, sources, members, &count);
	if (status != EX_OK) {
		return status;
	}
	if (count == 0 || isatty(STDIN_FILENO)) {
		members[count++] = source_lines_new(STDIN_FILENO, "-");
	}
	*ret_source = group_source_new(members, count);
	return EX_OK;
}
