#include "model/dossier_step.h"

#include <stdlib.h>

#include <glib.h>

#include "base/uuid7.h"

/* clang-format off */
#define S(status) (1u << DOSSIER_##status)
#define AT_AGENCY (S(SUBMITTED) | S(RECEIVED) | S(PROCESSING))
#define COMING (S(DRAFT) | S(WITH_POST))
#define RESULT_OUT (S(RESULT_READY) | S(RESULT_WITH_POST) | S(RESULT_DELIVERED) | S(RESULT_UNDELIVERABLE))
#define ENDED (S(REFUSED) | S(WITHDRAWN) | S(CLOSED))

#define OFFICERS (ROLE_BIT(ROLE_AGENCY) | ROLE_BIT(ROLE_SUPERVISOR) | ROLE_BIT(ROLE_SYSTEM))

/*
 * What each step does. from: the statuses it leaves for @to.  stay: those it is recorded in without a move.
 * A hand-over that nobody scanned is normal life, so the agency may have what is still with the post here.
 */
static const struct {
	unsigned roles, from, stay;
	enum dossier_status to;
} moves[EVENT_KIND_COUNT] = {
	[EVENT_BOUND] = {OFFICERS, COMING | S(SUBMITTED), S(RECEIVED) | S(PROCESSING) | S(SUPPLEMENT) | RESULT_OUT,
		DOSSIER_RECEIVED},
	[EVENT_RESULT_READY] = {OFFICERS, COMING | AT_AGENCY | S(SUPPLEMENT) | S(RESULT_DELIVERED) |
		S(RESULT_UNDELIVERABLE), S(RESULT_WITH_POST), DOSSIER_RESULT_READY},
	[EVENT_SUPPLEMENT_ASKED] = {OFFICERS, S(WITH_POST) | AT_AGENCY, S(SUPPLEMENT), DOSSIER_SUPPLEMENT},
	[EVENT_DECLINED] = {OFFICERS, S(WITH_POST) | AT_AGENCY | S(SUPPLEMENT), 0, DOSSIER_REFUSED},
	[EVENT_DUE_CHANGED] = {OFFICERS, 0, AT_AGENCY | S(SUPPLEMENT), DOSSIER_RECEIVED},
	[EVENT_WITHDRAWN] = {OFFICERS, S(WITH_POST) | AT_AGENCY | S(SUPPLEMENT), 0, DOSSIER_WITHDRAWN},
	[EVENT_CLOSED] = {ROLE_BIT(ROLE_SUPERVISOR) | ROLE_BIT(ROLE_SYSTEM), COMING | AT_AGENCY | S(REFUSED) |
		S(WITHDRAWN) | S(RESULT_DELIVERED) | S(RESULT_UNDELIVERABLE), 0, DOSSIER_CLOSED},
};

/*
 * What an accepted, a delivered and a returned item does to its dossier: from the statuses to the other one. An
 * envelope from the agency proves that the agency did what it is for, whether it said so or not.
 */
struct carried {
	unsigned from;
	enum dossier_status to;
};
static const struct carried accepted[LEG_KIND_COUNT] = {
	[LEG_SUBMIT] = {S(DRAFT), DOSSIER_WITH_POST},
	[LEG_SLIP] = {COMING | S(SUBMITTED), DOSSIER_RECEIVED},
	[LEG_SUPPLEMENT_OUT] = {COMING | AT_AGENCY, DOSSIER_SUPPLEMENT},
	[LEG_SUPPLEMENT_IN] = {S(DRAFT), DOSSIER_SUPPLEMENT},
	[LEG_RESULT] = {COMING | AT_AGENCY | S(RESULT_READY) | S(RESULT_UNDELIVERABLE), DOSSIER_RESULT_WITH_POST},
	[LEG_REFUSED] = {COMING | AT_AGENCY | S(SUPPLEMENT), DOSSIER_REFUSED},
	[LEG_INTER] = {COMING | S(SUBMITTED), DOSSIER_RECEIVED},
};
static const struct carried delivered[LEG_KIND_COUNT] = {
	[LEG_SUBMIT] = {COMING, DOSSIER_SUBMITTED},
	[LEG_SUPPLEMENT_IN] = {COMING | S(SUPPLEMENT), DOSSIER_SUBMITTED},
	[LEG_RESULT] = {S(RESULT_WITH_POST), DOSSIER_RESULT_DELIVERED},
};
static const struct carried returned[LEG_KIND_COUNT] = {
	[LEG_SUBMIT] = {S(WITH_POST), DOSSIER_DRAFT},
	[LEG_RESULT] = {S(RESULT_WITH_POST), DOSSIER_RESULT_UNDELIVERABLE},
};

