#include "model/manifest.h"

#include <inttypes.h>
#include <string.h>

#include <glib.h>

#include "base/text.h"
#include "base/uuid7.h"

/* clang-format off */
static const struct {
	const char *wire;
	enum event_kind event;
	unsigned roles;
	const char *label;
} kinds[] = {
#define X(name, wire, event, roles, vi) [name] = {wire, event, roles, vi},
	HOSO_MANIFEST_KINDS(X)
#undef X
};
/* clang-format on */

const char *manifest_kind_wire(enum manifest_kind kind)
{
	return kinds[kind].wire;
}

const char *manifest_kind_label(enum manifest_kind kind)
{
	return kinds[kind].label;
}

enum event_kind manifest_kind_event(enum manifest_kind kind)
{
	return kinds[kind].event;
}

unsigned manifest_kind_roles(enum manifest_kind kind)
{
	return kinds[kind].roles;
}

enum hoso_error manifest_kind_refusal(enum manifest_kind kind)
{
	return kind == MANIFEST_REMITTANCE ? HOSO_NOT_CASHIER : HOSO_WRONG_ROLE;
}

int manifest_kind_has_agency(enum manifest_kind kind)
{
	return kind == MANIFEST_HANDOVER_IN || kind == MANIFEST_HANDOVER_OUT ||
	       kind == MANIFEST_REMITTANCE;
}

enum manifest_kind manifest_kind_from_wire(const char *wire)
{
	int kind = 0;

	while (kind < MANIFEST_KIND_COUNT && strcmp(kinds[kind].wire, wire) != 0) {
		kind++;
	}
	return (enum manifest_kind)kind;
}

static struct manifest_verdict says(enum verdict verdict, enum hoso_error why)
{
	return (struct manifest_verdict){verdict, why, true};
}

/* The leg's own rules, asked with the event that closing would record. */
static struct manifest_verdict try_leg(enum manifest_kind kind, const struct leg_track *track,
	const struct actor *actor, int64_t now_ms)
{
	g_autofree struct leg_track *copy = g_memdup2(track, sizeof *track);
	struct leg_event event = {.id = uuid7_make(now_ms),
		.occurred_at_ms = now_ms,
		.account = actor->account,
		.office = actor->office,
		.kind = manifest_kind_event(kind),
		.role = actor->role,
		.enough = LEG_TO_AGENCY_DATA};
	struct leg before = leg_fold(track);
	struct leg after;
	struct leg_step step;

	/* Only what an agency gives can be taken from it; and only what is with the post can be. */
	if (kind == MANIFEST_HANDOVER_OUT &&
		(leg_kind_to_agency(before.kind) || leg_state_is_terminal(before.state))) {
		return says(VERDICT_CONFLICT, HOSO_WRONG_STATE);
	}
	if (kind == MANIFEST_HANDOVER_IN && !leg_kind_to_agency(before.kind)) {
		return says(VERDICT_CONFLICT, HOSO_WRONG_STATE);
	}
	step = leg_append(copy, &event, &after);
	return says(step.verdict, step.why);
}

struct manifest_verdict manifest_judge(enum manifest_kind kind, const char *agency,
	const struct manifest_item *item, const struct actor *actor, int64_t now_ms)
{
	struct manifest_verdict verdict;

	if (item->is_here) {
		return (struct manifest_verdict){VERDICT_DUPLICATE, HOSO_OK, false};
	}
	if (!item->track || leg_fold(item->track).state == LEG_NEW) {
		return says(VERDICT_UNKNOWN_ITEM, HOSO_NOT_ACCEPTED);
	}
	if (agency[0] && strcmp(agency, item->agency) != 0) {
		return says(VERDICT_CONFLICT, HOSO_WRONG_PLACE);
	}
	verdict = try_leg(kind, item->track, actor, now_ms);
	if (item->is_elsewhere &&
		(verdict.verdict == VERDICT_RECORDED || verdict.verdict == VERDICT_LATE)) {
		return says(VERDICT_CONFLICT, HOSO_ON_OTHER_MANIFEST);
	}
	return verdict;
}

static void add(GString *canonical, const char *text)
{
	g_string_append(canonical, text);
	g_string_append_c(canonical, '\n');
}

static void add_head(GString *canonical, const struct manifest_seal *head)
{
	char id[UUID_TEXT_SIZE];

	uuid7_format(&head->id, id);
	add(canonical, "hoso-manifest-1");
	add(canonical, id);
	add(canonical, manifest_kind_wire(head->kind));
	add(canonical, head->office);
	add(canonical, head->agency);
	add(canonical, head->next_office);
	add(canonical, head->courier);
	add(canonical, head->label);
	g_string_append_printf(
		canonical, "%" PRIi64 "\n%" PRIi64 "\n", head->opened_at_ms, head->signed_at_ms);
	add(canonical, head->signer);
	add(canonical, head->signer_unit);
	add(canonical, head->minutes);
}

static void add_line(GString *canonical, const struct manifest_seal_line *line)
{
	char id[UUID_TEXT_SIZE];

	uuid7_format(&line->id, id);
	add(canonical, id);
	add(canonical, line->item_code);
	add(canonical, line->complete < 0 ? "" : line->complete ? "true" : "false");
	add(canonical, line->note);
	add(canonical, line->money_kind);
	if (line->amount_vnd >= 0) {
		g_string_append_printf(canonical, "%" PRIi64, line->amount_vnd);
	}
	add(canonical, "");
	add(canonical, verdict_wire(line->verdict));
	add(canonical, error_wire(line->why));
}

struct digest manifest_seal(
	const struct manifest_seal *head, const struct manifest_seal_line *lines, unsigned count)
{
	g_autoptr(GString) canonical = g_string_new(NULL);

	add_head(canonical, head);
	for (unsigned i = 0; i < count; i++) {
		add_line(canonical, &lines[i]);
	}
	return text_digest("", 0, canonical->str, canonical->len);
}
