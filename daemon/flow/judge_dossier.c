#include "flow/judge_dossier.h"

#include <stdio.h>
#include <string.h>

#include <glib.h>

#include "base/uuid7.h"
#include "store/book_care.h"

int32_t judge_dossier_date(const char *text)
{
	int year = 0;
	int month = 0;
	int day = 0;

	if (!text || sscanf(text, "%d-%d-%d", &year, &month, &day) != 3) {
		return 0;
	}
	return (int32_t)(year * 10000 + month * 100 + day);
}

static const char *date_text(struct book *book, int32_t date)
{
	g_autofree char *text =
		g_strdup_printf("%04d-%02d-%02d", date / 10000, date / 100 % 100, date % 100);

	return date ? book_text(book, text) : NULL;
}

static bool is_voided(const struct leg_track *track, const struct uuid *id)
{
	for (unsigned i = 0; i < track->count; i++) {
		if (track->events[i].kind == EVENT_VOID &&
			uuid7_compare(&track->events[i].target, id) == 0) {
			return true;
		}
	}
	return false;
}

/* The first one of @kind that stands; 0: none. */
static int64_t first_at(const struct leg_track *track, enum event_kind kind)
{
	int64_t first_ms = 0;

	for (unsigned i = 0; i < track->count; i++) {
		const struct leg_event *event = &track->events[i];
		if (event->kind == kind && !is_voided(track, &event->id) &&
			(first_ms == 0 || event->occurred_at_ms < first_ms)) {
			first_ms = event->occurred_at_ms;
		}
	}
	return first_ms;
}

static bool was_accepted(enum leg_state state)
{
	return state != LEG_NEW && state != LEG_REQUESTED && state != LEG_ASSIGNED &&
	       state != LEG_PICKUP_FAILED && state != LEG_CANCELLED;
}

static struct dossier_part part_of(const struct book_leg *leg)
{
	return (struct dossier_part){
		.kind = leg->leg.kind,
		.state = leg->leg.state,
		.accepted_at_ms =
			was_accepted(leg->leg.state) ? first_at(&leg->track, EVENT_ACCEPTED) : 0,
		.state_at_ms = leg->leg.state_at_ms,
		.bound_at_ms = first_at(&leg->track, EVENT_BOUND),
	};
}

static GArray *parts_of(const struct book *book, const struct book_dossier *dossier)
{
	GArray *parts = g_array_new(FALSE, FALSE, sizeof(struct dossier_part));
	const struct book_leg *leg;
	guint index = 0;

	while ((leg = book_leg_of(book, dossier, &index))) {
		struct dossier_part part = part_of(leg);
		g_array_append_val(parts, part);
	}
	return parts;
}

static struct dossier_case case_of(struct book_dossier *dossier, const GArray *parts)
{
	return (struct dossier_case){
		.service = dossier->service,
		.part_count = parts->len,
		.parts = (const struct dossier_part *)(const void *)parts->data,
		.steps = &dossier->steps,
	};
}

static void keep_facts(
	struct book *book, struct book_dossier *dossier, const struct dossier_facts *facts)
{
	const char *due_on = facts->says_due ? date_text(book, facts->due_on) : dossier->due_on;
	const char *received_on =
		facts->says_received ? date_text(book, facts->received_on) : dossier->received_on;

	if (dossier->status == facts->status &&
		dossier->submitted_at_ms == facts->submitted_at_ms &&
		dossier->result_ready_at_ms == facts->result_ready_at_ms &&
		g_strcmp0(dossier->due_on, due_on) == 0 &&
		g_strcmp0(dossier->received_on, received_on) == 0) {
		return;
	}
	dossier->status = facts->status;
	dossier->submitted_at_ms = facts->submitted_at_ms;
	dossier->result_ready_at_ms = facts->result_ready_at_ms;
	dossier->due_on = due_on;
	dossier->received_on = received_on;
	book_raise(&dossier->change, BOOK_CHANGED);
}

void judge_dossier_refold(struct book *book, struct book_dossier *dossier)
{
	g_autoptr(GArray) parts = parts_of(book, dossier);
	struct dossier_case known = case_of(dossier, parts);
	struct dossier_facts facts;

	if (dossier->damaged) {
		return;
	}
	facts = dossier_fold(&known, DOSSIER_FOLD_ALL);
	keep_facts(book, dossier, &facts);
}