/* In which statuses an item of each kind may set out. Of a draft nothing is known, so everything may be. */
static const unsigned opens[LEG_KIND_COUNT] = {
	[LEG_SUBMIT] = COMING | S(RECEIVED) | S(PROCESSING),
	[LEG_SLIP] = S(DRAFT) | AT_AGENCY | S(SUPPLEMENT),
	[LEG_SUPPLEMENT_OUT] = S(DRAFT) | AT_AGENCY | S(SUPPLEMENT),
	[LEG_SUPPLEMENT_IN] = S(DRAFT) | S(SUPPLEMENT),
	[LEG_RESULT] = COMING | AT_AGENCY | S(RESULT_READY) | S(RESULT_WITH_POST) | S(RESULT_UNDELIVERABLE),
	[LEG_REFUSED] = S(DRAFT) | AT_AGENCY | S(SUPPLEMENT) | S(REFUSED) | S(WITHDRAWN),
	[LEG_RECLAIM] = S(DRAFT) | S(RESULT_WITH_POST) | S(RESULT_DELIVERED) | S(RESULT_UNDELIVERABLE),
	[LEG_INTER] = S(DRAFT) | AT_AGENCY | S(SUPPLEMENT) | S(RESULT_READY),
};
/* clang-format on */

#define SERVICE_RECEIVE 2 /* bit of the service: a result is to come */

static unsigned bit_of(enum dossier_status status)
{
	return 1u << status;
}

enum hoso_error dossier_opens(enum dossier_status status, enum leg_kind kind)
{
	unsigned here = bit_of(status);

	if (opens[kind] & here) {
		return HOSO_OK;
	}
	if (here & ENDED) {
		return HOSO_DOSSIER_ENDED;
	}
	if (kind == LEG_RECLAIM) {
		return HOSO_NO_RESULT;
	}
	if (here & RESULT_OUT) {
		return HOSO_RESULT_IS_OUT;
	}
	if (kind == LEG_SUPPLEMENT_IN) {
		return HOSO_SUPPLEMENT_NOT_ASKED;
	}
	if (here & S(SUPPLEMENT)) {
		return HOSO_SUPPLEMENT_OPEN;
	}
	return kind == LEG_SUBMIT ? HOSO_ALREADY_SUBMITTED : HOSO_NOT_SUBMITTED;
}

/* Why the status does not take the step. */
static enum hoso_error why_not(enum dossier_status status, enum event_kind kind)
{
	unsigned here = bit_of(status);

	if (here & ENDED) {
		return HOSO_DOSSIER_ENDED;
	}
	if (kind == EVENT_CLOSED) {
		return HOSO_DOSSIER_OPEN;
	}
	return here & RESULT_OUT ? HOSO_RESULT_IS_OUT : HOSO_NOT_SUBMITTED;
}

static bool is_exception(const struct dossier_step *step)
{
	return step->role == ROLE_SUPERVISOR && (step->proofs & STEP_EXPLAINED);
}

/* What the status alone does not say. */
static enum hoso_error forbidden_by_rule(const struct dossier_facts *facts,
	const struct dossier_step *step, int service, bool legs_ended)
{
	switch ((int)step->kind) {
	case EVENT_SUPPLEMENT_ASKED:
		return facts->supplements > 0 && !is_exception(step) ? HOSO_SUPPLEMENT_ONCE
								     : HOSO_OK;
	case EVENT_DUE_CHANGED:
		return facts->due_changes > 0 && !is_exception(step) ? HOSO_DUE_CHANGED_ONCE
								     : HOSO_OK;
	case EVENT_WITHDRAWN:
		/* The agency has its own paper for it; for the sender the slip speaks (Luật Bưu chính Điều 16). */
		return step->role == ROLE_SUPERVISOR && !(step->proofs & STEP_WITH_SLIP)
			       ? HOSO_MISSING_DATA
			       : HOSO_OK;
	case EVENT_CLOSED:
		if (!legs_ended) {
			return HOSO_LEGS_OPEN;
		}
		return (bit_of(facts->status) & AT_AGENCY) && (service & SERVICE_RECEIVE)
			       ? HOSO_DOSSIER_OPEN
			       : HOSO_OK;
	default:
		return HOSO_OK;
	}
}

