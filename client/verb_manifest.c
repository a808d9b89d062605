#include <string.h>
#include <sysexits.h>

#include <glib.h>

#include <hoso/manifest.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/uuid7.h"
#include "call.h"
#include "client.h"
#include "manifest_consent.h"
#include "manifest_paper.h"
#include "print.h"
#include "query.h"

/**
 * struct manifest_options - @text: what the options said, by the names of the API; @words: what to do, to which, and
 * with what.
 */
struct manifest_options {
	struct client *client;
	const char *words[3];
	GHashTable *text;
	bool all;
};

enum {
	OPTION_FIRST = 1000,
	OPTION_KIND = OPTION_FIRST,
	OPTION_AGENCY,
	OPTION_NEXT_OFFICE,
	OPTION_COURIER,
	OPTION_LABEL,
	OPTION_ID,
	OPTION_NAME,
	OPTION_UNIT,
	OPTION_MINUTES,
	OPTION_SIGNED_AT,
	OPTION_PAYMENT,
	OPTION_REASON,
	OPTION_STATE,
	OPTION_OFFICE,
	OPTION_OFFICER,
	OPTION_PASSWORD_FILE,
	OPTION_REVISION,
	OPTION_LAST,
	OPTION_ALL,
};

static const struct argp_option options[] = {
	{"kind", OPTION_KIND, N_("KIND"), 0,
		N_("bag, route, handover_in, handover_out or remittance"), 0},
	{"agency", OPTION_AGENCY, N_("CODE"), 0, N_("The agency that is the other party"), 0},
	{"next-office", OPTION_NEXT_OFFICE, N_("CODE"), 0, N_("Where a bag goes"), 0},
	{"courier", OPTION_COURIER, N_("ACCOUNT"), 0, N_("Whose route it is"), 0},
	{"label", OPTION_LABEL, N_("TEXT"), 0, N_("Number of the bag or the route"), 0},
	{"id", OPTION_ID, "UUID", 0, N_("Open it under this id, so that it can be repeated"), 0},
	{"name", OPTION_NAME, N_("TEXT"), 0, N_("Who signs for the other party"), 0},
	{"unit", OPTION_UNIT, N_("TEXT"), 0, N_("The unit of who signs"), 0},
	{"minutes", OPTION_MINUTES, N_("TEXT"), 0, N_("Number of the minutes"), 0},
	{"signed-at", OPTION_SIGNED_AT, N_("TIME"), 0, N_("When it was signed (now)"), 0},
	{"payment", OPTION_PAYMENT, "cash|transfer_post", 0, N_("How fees are handed over"), 0},
	{"reason", OPTION_REASON, N_("TEXT"), 0, N_("Why it is cancelled"), 0},
	{"state", OPTION_STATE, N_("STATE"), 0, N_("Only open, closed or cancelled ones"), 0},
	{"office", OPTION_OFFICE, N_("CODE"), 0, N_("Only of this office"), 0},
	{"officer", OPTION_OFFICER, N_("ACCOUNT"), 0,
		N_("The officer signs in here, for this one signature"), 0},
	{"officer-password-file", OPTION_PASSWORD_FILE, N_("FILE"), 0,
		N_("The officer's password; asked on the terminal otherwise"), 0},
	{"revision", OPTION_REVISION, N_("NUMBER"), 0,
		N_("Close it only if nothing has changed since this one"), 0},
	{"output", 'o', N_("FILE.pdf"), 0, N_("Where the paper is written"), 0},
	{"all", OPTION_ALL, NULL, 0, N_("All pages, not only the first"), 0},
	{0},
};

static const char *const names[OPTION_LAST - OPTION_FIRST] = {"kind", "agency", "next_office",
	"courier", "label", "id", "name", "unit", "minutes", "signed_at", "payment", "reason",
	"state", "office", "officer", "password_file", "revision"};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct manifest_options *manifest = state->input;

	if (key >= OPTION_FIRST && key < OPTION_LAST) {
		g_hash_table_insert(manifest->text, (gpointer)names[key - OPTION_FIRST], argument);
		return 0;
	}
	switch (key) {
	case OPTION_ALL:
		manifest->all = true;
		return 0;
	case 'o':
		g_hash_table_insert(manifest->text, (gpointer) "output", argument);
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num >= G_N_ELEMENTS(manifest->words)) {
			return ARGP_ERR_UNKNOWN;
		}
		manifest->words[state->arg_num] = argument;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const char *said(const struct manifest_options *manifest, const char *name)
{
	return g_hash_table_lookup(manifest->text, name);
}

