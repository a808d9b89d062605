#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include <glib.h>

#include <hoso/limits.h>

#include "base/text.h"
#include "client.h"
#include "print.h"
#include "query.h"
#include "whole_file.h"

struct catalogue_options {
	struct client *client;
	const char *words[3]; /* what to do, with which table or procedure, and the file */
	bool all;
};

enum { OPTION_ALL = 1000 };

static const struct argp_option options[] = {
	{"all", OPTION_ALL, NULL, 0, N_("Export what is over, too"), 0},
	{0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct catalogue_options *catalogue = state->input;

	switch (key) {
	case OPTION_ALL:
		catalogue->all = true;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num >= G_N_ELEMENTS(catalogue->words)) {
			return ARGP_ERR_UNKNOWN;
		}
		catalogue->words[state->arg_num] = argument;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const char *file_of(const struct catalogue_options *catalogue)
{
	return catalogue->words[2] ? catalogue->words[2] : "-";
}

static int run_export(const struct catalogue_options *catalogue)
{
	g_autofree char *table = query_segment(catalogue->words[1]);
	g_autofree char *path =
		g_strdup_printf("/v1/catalogue/%s.csv%s", table, catalogue->all ? "?all=true" : "");
	struct call_problem problem;
	g_autoptr(GBytes) reply = NULL;
	enum hoso_error error =
		call_text(&catalogue->client->session, "GET", path, NULL, NULL, &problem, &reply);

	if (error) {
		return print_problem(catalogue->client, &problem);
	}
	error = whole_file_write(file_of(catalogue), reply);
	return error ? print_error(catalogue->client, error, strerror(errno)) : EX_OK;
}

/* ── import and check ── */

static const struct {
	const char *what;
	const char *words;
	enum print_tone tone;
} outcomes[] = {
	{"added", N_("added"), PRINT_GOOD},
	{"changed", N_("changed"), PRINT_GOOD},
	{"closed", N_("no longer in force"), PRINT_DOUBT},
	{"merged", N_("merged"), PRINT_DOUBT},
	{"unchanged", N_("unchanged"), PRINT_PLAIN},
	{"refused", N_("refused"), PRINT_BAD},
};

static size_t outcome_of(const char *what)
{
	size_t place = 0;

	while (place + 1 < G_N_ELEMENTS(outcomes) && strcmp(outcomes[place].what, what) != 0) {
		place++;
	}
	return place;
}

static void show_line(const struct catalogue_options *catalogue, const json_t *line)
{
	size_t outcome = outcome_of(print_text(line, "what"));
	const char *day = print_text(line, "valid_from");
	g_autoptr(GString) more = g_string_new(NULL);
	size_t i;
	json_t *change;

	json_array_foreach(json_object_get(line, "changes"), i, change)
	{
		g_string_append_printf(more, "%s %s: “%s” → “%s”", i > 0 ? ";" : "",
			print_text(change, "column"), print_text(change, "old"),
			print_text(change, "new"));
	}
	print_line(catalogue->client, outcomes[outcome].tone,
		"%s %" JSON_INTEGER_FORMAT "  %s  %s%s%s%s%s%s%s", _("line"),
		json_integer_value(json_object_get(line, "line")), _(outcomes[outcome].words),
		print_text(line, "key"), *day ? " " : "", day, more->str,
		print_text(line, "column"), *print_text(line, "text") ? ": " : "",
		print_text(line, "text"));
}

static int show_report(const struct catalogue_options *catalogue, const json_t *report)
{
	const json_t *counts = json_object_get(report, "counts");
	bool refused = json_integer_value(json_object_get(counts, "refused")) > 0;
	g_autoptr(GString) sum = g_string_new(NULL);
	size_t i;
	json_t *line;

	if (catalogue->client->json) {
		print_json(report);
		return refused ? EX_DATAERR : EX_OK;
	}
	json_array_foreach(json_object_get(report, "lines"), i, line)
	{
		show_line(catalogue, line);
	}
	for (i = 0; i < G_N_ELEMENTS(outcomes); i++) {
		g_string_append_printf(sum, "%s%" JSON_INTEGER_FORMAT " %s", i > 0 ? ", " : "",
			json_integer_value(json_object_get(counts, outcomes[i].what)),
			_(outcomes[i].words));
	}
	print_line(catalogue->client, refused ? PRINT_BAD : PRINT_GOOD, "%s%s", sum->str,
		refused ? _(" — nothing was written")
		: json_is_true(json_object_get(report, "dry_run"))
			? _(" — only checked, nothing was written")
			: "");
	return refused ? EX_DATAERR : EX_OK;
}

/* A file, or standard input, within what the server takes. */
static GBytes *read_file(const char *path, int *ret_status)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *file = is_stdin ? stdin : fopen(path, "rbe");
	GByteArray *bytes = g_byte_array_new();
	guint8 part[65536];
	size_t length;

	*ret_status = EX_OK;
	if (!file) {
		print_note("%s: %s", path, strerror(errno));
		*ret_status = EX_NOINPUT;
		return g_byte_array_free_to_bytes(bytes);
	}
	while (bytes->len <= CATALOGUE_BYTES_MAX &&
		(length = fread(part, 1, sizeof part, file)) > 0) {
		g_byte_array_append(bytes, part, (guint)length);
	}
	if (ferror(file)) {
		print_note("%s: %s", path, strerror(errno));
		*ret_status = EX_NOINPUT;
	}
	if (!is_stdin) {
		fclose(file);
	}
	return g_byte_array_free_to_bytes(bytes);
}

static int run_import(const struct catalogue_options *catalogue)
{
	bool only_check = strcmp(catalogue->words[0], "check") == 0;
	g_autofree char *table = query_segment(catalogue->words[1]);
	g_autofree char *path =
		g_strdup_printf("/v1/catalogue/%s%s", table, only_check ? "?dry_run=true" : "");
	struct call_problem problem;
	g_autoptr(GBytes) reply = NULL;
	int status;
	g_autoptr(GBytes) content = read_file(file_of(catalogue), &status);
	json_t *body;
	const json_t *report;
	enum hoso_error error;
	gsize length;
	const char *text;

	if (status != EX_OK) {
		return status;
	}
	if (g_bytes_get_size(content) > CATALOGUE_BYTES_MAX) {
		return print_error(catalogue->client, HOSO_TOO_LARGE, file_of(catalogue));
	}
	error = call_text(
		&catalogue->client->session, "POST", path, "text/csv", content, &problem, &reply);
	text = g_bytes_get_data(reply, &length);
	body = text ? json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL) : NULL;
	report = error ? json_object_get(body, "report") : body;
	if (json_is_object(report)) {
		status = show_report(catalogue, report);
	} else {
		status = error ? print_problem(catalogue->client, &problem)
			       : print_error(catalogue->client, HOSO_NETWORK, NULL);
	}
	json_decref(body);
	return status;
}

