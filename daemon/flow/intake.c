#include "flow/intake.h"

#include <inttypes.h>
#include <string.h>

#include <glib.h>

#include "base/clock.h"
#include "base/crash.h"
#include "base/log.h"
#include "base/uuid7.h"
#include "flow/intake_policy.h"
#include "flow/intake_queue.h"
#include "store/book.h"
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
enum intake_state { INTAKE_RESTING, INTAKE_ASKING, INTAKE_KEEPING, INTAKE_SHELVING };

#define RANGES_MAX 16 /* halving 256 scans leaves at most 9 ranges waiting */
#define TICK_MS 200   /* how late a deadline may be noticed */

struct range {
	unsigned from;
	unsigned count;
};

struct intake {
	struct loop *loop;
	struct pg_conn *conn;
	bool optional_steps;
	enum intake_state state;
	struct intake_queue queue;
	struct intake_req *batch[INTAKE_BATCH_MAX]; /* NULL once it is answered */
	unsigned batch_count;
	struct range ranges[RANGES_MAX]; /* a stack; the top is worked on */
	unsigned range_count;
	unsigned tries;
	struct book *book;
	struct pg_trip trip;
	char poison[6]; /* SQLSTATE that sent a scan to the shelf */
	struct loop_task depart;
	struct loop_task again; /* for what was postponed */
	struct loop_task tick;
	struct intake_counts counts;
};

static void intake_enter(struct intake *intake, enum intake_state state);
static void intake_wake(void *arg);

static struct range *top_range(struct intake *intake)
{
	return &intake->ranges[intake->range_count - 1];
}

static void answer_req(struct intake_req *req)
{
	req->done(req);
}

static void answer_error(struct intake_req *req, enum hoso_error error)
{
	req->answer = (struct scan_answer){.error = error};
	answer_req(req);
}

/* The answer to a scan of this batch, once its transaction is over. */
static void settle(struct intake *intake, unsigned index)
{
	struct intake_req *req = intake->batch[index];

	intake->batch[index] = NULL;
	if (req) {
		answer_req(req);
	}
}

static void fill_batch(struct intake *intake)
{
	intake->batch_count = intake_queue_fill(&intake->queue, intake->batch);
	intake->ranges[0] = (struct range){0, intake->batch_count};
	intake->range_count = intake->batch_count > 0;
	intake->tries = 0;
	intake->counts.batches += intake->batch_count > 0;
	CRASH_POINT(INTAKE_FILLED);
}

static bool range_is_empty(const struct intake *intake, const struct range *range)
{
	for (unsigned i = range->from; i < range->from + range->count; i++) {
		if (intake->batch[i]) {
			return false;
		}
	}
	return true;
}

/* The next range that still has somebody waiting; a new batch when this one is through. */
static bool find_work(struct intake *intake)
{
	while (intake->range_count > 0 && range_is_empty(intake, top_range(intake))) {
		intake->range_count--;
		intake->tries = 0;
	}
	if (intake->range_count == 0) {
		fill_batch(intake);
	}
	return intake->range_count > 0;
}

static void intake_wake(void *arg)
{
	struct intake *intake = arg;

	if (intake->state == INTAKE_RESTING && pg_conn_is_idle(intake->conn) && find_work(intake)) {
		intake_enter(intake, INTAKE_ASKING);
	}
}

static void depart_due(struct loop_task *task)
{
	intake_wake(container_of(task, struct intake, depart));
}

static void split_range(struct intake *intake)
{
	struct range *range = top_range(intake);
	unsigned half = range->count / 2;
	struct range first = {range->from, half};

	g_assert(intake->range_count < RANGES_MAX);
	*range = (struct range){range->from + half, range->count - half};
	intake->ranges[intake->range_count++] = first;
	intake->tries = 0;
	intake->counts.splits++;
}

static void postponed_due(struct loop_task *task)
{
	struct intake *intake = container_of(task, struct intake, again);

	intake->queue.postponed_are_due = true;
	intake_wake(intake);
}

/* Somebody else has its dossier in hand: it is for a later batch, and nobody else waits for it. */
static void postpone(struct intake *intake, unsigned index)
{
	intake_queue_postpone(&intake->queue, intake->batch[index]);
	intake->batch[index] = NULL;
	loop_after(intake->loop, &intake->again, INTAKE_POSTPONED_MS, postponed_due);
}