static void put_said(const struct manifest_options *manifest, json_t *body, const char *name)
{
	if (said(manifest, name)) {
		json_object_set_new(body, name, json_string(said(manifest, name)));
	}
}

static char *path_of(const struct manifest_options *manifest, const char *rest)
{
	g_autofree char *id = query_segment(manifest->words[1]);

	return g_strdup_printf("/v1/manifests/%s%s", id, rest);
}

static char *new_id(void)
{
	struct uuid id = uuid7_make(clock_now_ms());
	char text[UUID_TEXT_SIZE];

	uuid7_format(&id, text);
	return g_strdup(text);
}

static const char *kind_words(const char *wire)
{
	enum manifest_kind kind = manifest_kind_from_wire(wire);

	return kind == MANIFEST_KIND_COUNT ? wire : manifest_kind_label(kind);
}

static int show_head(void *context, const json_t *json)
{
	const struct manifest_options *manifest = context;
	json_int_t minutes = json_integer_value(json_object_get(json, "age_s")) / 60;

	if (manifest->client->json) {
		print_json(json);
		return EX_OK;
	}
	print_line(manifest->client, PRINT_PLAIN,
		"%s  %s  %s  → %s  %" JSON_INTEGER_FORMAT "  %s  %s  %" JSON_INTEGER_FORMAT "h%02d",
		print_text(json, "id"), print_paper_state(print_text(json, "state")),
		kind_words(print_text(json, "kind")), manifest_paper_party(json),
		json_integer_value(json_object_get(json, "lines_count")),
		print_text(json, "opened_by"), print_time(print_text(json, "opened_at")),
		minutes / 60, (int)(minutes % 60));
	return EX_OK;
}

/* What a line of a remittance hands over; "" for all others. */
static char *money_of(const json_t *line)
{
	const json_t *amount = json_object_get(line, "amount");
	g_autofree char *dong = text_dong(json_integer_value(amount));

	return json_is_integer(amount)
		       ? g_strdup_printf(
				 "%s %s  ", print_money_kind(print_text(line, "money_kind")), dong)
		       : g_strdup("");
}

static void show_line(const struct client *client, const json_t *line)
{
	const json_t *result = json_object_get(line, "result");
	const char *verdict = print_text(json_is_object(result) ? result : line, "verdict");
	const json_t *complete = json_object_get(line, "complete");
	bool counts = json_is_true(json_object_get(line, "counts"));
	g_autofree char *money = money_of(line);

	print_line(client, counts ? print_verdict_tone(verdict) : PRINT_DOUBT,
		"  %3" JSON_INTEGER_FORMAT "  %s  %s  %s  %s  %s  %s  %s%s",
		json_integer_value(json_object_get(line, "no")), print_text(line, "item_code"),
		print_text(line, "dossier_code"), print_text(line, "by"),
		counts ? print_verdict(client, verdict) : _("does not count"),
		print_text(line, "other_by"),
		json_is_boolean(complete) ? json_is_true(complete) ? _("complete") : _("INCOMPLETE")
					  : "",
		money, print_text(line, "note"));
}

static int show_whole(struct manifest_options *manifest, const json_t *json)
{
	const json_t *lines = json_object_get(json, "lines");

	show_head(manifest, json);
	if (!manifest->client->json) {
		manifest_consent_show(manifest->client, json);
	}
	for (size_t i = 0; !manifest->client->json && i < json_array_size(lines); i++) {
		show_line(manifest->client, json_array_get(lines, i));
	}
	if (!manifest->client->json && *print_text(json, "hash")) {
		print_line(manifest->client, PRINT_PLAIN, "  %s", print_text(json, "hash"));
	}
	return EX_OK;
}

