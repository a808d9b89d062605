#include <string.h>
#include <sysexits.h>

#include <glib.h>

#include "client.h"
#include "print.h"
#include "query.h"

struct outbox_options {
	struct client *client;
	const char *words[2]; /* what to do, and to which */
	const char *reason;
	const char *state;
	bool all;
};

enum { OPTION_REASON = 1000, OPTION_STATE, OPTION_ALL };

static const struct argp_option options[] = {
	{"reason", OPTION_REASON, N_("TEXT"), 0, N_("Why a line is skipped; kept with it"), 0},
	{"state", OPTION_STATE, N_("STATE"), 0, N_("Only lines in this state, such as dead"), 0},
	{"all", OPTION_ALL, NULL, 0, N_("All pages, not only the first"), 0},
	{0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct outbox_options *outbox = state->input;

	switch (key) {
	case OPTION_REASON:
		outbox->reason = argument;
		return 0;
	case OPTION_STATE:
		outbox->state = argument;
		return 0;
	case OPTION_ALL:
		outbox->all = true;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num >= G_N_ELEMENTS(outbox->words)) {
			return ARGP_ERR_UNKNOWN;
		}
		outbox->words[state->arg_num] = argument;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int show_line(void *context, const json_t *line)
{
	const struct outbox_options *outbox = context;
	const char *state = print_text(line, "state");

	if (outbox->client->json) {
		print_json(line);
		return EX_OK;
	}
	print_line(outbox->client, strcmp(state, "dead") == 0 ? PRINT_BAD : PRINT_PLAIN,
		"%s  %s  %s  %s  %s  %" JSON_INTEGER_FORMAT "  %s %s", print_text(line, "id"),
		print_text(line, "dossier_code"), print_text(line, "item_code"),
		print_kind(outbox->client, print_text(line, "kind")), state,
		json_integer_value(json_object_get(line, "attempts")),
		print_text(line, "last_error"), print_text(line, "answer"));
	return EX_OK;
}

static int list(struct outbox_options *outbox)
{
	g_autoptr(GString) query = query_new("/v1/outbox");

	query_add(query, "state", outbox->state);
	return query_pages(outbox->client, query, outbox->all, show_line, outbox);
}

static int act(const struct outbox_options *outbox, const char *verb, json_t *body)
{
	g_autofree char *id = query_segment(outbox->words[1]);
	g_autofree char *path = g_strdup_printf("/v1/outbox/%s/%s", id, verb);
	json_t *answer = NULL;
	int status = query_send(outbox->client, "POST", path, body, &answer);

	if (status == EX_OK && outbox->client->json) {
		print_json(answer);
	}
	json_decref(answer);
	json_decref(body);
	return status;
}

int verb_outbox(struct client *client, int argc, char **argv)
{
	struct outbox_options outbox = {.client = client, .words = {"list", NULL}};

	client_parse(client, options, parse, N_("[list | retry ID | skip ID --reason TEXT]"),
		N_("What goes to the province's portal: list it, send a line again, or skip it."),
		argc, argv, &outbox);
	if (strcmp(outbox.words[0], "list") == 0 && !outbox.words[1]) {
		return list(&outbox);
	}
	if (strcmp(outbox.words[0], "retry") == 0 && outbox.words[1]) {
		return act(&outbox, "retry", NULL);
	}
	if (strcmp(outbox.words[0], "skip") == 0 && outbox.words[1] && outbox.reason) {
		return act(&outbox, "skip", json_pack("{s:s}", "reason", outbox.reason));
	}
	print_note("%s", _("usage: hoso outbox [list | retry ID | skip ID --reason TEXT]"));
	return EX_USAGE;
}