/* Now, or at @at_ms. */
static enum hoso_error check_status(
	const struct book *book, struct book_dossier *dossier, enum leg_kind kind, int64_t at_ms)
{
	enum hoso_error error = dossier_opens(dossier->status, kind);

	if (error) {
		g_autoptr(GArray) parts = parts_of(book, dossier);
		struct dossier_case known = case_of(dossier, parts);
		struct dossier_facts then = dossier_fold(&known, at_ms);

		/* Of a draft everything is believed, but not after the dossier was known. */
		if (then.status != DOSSIER_DRAFT && dossier_opens(then.status, kind) == HOSO_OK) {
			return HOSO_OK;
		}
	}
	return error;
}

enum hoso_error judge_dossier_admits(
	const struct book *book, const struct book_leg *leg, const struct scan *scan)
{
	struct book_dossier *dossier = leg->dossier;
	bool is_own = g_strcmp0(scan->agency, dossier->agency_code) == 0;

	if (scan->kind != EVENT_ACCEPTED || was_accepted(leg->leg.state) || dossier->stub) {
		return HOSO_OK;
	}
	if (scan->leg_kind == LEG_INTER && (scan->agency[0] == '\0' || is_own)) {
		return HOSO_SAME_AGENCY;
	}
	if (scan->leg_kind == LEG_INTER && !book_agency(book, scan->agency)) {
		return HOSO_UNKNOWN_AGENCY;
	}
	return check_status(book, dossier, scan->leg_kind, scan->occurred_at_ms);
}

struct judge_announced judge_dossier_announced(
	const struct book *book, struct book_dossier *dossier, int64_t until_ms)
{
	g_autoptr(GArray) parts = parts_of(book, dossier);
	struct dossier_case known = case_of(dossier, parts);
	struct dossier_facts facts = dossier_fold(&known, until_ms);

	return (struct judge_announced){
		.ready_at_ms = facts.result_ready_at_ms,
		.collect_vnd = facts.collect_vnd,
		.reclaim = book_announced(book, &facts.ready),
	};
}

/* An envelope that came back, or is gone, was not paid, and nobody gave papers back for it. */
static bool brings_result(const struct book_leg *leg, int64_t ready_at_ms)
{
	return leg->leg.kind == LEG_RESULT && was_accepted(leg->leg.state) &&
	       leg->leg.state != LEG_RETURNED && leg->leg.state != LEG_LOST &&
	       first_at(&leg->track, EVENT_ACCEPTED) >= ready_at_ms;
}

/* Most acceptances are no results: for those nothing is folded. */
struct judge_announced judge_dossier_for(struct book *book, const struct book_leg *leg)
{
	struct book_dossier *dossier = leg->dossier;
	struct judge_announced wanted = {.reclaim = ""};
	struct book_leg *other;
	guint index = 0;

	if (leg->leg.kind != LEG_RESULT) {
		return wanted;
	}
	wanted = judge_dossier_announced(book, dossier, DOSSIER_FOLD_ALL);
	while ((other = book_leg_of(book, dossier, &index))) {
		if (other == leg || !brings_result(other, wanted.ready_at_ms)) {
			continue;
		}
		if (other->collect_vnd > 0) {
			wanted.collect_vnd = 0;
		}
		if (book_care(book, other)->reclaim[0]) {
			wanted.reclaim = "";
		}
	}
	return wanted;
}

static bool is_under_way(const struct book_leg *leg)
{
	return leg->leg.kind == LEG_RESULT && was_accepted(leg->leg.state) &&
	       !leg_state_is_terminal(leg->leg.state);
}

enum cargo { CARGO_COLLECT, CARGO_RECLAIM };

/* @is_none: nothing goes with the envelope; @is_announced: just what the agency wanted, which may be nothing. */
struct cargo_state {
	bool is_none;
	bool is_announced;
};

static struct cargo_state cargo_of(struct book *book, const struct book_leg *leg, enum cargo cargo,
	const struct judge_announced *announced)
{
	const char *reclaim;

	if (cargo == CARGO_COLLECT) {
		return (struct cargo_state){
			leg->collect_vnd == 0, leg->collect_vnd == announced->collect_vnd};
	}
	reclaim = book_care(book, leg)->reclaim;
	return (struct cargo_state){!reclaim[0], strcmp(reclaim, announced->reclaim) == 0};
}