static void judge_req(struct intake *intake, struct intake_req *req, int64_t now_ms)
{
	bool was_sent = req->was_sent;

	req->answer =
		judge_scan(intake->book, &req->scan, &req->actor, now_ms, intake->optional_steps);
	/* Found only because our own COMMIT had arrived: for the client this is the first answer. */
	req->answer.replayed = req->answer.replayed && !was_sent;
	req->was_sent = true;
}

static void judge_range(struct intake *intake)
{
	const struct range *range = top_range(intake);
	int64_t now_ms = clock_now_ms();

	for (unsigned i = range->from; i < range->from + range->count; i++) {
		struct intake_req *req = intake->batch[i];
		if (req && book_is_busy(intake->book, &req->scan)) {
			postpone(intake, i);
		} else if (req) {
			judge_req(intake, req, now_ms);
		}
	}
}

static void settle_range(struct intake *intake)
{
	struct range range = *top_range(intake);

	intake->range_count--;
	intake->tries = 0;
	for (unsigned i = range.from; i < range.from + range.count; i++) {
		intake->counts.scans += intake->batch[i] != NULL;
		settle(intake, i);
		CRASH_POINT(INTAKE_SETTLED_ONE);
	}
	CRASH_POINT(INTAKE_SETTLED);
}

static void settle_shelved(struct intake *intake)
{
	struct range *range = top_range(intake);
	struct intake_req *req = intake->batch[range->from];

	log_err("event=%" PRIi64 " code=%s sqlstate=%s: a scan was put into quarantine",
		req ? uuid7_time_ms(&req->scan.event_id) : 0, req ? req->scan.code.text : "",
		intake->poison);
	intake->counts.quarantined++;
	if (req) {
		req->answer = (struct scan_answer){.error = HOSO_QUARANTINED};
	}
	settle_range(intake);
}

static void go_on(struct intake *intake)
{
	switch (intake->state) {
	case INTAKE_ASKING:
		intake_enter(intake, INTAKE_KEEPING);
		break;
	case INTAKE_KEEPING:
		CRASH_POINT(INTAKE_COMMITTED);
		settle_range(intake);
		intake_enter(intake, INTAKE_RESTING);
		break;
	case INTAKE_SHELVING:
		CRASH_POINT(INTAKE_SHELVED);
		settle_shelved(intake);
		intake_enter(intake, INTAKE_RESTING);
		break;
	case INTAKE_RESTING:
		g_assert_not_reached();
	}
}

static void take_step(struct intake *intake, enum intake_step step, const char *sqlstate)
{
	switch (step) {
	case INTAKE_STEP_GO_ON:
		go_on(intake);
		break;
	case INTAKE_STEP_AGAIN:
		intake->tries++;
		intake->counts.retries++;
		CRASH_POINT(INTAKE_AGAIN);
		intake_enter(intake, INTAKE_RESTING);
		break;
	case INTAKE_STEP_PARK:
		intake->counts.unknown += intake->state == INTAKE_KEEPING;
		CRASH_POINT(INTAKE_PARKED);
		/* A session that gave such an answer is not asked again. */
		if (pg_conn_is_idle(intake->conn)) {
			pg_conn_drop(intake->conn);
		}
		intake_enter(intake, INTAKE_RESTING);
		break;
	case INTAKE_STEP_SPLIT:
		split_range(intake);
		CRASH_POINT(INTAKE_SPLIT);
		intake_enter(intake, INTAKE_RESTING);
		break;
	case INTAKE_STEP_SHELVE:
		g_strlcpy(intake->poison, sqlstate, sizeof intake->poison);
		intake_enter(intake, INTAKE_SHELVING);
		break;
	}
}

static void trip_came_back(struct pg_trip *trip, enum hoso_error error)
{
	struct intake *intake = container_of(trip, struct intake, trip);
	char sqlstate[sizeof trip->sqlstate];
	struct intake_outcome outcome = {
		.error = error,
		.sqlstate = sqlstate,
		.commits = intake->state != INTAKE_ASKING,
		.committed = trip->committed,
		.warned = trip->warned,
		.scans = top_range(intake)->count,
		.tries = intake->tries,
	};

	g_strlcpy(sqlstate, trip->sqlstate, sizeof sqlstate);
	if (error == HOSO_CANCELED) {
		return;
	}
	if (!error && intake->state == INTAKE_ASKING) {
		book_learn(intake->book, trip);
		CRASH_POINT(INTAKE_LEARNED);
	}
	pg_trip_clear(trip);
	take_step(intake, intake_policy_next(&outcome), sqlstate);
}

