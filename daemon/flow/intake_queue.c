#include "flow/intake_queue.h"

#include <hoso/limits.h>

void intake_queue_init(struct intake_queue *queue)
{
	for (int lane = 0; lane < INTAKE_LANE_COUNT; lane++) {
		g_queue_init(&queue->lanes[lane]);
	}
	g_queue_init(&queue->postponed);
	queue->postponed_are_due = false;
	queue->in_the_air = 0;
}

static unsigned length_of(const GQueue *queue)
{
	return g_queue_get_length((GQueue *)queue);
}

unsigned intake_queue_room(const struct intake_queue *queue, enum intake_lane lane, int64_t now_ms)
{
	static const struct {
		unsigned waiting_max;
		int64_t age_max_ms;
	} limits[INTAKE_LANE_COUNT] = {
		[INTAKE_LIVE] = {INTAKE_LIVE_WAITING_MAX, INTAKE_LIVE_AGE_MAX_MS},
		[INTAKE_BACKLOG] = {INTAKE_BACKLOG_WAITING_MAX, INTAKE_BACKLOG_AGE_MAX_MS},
	};
	const struct intake_req *oldest = g_queue_peek_head((GQueue *)&queue->lanes[lane]);
	unsigned waiting = length_of(&queue->lanes[lane]) + length_of(&queue->postponed);
	int64_t age_ms = oldest ? now_ms - (oldest->deadline_ms - INTAKE_DEADLINE_MS) : 0;

	if (waiting >= limits[lane].waiting_max || age_ms > limits[lane].age_max_ms) {
		return 0;
	}
	return limits[lane].waiting_max - waiting;
}

void intake_queue_add(struct intake_queue *queue, struct intake_req *req)
{
	g_queue_push_tail(&queue->lanes[req->lane], req);
}

void intake_queue_land(struct intake_req *req)
{
	if (req->group) {
		req->group->in_the_air--;
	}
}

void intake_queue_postpone(struct intake_queue *queue, struct intake_req *req)
{
	if (req->group) {
		req->group->postponed++;
	}
	g_queue_push_tail(&queue->postponed, req);
	queue->postponed_are_due = false;
}

struct filling {
	struct intake_queue *queue;
	const struct intake_batch *batch;
	struct intake_req **reqs;
	unsigned count;
	size_t bytes;
};

/* It would overtake one of its own request: in another batch, or among the postponed. */
static bool is_held(const struct filling *filling, const GQueue *from, const struct intake_req *req)
{
	const struct intake_group *group = req->group;

	return group && ((group->in_the_air > 0 && group->batch != filling->batch) ||
				(group->postponed > 0 && from != &filling->queue->postponed));
}

static struct intake_req *take_head(struct intake_queue *queue, GQueue *from)
{
	struct intake_req *req = g_queue_pop_head(from);

	if (req->group && from == &queue->postponed) {
		req->group->postponed--;
	}
	return req;
}

/* Up to @most scans in all in the batch. */
static void fill_from(struct filling *filling, GQueue *from, unsigned most)
{
	while (filling->count < most && filling->bytes < INTAKE_BATCH_BYTES_MAX &&
		!g_queue_is_empty(from) && !is_held(filling, from, g_queue_peek_head(from))) {
		struct intake_req *req = take_head(filling->queue, from);
		if (req->group) {
			req->group->in_the_air++;
			req->group->batch = filling->batch;
		}
		filling->bytes += req->scan.data_bytes;
		filling->reqs[filling->count++] = req;
	}
}

unsigned intake_queue_fill(
	struct intake_queue *queue, const struct intake_batch *batch, struct intake_req **ret_reqs)
{
	GQueue *live = &queue->lanes[INTAKE_LIVE];
	GQueue *backlog = &queue->lanes[INTAKE_BACKLOG];
	struct filling filling = {.queue = queue, .batch = batch, .reqs = ret_reqs};
	unsigned share = g_queue_is_empty(backlog) ? 0 : INTAKE_BACKLOG_SHARE;

	if (queue->in_the_air > 0 && intake_queue_count(queue) < INTAKE_SECOND_MIN) {
		return 0;
	}
	/* In front of what came after them, so that no request's scans overtake each other. */
	if (queue->postponed_are_due || !g_queue_is_empty(live) || !g_queue_is_empty(backlog)) {
		fill_from(&filling, &queue->postponed, INTAKE_BATCH_MAX / 2);
	}
	fill_from(&filling, live, INTAKE_BATCH_MAX - share);
	fill_from(&filling, backlog, INTAKE_BATCH_MAX);
	fill_from(&filling, live, INTAKE_BATCH_MAX);
	return filling.count;
}

struct intake_req *intake_queue_overdue(struct intake_queue *queue, int64_t now_ms)
{
	GQueue *all[] = {
		&queue->postponed, &queue->lanes[INTAKE_LIVE], &queue->lanes[INTAKE_BACKLOG]};

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		const struct intake_req *oldest = g_queue_peek_head(all[i]);
		if (oldest && now_ms >= oldest->deadline_ms) {
			return take_head(queue, all[i]);
		}
	}
	return NULL;
}

unsigned intake_queue_count(const struct intake_queue *queue)
{
	unsigned count = length_of(&queue->postponed);

	for (int lane = 0; lane < INTAKE_LANE_COUNT; lane++) {
		count += length_of(&queue->lanes[lane]);
	}
	return count;
}
