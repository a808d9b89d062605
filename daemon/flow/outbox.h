#ifndef HOSO_FLOW_OUTBOX_H
#define HOSO_FLOW_OUTBOX_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/error.h>

#include "io/loop.h"
#include "io/pg_pool.h"

struct portal;

/*
 * The outbox tells the portal what the intake wrote down; the two meet only in the database. It looks for
 * due rows, claims the head of each dossier's line, pushes at most OUTBOX_IN_AIR_MAX at a time, and writes
 * down what became of each. When the road itself is bad it closes, and a probe opens it again.
 */
struct outbox;

/**
 * outbox_new() - @portal NULL: nothing is pushed (profile "none"). Both are borrowed.
 * @connections: that the portal is spoken to over; a few pushes more are under way, so that none of them waits.
 */
struct outbox *outbox_new(
	struct loop *loop, struct pg_pool *pool, struct portal *portal, unsigned connections);

/** outbox_stop() - claims nothing any more. */
void outbox_stop(struct outbox *outbox);

/** outbox_is_empty() - nothing is in the air and nothing is being written down. */
bool outbox_is_empty(const struct outbox *outbox);

/**
 * struct outbox_counts - since the start, for /metrics.
 * @has_portal: something is pushed at all; @closed_by: while it is not @road_open
 */
struct outbox_counts {
	uint64_t done, later, unknown, never;
	unsigned in_air;
	bool has_portal;
	bool road_open;
	enum hoso_error closed_by;
};
struct outbox_counts outbox_counts(const struct outbox *outbox);

/** outbox_free() - after portal_free() and pg_pool_free(), which bring back what is in the air. */
void outbox_free(struct outbox *outbox);

#endif
