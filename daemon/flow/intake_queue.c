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
	if (req->group) {
		req->place = req->group->count++;
	}
	g_queue_push_tail(&queue->lanes[req->lane], req);
}

void intake_queue_land(struct intake_req *req)
{
	if (req->group) {
		req->group->in_the_air--;
	}
}

/*
 * The first of its request that is postponed already and comes behind it: the database was away in between, and those
 * were postponed the first time. NULL when there is none.
 */
static GList *first_behind(const struct intake_queue *queue, const struct intake_req *req)
{
	unsigned left = req->group ? req->group->postponed : 0;
	GList *behind = NULL;

	for (GList *at = queue->postponed.tail; at && left > 0; at = at->prev) {
		const struct intake_req *other = at->data;
		if (other->group == req->group && other->place < req->place) {
			break;
		}
		if (other->group == req->group) {
			behind = at;
			left--;
		}
	}
	return behind;
}

void intake_queue_postpone(struct intake_queue *queue, struct intake_req *req)
{
	g_queue_insert_before(&queue->postponed, first_behind(queue, req), req);
	if (req->group) {
		req->group->postponed++;
	}
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

static struct intake_req *take(struct intake_queue *queue, GQueue *from, GList *link)
{
	struct intake_req *req = link->data;

	g_queue_delete_link(from, link);
	if (req->group && from == &queue->postponed) {
		req->group->postponed--;
	}
	return req;
}

/* Up to @most scans in all in the batch. Who is held stays, and so does what came with it; the others go by. */
static void fill_from(struct filling *filling, GQueue *from, unsigned most)
{
	GList *next;

	for (GList *at = from->head; at; at = next) {
		struct intake_req *req = at->data;
		next = at->next;
		if (filling->count >= most || filling->bytes >= INTAKE_BATCH_BYTES_MAX) {
			return;
		}
		if (is_held(filling, from, req)) {
			continue;
		}
		take(filling->queue, from, at);
		if (req->group) {
			req->group->in_the_air++;
			req->group->batch = filling->batch;
		}
		filling->bytes += req->scan.data_bytes;
		filling->reqs[filling->count++] = req;
	}
}

/*
 * Of those that scan now, as many as one batch should have. Who is answered together comes back together: a batch of all
 * of them would leave the other session without work for ever.
 */
static unsigned half_of_live(const struct intake_queue *queue)
{
	unsigned live = length_of(&queue->lanes[INTAKE_LIVE]);

	return queue->in_the_air == 0 && live >= 2 * INTAKE_SECOND_MIN ? (live + 1) / 2 : live;
}

unsigned intake_queue_fill(
	struct intake_queue *queue, const struct intake_batch *batch, struct intake_req **ret_reqs)
{
	GQueue *live = &queue->lanes[INTAKE_LIVE];
	GQueue *backlog = &queue->lanes[INTAKE_BACKLOG];
	struct filling filling = {.queue = queue, .batch = batch, .reqs = ret_reqs};
	unsigned share = g_queue_is_empty(backlog) ? 0 : INTAKE_BACKLOG_SHARE;
	unsigned live_most;

	if (queue->in_the_air > 0 && intake_queue_count(queue) < INTAKE_SECOND_MIN) {
		return 0;
	}
	/* In front of what came after them, so that no request's scans overtake each other. */
	if (queue->postponed_are_due || !g_queue_is_empty(live) || !g_queue_is_empty(backlog)) {
		fill_from(&filling, &queue->postponed, INTAKE_BATCH_MAX / 2);
	}
	live_most = filling.count + half_of_live(queue);
	fill_from(&filling, live, MIN(live_most, INTAKE_BATCH_MAX - share));
	fill_from(&filling, backlog, INTAKE_BATCH_MAX);
	if (share > 0) {
		fill_from(&filling, live, INTAKE_BATCH_MAX);
	}
	return filling.count;
}

struct intake_req *intake_queue_overdue(struct intake_queue *queue, int64_t now_ms)
{
	GQueue *lanes[] = {&queue->lanes[INTAKE_LIVE], &queue->lanes[INTAKE_BACKLOG]};

	/* Who is postponed again goes behind others, and so the oldest may be anywhere. */
	for (GList *at = queue->postponed.head; at; at = at->next) {
		const struct intake_req *req = at->data;
		if (now_ms >= req->deadline_ms) {
			return take(queue, &queue->postponed, at);
		}
	}
	for (size_t i = 0; i < G_N_ELEMENTS(lanes); i++) {
		const struct intake_req *oldest = g_queue_peek_head(lanes[i]);
		if (oldest && now_ms >= oldest->deadline_ms) {
			return take(queue, lanes[i], lanes[i]->head);
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
