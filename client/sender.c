#include "sender.h"

#include <string.h>

#include <glib.h>

#include <hoso/limits.h>
#include <hoso/wire.h>

#include "base/backoff.h"
#include "base/clock.h"
#include "interrupt.h"

#define POLL_MAX_MS 500 /* a signal between the check and the wait is noticed after this long */

/*
 *   IDLE --something unsent--> FLYING --answer--> IDLE
 *     ^                          |
 *     +---- pause is over --- RESTING <-- no answer, busy, not signed in
 */
enum sender_state { SENDER_IDLE, SENDER_FLYING, SENDER_RESTING };

/* What an answer to a request of some scans means for them. */
enum sender_move {
	MOVE_SETTLE, /* each scan has its own result */
	MOVE_HALVE,  /* one of them is bad for the whole request: find it */
	MOVE_REJECT, /* it was alone: it is the bad one */
	MOVE_REST,   /* nothing is known; the same again later */
};

struct sender {
	struct session *session;
	struct spool *spool;
	struct sender_events events;
	const char *path;
	CURLM *multi;
	enum sender_state state;
	struct call call;
	json_t *batch; /* the scans in the air */
	size_t batch_max;
	unsigned attempt;
	int64_t rest_until_ms; /* monotonic */
	enum hoso_error error; /* of the last try */
};

static const struct backoff backoff = {.first_ms = 500, .ceiling_ms = SENDER_PAUSE_MAX_MS};

static enum sender_move next_move(enum hoso_error error, long status, size_t batch_count)
{
	bool about_content = status == 400 || status == 413 || status == 422;

	if (!error) {
		return MOVE_SETTLE;
	}
	if (error_may_retry(error) || !about_content) {
		return MOVE_REST;
	}
	return batch_count > 1 ? MOVE_HALVE : MOVE_REJECT;
}

static void tell_change(
	struct sender *sender, enum hoso_error error, const struct call_problem *problem)
{
	if (error != sender->error) {
		sender->error = error;
		sender->events.changed(sender->events.context, error, problem);
	}
}

static void rest(struct sender *sender, enum hoso_error error, const struct call_problem *problem)
{
	int64_t pause_ms = backoff_delay_ms(&backoff, sender->attempt, g_random_int());

	pause_ms = MAX(pause_ms, MIN(problem->retry_after_ms, SENDER_PAUSE_MAX_MS));
	sender->attempt++;
	sender->rest_until_ms = clock_monotonic_ms() + pause_ms;
	sender->state = SENDER_RESTING;
	tell_change(sender, error, problem);
}

static const char *text_member(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

/* A result without a verdict is an error; one that may pass leaves the scan unsent. */
static bool must_wait(const json_t *result)
{
	json_int_t status = json_integer_value(json_object_get(result, "status"));

	return !json_object_get(result, "verdict") && (status == 429 || status >= 500);
}

/* False when the answer cannot be written down: the scan stays unsent and the server will repeat
 * it. */
static bool settle_one(struct sender *sender, const json_t *scan, const json_t *result)
{
	struct sender_answer answer = {
		.scan = scan, .result = result, .rejected = !json_object_get(result, "verdict")};
	enum spool_state state = answer.rejected ? SPOOL_REJECTED : SPOOL_ANSWERED;
	const char *event_id = text_member(scan, "event_id");
	char *text = json_dumps(result, JSON_COMPACT);
	enum hoso_error error = spool_answer(sender->spool, event_id, state, text);

	if (error == HOSO_TOO_LARGE) {
		/* That it was answered matters more than an absurdly long answer. */
		error = spool_answer(sender->spool, event_id, state, "{}");
	}
	if (!error) {
		sender->events.answered(sender->events.context, &answer);
	}
	free(text);
	return !error;
}

/* One result per scan, in order and with its id; anything else is no answer to what we asked. */
static bool fits_batch(const json_t *batch, const json_t *results)
{
	size_t count = json_array_size(batch);

	if (!json_is_array(results) || json_array_size(results) != count) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		const json_t *result = json_array_get(results, i);
		const char *sent = text_member(json_array_get(batch, i), "event_id");
		if (g_ascii_strcasecmp(text_member(result, "event_id"), sent) != 0) {
			return false;
		}
	}
	return true;
}

static void settle(struct sender *sender, const json_t *results)
{
	struct call_problem problem = {.error = HOSO_OK};

	if (!fits_batch(sender->batch, results)) {
		problem.error = HOSO_OUTCOME_UNKNOWN;
		rest(sender, problem.error, &problem);
		return;
	}
	for (size_t i = 0; i < json_array_size(results); i++) {
		const json_t *result = json_array_get(results, i);
		if (must_wait(result)) {
			problem.error = HOSO_BUSY;
		} else if (!settle_one(sender, json_array_get(sender->batch, i), result)) {
			problem.error = HOSO_FILE;
		}
	}
	sender->batch_max = SENDER_BATCH_MAX;
	if (problem.error) {
		rest(sender, problem.error, &problem);
		return;
	}
	sender->attempt = 0;
	tell_change(sender, HOSO_OK, NULL);
}

static void reject(struct sender *sender, const struct call_problem *problem)
{
	const json_t *scan = json_array_get(sender->batch, 0);
	struct call_problem disk = {.error = HOSO_FILE};
	json_t *result = json_pack("{s:s, s:s, s:i, s:s, s:s}", "event_id",
		text_member(scan, "event_id"), "error", error_wire(problem->error), "status",
		(int)problem->status, "detail", problem->detail, "member", problem->member);

	if (!settle_one(sender, scan, result)) {
		rest(sender, disk.error, &disk);
	}
	sender->batch_max = SENDER_BATCH_MAX;
	json_decref(result);
}

