#ifndef HOSO_FLOW_INTAKE_QUEUE_H
#define HOSO_FLOW_INTAKE_QUEUE_H

#include <glib.h>

#include "flow/intake.h"

struct intake_batch;

/*
 * Who waits for the next batch, and in which order they get into it: first the postponed, whose dossier
 * somebody else had in hand, then those who scan now, with a share kept for the backlogs. Pure: no clock.
 */
struct intake_queue {
	GQueue lanes[INTAKE_LANE_COUNT]; /* struct intake_req, in order of submission */
	GQueue postponed;
	int in_the_air;         /* batches that the database has in hand */
	bool postponed_are_due; /* they have waited; until then they only come along with others */
};

void intake_queue_init(struct intake_queue *queue);

/** intake_queue_room() - see intake_room(). @now_ms: monotonic. */
unsigned intake_queue_room(const struct intake_queue *queue, enum intake_lane lane, int64_t now_ms);

void intake_queue_add(struct intake_queue *queue, struct intake_req *req);
/** intake_queue_land() - @req is in its batch no more. */
void intake_queue_land(struct intake_req *req);

/**
 * intake_queue_postpone() - @req, which has landed undecided, goes in front of all others; but in its place among
 * those of its request that are postponed, too.
 */
void intake_queue_postpone(struct intake_queue *queue, struct intake_req *req);

/**
 * intake_queue_fill() - up to INTAKE_BATCH_MAX for @batch, which is about to depart; returns how many.
 *
 * While another batch is in the air, fewer than INTAKE_SECOND_MIN wait for it: together they cost less. While none is,
 * twice as many of those who scan now are shared between two batches.
 * A scan whose request has others in another batch, or postponed, waits for them; it holds up nobody else's.
 */
unsigned intake_queue_fill(
	struct intake_queue *queue, const struct intake_batch *batch, struct intake_req **ret_reqs);

/** intake_queue_overdue() - the next one whose deadline is over, taken out; NULL when there is none. */
struct intake_req *intake_queue_overdue(struct intake_queue *queue, int64_t now_ms);

/** intake_queue_count() - how many wait. */
unsigned intake_queue_count(const struct intake_queue *queue);

#endif
