#ifndef HOSO_FLOW_BREAKER_H
#define HOSO_FLOW_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/error.h>

#include "base/attr.h"

#define BREAKER_DOSSIERS_MAX                                                                       \
	5 /* this many dossiers may fail the same way before the road is to blame */
#define BREAKER_WINDOW_MS 60000 /* within this time */
#define BREAKER_PROBE_FIRST_MS 2000
#define BREAKER_PROBE_CEILING_MS 60000

#define BREAKER_MARKS_MAX (BREAKER_DOSSIERS_MAX + 1)

/*
 *            PORTAL_PAUSED, or more than BREAKER_DOSSIERS_MAX dossiers fail alike
 *   CLOSED ──────────────────────────────────────────────────────────────► OPEN
 *     ▲                                                                   │    ▲
 *     │ the probe was answered                    breaker_may_send(), due │    │ the probe failed,
 *     └──────────────────────────────── PROBING ◄─────────────────────────┘    │ wait longer
 *                                          └───────────────────────────────────┘
 */
enum breaker_state {
	BREAKER_CLOSED,  /* all may send */
	BREAKER_OPEN,    /* nobody sends, no attempt is counted */
	BREAKER_PROBING, /* one push is in the air to see whether the road is good again */
};

/* One dossier that failed. */
struct breaker_mark {
	int64_t dossier_id;
	int64_t at_ms;
};

/* The dossiers that failed in one way, lately. */
struct breaker_marks {
	unsigned count;
	struct breaker_mark items[BREAKER_MARKS_MAX];
};

/**
 * struct breaker - is the road to the portal good? Pure: no clock, no network, no memory of its
 * own.
 * @opened_by:     HOSO_PORTAL_* that opened it; HOSO_OK while it is closed
 * @probe_at_ms:   while open: when the next probe is due
 * @probes_failed: in a row
 * The rest is the breaker's own.
 */
struct breaker {
	enum breaker_state state;
	enum hoso_error opened_by;
	int64_t probe_at_ms;
	unsigned probes_failed;
	uint32_t random;
	struct breaker_marks later;
	struct breaker_marks unknown;
	struct breaker_marks never;
};

/** breaker_init() - closed. @seed: for the jitter of the probes; the same seed gives the same
 * delays. */
void breaker_init(struct breaker *breaker, uint32_t seed);

/**
 * breaker_may_send() - may one push be sent now?
 *
 * True in the open state is the probe: send exactly one push and give its outcome to
 * breaker_next(). If there is nothing to send after all, say so with HOSO_CANCELED, or the road
 * stays shut.
 */
_must_check_ bool breaker_may_send(struct breaker *breaker, int64_t now_monotonic_ms);

/** breaker_wait_ms() - how long breaker_may_send() will say no; 0 when it says yes or a probe is
 * out. */
int64_t breaker_wait_ms(const struct breaker *breaker, int64_t now_monotonic_ms);

/**
 * breaker_next() - take in the outcome of one push, and say what the caller does with that push.
 * @outcome: what portal_push() brought, HOSO_CANCELED included.
 *
 * Returns @outcome, but HOSO_PORTAL_LATER instead of HOSO_PORTAL_NEVER once so many dossiers were
 * refused that the road is to blame. Those that were refused before that are dead letters already:
 * when this call opens the road for HOSO_PORTAL_NEVER, fetch them with breaker_wronged() and put
 * them back. The caller burns no attempt for an outcome that comes while @breaker is not closed.
 *
 * A success forgets all failures: a portal that takes some lines is there, and what it refuses
 * is about those dossiers. Outcomes of pushes that were in the air when the road was shut change
 * nothing. Source: promises 2.2.10; design, "The walk of a push".
 */
enum hoso_error breaker_next(struct breaker *breaker, enum hoso_error outcome, int64_t dossier_id,
	int64_t now_monotonic_ms);

/**
 * breaker_wronged() - the dossiers whose refusals opened the road; the caller turns their dead
 * letters of the last BREAKER_WINDOW_MS back into rows that wait. Each is told once. Returns how
 * many; 0 when it was something else that opened the road.
 */
unsigned breaker_wronged(struct breaker *breaker, int64_t ret_dossier_ids[BREAKER_MARKS_MAX]);

#endif
