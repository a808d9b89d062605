/*
 * A portal's line as the outbox keeps it: what is taken is bounded, and written and read again it is
 * the same. And the sentence that is made for the citizen never holds a long number that somebody
 * typed, whatever the detail is.
 */
#include "fuzz.h"

#include "base/uuid7.h"
#include "portal/line.h"

#define LONG_NUMBER_DIGITS 9

/* The line's own text, and behind a line break the dossier's. */
static void check_kept(char *text)
{
	static struct portal_line line;
	static struct portal_line again;
	char *end = strchr(text, '\n');
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;
	g_autofree char *dossier = NULL;
	g_autofree char *dossier_again = NULL;

	if (!end) {
		return;
	}
	*end = '\0';
	if (portal_line_from_json(text, end + 1, &line)) {
		return;
	}
	g_assert(line.kind < EVENT_KIND_COUNT && line.leg_kind < LEG_KIND_COUNT);
	g_assert(line.state < LEG_STATE_COUNT && line.role < ROLE_COUNT);
	g_assert(line.service >= 0 && line.service <= 3);
	first = portal_line_to_json(&line);
	dossier = portal_line_dossier_to_json(&line);
	g_assert(portal_line_from_json(first, dossier, &again) == HOSO_OK);
	second = portal_line_to_json(&again);
	g_assert(strcmp(first, second) == 0);
	dossier_again = portal_line_dossier_to_json(&again);
	g_assert(strcmp(dossier, dossier_again) == 0);
	g_assert(line.occurred_at_ms == again.occurred_at_ms && line.dseq == again.dseq);
	g_assert(strcmp(line.text, again.text) == 0 && strcmp(line.actor, again.actor) == 0);
}

/* The longest run of digits, with nothing between them. */
static unsigned longest_number(const char *text)
{
	unsigned longest = 0;
	unsigned run = 0;

	for (; *text; text++) {
		run = g_ascii_isdigit(*text) ? run + 1 : 0;
		longest = MAX(longest, run);
	}
	return longest;
}

static void check_sentence(uint8_t choice, const char *detail)
{
	struct portal_line line = {
		.dseq = 3,
		.kind = (enum event_kind)(choice % EVENT_KIND_COUNT),
		.leg_kind = (enum leg_kind)(choice % LEG_KIND_COUNT),
		.item_code = "AB-1",
	};
	static const char tail[] = " (AB-1, bước 3)";

	portal_line_compose_text(&line, detail);
	g_assert(strlen(line.text) <= NOTE_MAX);
	g_assert(g_str_has_suffix(line.text, tail));
	g_assert(longest_number(line.text) < LONG_NUMBER_DIGITS);
	g_assert(!g_utf8_validate(detail, -1, NULL) || g_utf8_validate(line.text, -1, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	g_autofree char *text = fuzz_text(bytes, length);

	check_kept(text);
	if (length > 0) {
		g_autofree char *detail = fuzz_text(bytes + 1, length - 1);

		check_sentence(bytes[0], detail);
	}
	return 0;
}
