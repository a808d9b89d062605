#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <glib.h>

#include <hoso/limits.h>

#include "client.h"
#include "print.h"
#include "query.h"

struct devices_options {
	struct client *client;
	const char *words[3]; /* what to do, whose, on which */
	bool all;
};

enum { OPTION_ALL = 1000 };

static const struct argp_option options[] = {
	{"all", OPTION_ALL, NULL, 0, N_("All pages, not only the first"), 0},
	{0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct devices_options *devices = state->input;

	switch (key) {
	case OPTION_ALL:
		devices->all = true;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num >= G_N_ELEMENTS(devices->words)) {
			return ARGP_ERR_UNKNOWN;
		}
		devices->words[state->arg_num] = argument;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* print_time() has one buffer, and two times stand in the line. */
static void show_times(const struct client *client, const json_t *device)
{
	g_autofree char *since = g_strdup(print_time(print_text(device, "signed_in_at")));
	json_int_t offset_ms = json_integer_value(json_object_get(device, "clock_offset_ms"));
	g_autofree char *clock = print_clock_off(offset_ms / 1000);

	print_line(client, PRINT_PLAIN, _("      signed in %s, last seen %s%s%s"), since,
		print_time(print_text(device, "seen_at")),
		llabs(offset_ms) > DEVICE_CLOCK_OFF_MS ? "; " : "",
		llabs(offset_ms) > DEVICE_CLOCK_OFF_MS ? clock : "");
}

static int show_device(void *context, const json_t *device)
{
	const struct devices_options *devices = context;
	const char *name = print_text(device, "device");

	if (devices->client->json) {
		print_json(device);
		return EX_OK;
	}
	print_line(devices->client, PRINT_PLAIN, "%-20s  %s  %s  %s  %s",
		print_text(device, "account"), print_text(device, "name"),
		print_text(device, "role"), print_text(print_place(device), "code"),
		*name ? name : _("(no name)"));
	show_times(devices->client, device);
	return EX_OK;
}

static int list(struct devices_options *devices)
{
	g_autoptr(GString) query = query_new("/v1/devices");

	return query_pages(devices->client, query, devices->all, show_device, devices);
}

static void show_end(const struct client *client, const json_t *answer)
{
	json_int_t ended = json_integer_value(json_object_get(answer, "ended"));

	if (client->json) {
		print_json(answer);
	} else if (ended > 0) {
		print_line(client, PRINT_GOOD,
			_("%s is signed out there. What is not sent yet stays on that device, and "
			  "is sent after the next sign-in on it."),
			print_text(answer, "account"));
	} else {
		print_line(client, PRINT_DOUBT, _("%s was not signed in there"),
			print_text(answer, "account"));
	}
}

/* "" is the device that has no name. */
static int end(const struct devices_options *devices)
{
	const char *device = devices->words[2];
	json_t *body = json_pack(
		"{s:s, s:s?}", "account", devices->words[1], "device", *device ? device : NULL);
	json_t *answer = NULL;
	int status;

	if (!body) {
		return print_error(devices->client, HOSO_BAD_UTF8, NULL);
	}
	status = query_send(devices->client, "POST", "/v1/devices/end", body, &answer);
	if (status == EX_OK) {
		show_end(devices->client, answer);
	}
	json_decref(answer);
	json_decref(body);
	return status;
}

int verb_devices(struct client *client, int argc, char **argv)
{
	struct devices_options devices = {.client = client, .words = {"list", NULL, NULL}};

	client_parse(client, options, parse, N_("[list | end ACCOUNT DEVICE]"),
		N_("Who is signed in, and on what; sign a lost device out."), argc, argv, &devices);
	if (strcmp(devices.words[0], "list") == 0 && !devices.words[1]) {
		return list(&devices);
	}
	if (strcmp(devices.words[0], "end") == 0 && devices.words[2]) {
		return end(&devices);
	}
	print_note("%s", _("usage: hoso devices [list | end ACCOUNT DEVICE]"));
	return EX_USAGE;
}
