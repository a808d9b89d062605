#include "flow/intake_batch.h"

#include <inttypes.h>
#include <string.h>

#include <glib.h>

#include "base/clock.h"
#include "base/crash.h"
#include "base/log.h"
#include "base/uuid7.h"
#include "flow/intake_policy.h"
#include "store/shelf.h"

/*
 *             scans wait and the connection is idle
 *   RESTING ───────────────────────────────────────► ASKING ──learned, judged──► KEEPING ──committed──► answers,
 *      ▲                                               ▲  │                         │                  next range
 *      │                                               │  └──── lost race ──────────┤
 *      ├── the database is away: the batch waits ◄─────┴───── again, or in halves ──┤
 *      │                                                                            │ one scan alone fails
 *      └──────────────── the batch is through ◄──────────── SHELVING ◄──────────────┘
 *
 * A batch is worked off in ranges: first the whole; after an SQL error that no retry helps, halves, in
 * order, until the one scan that breaks it is alone. Everybody else gets their commit.
 */

static void batch_enter(struct intake_batch *batch, enum intake_state state);

static struct intake_range *top_range(struct intake_batch *batch)
{
	return &batch->ranges[batch->range_count - 1];
}

/* NULL when it is answered already. */
static struct intake_req *take_out(struct intake_batch *batch, unsigned index)
{
	struct intake_req *req = batch->reqs[index];

	batch->reqs[index] = NULL;
	if (req) {
		intake_queue_land(req);
	}
	return req;
}

/* The answer to a scan of this batch, once its transaction is over. */
static void settle(struct intake_batch *batch, unsigned index)
{
	struct intake_req *req = take_out(batch, index);

	if (req) {
		req->done(req);
	}
}

static void fill_batch(struct intake_batch *batch)
{
	batch->count = intake_queue_fill(batch->queue, batch, batch->reqs);
	batch->ranges[0] = (struct intake_range){0, batch->count};
	batch->range_count = batch->count > 0;
	batch->tries = 0;
	batch->counts->batches += batch->count > 0;
	CRASH_POINT(INTAKE_FILLED);
}

static bool range_is_empty(const struct intake_batch *batch, const struct intake_range *range)
{
	for (unsigned i = range->from; i < range->from + range->count; i++) {
		if (batch->reqs[i]) {
			return false;
		}
	}
	return true;
}

/* The next range that still has somebody waiting; a new batch when this one is through. */
static bool find_work(struct intake_batch *batch)
{
	while (batch->range_count > 0 && range_is_empty(batch, top_range(batch))) {
		batch->range_count--;
		batch->tries = 0;
	}
	if (batch->range_count == 0) {
		fill_batch(batch);
	}
	return batch->range_count > 0;
}

void intake_batch_wake(struct intake_batch *batch)
{
	if (batch->state == INTAKE_RESTING && pg_conn_is_idle(batch->conn) && find_work(batch)) {
		batch_enter(batch, INTAKE_ASKING);
	}
}

static void split_range(struct intake_batch *batch)
{
	struct intake_range *range = top_range(batch);
	unsigned half = range->count / 2;
	struct intake_range first = {range->from, half};

	g_assert(batch->range_count < INTAKE_RANGES_MAX);
	*range = (struct intake_range){range->from + half, range->count - half};
	batch->ranges[batch->range_count++] = first;
	batch->tries = 0;
	batch->counts->splits++;
}

static void postponed_due(struct loop_task *task)
{
	struct intake_batch *batch = container_of(task, struct intake_batch, again);

	batch->queue->postponed_are_due = true;
	batch->changed(batch->changed_arg);
}

/* Somebody else has its dossier in hand: it is for a later batch, and nobody else waits for it. */
static void postpone(struct intake_batch *batch, unsigned index)
{
	intake_queue_postpone(batch->queue, take_out(batch, index));
	loop_after(batch->loop, &batch->again, INTAKE_POSTPONED_MS, postponed_due);
}

