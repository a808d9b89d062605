#include <string.h>
#include <sysexits.h>

#include <glib.h>

#include "client.h"
#include "print.h"
#include "query.h"

struct exceptions_options {
	struct client *client;
	const char *what;
	const char *office;
	const char *owner;
	bool all;
	bool counts;
};

enum { OPTION_ALL = 1000, OPTION_WHAT, OPTION_OFFICE, OPTION_OWNER, OPTION_COUNTS };

static const struct argp_option options[] = {
	{"all", OPTION_ALL, NULL, 0, N_("All pages, not only the first"), 0},
	{"what", OPTION_WHAT, N_("KIND"), 0, N_("Only this kind, such as late or invite"), 0},
	{"office", OPTION_OFFICE, N_("CODE"), 0, N_("Only of this office"), 0},
	{"owner", OPTION_OWNER, N_("ROLE"), 0,
		N_("Only what this role must do: clerk, courier, supervisor, agency"), 0},
	{"counts", OPTION_COUNTS, NULL, 0, N_("How many of each kind"), 0},
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
	{"missed_visit", N_("appointment missed"), N_("call, arrange it again or cancel it")},
	{"money_differs", N_("money does not add up"), N_("compare the receipts, draw up minutes")},
	{"unremitted", N_("money not handed in"), N_("hand it in to the office")},
	{"gap", N_("a hand-over was not scanned"), N_("find out who had it, scan what is missing")},
	{"late", N_("promise broken"), N_("hand it over now")},
	{"invite", N_("failed twice"), N_("send the first invitation")},
	{"invite_again", N_("second invitation is due"), N_("send the second invitation")},
	{"return_due", N_("return is due"), N_("send it back to the agency")},
	{"held_long", N_("held too long"), N_("deliver again, or invite")},
	{"not_collected", N_("a result waits at the agency"), N_("collect it")},
	{"agency_word", N_("no answer from the agency"), N_("remind the agency")},
	{"agency_overdue", N_("the agency is overdue"), N_("remind the agency")},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct exceptions_options *exceptions = state->input;

	switch (key) {
	case OPTION_ALL:
		exceptions->all = true;
		return 0;
	case OPTION_WHAT:
		exceptions->what = argument;
		return 0;
	case OPTION_OFFICE:
		exceptions->office = argument;
		return 0;
	case OPTION_OWNER:
		exceptions->owner = argument;
		return 0;
	case OPTION_COUNTS:
		exceptions->counts = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* A return whose invitations lie too close says so by its own action. */
static const char *action_of(const json_t *exception, const char *usual)
{
	bool is_return = strcmp(print_text(exception, "what"), "return_due") == 0;
	bool may = strcmp(print_text(exception, "next_action"), "return") == 0;

	return is_return && !may ? _("send the second invitation") : usual;
}

static int show_exception(void *context, const json_t *exception)
{
	const struct exceptions_options *exceptions = context;
	const json_t *owner = json_object_get(exception, "owner");
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
			action = action_of(exception, _(kinds[i].action));
		}
	}
	print_line(exceptions->client, PRINT_DOUBT, "%s  %s  %s  %s  %s %s  → %s: %s",
		print_time(print_text(exception, "at")),
		print_text(exception, "item_code")[0] ? print_text(exception, "item_code")
						      : print_text(exception, "dossier_code"),
		print_text(exception, "kind")[0]
			? print_kind(exceptions->client, print_text(exception, "kind"))
			: print_leg_kind(exceptions->client, print_text(exception, "leg_kind")),
		words, print_text(exception, "actor"), print_text(exception, "office"),
		print_text(owner, "place"), action);
	return EX_OK;
}

static int show_counts(struct exceptions_options *exceptions, const GString *query)
{
	json_t *body;
	const json_t *items;
	int status = query_get(exceptions->client, query->str, &body);

	if (status != EX_OK) {
		return status;
	}
	items = json_object_get(body, "items");
	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *item = json_array_get(items, i);
		if (exceptions->client->json) {
			print_json(item);
			continue;
		}
		for (size_t n = 0; n < G_N_ELEMENTS(kinds); n++) {
			if (strcmp(kinds[n].what, print_text(item, "what")) == 0) {
				print_line(exceptions->client, PRINT_PLAIN, "%4s  %s",
					print_text(item, "text"), _(kinds[n].words));
			}
		}
	}
	json_decref(body);
	return EX_OK;
}

int verb_exceptions(struct client *client, int argc, char **argv)
{
	struct exceptions_options exceptions = {.client = client};
	g_autoptr(GString) query = NULL;

	client_parse(client, options, parse, NULL,
		N_("What waits for somebody: conflicts, unknown items, refused scans, dead pushes, "
		   "what is late, failed, held too long or owed by an agency."),
		argc, argv, &exceptions);
	query = query_new(exceptions.counts ? "/v1/exceptions/counts" : "/v1/exceptions");
	query_add(query, "what", exceptions.what);
	query_add(query, "office", exceptions.office);
	query_add(query, "owner", exceptions.owner);
	if (exceptions.counts) {
		return show_counts(&exceptions, query);
	}
	return query_pages(client, query, exceptions.all, show_exception, &exceptions);
}
