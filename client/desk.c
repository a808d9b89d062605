#include "desk.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <hoso/limits.h>

#include "base/clock.h"
#include "base/uuid7.h"
#include "print.h"
#include "wedge.h"

#define BELLS_STORED 1
#define BELLS_BAD 3
#define SHOWN_MAX 60   /* bytes of a text that is no code; it may be a stranger's identity card */
#define SEEN_MAX 10000 /* codes remembered for the debounce */

struct sighting {
	int64_t last_ms;
	bool told;
};

static void ring(int times)
{
	if (isatty(STDOUT_FILENO)) {
		for (int i = 0; i < times; i++) {
			putchar('\a');
		}
		fflush(stdout);
	}
}

static const char *clock_time(void)
{
	static char text[16];

	clock_format_local(clock_now_ms(), "%H:%M:%S", text, sizeof text);
	return text;
}

static void complain(struct desk *desk, const char *from, const char *what, enum hoso_error error)
{
	g_autofree char *shown = g_utf8_make_valid(what, (gssize)strnlen(what, SHOWN_MAX));
	const char *text = error_text(error, desk->client->language);

	desk->bad++;
	ring(BELLS_BAD);
	if (desk->client->json) {
		json_t *line = json_pack("{s:s, s:s, s:s, s:s}", "type", "bad", "from", from,
			"text", shown, "error", error_wire(error));
		print_json(line);
		json_decref(line);
		return;
	}
	print_line(desk->client, PRINT_BAD, "%s  %s  %s: %s", clock_time(), *shown ? shown : from,
		_("NOT STORED"), text);
}

static void tell_stored(const struct desk *desk, const struct uuid *event_id, const char *code)
{
	const char *kind = event_wire(desk->scan_template->kind);
	size_t unsent = spool_count(desk->spool, SPOOL_UNSENT);
	char id_text[UUID_TEXT_SIZE];

	ring(BELLS_STORED);
	if (desk->client->json) {
		json_t *line;
		uuid7_format(event_id, id_text);
		line = json_pack("{s:s, s:s, s:s, s:s, s:I}", "type", "stored", "event_id", id_text,
			"code", code, "kind", kind, "unsent", (json_int_t)unsent);
		print_json(line);
		json_decref(line);
		return;
	}
	print_line(desk->client, PRINT_PLAIN, "%s  %s  %s  %s (%s: %zu)", clock_time(), code,
		print_kind(desk->client, kind), _("STORED"), _("unsent"), unsent);
}

static void tell_refused(struct desk *desk, const char *code, enum hoso_error error)
{
	const char *why = error == HOSO_FILE ? strerror(errno) : error_wire(error);

	desk->refused++;
	ring(BELLS_BAD);
	if (desk->client->json) {
		json_t *line = json_pack("{s:s, s:s, s:s}", "type", "refused", "code", code,
			"error", error_wire(error));
		print_json(line);
		json_decref(line);
	}
	print_note(_("%s was NOT STORED: the disk does not take it (%s). Stop and repair it."),
		code, why);
}

/* Seen a moment ago? Each sight starts the time anew, so a label held before a camera is one scan.
 */
static bool is_repeat(struct desk *desk, const char *code)
{
	int64_t now_ms = clock_monotonic_ms();
	struct sighting *sighting = g_hash_table_lookup(desk->seen, code);

	if (!desk->live) {
		return false;
	}
	if (!sighting) {
		if (g_hash_table_size(desk->seen) >= SEEN_MAX) {
			g_hash_table_remove_all(desk->seen);
		}
		sighting = g_new0(struct sighting, 1);
		sighting->last_ms = now_ms - DEBOUNCE_MS;
		g_hash_table_insert(desk->seen, g_strdup(code), sighting);
	}
	if (now_ms - sighting->last_ms >= DEBOUNCE_MS) {
		*sighting = (struct sighting){.last_ms = now_ms};
		return false;
	}
	sighting->last_ms = now_ms;
	if (!sighting->told) {
		sighting->told = true;
		print_note(_("%s was just scanned; once is enough"), code);
	}
	return true;
}

