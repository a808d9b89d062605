#ifndef HOSO_PORTAL_LINE_H
#define HOSO_PORTAL_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/error.h>
#include <hoso/event.h>
#include <hoso/leg.h>
#include <hoso/limits.h>
#include <hoso/role.h>
#include <hoso/wire.h>

/**
 * struct portal_line - what the portal is told of one event: frozen when the event is recorded.
 * @key:       the event's id: the idempotency key everywhere
 * @dseq:      its place in the dossier's sequence
 * @text:      Vietnamese, for the citizen; no phone, no identity number; ends with the item code
 * and the step
 * @state:     the leg's state after it
 * @actor:     display name of who recorded it, @office where
 * @owner, @procedure … @received_at_ms: the dossier, for a portal that does not know it yet
 */
struct portal_line {
	struct uuid key;
	uint32_t dseq;
	enum event_kind kind;
	enum leg_kind leg_kind;
	enum leg_state state;
	enum role role;
	int64_t occurred_at_ms;
	int64_t received_at_ms;
	int service;
	char item_code[ITEM_CODE_MAX + 1];
	char actor[WORD_MAX + 1];
	char office[WORD_MAX + 1];
	char text[NOTE_MAX + 1];
	char owner[PARTY_NAME_MAX + 1];
	char procedure[WORD_MAX + 1];
	char procedure_name[WORD_MAX * 4 + 1];
	char field[WORD_MAX + 1];
	char field_name[WORD_MAX * 4 + 1];
	char agency[WORD_MAX + 1];
};

/** portal_line_is_pushed() - does the portal hear of this kind at all? Source: domain 5.3, last
 * column. */
bool portal_line_is_pushed(enum event_kind kind);

/** portal_line_is_optional() - a step on the way, not a hand-over: told only when the setting says so. */
bool portal_line_is_optional(enum event_kind kind);

/**
 * portal_line_compose_text() - fill @line->text from the other members and @detail.
 * @detail: the recipient, officer or reason in words, "" for none; never a phone or an identity
 * number.
 */
void portal_line_compose_text(struct portal_line *line, const char *detail);

/*
 * As the database keeps a line: two pieces of compact JSON with sorted keys. The dossier's is written once,
 * when the dossier is accepted; each line's own with its event.
 */

/** portal_line_to_json() - what is this line's own. The caller frees it. */
char *portal_line_to_json(const struct portal_line *line);

/** portal_line_dossier_to_json() - what all lines of the dossier say of it. The caller frees it. */
char *portal_line_dossier_to_json(const struct portal_line *line);

/**
 * portal_line_from_json() - both put together. HOSO_BAD_JSON when one of the texts is not ours.
 * @dossier_json: NULL leaves the dossier's part empty
 */
enum hoso_error portal_line_from_json(
	const char *json, const char *dossier_json, struct portal_line *ret_line);

#endif