/* What is missing: it is here, bound for them, and was not scanned. */
static int show_missing(void *context, const json_t *expected)
{
	const struct manifest_options *manifest = context;

	if (!json_is_true(json_object_get(expected, "scanned"))) {
		print_line(manifest->client, PRINT_BAD, "  %s  %s  %s", _("MISSING"),
			print_text(expected, "item_code"), print_text(expected, "dossier_code"));
	}
	return EX_OK;
}

static int fetch(const struct manifest_options *manifest, json_t **ret_json)
{
	g_autofree char *path = path_of(manifest, "");

	return query_get(manifest->client, path, ret_json);
}

static int show(struct manifest_options *manifest)
{
	g_autofree char *path = path_of(manifest, "/expected");
	g_autoptr(GString) query = query_new(path);
	json_t *json;
	bool is_open;
	int status = fetch(manifest, &json);

	if (status != EX_OK) {
		return status;
	}
	show_whole(manifest, json);
	is_open = strcmp(print_text(json, "state"), "open") == 0;
	json_decref(json);
	return is_open && !manifest->client->json
		       ? query_pages(manifest->client, query, true, show_missing, manifest)
		       : EX_OK;
}

/* @body is taken over. */
static int send_and_show(struct manifest_options *manifest, const char *path, json_t *body)
{
	json_t *answer = NULL;
	int status = query_send(manifest->client, "POST", path, body, &answer);

	if (status == EX_OK) {
		show_whole(manifest, answer);
	}
	json_decref(answer);
	json_decref(body);
	return status;
}

static int open_one(struct manifest_options *manifest)
{
	static const char *const members[] = {"kind", "agency", "next_office", "courier", "label"};
	json_t *body = json_object();
	g_autofree char *id = said(manifest, "id") ? g_strdup(said(manifest, "id")) : new_id();

	json_object_set_new(body, "id", json_string(id));
	for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
		put_said(manifest, body, members[i]);
	}
	return send_and_show(manifest, "/v1/manifests", body);
}

static int cancel(struct manifest_options *manifest)
{
	g_autofree char *path = path_of(manifest, "/cancel");
	json_t *body = json_object();

	put_said(manifest, body, "reason");
	return send_and_show(manifest, path, body);
}

static const json_t *find_line(const json_t *json, const char *code)
{
	const json_t *lines = json_object_get(json, "lines");

	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);
		if (json_is_true(json_object_get(line, "counts")) &&
			g_ascii_strcasecmp(print_text(line, "item_code"), code) == 0) {
			return line;
		}
	}
	return NULL;
}

static int undo(struct manifest_options *manifest)
{
	g_autofree char *path = path_of(manifest, "/lines");
	g_autofree char *id = new_id();
	char now[CLOCK_RFC3339_SIZE];
	const json_t *line;
	json_t *json;
	json_t *answer = NULL;
	json_t *body;
	int status = fetch(manifest, &json);

	if (status != EX_OK) {
		return status;
	}
	line = find_line(json, manifest->words[2]);
	if (!line) {
		json_decref(json);
		return print_error(manifest->client, HOSO_NOT_FOUND, manifest->words[2]);
	}
	clock_format_rfc3339(clock_now_ms(), now);
	body = json_pack("[{s:s, s:s, s:s, s:s, s:{s:s, s:s}}]", "event_id", id, "code",
		print_text(line, "item_code"), "kind", "void", "occurred_at", now, "data", "target",
		print_text(line, "id"), "void_reason", "did_not_occur");
	status = query_claim(manifest->client, path, body, &answer);
	if (status == EX_OK && manifest->client->json) {
		print_json(json_array_get(answer, 0));
	}
	json_decref(json);
	json_decref(body);
	json_decref(answer);
	return status;
}

