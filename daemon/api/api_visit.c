#include "api/api_visit.h"

#include <string.h>

#include <glib.h>

#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/api_read.h"
#include "api/visit_json.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/uuid7.h"
#include "flow/visiting.h"
#include "store/visit_read.h"

#define DAY_MS (24LL * 3600 * 1000)
#define MINUTE_MS (60LL * 1000)

/*
 * A booking or a change is read, given the events of its items, decided and kept by flow/visiting, and answered
 * with the line of its history: the same line however often it is asked for.
 */
struct post {
	struct visiting visiting;
	struct exchange *exchange;
	struct api *api;
	int status;
	struct scan scans[VISIT_ITEMS_MAX];
	struct scan_answer answers[VISIT_ITEMS_MAX];
};

static void post_free(struct post *post)
{
	explicit_bzero(post, offsetof(struct post, scans)); /* somebody's name and address */
	g_free(post);
}

static void post_fails(struct post *post, enum hoso_error error, const char *member)
{
	api_problem(post->exchange, error, member);
	post_free(post);
}

static void change_came(struct api_read *read)
{
	const int *status = read->more;
	struct visit_change change;

	if (visit_read_change_count(&read->trip, 0) != 1) {
		api_problem(read->exchange, HOSO_INTERNAL, NULL);
		return;
	}
	change = visit_read_change_at(&read->trip, 0, 0);
	api_reply(read->exchange, *status, visit_json_change_new(&change));
}

static void reply_with_change(struct post *post)
{
	struct api_read *read = api_read_new(post->api, post->exchange);

	read->more = g_memdup2(&post->status, sizeof post->status);
	visit_read_change(&read->trip, api_actor(post->exchange), &post->visiting.act.change);
	post_free(post);
	api_read_run(read, change_came);
}

/* What else was wished of the office, for the windows to tell. */
struct wish {
	enum hoso_error error;
	int64_t from_ms;
	int minutes;
};

static void plan_came(struct api_read *read)
{
	const struct wish *wish = read->more;
	struct visit_slot slots[VISIT_SUGGESTIONS];
	struct visit_offer offer;
	json_t *next = json_array();
	unsigned count;

	visit_plan_learn(&read->trip, 0, &offer);
	count = visit_slots(&offer.plan, clock_local_day(wish->from_ms), VISIT_SUGGESTION_DAYS,
		wish->minutes, MAX(wish->from_ms, clock_now_ms()), true, slots, VISIT_SUGGESTIONS);
	for (unsigned i = 0; i < count; i++) {
		json_array_append_new(next, visit_json_slot(&slots[i]));
	}
	visit_offer_clear(&offer);
	api_problem_with(read->exchange, wish->error, "window_from", "next", next);
}

/* "Full" alone helps nobody on the telephone: from the beginning of that day on, what is free. */
static void reply_with_windows(struct post *post, enum hoso_error error)
{
	const struct visit_act *act = &post->visiting.act;
	struct api_read *read = api_read_new(post->api, post->exchange);
	struct wish wish = {.error = error,
		.from_ms = visit_midnight_ms(clock_local_day(act->from_ms)),
		.minutes = (int)((act->to_ms - act->from_ms) / MINUTE_MS)};

	read->more = g_memdup2(&wish, sizeof wish);
	visit_plan_ask(&read->trip, api_actor(post->exchange), act->office, &act->visit,
		wish.from_ms, wish.from_ms + VISIT_SUGGESTION_DAYS * DAY_MS);
	post_free(post);
	api_read_run(read, plan_came);
}

static void visiting_is_done(struct visiting *visiting, enum hoso_error error)
{
	struct post *post = container_of(visiting, struct post, visiting);
	char id[UUID_TEXT_SIZE];

	if (!error) {
		uuid7_format(&visiting->act.visit, id);
		log_info("visit=%s action=%s account=%s: kept", id,
			visit_action_wire(visiting->act.action), visiting->booking.actor.login);
		reply_with_change(post);
	} else if (error == HOSO_SLOT_FULL || error == HOSO_VISIT_CLOSED) {
		reply_with_windows(post, error);
	} else {
		post_fails(post, error, visiting->member);
	}
}

