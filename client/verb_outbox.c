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
	bool counts;
};

enum { OPTION_REASON = 1000, OPTION_STATE, OPTION_ALL, OPTION_COUNTS };

static const struct argp_option options[] = {
	{"reason", OPTION_REASON, N_("TEXT"), 0, N_("Why a line is skipped; kept with it"), 0},
	{"state", OPTION_STATE, N_("STATE"), 0, N_("Only lines in this state, such as dead"), 0},
	{"all", OPTION_ALL, NULL, 0, N_("All pages, not only the first"), 0},
	{"counts", OPTION_COUNTS, NULL, 0,
		N_("Only how many wait, since when, and whether the road is open"), 0},
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
	case OPTION_COUNTS:
		outbox->counts = true;
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

/* How many, and of the oldest since when: its age is the lag. */
static char *sum_words(const json_t *counts, const char *group)
{
	const json_t *sum = json_object_get(counts, group);
	const json_t *oldest = json_object_get(sum, "oldest");
	const char *since = print_time(print_text(oldest, "created_at"));
	int minutes = (int)(json_integer_value(json_object_get(oldest, "age_s")) / 60);
	g_autofree char *count = g_strdup_printf("%" JSON_INTEGER_FORMAT "%s",
		json_integer_value(json_object_get(sum, "count")),
		json_is_true(json_object_get(counts, "partial")) ? "+" : "");

	return since[0] ? g_strdup_printf(_("%s (since %s, %d min)"), count, since, minutes)
			: g_steal_pointer(&count);
}

static char *road_words(const struct client *client, const json_t *road)
{
	static const struct {
		const char *state, *words;
	} roads[] = {{"open", N_("the road to the portal is open")},
		{"closed", N_("the road to the portal is CLOSED")},
		{"partly", N_("some servers find the road to the portal CLOSED")},
		{"none", N_("no portal is set up")},
		{"unknown", N_("whether the road to the portal is open is NOT KNOWN")}};
	const char *since = print_time(print_text(road, "closed_since"));
	const char *state = print_text(road, "state");
	const char *words = state;

	for (size_t i = 0; i < G_N_ELEMENTS(roads); i++) {
		if (strcmp(roads[i].state, state) == 0) {
			words = _(roads[i].words);
		}
	}
	if (!since[0]) {
		return g_strdup(words);
	}
	return g_strdup_printf(_("%s since %s: %s"), words, since,
		error_text(error_from_wire(print_text(road, "closed_by")), client->language));
}

static int show_counts(const struct outbox_options *outbox)
{
	json_t *counts;
	int status = query_get(outbox->client, "/v1/outbox/counts", &counts);

	if (status != EX_OK) {
		return status;
	}
	if (outbox->client->json) {
		print_json(counts);
	} else {
		g_autofree char *waiting = sum_words(counts, "waiting");
		g_autofree char *blocked = sum_words(counts, "blocked");
		g_autofree char *dead = sum_words(counts, "dead");
		const json_t *road = json_object_get(counts, "road");
		g_autofree char *words = road_words(outbox->client, road);
		bool is_open = strcmp(print_text(road, "state"), "open") == 0;

		print_line(outbox->client, is_open ? PRINT_PLAIN : PRINT_DOUBT,
			_("waiting %s, stuck behind a failed line %s, failed %s; %s"), waiting,
			blocked, dead, words);
	}
	json_decref(counts);
	return EX_OK;
}

/* In JSON each line is one of the outbox: how things stand is asked for by itself. */
static int list(struct outbox_options *outbox)
{
	g_autoptr(GString) query = query_new("/v1/outbox");
	int status = outbox->client->json ? EX_OK : show_counts(outbox);

	if (status != EX_OK) {
		return status;
	}
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
		return outbox.counts ? show_counts(&outbox) : list(&outbox);
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