/* ── show ── */

static bool has_words(const json_t *procedure, const char *words)
{
	g_autofree char *text =
		g_strjoin(" ", print_text(procedure, "code"), print_text(procedure, "name"), NULL);
	g_autofree char *folded = text_fold(text);
	g_autofree char *wanted = text_fold(words);
	g_auto(GStrv) list = g_strsplit(wanted, " ", -1);
	bool has = true;

	for (char **word = list; *word; word++) {
		has = has && strstr(folded, *word);
	}
	return has;
}

/* Its code, or words of its name without marks. */
static json_t *find_procedures(const json_t *procedures, const char *asked)
{
	json_t *found = json_array();
	size_t i;
	json_t *procedure;

	json_array_foreach(procedures, i, procedure)
	{
		if (strcmp(print_text(procedure, "code"), asked) == 0) {
			json_array_clear(found);
			json_array_append(found, procedure);
			return found;
		}
		if (has_words(procedure, asked)) {
			json_array_append(found, procedure);
		}
	}
	return found;
}

static const char *level_words(const char *level)
{
	return strcmp(level, "full") == 0          ? _("wholly online")
	       : strcmp(level, "partial") == 0     ? _("partly online")
	       : strcmp(level, "information") == 0 ? _("information online")
						   : "";
}

static void show_papers(const struct client *client, const json_t *papers)
{
	size_t i;
	json_t *paper;

	print_line(client, PRINT_PLAIN, "%s", _("Papers (original / certified / copy):"));
	json_array_foreach(papers, i, paper)
	{
		const char *guidance = print_text(paper, "guidance");
		print_line(client, PRINT_PLAIN,
			"  %2" JSON_INTEGER_FORMAT ". %s  %" JSON_INTEGER_FORMAT
			"/%" JSON_INTEGER_FORMAT "/%" JSON_INTEGER_FORMAT "%s",
			json_integer_value(json_object_get(paper, "no")), print_text(paper, "name"),
			json_integer_value(json_object_get(paper, "original")),
			json_integer_value(json_object_get(paper, "certified")),
			json_integer_value(json_object_get(paper, "copy")),
			json_is_true(json_object_get(paper, "required"))
				? ""
				: _("  (if there is one)"));
		if (*guidance) {
			print_line(client, PRINT_PLAIN, "      %s", guidance);
		}
	}
}