static void ask(struct intake *intake)
{
	const struct range *range = top_range(intake);

	book_free(intake->book);
	intake->book = book_new();
	for (unsigned i = range->from; i < range->from + range->count; i++) {
		if (intake->batch[i]) {
			book_want(intake->book, &intake->batch[i]->scan);
		}
	}
	book_ask(intake->book, &intake->trip);
}

static void shelve(struct intake *intake)
{
	struct intake_req *req = intake->batch[top_range(intake)->from];

	if (!req) {
		intake_enter(intake, INTAKE_RESTING);
		return;
	}
	shelf_keep(&intake->trip, &req->scan, &req->actor, intake->poison);
	pg_conn_run(intake->conn, &intake->trip, trip_came_back);
	CRASH_POINT(INTAKE_SHELF_SENT);
}

static void intake_enter(struct intake *intake, enum intake_state state)
{
	intake->state = state;
	switch (state) {
	case INTAKE_RESTING:
		/* The connection tells when it is idle; intake_wake() goes on from there. */
		break;
	case INTAKE_ASKING:
		ask(intake);
		pg_conn_run(intake->conn, &intake->trip, trip_came_back);
		CRASH_POINT(INTAKE_ASKED);
		break;
	case INTAKE_KEEPING:
		judge_range(intake);
		CRASH_POINT(INTAKE_JUDGED);
		book_keep(intake->book, &intake->trip);
		CRASH_POINT(INTAKE_KEEP_MADE);
		pg_conn_run(intake->conn, &intake->trip, trip_came_back);
		CRASH_POINT(INTAKE_KEEP_SENT);
		break;
	case INTAKE_SHELVING:
		shelve(intake);
		break;
	}
}

static bool is_overdue(const struct intake_req *req, int64_t now_ms)
{
	return req && now_ms >= req->deadline_ms;
}

static enum hoso_error overdue_error(const struct intake_req *req)
{
	return req->was_sent ? HOSO_OUTCOME_UNKNOWN : HOSO_DATABASE_DOWN;
}

/* Whoever waited too long is told the truth; what was sent for them may still land, under the same id. */
static void look_at_deadlines(struct loop_task *task)
{
	struct intake *intake = container_of(task, struct intake, tick);
	int64_t now_ms = clock_monotonic_ms();
	struct intake_req *req;

	loop_after(intake->loop, &intake->tick, TICK_MS, look_at_deadlines);
	for (unsigned i = 0; i < intake->batch_count; i++) {
		req = intake->batch[i];
		if (is_overdue(req, now_ms)) {
			intake->batch[i] = NULL;
			CRASH_POINT(INTAKE_OVERDUE);
			answer_error(req, overdue_error(req));
		}
	}
	while ((req = intake_queue_overdue(&intake->queue, now_ms))) {
		answer_error(req, overdue_error(req));
	}
}

struct intake *intake_new(struct loop *loop, const struct intake_config *config)
{
	struct intake *intake = g_new0(struct intake, 1);
	struct pg_conn_config conn = config->conn;

	intake->loop = loop;
	intake->optional_steps = config->optional_steps;
	intake_queue_init(&intake->queue);
	conn.changed = intake_wake;
	conn.arg = intake;
	intake->conn = pg_conn_new(loop, &conn);
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

enum hoso_error intake_submit(struct intake *intake, struct intake_req *req, intake_cb done)
{
	if (intake_room(intake, req->lane) == 0) {
		return HOSO_BUSY;
	}
	req->done = done;
	req->was_sent = false;
	req->deadline_ms = clock_monotonic_ms() + INTAKE_DEADLINE_MS;
	intake_queue_add(&intake->queue, req);
	/* In the next turn of the loop, so that all scans of one request fly together. */
	if (intake->state == INTAKE_RESTING) {
		loop_defer(intake->loop, &intake->depart, depart_due);
	}
	return HOSO_OK;
}

enum hoso_error intake_error(const struct intake *intake, const char **ret_why)
{
	return pg_conn_error(intake->conn, ret_why);
}

bool intake_is_empty(const struct intake *intake)
{
	return intake->state == INTAKE_RESTING && intake->range_count == 0 &&
	       intake_queue_count(&intake->queue) == 0;
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
	loop_cancel(&intake->again);
	pg_conn_free(intake->conn);
	pg_trip_clear(&intake->trip);
	book_free(intake->book);
	for (unsigned i = 0; i < intake->batch_count; i++) {
		if (intake->batch[i]) {
			answer_error(intake->batch[i], overdue_error(intake->batch[i]));
		}
	}
	while ((req = intake_queue_overdue(&intake->queue, INT64_MAX))) {
		answer_error(req, overdue_error(req));
	}
	g_free(intake);
}
