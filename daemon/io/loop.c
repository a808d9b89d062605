#include "io/loop.h"

#include <event2/event.h>
#include <glib.h>

#include "base/attr.h"
#include "base/clock.h"

#define HEARTBEAT_MS 1000

struct loop {
	struct event_base *base;
	struct loop_task heartbeat;
	int64_t turned_at_ms;
};

static void heart_beat(struct loop_task *task)
{
	struct loop *loop = container_of(task, struct loop, heartbeat);

	loop->turned_at_ms = clock_monotonic_ms();
	loop_after(loop, &loop->heartbeat, HEARTBEAT_MS, heart_beat);
}

struct loop *loop_new(void)
{
	struct loop *loop = g_new0(struct loop, 1);

	loop->base = event_base_new();
	g_assert(loop->base);
	heart_beat(&loop->heartbeat);
	return loop;
}

void loop_free(struct loop *loop)
{
	if (!loop) {
		return;
	}
	loop_cancel(&loop->heartbeat);
	event_base_free(loop->base);
	g_free(loop);
}

struct event_base *loop_base(struct loop *loop)
{
	return loop->base;
}

void loop_run(struct loop *loop)
{
	event_base_dispatch(loop->base);
}

void loop_stop(struct loop *loop)
{
	event_base_loopbreak(loop->base);
}

static void task_due(evutil_socket_t fd, short what, void *arg)
{
	struct loop_task *task = arg;

	(void)fd;
	(void)what;
	/* The task may be gone when run returns, so its event goes first. */
	event_free(task->event);
	task->event = NULL;
	task->run(task);
}

void loop_after(struct loop *loop, struct loop_task *task, int64_t delay_ms,
	void (*run)(struct loop_task *))
{
	struct timeval delay = {.tv_sec = delay_ms / 1000, .tv_usec = (delay_ms % 1000) * 1000};

	if (!task->event) {
		task->event = event_new(loop->base, -1, 0, task_due, task);
		g_assert(task->event);
	}
	task->run = run;
	event_add(task->event, &delay);
}

void loop_defer(struct loop *loop, struct loop_task *task, void (*run)(struct loop_task *))
{
	loop_after(loop, task, 0, run);
}

void loop_cancel(struct loop_task *task)
{
	if (task->event) {
		event_free(task->event);
		task->event = NULL;
	}
}

int64_t loop_turned_at_ms(const struct loop *loop)
{
	return loop->turned_at_ms;
}
