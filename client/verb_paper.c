#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <glib.h>

#include "client.h"
#include "issue.h"
#include "label.h"
#include "print.h"

#define LABEL_DPI 203 /* of most label printers */
#define PAPER_DPI 600 /* of office printers */
#define DPI_MIN 100
#define DPI_MAX 2400

enum { OPTION_DATA = 1000, OPTION_DATA_FILE, OPTION_SIZE, OPTION_DPI, OPTION_DATE, OPTION_OFFLINE };
#define OPTION_OUTPUT 'o'

/* clang-format off */
static const struct argp_option options[] = {
	{"output", OPTION_OUTPUT, N_("FILE.pdf"), 0, N_("Where to write; - is standard output"), 0},
	{"size", OPTION_SIZE, "A6|A5|A4|WxH", 0, N_("The paper, or a label of W x H millimetres"), 0},
	{"dpi", OPTION_DPI, N_("NUMBER"), 0, N_("Dots to the inch of the printer: bars are whole dots (203; papers 600)"), 0},
	{"date", OPTION_DATE, "YYYY-MM-DD", 0, N_("The day on the paper; without it, it is left open"), 0},
	{"data", OPTION_DATA, N_("KEY=VALUE"), 0, N_("What stands on it, such as office=…; may be repeated"), 0},
	{"data-file", OPTION_DATA_FILE, N_("FILE.json"), 0, N_("What is known of the items, as show --json prints it"), 0},
	{"offline", OPTION_OFFLINE, NULL, 0, N_("Do not ask the server about the items"), 0},
	{0},
};

static const struct { const char *name; double width_mm, height_mm; } sizes[] = {
	{"A6", 105, 148}, {"A5", 148, 210}, {"A4", 210, 297},
};
/* clang-format on */

/* struct wanted - the command line on its way. @takes_kind: its first word is the kind of paper. */
struct wanted {
	struct issue issue;
	bool takes_kind;
};

static bool read_side(const char **at, char end, double *ret_mm)
{
	char *stop;
	double mm = g_ascii_strtod(*at, &stop);

	if (stop == *at || *stop != end || !(mm >= LABEL_SIDE_MIN_MM && mm <= LABEL_SIDE_MAX_MM)) {
		return false;
	}
	*at = stop + (end != '\0');
	*ret_mm = mm;
	return true;
}

static bool read_size(const char *text, struct issue *issue)
{
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		if (g_ascii_strcasecmp(text, sizes[i].name) == 0) {
			issue->width_mm = sizes[i].width_mm;
			issue->height_mm = sizes[i].height_mm;
			return true;
		}
	}
	return read_side(&text, 'x', &issue->width_mm) && read_side(&text, '\0', &issue->height_mm);
}

static bool read_dpi(const char *text, unsigned *ret_dpi)
{
	guint64 dpi;

	if (!g_ascii_string_to_unsigned(text, 10, DPI_MIN, DPI_MAX, &dpi, NULL)) {
		return false;
	}
	*ret_dpi = (unsigned)dpi;
	return true;
}

static bool read_date(const char *text, struct facts *common)
{
	unsigned year, month, number;
	int end = 0;

	if (sscanf(text, "%4u-%2u-%2u%n", &year, &month, &number, &end) != 3 || end != 10 ||
		text[end] ||
		!g_date_valid_dmy((GDateDay)number, (GDateMonth)month, (GDateYear)year)) {
		return false;
	}
	return facts_set(common, FACT_DATE, text) == HOSO_OK;
}

static void read_data(const char *argument, struct argp_state *state, struct facts *common)
{
	g_auto(GStrv) parts = g_strsplit(argument, "=", 2);
	enum fact fact = parts[0] && parts[1] ? fact_from_word(parts[0]) : FACT_COUNT;

	if (fact == FACT_COUNT || fact == FACT_ITEM_CODE) {
		g_autoptr(GString) known = g_string_new(NULL);
		for (unsigned i = FACT_ITEM_CODE + 1; i < FACT_COUNT; i++) {
			g_string_append_printf(known, " %s", fact_word((enum fact)i));
		}
		argp_error(state, _("--data %s: known are%s"), argument, known->str);
	}
	if (facts_set(common, fact, parts[1])) {
		argp_error(state, _("--data %s is too long"), parts[0]);
	}
}

