#include "flow/judge_line.h"

#include <glib.h>

#include "base/uuid7.h"
#include "portal/line.h"

const char *judge_line_words(struct book *book, const struct scan *scan, int64_t recorded_at_ms,
	const struct book_agency *agency, const struct book_procedure *procedure)
{
	struct portal_line line = {.service = scan->service, .received_at_ms = recorded_at_ms};
	g_autofree char *json = NULL;

	g_strlcpy(line.owner, scan->service == 2 ? scan->receiver.name : scan->sender.name,
		sizeof line.owner);
	g_strlcpy(line.procedure, procedure->code, sizeof line.procedure);
	g_strlcpy(line.procedure_name, procedure->name, sizeof line.procedure_name);
	g_strlcpy(line.field, procedure->field_code, sizeof line.field);
	g_strlcpy(line.field_name, procedure->field_name, sizeof line.field_name);
	g_strlcpy(line.agency, agency->code, sizeof line.agency);
	json = portal_line_dossier_to_json(&line);
	return book_text(book, json);
}

static bool voids_a_line(const struct scan *scan, const struct leg_track *track)
{
	for (unsigned i = 0; i < track->count; i++) {
		if (uuid7_compare(&track->events[i].id, &scan->target) == 0) {
			return portal_line_is_pushed(track->events[i].kind);
		}
	}
	return false;
}

bool judge_line_is_told(const struct scan *scan, const struct book_leg *leg, enum verdict verdict,
	bool optional_steps)
{
	bool taken = verdict == VERDICT_RECORDED || verdict == VERDICT_LATE;

	if (!taken || leg->dossier->stub || !portal_line_is_pushed(scan->kind)) {
		return false;
	}
	if (portal_line_is_optional(scan->kind) && !optional_steps) {
		return false;
	}
	return scan->kind != EVENT_VOID || voids_a_line(scan, &leg->track);
}

void judge_line_freeze(struct book *book, const struct scan *scan, const struct actor *actor,
	const struct book_leg *leg, struct book_event *event)
{
	struct portal_line line = {
		.key = scan->event_id,
		.dseq = (uint32_t)event->dseq,
		.kind = scan->kind,
		.leg_kind = leg->leg.kind,
		.state = leg->leg.state,
		.role = actor->role,
		.occurred_at_ms = scan->occurred_at_ms,
	};
	g_autofree char *json = NULL;

	g_strlcpy(line.item_code, scan->code.text, sizeof line.item_code);
	g_strlcpy(line.actor, actor->name, sizeof line.actor);
	g_strlcpy(line.office, actor->office_name, sizeof line.office);
	portal_line_compose_text(&line, scan->detail);
	json = portal_line_to_json(&line);
	event->line = book_text(book, json);
	event->line_state = leg->dossier->code ? "ready" : "waiting_code";
}
