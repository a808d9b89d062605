#include "flow/outbox_push.h"

#include <inttypes.h>
#include <string.h>

#include <glib.h>

#include "base/clock.h"
#include "base/crash.h"
#include "base/log.h"
#include "flow/outbox_policy.h"

static void written(struct ledger_entry *entry)
{
	struct push *push = container_of(entry, struct push, entry);

	push->done(push);
}

static void push_enter(struct push *push, enum push_state state)
{
	push->state = state;
	if (state == PUSH_SETTLING) {
		push->entry.row.id = push->id;
		push->entry.row.attempt = push->attempt;
		push->entry.lease_over_ms = clock_monotonic_ms() + OUTBOX_LEASE_MS;
		push->entry.done = written;
		ledger_write(push->ledger, &push->entry);
	}
}

static void decide(struct push *push, enum hoso_error error)
{
	enum hoso_error outcome =
		breaker_next(push->breaker, error, push->breaker_id, clock_monotonic_ms());
	struct push_outcome facts = {
		.error = outcome,
		.road_closed = error && push->breaker->state != BREAKER_CLOSED,
		.was_in_doubt = push->was_in_doubt,
		.failures = push->failures,
		.age_ms = push->age_ms,
		.retry_after_ms = push->req.retry_after_ms,
		.random = g_random_int(),
	};

	push->outcome = outcome;
	push->entry.row.settlement = outbox_policy_settle(&facts);
	push->entry.row.settlement.answer = push->req.answer;
	CRASH_POINT(PUSH_DECIDED);
}

static void push_sent(struct portal_push_req *req, enum hoso_error error)
{
	struct push *push = container_of(req, struct push, req);

	g_assert(push->state == PUSH_SENDING);
	CRASH_POINT(PUSH_SENT);
	decide(push, error);
	if (error) {
		log_warn("outbox=%" PRIi64 " attempt=%" PRIi64 " error=%s status=%d: %s", push->id,
			push->attempt, error_wire(error), req->http_status,
			push->entry.row.settlement.state);
	}
	push_enter(push, PUSH_SETTLING);
}

static void line_is_damaged(struct loop_task *task)
{
	struct push *push = container_of(task, struct push, again);

	log_err("outbox=%" PRIi64 ": the frozen line cannot be read", push->id);
	push->outcome = HOSO_PORTAL_NEVER;
	push->entry.row.settlement =
		(struct outbox_settlement){.state = "dead", .error = HOSO_BAD_JSON, .answer = ""};
	push_enter(push, PUSH_SETTLING);
}

/* The breaker counts dossiers by number; a UUIDv7's last bytes are random. */
static int64_t breaker_number(const struct uuid *dossier_id)
{
	int64_t number;

	memcpy(&number, dossier_id->bytes + 8, sizeof number);
	return number;
}

void outbox_push_begin(struct push *push, struct portal *portal, const struct outbox_row *row,
	void (*done)(struct push *))
{
	push->id = row->id;
	push->attempt = row->attempt;
	push->failures = row->failures;
	push->age_ms = row->age_ms;
	push->was_in_doubt = row->in_doubt;
	push->breaker_id = breaker_number(&row->dossier_id);
	push->dossier_code = row->dossier_code;
	push->done = done;
	push->state = PUSH_SENDING;
	if (portal_line_from_json(
		    row->line, portal_tells_dossier(portal) ? row->words : NULL, &push->line)) {
		loop_defer(push->loop, &push->again, line_is_damaged);
		return;
	}
	push->req.line = &push->line;
	push->req.dossier_code = push->dossier_code.text;
	push->req.in_doubt = row->in_doubt;
	portal_push(portal, &push->req, push_sent);
}
