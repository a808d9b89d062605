#ifndef HOSO_FLOW_INTAKE_H
#define HOSO_FLOW_INTAKE_H

#include <hoso/error.h>
#include <hoso/scan.h>

#include "base/attr.h"
#include "flow/judge.h"
#include "io/loop.h"
#include "io/pg_conn.h"
#include "model/actor.h"

/*
 * The intake writes scans down. A batch is in the air, the next one fills; when the first has landed, the next
 * flies. One scan alone goes at once; a flood makes large batches by itself, and puts a second one into the air,
 * on a session of its own: while the one is judged here, or waits for the disk, PostgreSQL works on the other.
 * There is no timer.
 */

struct intake;
struct intake_req;

typedef void (*intake_cb)(struct intake_req *req);

/*
 * Two queues: who scans now is not kept waiting by who sends what a day offline has piled up. A client's
 * scans stay in their order, because those of one request do, and it sends the next when that one is answered.
 */
enum intake_lane { INTAKE_LIVE, INTAKE_BACKLOG, INTAKE_LANE_COUNT };

/** intake_lane_of() - for a request of so many scans. */
enum intake_lane intake_lane_of(unsigned scans);

/**
 * struct intake_group - the scans of one request: judged in their order. Zero-initialised; the intake's own.
 * Caller-owned, lives until the last of them is answered.
 */
struct intake_group {
	unsigned in_the_air;
	unsigned postponed;
	unsigned count; /* submitted so far */
	int64_t deadline_ms; /* of all of them: who is given up alone lets the next be judged without it; monotonic */
	const void *batch; /* which has those in the air */
};

/**
 * struct intake_req - one scan on its way. Caller-owned, lives until the callback.
 * @answer: valid in the callback. answer.error is HOSO_OK when the scan is recorded; HOSO_KEY_REUSE,
 *          HOSO_NOT_FOUND or HOSO_QUARANTINED when it was not and will not be; HOSO_DATABASE_DOWN when it
 *          was not sent; HOSO_OUTCOME_UNKNOWN when it may be recorded: the same scan again tells.
 */
struct intake_req {
	struct scan scan;
	struct actor actor;
	enum intake_lane lane;
	struct intake_group *group; /* NULL: it came alone */
	struct scan_answer answer;
	/* the intake's own */
	intake_cb done;
	int64_t deadline_ms; /* monotonic */
	unsigned place;      /* in its group */
	bool was_sent;
};

/** struct intake_config - @conn is for the intake's own connection; its changed and arg are set here. */
struct intake_config {
	struct pg_conn_config conn;
	bool optional_steps; /* see judge_scan() */
};

struct intake *intake_new(struct loop *loop, const struct intake_config *config);

/**
 * intake_room() - how many scans may be submitted to @lane now: none when its oldest one has waited for too
 * long already. A request goes in whole or not at all.
 */
unsigned intake_room(const struct intake *intake, enum intake_lane lane);

/**
 * intake_submit() - put one scan into the filling batch. Those of one group and lane are judged in the order of submission.
 * @req->scan has passed scan_check().
 * @done: runs once, after the commit, never inside this call.
 *
 * Errors: HOSO_BUSY when intake_room() of @req->lane is 0: nothing was queued and @done will not run.
 * Source: design, "The walk of a scan".
 */
_must_check_ enum hoso_error intake_submit(
	struct intake *intake, struct intake_req *req, intake_cb done);

/** intake_error() - HOSO_OK when the database takes scans, else why not. */
enum hoso_error intake_error(const struct intake *intake, const char **ret_why);

/** intake_is_empty() - nothing waits and nothing is in the air: the daemon may stop. */
bool intake_is_empty(const struct intake *intake);

/** struct intake_counts - since the start, for /metrics. */
struct intake_counts {
	uint64_t batches, scans, retries, splits, quarantined, unknown;
	unsigned waiting;
};
struct intake_counts intake_counts(const struct intake *intake);

/** intake_free() - what is not decided is answered HOSO_OUTCOME_UNKNOWN or HOSO_DATABASE_DOWN. */
void intake_free(struct intake *intake);

#endif