static void read_kind(const char *argument, struct argp_state *state, struct wanted *wanted)
{
	wanted->issue.paper = paper_find(argument);
	if (!wanted->issue.paper) {
		g_autofree char *names = paper_names();
		argp_error(state, _("no such paper: %s; there are\n%s"), argument, names);
	}
}

static void check_whole(struct argp_state *state, struct wanted *wanted)
{
	struct issue *issue = &wanted->issue;

	if (wanted->takes_kind && !issue->paper) {
		argp_error(state, "%s", _("say which paper"));
	} else if (issue->codes->len == 0) {
		argp_error(state, "%s", _("say which items"));
	}
	if (!issue->output && isatty(STDOUT_FILENO)) {
		argp_error(state, "%s", _("say where to: -o FILE.pdf"));
	}
	issue->output = issue->output ? issue->output : "-";
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct wanted *wanted = state->input;
	struct issue *issue = &wanted->issue;

	switch (key) {
	case OPTION_OUTPUT:
		issue->output = argument;
		return 0;
	case OPTION_SIZE:
		if (!read_size(argument, issue)) {
			argp_error(state, _("--size %s: A4, A5, A6, or 100x60 in millimetres"),
				argument);
		}
		return 0;
	case OPTION_DPI:
		if (!read_dpi(argument, &issue->dpi)) {
			argp_error(state, _("--dpi %s: a number from %d to %d"), argument, DPI_MIN,
				DPI_MAX);
		}
		return 0;
	case OPTION_DATE:
		if (!read_date(argument, issue->common)) {
			argp_error(state, _("--date %s: a day as YYYY-MM-DD"), argument);
		}
		return 0;
	case OPTION_DATA:
		read_data(argument, state, issue->common);
		return 0;
	case OPTION_DATA_FILE:
		issue->data_file = argument;
		return 0;
	case OPTION_OFFLINE:
		issue->offline = true;
		return 0;
	case ARGP_KEY_ARG:
		if (wanted->takes_kind && !issue->paper) {
			read_kind(argument, state, wanted);
		} else {
			g_ptr_array_add(issue->codes, argument);
		}
		return 0;
	case ARGP_KEY_END:
		check_whole(state, wanted);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void set_defaults(struct issue *issue)
{
	if (issue->width_mm == 0) {
		issue->width_mm = issue->paper ? issue->paper->width_mm : sizes[0].width_mm;
		issue->height_mm = issue->paper ? issue->paper->height_mm : sizes[0].height_mm;
	}
	if (issue->dpi == 0) {
		issue->dpi = issue->paper ? PAPER_DPI : LABEL_DPI;
	}
}

static int run(struct client *client, bool takes_kind, const char *arguments, const char *help,
	int argc, char **argv)
{
	struct wanted wanted = {
		.issue = {.client = client, .codes = g_ptr_array_new(), .common = facts_new()},
		.takes_kind = takes_kind};
	int status;

	client_parse(client, options, parse, arguments, help, argc, argv, &wanted);
	set_defaults(&wanted.issue);
	status = wanted.issue.codes->len > PAPER_ITEMS_MAX
			 ? print_error(client, HOSO_TOO_MANY, NULL)
			 : issue_run(&wanted.issue);
	facts_free(wanted.issue.common);
	g_ptr_array_unref(wanted.issue.codes);
	return status;
}

int verb_label(struct client *client, int argc, char **argv)
{
	return run(client, false, N_("CODE…"),
		N_("Labels as PDF, one a page: bars (Code 128), the code in letters, a QR code, from whom, to whom. "
		   "Every barcode is read back from every page before anything is written."),
		argc, argv);
}

int verb_paper(struct client *client, int argc, char **argv)
{
	return run(client, true, N_("KIND CODE…"),
		N_("The post's papers as PDF. KIND is slip (phieu-gui), list (bang-ke), handover (bien-ban), "
		   "invitation (giay-moi) or receipt (bien-nhan). What is not known is left open, to be filled in "
		   "by hand. Every barcode is read back from every page before anything is written."),
		argc, argv);
}
