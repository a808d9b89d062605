#include <string.h>
#include <sysexits.h>

#include <glib.h>

#include <hoso/step.h>

#include "base/clock.h"
#include "base/uuid7.h"
#include "client.h"
#include "print.h"
#include "query.h"

struct step_options {
	struct client *client;
	const char *words[2]; /* the dossier, and what happened to it */
	const char *event_id;
	const char *at;
	json_t *data;
};

enum { OPTION_DATA = 1000, OPTION_AT, OPTION_EVENT_ID };

static const struct argp_option options[] = {
	{"data", OPTION_DATA, N_("KEY=VALUE"), 0,
		N_("What goes with it, such as due_on=2026-12-31 or receiver.name=…"), 0},
	{"at", OPTION_AT, N_("TIME"), 0, N_("When it happened, RFC 3339; now unless said"), 0},
	{"event-id", OPTION_EVENT_ID, N_("ID"), 0,
		N_("The id that an earlier try had, to send the very same step again"), 0},
	{0},
};

static bool is_known(const char *member, size_t length)
{
	for (int field = 0; field < STEP_FIELD_COUNT; field++) {
		const char *wire = step_field_wire((enum step_field)field);
		if (strlen(wire) == length && strncmp(wire, member, length) == 0) {
			return true;
		}
	}
	return false;
}

/* "collect" is a number; "receiver.name" a member of a member; all else a text. */
static json_t *value_of(const char *member, size_t length, const char *text)
{
	const char *collect = step_field_wire(STEP_COLLECT);
	gint64 number;

	if (strlen(collect) == length && strncmp(collect, member, length) == 0 &&
		g_ascii_string_to_signed(text, 10, 0, MONEY_MAX_VND, &number, NULL)) {
		return json_integer(number);
	}
	return json_string(text);
}

static bool set_data(json_t *data, const char *assignment)
{
	const char *value = strchr(assignment, '=');
	const char *point = value ? memchr(assignment, '.', (size_t)(value - assignment)) : NULL;
	size_t length = value ? (size_t)((point ? point : value) - assignment) : 0;
	g_autofree char *member = g_strndup(assignment, length);
	g_autofree char *inner = NULL;
	json_t *object = data;

	if (!value || !is_known(assignment, length)) {
		return false;
	}
	if (point) {
		inner = g_strndup(point + 1, (size_t)(value - point - 1));
		if (!json_is_object(json_object_get(data, member))) {
			json_object_set_new(data, member, json_object());
		}
		object = json_object_get(data, member);
	}
	json_object_set_new(
		object, inner ? inner : member, value_of(assignment, length, value + 1));
	return true;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct step_options *step = state->input;

	switch (key) {
	case OPTION_DATA:
		if (!set_data(step->data, argument)) {
			argp_error(state, _("no such data: %s"), argument);
		}
		return 0;
	case OPTION_AT:
		step->at = argument;
		return 0;
	case OPTION_EVENT_ID:
		step->event_id = argument;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num >= G_N_ELEMENTS(step->words)) {
			return ARGP_ERR_UNKNOWN;
		}
		step->words[state->arg_num] = argument;
		return 0;
	case ARGP_KEY_END:
		if (!step->words[1]) {
			argp_error(state, "%s", _("say which dossier, and what happened to it"));
		}
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static json_t *make_body(const struct step_options *step, const char *event_id)
{
	g_autofree char *upper = g_ascii_strup(step->words[1], -1);
	g_autofree char *lower = g_ascii_strdown(step->words[1], -1);
	enum event_kind code = event_from_wire(upper);
	enum event_kind kind = code == EVENT_KIND_COUNT ? event_from_wire(lower) : code;
	char now[CLOCK_RFC3339_SIZE];

	clock_format_rfc3339(clock_now_ms(), now);
	return json_pack("{s:s, s:s, s:s, s:O}", "event_id", event_id, "kind",
		kind == EVENT_KIND_COUNT ? step->words[1] : event_wire(kind), "occurred_at",
		step->at ? step->at : now, "data", step->data);
}

static void show_answer(const struct client *client, const json_t *answer)
{
	const char *verdict = print_text(answer, "verdict");

	if (client->json) {
		print_json(answer);
		return;
	}
	print_line(client, print_verdict_tone(verdict), "%s: %s  %s",
		print_text(answer, "dossier_code"), print_verdict(client, verdict),
		print_status(client, print_text(answer, "status")));
}

static int send_step(const struct step_options *step)
{
	g_autofree char *segment = query_segment(step->words[0]);
	g_autofree char *path = g_strdup_printf("/v1/dossiers/%s/steps", segment);
	struct uuid made = uuid7_make(clock_now_ms());
	char event_id[UUID_TEXT_SIZE];
	json_t *answer = NULL;
	json_t *body;
	int status;

	uuid7_format(&made, event_id);
	body = make_body(step, step->event_id ? step->event_id : event_id);
	status = query_claim(step->client, path, body, &answer);
	if (status == EX_OK) {
		show_answer(step->client, answer);
	} else if (status == EX_TEMPFAIL || status == EX_UNAVAILABLE) {
		/* It may have been recorded: the same id again tells, and a new one would do it twice. */
		print_note(_("to send the very same step again: --event-id %s --at %s"),
			print_text(body, "event_id"), print_text(body, "occurred_at"));
	}
	json_decref(answer);
	json_decref(body);
	return status;
}

int verb_step(struct client *client, int argc, char **argv)
{
	struct step_options step = {.client = client, .data = json_object()};
	int status;

	client_parse(client, options, parse, N_("CODE KIND"),
		N_("What an agency says of a dossier. KIND is result_ready, supplement_asked, "
		   "declined, due_changed, withdrawn, closed, bound or void."),
		argc, argv, &step);
	status = send_step(&step);
	json_decref(step.data);
	return status;
}
