#include <errno.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <glib.h>

#include <hoso/scan.h>

#include "base/clock.h"
#include "base/uuid7.h"
#include "client.h"
#include "deliver_ask.h"
#include "desk.h"
#include "interrupt.h"
#include "print.h"
#include "proofs.h"
#include "query.h"
#include "reason_words.h"
#include "sender.h"
#include "spool.h"
#include "undo.h"

#define DRAIN_DEFAULT_S 15
#define DRAIN_MAX_S 86400
#define WORDS_MAX 32

struct deliver_options {
	struct client *client;
	struct scan_template scan_template;
	const char *words[WORDS_MAX];
	unsigned count;
	const char *signature;
	const char *photo;
	int64_t drain_s;
};

enum { OPTION_SIGNATURE = 1000, OPTION_PHOTO, OPTION_DRAIN };

static const struct argp_option options[] = {
	{"data", 'd', N_("KEY=VALUE"), 0, N_("Data of the event, such as recipient=…"), 0},
	{"signature", OPTION_SIGNATURE, N_("FILE"), 0, N_("A picture of the signature"), 0},
	{"photo", OPTION_PHOTO, N_("FILE"), 0, N_("A picture of the signed slip"), 0},
	{"drain", OPTION_DRAIN, N_("SECONDS"), 0, N_("How long to try to send (15)"), 0},
	{0},
};

static void take_data(
	struct deliver_options *deliver, const char *assignment, struct argp_state *state)
{
	enum hoso_error error = scan_template_set(&deliver->scan_template, assignment);

	if (error) {
		argp_error(state, "%s: %s", assignment, error_wire(error));
	}
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct deliver_options *deliver = state->input;

