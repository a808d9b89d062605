#include "flow/outbox.h"

#include <inttypes.h>

#include <glib.h>
#include <sodium.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/crash.h"
#include "base/log.h"
#include "flow/breaker.h"
#include "flow/outbox_policy.h"
#include "flow/outbox_push.h"
#include "portal/portal.h"
#include "store/outbox.h"

/*
 *   WATCHING ──due, room, road open──► CLAIMING ──rows──► one push each ──► WATCHING
 *
 * The pause between two looks is short while there is work and grows while there is none.
 */
enum outbox_state { OUTBOX_WATCHING, OUTBOX_CLAIMING };

struct outbox {
	struct loop *loop;
	struct pg_pool *pool;
	struct portal *portal;
	struct ledger *ledger;
	struct outbox_width width;
	struct breaker breaker;
	enum outbox_state state;
	GPtrArray *pushes; /* in the air; counts.in_air of them */
	bool closed;       /* claims nothing: there is no portal, or the daemon stops */
	bool reviving;
	int64_t pause_ms;
	char owner[25];
	struct pg_trip trip;
	int64_t claimed_at_ms; /* monotonic: the leases began later */
	unsigned wanted;       /* rows, of the claim in the air */
	struct pg_trip renewal;
	struct pg_trip revival;
	struct loop_task look;
	struct loop_task renew;
	struct outbox_counts counts;
};

static void outbox_look(struct loop_task *task);

static void look_after(struct outbox *outbox, int64_t pause_ms)
{
	if (!outbox->closed) {
		loop_after(outbox->loop, &outbox->look, pause_ms, outbox_look);
	}
}

static void count_outcome(struct outbox_counts *counts, enum hoso_error outcome)
{
	counts->done += outcome == HOSO_OK;
	counts->unknown += outcome == HOSO_PORTAL_UNKNOWN;
	counts->never += outcome == HOSO_PORTAL_NEVER;
	counts->later += outcome == HOSO_PORTAL_LATER || outcome == HOSO_PORTAL_PAUSED;
}

static void revived(struct pg_trip *trip, enum hoso_error error)
{
	struct outbox *outbox = container_of(trip, struct outbox, revival);

	CRASH_POINT(OUTBOX_REVIVED);
	outbox->reviving = false;
	if (error) {
		log_err("error=%s: dead letters of a closed road were not put back",
			error_wire(error));
	}
	pg_trip_clear(trip);
}

/* What was refused before the road was known to be bad was not refused for its own sake. */
static void revive_wronged(struct outbox *outbox)
{
	int64_t dossiers[BREAKER_MARKS_MAX];

	if (outbox->reviving || breaker_wronged(&outbox->breaker, dossiers) == 0) {
		return;
	}
	outbox_revive(&outbox->revival, BREAKER_WINDOW_MS);
	outbox->reviving = pg_pool_run(outbox->pool, &outbox->revival, revived) == HOSO_OK;
	CRASH_POINT(OUTBOX_REVIVE_SENT);
	if (!outbox->reviving) {
		pg_trip_clear(&outbox->revival);
	}
}

/* Few claims of many rows, not many of few; but early enough that what is in the air lasts until they are here. */
static bool is_worth_a_claim(const struct outbox *outbox)
{
	return outbox->counts.in_air + outbox->width.now / 4 <= outbox->width.now;
}

static void push_done(struct push *push)
{
	struct outbox *outbox = push->owner;

	CRASH_POINT(PUSH_DONE);
	outbox->counts.in_air--;
	g_ptr_array_remove_fast(outbox->pushes, push);
	count_outcome(&outbox->counts, push->outcome);
	revive_wronged(outbox);
	outbox->pause_ms = OUTBOX_POLL_MIN_MS;
	g_free(push);
	if (outbox->state == OUTBOX_WATCHING && is_worth_a_claim(outbox)) {
		look_after(outbox, 0);
	}
}

static void begin_push(struct outbox *outbox, const struct outbox_row *row)
{
	struct push *push = g_new0(struct push, 1);

	push->loop = outbox->loop;
	push->ledger = outbox->ledger;
	push->breaker = &outbox->breaker;
	push->owner = outbox;
	outbox->counts.in_air++;
	g_ptr_array_add(outbox->pushes, push);
	outbox_push_begin(push, outbox->portal, row, push_done);
}

/* A probe was granted but there is nothing to send: the breaker must know, or the road stays shut. */
static void return_probe(struct outbox *outbox)
{
	if (outbox->breaker.state == BREAKER_PROBING && outbox->counts.in_air == 0) {
		breaker_next(&outbox->breaker, HOSO_CANCELED, 0, clock_monotonic_ms());
	}
}

static void rows_came(struct pg_trip *trip, enum hoso_error error)
{
	struct outbox *outbox = container_of(trip, struct outbox, trip);
	const PGresult *rows = trip->results[OUTBOX_CLAIMED];
	int count = !error && trip->committed ? pg_rows(rows) : 0;
	bool more = count > 0 && (unsigned)count == outbox->wanted;

	/* After so long a sleep others may have the lines, and may have sent them already. */
	if (count > 0 && clock_monotonic_ms() - outbox->claimed_at_ms >= OUTBOX_LEASE_MS) {
		log_warn("claimed=%d: too late to send, the leases are over", count);
		count = 0;
	}
	outbox->state = OUTBOX_WATCHING;
	outbox_policy_widen(&outbox->width, outbox->counts.in_air, more);
	for (int row = 0; row < count; row++) {
		struct outbox_row claimed = outbox_learn(rows, row);
		CRASH_POINT(OUTBOX_CLAIMED);
		begin_push(outbox, &claimed);
		CRASH_POINT(OUTBOX_BEGUN);
	}
	if (count == 0) {
		return_probe(outbox);
	}
	outbox->pause_ms =
		count > 0 ? OUTBOX_POLL_MIN_MS : MIN(outbox->pause_ms * 2, OUTBOX_POLL_MAX_MS);
	pg_trip_clear(trip);
	if (error != HOSO_CANCELED) {
		look_after(outbox, more && is_worth_a_claim(outbox) ? 0 : outbox->pause_ms);
	}
}