static int close_one(struct manifest_options *manifest)
{
	static const char *const members[] = {"name", "unit", "minutes", "signed_at", "payment"};
	g_autofree char *path = path_of(manifest, "/close");
	g_autofree char *consents = path_of(manifest, "/consents");
	g_autofree char *consent = new_id();
	struct manifest_officer officer = {
		manifest->client, consents, said(manifest, "officer"), consent};
	json_int_t revision;
	json_t *signed_by;
	json_t *json;
	json_t *body;
	int status = fetch(manifest, &json);

	if (status != EX_OK) {
		return status;
	}
	revision = said(manifest, "revision")
			   ? g_ascii_strtoll(said(manifest, "revision"), NULL, 10)
			   : json_integer_value(json_object_get(json, "revision"));
	signed_by = json_incref(json_object_get(json, "consent"));
	json_decref(json);
	body = json_pack("{s:I}", "revision", revision);
	for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
		put_said(manifest, body, members[i]);
	}
	if (said(manifest, "officer")) {
		status = manifest_consent_ask(&officer, said(manifest, "password_file"), revision);
		json_object_set_new(body, "consent", json_string(officer.consent));
	} else if (json_is_object(signed_by) && !said(manifest, "name")) {
		/* They have signed on their own screen; whether it still holds the server knows. */
		json_object_set_new(body, "consent", json_string(print_text(signed_by, "id")));
	}
	json_decref(signed_by);
	if (status != EX_OK) {
		json_decref(body);
		return status;
	}
	return send_and_show(manifest, path, body);
}

static int list(struct manifest_options *manifest)
{
	static const char *const members[] = {"kind", "agency", "state", "office"};
	g_autoptr(GString) query = query_new("/v1/manifests");

	for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
		query_add(query, members[i], said(manifest, members[i]));
	}
	return query_pages(manifest->client, query, manifest->all, show_head, manifest);
}

static int print_one(struct manifest_options *manifest)
{
	json_t *json;
	int status = fetch(manifest, &json);

	if (status != EX_OK) {
		return status;
	}
	status = manifest_paper_print(manifest->client, json, said(manifest, "output"));
	json_decref(json);
	return status;
}

/* clang-format off */
static const struct {
	const char *word;
	unsigned words; /* with itself */
	const char *needs;
	int (*run)(struct manifest_options *manifest);
} actions[] = {
	{"open", 1, "kind", open_one},
	{"list", 1, NULL, list},
	{"show", 2, NULL, show},
	{"undo", 3, NULL, undo},
	{"close", 2, NULL, close_one},
	{"cancel", 2, "reason", cancel},
	{"print", 2, "output", print_one},
};
/* clang-format on */

/* Scanning onto a manifest is scanning: the same sources, the same keys, a spool of its own. */
static int scan(struct client *client, int argc, char **argv)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new();

	g_ptr_array_add(words, argv[0]);
	g_ptr_array_add(words, (gpointer) "--manifest");
	for (int i = 2; i < argc; i++) {
		g_ptr_array_add(words, argv[i]);
	}
	g_ptr_array_add(words, NULL);
	return verb_scan(client, (int)words->len - 1, (char **)words->pdata);
}

int verb_manifest(struct client *client, int argc, char **argv)
{
	struct manifest_options manifest = {.client = client, .words = {"list", NULL, NULL}};
	int status = EX_USAGE;

	if (argc > 2 && strcmp(argv[1], "scan") == 0) {
		return scan(client, argc, argv);
	}
	manifest.text = g_hash_table_new(g_str_hash, g_str_equal);
	client_parse(client, options, parse,
		N_("[open | list | scan ID | show ID | undo ID CODE | close ID | cancel ID | print ID]"),
		N_("What is handed over together: a bag, a route, the minutes of a hand-over, a remittance. Opened, "
		   "scanned by anybody of the office, signed once, then frozen."),
		argc, argv, &manifest);
	for (size_t i = 0; i < G_N_ELEMENTS(actions); i++) {
		unsigned words = actions[i].words;
		if (strcmp(actions[i].word, manifest.words[0]) == 0 &&
			(words < 2 || manifest.words[words - 1]) &&
			(!actions[i].needs || said(&manifest, actions[i].needs))) {
			status = actions[i].run(&manifest);
			g_hash_table_unref(manifest.text);
			return status;
		}
	}
	print_note("%s",
		_("usage: hoso manifest [open --kind KIND | list | scan ID | show ID | undo ID CODE | close ID | "
		  "cancel ID --reason TEXT | print ID -o FILE.pdf]"));
	g_hash_table_unref(manifest.text);
	return status;
}