static void load(struct book *book, struct book_leg *leg, enum cargo cargo,
	const struct judge_announced *announced)
{
	if (cargo_of(book, leg, cargo, announced).is_announced) {
		return;
	}
	if (cargo == CARGO_COLLECT) {
		leg->collect_vnd = announced->collect_vnd;
		book_raise(&leg->change, BOOK_CHANGED);
	} else {
		struct book_care *care = book_care(book, leg);
		care->reclaim = announced->reclaim;
		care->changed = true;
	}
}

/* One that has something else was given it by the clerk, who has the paper before them. */
static void carry(struct book *book, struct book_dossier *dossier, enum cargo cargo,
	const struct judge_announced *before, const struct judge_announced *after)
{
	struct book_leg *chosen = NULL;
	struct cargo_state has = {0};
	struct book_leg *leg;
	guint index = 0;

	while ((leg = book_leg_of(book, dossier, &index))) {
		struct cargo_state state;
		if (!is_under_way(leg)) {
			continue;
		}
		state = cargo_of(book, leg, cargo, before);
		if (!state.is_none && !state.is_announced) {
			return;
		}
		if (!chosen || (has.is_none && !state.is_none)) {
			chosen = leg;
			has = state;
		}
	}
	if (chosen && has.is_announced) {
		load(book, chosen, cargo, after);
	}
}

void judge_dossier_carry(
	struct book *book, struct book_dossier *dossier, const struct judge_announced *before)
{
	struct judge_announced after = judge_dossier_announced(book, dossier, DOSSIER_FOLD_ALL);

	carry(book, dossier, CARGO_COLLECT, before, &after);
	carry(book, dossier, CARGO_RECLAIM, before, &after);
}

static bool has_step(const struct dossier_steps *steps, const struct uuid *id)
{
	for (unsigned i = 0; i < steps->count; i++) {
		if (uuid7_compare(&steps->steps[i].id, id) == 0) {
			return true;
		}
	}
	return false;
}

/* An invitation's day is until when the item is kept, not when the agency promised a result. */
static bool tells_of_dossier(const struct book_dossier *dossier, const struct scan *scan)
{
	if (scan->kind == EVENT_VOID) {
		return has_step(&dossier->steps, &scan->target);
	}
	return scan->kind == EVENT_BOUND ||
	       (scan->kind == EVENT_DELIVERED &&
		       (scan->present & (FIELD_BIT(FIELD_DUE_ON) | FIELD_BIT(FIELD_DOSSIER_CODE))));
}

void judge_dossier_note(struct book *book, struct book_dossier *dossier, const struct scan *scan,
	const struct actor *actor)
{
	struct dossier_step step = {
		.id = scan->event_id,
		.target = scan->target,
		.occurred_at_ms = scan->occurred_at_ms,
		.account = actor->account,
		.kind = scan->kind,
		.role = actor->role,
		.proofs = STEP_RECEIVES,
		.due_on = judge_dossier_date(scan->due_on),
		.received_on = judge_dossier_date(scan->received_on),
	};

	if (!tells_of_dossier(dossier, scan) || dossier->damaged) {
		return;
	}
	if (dossier->steps.count < DOSSIER_STEPS_MAX) {
		dossier->steps.steps[dossier->steps.count++] = step;
	} else if (step.due_on) {
		/* Sixty times is a mistake of somebody's; the last date counts, and is not recomputed any more. */
		dossier->due_on = book_text(book, scan->due_on);
	}
	book_raise(&dossier->change, BOOK_CHANGED);
}

struct dossier_ruling judge_dossier_append(
	struct book *book, struct book_dossier *dossier, const struct dossier_step *step)
{
	g_autoptr(GArray) parts = parts_of(book, dossier);
	struct dossier_case known = case_of(dossier, parts);
	struct dossier_facts facts;
	struct dossier_ruling ruling;

	if (dossier->damaged) {
		return (struct dossier_ruling){.error = HOSO_INTERNAL};
	}
	ruling = dossier_append(&known, step, &facts);
	if (!ruling.error) {
		keep_facts(book, dossier, &facts);
		book_raise(&dossier->change, BOOK_CHANGED);
	}
	return ruling;
}
