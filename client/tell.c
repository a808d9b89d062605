#include "tell.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <hoso/event.h>

#include "base/clock.h"
#include "print.h"
#include "reason_words.h"

#define SHOWN_MAX 60 /* bytes of a text that is no code; it may be a stranger's identity card */

static void ring(struct tell *tell, enum bell_tune tune)
{
	bell_ring(&tell->bell, tune, clock_monotonic_ms());
}

static const char *clock_time(void)
{
	static char text[16];

	clock_format_local(clock_now_ms(), "%H:%M:%S", text, sizeof text);
	return text;
}

static void print_and_drop(json_t *line)
{
	print_json(line);
	json_decref(line);
}

void tell_init(struct tell *tell, const struct client *client)
{
	*tell = (struct tell){.client = client};
	bell_init(&tell->bell, isatty(STDOUT_FILENO));
}

/* A line of a manifest has no kind of its own: what closing records is the manifest's. */
static const char *words_of(const struct tell *tell, const char *kind)
{
	return tell->manifest ? _("onto the manifest") : print_kind(tell->client, kind);
}

void tell_stored(struct tell *tell, const struct tell_scan *scan)
{
	ring(tell, scan->extra ? BELL_DUPLICATE : BELL_STORED);
	if (tell->client->json) {
		json_t *line = json_pack("{s:s, s:s, s:s, s:s, s:I}", "type", "stored", "event_id",
			scan->event_id, "code", scan->code, "kind", scan->kind, "unsent",
			(json_int_t)scan->unsent);
		if (scan->extra) {
			json_object_set_new(line, "extra", json_true());
		}
		print_and_drop(line);
		return;
	}
	print_line(tell->client, scan->extra ? PRINT_DOUBT : PRINT_PLAIN,
		"%s  %s  %s  %s (%s: %zu)%s%s", clock_time(), scan->code,
		words_of(tell, scan->kind), _("STORED"), _("unsent"), scan->unsent,
		scan->extra ? "  " : "", scan->extra ? _("NOT ON THE LIST") : "");
}

void tell_refused(struct tell *tell, const char *code, enum hoso_error error)
{
	const char *why = error == HOSO_FILE ? strerror(errno) : error_wire(error);

	ring(tell, BELL_NOT_STORED);
	if (tell->client->json) {
		print_and_drop(json_pack("{s:s, s:s, s:s}", "type", "refused", "code", code,
			"error", error_wire(error)));
	}
	print_note(_("%s was NOT STORED: the disk does not take it (%s). Stop and repair it."),
		code, why);
}

void tell_bad(struct tell *tell, const char *from, const char *what, enum hoso_error error)
{
	g_autofree char *shown = g_utf8_make_valid(what, (gssize)strnlen(what, SHOWN_MAX));

	ring(tell, BELL_NOT_STORED);
	if (tell->client->json) {
		print_and_drop(json_pack("{s:s, s:s, s:s, s:s}", "type", "bad", "from", from,
			"text", shown, "error", error_wire(error)));
		return;
	}
	print_line(tell->client, PRINT_BAD, "%s  %s  %s: %s", clock_time(), *shown ? shown : from,
		_("NOT STORED"), error_text(error, tell->client->language));
}

void tell_choices(
	struct tell *tell, const char *text, const struct item_code *codes, unsigned count)
{
	g_autofree char *shown = g_utf8_make_valid(text, (gssize)strnlen(text, SHOWN_MAX));

	ring(tell, BELL_NOT_STORED);
	if (tell->client->json) {
		json_t *choices = json_array();
		for (unsigned i = 0; i < count; i++) {
			json_array_append_new(choices, json_string(codes[i].text));
		}
		print_and_drop(json_pack(
			"{s:s, s:s, s:o}", "type", "ask", "text", shown, "choices", choices));
		return;
	}
	print_line(tell->client, PRINT_DOUBT, "%s  %s  %s", clock_time(), shown,
		_("may be read in more than one way. Which one? Type its number and Enter, or scan "
		  "again:"));
	for (unsigned i = 0; i < count; i++) {
		print_line(tell->client, PRINT_DOUBT, "    %u  %s", i + 1, codes[i].text);
	}
}

void tell_device(struct tell *tell, enum source_matter matter, const char *from)
{
	const char *words = matter == SOURCE_GONE   ? _("SCANNER UNPLUGGED: plug it in again")
			    : matter == SOURCE_BACK ? _("the scanner is there again")
						    : _("HALF A SCAN: scan it again");
	const char *word = matter == SOURCE_GONE ? "gone" : matter == SOURCE_BACK ? "back" : "lost";

	ring(tell, matter == SOURCE_BACK ? BELL_STORED : BELL_NOT_STORED);
	if (tell->client->json) {
		print_and_drop(json_pack(
			"{s:s, s:s, s:s}", "type", "device", "state", word, "from", from));
		return;
	}
	print_line(tell->client, matter == SOURCE_BACK ? PRINT_GOOD : PRINT_BAD, "%s  %s  %s",
		clock_time(), words, from);
}

