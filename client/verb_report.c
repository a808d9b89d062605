#include <errno.h>
#include <string.h>
#include <sysexits.h>

#include <glib.h>

#include "base/clock.h"
#include "base/uuid7.h"
#include "call.h"
#include "client.h"
#include "picture.h"
#include "print.h"
#include "query.h"
#include "sheet/report_file.h"
#include "whole_file.h"

/* What was asked on the command line. @file: of "totals"; @reprint: a closed report's id. */
struct report_options {
	struct client *client;
	const char *name, *file;
	const char *period, *cut, *office, *agency, *procedure, *courier;
	const char *format, *separator, *output, *follow, *at_office, *reprint, *what;
	bool freeze, dry_run, all;
};

enum {
	OPTION_PERIOD = 1000,
	OPTION_CUT,
	OPTION_OFFICE,
	OPTION_AGENCY,
	OPTION_PROCEDURE,
	OPTION_COURIER,
	OPTION_FORMAT,
	OPTION_SEPARATOR,
	OPTION_FOLLOW,
	OPTION_AT_OFFICE,
	OPTION_REPRINT,
	OPTION_FREEZE,
	OPTION_WHAT,
	OPTION_DRY_RUN,
	OPTION_ALL
};

/* clang-format off */
static const struct argp_option options[] = {
	{"period", OPTION_PERIOD, "2026-Q1", 0, N_("Month 2026-01, quarter 2026-Q1, half-year 2026-H1, year 2026"), 0},
	{"cut", OPTION_CUT, "calendar|15", 0, N_("By the calendar, or from the 15th to the 14th"), 0},
	{"office", OPTION_OFFICE, N_("CODE"), 0, N_("Only this office and those below it"), 0},
	{"agency", OPTION_AGENCY, N_("CODE"), 0, N_("Only this agency"), 0},
	{"procedure", OPTION_PROCEDURE, N_("CODE"), 0, N_("Only this procedure"), 0},
	{"courier", OPTION_COURIER, N_("ACCOUNT"), 0, N_("Only this courier"), 0},
	{"format", OPTION_FORMAT, "csv|xlsx|pdf|json", 0, N_("A file instead of a table on the screen"), 0},
	{"separator", OPTION_SEPARATOR, "semicolon|comma", 0, N_("Of CSV"), 0},
	{"output", 'o', N_("FILE"), 0, N_("Where the file goes; - is standard output"), 0},
	{"follow", OPTION_FOLLOW, N_("FIGURE"), 0, N_("The items behind a number"), 0},
	{"at-office", OPTION_AT_OFFICE, N_("CODE"), 0, N_("With --follow: this office alone, as its row counts"), 0},
	{"all", OPTION_ALL, NULL, 0, N_("All pages, not only the first"), 0},
	{"freeze", OPTION_FREEZE, NULL, 0, N_("Close the report: from now on it is the same for ever"), 0},
	{"reprint", OPTION_REPRINT, "ID", 0, N_("A closed report, byte by byte"), 0},
	{"what", OPTION_WHAT, "totals|figures", 0, N_("What is imported"), 0},
	{"dry-run", OPTION_DRY_RUN, NULL, 0, N_("Only say what is wrong"), 0},
	{0},
};
/* clang-format on */

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct report_options *report = state->input;
	const struct {
		int key;
		const char **value;
	} texts[] = {{OPTION_PERIOD, &report->period}, {OPTION_CUT, &report->cut},
		{OPTION_OFFICE, &report->office}, {OPTION_AGENCY, &report->agency},
		{OPTION_PROCEDURE, &report->procedure}, {OPTION_COURIER, &report->courier},
		{OPTION_FORMAT, &report->format}, {OPTION_SEPARATOR, &report->separator},
		{'o', &report->output}, {OPTION_FOLLOW, &report->follow},
		{OPTION_AT_OFFICE, &report->at_office}, {OPTION_REPRINT, &report->reprint},
		{OPTION_WHAT, &report->what}};

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		if (texts[i].key == key) {
			*texts[i].value = argument;
			return 0;
		}
	}
	switch (key) {
	case OPTION_FREEZE:
		report->freeze = true;
		return 0;
	case OPTION_DRY_RUN:
		report->dry_run = true;
		return 0;
	case OPTION_ALL:
		report->all = true;
		return 0;
	case ARGP_KEY_ARG:
		if (report->name && (report->file || strcmp(report->name, "totals") != 0)) {
			argp_error(state, _("too many arguments: %s"), argument);
		}
		*(report->name ? &report->file : &report->name) = argument;
		return 0;
	case ARGP_KEY_END:
		if (!report->name) {
			argp_error(state, _("which report?"));
		}
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* ── the table on the screen ────────────────────────────────────────────────────────────────────────── */

static bool is_text(const json_t *column)
{
	return strcmp(report_text(column, "kind"), "text") == 0;
}

static void pad(GString *line, const char *text, size_t width, bool to_the_right)
{
	size_t length = (size_t)g_utf8_strlen(text, -1);
	size_t white = width > length ? width - length : 0;

	if (line->len > 0) {
		g_string_append(line, "  ");
	}
	g_string_append_printf(line, "%*s%s%*s", to_the_right ? (int)white : 0, "", text,
		to_the_right ? 0 : (int)white, "");
}

/* Texts of all rows; the first are the titles. */
static GPtrArray *texts_of(const json_t *section)
{
	const json_t *columns = json_object_get(section, "columns");
	const json_t *rows = json_object_get(section, "rows");
	size_t count = json_array_size(columns);
	GPtrArray *texts = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
	char **titles = g_new0(char *, count + 1);

	for (size_t c = 0; c < count; c++) {
		titles[c] = g_strdup(report_text(json_array_get(columns, c), "title"));
	}
	g_ptr_array_add(texts, titles);
	for (size_t r = 0; r < json_array_size(rows); r++) {
		const json_t *cells = json_object_get(json_array_get(rows, r), "cells");
		char **row = g_new0(char *, count + 1);
		for (size_t c = 0; c < count; c++) {
			row[c] = report_words(json_array_get(cells, c),
				report_text(json_array_get(columns, c), "kind"));
		}
		g_ptr_array_add(texts, row);
	}
	return texts;
}

static void show_section(const struct client *client, const json_t *section)
{
	const json_t *columns = json_object_get(section, "columns");
	size_t count = json_array_size(columns);
	g_autoptr(GPtrArray) texts = texts_of(section);
	g_autofree size_t *widths = g_new0(size_t, count + 1);

	for (unsigned r = 0; r < texts->len; r++) {
		char **row = texts->pdata[r];
		for (size_t c = 0; c < count; c++) {
			widths[c] = MAX(widths[c], (size_t)g_utf8_strlen(row[c], -1));
		}
	}
	print_line(client, PRINT_PLAIN, "%s", "");
	print_line(client, PRINT_GOOD, "%s", report_text(section, "title"));
	for (unsigned r = 0; r < texts->len; r++) {
		char **row = texts->pdata[r];
		g_autoptr(GString) line = g_string_new(NULL);
		for (size_t c = 0; c < count; c++) {
			pad(line, row[c], widths[c], !is_text(json_array_get(columns, c)));
		}
		print_line(client, PRINT_PLAIN, "%s", g_strchomp(line->str));
	}
}

static void show_texts(
	const struct client *client, enum print_tone tone, const json_t *table, const char *member)
{
	const json_t *texts = json_object_get(table, member);

	for (size_t i = 0; i < json_array_size(texts); i++) {
		print_line(client, tone, "- %s", json_string_value(json_array_get(texts, i)));
	}
}

static int show_table(const struct client *client, const json_t *table)
{
	const json_t *sections = json_object_get(table, "sections");

	if (client->json) {
		print_json(table);
		return EX_OK;
	}
	print_line(client, PRINT_GOOD, "%s", report_text(table, "title"));
	print_line(
		client, PRINT_PLAIN, "%s", report_text(json_object_get(table, "period"), "words"));
	print_line(
		client, PRINT_PLAIN, "%s", report_text(json_object_get(table, "issuer"), "name"));
	show_texts(client, PRINT_DOUBT, table, "notes");
	for (size_t i = 0; i < json_array_size(sections); i++) {
		show_section(client, json_array_get(sections, i));
	}
	print_line(client, PRINT_PLAIN, "%s", "");
	show_texts(client, PRINT_PLAIN, table, "definitions");
	return EX_OK;
}

/* ── the calls ──────────────────────────────────────────────────────────────────────────────────────── */

static void add_asked(const struct report_options *report, GString *path)
{
	query_add(path, "period", report->period);
	query_add(path, "cut", report->cut);
	query_add(path, "office", report->office);
	query_add(path, "agency", report->agency);
	query_add(path, "procedure", report->procedure);
	query_add(path, "courier", report->courier);
}

static GString *path_of(const struct report_options *report, const char *more)
{
	g_autofree char *name = query_segment(report->name);
	GString *path = query_new("/v1/reports/");

	g_string_append_printf(path, "%s%s", name, more);
	return path;
}

/* A file as the server made it, whole or not at all. */
static int fetch(const struct report_options *report, const char *path)
{
	struct client *client = report->client;
	struct call_problem problem;
	g_autoptr(GBytes) reply = NULL;
	enum hoso_error error =
		call_text(&client->session, "GET", path, NULL, NULL, &problem, &reply);

	if (error) {
		return print_problem(client, &problem);
	}
	error = whole_file_write(report->output ? report->output : "-", reply);
	return error ? print_error(client, error, strerror(errno)) : EX_OK;
}

static int show_report(const struct report_options *report)
{
	g_autoptr(GString) path = path_of(report, "");
	json_t *table = NULL;
	int status;

	add_asked(report, path);
	if (report->format) {
		query_add(path, "format", report->format);
		query_add(path, "separator", report->separator);
		return fetch(report, path->str);
	}
	status = query_get(report->client, path->str, &table);
	if (status == EX_OK) {
		status = show_table(report->client, table);
	}
	json_decref(table);
	return status;
}

static int show_item(void *context, const json_t *item)
{
	const struct report_options *report = context;

	if (report->client->json) {
		print_json(item);
		return EX_OK;
	}
	print_line(report->client, PRINT_PLAIN, "%s  %s  %s  %s  %s  %s  %s",
		print_time(print_text(item, "at")), print_text(item, "item_code"),
		print_leg_kind(report->client, print_text(item, "kind")),
		print_state(report->client, print_text(item, "state")), print_text(item, "agency"),
		print_text(item, "office"), print_text(item, "dossier_code"));
	return EX_OK;
}

static int follow(struct report_options *report)
{
	g_autoptr(GString) path = path_of(report, "/dossiers");

	add_asked(report, path);
	query_add(path, "at_office", report->at_office);
	query_add(path, "figure", report->follow);
	return query_pages(report->client, path, report->all, show_item, report);
}

static int show_frozen(void *context, const json_t *frozen)
{
	const struct report_options *report = context;

	if (report->client->json) {
		print_json(frozen);
		return EX_OK;
	}
	print_line(report->client, PRINT_GOOD, "%s  %s  %s  %s  %s  %s", print_text(frozen, "id"),
		print_text(frozen, "name"), print_text(frozen, "period"),
		print_text(frozen, "office"), print_time(print_text(frozen, "at")),
		print_text(frozen, "by"));
	return EX_OK;
}

static int freeze(struct report_options *report)
{
	g_autoptr(GString) path = path_of(report, "/freeze");
	struct uuid made = uuid7_make(clock_now_ms());
	char id[37];
	json_t *frozen = NULL;
	json_t *body;
	int status;

	uuid7_format(&made, id);
	body = json_pack("{s:s, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*}", "id", id, "period",
		report->period, "cut", report->cut, "office", report->office, "agency",
		report->agency, "procedure", report->procedure, "courier", report->courier);
	status = query_send(report->client, "POST", path->str, body, &frozen);
	if (status == EX_OK) {
		status = show_frozen(report, frozen);
	}
	json_decref(frozen);
	json_decref(body);
	return status;
}

static int reprint(const struct report_options *report)
{
	g_autofree char *id = query_segment(report->reprint);
	g_autofree char *more = g_strconcat("/frozen/", id, NULL);
	g_autoptr(GString) path = path_of(report, more);

	query_add(path, "format", report->format ? report->format : "pdf");
	return fetch(report, path->str);
}

static int tell_import(const struct report_options *report, const json_t *answer)
{
	const json_t *errors = json_object_get(answer, "errors");

	if (report->client->json) {
		print_json(answer);
	}
	for (size_t i = 0; i < json_array_size(errors) && !report->client->json; i++) {
		const json_t *error = json_array_get(errors, i);
		print_line(report->client, PRINT_BAD, "%s:%d: %s %s", report->file,
			(int)json_integer_value(json_object_get(error, "line")),
			print_text(error, "column"), print_text(error, "why"));
	}
	if (json_array_size(errors) > 0) {
		return EX_DATAERR;
	}
	if (!report->client->json) {
		print_line(report->client, PRINT_GOOD, _("%d lines"),
			(int)json_integer_value(json_object_get(answer, "lines")));
	}
	return EX_OK;
}

/* A refusal that lists what is wrong is told line by line, too. */
static int tell_reply(const struct report_options *report, enum hoso_error error,
	const struct call_problem *problem, GBytes *reply)
{
	gsize length;
	const char *text = g_bytes_get_data(reply, &length);
	json_t *answer = text ? json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL) : NULL;
	int status;

	if (error && !json_is_array(json_object_get(answer, "errors"))) {
		status = print_problem(report->client, problem);
	} else if (answer) {
		status = tell_import(report, answer);
	} else {
		status = print_error(report->client, HOSO_NETWORK, NULL);
	}
	json_decref(answer);
	return status;
}

