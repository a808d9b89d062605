#include "desk.h"

#include <string.h>

#include "base/clock.h"
#include "base/uuid7.h"
#include "print.h"
#include "reading.h"

static void complain(struct desk *desk, const char *from, const char *what, enum hoso_error error)
{
	desk->bad++;
	tell_bad(&desk->tell, from, what, error);
}

static bool is_repeat(struct desk *desk, const struct sight *sight)
{
	enum debounce_verdict verdict = debounce_judge(&desk->debounce, sight);

	if (verdict == DEBOUNCE_REPEAT) {
		print_note(_("%s was just scanned; once is enough"), sight->code);
	}
	return verdict != DEBOUNCE_NEW;
}

static bool is_still(const struct desk *desk, const struct source_look *look)
{
	return look->still || !desk->live;
}

/* False when the disk did not take it. */
static bool store(
	struct desk *desk, const struct item_code *item, const struct dossier_code *dossier)
{
	int64_t now_ms = clock_now_ms();
	struct uuid event_id = uuid7_make(now_ms);
	char id_text[UUID_TEXT_SIZE];
	g_autofree char *scan = NULL;
	struct tell_scan told = {.event_id = id_text, .code = item->text};
	enum hoso_error error;

	uuid7_format(&event_id, id_text);
	scan = scan_template_fill(desk->scan_template, &event_id, item, dossier, now_ms);
	error = scan ? spool_append(desk->spool, id_text, scan) : HOSO_TOO_LARGE;
	if (error) {
		desk->refused++;
		tell_refused(&desk->tell, item->text, error);
		return false;
	}
	desk->stored++;
	undo_add(&desk->undo, id_text, item, now_ms);
	told.kind = event_wire(desk->scan_template->kind);
	told.unsent = spool_count(desk->spool, SPOOL_UNSENT);
	told.extra = tally_add(desk->tally, item->text);
	tell_stored(&desk->tell, &told);
	return true;
}

static bool take(struct desk *desk, const struct source_look *look, const struct item_code *item,
	const struct dossier_code *dossier)
{
	struct sight sight = {item->text, look->from, clock_monotonic_ms(), look->frame};

	if (!is_still(desk, look) && is_repeat(desk, &sight)) {
		return true;
	}
	if (!store(desk, item, dossier)) {
		debounce_forget(&desk->debounce, item->text, look->from);
		return false;
	}
	return true;
}

static void close_question(struct desk *desk)
{
	desk->question.count = 0;
	g_clear_pointer(&desk->question.text, g_free);
}

/* Nobody chose: it is said that nothing was stored. */
void desk_closed(struct desk *desk)
{
	if (desk->question.count > 0) {
		complain(desk, "-", desk->question.text, HOSO_BAD_ITEM_CODE);
	}
	close_question(desk);
}

/* True when the text was the answer to an open question. */
static bool answer_question(struct desk *desk, const struct source_look *look, bool *ret_kept)
{
	const struct source_text *text = &look->texts[0];
	unsigned which;

	if (desk->question.count == 0 || look->text_count != 1 || *text->symbology ||
		text->length != 1) {
		return false;
	}
	which = (unsigned)text->bytes[0] - '1';
	if (which >= desk->question.count) {
		return false;
	}
	*ret_kept = take(desk, look, &desk->question.choices[which], NULL);
	close_question(desk);
	return true;
}

static void ask(struct desk *desk, const char *text, const struct reading *reading)
{
	desk->question.count = reading->count;
	desk->question.text = g_strdup(text);
	memcpy(desk->question.choices, reading->codes, sizeof desk->question.choices);
	tell_choices(&desk->tell, text, reading->codes, reading->count);
}

static void note_reading(const struct source_text *text, const struct reading *reading)
{
	const char *code = reading->codes[0].text;

	if (reading->left_out > 0) {
		g_autofree char *front = g_strndup(text->bytes, reading->left_out);
		g_autofree char *shown = g_utf8_make_valid(front, -1);
		print_note(_("\"%s\" was typed before the scan, and is left out; read as %s"),
			shown, code);
	}
	if (reading->repaired) {
		print_note(
			_("a Vietnamese input method or another keyboard layout changed this code; "
			  "read as %s. Turn it off while scanning."),
			code);
	}
}

static bool take_text(struct desk *desk, const struct source_look *look,
	const struct source_text *text, bool *ret_told)
{
	g_autofree char *shown = g_strndup(text->bytes, text->length);
	struct reading reading;

	reading_of(text, &reading);
	if (reading.count == 0 && reading.error != HOSO_BAD_CHECK_DIGIT && look->text_count > 1) {
		return true; /* another code of the same label */
	}
	*ret_told = true;
	if (reading.count == 0) {
		complain(desk, look->from, shown, reading.error);
	} else if (reading.count > 1 && desk->can_ask) {
		ask(desk, shown, &reading);
	} else if (reading.count > 1) {
		complain(desk, look->from, shown, HOSO_BAD_ITEM_CODE);
	} else {
		note_reading(text, &reading);
		return take(desk, look, &reading.codes[0], NULL);
	}
	return true;
}

static bool look_for_items(struct desk *desk, const struct source_look *look)
{
	bool kept = true;
	bool told = false;

	if (answer_question(desk, look, &kept)) {
		return kept;
	}
	desk_closed(desk);
	for (size_t i = 0; i < look->text_count; i++) {
		kept &= take_text(desk, look, &look->texts[i], &told);
	}
	if (!told) {
		complain(desk, look->from, "", HOSO_BAD_ITEM_CODE);
	}
	return kept;
}

