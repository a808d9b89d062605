#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <curl/curl.h>
#include <glib.h>
#include <jansson.h>
#include <openssl/crypto.h>

#include "client.h"
#include "print.h"

#define DOMAIN "hoso"

enum { OPTION_JSON = 2000, OPTION_LANG, OPTION_SERVER, OPTION_CA };

/* clang-format off */
static const struct verb {
	const char *name;
	int (*run)(struct client *client, int argc, char **argv);
	const char *help;
} verbs[] = {
	{"login", verb_login, N_("sign in to the server")},
	{"logout", verb_logout, N_("sign out")},
	{"me", verb_me, N_("who is signed in, and where")},
	{"scan", verb_scan, N_("record what happens to items: the counter's day-long tool")},
	{"accept", verb_accept, N_("take in a dossier at the counter, by question and answer")},
	{"deliver", verb_deliver, N_("hand over to a citizen, or say why not; proofs, PINs, undoing")},
	{"queue", verb_queue, N_("what is not sent yet, or was rejected; send it, export it")},
	{"show", verb_show, N_("everything about one dossier or item")},
	{"list", verb_list, N_("search dossiers")},
	{"lookup", verb_lookup, N_("how far a dossier is, as its citizen may see it")},
	{"verify", verb_verify, N_("check that no recorded event was changed")},
	{"exceptions", verb_exceptions, N_("what waits for a supervisor")},
	{"step", verb_step, N_("what an agency says of a dossier")},
	{"deadline", verb_deadline, N_("what is due when, and by which rule")},
	{"manifest", verb_manifest, N_("bags, routes, hand-over minutes, remittances")},
	{"money", verb_money, N_("who holds what; hand-ins, ends of days")},
	{"outbox", verb_outbox, N_("what goes to the province's portal; retry, skip")},
	{"visit", verb_visit, N_("visits by appointment: book, assign, move, a courier's day")},
	{"label", verb_label, N_("print labels: bars and QR, read back before they are written")},
	{"paper", verb_paper, N_("print the post's papers: slip, list, minutes, invitation, receipt")},
	{"catalogue", verb_catalogue, N_("procedures, offices, fees, postage, calendar: show, export, import")},
	{"report", verb_report, N_("reports of a period: table, CSV, XLSX, PDF; closed ones")},
	{"decode", verb_decode, N_("read the codes of pictures")},
	{"admin", verb_admin, N_("accounts and the catalogue")},
	{"devices", verb_devices, N_("who is signed in, and on what; sign a lost device out")},
};

static const struct argp_option common_options[] = {
	{"json", OPTION_JSON, NULL, 0, N_("Answer in JSON, one value a line"), 90},
	{"lang", OPTION_LANG, "vi|en", 0, N_("The language of the words"), 90},
	{"server", OPTION_SERVER, "URL", 0, N_("The server, https://…"), 90},
	{"ca", OPTION_CA, N_("FILE"), 0, N_("Whom to trust: a certificate in PEM"), 90},
	{0},
};
/* clang-format on */

/* What argp itself says on usage and errors; it looks in our catalogue, and xgettext finds it here.
 */
#define ARGP_WORDS                                                                                 \
	N_("Usage:")                                                                               \
	N_(" [OPTION...]")                                                                         \
	N_("Try `%s --help' or `%s --usage' for more information.\n")                              \
	N_("Mandatory or optional arguments to long options are also mandatory or "                \
	   "optional for any corresponding short options.")

const char *argp_program_version = "hoso " HOSO_VERSION;

static bool starts_with_language(const char *text, const char *code)
{
	return text && g_str_has_prefix(text, code) &&
	       (text[2] == '\0' || strchr("_.@:-", text[2]));
}

/* --lang has to be known before the options are read: --help ends the program while they are. */
static const char *asked_language(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (g_str_has_prefix(argv[i], "--lang=")) {
			return argv[i] + strlen("--lang=");
		}
		if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc) {
			return argv[i + 1];
		}
	}
	return NULL;
}

/* Vietnamese, unless the command line or else the environment speaks English. */
static enum hoso_language choose_language(int argc, char **argv)
{
	static const char *const variables[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};
	const char *asked = asked_language(argc, argv);

	if (asked) {
		return starts_with_language(asked, "en") ? HOSO_EN : HOSO_VI;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(variables); i++) {
		const char *value = g_getenv(variables[i]);
		if (value && *value) {
			return starts_with_language(value, "en") ? HOSO_EN : HOSO_VI;
		}
	}
	return HOSO_VI;
}

static const char *locale_folder(void)
{
	const char *folder = g_getenv("HOSO_LOCALEDIR");

	if (folder && *folder) {
		return folder;
	}
	return access(HOSO_BUILD_LOCALEDIR "/vi/LC_MESSAGES/" DOMAIN ".mo", R_OK) == 0
		       ? HOSO_BUILD_LOCALEDIR
		       : HOSO_INSTALL_LOCALEDIR;
}

/*
 * gettext obeys LANGUAGE only outside the locale "C", and a machine may have no Vietnamese locale
 * at all: C.UTF-8 is always there. Numbers stay as in C.
 */
static void set_language(enum hoso_language language)
{
	setenv("LANGUAGE", language == HOSO_VI ? "vi" : "en", 1);
	setlocale(LC_CTYPE, "C.UTF-8");
	setlocale(LC_MESSAGES, "C.UTF-8");
	bindtextdomain(DOMAIN, locale_folder());
	bind_textdomain_codeset(DOMAIN, "UTF-8");
	textdomain(DOMAIN);
}

