#include "flow/outbox_ledger.h"

#include <glib.h>

#include <hoso/limits.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/crash.h"

#define AGAIN_MS 300

/*
 *            entries wait
 *   RESTING ──────────────► WRITING ──written, or out of time──► done
 *      ▲                       │ not written: again in AGAIN_MS,
 *      └───────────────────────┘ one by one if the server refused a statement: one of them may be to blame
 */
struct ledger {
	struct loop *loop;
	struct pg_pool *pool;
	GQueue waiting; /* struct ledger_entry */
	GPtrArray *flying;
	unsigned together; /* how many may share a transaction now */
	struct pg_trip trip;
	struct loop_task depart;
};

static void ledger_depart(struct loop_task *task);

static void depart_after(struct ledger *ledger, int64_t pause_ms)
{
	loop_after(ledger->loop, &ledger->depart, pause_ms, ledger_depart);
}

static bool is_over(const struct ledger_entry *entry, int64_t now_ms)
{
	return now_ms > entry->lease_over_ms;
}

/* Back in front of the queue, in their order, but for those who have run out of time. */
static void keep_trying(struct ledger *ledger)
{
	int64_t now_ms = clock_monotonic_ms();

	while (ledger->flying->len > 0) {
		guint last = ledger->flying->len - 1;
		struct ledger_entry *entry = g_ptr_array_remove_index(ledger->flying, last);
		if (is_over(entry, now_ms)) {
			entry->done(entry);
		} else {
			g_queue_push_head(&ledger->waiting, entry);
		}
	}
	CRASH_POINT(PUSH_SETTLE_AGAIN);
	depart_after(ledger, AGAIN_MS);
}

static void all_done(struct ledger *ledger)
{
	g_autoptr(GPtrArray) done = ledger->flying;

	ledger->flying = g_ptr_array_new();
	for (guint i = 0; i < done->len; i++) {
		struct ledger_entry *entry = g_ptr_array_index(done, i);
		entry->done(entry);
	}
}

static void written(struct pg_trip *trip, enum hoso_error error)
{
	struct ledger *ledger = container_of(trip, struct ledger, trip);
	bool committed = !error && trip->committed;

	CRASH_POINT(PUSH_SETTLED);
	pg_trip_clear(trip);
	if (committed || error == HOSO_CANCELED) {
		ledger->together = MIN(ledger->together * 2, OUTBOX_IN_AIR_MAX);
		all_done(ledger);
		if (!error && !g_queue_is_empty(&ledger->waiting)) {
			depart_after(ledger, 0);
		}
		return;
	}
	if (error == HOSO_INTERNAL) {
		ledger->together = 1;
	}
	keep_trying(ledger);
}

static void ledger_depart(struct loop_task *task)
{
	struct ledger *ledger = container_of(task, struct ledger, depart);
	struct outbox_settled rows[OUTBOX_IN_AIR_MAX];
	unsigned count = 0;

	while (count < ledger->together && !g_queue_is_empty(&ledger->waiting)) {
		struct ledger_entry *entry = g_queue_pop_head(&ledger->waiting);
		rows[count++] = entry->row;
		g_ptr_array_add(ledger->flying, entry);
	}
	if (count == 0) {
		return;
	}
	outbox_settle(&ledger->trip, rows, count);
	if (pg_pool_run(ledger->pool, &ledger->trip, written)) {
		pg_trip_clear(&ledger->trip);
		keep_trying(ledger);
		return;
	}
	CRASH_POINT(PUSH_SETTLE_SENT);
}

void ledger_write(struct ledger *ledger, struct ledger_entry *entry)
{
	g_queue_push_tail(&ledger->waiting, entry);
	/* In the next turn of the loop, so that what ends together is written together. */
	if (ledger->flying->len == 0 && !ledger->depart.waits) {
		depart_after(ledger, 0);
	}
}

struct ledger *ledger_new(struct loop *loop, struct pg_pool *pool)
{
	struct ledger *ledger = g_new0(struct ledger, 1);

	ledger->loop = loop;
	ledger->pool = pool;
	ledger->together = OUTBOX_IN_AIR_MAX;
	ledger->flying = g_ptr_array_new();
	g_queue_init(&ledger->waiting);
	return ledger;
}

void ledger_free(struct ledger *ledger)
{
	struct ledger_entry *entry;

	if (!ledger) {
		return;
	}
	loop_cancel(&ledger->depart);
	while ((entry = g_queue_pop_head(&ledger->waiting))) {
		entry->done(entry);
	}
	g_assert(ledger->flying->len == 0);
	g_ptr_array_unref(ledger->flying);
	g_free(ledger);
}