static void judge_req(struct intake_batch *batch, struct intake_req *req, int64_t now_ms)
{
	bool was_sent = req->was_sent;

	req->answer =
		judge_scan(batch->book, &req->scan, &req->actor, now_ms, batch->optional_steps);
	/* Found only because our own COMMIT had arrived: for the client this is the first answer. */
	req->answer.replayed = req->answer.replayed && !was_sent;
	req->was_sent = true;
}

/* What comes behind a postponed scan of its own request waits with it: it may build on it, by another code. */
static bool must_wait(const struct intake_batch *batch, const struct intake_req *req)
{
	return book_is_busy(batch->book, &req->scan) || (req->group && req->group->postponed > 0);
}

static void judge_range(struct intake_batch *batch)
{
	const struct intake_range *range = top_range(batch);
	int64_t now_ms = clock_now_ms();

	for (unsigned i = range->from; i < range->from + range->count; i++) {
		struct intake_req *req = batch->reqs[i];
		if (req && must_wait(batch, req)) {
			postpone(batch, i);
		} else if (req) {
			judge_req(batch, req, now_ms);
		}
	}
}

static void settle_range(struct intake_batch *batch)
{
	struct intake_range range = *top_range(batch);

	batch->range_count--;
	batch->tries = 0;
	for (unsigned i = range.from; i < range.from + range.count; i++) {
		batch->counts->scans += batch->reqs[i] != NULL;
		settle(batch, i);
		CRASH_POINT(INTAKE_SETTLED_ONE);
	}
	CRASH_POINT(INTAKE_SETTLED);
}

static void settle_shelved(struct intake_batch *batch)
{
	struct intake_range *range = top_range(batch);
	struct intake_req *req = batch->reqs[range->from];

	log_err("event=%" PRIi64 " code=%s sqlstate=%s: a scan was put into quarantine",
		req ? uuid7_time_ms(&req->scan.event_id) : 0, req ? req->scan.code.text : "",
		batch->poison);
	batch->counts->quarantined++;
	if (req) {
		req->answer = (struct scan_answer){.error = HOSO_QUARANTINED};
	}
	settle_range(batch);
}

static void go_on(struct intake_batch *batch)
{
	switch (batch->state) {
	case INTAKE_ASKING:
		batch_enter(batch, INTAKE_KEEPING);
		break;
	case INTAKE_KEEPING:
		CRASH_POINT(INTAKE_COMMITTED);
		settle_range(batch);
		batch_enter(batch, INTAKE_RESTING);
		break;
	case INTAKE_SHELVING:
		CRASH_POINT(INTAKE_SHELVED);
		settle_shelved(batch);
		batch_enter(batch, INTAKE_RESTING);
		break;
	case INTAKE_RESTING:
		g_assert_not_reached();
	}
}

static void take_step(struct intake_batch *batch, enum intake_step step, const char *sqlstate)
{
	switch (step) {
	case INTAKE_STEP_GO_ON:
		go_on(batch);
		break;
	case INTAKE_STEP_AGAIN:
		batch->tries++;
		batch->counts->retries++;
		CRASH_POINT(INTAKE_AGAIN);
		batch_enter(batch, INTAKE_RESTING);
		break;
	case INTAKE_STEP_PARK:
		batch->counts->unknown += batch->state == INTAKE_KEEPING;
		CRASH_POINT(INTAKE_PARKED);
		/* A session that gave such an answer is not asked again. */
		if (pg_conn_is_idle(batch->conn)) {
			pg_conn_drop(batch->conn);
		}
		batch_enter(batch, INTAKE_RESTING);
		break;
	case INTAKE_STEP_SPLIT:
		split_range(batch);
		CRASH_POINT(INTAKE_SPLIT);
		batch_enter(batch, INTAKE_RESTING);
		break;
	case INTAKE_STEP_SHELVE:
		g_strlcpy(batch->poison, sqlstate, sizeof batch->poison);
		batch_enter(batch, INTAKE_SHELVING);
		break;
	}
}

