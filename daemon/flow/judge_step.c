#include "flow/judge_step.h"

#include <string.h>

#include <glib.h>

#include "base/uuid7.h"
#include "flow/judge_dossier.h"
#include "model/chain.h"
#include "portal/line.h"
#include "store/book_care.h"

#define SERVICE_RECEIVE 2 /* the post only brings the result; domain 1.3 */

static bool has(const struct step *step, enum step_field field)
{
	return step->present & STEP_BIT(field);
}

/* By code: a renamed agency has a new row, and its old dossiers are still its own. */
static const char *agency_of(const struct step *step, const struct actor *actor)
{
	if (actor->role == ROLE_AGENCY) {
		return actor->office_code;
	}
	return step->agency[0] ? step->agency : NULL;
}

static struct digest content_of(const struct step *step, const struct actor *actor)
{
	return chain_content(actor->account, "", step->dossier_code.text, step->kind,
		step->occurred_at_ms, step->data);
}

static struct step_answer answer_known(const struct book_known *known, const struct digest *content)
{
	if (memcmp(known->content.bytes, content->bytes, sizeof content->bytes) != 0 ||
		known->status == DOSSIER_STATUS_COUNT) {
		return (struct step_answer){.error = HOSO_KEY_REUSE};
	}
	return (struct step_answer){
		.verdict = known->verdict,
		.status = known->status,
		.dseq = known->dseq,
		.replayed = true,
		.recorded_at_ms = known->recorded_at_ms,
	};
}

/* What every line about it will say: the words are the catalogue's of this day. */
static const char *freeze_words(struct book *book, const struct step *step,
	const struct book_agency *agency, const struct book_procedure *procedure, int64_t now_ms)
{
	struct portal_line line = {.service = SERVICE_RECEIVE, .received_at_ms = now_ms};
	g_autofree char *json = NULL;

	g_strlcpy(line.owner, step->receiver.name, sizeof line.owner);
	g_strlcpy(line.procedure, procedure->code, sizeof line.procedure);
	g_strlcpy(line.procedure_name, procedure->name, sizeof line.procedure_name);
	g_strlcpy(line.field, procedure->field_code, sizeof line.field);
	g_strlcpy(line.field_name, procedure->field_name, sizeof line.field_name);
	g_strlcpy(line.agency, agency->code, sizeof line.agency);
	json = portal_line_dossier_to_json(&line);
	return book_text(book, json);
}

static struct uuid add_person(struct book *book, const struct party *party, int64_t now_ms)
{
	struct uuid id = uuid7_make(now_ms);

	book_add_person(book, &id, party);
	return id;
}

static enum hoso_error fill_dossier(struct book *book, struct book_dossier *dossier,
	const struct step *step, const char *agency_code, int64_t now_ms)
{
	const struct book_agency *agency = agency_code ? book_agency(book, agency_code) : NULL;
	const struct book_procedure *procedure = book_procedure(book, step->procedure);
	struct party sender = {{0}};

	if (!agency) {
		return HOSO_UNKNOWN_AGENCY;
	}
	if (!procedure || !procedure->by_post) {
		return HOSO_UNKNOWN_PROCEDURE;
	}
	g_strlcpy(sender.name, agency->name, sizeof sender.name);
	dossier->stub = false;
	dossier->agency_id = agency->id;
	dossier->agency_code = agency->code;
	dossier->procedure_id = procedure->id;
	dossier->service = SERVICE_RECEIVE;
	dossier->sender_id = add_person(book, &sender, now_ms);
	dossier->receiver_id = add_person(book, &step->receiver, now_ms);
	dossier->words = freeze_words(book, step, agency, procedure, now_ms);
	book_raise(&dossier->change, BOOK_CHANGED);
	return HOSO_OK;
}

/* The dossier that is waited for without an item: its result's item is accepted under its code later. */
static enum hoso_error make_known(struct book *book, const struct step *step,
	const char *agency_code, int64_t now_ms, struct book_dossier **dossier)
{
	struct uuid id = uuid7_make(now_ms);

	if (step->kind != EVENT_RESULT_READY || !has(step, STEP_PROCEDURE) ||
		!has(step, STEP_RECEIVER)) {
		return HOSO_UNKNOWN_DOSSIER;
	}
	if (!*dossier) {
		*dossier = book_add_dossier(book, &id, now_ms);
		book_bind(book, *dossier, step->dossier_code.text);
	}
	return fill_dossier(book, *dossier, step, agency_code, now_ms);
}

static enum hoso_error find_dossier(struct book *book, const struct step *step,
	const struct actor *actor, int64_t now_ms, struct book_dossier **ret_dossier)
{
	struct book_dossier *dossier = book_dossier(book, step->dossier_code.text);
	const char *agency_code = agency_of(step, actor);
	enum hoso_error error;

	if (!dossier || dossier->stub) {
		error = make_known(book, step, agency_code, now_ms, &dossier);
		if (error) {
			return error;
		}
	} else if (agency_code && g_strcmp0(dossier->agency_code, agency_code) != 0) {
		return HOSO_NOT_FOUND;
	}
	*ret_dossier = dossier;
	return HOSO_OK;
}

