#include "api/api_step.h"

#include <glib.h>

#include "api/api.h"
#include "api/api_clock.h"
#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/step_json.h"
#include "base/attr.h"
#include "base/clock.h"
#include "flow/booking.h"
#include "store/dossier_scope.h"

struct step_post {
	struct booking booking;
	struct exchange *exchange;
	struct step step;
	const char *codes[2]; /* the dossier's: it is waited for while others have it in hand */
	struct step_answer answer;
};

static void want(struct booking *booking)
{
	const struct step_post *post = container_of(booking, struct step_post, booking);

	book_want_step(booking->book, &post->step);
}

static void ask(struct booking *booking, struct pg_trip *trip)
{
	const struct step_post *post = container_of(booking, struct step_post, booking);

	dossier_scope_ask(trip, &booking->actor, post->step.dossier_code.text);
}

/* A dossier that is not there yet may be made known; one that is there must be in sight. */
static enum hoso_error learn(struct booking *booking, const struct pg_trip *trip, unsigned first)
{
	struct step_post *post = container_of(booking, struct step_post, booking);
	bool is_there = book_dossier(booking->book, post->step.dossier_code.text) != NULL;

	if (is_there && !dossier_scope_learn(trip->results[first])) {
		return HOSO_NOT_FOUND;
	}
	post->answer = judge_step(booking->book, &post->step, &booking->actor, booking->now_ms);
	booking->is_settled = !post->answer.error && post->answer.replayed;
	return post->answer.error;
}

static const struct booking_affair affair = {.want = want, .ask = ask, .learn = learn};

json_t *api_step_json(const struct step *step, const struct step_answer *answer)
{
	json_t *json = json_object();

	json_object_set_new(json, "event_id", api_uuid(&step->event_id));
	json_object_set_new(json, "dossier_code", json_string(step->dossier_code.text));
	json_object_set_new(json, "verdict", json_string(verdict_wire(answer->verdict)));
	json_object_set_new(json, "status", json_string(dossier_status_wire(answer->status)));
	json_object_set_new(json, "dseq", json_integer(answer->dseq));
	json_object_set_new(json, "replayed", json_boolean(answer->replayed));
	json_object_set_new(json, "recorded_at", api_time(answer->recorded_at_ms));
	return json;
}

static void step_is_kept(struct booking *booking, enum hoso_error error)
{
	struct step_post *post = container_of(booking, struct step_post, booking);

	if (error) {
		api_problem(post->exchange, error, error == HOSO_MISSING_DATA ? "slip" : NULL);
	} else {
		api_reply(post->exchange, 200, api_step_json(&post->step, &post->answer));
	}
	g_free(post);
}

void api_step_post(struct exchange *exchange, void *arg)
{
	struct api *api = arg;
	struct step_post *post = g_new0(struct step_post, 1);
	const char *member = NULL;
	json_t *body = NULL;
	enum hoso_error error = api_body(exchange, &body);

	if (!error && api->stopping) {
		error = HOSO_STOPPING;
	}
	if (!error) {
		int64_t now_ms = clock_now_ms();
		api_clock_note(exchange, api, now_ms);
		error = step_from_json(
			body, exchange_param(exchange, 0), now_ms, &post->step, &member);
	}
	post->exchange = exchange;
	post->booking.affair = &affair;
	post->codes[0] = post->step.dossier_code.text;
	post->booking.dossier_codes = post->codes;
	post->booking.actor = *api_actor(exchange);
	if (post->booking.actor.role == ROLE_AGENCY) {
		/* A dossier that they make known is their own agency's. */
		g_strlcpy(post->step.agency, post->booking.actor.office_code,
			sizeof post->step.agency);
	}
	if (!error) {
		error = bookings_submit(api->bookings, &post->booking, step_is_kept);
	}
	if (error) {
		api_problem(exchange, error, member);
		g_free(post);
	}
	json_decref(body);
}
