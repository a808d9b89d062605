#include "flow/judge.h"

#include <string.h>

#include "base/uuid7.h"
#include "flow/judge_acceptance.h"
#include "flow/judge_delivery.h"
#include "flow/judge_dossier.h"
#include "flow/judge_line.h"
#include "flow/judge_money.h"
#include "model/chain.h"
#include "model/deadline.h"

/* What one judgement works on. */
struct hearing {
	struct book *book;
	const struct scan *scan;
	const struct actor *actor;
	int64_t now_ms;
	struct book_leg *leg;
	struct leg_step step;
};

static bool has(const struct hearing *hearing, enum scan_field field)
{
	return hearing->scan->present & FIELD_BIT(field);
}

static struct scan_answer answer_known(const struct book_known *known, const struct digest *content)
{
	struct scan_answer answer = {
		.verdict = known->verdict,
		.why = known->why,
		.leg_state = known->leg_state,
		.dseq = known->dseq,
		.gap = known->gap,
		.replayed = true,
		.recorded_at_ms = known->recorded_at_ms,
	};

	if (memcmp(known->content.bytes, content->bytes, sizeof content->bytes) != 0 ||
		known->leg_state == LEG_STATE_COUNT) {
		return (struct scan_answer){.error = HOSO_KEY_REUSE};
	}
	g_strlcpy(answer.recorded_by, known->actor, sizeof answer.recorded_by);
	return answer;
}

/* The dossier that this scan is about, if there is one: a stub's item may join the one it names. */
static const struct book_dossier *known_dossier(const struct hearing *hearing)
{
	if (hearing->leg && !hearing->leg->dossier->stub) {
		return hearing->leg->dossier;
	}
	return book_dossier(hearing->book, hearing->scan->dossier_code.text);
}

/* An officer acts on the dossiers of their own agency; others' are not there for them. */
static bool is_in_scope(const struct hearing *hearing)
{
	const struct book_dossier *dossier = known_dossier(hearing);
	const char *code = dossier ? dossier->agency_code : NULL;

	if (hearing->actor->role != ROLE_AGENCY) {
		return true;
	}
	if (!code && judge_acceptance_agency(hearing->book, hearing->scan)) {
		code = hearing->scan->agency;
	}
	/* By code: a renamed agency has a new row, and its old dossiers are still its own. */
	return g_strcmp0(code, hearing->actor->office_code) == 0;
}

/*
 * The leg that an item code means. An acceptance under a known dossier's code opens a further leg of that
 * dossier; any other new code gets a stub, so that every scan has a place.
 */
static void find_leg(struct hearing *hearing)
{
	struct book *book = hearing->book;
	const struct scan *scan = hearing->scan;
	struct book_dossier *dossier = has(hearing, FIELD_DOSSIER_CODE)
					       ? book_dossier(book, scan->dossier_code.text)
					       : NULL;
	bool opens = scan->kind == EVENT_ACCEPTED && dossier;
	struct uuid id = uuid7_make(hearing->now_ms);

	hearing->leg = book_leg(book, &scan->code);
	if (hearing->leg) {
		if (opens && hearing->leg->dossier->stub && hearing->leg->dossier != dossier) {
			book_move_leg(hearing->leg, dossier);
		}
		return;
	}
	if (!opens) {
		dossier = book_add_dossier(book, &id, hearing->now_ms);
	}
	id = uuid7_make(hearing->now_ms);
	hearing->leg = book_add_leg(book, dossier, &id, &scan->code);
}

static enum hoso_error check_code(const struct hearing *hearing)
{
	const struct book_dossier *dossier = hearing->leg->dossier;
	const char *code = hearing->scan->dossier_code.text;
	const struct book_dossier *owner = book_dossier(hearing->book, code);

	if (!has(hearing, FIELD_DOSSIER_CODE) || owner == dossier) {
		return HOSO_OK;
	}
	if (owner) {
		return HOSO_CODE_TAKEN;
	}
	/* Bound once; a wrong code is a supervisor's to correct. */
	return dossier->code && hearing->actor->role != ROLE_SUPERVISOR ? HOSO_CONFLICT : HOSO_OK;
}

