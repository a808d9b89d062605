#ifndef HOSO_FLOW_INTAKE_BATCH_H
#define HOSO_FLOW_INTAKE_BATCH_H

#include <stdbool.h>

#include <hoso/limits.h>

#include "flow/intake.h"
#include "flow/intake_queue.h"
#include "io/loop.h"
#include "io/pg_conn.h"
#include "store/book.h"

/*
 * A batch of scans on its way into the database, on a session of its own: asked, judged, kept, answered. When it
 * is through it fills itself again from the queue.
 */
enum intake_state { INTAKE_RESTING, INTAKE_ASKING, INTAKE_KEEPING, INTAKE_SHELVING };

#define INTAKE_RANGES_MAX 16 /* halving INTAKE_BATCH_MAX scans leaves at most 9 ranges waiting */

struct intake_range {
	unsigned from;
	unsigned count;
};

/**
 * struct intake_batch - its own affair; zero-initialised, then intake_batch_init().
 * @reqs:   NULL once it is answered
 * @ranges: a stack; the top is worked on
 * @poison: SQLSTATE that sent a scan to the shelf
 * @again:  for what was postponed
 * @changed: told when the session has changed or the postponed are due: wakes all batches, for what waited for
 *           one that is lost is for another
 */
struct intake_batch {
	struct loop *loop;
	struct pg_conn *conn;
	bool optional_steps;
	struct intake_queue *queue;
	struct intake_counts *counts;
	enum intake_state state;
	struct intake_req *reqs[INTAKE_BATCH_MAX];
	unsigned count;
	struct intake_range ranges[INTAKE_RANGES_MAX];
	unsigned range_count;
	unsigned tries;
	struct book *book;
	struct pg_trip trip;
	char poison[6];
	struct loop_task again;
	void (*changed)(void *arg);
	void *changed_arg;
};

/** intake_batch_init() - @queue and @counts are shared with the other batches, and outlive it; so is what
 * @config->conn.changed tells. */
void intake_batch_init(struct intake_batch *batch, struct loop *loop,
	const struct intake_config *config, struct intake_queue *queue,
	struct intake_counts *counts);

/** intake_batch_wake() - depart, if it rests, its session is idle, and the queue has something for it. */
void intake_batch_wake(struct intake_batch *batch);

/** intake_batch_is_resting() - nothing of it is in the air, and nothing waits for the database to come back. */
bool intake_batch_is_resting(const struct intake_batch *batch);

/** intake_batch_overdue() - the next scan whose deadline is over, taken out; NULL when there is none. @now_ms: monotonic. */
struct intake_req *intake_batch_overdue(struct intake_batch *batch, int64_t now_ms);

/** intake_batch_done() - ends the session; who is still in the batch is the caller's: intake_batch_overdue(). */
void intake_batch_done(struct intake_batch *batch);

#endif
