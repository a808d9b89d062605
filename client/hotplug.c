#include "hotplug.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* False when it cannot be waited for: EPERM, a plain file. */
static bool watch(const struct hotplug *hotplug, int fd)
{
	struct epoll_event event = {.events = EPOLLIN};

	return epoll_ctl(hotplug->wait, EPOLL_CTL_ADD, fd, &event) == 0;
}

static void close_one(int *fd)
{
	if (*fd >= 0) {
		close(*fd);
	}
	*fd = -1;
}

enum hoso_error hotplug_init(struct hotplug *hotplug,
	enum hoso_error (*open)(struct hotplug *hotplug, int *ret_fd), const char *name)
{
	enum hoso_error error;

	*hotplug = (struct hotplug){.open = open, .name = name, .fd = -1};
	error = open(hotplug, &hotplug->fd);
	if (error) {
		hotplug->wait = hotplug->timer = -1;
		return error;
	}
	hotplug->wait = epoll_create1(EPOLL_CLOEXEC);
	hotplug->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (hotplug->wait < 0 || hotplug->timer < 0 || !watch(hotplug, hotplug->timer)) {
		hotplug_done(hotplug);
		return HOSO_FILE;
	}
	if (!watch(hotplug, hotplug->fd)) {
		close_one(&hotplug->wait);
	}
	return HOSO_OK;
}

void hotplug_done(struct hotplug *hotplug)
{
	close_one(&hotplug->fd);
	close_one(&hotplug->timer);
	close_one(&hotplug->wait);
}

void hotplug_lost(struct hotplug *hotplug)
{
	close_one(&hotplug->fd);
	hotplug_alarm(hotplug, HOTPLUG_RETRY_MS);
}

bool hotplug_came_back(struct hotplug *hotplug)
{
	if (hotplug->fd >= 0 || !hotplug_rang(hotplug)) {
		return false;
	}
	if (!hotplug->open(hotplug, &hotplug->fd) && watch(hotplug, hotplug->fd)) {
		return true;
	}
	hotplug_lost(hotplug);
	return false;
}

void hotplug_alarm(struct hotplug *hotplug, int64_t after_ms)
{
	struct itimerspec when = {
		.it_value = {.tv_sec = after_ms / 1000, .tv_nsec = after_ms % 1000 * 1000000}};

	timerfd_settime(hotplug->timer, 0, &when, NULL);
}

bool hotplug_rang(struct hotplug *hotplug)
{
	uint64_t times;

	return read(hotplug->timer, &times, sizeof times) == sizeof times;
}
