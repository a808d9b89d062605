#include "flow/breaker.h"

#include <string.h>

#include "base/backoff.h"

static const struct backoff probe_backoff = {BREAKER_PROBE_FIRST_MS, BREAKER_PROBE_CEILING_MS};

void breaker_init(struct breaker *breaker, uint32_t seed)
{
	memset(breaker, 0, sizeof *breaker);
	breaker->random = seed ? seed : 1; /* xorshift stands still at zero */
}

static uint32_t next_random(struct breaker *breaker)
{
	breaker->random ^= breaker->random << 13;
	breaker->random ^= breaker->random >> 17;
	breaker->random ^= breaker->random << 5;
	return breaker->random;
}

bool breaker_may_send(struct breaker *breaker, int64_t now_monotonic_ms)
{
	switch (breaker->state) {
	case BREAKER_CLOSED:
		return true;
	case BREAKER_OPEN:
		if (now_monotonic_ms < breaker->probe_at_ms) {
			return false;
		}
		breaker->state = BREAKER_PROBING;
		return true;
	case BREAKER_PROBING:
		break;
	}
	return false;
}

int64_t breaker_wait_ms(const struct breaker *breaker, int64_t now_monotonic_ms)
{
	if (breaker->state != BREAKER_OPEN || breaker->probe_at_ms <= now_monotonic_ms) {
		return 0;
	}
	return breaker->probe_at_ms - now_monotonic_ms;
}

static void forget_failures(struct breaker *breaker)
{
	breaker->later.count = 0;
	breaker->unknown.count = 0;
	breaker->never.count = 0;
}

static void close_road(struct breaker *breaker)
{
	breaker->state = BREAKER_CLOSED;
	breaker->opened_by = HOSO_OK;
	breaker->probes_failed = 0;
	forget_failures(breaker);
}

static void wait_for_probe(struct breaker *breaker, int64_t now_ms)
{
	breaker->state = BREAKER_OPEN;
	breaker->probe_at_ms = now_ms + backoff_delay_ms(&probe_backoff, breaker->probes_failed,
						next_random(breaker));
}

static void open_road(struct breaker *breaker, enum hoso_error why, int64_t now_ms)
{
	breaker->opened_by = why;
	breaker->probes_failed = 0;
	wait_for_probe(breaker, now_ms);
}

/* Keep what is young and not of this dossier: a dossier counts once, at its latest failure. */
static void drop_marks(struct breaker_marks *marks, int64_t dossier_id, int64_t now_ms)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < marks->count; i++) {
		if (marks->items[i].dossier_id != dossier_id &&
			now_ms - marks->items[i].at_ms < BREAKER_WINDOW_MS) {
			marks->items[kept++] = marks->items[i];
		}
	}
	marks->count = kept;
}

/* True when the dossiers that failed this way are too many to be at fault themselves. */
static bool mark_failure(struct breaker_marks *marks, int64_t dossier_id, int64_t now_ms)
{
	drop_marks(marks, dossier_id, now_ms);
	marks->items[marks->count++] = (struct breaker_mark){dossier_id, now_ms};
	return marks->count > BREAKER_DOSSIERS_MAX;
}

static struct breaker_marks *marks_of(struct breaker *breaker, enum hoso_error outcome)
{
	if (outcome == HOSO_PORTAL_NEVER) {
		return &breaker->never;
	}
	return outcome == HOSO_PORTAL_UNKNOWN ? &breaker->unknown : &breaker->later;
}

static void next_when_closed(
	struct breaker *breaker, enum hoso_error outcome, int64_t dossier_id, int64_t now_ms)
{
	if (outcome == HOSO_OK) {
		forget_failures(breaker);
	} else if (outcome == HOSO_PORTAL_PAUSED) {
		open_road(breaker, outcome, now_ms);
	} else if (mark_failure(marks_of(breaker, outcome), dossier_id, now_ms)) {
		open_road(breaker, outcome, now_ms);
	}
}

static void next_when_probing(struct breaker *breaker, enum hoso_error outcome, int64_t now_ms)
{
	/* A portal that names a fault of one dossier is there, unless that was what it said to
	 * everybody. */
	if (outcome == HOSO_OK ||
		(outcome == HOSO_PORTAL_NEVER && breaker->opened_by != HOSO_PORTAL_NEVER)) {
		close_road(breaker);
		return;
	}
	breaker->probes_failed++;
	wait_for_probe(breaker, now_ms);
}

enum hoso_error breaker_next(struct breaker *breaker, enum hoso_error outcome, int64_t dossier_id,
	int64_t now_monotonic_ms)
{
	if (outcome == HOSO_CANCELED) {
		/* It says nothing about the road; a cancelled probe may be sent anew at once. */
		if (breaker->state == BREAKER_PROBING) {
			breaker->state = BREAKER_OPEN;
		}
		return outcome;
	}
	if (breaker->state == BREAKER_PROBING) {
		next_when_probing(breaker, outcome, now_monotonic_ms);
	} else if (breaker->state == BREAKER_CLOSED) {
		next_when_closed(breaker, outcome, dossier_id, now_monotonic_ms);
	}
	if (outcome == HOSO_PORTAL_NEVER && breaker->opened_by == HOSO_PORTAL_NEVER) {
		return HOSO_PORTAL_LATER;
	}
	return outcome;
}

unsigned breaker_wronged(struct breaker *breaker, int64_t ret_dossier_ids[BREAKER_MARKS_MAX])
{
	unsigned count = breaker->never.count;

	if (breaker->opened_by != HOSO_PORTAL_NEVER) {
		return 0;
	}
	for (unsigned i = 0; i < count; i++) {
		ret_dossier_ids[i] = breaker->never.items[i].dossier_id;
	}
	breaker->never.count = 0;
	return count;
}