static struct dossier_step entry_of(const struct step *step, const struct actor *actor)
{
	return (struct dossier_step){
		.id = step->event_id,
		.target = step->target,
		.occurred_at_ms = step->occurred_at_ms,
		.account = actor->account,
		.kind = step->kind,
		.role = actor->role,
		.proofs = (has(step, STEP_NOTE) ? STEP_EXPLAINED : 0) |
			  (has(step, STEP_SLIP) ? STEP_WITH_SLIP : 0),
		.due_on = judge_dossier_date(step->due_on),
		.received_on = judge_dossier_date(step->received_on),
		.collect_vnd = step->kind == EVENT_RESULT_READY ? step->collect_vnd : 0,
	};
}

static struct digest hash_of(const struct book_dossier *dossier, const struct book_event *event,
	const struct actor *actor, enum event_kind kind, enum verdict verdict)
{
	struct chain_event link = {
		.event_id = event->id,
		.dossier_id = event->dossier_id,
		.dseq = (uint32_t)event->dseq,
		.item_code = "",
		.kind = kind,
		.occurred_at_ms = event->occurred_at_ms,
		.recorded_at_ms = event->recorded_at_ms,
		.account = event->account,
		.role = actor->role,
		.office = event->office,
		.device = event->device,
		.verdict = verdict,
		.why = HOSO_OK,
		.dossier_status = event->leg_state,
		.data = event->data,
	};

	return chain_hash(&dossier->hash, &link);
}

static const struct book_event *record(struct book *book, struct book_dossier *dossier,
	const struct step *step, const struct actor *actor, enum verdict verdict, int64_t now_ms)
{
	struct book_event *event = book_add_event(book);

	*event = (struct book_event){
		.id = step->event_id,
		.dossier_id = dossier->id,
		.dseq = ++dossier->dseq,
		.item_code = "",
		.kind = event_wire(step->kind),
		.occurred_at_ms = step->occurred_at_ms,
		.recorded_at_ms = now_ms,
		.account = actor->account,
		.actor = book_text(book, actor->name),
		.role = role_wire(actor->role),
		.office = actor->office,
		.device = book_text(book, actor->device),
		.verdict = verdict_wire(verdict),
		.why = error_wire(HOSO_OK),
		.leg_state = dossier_status_wire(dossier->status),
		.data = book_text(book, step->data),
	};
	event->content = content_of(step, actor);
	event->hash = hash_of(dossier, event, actor, step->kind, verdict);
	dossier->hash = event->hash;
	book_raise(&dossier->change, BOOK_MOVED);
	return event;
}

/* So that the same id again in this booking gets the same answer. */
static void remember(
	struct book *book, const struct book_event *event, const struct step_answer *answer)
{
	struct book_known known = {
		.content = event->content,
		.verdict = answer->verdict,
		.leg_state = LEG_STATE_COUNT,
		.status = answer->status,
		.dseq = answer->dseq,
		.actor = event->actor,
		.recorded_at_ms = event->recorded_at_ms,
	};

	book_add_known(book, event, &known);
}

struct step_answer judge_step(
	struct book *book, const struct step *step, const struct actor *actor, int64_t now_ms)
{
	struct digest content = content_of(step, actor);
	const struct book_known *known = book_known(book, &step->event_id);
	struct dossier_step entry = entry_of(step, actor);
	struct step_answer answer = {.recorded_at_ms = now_ms};
	struct book_dossier *dossier = NULL;
	bool announces = step->kind == EVENT_RESULT_READY || step->kind == EVENT_VOID;
	struct judge_announced before = {0};
	struct dossier_ruling ruling;
	const struct book_event *event;

	if (known) {
		return answer_known(known, &content);
	}
	answer.error = find_dossier(book, step, actor, now_ms, &dossier);
	if (answer.error) {
		return answer;
	}
	if (announces) {
		before = judge_dossier_announced(book, dossier, DOSSIER_FOLD_ALL);
	}
	ruling = judge_dossier_append(book, dossier, &entry);
	if (ruling.error) {
		return (struct step_answer){.error = ruling.error};
	}
	if (step->reclaim[0] && ruling.verdict != VERDICT_DUPLICATE) {
		book_announce(book, &dossier->id, &step->event_id, step->reclaim);
	}
	if (announces) {
		judge_dossier_carry(book, dossier, &before);
	}
	answer.verdict = ruling.verdict;
	answer.status = dossier->status;
	event = record(book, dossier, step, actor, ruling.verdict, now_ms);
	answer.dseq = event->dseq;
	remember(book, event, &answer);
	return answer;
}