static void landed(struct sender *sender, CURLcode code)
{
	struct call_problem problem = {0};
	json_t *body = NULL;
	enum hoso_error error = call_finish(&sender->call, code, &problem, &body);
	size_t count = json_array_size(sender->batch);

	sender->state = SENDER_IDLE;
	switch (next_move(error, problem.status, count)) {
	case MOVE_SETTLE:
		settle(sender, body);
		break;
	case MOVE_HALVE:
		sender->batch_max = count / 2;
		break;
	case MOVE_REJECT:
		reject(sender, &problem);
		break;
	case MOVE_REST:
		rest(sender, error, &problem);
		break;
	}
	json_decref(body);
	curl_multi_remove_handle(sender->multi, sender->call.easy);
	call_done(&sender->call);
	g_clear_pointer(&sender->batch, json_decref);
}

static json_t *fill_batch(struct sender *sender)
{
	json_t *batch = json_array();

	for (size_t i = spool_first_unsent(sender->spool);
		i < spool_size(sender->spool) && json_array_size(batch) < sender->batch_max; i++) {
		const struct spool_entry *entry = spool_entry(sender->spool, i);
		if (entry->state == SPOOL_UNSENT) {
			g_autofree char *text = spool_scan_text(sender->spool, entry);
			json_t *scan = text ? json_loads(text, 0, NULL) : NULL;
			if (!scan) {
				break; /* a disk that cannot be read now: keep the order, try again
					  later */
			}
			json_array_append_new(batch, scan);
		}
	}
	return batch;
}

static void take_off(struct sender *sender)
{
	struct call_problem problem = {.error = HOSO_OK};

	session_read_token(sender->session);
	if (!sender->session->server) {
		problem.error = HOSO_BAD_CONFIG;
	} else if (!sender->session->token) {
		problem.error = HOSO_UNAUTHORIZED;
	}
	sender->batch = problem.error ? NULL : fill_batch(sender);
	if (!problem.error && json_array_size(sender->batch) == 0) {
		problem.error = HOSO_FILE;
	}
	if (problem.error) {
		g_clear_pointer(&sender->batch, json_decref);
		rest(sender, problem.error, &problem);
		return;
	}
	call_init(&sender->call, sender->session, "POST", sender->path, sender->batch);
	call_add_device_time(&sender->call);
	curl_multi_add_handle(sender->multi, sender->call.easy);
	sender->state = SENDER_FLYING;
}

/* Does what is due; the result is how long nothing will be due but news. */
static int64_t turn(struct sender *sender)
{
	int64_t now_ms = clock_monotonic_ms();
	int running;
	int left;
	const CURLMsg *message;

	if (sender->state == SENDER_RESTING && now_ms >= sender->rest_until_ms) {
		sender->state = SENDER_IDLE;
	}
	if (sender->state == SENDER_IDLE && spool_count(sender->spool, SPOOL_UNSENT) > 0) {
		take_off(sender);
	}
	curl_multi_perform(sender->multi, &running);
	while ((message = curl_multi_info_read(sender->multi, &left))) {
		if (message->msg == CURLMSG_DONE) {
			landed(sender, message->data.result);
		}
	}
	if (sender->state == SENDER_RESTING) {
		return MAX(sender->rest_until_ms - clock_monotonic_ms(), 0);
	}
	return sender->state == SENDER_IDLE && spool_count(sender->spool, SPOOL_UNSENT) > 0
		       ? 0
		       : POLL_MAX_MS;
}

struct sender *sender_new(
	struct session *session, struct spool *spool, const struct sender_events *events)
{
	struct sender *sender = g_new0(struct sender, 1);

	sender->session = session;
	sender->spool = spool;
	sender->events = *events;
	sender->path = WIRE_SCANS;
	sender->multi = curl_multi_init();
	sender->batch_max = SENDER_BATCH_MAX;
	return sender;
}

void sender_aim(struct sender *sender, const char *path)
{
	sender->path = path;
}

void sender_free(struct sender *sender)
{
	if (!sender) {
		return;
	}
	if (sender->state == SENDER_FLYING) {
		curl_multi_remove_handle(sender->multi, sender->call.easy);
		call_done(&sender->call);
	}
	json_decref(sender->batch);
	curl_multi_cleanup(sender->multi);
	g_free(sender);
}

bool sender_wait(struct sender *sender, int fd, int timeout_ms)
{
	struct curl_waitfd extra = {.fd = fd, .events = CURL_WAIT_POLLIN};
	int64_t due_ms = turn(sender);
	int wait_ms = (int)MIN(MIN(due_ms, POLL_MAX_MS), MAX(timeout_ms, 0));

	curl_multi_poll(sender->multi, fd >= 0 ? &extra : NULL, fd >= 0 ? 1 : 0, wait_ms, NULL);
	return fd >= 0 && extra.revents != 0;
}

void sender_drain(struct sender *sender, int64_t timeout_ms)
{
	int64_t until_ms = clock_monotonic_ms() + timeout_ms;

	while (spool_count(sender->spool, SPOOL_UNSENT) > 0 && !interrupt_asked()) {
		int64_t left_ms = until_ms - clock_monotonic_ms();
		if (left_ms <= 0) {
			return;
		}
		sender_wait(sender, -1, (int)MIN(left_ms, POLL_MAX_MS));
	}
}