static void take(
	struct desk *desk, const struct item_code *item, const struct dossier_code *dossier)
{
	int64_t now_ms = clock_now_ms();
	struct uuid event_id = uuid7_make(now_ms);
	char id_text[UUID_TEXT_SIZE];
	g_autofree char *scan = NULL;
	enum hoso_error error;

	if (is_repeat(desk, item->text)) {
		return;
	}
	uuid7_format(&event_id, id_text);
	scan = scan_template_fill(desk->scan_template, &event_id, item, dossier, now_ms);
	error = scan ? spool_append(desk->spool, id_text, scan) : HOSO_TOO_LARGE;
	if (error) {
		tell_refused(desk, item->text, error);
		g_hash_table_remove(desk->seen, item->text);
		return;
	}
	desk->stored++;
	tell_stored(desk, &event_id, item->text);
}

static enum hoso_error read_item(const struct source_text *text, struct item_code *ret_item)
{
	enum hoso_error error = item_code_parse(text->bytes, text->length, ret_item);
	bool is_typed = !*text->symbology;

	if (error == HOSO_BAD_ITEM_CODE && is_typed &&
		!wedge_repair(text->bytes, text->length, ret_item)) {
		print_note(_("a Vietnamese input method changed this code; read as %s. Turn it off "
			     "while scanning."),
			ret_item->text);
		return HOSO_OK;
	}
	return error;
}

static void look_for_items(struct desk *desk, const struct source_look *look)
{
	unsigned found = 0;

	for (size_t i = 0; i < look->text_count; i++) {
		const struct source_text *text = &look->texts[i];
		g_autofree char *shown = g_strndup(text->bytes, text->length);
		struct item_code item;
		enum hoso_error error = read_item(text, &item);
		if (!error) {
			found++;
			take(desk, &item, NULL);
		} else if (error == HOSO_BAD_CHECK_DIGIT || look->text_count == 1) {
			found++;
			complain(desk, look->from, shown, error);
		}
	}
	if (found == 0) {
		complain(desk, look->from, "", HOSO_BAD_ITEM_CODE);
	}
}

/* One half of a pair, whichever it is. The strict shapes are sure; the rest is what is left over.
 */
static enum hoso_error take_half(struct desk *desk, const char *text, size_t length)
{
	struct dossier_code dossier;
	enum hoso_error error;

	if (!dossier_code_find(text, length, &dossier)) {
		desk->dossier = dossier;
		return HOSO_OK;
	}
	error = item_code_parse(text, length, &desk->item);
	if (error && error != HOSO_BAD_CHECK_DIGIT && !dossier_code_parse(text, length, &dossier)) {
		desk->dossier = dossier;
		return HOSO_OK;
	}
	return error;
}

/* A typed line may hold both halves, with a space between them; an item code may have spaces
 * inside. */
static enum hoso_error take_line(struct desk *desk, const char *text, size_t length)
{
	g_autofree char *line = g_strndup(text, length);
	g_auto(GStrv) words = g_strsplit_set(g_strstrip(line), " ", 0);
	enum hoso_error error = HOSO_BAD_ITEM_CODE;
	struct item_code whole;

	if (!item_code_parse(text, length, &whole)) {
		desk->item = whole;
		return HOSO_OK;
	}
	for (size_t i = 0; words[i]; i++) {
		if (*words[i]) {
			error = take_half(desk, words[i], strlen(words[i]));
		}
		if (error) {
			break;
		}
	}
	return error;
}

