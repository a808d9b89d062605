#include <string.h>
#include <sysexits.h>

#include <glib.h>

#include "client.h"
#include "print.h"
#include "query.h"

static const struct argp_option options[] = {{0}};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	const char **code = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (*code) {
			return ARGP_ERR_UNKNOWN;
		}
		*code = argument;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "%s", _("say which dossier or item"));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* The tokens are the API's. */
static const struct {
	const char *state;
	const char *words;
	enum print_tone tone;
} states[] = {
	{"unknown", N_("no promise known"), PRINT_DOUBT},
	{"open", N_("has time"), PRINT_PLAIN},
	{"today", N_("due today"), PRINT_DOUBT},
	{"late", N_("overdue"), PRINT_BAD},
	{"kept", N_("in time"), PRINT_GOOD},
	{"missed", N_("was late"), PRINT_BAD},
};

static void show_deadline(const struct client *client, const json_t *deadline)
{
	const char *state = print_text(deadline, "state");
	const char *words = state;
	enum print_tone tone = PRINT_PLAIN;

	for (size_t i = 0; i < G_N_ELEMENTS(states); i++) {
		if (strcmp(states[i].state, state) == 0) {
			words = _(states[i].words);
			tone = states[i].tone;
		}
	}
	print_line(client, tone, "%-10s  %s  %-13s  %s  %s",
		print_text(deadline, "due_on")[0] ? print_text(deadline, "due_on") : "-", words,
		print_text(deadline, "item_code"), print_time(print_text(deadline, "met_at")),
		print_text(deadline, "why"));
}

int verb_deadline(struct client *client, int argc, char **argv)
{
	const char *code = NULL;
	g_autofree char *segment = NULL;
	g_autofree char *path = NULL;
	const json_t *deadlines;
	json_t *body;
	int status;

	client_parse(client, options, parse, N_("CODE"),
		N_("What is due when, and by which rule. CODE is a dossier code, an item code or an "
		   "id."),
		argc, argv, &code);
	segment = query_segment(code);
	path = g_strconcat("/v1/deadlines/", segment, NULL);
	status = query_get(client, path, &body);
	if (status != EX_OK) {
		return status;
	}
	if (client->json) {
		print_json(body);
	} else {
		deadlines = json_object_get(body, "deadlines");
		for (size_t i = 0; i < json_array_size(deadlines); i++) {
			show_deadline(client, json_array_get(deadlines, i));
		}
	}
	json_decref(body);
	return EX_OK;
}
