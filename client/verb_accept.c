#include <errno.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <glib.h>

#include "base/clock.h"
#include "base/uuid7.h"
#include "client.h"
#include "intake_dialogue.h"
#include "intake_slip.h"
#include "interrupt.h"
#include "own_spool.h"
#include "print.h"
#include "query.h"
#include "tell.h"
#include "whole_file.h"

#define DRAIN_DEFAULT_S 15
#define DRAIN_MAX_S 86400
#define SLIP_WAIT_MS 2000    /* for the token that the server's answer brings */
#define FORM_BYTES_MAX 65536 /* a whole dossier as JSON */
#define FETCH_MAX 5000       /* procedures */

struct accept {
	struct client *client;
	const char *file;
	const char *slips;
	bool fetch;
	int64_t drain_s;
	struct spool *spool;
	struct sender *sender;
	struct tell tell;
	struct intake_cache cache;
	struct intake_slip slip; /* of the dossier that was kept last */
	unsigned kept, bad, unwelcome;
};

enum { OPTION_SLIPS = 1000, OPTION_FETCH, OPTION_DRAIN };

static const struct argp_option options[] = {
	{"slips", OPTION_SLIPS, N_("FOLDER"), 0,
		N_("Offer to print the slip of each, as CODE.pdf in FOLDER"), 0},
	{"fetch", OPTION_FETCH, NULL, 0,
		N_("Get the papers, fees and postage of all procedures, for days without a server"),
		0},
	{"drain", OPTION_DRAIN, N_("SECONDS"), 0, N_("How long to go on sending at the end (15)"),
		0},
	{0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct accept *accept = state->input;

	switch (key) {
	case OPTION_SLIPS:
		accept->slips = argument;
		return 0;
	case OPTION_FETCH:
		accept->fetch = true;
		return 0;
	case OPTION_DRAIN:
		if (!g_ascii_string_to_signed(
			    argument, 10, 0, DRAIN_MAX_S, &accept->drain_s, NULL)) {
			argp_error(state, _("not a number of seconds: %s"), argument);
		}
		return 0;
	case ARGP_KEY_ARG:
		if (accept->file) {
			return ARGP_ERR_UNKNOWN;
		}
		accept->file = argument;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void answered(void *context, const struct sender_answer *answer)
{
	struct accept *accept = context;

	intake_slip_answer(&accept->slip, print_text(answer->scan, "event_id"),
		print_text(answer->result, "slip_token"));
	accept->unwelcome += tell_answer(&accept->tell, answer);
}

static void changed(void *context, enum hoso_error error, const struct call_problem *problem)
{
	struct accept *accept = context;

	if (error) {
		(void)print_problem(accept->client, problem);
		print_note("%s: %zu", _("unsent"), spool_count(accept->spool, SPOOL_UNSENT));
	} else {
		print_note("%s", _("connected; what was kept is sent"));
	}
}

/* On the disk before anything is said, exactly as a scan. */
static int keep(struct accept *accept, const struct intake_form *form)
{
	int64_t now_ms = clock_now_ms();
	struct uuid event_id = uuid7_make(now_ms);
	char id_text[UUID_TEXT_SIZE];
	g_autofree char *scan = intake_form_scan(form, &event_id, now_ms);
	struct tell_scan told = {
		.event_id = id_text, .code = form->code.text, .kind = event_wire(EVENT_ACCEPTED)};
	enum hoso_error error;

	uuid7_format(&event_id, id_text);
	error = scan ? spool_append(accept->spool, id_text, scan) : HOSO_TOO_LARGE;
	if (error) {
		accept->bad++;
		tell_refused(&accept->tell, form->code.text, error);
		return EX_IOERR;
	}
	accept->kept++;
	told.unsent = spool_count(accept->spool, SPOOL_UNSENT);
	tell_stored(&accept->tell, &told);
	intake_slip_take(&accept->slip, form, id_text);
	return EX_OK;
}

/* ── by dialogue ────────────────────────────────────────────────────────────────────────────────────── */

/* The server's answer has the token of the public look-up; without one the slip goes without. */
static void offer_slip(struct accept *accept, struct dialogue *dialogue)
{
	int64_t until_ms = clock_monotonic_ms() + SLIP_WAIT_MS;

	if (!accept->slips ||
		dialogue_ask(dialogue, false, _("Print the slip? Enter: yes; 0: no"), NULL) !=
			DIALOGUE_NEXT ||
		dialogue->answer[0] != '\0') {
		return;
	}
	while (!accept->slip.token[0] && spool_count(accept->spool, SPOOL_UNSENT) > 0 &&
		clock_monotonic_ms() < until_ms && !interrupt_asked()) {
		sender_wait(accept->sender, -1, 100);
	}
	(void)intake_slip_print(&accept->slip, accept->client, accept->slips);
}

static int talk(struct accept *accept)
{
	struct ask *ask = ask_new(STDIN_FILENO, accept->sender);
	struct dialogue dialogue;
	enum dialogue_step step = DIALOGUE_NEXT;
	int status = EX_OK;

	dialogue_init(&dialogue, accept->client, ask, &accept->cache);
	print_line(accept->client, PRINT_PLAIN, "%s",
		_("Enter takes what stands in brackets; < goes back, ! gives the dossier up, Ctrl-D ends."));
	while (step != DIALOGUE_END && status == EX_OK) {
		step = dialogue_run(&dialogue);
		if (step == DIALOGUE_DROP) {
			print_line(
				accept->client, PRINT_DOUBT, "%s", _("given up: nothing was kept"));
		} else if (step == DIALOGUE_NEXT) {
			status = keep(accept, &dialogue.form);
			offer_slip(accept, &dialogue);
		}
	}
	dialogue_done(&dialogue);
	ask_free(ask);
	return status;
}

/* ── by JSON ────────────────────────────────────────────────────────────────────────────────────────── */

static json_t *load_form(const char *file)
{
	g_autofree char *text = NULL;
	json_t *form = NULL;
	size_t length = 0;

	if (strcmp(file, "-") == 0) {
		g_autoptr(GString) all = g_string_new(NULL);
		char chunk[4096];
		ssize_t got;
		while (all->len <= FORM_BYTES_MAX &&
			(got = read(STDIN_FILENO, chunk, sizeof chunk)) > 0) {
			g_string_append_len(all, chunk, got);
		}
		length = all->len;
		text = g_string_free(g_steal_pointer(&all), FALSE);
	} else if (!g_file_get_contents(file, &text, &length, NULL)) {
		return NULL;
	}
	errno = 0;
	if (length <= FORM_BYTES_MAX) {
		form = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
	}
	explicit_bzero(text, length); /* there may be a card in it */
	return form;
}

static enum hoso_error take_cards(
	struct intake_form *form, const json_t *cards, const char **ret_member)
{
	static const enum scan_field fields[] = {FIELD_SENDER, FIELD_RECEIVER, FIELD_SUBMITTER};
	enum hoso_error error = HOSO_OK;

	for (size_t i = 0; i < G_N_ELEMENTS(fields) && !error; i++) {
		const json_t *card = json_object_get(cards, scan_field_wire(fields[i]));
		if (card) {
			*ret_member = scan_field_wire(fields[i]);
			error = json_is_string(card)
					? intake_form_take_card(form, fields[i],
						  json_string_value(card), json_string_length(card))
					: HOSO_BAD_MEMBER;
		}
	}
	return error;
}

/* {"code", "data", "cards"}: cards are the texts of QR codes, of which little is kept. */
static enum hoso_error read_form(
	struct accept *accept, json_t *json, struct intake_form *form, const char **ret_member)
{
	static const char *const known[] = {"code", "data", "cards", NULL};
	const char *code = print_text(json, "code");
	const char *name;
	json_t *value;
	int64_t age_ms;
	enum hoso_error error;

	json_object_foreach(json, name, value)
	{
		if (!g_strv_contains(known, name)) {
			*ret_member = "";
			return HOSO_UNKNOWN_MEMBER;
		}
	}
	*ret_member = "code";
	error = item_code_parse(code, strlen(code), &form->code);
	if (!error && json_is_object(json_object_get(json, "data"))) {
		json_object_update(form->data, json_object_get(json, "data"));
	}
	error = error ? error : take_cards(form, json_object_get(json, "cards"), ret_member);
	if (!error && *print_text(form->data, "procedure")) {
		enum hoso_error unknown;
		form->procedure = intake_cache_procedure(
			&accept->cache, print_text(form->data, "procedure"), &age_ms, &unknown);
	}
	return error;
}

/* What can be reckoned is; what is missing is told and written down. */
static void complete(struct intake_form *form)
{
	int64_t postage_vnd = intake_form_postage(form);
	g_autoptr(GPtrArray) missing = NULL;

	if (!json_object_get(form->data, "postage") && postage_vnd >= 0) {
		json_object_set_new(form->data, "postage", json_integer(postage_vnd));
	}
	if (!form->procedure || !json_object_get(form->data, "papers")) {
		return;
	}
	missing = intake_form_note_missing(form);
	for (unsigned i = 0; i < missing->len; i++) {
		json_t *line = json_pack("{s:s, s:s, s:s}", "type", "missing_paper", "name",
			print_text(missing->pdata[i], "name"), "guidance",
			print_text(missing->pdata[i], "guidance"));
		print_json(line);
		json_decref(line);
	}
}

static int refuse(struct accept *accept, enum hoso_error error, const char *member)
{
	struct call_problem problem = {.error = error};

	accept->bad++;
	g_strlcpy(problem.member, member, sizeof problem.member);
	return print_problem(accept->client, &problem);
}

static int take_file(struct accept *accept)
{
	json_t *json = load_form(accept->file);
	struct intake_form form;
	const char *member = "";
	enum hoso_error error = json_is_object(json) ? HOSO_OK : HOSO_BAD_JSON;
	int status;

	if (!json && errno) {
		return print_error(accept->client, HOSO_FILE, accept->file);
	}
	intake_form_init(&form);
	error = error ? error : read_form(accept, json, &form, &member);
	if (!error) {
		complete(&form);
		error = intake_form_check(&form, &member);
	}
	status = error ? refuse(accept, error, member) : keep(accept, &form);
	if (status == EX_OK && accept->slips) {
		sender_drain(accept->sender, accept->drain_s * 1000);
		status = intake_slip_print(&accept->slip, accept->client, accept->slips);
	}
	intake_form_done(&form);
	json_decref(json);
	return status;
}

/* ── the whole ──────────────────────────────────────────────────────────────────────────────────────── */

static int fetch(struct accept *accept)
{
	int64_t age_ms;
	enum hoso_error error;
	json_t *catalogue = intake_cache_catalogue(&accept->cache, &age_ms, &error);
	const json_t *procedures = json_object_get(catalogue, "procedures");
	size_t count = MIN(json_array_size(procedures), FETCH_MAX);
	unsigned got = 0;

	for (size_t i = 0; i < count && !error && !interrupt_asked(); i++) {
		const json_t *entry = json_array_get(procedures, i);
		if (json_is_true(json_object_get(entry, "by_post"))) {
			json_decref(intake_cache_procedure(
				&accept->cache, print_text(entry, "code"), &age_ms, &error));
			got += !error;
		}
	}
	json_decref(catalogue);
	if (error) {
		return print_error(accept->client, error, NULL);
	}
	print_note(_("procedures that are known on this device now: %u"), got);
	return EX_OK;
}

static int sum_up(struct accept *accept)
{
	size_t unsent = spool_count(accept->spool, SPOOL_UNSENT);

	print_note(_("stored: %u, not stored: %u, for the supervisor: %u, unsent: %zu"),
		accept->kept, accept->bad, accept->unwelcome, unsent);
	if (unsent > 0) {
		return EX_TEMPFAIL;
	}
	return accept->unwelcome > 0 ? EX_DATAERR : EX_OK;
}

static int work(struct accept *accept)
{
	struct sender_events events = {.answered = answered, .changed = changed, .context = accept};
	int status;

	accept->sender = sender_new(&accept->client->session, accept->spool, &events);
	status = accept->file ? take_file(accept) : talk(accept);
	sender_drain(accept->sender, accept->drain_s * 1000);
	status = status == EX_OK ? sum_up(accept) : status;
	sender_free(accept->sender);
	return status;
}

static int open_and_work(struct accept *accept)
{
	int status = own_spool_open(accept->client, &accept->spool);

	if (status == EX_OK) {
		tell_init(&accept->tell, accept->client);
		status = work(accept);
		spool_close(accept->spool);
	}
	return status;
}

int verb_accept(struct client *client, int argc, char **argv)
{
	struct accept accept = {.client = client, .drain_s = DRAIN_DEFAULT_S};
	int status;

	client_parse(client, options, parse, N_("[FILE.json]"),
		N_("Take in a dossier by question and answer: item code, identity card, procedure, papers, money. "
		   "FILE.json (- is standard input) has all of it for scripts: {\"code\", \"data\", \"cards\"}. "
		   "It is on the disk before it is confirmed, and is sent when the server can be reached."),
		argc, argv, &accept);
	interrupt_init();
	intake_cache_init(&accept.cache, client);
	status = accept.fetch ? fetch(&accept) : open_and_work(&accept);
	intake_slip_done(&accept.slip);
	intake_cache_done(&accept.cache);
	return status;
}
