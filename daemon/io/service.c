#include "io/service.h"

#include <inttypes.h>
#include <time.h>

#include <systemd/sd-daemon.h>

static struct loop_task watch;
static struct loop *watched;
static uint64_t interval_us;

void service_ready(void)
{
	sd_notify(0, "READY=1\nSTATUS=Nhận lượt quét");
}

void service_reloading(void)
{
	struct timespec now;

	/* In one datagram with the time, as Type=notify-reload of later versions wants it. */
	clock_gettime(CLOCK_MONOTONIC, &now);
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64,
		(uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000);
}

void service_stopping(void)
{
	sd_notify(0, "STOPPING=1\nSTATUS=Đang dừng: ghi nốt những gì đã nhận");
}

/* That this runs at all is the proof that the loop turns. */
static void tell_alive(struct loop_task *task)
{
	sd_notify(0, "WATCHDOG=1");
	loop_after(watched, task, (int64_t)(interval_us / 2000), tell_alive);
}

void service_watch(struct loop *loop)
{
	if (sd_watchdog_enabled(0, &interval_us) > 0) {
		watched = loop;
		tell_alive(&watch);
	}
}

void service_unwatch(void)
{
	loop_cancel(&watch);
}

int service_socket(unsigned n)
{
	int count = sd_listen_fds(0);

	return count > 0 && n < (unsigned)count ? SD_LISTEN_FDS_START + (int)n : -1;
}