static int import_totals(const struct report_options *report)
{
	struct client *client = report->client;
	g_autoptr(GString) path = query_new("/v1/totals");
	g_autoptr(GBytes) bytes = NULL;
	struct uuid made = uuid7_make(clock_now_ms());
	struct call_problem problem = {0};
	g_autoptr(GBytes) reply = NULL;
	enum hoso_error error = picture_load(report->file ? report->file : "-", &bytes);
	char id[37];

	if (error) {
		return print_error(client, error, report->file);
	}
	uuid7_format(&made, id);
	query_add(path, "id", id);
	query_add(path, "what", report->what);
	query_add(path, "dry_run", report->dry_run ? "true" : NULL);
	error = call_text(&client->session, "POST", path->str, "text/csv", bytes, &problem, &reply);
	return tell_reply(report, error, &problem, reply);
}

int verb_report(struct client *client, int argc, char **argv)
{
	struct report_options report = {.client = client};

	client_parse(client, options, parse, N_("NAME\ntotals FILE\nlist"),
		N_("Reports: plan, volume, quality, out_of_hours, quarterly. totals imports agencies' figures from "
		   "CSV; list shows closed reports."),
		argc, argv, &report);
	if (strcmp(report.name, "totals") == 0) {
		return import_totals(&report);
	}
	if (strcmp(report.name, "list") == 0) {
		g_autoptr(GString) path = query_new("/v1/reports");
		return query_pages(client, path, report.all, show_frozen, &report);
	}
	if (report.reprint) {
		return reprint(&report);
	}
	if (report.freeze) {
		return freeze(&report);
	}
	return report.follow ? follow(&report) : show_report(&report);
}
