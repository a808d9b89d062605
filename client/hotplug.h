#ifndef HOSO_CLIENT_HOTPLUG_H
#define HOSO_CLIENT_HOTPLUG_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/error.h>

#include "base/attr.h"

#define HOTPLUG_RETRY_MS 500 /* a scanner that was plugged in again is noticed after this long */

/**
 * struct hotplug - a device that may be unplugged and come back, under one descriptor to wait for.
 * @open:  gives a descriptor of @name that does not block, or an error; called again and again while it is gone.
 * @fd:    of the device; -1 while it is gone.
 * @wait:  what to wait for (epoll); -1 when the device is a plain file, which is always ready.
 * @timer: of the owner while the device is there; of the retries while it is gone.
 */
struct hotplug {
	enum hoso_error (*open)(struct hotplug *hotplug, int *ret_fd);
	const char *name;
	int fd;
	int wait;
	int timer;
};

/**
 * hotplug_init() - open the device for the first time.
 * @name: kept, not copied.
 *
 * Errors: those of @open, errno says more; nothing is left behind then.
 */
_must_check_ enum hoso_error hotplug_init(struct hotplug *hotplug,
	enum hoso_error (*open)(struct hotplug *hotplug, int *ret_fd), const char *name);
void hotplug_done(struct hotplug *hotplug);

/** hotplug_lost() - a read has failed: close the device, and look for it from now on. */
void hotplug_lost(struct hotplug *hotplug);

/** hotplug_came_back() - try to open a lost device, when it is time to. True when it is there again. */
bool hotplug_came_back(struct hotplug *hotplug);

/** hotplug_alarm() - let the owner's timer go off in @after_ms; 0 stops it. */
void hotplug_alarm(struct hotplug *hotplug, int64_t after_ms);

/** hotplug_rang() - has the timer gone off since the last look? */
bool hotplug_rang(struct hotplug *hotplug);

#endif
