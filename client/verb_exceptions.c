#include <string.h>
#include <sysexits.h>

#include <glib.h>

#include "client.h"
#include "print.h"
#include "query.h"

struct exceptions_options {
	struct client *client;
	bool all;
};

enum { OPTION_ALL = 1000 };

static const struct argp_option options[] = {
	{"all", OPTION_ALL, NULL, 0, N_("All pages, not only the first"), 0},
	{0},
};

/* What waits, and what a person does about it. The tokens are the API's. */
static const struct {
	const char *what;
	const char *words;
	const char *action;
} kinds[] = {
	{"conflict", N_("conflict"), N_("find the item, void what is wrong")},
	{"unknown_item", N_("unknown item"), N_("accept it, or bind it to its dossier")},
	{"refused", N_("refused"), N_("scan again with what was missing, by somebody who may")},
	{"quarantined", N_("in quarantine"), N_("scan again, and tell the operator")},
	{"dead_push", N_("the portal refused"), N_("hoso outbox retry or skip")},
	{"proof_missing", N_("proof never came"), N_("send it from the device that made it")},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct exceptions_options *exceptions = state->input;

	(void)argument;
	if (key != OPTION_ALL) {
		return ARGP_ERR_UNKNOWN;
	}
	exceptions->all = true;
	return 0;
}

static int show_exception(void *context, const json_t *exception)
{
	const struct exceptions_options *exceptions = context;
	const char *what = print_text(exception, "what");
	const char *words = what;
	const char *action = "";

	if (exceptions->client->json) {
		print_json(exception);
		return EX_OK;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (strcmp(kinds[i].what, what) == 0) {
			words = _(kinds[i].words);
			action = _(kinds[i].action);
		}
	}
	print_line(exceptions->client, PRINT_DOUBT, "%s  %s  %s  %s  %s %s  → %s",
		print_time(print_text(exception, "at")), print_text(exception, "item_code"),
		print_kind(exceptions->client, print_text(exception, "kind")), words,
		print_text(exception, "actor"), print_text(exception, "office"), action);
	return EX_OK;
}

int verb_exceptions(struct client *client, int argc, char **argv)
{
	struct exceptions_options exceptions = {.client = client};
	g_autoptr(GString) query = NULL;

	client_parse(client, options, parse, NULL,
		N_("What waits for a supervisor: conflicts, unknown items, refused scans, dead "
		   "pushes."),
		argc, argv, &exceptions);
	query = query_new("/v1/exceptions");
	return query_pages(client, query, exceptions.all, show_exception, &exceptions);
}
