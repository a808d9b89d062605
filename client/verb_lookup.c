#include <string.h>
#include <sysexits.h>

#include <glib.h>

#include "client.h"
#include "print.h"
#include "query.h"

struct lookup_options {
	char *code;
	const char *phone;
	const char *token;
};

enum { OPTION_PHONE = 1000, OPTION_TOKEN };

static const struct argp_option options[] = {
	{"phone", OPTION_PHONE, N_("DIGITS"), 0,
		N_("The last 4 digits of the sender's or receiver's phone"), 0},
	{"token", OPTION_TOKEN, N_("TOKEN"), 0,
		N_("What is printed on the slip; CODE.TOKEN, as its QR code says, will do, too"),
		0},
	{0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct lookup_options *lookup = state->input;

	switch (key) {
	case OPTION_PHONE:
		lookup->phone = argument;
		return 0;
	case OPTION_TOKEN:
		lookup->token = argument;
		return 0;
	case ARGP_KEY_ARG:
		if (lookup->code) {
			return ARGP_ERR_UNKNOWN;
		}
		lookup->code = argument;
		return 0;
	case ARGP_KEY_END:
		if (!lookup->code) {
			argp_error(state, "%s", _("say which code"));
		}
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

#define TOKEN_CHARS 26

/* What the slip's QR code says has both in it. */
static void split(struct lookup_options *lookup)
{
	char *dot = strrchr(lookup->code, '.');

	if (!lookup->token && !lookup->phone && dot && strlen(dot + 1) == TOKEN_CHARS) {
		*dot = '\0';
		lookup->token = dot + 1;
	}
}

static void show(const struct client *client, const json_t *answer)
{
	const json_t *steps = json_object_get(answer, "progress");

	for (size_t i = 0; i < json_array_size(steps); i++) {
		const json_t *step = json_array_get(steps, i);
		print_line(client, PRINT_PLAIN, "%-19s  %s", print_time(print_text(step, "at")),
			print_text(step, "text"));
	}
	print_line(client, PRINT_GOOD, "%s", print_text(answer, "next"));
}

int verb_lookup(struct client *client, int argc, char **argv)
{
	struct lookup_options lookup = {0};
	g_autofree char *code = NULL;
	json_t *body;
	json_t *answer = NULL;
	int status;

	client_parse(client, options, parse, N_("CODE"),
		N_("How far a dossier is, without a sign-in: its code or an item's, and the phone's last digits or what "
		   "is printed on the slip. Nobody's name or address is told."),
		argc, argv, &lookup);
	lookup.code = code = g_strdup(lookup.code);
	split(&lookup);
	body = json_pack("{s:s}", "code", lookup.code);
	if (lookup.phone) {
		json_object_set_new(body, "phone_last4", json_string(lookup.phone));
	}
	if (lookup.token) {
		json_object_set_new(body, "token", json_string(lookup.token));
	}
	status = query_send(client, "POST", "/v1/lookup", body, &answer);
	if (status == EX_OK && client->json) {
		print_json(answer);
	} else if (status == EX_OK) {
		show(client, answer);
	}
	json_decref(answer);
	json_decref(body);
	return status;
}