static void count_step(struct dossier_facts *facts, const struct dossier_step *step)
{
	facts->supplements += step->kind == EVENT_SUPPLEMENT_ASKED;
	facts->due_changes += step->kind == EVENT_DUE_CHANGED;
	if (step->kind == EVENT_RESULT_READY) {
		facts->result_ready_at_ms = step->occurred_at_ms;
		facts->collect_vnd = step->collect_vnd;
		facts->ready = step->id;
	}
}

struct dossier_ruling dossier_step_apply(
	struct dossier_facts *facts, const struct dossier_step *step, int service, bool legs_ended)
{
	unsigned here = bit_of(facts->status);
	bool repeats = moves[step->kind].from != 0 && facts->status == moves[step->kind].to &&
		       !(moves[step->kind].stay & here);
	enum hoso_error error = HOSO_OK;

	if (!(moves[step->kind].roles & ROLE_BIT(step->role))) {
		return (struct dossier_ruling){.error = HOSO_WRONG_ROLE};
	}
	if (repeats) {
		return (struct dossier_ruling){.verdict = VERDICT_DUPLICATE};
	}
	if (!((moves[step->kind].from | moves[step->kind].stay) & here)) {
		return (struct dossier_ruling){.error = why_not(facts->status, step->kind)};
	}
	error = forbidden_by_rule(facts, step, service, legs_ended);
	if (error) {
		return (struct dossier_ruling){.error = error};
	}
	if (moves[step->kind].from & here) {
		facts->status = moves[step->kind].to;
	}
	count_step(facts, step);
	return (struct dossier_ruling){.verdict = VERDICT_RECORDED};
}

/* ── in the order of time ───────────────────────────────────────────────────────────────────────────── */

enum moment_what { MOMENT_ACCEPTED, MOMENT_DELIVERED, MOMENT_RETURNED, MOMENT_BOUND, MOMENT_STEP };

/* Something that happened; of one instant the items come first, for an envelope is what a step is about. */
struct moment {
	int64_t at_ms;
	enum moment_what what;
	const struct dossier_part *part;
	const struct dossier_step *step;
};

static int compare_moments(const void *a, const void *b)
{
	const struct moment *first = a;
	const struct moment *second = b;

	if (first->at_ms != second->at_ms) {
		return first->at_ms < second->at_ms ? -1 : 1;
	}
	if (first->what != second->what) {
		return first->what < second->what ? -1 : 1;
	}
	return first->step && second->step ? uuid7_compare(&first->step->id, &second->step->id) : 0;
}

static bool is_voided(const struct dossier_steps *steps, const struct uuid *id)
{
	for (unsigned i = 0; i < steps->count; i++) {
		if (steps->steps[i].kind == EVENT_VOID &&
			uuid7_compare(&steps->steps[i].target, id) == 0) {
			return true;
		}
	}
	return false;
}

static void add_moment(GArray *moments, const struct moment *moment, int64_t until_ms)
{
	if (moment->at_ms != 0 && moment->at_ms <= until_ms) {
		g_array_append_val(moments, *moment);
	}
}

static void add_part(GArray *moments, const struct dossier_part *part, int64_t until_ms)
{
	struct moment moment = {part->accepted_at_ms, MOMENT_ACCEPTED, part, NULL};

	if (part->accepted_at_ms != 0) {
		add_moment(moments, &moment, until_ms);
		moment.at_ms = part->state_at_ms;
		moment.what = MOMENT_DELIVERED;
		if (part->state == LEG_RETURNED) {
			moment.what = MOMENT_RETURNED;
		}
		if (part->state == LEG_DELIVERED || part->state == LEG_RETURNED) {
			add_moment(moments, &moment, until_ms);
		}
	}
	moment.at_ms = part->bound_at_ms;
	moment.what = MOMENT_BOUND;
	add_moment(moments, &moment, until_ms);
}