static struct leg_event leg_event_of(const struct hearing *hearing)
{
	const struct scan *scan = hearing->scan;
	bool to_agency = has(hearing, FIELD_OFFICER) && has(hearing, FIELD_MINUTES);
	bool to_citizen = has(hearing, FIELD_RECIPIENT) && has(hearing, FIELD_RELATION) &&
			  has(hearing, FIELD_ID_KIND);

	return (struct leg_event){
		.id = scan->event_id,
		.target = scan->target,
		.occurred_at_ms = scan->occurred_at_ms,
		.account = hearing->actor->account,
		.office = hearing->actor->office,
		.kind = scan->kind,
		.role = hearing->actor->role,
		.reason = scan->reason,
		.leg_kind = scan->leg_kind,
		.enough = (to_agency ? LEG_TO_AGENCY_DATA : 0) |
			  (to_citizen ? LEG_TO_CITIZEN_DATA : 0),
	};
}

/* What the fold cannot see without a calendar: that the days between two invitations are working days. */
static enum hoso_error check_return(const struct hearing *hearing, const struct leg_event *event)
{
	struct leg before = leg_before(&hearing->leg->track, event);
	bool stuck = before.state == LEG_ATTEMPT_FAILED || before.state == LEG_HELD;
	bool early =
		stuck && hearing->actor->role == ROLE_SUPERVISOR &&
		!deadline_may_return(&before, hearing->scan->reason, book_calendar(hearing->book));

	return early ? delivery_return_why(&before) : HOSO_OK;
}

/* What the catalogue, the calendar and the other dossiers say, before the leg is asked. */
static enum hoso_error check_world(const struct hearing *hearing, const struct leg_event *event)
{
	enum hoso_error error = HOSO_OK;

	if (hearing->scan->kind == EVENT_ACCEPTED) {
		error = judge_acceptance_check(hearing->book, hearing->scan, hearing->leg->dossier);
	} else if (hearing->scan->kind == EVENT_RETURNING) {
		error = check_return(hearing, event);
	}
	error = error ? error : check_code(hearing);
	error = error ? error : judge_dossier_admits(hearing->book, hearing->leg, hearing->scan);
	return error || !judge_money_receipt(hearing->book, hearing->scan, hearing->actor)
		       ? error
		       : HOSO_RECEIPT_TAKEN;
}

static struct uuid add_person(const struct hearing *hearing, const struct party *party)
{
	struct uuid id = uuid7_make(hearing->now_ms);

	book_add_person(hearing->book, &id, party);
	return id;
}

static void open_dossier(const struct hearing *hearing)
{
	struct book_dossier *dossier = hearing->leg->dossier;
	const struct scan *scan = hearing->scan;
	const struct book_agency *agency = judge_acceptance_agency(hearing->book, hearing->scan);
	const struct book_procedure *procedure =
		judge_acceptance_procedure(hearing->book, hearing->scan);

	dossier->stub = false;
	dossier->agency_id = agency->id;
	dossier->agency_code = agency->code;
	dossier->procedure_id = procedure->id;
	dossier->service = scan->service;
	dossier->sender_id = add_person(hearing, &scan->sender);
	dossier->receiver_id = add_person(hearing, &scan->receiver);
	if (has(hearing, FIELD_SUBMITTER)) {
		dossier->submitter_id = add_person(hearing, &scan->submitter);
	}
	dossier->words =
		judge_line_words(hearing->book, scan, dossier->recorded_at_ms, agency, procedure);
	book_raise(&dossier->change, BOOK_CHANGED);
}

static void open_leg(const struct hearing *hearing)
{
	struct book_leg *leg = hearing->leg;
	const struct scan *scan = hearing->scan;

	if (leg->dossier->stub) {
		open_dossier(hearing);
	}
	leg->seal = book_text(hearing->book, scan->seal);
	leg->fee_vnd = scan->fee_vnd;
	leg->postage_vnd = scan->postage_vnd;
	leg->collect_vnd = has(hearing, FIELD_COLLECT)
				   ? scan->collect_vnd
				   : judge_dossier_for(hearing->book, leg).collect_vnd;
	leg->promised_on = judge_acceptance_promise(hearing->book, scan, leg->leg.kind);
	book_raise(&leg->change, BOOK_CHANGED);
}