static void show_fees(const struct client *client, const json_t *procedure)
{
	size_t i;
	json_t *fee;

	json_array_foreach(json_object_get(procedure, "fees"), i, fee)
	{
		bool is_phi = strcmp(print_text(fee, "kind"), "phi") == 0;
		print_line(client, PRINT_PLAIN, "  %s  %s  %" JSON_INTEGER_FORMAT " đ",
			is_phi ? _("fee") : _("charge"), print_text(fee, "name"),
			json_integer_value(json_object_get(fee, "amount")));
	}
	print_line(client, PRINT_PLAIN, "%s %" JSON_INTEGER_FORMAT " đ", _("Usually paid:"),
		json_integer_value(json_object_get(procedure, "fee")));
}

static const char *yes_or_no(const json_t *object, const char *member)
{
	return json_is_true(json_object_get(object, member)) ? _("yes") : _("no");
}

static void show_procedure(const struct client *client, const json_t *procedure)
{
	const json_t *days = json_object_get(procedure, "days");

	print_line(client, PRINT_GOOD, "%s  %s", print_text(procedure, "code"),
		print_text(procedure, "name"));
	print_line(client, PRINT_PLAIN, "%s  %s", print_text(procedure, "field_name"),
		level_words(print_text(procedure, "level")));
	print_line(client, PRINT_PLAIN, "%s %s   %s %s", _("Papers by post:"),
		yes_or_no(procedure, "send_by_post"), _("result by post:"),
		yes_or_no(procedure, "return_by_post"));
	if (json_is_integer(days)) {
		print_line(client, PRINT_PLAIN, "%s %" JSON_INTEGER_FORMAT, _("Working days:"),
			json_integer_value(days));
	}
	show_papers(client, json_object_get(procedure, "papers"));
	show_fees(client, procedure);
	if (*print_text(procedure, "note")) {
		print_line(client, PRINT_PLAIN, "%s", print_text(procedure, "note"));
	}
}

static int run_show(const struct catalogue_options *catalogue)
{
	const struct client *client = catalogue->client;
	json_t *body = NULL;
	json_t *found;
	json_t *procedure;
	size_t i;
	int status = query_get(client, "/v1/catalogue", &body);

	if (status != EX_OK) {
		return status;
	}
	found = find_procedures(json_object_get(body, "procedures"), catalogue->words[1]);
	if (json_array_size(found) == 0) {
		status = print_error(client, HOSO_NOT_FOUND, catalogue->words[1]);
	}
	json_array_foreach(found, i, procedure)
	{
		if (client->json) {
			print_json(procedure);
		} else if (json_array_size(found) == 1) {
			show_procedure(client, procedure);
		} else {
			print_line(client, PRINT_PLAIN, "%s  %s", print_text(procedure, "code"),
				print_text(procedure, "name"));
		}
	}
	json_decref(found);
	json_decref(body);
	return status;
}

static const struct {
	const char *verb;
	int (*run)(const struct catalogue_options *catalogue);
} orders[] = {
	{"export", run_export},
	{"import", run_import},
	{"check", run_import},
	{"show", run_show},
};

int verb_catalogue(struct client *client, int argc, char **argv)
{
	struct catalogue_options catalogue = {.client = client};

	client_parse(client, options, parse,
		N_("export TABLE [FILE.csv]\nimport|check TABLE FILE.csv\nshow PROCEDURE"),
		N_("What the post works with: procedures with their papers and fees, offices, "
		   "agencies, postage, concessions, calendar, areas. TABLE is offices, agencies, "
		   "procedures, papers, fees, postage, concessions, calendar, areas, relations or "
		   "terms. check says what an import would do, line by line, and writes nothing."),
		argc, argv, &catalogue);
	for (size_t i = 0; catalogue.words[1] && i < G_N_ELEMENTS(orders); i++) {
		if (strcmp(orders[i].verb, catalogue.words[0]) == 0) {
			return orders[i].run(&catalogue);
		}
	}
	print_note("%s", _("usage: hoso catalogue export|import|check TABLE [FILE], hoso catalogue "
			   "show PROCEDURE"));
	return EX_USAGE;
}
