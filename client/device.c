#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <linux/input.h>

#define INPUT_FOLDER "/dev/input"
#define LASTING_FOLDER "/dev/input/by-id"
#define DEVICES_MAX 64 /* looked at; a counter has five */
#define BITS_OF_LONG (8 * sizeof(unsigned long))

static bool has_key(const unsigned long *bits, unsigned key)
{
	return bits[key / BITS_OF_LONG] >> (key % BITS_OF_LONG) & 1;
}

/* A scanner can type letters and Enter; a mouse, a power button and a headset cannot. */
static bool is_keyboard(int fd)
{
	unsigned long bits[KEY_CNT / BITS_OF_LONG + 1] = {0};

	return ioctl(fd, EVIOCGBIT(EV_KEY, sizeof bits), bits) >= 0 && has_key(bits, KEY_A) &&
	       has_key(bits, KEY_1) && has_key(bits, KEY_ENTER);
}

static void find_lasting(struct device *device)
{
	GDir *folder = g_dir_open(LASTING_FOLDER, 0, NULL);
	const char *name;

	while (folder && (name = g_dir_read_name(folder))) {
		g_autofree char *link = g_build_filename(LASTING_FOLDER, name, NULL);
		char target[PATH_MAX];
		if (realpath(link, target) && strcmp(target, device->path) == 0) {
			g_strlcpy(device->lasting, link, sizeof device->lasting);
			break;
		}
	}
	if (folder) {
		g_dir_close(folder);
	}
}

static bool describe(const char *path, struct device *ret_device)
{
	struct device device = {0};
	struct input_id id = {0};
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	bool good = fd >= 0 && is_keyboard(fd) && ioctl(fd, EVIOCGID, &id) == 0;

	if (good) {
		g_strlcpy(device.path, path, sizeof device.path);
		g_snprintf(device.usb, sizeof device.usb, "%04x:%04x", id.vendor, id.product);
		(void)ioctl(fd, EVIOCGNAME(sizeof device.name - 1), device.name);
		find_lasting(&device);
		*ret_device = device;
	}
	if (fd >= 0) {
		close(fd);
	}
	return good;
}

GArray *device_list(void)
{
	GArray *devices = g_array_new(FALSE, FALSE, sizeof(struct device));

	for (int i = 0; i < DEVICES_MAX; i++) {
		g_autofree char *path = g_strdup_printf(INPUT_FOLDER "/event%d", i);
		struct device device;
		if (describe(path, &device)) {
			g_array_append_val(devices, device);
		}
	}
	return devices;
}

/* "05e0:1200" becomes the path it has now; NULL when nothing of the kind is there. */
static char *path_of(const char *name)
{
	g_autoptr(GArray) devices = NULL;

	if (strchr(name, '/')) {
		return g_strdup(name);
	}
	devices = device_list();
	for (guint i = 0; i < devices->len; i++) {
		const struct device *device = &g_array_index(devices, struct device, i);
		if (g_ascii_strcasecmp(device->usb, name) == 0) {
			return g_strdup(device->path);
		}
	}
	return NULL;
}

static enum hoso_error error_of(int number)
{
	switch (number) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
	case ENOTDIR:
		return HOSO_NOT_FOUND;
	case EACCES:
	case EPERM:
		return HOSO_FORBIDDEN;
	case EBUSY:
		return HOSO_BUSY;
	default:
		return HOSO_FILE;
	}
}

/* From here on only we are told of its keys, with the times of the clock that never jumps. */
static bool grab(int fd)
{
	int clock = CLOCK_MONOTONIC;

	return ioctl(fd, EVIOCGRAB, 1) == 0 && ioctl(fd, EVIOCSCLOCKID, &clock) == 0;
}

enum hoso_error device_open(const char *name, int *ret_fd)
{
	g_autofree char *path = path_of(name);
	struct stat status;
	int fd;

	if (!path) {
		errno = ENODEV;
		return HOSO_NOT_FOUND;
	}
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		return error_of(errno);
	}
	if (fstat(fd, &status) == 0 &&
		(S_ISREG(status.st_mode) || S_ISFIFO(status.st_mode) || grab(fd))) {
		*ret_fd = fd;
		return HOSO_OK;
	}
	int why = errno;
	close(fd);
	errno = why;
	return error_of(why);
}