static GArray *moments_of(const struct dossier_case *dossier, int64_t until_ms)
{
	GArray *moments = g_array_new(FALSE, FALSE, sizeof(struct moment));

	for (unsigned i = 0; i < dossier->part_count; i++) {
		add_part(moments, &dossier->parts[i], until_ms);
	}
	for (unsigned i = 0; i < dossier->steps->count; i++) {
		const struct dossier_step *step = &dossier->steps->steps[i];
		struct moment moment = {step->occurred_at_ms, MOMENT_STEP, NULL, step};
		if (step->kind != EVENT_VOID && !is_voided(dossier->steps, &step->id)) {
			add_moment(moments, &moment, until_ms);
		}
	}
	if (moments->len > 0) {
		qsort(moments->data, moments->len, sizeof(struct moment), compare_moments);
	}
	return moments;
}

/* Another envelope with a part of the result is still on its way then. */
static bool has_other_result(const struct dossier_case *dossier, const struct moment *moment)
{
	for (unsigned i = 0; i < dossier->part_count; i++) {
		const struct dossier_part *part = &dossier->parts[i];
		bool was_open =
			part->accepted_at_ms != 0 && part->accepted_at_ms <= moment->at_ms &&
			(!leg_state_is_terminal(part->state) || part->state_at_ms > moment->at_ms);
		if (part != moment->part && part->kind == LEG_RESULT && was_open) {
			return true;
		}
	}
	return false;
}

static void take_part(const struct dossier_case *dossier, const struct moment *moment,
	struct dossier_facts *facts)
{
	static const struct carried *const tables[] = {[MOMENT_ACCEPTED] = accepted,
		[MOMENT_DELIVERED] = delivered,
		[MOMENT_RETURNED] = returned};
	enum leg_kind kind = moment->part->kind;
	const struct carried *move = &tables[moment->what][kind];
	bool submits = kind == LEG_SUBMIT || kind == LEG_SUPPLEMENT_IN;

	if (moment->what == MOMENT_DELIVERED && submits) {
		facts->submitted_at_ms = moment->at_ms;
	}
	if (moment->what == MOMENT_DELIVERED && kind == LEG_RESULT &&
		has_other_result(dossier, moment)) {
		return;
	}
	if (move->from & bit_of(facts->status)) {
		facts->status = move->to;
	}
}

static void take_dates(struct dossier_facts *facts, const struct dossier_step *step)
{
	facts->due_on = step->due_on ? step->due_on : facts->due_on;
	facts->received_on = step->received_on ? step->received_on : facts->received_on;
}

/* A code or a date that came with an item's scan: the agency has it. The item's own rules let it pass already. */
static void take_reception(struct dossier_facts *facts)
{
	if (moves[EVENT_BOUND].from & bit_of(facts->status)) {
		facts->status = DOSSIER_RECEIVED;
	}
}

static bool all_ended(const struct dossier_case *dossier)
{
	for (unsigned i = 0; i < dossier->part_count; i++) {
		if (dossier->parts[i].accepted_at_ms != 0 &&
			!leg_state_is_terminal(dossier->parts[i].state)) {
			return false;
		}
	}
	return true;
}

static struct dossier_ruling take_step(const struct dossier_case *dossier,
	const struct dossier_step *step, struct dossier_facts *facts)
{
	struct dossier_ruling ruling = {.verdict = VERDICT_RECORDED};

	if (step->proofs & STEP_RECEIVES) {
		take_reception(facts);
	} else {
		ruling = dossier_step_apply(facts, step, dossier->service, all_ended(dossier));
	}
	if (ruling.error) {
		facts->misfits++;
	} else {
		take_dates(facts, step);
	}
	return ruling;
}

static void note_what_is_said(const struct dossier_steps *steps, struct dossier_facts *facts)
{
	for (unsigned i = 0; i < steps->count; i++) {
		facts->says_due = facts->says_due || steps->steps[i].due_on != 0;
		facts->says_received = facts->says_received || steps->steps[i].received_on != 0;
	}
}

