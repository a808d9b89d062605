#ifndef HOSO_PORTAL_DVCQG_STEP_H
#define HOSO_PORTAL_DVCQG_STEP_H

#include <stdbool.h>

#include <hoso/error.h>

#include "portal/dvcqg_message.h"

/*
 *               in doubt
 *   SIGNING_IN ──────────► ASKING ── our line is there ──────────────► FINISHED
 *     │   ▲ ▲                │ it is not                                  ▲
 *     │   │ └─ no session ───┤                                            │
 *     │   │                  ▼             proof, or any other outcome    │
 *     └───┼──────────────► TELLING ───────────────────────────────────────┤
 *         │                  │   ▲                                        │
 *         │       no dossier │   │ known now                              │
 *         │        (once)    ▼   │                                        │
 *         └─ no session ── SYNCING ── anything else ──────────────────────┘
 *
 * A missing session leads to SIGNING_IN once, from any state, and from there back to that state.
 */
enum dvcqg_step {
	DVCQG_SIGNING_IN,
	DVCQG_ASKING,
	DVCQG_TELLING,
	DVCQG_SYNCING,
	DVCQG_FINISHED,
};

/**
 * struct dvcqg_state - how far one push has come.
 * @resume:          the step that follows SIGNING_IN
 * @in_doubt:        the portal may have the line and has not been asked yet
 * @signed_in_again: the session was missing once already
 * @synced:          the dossier was made known once already
 * @outcome:         DVCQG_FINISHED only
 */
struct dvcqg_state {
	enum dvcqg_step step;
	enum dvcqg_step resume;
	bool in_doubt;
	bool signed_in_again;
	bool synced;
	enum hoso_error outcome;
};

/** dvcqg_step_first() - where a push begins. */
struct dvcqg_state dvcqg_step_first(bool in_doubt);

/**
 * dvcqg_step_next() - where a push goes from @state. Pure; ends after at most seven answers.
 * @said:  what the answer says.
 * @error: what portal_classify() makes of it.
 *
 * While in doubt nothing is HOSO_PORTAL_LATER, for the doubt is still there; HOSO_PORTAL_PAUSED and
 * HOSO_PORTAL_NEVER leave it standing too. A line that the portal would not take for want of its
 * dossier was surely not taken, so what goes wrong in SYNCING is HOSO_PORTAL_LATER and not unknown.
 */
struct dvcqg_state dvcqg_step_next(
	struct dvcqg_state state, enum dvcqg_said said, enum hoso_error error);

#endif