/* What the server said: the verdict or that it was rejected, and why, in its words or else in ours.
 */
static char *answer_words(const struct client *client, const json_t *result)
{
	const char *verdict = print_text(result, "verdict");
	const char *what = *verdict ? print_verdict(client, verdict) : _("REJECTED");
	const char *token = print_text(result, *verdict ? "why" : "error");
	const char *detail = print_text(result, "detail");
	const char *by = print_text(result, "recorded_by");

	if (strcmp(verdict, verdict_wire(VERDICT_DUPLICATE)) == 0 && *by) {
		return g_strdup_printf(
			"%s: %s, %s", what, by, print_time(print_text(result, "recorded_at")));
	}
	if (!*detail && *token && strcmp(token, error_wire(HOSO_OK)) != 0) {
		detail = error_text(error_from_wire(token), client->language);
	}
	return g_strdup_printf("%s%s%s", what, *detail ? ": " : "", detail);
}

/* A scan that is recorded had its stroke when it was stored. */
static void ring_for(struct tell *tell, enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_RECORDED:
	case VERDICT_LATE:
		return;
	case VERDICT_DUPLICATE:
		ring(tell, BELL_DUPLICATE);
		return;
	case VERDICT_UNKNOWN_ITEM:
		ring(tell, BELL_UNKNOWN);
		return;
	case VERDICT_CONFLICT:
	case VERDICT_REFUSED:
	case VERDICT_COUNT: /* rejected, or a verdict of a newer server */
		ring(tell, BELL_REFUSED);
		return;
	}
}

static void tell_next(const struct client *client, const json_t *next)
{
	g_autofree char *words = next ? reason_words_step(client->language, next) : NULL;

	if (words) {
		print_line(client, PRINT_PLAIN, "  → %s", words);
	}
}

bool tell_answer(struct tell *tell, const struct sender_answer *answer)
{
	const char *verdict = print_text(answer->result, "verdict");
	enum print_tone tone = print_verdict_tone(verdict);
	g_autofree char *words = NULL;

	ring_for(tell, verdict_from_wire(verdict));
	if (tell->client->json) {
		print_and_drop(json_pack("{s:s, s:o, s:O}", "type", "answer", "scan",
			print_scan(answer->scan), "result", answer->result));
		return tone == PRINT_BAD;
	}
	words = answer_words(tell->client, answer->result);
	print_line(tell->client, tone, "%s  %s  %s  %s", clock_time(),
		print_text(answer->scan, "code"), words_of(tell, print_text(answer->scan, "kind")),
		words);
	tell_next(tell->client, json_object_get(answer->result, "next"));
	return tone == PRINT_BAD;
}

static json_t *codes_json(const GPtrArray *codes)
{
	json_t *list = json_array();

	for (guint i = 0; i < codes->len; i++) {
		json_array_append_new(list, json_string(codes->pdata[i]));
	}
	return list;
}

static void print_codes(
	const struct tell *tell, enum print_tone tone, const char *word, const GPtrArray *codes)
{
	for (guint i = 0; i < codes->len; i++) {
		print_line(tell->client, tone, "    %s  %s", (const char *)codes->pdata[i], word);
	}
}

void tell_session(struct tell *tell, const struct tally *tally, size_t unsent)
{
	g_autoptr(GPtrArray) present = tally_present(tally);
	g_autoptr(GPtrArray) missing = tally_missing(tally);
	g_autoptr(GPtrArray) extra = tally_extra(tally);

	if (tell->client->json) {
		print_and_drop(json_pack("{s:s, s:I, s:I, s:o, s:o, s:I}", "type", "session",
			"expected", (json_int_t)tally->expected->len, "scanned",
			(json_int_t)present->len, "missing", codes_json(missing), "extra",
			codes_json(extra), "unsent", (json_int_t)unsent));
		return;
	}
	if (!tally->has_list) {
		print_codes(tell, PRINT_PLAIN, _("scanned"), present);
		print_line(tell->client, PRINT_PLAIN, _("Session: scanned %u, unsent %zu"),
			present->len, unsent);
		return;
	}
	print_codes(tell, PRINT_DOUBT, _("NOT ON THE LIST"), extra);
	print_codes(tell, PRINT_BAD, _("MISSING"), missing);
	print_line(tell->client, missing->len + extra->len > 0 ? PRINT_BAD : PRINT_GOOD,
		_("Session: expected %u, scanned %u, missing %u, not on the list %u, unsent %zu"),
		tally->expected->len, present->len, missing->len, extra->len, unsent);
}
