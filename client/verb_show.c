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

/* Nothing is shown for what is not known yet. */
static void show_party(const struct client *client, const char *title, const json_t *party)
{
	if (json_is_object(party)) {
		print_line(client, PRINT_PLAIN, "%s: %s  %s  %s", title, print_text(party, "name"),
			print_text(party, "phone"), print_text(party, "address"));
	}
}

static void show_named(const struct client *client, const char *title, const json_t *named)
{
	if (json_is_object(named)) {
		print_line(client, PRINT_PLAIN, "%s: %s  %s", title, print_text(named, "code"),
			print_text(named, "name"));
	}
}

static void show_legs(const struct client *client, const json_t *legs)
{
	for (size_t i = 0; i < json_array_size(legs); i++) {
		const json_t *leg = json_array_get(legs, i);
		json_int_t conflicts = json_integer_value(json_object_get(leg, "conflicts"));
		json_int_t gaps = json_integer_value(json_object_get(leg, "gaps"));
		print_line(client, conflicts ? PRINT_BAD : PRINT_PLAIN,
			"  %-13s  %s  %s  %s%s%" JSON_INTEGER_FORMAT "%s%" JSON_INTEGER_FORMAT,
			print_text(leg, "item_code"),
			print_leg_kind(client, print_text(leg, "kind")),
			print_state(client, print_text(leg, "state")),
			print_time(print_text(leg, "state_at")), _("  gaps: "), gaps,
			_("  conflicts: "), conflicts);
	}
}

/* What the law reckons from an event, in words. */
static const char *instant_words(const char *instant)
{
	static const struct {
		const char *wire;
		const char *words;
	} instants[] = {
		{"accepted", N_("day J")},
		{"submitted", N_("legal instant of submission")},
		{"received", N_("received by the agency")},
		{"supplement_asked", N_("supplement asked for")},
		{"declined", N_("declined")},
		{"result_ready", N_("result ready")},
		{"first_attempt", N_("first attempt: the result's clock stops")},
		{"result_delivered", N_("result in the citizen's hands")},
		{"withdrawn", N_("withdrawn")},
		{"closed", N_("closed")},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(instants); i++) {
		if (strcmp(instants[i].wire, instant) == 0) {
			return _(instants[i].words);
		}
	}
	return instant;
}

static const char *leg_kind_of(const struct client *client, const json_t *legs, const char *code)
{
	for (size_t i = 0; i < json_array_size(legs); i++) {
		const json_t *leg = json_array_get(legs, i);
		if (strcmp(print_text(leg, "item_code"), code) == 0) {
			return print_leg_kind(client, print_text(leg, "kind"));
		}
	}
	return "";
}

/* What was claimed stands in the event's line; below it, what it was by the server's clock. */
static void show_clock(const struct client *client, const json_t *clock)
{
	const char *corrected = print_time(print_text(clock, "corrected_at"));
	g_autofree char *off =
		print_clock_off(json_integer_value(json_object_get(clock, "offset_s")));

	if (corrected[0]) {
		print_line(client, PRINT_PLAIN, _("      %s; %s by the server's clock"), off,
			corrected);
	} else {
		print_line(client, PRINT_PLAIN, _("      %s; the right time is not known"), off);
	}
}

/* One line each, in the order of time: the items' events and the dossier's own steps. */
static void show_event(const struct client *client, const json_t *legs, const json_t *event)
{
	const json_t *office = json_object_get(event, "office");
	const char *verdict = print_text(event, "verdict");
	const char *item = print_text(event, "item_code");
	const char *instant = print_text(event, "instant");

	print_line(client, print_verdict_tone(verdict), "  %s  %-13s  %s%s%s  %s  %s %s%s%s",
		print_time(print_text(event, "occurred_at")), item[0] ? item : _("(dossier)"),
		print_kind(client, print_text(event, "kind")), item[0] ? " · " : "",
		leg_kind_of(client, legs, item), print_verdict(client, verdict),
		print_text(event, "actor"),
		json_is_string(office) ? json_string_value(office) : print_text(office, "code"),
		instant[0] ? "  ◆ " : "", instant[0] ? instant_words(instant) : "");
	if (json_object_get(event, "device_clock")) {
		show_clock(client, json_object_get(event, "device_clock"));
	}
}

static void show_events(const struct client *client, const json_t *dossier)
{
	const json_t *events = json_object_get(dossier, "events");

	for (size_t i = 0; i < json_array_size(events); i++) {
		show_event(client, json_object_get(dossier, "legs"), json_array_get(events, i));
	}
}

static void show_date(const struct client *client, const char *title, const char *date)
{
	if (date[0]) {
		print_line(client, PRINT_PLAIN, "%s: %s", title, date);
	}
}

/* Every due date that was said: a date that was put off is seen to have been. */
static void show_due(const struct client *client, const json_t *history)
{
	g_autoptr(GString) dates = g_string_new(NULL);

	for (size_t i = 0; i < json_array_size(history); i++) {
		g_string_append_printf(dates, "%s%s", i ? " → " : "",
			print_text(json_array_get(history, i), "due_on"));
	}
	show_date(client, _("Due"), dates->str);
}

static void show_progress(const struct client *client, const json_t *dossier)
{
	show_date(client, _("Status"), print_status(client, print_text(dossier, "status")));
	show_date(client, _("Submitted"), print_time(print_text(dossier, "submitted_at")));
	show_date(client, _("Received"), print_text(dossier, "received_on"));
	show_date(client, _("Result ready"), print_time(print_text(dossier, "result_ready_at")));
	show_due(client, json_object_get(dossier, "due_history"));
}

static void show_dossier(const struct client *client, const json_t *dossier)
{
	print_line(client, PRINT_PLAIN, "%s: %s  (%s)", _("Dossier code"),
		print_text(dossier, "dossier_code"), print_text(dossier, "id"));
	show_progress(client, dossier);
	show_named(client, _("Agency"), json_object_get(dossier, "agency"));
	show_named(client, _("Procedure"), json_object_get(dossier, "procedure"));
	show_party(client, _("Sender"), json_object_get(dossier, "sender"));
	show_party(client, _("Receiver"), json_object_get(dossier, "receiver"));
	print_line(client, PRINT_PLAIN, "%s:", _("Items"));
	show_legs(client, json_object_get(dossier, "legs"));
	print_line(client, PRINT_PLAIN, "%s:", _("Events"));
	show_events(client, dossier);
}

int verb_show(struct client *client, int argc, char **argv)
{
	const char *code = NULL;
	g_autofree char *segment = NULL;
	g_autofree char *path = NULL;
	json_t *dossier;
	int status;

	client_parse(client, options, parse, N_("CODE"),
		N_("Show a dossier, its items and its events. CODE is a dossier code, an item code "
		   "or an id."),
		argc, argv, &code);
	segment = query_segment(code);
	path = g_strconcat("/v1/dossiers/", segment, NULL);
	status = query_get(client, path, &dossier);
	if (status != EX_OK) {
		return status;
	}
	if (client->json) {
		print_json(dossier);
	} else {
		show_dossier(client, dossier);
	}
	json_decref(dossier);
	return EX_OK;
}