/* What a taken scan changes beside the leg's state. */
static void take_effect(const struct hearing *hearing)
{
	const struct scan *scan = hearing->scan;
	struct book_dossier *dossier = hearing->leg->dossier;

	if (scan->kind == EVENT_ACCEPTED) {
		open_leg(hearing);
	}
	if (has(hearing, FIELD_DOSSIER_CODE) &&
		g_strcmp0(dossier->code, scan->dossier_code.text) != 0) {
		book_bind(hearing->book, dossier, scan->dossier_code.text);
	}
	judge_dossier_note(hearing->book, dossier, scan, hearing->actor);
	judge_dossier_refold(hearing->book, dossier);
	book_visit(hearing->leg, book_office(hearing->book, scan->next_office));
}

static struct digest hash_of(const struct hearing *hearing, const struct book_event *event)
{
	struct chain_event link = {
		.event_id = event->id,
		.dossier_id = event->dossier_id,
		.dseq = (uint32_t)event->dseq,
		.item_code = event->item_code,
		.kind = hearing->scan->kind,
		.occurred_at_ms = event->occurred_at_ms,
		.recorded_at_ms = event->recorded_at_ms,
		.account = event->account,
		.role = hearing->actor->role,
		.office = event->office,
		.device = event->device,
		.verdict = hearing->step.verdict,
		.why = hearing->step.why,
		.leg_state = hearing->leg->leg.state,
		.data = event->data,
	};

	return chain_hash(&hearing->leg->dossier->hash, &link);
}

static struct book_event *record(const struct hearing *hearing, const struct digest *content)
{
	struct book_leg *leg = hearing->leg;
	struct book_dossier *dossier = leg->dossier;
	const struct scan *scan = hearing->scan;
	struct book *book = hearing->book;
	struct book_event *event = book_add_event(book);

	*event = (struct book_event){
		.id = scan->event_id,
		.dossier_id = dossier->id,
		.leg_id = leg->id,
		.dseq = ++dossier->dseq,
		.item_code = leg->code.text,
		.kind = event_wire(scan->kind),
		.occurred_at_ms = scan->occurred_at_ms,
		.recorded_at_ms = hearing->now_ms,
		.account = hearing->actor->account,
		.actor = book_text(book, hearing->actor->name),
		.role = role_wire(hearing->actor->role),
		.office = hearing->actor->office,
		.device = book_text(book, hearing->actor->device),
		.verdict = verdict_wire(hearing->step.verdict),
		.why = error_wire(hearing->step.why),
		.leg_state = leg_state_wire(leg->leg.state),
		.gap = hearing->step.gap,
		.content = *content,
		.data = book_text(book, scan->data),
	};
	event->hash = hash_of(hearing, event);
	dossier->hash = event->hash;
	book_raise(&dossier->change, BOOK_MOVED);
	book_raise(&leg->change, BOOK_MOVED);
	book_visit(leg, hearing->actor->office);
	return event;
}

static struct scan_answer answer_new(const struct hearing *hearing, const struct book_event *event)
{
	const struct book_receipt *receipt =
		hearing->step.why == HOSO_RECEIPT_TAKEN
			? judge_money_receipt(hearing->book, hearing->scan, hearing->actor)
			: NULL;
	struct scan_answer answer = {
		.verdict = hearing->step.verdict,
		.why = hearing->step.why,
		.leg_state = hearing->leg->leg.state,
		.dseq = event->dseq,
		.gap = hearing->step.gap,
		.recorded_at_ms = hearing->now_ms,
	};

	if (answer.verdict == VERDICT_DUPLICATE || answer.verdict == VERDICT_CONFLICT) {
		g_strlcpy(answer.recorded_by, hearing->leg->state_actor, sizeof answer.recorded_by);
		answer.recorded_at_ms = hearing->leg->leg.state_at_ms;
	}
	if (receipt) {
		g_snprintf(answer.recorded_by, sizeof answer.recorded_by, "%s (%s)", receipt->actor,
			receipt->item_code);
		answer.recorded_at_ms = receipt->at_ms;
	}
	return answer;
}