static unsigned room_now(struct outbox *outbox)
{
	unsigned room = outbox->width.now - MIN(outbox->width.now, outbox->counts.in_air);

	if (outbox->breaker.state != BREAKER_CLOSED) {
		room = outbox->counts.in_air == 0 ? 1 : 0;
	}
	if (room > 0 && !breaker_may_send(&outbox->breaker, clock_monotonic_ms())) {
		room = 0;
	}
	return room;
}

static void outbox_look(struct loop_task *task)
{
	struct outbox *outbox = container_of(task, struct outbox, look);
	unsigned room;

	if (outbox->state != OUTBOX_WATCHING || outbox->closed) {
		return;
	}
	room = room_now(outbox);
	if (room == 0) {
		look_after(outbox, MAX(OUTBOX_POLL_MIN_MS, breaker_wait_ms(&outbox->breaker,
								   clock_monotonic_ms())));
		return;
	}
	outbox->state = OUTBOX_CLAIMING;
	outbox->claimed_at_ms = clock_monotonic_ms();
	outbox->wanted = room;
	outbox_claim(&outbox->trip, room, outbox->owner);
	CRASH_POINT(OUTBOX_CLAIM_MADE);
	if (pg_pool_run(outbox->pool, &outbox->trip, rows_came)) {
		pg_trip_clear(&outbox->trip);
		outbox->state = OUTBOX_WATCHING;
		return_probe(outbox);
		look_after(outbox, OUTBOX_POLL_MAX_MS);
	}
	CRASH_POINT(OUTBOX_CLAIM_SENT);
}

static void renew_later(struct loop_task *task);

static void renewed(struct pg_trip *trip, enum hoso_error error)
{
	struct outbox *outbox = container_of(trip, struct outbox, renewal);

	CRASH_POINT(OUTBOX_RENEWED);
	pg_trip_clear(trip);
	if (error != HOSO_CANCELED) {
		loop_after(outbox->loop, &outbox->renew, OUTBOX_RENEW_MS, renew_later);
	}
}

/* Only what is in the air: a row whose claim got lost on the way here must come free when its lease is over. */
static void make_renewal(struct outbox *outbox)
{
	int64_t ids[OUTBOX_IN_AIR_MAX];

	g_assert(outbox->pushes->len <= OUTBOX_IN_AIR_MAX);
	for (guint i = 0; i < outbox->pushes->len; i++) {
		ids[i] = ((const struct push *)g_ptr_array_index(outbox->pushes, i))->id;
	}
	outbox_renew(&outbox->renewal, ids, outbox->pushes->len, outbox->owner);
}

static void renew_later(struct loop_task *task)
{
	struct outbox *outbox = container_of(task, struct outbox, renew);

	if (outbox->counts.in_air > 0) {
		make_renewal(outbox);
		if (pg_pool_run(outbox->pool, &outbox->renewal, renewed) == HOSO_OK) {
			CRASH_POINT(OUTBOX_RENEW_SENT);
			return;
		}
		pg_trip_clear(&outbox->renewal);
	}
	loop_after(outbox->loop, &outbox->renew, OUTBOX_RENEW_MS, renew_later);
}

struct outbox *outbox_new(
	struct loop *loop, struct pg_pool *pool, struct portal *portal, unsigned connections)
{
	struct outbox *outbox = g_new0(struct outbox, 1);
	unsigned char random[16];

	outbox->loop = loop;
	outbox->pool = pool;
	outbox->portal = portal;
	outbox->pushes = g_ptr_array_new();
	outbox->pause_ms = OUTBOX_POLL_MIN_MS;
	outbox->closed = portal == NULL;
	outbox->ledger = ledger_new(loop, pool);
	outbox->width = outbox_policy_width(connections);
	randombytes_buf(random, sizeof random);
	sodium_bin2base64(outbox->owner, sizeof outbox->owner, random, sizeof random,
		sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	breaker_init(&outbox->breaker, g_random_int());
	look_after(outbox, 0);
	loop_after(loop, &outbox->renew, OUTBOX_RENEW_MS, renew_later);
	return outbox;
}

void outbox_stop(struct outbox *outbox)
{
	outbox->closed = true;
	loop_cancel(&outbox->look);
}

bool outbox_is_empty(const struct outbox *outbox)
{
	return outbox->counts.in_air == 0 && outbox->state == OUTBOX_WATCHING;
}

struct outbox_counts outbox_counts(const struct outbox *outbox)
{
	struct outbox_counts counts = outbox->counts;

	counts.has_portal = outbox->portal != NULL;
	counts.road_open = counts.has_portal && outbox->breaker.state == BREAKER_CLOSED;
	counts.closed_by = outbox->breaker.opened_by;
	return counts;
}

void outbox_free(struct outbox *outbox)
{
	if (!outbox) {
		return;
	}
	/* The pushes that come to their end now must not begin anything: the pool has gone. */
	outbox->closed = true;
	outbox->reviving = true;
	ledger_free(outbox->ledger);
	loop_cancel(&outbox->look);
	loop_cancel(&outbox->renew);
	pg_trip_clear(&outbox->trip);
	pg_trip_clear(&outbox->renewal);
	pg_trip_clear(&outbox->revival);
	g_ptr_array_unref(outbox->pushes);
	g_free(outbox);
}