	switch (key) {
	case 'd':
		take_data(deliver, argument, state);
		return 0;
	case OPTION_SIGNATURE:
		deliver->signature = argument;
		return 0;
	case OPTION_PHOTO:
		deliver->photo = argument;
		return 0;
	case OPTION_DRAIN:
		if (!g_ascii_string_to_signed(
			    argument, 10, 0, DRAIN_MAX_S, &deliver->drain_s, NULL)) {
			argp_error(state, _("not a number of seconds: %s"), argument);
		}
		return 0;
	case ARGP_KEY_ARG:
		if (deliver->count == WORDS_MAX) {
			return ARGP_ERR_UNKNOWN;
		}
		deliver->words[deliver->count++] = argument;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int wrong_code(const struct client *client, const char *text, enum hoso_error error)
{
	g_autofree char *detail =
		g_strdup_printf("%s: %s", text, error_text(error, client->language));

	return print_error(client, error, detail);
}

/* ── proofs ─────────────────────────────────────────────────────────────────────────────────────── */

static int send_proofs(struct deliver_options *deliver)
{
	struct call_problem problem;
	struct proofs_outcome outcome =
		proofs_send(deliver->client, deliver->drain_s * 1000, &problem);

	if (outcome.sent > 0 || outcome.left > 0) {
		print_note(_("proofs sent: %u, waiting: %u"), outcome.sent, outcome.left);
	}
	if (outcome.left == 0) {
		return EX_OK;
	}
	print_problem(deliver->client, &problem);
	return outcome.refused > 0 ? EX_DATAERR : EX_TEMPFAIL;
}

static int keep_proof(struct deliver_options *deliver, const char *path, const char *member)
{
	char sha256[DIGEST_TEXT_SIZE];
	enum hoso_error error = proofs_keep(deliver->client, path, sha256);

	if (error) {
		g_autofree char *detail = error == HOSO_FILE
						  ? g_strdup_printf("%s: %s", path, strerror(errno))
						  : g_strdup(path);
		return print_error(deliver->client, error, detail);
	}
	if (member) {
		json_object_set_new(deliver->scan_template.data, member, json_string(sha256));
	} else if (deliver->client->json) {
		json_t *line = json_pack(
			"{s:s, s:s, s:s}", "type", "proof", "file", path, "sha256", sha256);
		print_json(line);
		json_decref(line);
	} else {
		print_line(deliver->client, PRINT_GOOD, "%s  %s", sha256, path);
	}
	return EX_OK;
}

/* hoso deliver proof FILE… */
static int keep_and_send(struct deliver_options *deliver)
{
	int status = EX_OK;

	for (unsigned i = 1; i < deliver->count && status == EX_OK; i++) {
		status = keep_proof(deliver, deliver->words[i], NULL);
	}
	return status == EX_OK ? send_proofs(deliver) : status;
}

/* ── one scan ───────────────────────────────────────────────────────────────────────────────────── */

static int open_spool(struct deliver_options *deliver, struct spool **ret_spool)
{
	g_autofree char *folder = session_spool_folder(&deliver->client->session);
	enum hoso_error error = spool_open(folder, SPOOL_WRITE, ret_spool);

	if (error == HOSO_CONFLICT) {
		print_note(_("another hoso works with %s; set HOSO_STATE to use another folder"),
			folder);
		return EX_TEMPFAIL;
	}
	return error ? print_error(deliver->client, error, strerror(errno)) : EX_OK;
}

static int send_spool(struct deliver_options *deliver, struct desk *desk)
{
	struct sender_events events = {
		.answered = desk_answered, .changed = desk_changed, .context = desk};
	struct sender *sender = sender_new(&deliver->client->session, desk->spool, &events);
	size_t unsent;

	sender_drain(sender, deliver->drain_s * 1000);
	sender_free(sender);
	unsent = spool_count(desk->spool, SPOOL_UNSENT);
	if (unsent > 0) {
		print_note("%s: %zu", _("unsent"), unsent);
		return EX_TEMPFAIL;
	}
	return desk->unwelcome > 0 ? EX_DATAERR : EX_OK;
}

/* On the disk first, then on the screen, then on its way. */
static int store_and_send(struct deliver_options *deliver, struct spool *spool,
	const struct item_code *code, const struct uuid *event_id, const char *text)
{
	struct tell_scan told = {
		.code = code->text, .kind = event_wire(deliver->scan_template.kind)};
	char id[UUID_TEXT_SIZE];
	struct desk desk;
	enum hoso_error error;
	int status;

	uuid7_format(event_id, id);
	told.event_id = id;
	desk_init(&desk, deliver->client, &deliver->scan_template, spool, false);
	error = text ? spool_append(spool, id, text) : HOSO_TOO_LARGE;
	if (error) {
		tell_refused(&desk.tell, code->text, error);
		status = EX_IOERR;
	} else {
		told.unsent = spool_count(spool, SPOOL_UNSENT);
		tell_stored(&desk.tell, &told);
		status = send_spool(deliver, &desk);
	}
	desk_done(&desk);
	return status;
}

static int scan_item(struct deliver_options *deliver, const struct item_code *code)
{
	struct uuid event_id = uuid7_make(clock_now_ms());
	const char *member = "";
	struct spool *spool;
	char *text;
	enum hoso_error error = scan_template_check(&deliver->scan_template, &member);
	int status;

	if (error) {
		return print_error(deliver->client, error, member);
	}
	status = open_spool(deliver, &spool);
	if (status != EX_OK) {
		return status;
	}
	text = scan_template_fill(&deliver->scan_template, &event_id, code, NULL, clock_now_ms());
	status = store_and_send(deliver, spool, code, &event_id, text);
	g_free(text);
	spool_close(spool);
	return status;
}

static bool read_code(struct deliver_options *deliver, const char *text, struct item_code *ret_code,
	int *ret_status)
{
	enum hoso_error error = item_code_parse(text, strlen(text), ret_code);

	*ret_status = error ? wrong_code(deliver->client, text, error) : EX_OK;
	return !error;
}

/* NULL when the server cannot be asked: the delivery goes on without it. */
static json_t *ask_next(struct deliver_options *deliver, const struct item_code *code)
{
	g_autofree char *path = g_strdup_printf("/v1/items/%s/next", code->text);
	struct call_problem problem;
	json_t *next = NULL;

	if (call_json(&deliver->client->session, "GET", path, NULL, &problem, &next)) {
		print_note("%s", _("the server does not say what is due; going on without it"));
		return NULL;
	}
	return next;
}

/* hoso deliver CODE */
static int deliver_item(struct deliver_options *deliver)
{
	struct item_code code;
	int status;

	deliver->scan_template.kind = EVENT_DELIVERED;
	if (!read_code(deliver, deliver->words[0], &code, &status)) {
		return status;
	}
	if (!deliver->client->json && isatty(STDIN_FILENO)) {
		json_t *next = ask_next(deliver, &code);
		bool good = deliver_ask(deliver->client, next, deliver->scan_template.data);
		json_decref(next);
		if (!good) {
			print_note("%s", _("nothing was stored"));
			return EX_NOINPUT;
		}
	}
	status = deliver->signature ? keep_proof(deliver, deliver->signature, "signature") : EX_OK;
	if (status == EX_OK && deliver->photo) {
		status = keep_proof(deliver, deliver->photo, "photo");
	}
	if (status != EX_OK) {
		return status;
	}
	status = scan_item(deliver, &code);
	if (deliver->signature || deliver->photo) {
		int sent = send_proofs(deliver);
		status = status == EX_OK ? sent : status;
	}
	return status;
}

/* hoso deliver fail CODE REASON; hoso deliver invite CODE */
static int tell_failure(struct deliver_options *deliver, enum event_kind kind)
{
	struct item_code code;
	int status;

	deliver->scan_template.kind = kind;
	if (!read_code(deliver, deliver->words[1], &code, &status)) {
		return status;
	}
	if (deliver->count > 2) {
		g_autofree char *reason = g_ascii_strup(deliver->words[2], -1);
		json_object_set_new(deliver->scan_template.data, "reason", json_string(reason));
	}
	status = deliver->photo ? keep_proof(deliver, deliver->photo, "photo") : EX_OK;
	if (status == EX_OK) {
		status = scan_item(deliver, &code);
	}
	if (deliver->photo && status == EX_OK) {
		status = send_proofs(deliver);
	}
	return status;
}

/* ── undo ───────────────────────────────────────────────────────────────────────────────────────── */

static bool is_ours(const json_t *scan, const char *code)
{
	enum event_kind kind = event_from_wire(print_text(scan, "kind"));
	bool undoable =
		kind == EVENT_DELIVERED || kind == EVENT_DELIVERY_FAILED || kind == EVENT_INVITED;

	return undoable && (!code || strcmp(print_text(scan, "code"), code) == 0);
}

/* The last delivery, failure or invitation of this device that still stands. */
static bool find_last(const struct spool *spool, const char *code, struct past_scan *ret_past)
{
	g_autoptr(GHashTable) voided = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	bool found = false;

	for (size_t i = spool_size(spool); i-- > 0 && !found;) {
		const struct spool_entry *entry = spool_entry(spool, i);
		g_autofree char *text = spool_scan_text(spool, entry);
		json_t *scan = text ? json_loads(text, 0, NULL) : NULL;
		const char *target = print_text(json_object_get(scan, "data"), "target");

		if (*target) {
			g_hash_table_add(voided, g_strdup(target));
		}
		found = entry->state != SPOOL_REJECTED && is_ours(scan, code) &&
			!g_hash_table_contains(voided, entry->event_id);
		if (found) {
			g_strlcpy(ret_past->event_id, entry->event_id, sizeof ret_past->event_id);
			g_strlcpy(ret_past->code.text, print_text(scan, "code"),
				sizeof ret_past->code.text);
		}
		json_decref(scan);
	}
	return found;
}

/* hoso deliver undo [CODE] */
static int undo_last_of(struct deliver_options *deliver)
{
	struct uuid event_id = uuid7_make(clock_now_ms());
	struct item_code code = {""};
	struct past_scan past = {.event_id = ""};
	struct spool *spool;
	int status = EX_OK;

	if (deliver->count > 1 && !read_code(deliver, deliver->words[1], &code, &status)) {
		return status;
	}
	status = open_spool(deliver, &spool);
	if (status != EX_OK) {
		return status;
	}
	deliver->scan_template.kind = EVENT_VOID;
	if (find_last(spool, *code.text ? code.text : NULL, &past)) {
		g_autofree char *text = undo_scan_text(&past, &event_id, clock_now_ms());
		status = store_and_send(deliver, spool, &past.code, &event_id, text);
	} else {
		print_note("%s", _("there is nothing on this device to undo; ask a supervisor"));
		status = EX_NOINPUT;
	}
	spool_close(spool);
	return status;
}

/* ── questions ──────────────────────────────────────────────────────────────────────────────────── */

static void show_next(const struct client *client, const json_t *next)
{
	const json_t *steps = json_object_get(next, "steps");

	print_line(client, PRINT_PLAIN, "%s  %s  %s", print_text(next, "item_code"),
		print_state(client, print_text(next, "leg_state")),
		reason_words(print_text(next, "reason")));
	for (size_t i = 0; i < json_array_size(steps); i++) {
		g_autofree char *words =
			reason_words_step(client->language, json_array_get(steps, i));
		print_line(client, PRINT_PLAIN, "  %s", words);
	}
}

/* hoso deliver next CODE; hoso deliver pin CODE */
static int ask_server(struct deliver_options *deliver, bool pin)
{
	struct uuid id = uuid7_make(clock_now_ms());
	g_autofree char *path = NULL;
	char request[UUID_TEXT_SIZE];
	struct item_code code;
	json_t *body = NULL;
	json_t *answer = NULL;
	int status;

	if (!read_code(deliver, deliver->words[1], &code, &status)) {
		return status;
	}
	uuid7_format(&id, request);
	path = g_strdup_printf("/v1/items/%s/%s", code.text, pin ? "pin" : "next");
	body = pin ? json_pack("{s:s}", "request_id", request) : NULL;
	status = query_send(deliver->client, pin ? "POST" : "GET", path, body, &answer);
	json_decref(body);
	if (status != EX_OK) {
		return status;
	}
	if (deliver->client->json) {
		print_json(answer);
	} else if (pin) {
		print_line(deliver->client, PRINT_GOOD, "%s  PIN %s", code.text,
			print_text(answer, "pin"));
	} else {
		show_next(deliver->client, answer);
	}
	json_decref(answer);
	return EX_OK;
}

static bool is_word(const char *text)
{
	static const char *const words[] = {"fail", "invite", "undo", "proof", "next", "pin", NULL};

	return g_strv_contains(words, text);
}

static int run(struct deliver_options *deliver)
{
	const char *first = deliver->count > 0 ? deliver->words[0] : "";
	unsigned count = deliver->count;

	if (strcmp(first, "fail") == 0 && count == 3) {
		return tell_failure(deliver, EVENT_DELIVERY_FAILED);
	}
	if (strcmp(first, "invite") == 0 && count == 2) {
		return tell_failure(deliver, EVENT_INVITED);
	}
	if (strcmp(first, "proof") == 0) {
		return keep_and_send(deliver);
	}
	if (strcmp(first, "undo") == 0 && count <= 2) {
		return undo_last_of(deliver);
	}
	if ((strcmp(first, "next") == 0 || strcmp(first, "pin") == 0) && count == 2) {
		return ask_server(deliver, strcmp(first, "pin") == 0);
	}
	if (count == 1 && !is_word(first)) {
		return deliver_item(deliver);
	}
	print_note("%s",
		_("usage: hoso deliver CODE | fail CODE REASON | invite CODE | undo [CODE] | proof "
		  "[FILE…] | next CODE | pin CODE"));
	return EX_USAGE;
}

int verb_deliver(struct client *client, int argc, char **argv)
{
	struct deliver_options deliver = {.client = client, .drain_s = DRAIN_DEFAULT_S};
	int status;

	scan_template_init(&deliver.scan_template);
	client_parse(client, options, parse,
		N_("CODE | fail CODE REASON | invite CODE | undo [CODE] | proof [FILE…] | next CODE | "
		   "pin CODE"),
		N_("Hand an item over to a citizen, or say why not. On a terminal it asks for what is "
		   "missing. Each event is on the disk before it is confirmed; pictures wait beside "
		   "them and are sent apart."),
		argc, argv, &deliver);
	interrupt_init();
	status = run(&deliver);
	scan_template_done(&deliver.scan_template);
	return status;
}