static error_t parse_common(int key, char *argument, struct argp_state *state)
{
	struct client *client = state->input;

	switch (key) {
	case OPTION_JSON:
		client->json = true;
		return 0;
	case OPTION_LANG:
		if (strcmp(argument, "vi") != 0 && strcmp(argument, "en") != 0) {
			argp_error(state, "--lang vi|en");
		}
		return 0;
	case OPTION_SERVER:
		client->server = argument;
		return 0;
	case OPTION_CA:
		client->ca_file = argument;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp common_argp = {
	.options = common_options, .parser = parse_common, .argp_domain = DOMAIN};

/* The verb's own parser, and what it and the common one are given. */
struct verb_parsing {
	struct client *client;
	void *input;
};

static error_t parse_verb(int key, char *argument, struct argp_state *state)
{
	struct verb_parsing *parsing = state->input;

	(void)argument;
	if (key == ARGP_KEY_INIT) {
		state->child_inputs[0] = parsing->input;
		state->child_inputs[1] = parsing->client;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

/* What is wrong with a line argp says itself, and ends; what it returns is that it had no memory. */
static void parse_or_exit(
	const struct argp *argp, int argc, char **argv, unsigned flags, void *input)
{
	error_t error = argp_parse(argp, argc, argv, flags, NULL, input);

	if (error) {
		fprintf(stderr, "hoso: %s\n", g_strerror(error));
		exit(EX_OSERR);
	}
}

void client_parse(struct client *client, const struct argp_option *options, argp_parser_t parse,
	const char *arguments, const char *help, int argc, char **argv, void *input)
{
	const struct argp own = {.options = options, .parser = parse, .argp_domain = DOMAIN};
	const struct argp_child children[] = {{.argp = &own}, {.argp = &common_argp}, {0}};
	const struct argp argp = {.parser = parse_verb,
		.args_doc = arguments,
		.doc = help,
		.children = children,
		.argp_domain = DOMAIN};
	struct verb_parsing parsing = {.client = client, .input = input};
	g_autofree char *why = NULL;

	parse_or_exit(&argp, argc, argv, 0, &parsing);
	if (session_load(&client->session, client->server, client->ca_file, &why)) {
		exit(print_error(client, HOSO_BAD_CONFIG, why));
	}
}

struct command_line {
	struct client *client;
	const struct verb *verb;
	int verb_at;
};

static const struct verb *find_verb(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++) {
		if (strcmp(verbs[i].name, name) == 0) {
			return &verbs[i];
		}
	}
	return NULL;
}

static error_t parse_command_line(int key, char *argument, struct argp_state *state)
{
	struct command_line *line = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = line->client;
		return 0;
	case ARGP_KEY_ARG:
		line->verb = find_verb(argument);
		if (!line->verb) {
			argp_error(state, _("no such verb: %s"), argument);
		}
		line->verb_at = state->next - 1;
		state->next = state->argc; /* the rest is the verb's */
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_usage(state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* argp frees what this returns when it is not @text. */
static char *help_with_verbs(int key, const char *text, void *input)
{
	GString *list;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC) {
		return (char *)(uintptr_t)text;
	}
	list = g_string_new(_("Verbs (each has its own --help):"));
	for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++) {
		g_string_append_printf(list, "\n  %-8s %s", verbs[i].name, _(verbs[i].help));
	}
	return g_string_free(list, FALSE);
}

static void *allocate(size_t size, const char *file, int line)
{
	(void)file, (void)line;
	return g_malloc(size);
}

static void *reallocate(void *memory, size_t size, const char *file, int line)
{
	(void)file, (void)line;
	return g_realloc(memory, size);
}

static void release(void *memory, const char *file, int line)
{
	(void)file, (void)line;
	g_free(memory);
}

/*
 * Out of memory is the end. jansson would leave out what it could not allocate, and a scan would be kept with half of its
 * members; OpenSSL goes on without its locks, and reads through what is not there.
 */
static void end_without_memory(void)
{
	json_set_alloc_funcs(g_malloc, g_free);
	if (!CRYPTO_set_mem_functions(allocate, reallocate, release)) {
		g_error("OpenSSL has allocated before");
	}
}

int main(int argc, char **argv)
{
	const char *no_color = g_getenv("NO_COLOR") ? g_getenv("NO_COLOR") : "";
	struct client client = {.language = choose_language(argc, argv),
		.colour = isatty(STDOUT_FILENO) && !*no_color};
	struct command_line line = {.client = &client};
	const struct argp_child children[] = {{.argp = &common_argp}, {0}};
	const struct argp argp = {.parser = parse_command_line,
		.args_doc = N_("VERB …"),
		.doc = N_("Track administrative dossiers carried by the public post."),
		.children = children,
		.help_filter = help_with_verbs,
		.argp_domain = DOMAIN};
	g_autofree char *name = NULL;
	int status;

	end_without_memory();
	set_language(client.language);
	client.session.language = client.language == HOSO_VI ? "vi" : "en";
	parse_or_exit(&argp, argc, argv, ARGP_IN_ORDER, &line);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	name = g_strconcat("hoso ", line.verb->name, NULL);
	argv[line.verb_at] = name;
	status = line.verb->run(&client, argc - line.verb_at, argv + line.verb_at);
	session_done(&client.session);
	call_end();
	curl_global_cleanup();
	return status;
}
