#ifndef HOSO_CLIENT_DEVICE_H
#define HOSO_CLIENT_DEVICE_H

#include <limits.h>

#include <glib.h>

#include <hoso/error.h>

#include "base/attr.h"

/** struct device - a keyboard, or a scanner that behaves as one. */
struct device {
	char path[PATH_MAX]; /* /dev/input/eventN */
	char lasting
		[PATH_MAX]; /* a name that stays the same when it is plugged in again; "" for none */
	char usb[10];       /* vendor:product in hex */
	char name[256];     /* as the device calls itself; any bytes */
};

/** device_list() - all that can be opened, an array of struct device; unref it. */
GArray *device_list(void);

/**
 * device_open() - open an input device and take it for ourselves alone, so that no desktop, input method or other
 * window is typed into.
 * @name: a path, or vendor:product in hex as lsusb prints it.
 *
 * A plain file or a pipe is a recording of struct input_event and is only opened.
 *
 * Errors, errno says more: HOSO_NOT_FOUND; HOSO_FORBIDDEN, no right to open it; HOSO_BUSY, another program has taken it;
 * HOSO_FILE, it is no input device.
 */
_must_check_ enum hoso_error device_open(const char *name, int *ret_fd);

#endif
