#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sysexits.h>

#include <glib.h>

#include "client.h"
#include "print.h"
#include "query.h"

/* Options that go into the search as they are: the long name is the member's. */
enum {
	OPTION_TEXT = 1000,
	OPTION_CODE,
	OPTION_PHONE,
	OPTION_AGENCY,
	OPTION_STATE,
	OPTION_OFFICE,
	OPTION_FROM,
	OPTION_TO,
	OPTION_LIMIT,
	OPTION_LATE,
	OPTION_ALL
};

struct list_options {
	struct client *client;
	json_t *search;
	bool all;
};

static const struct argp_option options[] = {
	{"text", OPTION_TEXT, N_("TEXT"), 0,
		N_("Words in names and codes; marks and case do not matter"), 0},
	{"code", OPTION_CODE, N_("CODE"), 0, N_("A dossier code or an item code"), 0},
	{"phone", OPTION_PHONE, N_("PHONE"), 0, N_("A telephone number"), 0},
	{"agency", OPTION_AGENCY, N_("CODE"), 0, N_("An agency"), 0},
	{"state", OPTION_STATE, N_("STATE"), 0, N_("A state of an item, such as held"), 0},
	{"office", OPTION_OFFICE, N_("CODE"), 0, N_("An office"), 0},
	{"from", OPTION_FROM, N_("DAY"), 0, N_("From this day, YYYY-MM-DD"), 0},
	{"to", OPTION_TO, N_("DAY"), 0, N_("Until this day, YYYY-MM-DD"), 0},
	{"limit", OPTION_LIMIT, N_("NUMBER"), 0, N_("Rows a page"), 0},
	{"late", OPTION_LATE, NULL, 0, N_("Only what is late"), 0},
	{"all", OPTION_ALL, NULL, 0, N_("All pages, not only the first"), 0},
	{0},
};

static const char *parameter_of(int key)
{
	for (size_t i = 0; options[i].name; i++) {
		if (options[i].key == key && options[i].arg) {
			return options[i].name;
		}
	}
	return NULL;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct list_options *list = state->input;
	const char *parameter = parameter_of(key);

	if (key == OPTION_LIMIT) {
		json_object_set_new(
			list->search, "limit", json_integer(g_ascii_strtoll(argument, NULL, 10)));
		return 0;
	}
	if (parameter) {
		/* jansson takes no broken UTF-8; the server would not either. */
		return json_object_set_new(list->search, parameter, json_string(argument)) ? EINVAL
											   : 0;
	}
	switch (key) {
	case OPTION_LATE:
		json_object_set_new(list->search, "late", json_true());
		return 0;
	case OPTION_ALL:
		list->all = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* A row may carry its latest item as members of its own or as a list of items. */
static const json_t *leg_of(const json_t *item)
{
	const json_t *legs = json_object_get(item, "legs");

	return json_array_size(legs) > 0 ? json_array_get(legs, json_array_size(legs) - 1) : item;
}

static int show_item(void *context, const json_t *item)
{
	const struct list_options *list = context;
	const json_t *leg = leg_of(item);
	const char *code = print_text(item, "dossier_code");

	if (list->client->json) {
		print_json(item);
		return EX_OK;
	}
	print_line(list->client, PRINT_PLAIN, "%-28s  %-13s  %s  %s  %s",
		*code ? code : print_text(item, "id"), print_text(leg, "item_code"),
		print_state(list->client, print_text(leg, "state")),
		print_time(print_text(leg, "state_at")),
		print_text(json_object_get(item, "sender"), "name"));
	return EX_OK;
}

int verb_list(struct client *client, int argc, char **argv)
{
	struct list_options list = {.client = client, .search = json_object()};
	int status;

	client_parse(client, options, parse, NULL,
		N_("Search dossiers; without options the newest."), argc, argv, &list);
	status = query_search(
		client, "/v1/dossiers/search", list.search, list.all, show_item, &list);
	json_decref(list.search);
	return status;
}