static void trip_came_back(struct pg_trip *trip, enum hoso_error error)
{
	struct intake_batch *batch = container_of(trip, struct intake_batch, trip);
	char sqlstate[sizeof trip->sqlstate];
	struct intake_outcome outcome = {
		.error = error,
		.sqlstate = sqlstate,
		.commits = batch->state != INTAKE_ASKING,
		.committed = trip->committed,
		.warned = trip->warned,
		.scans = top_range(batch)->count,
		.tries = batch->tries,
	};

	g_strlcpy(sqlstate, trip->sqlstate, sizeof sqlstate);
	if (error == HOSO_CANCELED) {
		return;
	}
	if (!error && batch->state == INTAKE_ASKING) {
		book_learn(batch->book, trip);
		CRASH_POINT(INTAKE_LEARNED);
	}
	pg_trip_clear(trip);
	take_step(batch, intake_policy_next(&outcome), sqlstate);
}

static void ask(struct intake_batch *batch)
{
	const struct intake_range *range = top_range(batch);

	book_free(batch->book);
	batch->book = book_new();
	for (unsigned i = range->from; i < range->from + range->count; i++) {
		if (batch->reqs[i]) {
			book_want(batch->book, &batch->reqs[i]->scan, batch->reqs[i]->actor.office);
		}
	}
	book_ask(batch->book, &batch->trip);
}

static void shelve(struct intake_batch *batch)
{
	struct intake_req *req = batch->reqs[top_range(batch)->from];

	if (!req) {
		batch_enter(batch, INTAKE_RESTING);
		return;
	}
	shelf_keep(&batch->trip, &req->scan, &req->actor, batch->poison);
	pg_conn_run(batch->conn, &batch->trip, trip_came_back);
	CRASH_POINT(INTAKE_SHELF_SENT);
}

static void batch_enter(struct intake_batch *batch, enum intake_state state)
{
	batch->queue->in_the_air += (state != INTAKE_RESTING) - (batch->state != INTAKE_RESTING);
	batch->state = state;
	switch (state) {
	case INTAKE_RESTING:
		/* The session tells when it is idle; intake_batch_wake() goes on from there. */
		break;
	case INTAKE_ASKING:
		ask(batch);
		pg_conn_run(batch->conn, &batch->trip, trip_came_back);
		CRASH_POINT(INTAKE_ASKED);
		break;
	case INTAKE_KEEPING:
		judge_range(batch);
		CRASH_POINT(INTAKE_JUDGED);
		book_write(batch->book, &batch->trip);
		pg_trip_add(&batch->trip, &pg_commit);
		CRASH_POINT(INTAKE_KEEP_MADE);
		pg_conn_run(batch->conn, &batch->trip, trip_came_back);
		CRASH_POINT(INTAKE_KEEP_SENT);
		break;
	case INTAKE_SHELVING:
		shelve(batch);
		break;
	}
}

struct intake_req *intake_batch_overdue(struct intake_batch *batch, int64_t now_ms)
{
	for (unsigned i = 0; i < batch->count; i++) {
		if (batch->reqs[i] && now_ms >= batch->reqs[i]->deadline_ms) {
			return take_out(batch, i);
		}
	}
	return NULL;
}

void intake_batch_init(struct intake_batch *batch, struct loop *loop,
	const struct intake_config *config, struct intake_queue *queue,
	struct intake_counts *counts)
{
	batch->loop = loop;
	batch->optional_steps = config->optional_steps;
	batch->queue = queue;
	batch->counts = counts;
	batch->changed = config->conn.changed;
	batch->changed_arg = config->conn.arg;
	batch->conn = pg_conn_new(loop, &config->conn);
}

bool intake_batch_is_resting(const struct intake_batch *batch)
{
	return batch->state == INTAKE_RESTING && batch->range_count == 0;
}

void intake_batch_done(struct intake_batch *batch)
{
	loop_cancel(&batch->again);
	pg_conn_free(batch->conn);
	pg_trip_clear(&batch->trip);
	book_free(batch->book);
}