/* So that the same id again in this batch gets the same answer. */
static void remember(const struct hearing *hearing, const struct book_event *event)
{
	struct book_known known = {
		.content = event->content,
		.verdict = hearing->step.verdict,
		.why = hearing->step.why,
		.leg_state = hearing->leg->leg.state,
		.status = DOSSIER_STATUS_COUNT,
		.dseq = event->dseq,
		.gap = hearing->step.gap,
		.actor = event->actor,
		.recorded_at_ms = event->recorded_at_ms,
	};

	book_add_known(hearing->book, event, &known);
}

static bool is_taken(const struct hearing *hearing)
{
	return hearing->step.verdict == VERDICT_RECORDED || hearing->step.verdict == VERDICT_LATE;
}

/* The leg took it, and something else forbids it: the leg is as it was. */
static void take_back(struct hearing *hearing, enum hoso_error forbidden)
{
	struct book_leg *leg = hearing->leg;

	leg->track.count--;
	leg->leg = leg_fold(&leg->track);
	hearing->step = (struct leg_step){.verdict = VERDICT_REFUSED, .why = forbidden};
}

static void ask_the_leg(struct hearing *hearing, const struct leg_event *event)
{
	struct leg before = hearing->leg->leg;
	enum hoso_error forbidden = HOSO_OK;

	hearing->step = leg_append(&hearing->leg->track, event, &hearing->leg->leg);
	if (is_taken(hearing)) {
		forbidden = judge_delivery_forbids(
			hearing->book, hearing->scan, hearing->actor, hearing->leg, &before);
	}
	if (forbidden) {
		take_back(hearing, forbidden);
	} else if (hearing->step.why == HOSO_TOO_EARLY) {
		hearing->step.why = delivery_return_why(&hearing->leg->leg);
	}
}

static void decide(struct hearing *hearing)
{
	struct leg_event event = leg_event_of(hearing);
	enum hoso_error forbidden = hearing->leg->damaged || hearing->leg->dossier->damaged
					    ? HOSO_INTERNAL
					    : check_world(hearing, &event);
	struct leg before = hearing->leg->leg;

	if (forbidden) {
		hearing->step = (struct leg_step){.verdict = VERDICT_REFUSED, .why = forbidden};
		return;
	}
	ask_the_leg(hearing, &event);
	if (leg_facts_differ(&before, &hearing->leg->leg)) {
		book_raise(&hearing->leg->change, BOOK_CHANGED);
	}
	if (hearing->leg->leg.state_at_ms != before.state_at_ms ||
		hearing->leg->state_actor[0] == '\0') {
		hearing->leg->state_actor = book_text(hearing->book, hearing->actor->name);
	}
}

/* Of an answer that was given before too: what is to be done is what is to be done now. */
static struct scan_answer with_next(const struct hearing *hearing, struct scan_answer answer)
{
	if (!answer.error && hearing->leg) {
		answer.next = judge_delivery_next(
			hearing->book, hearing->scan, hearing->leg, answer.why, hearing->now_ms);
	}
	return answer;
}

struct scan_answer judge_scan(struct book *book, const struct scan *scan, const struct actor *actor,
	int64_t now_ms, bool optional_steps)
{
	struct hearing hearing = {.book = book, .scan = scan, .actor = actor, .now_ms = now_ms};
	struct digest content = chain_content(actor->account, scan->office, scan->code.text,
		scan->kind, scan->occurred_at_ms, scan->data);
	const struct book_known *known = book_known(book, &scan->event_id);
	struct book_event *event;
	bool taken;

	hearing.leg = book_leg(book, &scan->code);
	if (known) {
		return with_next(&hearing, answer_known(known, &content));
	}
	if (!is_in_scope(&hearing)) {
		return (struct scan_answer){.error = HOSO_NOT_FOUND};
	}
	find_leg(&hearing);
	decide(&hearing);
	taken = is_taken(&hearing);
	if (taken) {
		take_effect(&hearing);
	}
	event = record(&hearing, &content);
	if (taken) {
		judge_money_take(book, scan, actor, hearing.leg->dossier, event);
	}
	if (hearing.step.verdict != VERDICT_DUPLICATE) {
		judge_delivery_recorded(book, scan, hearing.leg, event, hearing.step.verdict);
	}
	if (judge_line_is_told(scan, hearing.leg, hearing.step.verdict, optional_steps)) {
		judge_line_freeze(book, scan, actor, hearing.leg, event);
	}
	remember(&hearing, event);
	return with_next(&hearing, answer_new(&hearing, event));
}