/* @probe is the step whose ruling is wanted, or NULL. It is late when something that moves the status lies after it. */
static struct dossier_facts fold(const struct dossier_case *dossier, int64_t until_ms,
	const struct dossier_step *probe, struct dossier_ruling *ret_ruling)
{
	g_autoptr(GArray) moments = moments_of(dossier, until_ms);
	struct dossier_facts facts = {.status = DOSSIER_DRAFT};
	enum dossier_status then = DOSSIER_DRAFT;
	bool seen = false;

	note_what_is_said(dossier->steps, &facts);
	for (guint i = 0; i < moments->len; i++) {
		const struct moment *moment = &g_array_index(moments, struct moment, i);
		if (moment->what == MOMENT_BOUND) {
			take_reception(&facts);
		} else if (moment->what != MOMENT_STEP) {
			take_part(dossier, moment, &facts);
		} else if (moment->step != probe) {
			take_step(dossier, moment->step, &facts);
		} else {
			*ret_ruling = take_step(dossier, moment->step, &facts);
			then = facts.status;
			seen = true;
		}
	}
	if (seen && ret_ruling->verdict == VERDICT_RECORDED && facts.status != then) {
		ret_ruling->verdict = VERDICT_LATE;
	}
	return facts;
}

struct dossier_facts dossier_fold(const struct dossier_case *dossier, int64_t until_ms)
{
	return fold(dossier, until_ms, NULL, NULL);
}

static const struct dossier_step *find_step(
	const struct dossier_steps *steps, const struct uuid *id)
{
	for (unsigned i = 0; i < steps->count; i++) {
		if (uuid7_compare(&steps->steps[i].id, id) == 0) {
			return &steps->steps[i];
		}
	}
	return NULL;
}

/* What was scanned from an item is voided with the item, not here. */
static struct dossier_ruling judge_void(
	const struct dossier_steps *steps, const struct dossier_step *step)
{
	const struct dossier_step *target = find_step(steps, &step->target);
	int64_t age_ms = target ? step->occurred_at_ms - target->occurred_at_ms : 0;

	if (!(OFFICERS & ROLE_BIT(step->role))) {
		return (struct dossier_ruling){.error = HOSO_WRONG_ROLE};
	}
	if (!target || target->kind == EVENT_VOID || (target->proofs & STEP_RECEIVES)) {
		return (struct dossier_ruling){.error = HOSO_NOT_FOUND};
	}
	if (step->role != ROLE_SUPERVISOR &&
		(step->account != target->account || age_ms < 0 || age_ms > VOID_GRACE_MS)) {
		return (struct dossier_ruling){.error = HOSO_WRONG_ROLE};
	}
	return (struct dossier_ruling){
		.verdict = is_voided(steps, &step->target) ? VERDICT_DUPLICATE : VERDICT_RECORDED};
}

struct dossier_ruling dossier_append(struct dossier_case *dossier, const struct dossier_step *step,
	struct dossier_facts *ret_facts)
{
	struct dossier_steps *steps = dossier->steps;
	struct dossier_facts before = dossier_fold(dossier, DOSSIER_FOLD_ALL);
	struct dossier_ruling ruling = {.error = HOSO_DOSSIER_FULL};
	struct dossier_facts after = before;

	*ret_facts = before;
	if (steps->count == DOSSIER_STEPS_MAX) {
		return ruling;
	}
	if (step->kind == EVENT_VOID) {
		ruling = judge_void(steps, step);
	}
	steps->steps[steps->count++] = *step;
	if (step->kind != EVENT_VOID) {
		after = fold(dossier, DOSSIER_FOLD_ALL, &steps->steps[steps->count - 1], &ruling);
	} else {
		after = dossier_fold(dossier, DOSSIER_FOLD_ALL);
	}
	if (!ruling.error && step->kind != EVENT_VOID && after.misfits > before.misfits) {
		ruling.error = HOSO_CONFLICT;
	}
	if (ruling.error || ruling.verdict == VERDICT_DUPLICATE) {
		steps->count--;
		return ruling;
	}
	*ret_facts = after;
	return ruling;
}