static void look_for_pair(struct desk *desk, const struct source_look *look)
{
	bool given = json_object_get(desk->scan_template->data, "dossier_code") != NULL;
	enum hoso_error error = HOSO_OK;

	if (!desk->live) {
		/* The halves of a picture belong together and to nothing else. */
		desk->item.text[0] = desk->dossier.text[0] = '\0';
	}
	for (size_t i = 0; i < look->text_count; i++) {
		const struct source_text *text = &look->texts[i];
		enum hoso_error one = *text->symbology ? take_half(desk, text->bytes, text->length)
						       : take_line(desk, text->bytes, text->length);
		if (one && (look->text_count == 1 || one == HOSO_BAD_CHECK_DIGIT)) {
			error = one;
		}
	}
	if (error) {
		g_autofree char *shown = g_strndup(look->texts[0].bytes, look->texts[0].length);
		complain(desk, look->from, look->text_count == 1 ? shown : "", error);
	} else if (desk->item.text[0] && (given || desk->dossier.text[0])) {
		take(desk, &desk->item, given ? NULL : &desk->dossier);
		desk->item.text[0] = desk->dossier.text[0] = '\0';
	} else if (!desk->live) {
		complain(desk, look->from, "",
			desk->item.text[0] ? HOSO_BAD_DOSSIER_CODE : HOSO_BAD_ITEM_CODE);
	} else {
		print_note("%s", desk->item.text[0] ? _("now scan the dossier code")
						    : _("now scan the item code"));
	}
}

void desk_looked(void *context, const struct source_look *look)
{
	struct desk *desk = context;

	if (look->error) {
		complain(desk, look->from, "", look->error);
	} else if (desk->scan_template->kind == EVENT_BOUND) {
		look_for_pair(desk, look);
	} else {
		look_for_items(desk, look);
	}
}

/* What the server said: the verdict or that it was rejected, and why, in its words or else in ours.
 */
static char *answer_words(const struct desk *desk, const json_t *result)
{
	const char *verdict = print_text(result, "verdict");
	const char *what = *verdict ? print_verdict(desk->client, verdict) : _("REJECTED");
	const char *token = print_text(result, *verdict ? "why" : "error");
	const char *detail = print_text(result, "detail");
	const char *by = print_text(result, "recorded_by");

	if (strcmp(verdict, verdict_wire(VERDICT_DUPLICATE)) == 0 && *by) {
		return g_strdup_printf(
			"%s: %s, %s", what, by, print_time(print_text(result, "recorded_at")));
	}
	if (!*detail && *token && strcmp(token, error_wire(HOSO_OK)) != 0) {
		detail = error_text(error_from_wire(token), desk->client->language);
	}
	return g_strdup_printf("%s%s%s", what, *detail ? ": " : "", detail);
}

void desk_answered(void *context, const struct sender_answer *answer)
{
	struct desk *desk = context;
	enum print_tone tone = print_verdict_tone(print_text(answer->result, "verdict"));
	g_autofree char *words = NULL;

	desk->unwelcome += tone == PRINT_BAD;
	if (desk->client->json) {
		json_t *line = json_pack("{s:s, s:O, s:O}", "type", "answer", "scan", answer->scan,
			"result", answer->result);
		print_json(line);
		json_decref(line);
		return;
	}
	if (tone == PRINT_BAD) {
		ring(BELLS_BAD);
	}
	words = answer_words(desk, answer->result);
	print_line(desk->client, tone, "%s  %s  %s  %s", clock_time(),
		print_text(answer->scan, "code"),
		print_kind(desk->client, print_text(answer->scan, "kind")), words);
}

void desk_changed(void *context, enum hoso_error error, const struct call_problem *problem)
{
	struct desk *desk = context;

	if (error) {
		(void)print_problem(desk->client, problem);
		print_note("%s: %zu", _("unsent"), spool_count(desk->spool, SPOOL_UNSENT));
	} else {
		print_note("%s", _("connected; what was kept is sent"));
	}
}

void desk_init(struct desk *desk, struct client *client, const struct scan_template *scan_template,
	struct spool *spool, bool live)
{
	*desk = (struct desk){
		.client = client, .scan_template = scan_template, .spool = spool, .live = live};
	desk->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

void desk_done(struct desk *desk)
{
	g_clear_pointer(&desk->seen, g_hash_table_unref);
}