static void submit(struct post *post)
{
	enum hoso_error error;

	post->visiting.scans = post->scans;
	post->visiting.answers = post->answers;
	error = visiting_submit(
		post->api->bookings, &post->visiting, api_actor(post->exchange), visiting_is_done);
	if (error) {
		post_fails(post, error, NULL);
	}
}

static enum hoso_error add_scan(struct post *post, enum event_kind kind, const char *code)
{
	return visit_json_scan(&post->visiting.act, kind, code, clock_now_ms(),
		&post->scans[post->visiting.scan_count++]);
}

static enum hoso_error begin(struct exchange *exchange, struct api *api, json_t **ret_body)
{
	enum hoso_error error = api->stopping ? HOSO_STOPPING : api_body(exchange, ret_body);

	return !error && !json_is_object(*ret_body) ? HOSO_BAD_JSON : error;
}

static struct post *post_new(struct exchange *exchange, struct api *api, int status)
{
	struct post *post = g_new0(struct post, 1);

	post->exchange = exchange;
	post->api = api;
	post->status = status;
	return post;
}

/* The labels that were handed out: from now on the items are known, and on their way to be fetched. */
static enum hoso_error request_items(struct post *post)
{
	const struct visit_act *act = &post->visiting.act;
	enum hoso_error error = HOSO_OK;

	for (unsigned i = 0; !error && i < act->item_count; i++) {
		if (!act->items[i].is_return) {
			error = add_scan(post, EVENT_REQUESTED, act->items[i].code.text);
		}
	}
	return error;
}

void api_visit_book(struct exchange *exchange, void *arg)
{
	struct api *api = arg;
	struct post *post = post_new(exchange, api, 201);
	const char *member = NULL;
	json_t *body = NULL;
	enum hoso_error error = begin(exchange, api, &body);

	if (!error) {
		error = visit_json_book(body, api_actor(exchange), clock_now_ms(),
			api->other_item_codes, &post->visiting.act, &member);
	}
	if (!error) {
		error = request_items(post);
	}
	if (error) {
		post_fails(post, error, member);
	} else {
		submit(post);
	}
	json_decref(body);
}

/* What the change means for an item in this state; EVENT_KIND_COUNT: nothing. */
static enum event_kind event_for(enum visit_action action, enum leg_state state)
{
	if (action == VISIT_ASSIGN && (state == LEG_REQUESTED || state == LEG_PICKUP_FAILED)) {
		return EVENT_ASSIGNED;
	}
	if (action == VISIT_FAIL && (state == LEG_REQUESTED || state == LEG_ASSIGNED)) {
		return EVENT_PICKUP_FAILED;
	}
	return EVENT_KIND_COUNT;
}

/*
 * They are judged again under the lock of their dossiers: what was scanned in the meantime makes this end with the
 * item's state, and nothing is kept.
 */
static void items_came(struct api_read *read)
{
	struct post *post = *(struct post **)read->more;
	enum hoso_error error = HOSO_OK;

	for (int row = 0; !error && row < visit_read_item_count(&read->trip); row++) {
		struct visit_read_item item = visit_read_item_at(&read->trip, row);
		enum event_kind kind =
			event_for(post->visiting.act.action, leg_state_from_wire(item.leg_state));
		if (kind != EVENT_KIND_COUNT) {
			error = add_scan(post, kind, item.code);
		}
	}
	if (error) {
		post_fails(post, error, "items");
	} else {
		submit(post);
	}
}

void api_visit_change(struct exchange *exchange, void *arg)
{
	struct api *api = arg;
	struct post *post = post_new(exchange, api, 200);
	struct api_read *read;
	const char *member = NULL;
	struct uuid visit;
	json_t *body = NULL;
	enum hoso_error error = begin(exchange, api, &body);

	if (!error && !uuid7_parse_any(exchange_param(exchange, 0), &visit)) {
		error = HOSO_NOT_FOUND;
	}
	if (!error) {
		error = visit_json_change(body, &visit, api_actor(exchange), clock_now_ms(),
			&post->visiting.act, &member);
	}
	json_decref(body);
	if (error) {
		post_fails(post, error, member);
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&post, sizeof post);
	visit_read_items(&read->trip, api_actor(exchange), &visit);
	api_read_run(read, items_came);
}
