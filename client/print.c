#include "print.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <glib.h>

#include <hoso/dossier_status.h>
#include <hoso/event.h>
#include <hoso/leg.h>
#include <hoso/scan.h>

#include "base/clock.h"
#include "base/text.h"

static const char *const tones[] = {[PRINT_PLAIN] = "",
	[PRINT_GOOD] = "\033[32m",
	[PRINT_DOUBT] = "\033[33m",
	[PRINT_BAD] = "\033[31m"};

void print_json(const json_t *value)
{
	json_dumpf(value, stdout, JSON_COMPACT | JSON_ENCODE_ANY);
	putchar('\n');
	fflush(stdout);
}

/* What came from elsewhere must not move the cursor. */
G_GNUC_PRINTF(1, 0)
static char *format_safe(const char *format, va_list arguments)
{
	g_autofree char *text = g_strdup_vprintf(format, arguments);

	return text_escape(text);
}

void print_line(const struct client *client, enum print_tone tone, const char *format, ...)
{
	g_autofree char *safe = NULL;
	bool coloured = client->colour && tone != PRINT_PLAIN;
	va_list arguments;

	va_start(arguments, format);
	safe = format_safe(format, arguments);
	va_end(arguments);
	printf("%s%s%s\n", coloured ? tones[tone] : "", safe, coloured ? "\033[0m" : "");
	fflush(stdout);
}

void print_prompt(const char *format, ...)
{
	g_autofree char *safe = NULL;
	va_list arguments;

	va_start(arguments, format);
	safe = format_safe(format, arguments);
	va_end(arguments);
	fputs(safe, stdout);
	fflush(stdout);
}

void print_note(const char *format, ...)
{
	g_autofree char *safe = NULL;
	va_list arguments;

	va_start(arguments, format);
	safe = format_safe(format, arguments);
	va_end(arguments);
	fprintf(stderr, "hoso: %s\n", safe);
}

static int exit_status(enum hoso_error error)
{
	if (error == HOSO_BAD_CONFIG) {
		return EX_CONFIG;
	}
	if (error == HOSO_UNAUTHORIZED || error == HOSO_BAD_LOGIN || error == HOSO_FORBIDDEN) {
		return EX_NOPERM;
	}
	if (error == HOSO_NETWORK) {
		return EX_UNAVAILABLE;
	}
	if (error == HOSO_FILE) {
		return EX_IOERR;
	}
	return error_may_retry(error) ? EX_TEMPFAIL : EX_DATAERR;
}

static void note_problem(const struct client *client, const struct call_problem *problem)
{
	const char *text = error_text(problem->error, client->language);
	const char *member = problem->member;

	if (problem->error == HOSO_BAD_CONFIG && !problem->detail[0]) {
		print_note("%s", _("no server is known: say --server https://HOST, or set it in "
				   "the config file"));
	} else if (g_str_has_prefix(problem->detail, text)) {
		print_note("%s", problem->detail); /* the server says the same, and more */
	} else {
		print_note("%s%s%s%s%s%s", text, *member ? " [" : "", member, *member ? "]" : "",
			problem->detail[0] ? " — " : "", problem->detail);
	}
}

int print_problem(const struct client *client, const struct call_problem *problem)
{
	if (client->json) {
		json_t *line =
			json_pack("{s:s, s:s, s:s, s:s}", "error", error_wire(problem->error),
				"text", error_text(problem->error, client->language), "detail",
				problem->detail, "member", problem->member);
		json_dumpf(line, stderr, JSON_COMPACT);
		fputc('\n', stderr);
		json_decref(line);
	} else {
		note_problem(client, problem);
	}
	return exit_status(problem->error);
}

int print_error(const struct client *client, enum hoso_error error, const char *detail)
{
	struct call_problem problem = {.error = error};

	g_strlcpy(problem.detail, detail ? detail : "", sizeof problem.detail);
	return print_problem(client, &problem);
}

json_t *print_scan(const json_t *scan)
{
	json_t *copy = json_deep_copy(scan);
	json_t *data = json_object_get(copy, "data");

	if (json_object_get(data, "pin")) {
		json_object_set_new(data, "pin", json_string("******"));
	}
	return copy;
}

const char *print_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

const json_t *print_place(const json_t *object)
{
	const json_t *office = json_object_get(object, "office");

	return json_is_object(office) ? office : json_object_get(object, "agency");
}

const char *print_time(const char *rfc3339)
{
	static char text[32];
	int64_t ms;

	text[0] = '\0';
	if (clock_parse_rfc3339(rfc3339, &ms)) {
		clock_format_local(ms, "%d/%m/%Y %H:%M:%S", text, sizeof text);
	}
	return text;
}

char *print_clock_off(int64_t offset_s)
{
	int minutes = (int)(offset_s / 60);

	return g_strdup_printf(
		minutes > 0 ? _("device clock %d min fast") : _("device clock %d min slow"),
		abs(minutes));
}

const char *print_kind(const struct client *client, const char *wire)
{
	enum event_kind kind = event_from_wire(wire);

	return client->language == HOSO_VI && kind != EVENT_KIND_COUNT ? event_label(kind) : wire;
}

const char *print_leg_kind(const struct client *client, const char *wire)
{
	enum leg_kind kind = leg_kind_from_wire(wire);

	return client->language == HOSO_VI && kind != LEG_KIND_COUNT ? leg_kind_label(kind) : wire;
}

const char *print_verdict(const struct client *client, const char *wire)
{
	enum verdict verdict = verdict_from_wire(wire);

	return client->language == HOSO_VI && verdict != VERDICT_COUNT ? verdict_label(verdict)
								       : wire;
}

const char *print_state(const struct client *client, const char *wire)
{
	enum leg_state state = leg_state_from_wire(wire);

	return client->language == HOSO_VI && state != LEG_STATE_COUNT ? leg_state_label(state)
								       : wire;
}

const char *print_status(const struct client *client, const char *wire)
{
	enum dossier_status status = dossier_status_from_wire(wire);

	return client->language == HOSO_VI && status != DOSSIER_STATUS_COUNT
		       ? dossier_status_label(status)
		       : wire;
}

const char *print_money_kind(const char *wire)
{
	static const char *const kinds[] = {SCAN_MONEY_KINDS};
	static const char *const words[] = {
		N_("fees"), N_("postage"), N_("collected for the agency")};

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (strcmp(kinds[i], wire) == 0) {
			return _(words[i]);
		}
	}
	return wire;
}

const char *print_paper_state(const char *wire)
{
	static const struct {
		const char *wire, *words;
	} states[] = {{"open", N_("not closed yet")}, {"closed", N_("signed and closed")},
		{"cancelled", N_("called off")}, {"offered", N_("waits for the receiver")},
		{"received", N_("received")}};

	for (size_t i = 0; i < G_N_ELEMENTS(states); i++) {
		if (strcmp(states[i].wire, wire) == 0) {
			return _(states[i].words);
		}
	}
	return wire;
}

enum print_tone print_verdict_tone(const char *wire)
{
	if (strcmp(wire, verdict_wire(VERDICT_RECORDED)) == 0) {
		return PRINT_GOOD;
	}
	if (strcmp(wire, verdict_wire(VERDICT_DUPLICATE)) == 0 ||
		strcmp(wire, verdict_wire(VERDICT_LATE)) == 0) {
		return PRINT_DOUBT;
	}
	return PRINT_BAD;
}
