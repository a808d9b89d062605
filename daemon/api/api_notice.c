#include "api/api_notice.h"

#include <string.h>

#include <glib.h>

#include "api/api.h"
#include "api/api_json.h"
#include "api/api_step.h"
#include "api/notice_json.h"
#include "base/attr.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/uuid7.h"
#include "base/webhook_key.h"
#include "flow/booking.h"
#include "store/notice.h"

#define ACTOR_NAME "Hệ thống một cửa của tỉnh"

/*
 * A notice is a step of a dossier, told by a machine: kept in one transaction with its own words and our answer, so
 * that the same notice again gets the same answer. What cannot be recorded is an error, and the machine knows of it.
 */
struct notice_post {
	struct booking booking;
	struct exchange *exchange;
	char webhook_id[NOTICE_ID_MAX + 1];
	GBytes *body;
	struct step step;
	const char *codes[2]; /* the dossier's: it is waited for while others have it in hand */
	struct scan scan;     /* with an item: instead of the step */
	struct scan_answer scan_answer;
	struct step_answer answer;
	char *reply;
};

static void want(struct booking *booking)
{
	const struct notice_post *post = container_of(booking, struct notice_post, booking);

	book_want_step(booking->book, &post->step);
}

static void ask(struct booking *booking, struct pg_trip *trip)
{
	const struct notice_post *post = container_of(booking, struct notice_post, booking);

	notice_ask(trip, post->webhook_id);
}

/* The item's dossier must be the agency's that speaks. */
static enum hoso_error check_item(const struct notice_post *post)
{
	const struct book *book = post->booking.book;
	const struct book_leg *leg = book_leg(book, &post->scan.code);

	if (!leg || leg->dossier->stub) {
		return HOSO_UNKNOWN_DOSSIER;
	}
	return g_strcmp0(leg->dossier->agency_code, post->step.agency) == 0 ? HOSO_OK
									    : HOSO_NOT_FOUND;
}

static enum hoso_error learn(struct booking *booking, const struct pg_trip *trip, unsigned first)
{
	struct notice_post *post = container_of(booking, struct notice_post, booking);
	size_t length;
	const void *bytes = g_bytes_get_data(post->body, &length);
	const char *answer;
	bool same;

	if (notice_learn(trip->results[first], bytes, length, &same, &answer)) {
		if (!same) {
			return HOSO_KEY_REUSE;
		}
		g_free(post->reply);
		post->reply = g_strdup(answer);
		booking->is_settled = true;
		return HOSO_OK;
	}
	if (!book_agency(booking->book, post->step.agency)) {
		return HOSO_UNKNOWN_AGENCY;
	}
	if (booking->count > 0) {
		return check_item(post);
	}
	post->answer = judge_step(booking->book, &post->step, &booking->actor, booking->now_ms);
	return post->answer.error;
}

/* A code that is another dossier's, say: an error, not a verdict for a supervisor's desk. */
static enum hoso_error judged(struct booking *booking)
{
	struct notice_post *post = container_of(booking, struct notice_post, booking);
	const struct scan_answer *scan = &post->scan_answer;
	const struct book_dossier *dossier;

	if (booking->count == 0) {
		return HOSO_OK;
	}
	if (scan->error || scan->why) {
		return scan->error ? scan->error : scan->why;
	}
	dossier = book_dossier(booking->book, post->step.dossier_code.text);
	post->answer = (struct step_answer){
		.verdict = scan->verdict,
		.status = dossier->status,
		.dseq = scan->dseq,
		.recorded_at_ms = booking->now_ms,
	};
	return HOSO_OK;
}

static void keep(struct booking *booking, struct pg_trip *trip)
{
	struct notice_post *post = container_of(booking, struct notice_post, booking);
	json_t *json = api_step_json(&post->step, &post->answer);
	struct notice notice = {
		.webhook_id = post->webhook_id,
		.dossier_code = post->step.dossier_code.text,
		.kind = post->step.kind,
		.event_id = post->step.event_id,
		.received_at_ms = booking->now_ms,
	};

	g_free(post->reply);
	post->reply = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	notice.body = g_bytes_get_data(post->body, &notice.body_bytes);
	notice.answer = post->reply;
	notice_keep(trip, &notice);
}

static const struct booking_affair affair = {
	.want = want, .ask = ask, .learn = learn, .judged = judged, .keep = keep};

