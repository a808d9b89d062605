#include "io/loop.h"

#include <event2/event.h>
#include <glib.h>

#include "base/attr.h"
#include "base/clock.h"

#define HEARTBEAT_MS 1000

struct loop {
	struct event_base *base;
	struct loop_task heartbeat;
};

/* libevent's loop ends when nothing waits; ours goes on until it is stopped. */
static void heart_beat(struct loop_task *task)
{
	struct loop *loop = container_of(task, struct loop, heartbeat);

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
	/* The task may be gone when run returns. */
	task->waits = false;
	task->run(task);
}

void loop_after(struct loop *loop, struct loop_task *task, int64_t delay_ms,
	void (*run)(struct loop_task *))
{
	struct timeval delay = {.tv_sec = delay_ms / 1000, .tv_usec = (delay_ms % 1000) * 1000};

	if (!task->waits) {
		event_assign(&task->event, loop->base, -1, 0, task_due, task);
		task->waits = true;
	}
	task->run = run;
	event_add(&task->event, &delay);
}

void loop_defer(struct loop *loop, struct loop_task *task, void (*run)(struct loop_task *))
{
	loop_after(loop, task, 0, run);
}

void loop_cancel(struct loop_task *task)
{
	if (task->waits) {
		event_del(&task->event);
		task->waits = false;
	}
}

static void deadline_due(struct loop_task *task)
{
	struct loop_deadline *deadline = container_of(task, struct loop_deadline, task);
	int64_t left_ms = deadline->at_ms - clock_monotonic_ms();

	if (deadline->at_ms == INT64_MAX) {
		return;
	}
	if (left_ms > 0) {
		deadline->armed_ms = deadline->at_ms;
		loop_after(deadline->loop, task, left_ms, deadline_due);
	} else {
		deadline->passed(deadline);
	}
}

void loop_deadline_set(struct loop *loop, struct loop_deadline *deadline, int64_t delay_ms,
	void (*passed)(struct loop_deadline *))
{
	deadline->loop = loop;
	deadline->passed = passed;
	deadline->at_ms = clock_monotonic_ms() + delay_ms;
	if (!deadline->task.waits || deadline->armed_ms > deadline->at_ms) {
		deadline->armed_ms = deadline->at_ms;
		loop_after(loop, &deadline->task, delay_ms, deadline_due);
	}
}

void loop_deadline_clear(struct loop_deadline *deadline)
{
	deadline->at_ms = INT64_MAX;
}

void loop_deadline_done(struct loop_deadline *deadline)
{
	loop_cancel(&deadline->task);
}
