#include "flow/intake.h"

#include <glib.h>

#include "base/clock.h"
#include "base/crash.h"
#include "flow/intake_batch.h"
#include "flow/intake_queue.h"

#define TICK_MS 200 /* how late a deadline may be noticed */

struct intake {
	struct loop *loop;
	struct intake_queue queue;
	struct intake_batch batches[INTAKE_BATCHES];
	struct loop_task depart;
	struct loop_task tick;
	struct intake_counts counts;
};

static void wake_all(void *arg)
{
	struct intake *intake = arg;

	for (unsigned i = 0; i < INTAKE_BATCHES; i++) {
		intake_batch_wake(&intake->batches[i]);
	}
}

static void depart_due(struct loop_task *task)
{
	wake_all(container_of(task, struct intake, depart));
}

static void answer_error(struct intake_req *req, enum hoso_error error)
{
	req->answer = (struct scan_answer){.error = error};
	req->done(req);
}

static enum hoso_error overdue_error(const struct intake_req *req)
{
	return req->was_sent ? HOSO_OUTCOME_UNKNOWN : HOSO_DATABASE_DOWN;
}

/* Whoever waited too long is told the truth; what was sent for them may still land, under the same id. */
static void give_up(const struct intake *intake, struct intake_req *req)
{
	const char *why;
	enum hoso_error error = overdue_error(req);

	CRASH_POINT(INTAKE_OVERDUE);
	/* With a database that is there, it was others who had the dossier in hand all the time. */
	if (error == HOSO_DATABASE_DOWN && !intake_error(intake, &why)) {
		error = HOSO_BUSY;
	}
	answer_error(req, error);
}

static void look_at_deadlines(struct loop_task *task)
{
	struct intake *intake = container_of(task, struct intake, tick);
	int64_t now_ms = clock_monotonic_ms();
	struct intake_req *req;

	loop_after(intake->loop, &intake->tick, TICK_MS, look_at_deadlines);
	for (unsigned i = 0; i < INTAKE_BATCHES; i++) {
		while ((req = intake_batch_overdue(&intake->batches[i], now_ms))) {
			give_up(intake, req);
		}
	}
	while ((req = intake_queue_overdue(&intake->queue, now_ms))) {
		give_up(intake, req);
	}
}

struct intake *intake_new(struct loop *loop, const struct intake_config *config)
{
	struct intake *intake = g_new0(struct intake, 1);
	struct intake_config own = *config;

	own.conn.changed = wake_all;
	own.conn.arg = intake;
	intake->loop = loop;
	intake_queue_init(&intake->queue);
	for (unsigned i = 0; i < INTAKE_BATCHES; i++) {
		intake_batch_init(&intake->batches[i], loop, &own, &intake->queue, &intake->counts);
	}
	loop_after(loop, &intake->tick, TICK_MS, look_at_deadlines);
	return intake;
}

enum intake_lane intake_lane_of(unsigned scans)
{
	return scans > INTAKE_LIVE_SCANS_MAX ? INTAKE_BACKLOG : INTAKE_LIVE;
}

unsigned intake_room(const struct intake *intake, enum intake_lane lane)
{
	return intake_queue_room(&intake->queue, lane, clock_monotonic_ms());
}

static int64_t deadline_of(const struct intake_req *req)
{
	int64_t deadline_ms = clock_monotonic_ms() + INTAKE_DEADLINE_MS;

	if (!req->group) {
		return deadline_ms;
	}
	if (req->group->count == 0) {
		req->group->deadline_ms = deadline_ms;
	}
	return req->group->deadline_ms;
}

enum hoso_error intake_submit(struct intake *intake, struct intake_req *req, intake_cb done)
{
	if (intake_room(intake, req->lane) == 0) {
		return HOSO_BUSY;
	}
	req->done = done;
	req->was_sent = false;
	req->deadline_ms = deadline_of(req);
	intake_queue_add(&intake->queue, req);
	/* In the next turn of the loop, so that all scans of one request fly together. */
	loop_defer(intake->loop, &intake->depart, depart_due);
	return HOSO_OK;
}

enum hoso_error intake_error(const struct intake *intake, const char **ret_why)
{
	enum hoso_error error = HOSO_OK;

	for (unsigned i = INTAKE_BATCHES; i-- > 0;) {
		error = pg_conn_error(intake->batches[i].conn, ret_why);
		if (!error) {
			return HOSO_OK;
		}
	}
	return error;
}

bool intake_is_empty(const struct intake *intake)
{
	for (unsigned i = 0; i < INTAKE_BATCHES; i++) {
		if (!intake_batch_is_resting(&intake->batches[i])) {
			return false;
		}
	}
	return intake_queue_count(&intake->queue) == 0;
}

struct intake_counts intake_counts(const struct intake *intake)
{
	struct intake_counts counts = intake->counts;

	counts.waiting = intake_queue_count(&intake->queue);
	return counts;
}

void intake_free(struct intake *intake)
{
	struct intake_req *req;

	if (!intake) {
		return;
	}
	loop_cancel(&intake->tick);
	loop_cancel(&intake->depart);
	for (unsigned i = 0; i < INTAKE_BATCHES; i++) {
		intake_batch_done(&intake->batches[i]);
		while ((req = intake_batch_overdue(&intake->batches[i], INT64_MAX))) {
			answer_error(req, overdue_error(req));
		}
	}
	while ((req = intake_queue_overdue(&intake->queue, INT64_MAX))) {
		answer_error(req, overdue_error(req));
	}
	g_free(intake);
}