static void forget(struct notice_post *post)
{
	g_bytes_unref(post->body);
	g_free(post->reply);
	g_free(post);
}

static void notice_is_kept(struct booking *booking, enum hoso_error error)
{
	struct notice_post *post = container_of(booking, struct notice_post, booking);

	if (error) {
		log_notice("webhook=%s dossier=%s kind=%s error=%s: a notice was not taken",
			post->webhook_id, post->step.dossier_code.text, event_wire(post->step.kind),
			error_wire(error));
		api_problem(post->exchange, error, NULL);
	} else {
		api_reply_text(post->exchange, 200, g_string_new(post->reply));
	}
	forget(post);
}

static bool read_webhook_id(const struct exchange *exchange, char ret_id[NOTICE_ID_MAX + 1])
{
	const char *id = exchange_header(exchange, "webhook-id");
	size_t length = id ? strlen(id) : 0;

	if (length == 0 || length > NOTICE_ID_MAX) {
		return false;
	}
	for (const char *at = id; *at; at++) {
		if (!g_ascii_isalnum(*at) && !strchr("_.:-", *at)) {
			return false;
		}
	}
	g_strlcpy(ret_id, id, NOTICE_ID_MAX + 1);
	return true;
}

static enum hoso_error check_signature(
	const struct exchange *exchange, const struct webhook_keys *keys, const char *id)
{
	const char *timestamp = exchange_header(exchange, "webhook-timestamp");
	const char *signatures = exchange_header(exchange, "webhook-signature");
	size_t length;
	const char *body = exchange_body(exchange, &length);

	if (!timestamp || !signatures) {
		return HOSO_BAD_SIGNATURE;
	}
	return webhook_verify(keys, id, timestamp, signatures, body, length, clock_now_ms() / 1000,
		       NOTICE_SKEW_S)
		       ? HOSO_OK
		       : HOSO_BAD_SIGNATURE;
}

static struct actor machine(void)
{
	struct actor actor = {.role = ROLE_SYSTEM};

	g_strlcpy(actor.name, ACTOR_NAME, sizeof actor.name);
	return actor;
}

static struct notice_post *new_post(struct exchange *exchange, const char *webhook_id)
{
	struct notice_post *post = g_new0(struct notice_post, 1);
	size_t length;
	const char *bytes = exchange_body(exchange, &length);

	post->exchange = exchange;
	post->body = g_bytes_new(bytes, length);
	post->booking.affair = &affair;
	post->codes[0] = post->step.dossier_code.text;
	post->booking.dossier_codes = post->codes;
	post->booking.actor = machine();
	post->booking.scans = &post->scan;
	post->booking.answers = &post->scan_answer;
	g_strlcpy(post->webhook_id, webhook_id, sizeof post->webhook_id);
	return post;
}

static enum hoso_error take_in(struct api *api, struct notice_post *post, const char **ret_member)
{
	int64_t now_ms = clock_now_ms();
	struct uuid event_id = uuid7_make(now_ms);
	json_t *body = NULL;
	enum hoso_error error = api_body(post->exchange, &body);

	if (!error) {
		error = notice_from_json(
			body, &event_id, now_ms, &post->step, &post->scan, ret_member);
	}
	json_decref(body);
	post->booking.count = uuid7_is_none(&post->scan.event_id) ? 0 : 1;
	return error ? error : bookings_submit(api->bookings, &post->booking, notice_is_kept);
}

void api_notice_post(struct exchange *exchange, void *arg)
{
	struct api *api = arg;
	char webhook_id[NOTICE_ID_MAX + 1];
	const char *member = NULL;
	struct notice_post *post;
	enum hoso_error error = HOSO_OK;

	if (api->notice_keys->count == 0) {
		error = HOSO_NO_ROUTE; /* nobody was given a secret */
	} else if (!read_webhook_id(exchange, webhook_id)) {
		error = HOSO_BAD_SIGNATURE;
	} else {
		error = check_signature(exchange, api->notice_keys, webhook_id);
	}
	if (!error && api->stopping) {
		error = HOSO_STOPPING;
	}
	if (error) {
		api_problem(exchange, error, NULL);
		return;
	}
	post = new_post(exchange, webhook_id);
	error = take_in(api, post, &member);
	if (error) {
		api_problem(exchange, error, member);
		forget(post);
	}
}
