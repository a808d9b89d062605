#include "portal/dvcqg_step.h"

#include <glib.h>

struct dvcqg_state dvcqg_step_first(bool in_doubt)
{
	return (struct dvcqg_state){
		.step = DVCQG_SIGNING_IN,
		.resume = in_doubt ? DVCQG_ASKING : DVCQG_TELLING,
		.in_doubt = in_doubt,
	};
}

static struct dvcqg_state finish(struct dvcqg_state state, enum hoso_error outcome)
{
	state.step = DVCQG_FINISHED;
	state.outcome =
		state.in_doubt && outcome == HOSO_PORTAL_LATER ? HOSO_PORTAL_UNKNOWN : outcome;
	return state;
}

static struct dvcqg_state go_on(struct dvcqg_state state, enum dvcqg_step step)
{
	state.step = step;
	return state;
}

/* Was the answer's text what decided, and not its status? */
static bool is_understood(enum hoso_error error)
{
	return error == HOSO_OK || error == HOSO_PORTAL_NEVER || error == HOSO_PORTAL_PAUSED;
}

static struct dvcqg_state next_without_session(struct dvcqg_state state)
{
	if (state.signed_in_again) {
		return finish(state, HOSO_PORTAL_PAUSED);
	}
	state.signed_in_again = true;
	state.resume = state.step;
	return go_on(state, DVCQG_SIGNING_IN);
}

static struct dvcqg_state next_after_login(struct dvcqg_state state, enum hoso_error error)
{
	if (error == HOSO_OK) {
		return go_on(state, state.resume);
	}
	if (is_understood(error)) {
		return finish(state,
			HOSO_PORTAL_PAUSED); /* wrong password or address: no dossier's fault */
	}
	return finish(state, HOSO_PORTAL_LATER); /* the line itself was not on its way */
}

static struct dvcqg_state next_after_asking(
	struct dvcqg_state state, enum dvcqg_said said, enum hoso_error error)
{
	if (error == HOSO_OK && said == DVCQG_SAID_YES) {
		return finish(state, HOSO_OK);
	}
	if (is_understood(error) &&
		(said == DVCQG_SAID_LINE_MISSING || said == DVCQG_SAID_NO_DOSSIER)) {
		state.in_doubt = false;
		return go_on(state, DVCQG_TELLING);
	}
	/* Never HOSO_OK: what was proved was not that the line is there. */
	return finish(state, error == HOSO_OK ? HOSO_PORTAL_UNKNOWN : error);
}

static struct dvcqg_state next_after_telling(
	struct dvcqg_state state, enum dvcqg_said said, enum hoso_error error)
{
	if (said == DVCQG_SAID_NO_DOSSIER && error == HOSO_PORTAL_NEVER && !state.synced) {
		state.synced = true;
		return go_on(state, DVCQG_SYNCING);
	}
	/* This portal has no key that makes a line count once, and a gateway's 503 proves nothing about
	 * what stands behind it: it is asked before the line goes again. */
	return finish(state, error == HOSO_PORTAL_LATER ? HOSO_PORTAL_UNKNOWN : error);
}

static struct dvcqg_state next_after_syncing(struct dvcqg_state state, enum hoso_error error)
{
	if (error == HOSO_OK) {
		return go_on(state, DVCQG_TELLING);
	}
	return finish(state, error == HOSO_PORTAL_UNKNOWN ? HOSO_PORTAL_LATER : error);
}

struct dvcqg_state dvcqg_step_next(
	struct dvcqg_state state, enum dvcqg_said said, enum hoso_error error)
{
	if (state.step != DVCQG_SIGNING_IN && said == DVCQG_SAID_NO_SESSION &&
		is_understood(error)) {
		return next_without_session(state);
	}
	switch (state.step) {
	case DVCQG_SIGNING_IN:
		return next_after_login(state, error);
	case DVCQG_ASKING:
		return next_after_asking(state, said, error);
	case DVCQG_TELLING:
		return next_after_telling(state, said, error);
	case DVCQG_SYNCING:
		return next_after_syncing(state, error);
	case DVCQG_FINISHED:
		break;
	}
	g_assert_not_reached();
}