static bool take_pair(struct desk *desk, const struct source_look *look)
{
	bool given = json_object_get(desk->scan_template->data, "dossier_code") != NULL;
	struct pair pair = desk->pair;

	if (pair.item.text[0] && (given || pair.dossier.text[0])) {
		desk->pair = (struct pair){0};
		return take(desk, look, &pair.item, given ? NULL : &pair.dossier);
	}
	if (is_still(desk, look)) {
		complain(desk, look->from, "",
			pair.item.text[0] ? HOSO_BAD_DOSSIER_CODE : HOSO_BAD_ITEM_CODE);
	} else {
		print_note("%s", pair.item.text[0] ? _("now scan the dossier code")
						   : _("now scan the item code"));
	}
	return true;
}

static bool look_for_pair(struct desk *desk, const struct source_look *look)
{
	enum hoso_error error = HOSO_OK;

	if (is_still(desk, look)) {
		/* The halves of a picture belong together and to nothing else. */
		desk->pair = (struct pair){0};
	}
	for (size_t i = 0; i < look->text_count; i++) {
		enum hoso_error one = pair_add(&desk->pair, &look->texts[i]);
		if (one && (look->text_count == 1 || one == HOSO_BAD_CHECK_DIGIT)) {
			error = one;
		}
	}
	if (error) {
		g_autofree char *shown = g_strndup(look->texts[0].bytes, look->texts[0].length);
		complain(desk, look->from, look->text_count == 1 ? shown : "", error);
		return true;
	}
	return take_pair(desk, look);
}

static bool look_for_codes(struct desk *desk, const struct source_look *look)
{
	if (look->error) {
		complain(desk, look->from, "", look->error);
		return look->error != HOSO_BUSY && look->error != HOSO_FILE;
	}
	desk->undo.asked = false;
	return desk->scan_template->kind == EVENT_BOUND ? look_for_pair(desk, look)
							: look_for_items(desk, look);
}

static void store_undo(struct desk *desk, const struct past_scan *past)
{
	int64_t now_ms = clock_now_ms();
	struct uuid event_id = uuid7_make(now_ms);
	char id_text[UUID_TEXT_SIZE];
	g_autofree char *scan = undo_scan_text(past, &event_id, now_ms);
	struct tell_scan told = {
		.event_id = id_text, .code = past->code.text, .kind = event_wire(EVENT_VOID)};
	enum hoso_error error;

	uuid7_format(&event_id, id_text);
	error = scan ? spool_append(desk->spool, id_text, scan) : HOSO_TOO_LARGE;
	if (error) {
		desk->refused++;
		tell_refused(&desk->tell, past->code.text, error);
		return;
	}
	desk->undone++;
	told.unsent = spool_count(desk->spool, SPOOL_UNSENT);
	tell_stored(&desk->tell, &told);
	tally_remove(desk->tally, past->code.text);
	debounce_forget(&desk->debounce, past->code.text, NULL);
	undo_drop(&desk->undo);
}

static void undo_one(struct desk *desk)
{
	const struct past_scan *past = undo_last(&desk->undo);
	const struct spool_entry *entry = past ? spool_find(desk->spool, past->event_id) : NULL;
	char time_text[16];

	if (!past) {
		print_note("%s", _("there is nothing to undo in this session"));
		return;
	}
	clock_format_local(past->at_ms, "%H:%M:%S", time_text, sizeof time_text);
	if (entry && entry->state == SPOOL_REJECTED) {
		print_note(_("%s of %s was rejected by the server: there is nothing to undo"),
			past->code.text, time_text);
		tally_remove(desk->tally, past->code.text);
		undo_drop(&desk->undo);
	} else if (!desk->undo.asked) {
		desk->undo.asked = true;
		print_note(_("undo %s of %s? Press Ctrl-X again; anything else leaves it"),
			past->code.text, time_text);
	} else {
		store_undo(desk, past);
	}
}

bool desk_looked(void *context, const struct source_look *look)
{
	struct desk *desk = context;

	switch (look->matter) {
	case SOURCE_CODES:
		return look_for_codes(desk, look);
	case SOURCE_LOST:
		desk->bad++;
		tell_device(&desk->tell, look->matter, look->from);
		return true;
	case SOURCE_GONE:
	case SOURCE_BACK:
		tell_device(&desk->tell, look->matter, look->from);
		return true;
	case SOURCE_WANT_VIEW:
		desk->undo.asked = false;
		tell_session(&desk->tell, desk->tally, spool_count(desk->spool, SPOOL_UNSENT));
		return true;
	case SOURCE_WANT_UNDO:
		undo_one(desk);
		return true;
	}
	return true;
}

void desk_answered(void *context, const struct sender_answer *answer)
{
	struct desk *desk = context;

	desk->unwelcome += tell_answer(&desk->tell, answer);
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
	tell_init(&desk->tell, client);
	undo_init(&desk->undo);
	desk->tally = tally_new();
	debounce_init(&desk->debounce);
}

void desk_done(struct desk *desk)
{
	close_question(desk);
	undo_done(&desk->undo);
	g_clear_pointer(&desk->tally, tally_free);
	debounce_done(&desk->debounce);
}
