#ifndef HOSO_IO_LOOP_H
#define HOSO_IO_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include <event2/event_struct.h>

struct event_base;

/**
 * struct loop - the one event loop of the process (libevent).
 *
 * Everything runs on it, in one thread. Rooms take a struct loop and use loop_base() for their own
 * libevent objects.
 */
struct loop;

struct loop *loop_new(void);
void loop_free(struct loop *loop);

struct event_base *loop_base(struct loop *loop);

/** loop_run() - returns after loop_stop(). */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/**
 * struct loop_task - a call that waits: for the next turn, or for some time.
 * Caller-owned, zero-initialised, lives until it ran or was cancelled. Embed it.
 */
struct loop_task {
	struct event event;
	bool waits;
	void (*run)(struct loop_task *task);
};

/** loop_defer() - run @run in the next turn of the loop: the way to keep "never inside the call". */
void loop_defer(struct loop *loop, struct loop_task *task, void (*run)(struct loop_task *));

/** loop_after() - run @run once, @delay_ms from now by the monotonic clock; scheduled again, it moves. */
void loop_after(struct loop *loop, struct loop_task *task, int64_t delay_ms,
	void (*run)(struct loop_task *));

/** loop_cancel() - @run will not be called; harmless when nothing waits. */
void loop_cancel(struct loop_task *task);

/**
 * struct loop_deadline - an instant that moves often and is seldom reached: setting it costs no timer
 * unless it comes nearer. Caller-owned, zero-initialised.
 * @at_ms: monotonic
 */
struct loop_deadline {
	struct loop *loop;
	struct loop_task task;
	int64_t at_ms;
	int64_t armed_ms; /* when the task runs: not after @at_ms */
	void (*passed)(struct loop_deadline *deadline);
};

/** loop_deadline_set() - @passed runs once, @delay_ms from now, unless it is set again or cleared before. */
void loop_deadline_set(struct loop *loop, struct loop_deadline *deadline, int64_t delay_ms,
	void (*passed)(struct loop_deadline *));

/** loop_deadline_clear() - there is none for now; it may be set again. */
void loop_deadline_clear(struct loop_deadline *deadline);

/** loop_deadline_done() - the memory may go. */
void loop_deadline_done(struct loop_deadline *deadline);

#endif
