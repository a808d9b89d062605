#include <errno.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <glib.h>

#include "camera_source.h"
#include "client.h"
#include "desk.h"
#include "interrupt.h"
#include "picture_source.h"
#include "print.h"
#include "source_lines.h"

#define DRAIN_DEFAULT_S 15
#define DRAIN_MAX_S 86400
#define WAIT_MS 1000

struct scan_options {
	struct scan_template scan_template;
	GPtrArray *images;
	const char *camera;
	int64_t drain_s;
};

enum { OPTION_DATA_FILE = 1000, OPTION_IMAGE, OPTION_CAMERA, OPTION_DRAIN };

static const struct argp_option options[] = {
	{"kind", 'k', N_("KIND"), 0,
		N_("What happened to the items: a word (accepted) or a code (ACC)"), 0},
	{"data", 'd', N_("KEY=VALUE"), 0,
		N_("Data of every scan; a party's members have a dot: sender.name=…"), 0},
	{"data-file", OPTION_DATA_FILE, N_("FILE.json"), 0, N_("Data of every scan from a file"),
		0},
	{"image", OPTION_IMAGE, N_("FILE"), 0,
		N_("Read the codes of pictures instead of the keyboard"), 0},
	{"camera", OPTION_CAMERA, N_("DEVICE"), 0, N_("Read the codes that a camera sees"), 0},
	{"drain", OPTION_DRAIN, N_("SECONDS"), 0, N_("How long to go on sending at the end (15)"),
		0},
	{"wait", 0, NULL, OPTION_ALIAS, NULL, 0},
	{0},
};

static void read_kind(struct scan_options *scan, const char *word, struct argp_state *state)
{
	if (scan_template_kind(&scan->scan_template, word)) {
		argp_error(state, _("no such kind of event: %s"), word);
	}
}

static void read_data(enum hoso_error error, const char *what, struct argp_state *state)
{
	if (error == HOSO_FILE) {
		argp_failure(state, EX_NOINPUT, errno, "%s", what);
	} else if (error) {
		argp_error(state, "%s: %s", what, error_wire(error));
	}
}

static void read_drain(struct scan_options *scan, const char *text, struct argp_state *state)
{
	if (!g_ascii_string_to_signed(text, 10, 0, DRAIN_MAX_S, &scan->drain_s, NULL)) {
		argp_error(state, _("not a number of seconds: %s"), text);
	}
}

static void check_all(struct scan_options *scan, struct argp_state *state)
{
	const char *member = "";
	enum hoso_error error;

	if (scan->scan_template.kind == EVENT_KIND_COUNT) {
		argp_error(state, "%s", _("say what happened: --kind KIND"));
	}
	if (scan->camera && scan->images->len > 0) {
		argp_error(state, "%s", _("pictures or a camera, not both"));
	}
	error = scan_template_check(&scan->scan_template, &member);
	if (error) {
		argp_error(state, "%s: %s", error_wire(error), member);
	}
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct scan_options *scan = state->input;

	switch (key) {
	case 'k':
		read_kind(scan, argument, state);
		return 0;
	case 'd':
		read_data(scan_template_set(&scan->scan_template, argument), argument, state);
		return 0;
	case OPTION_DATA_FILE:
		read_data(scan_template_load(&scan->scan_template, argument), argument, state);
		return 0;
	case OPTION_IMAGE:
		g_ptr_array_add(scan->images, argument);
		return 0;
	case ARGP_KEY_ARG:
		if (scan->images->len == 0) {
			return ARGP_ERR_UNKNOWN;
		}
		g_ptr_array_add(scan->images, argument);
		return 0;
	case OPTION_CAMERA:
		scan->camera = argument;
		return 0;
	case OPTION_DRAIN:
		read_drain(scan, argument, state);
		return 0;
	case ARGP_KEY_END:
		check_all(scan, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static enum hoso_error open_source(const struct scan_options *scan, struct source **ret_source)
{
	if (scan->camera) {
		return camera_source_new(scan->camera, ret_source);
	}
	*ret_source = scan->images->len > 0 ? picture_source_new((char *const *)scan->images->pdata,
						      scan->images->len)
					    : source_lines_new(STDIN_FILENO, "-");
	return HOSO_OK;
}

/* One loop for both: codes come in, and what is kept goes out. */
static void work(struct desk *desk, struct source *source, struct sender *sender)
{
	enum source_state state = SOURCE_OPEN;

	while (state == SOURCE_OPEN && !interrupt_asked()) {
		int fd = source->ops->poll_fd(source);
		bool ready = sender_wait(sender, fd, fd < 0 ? 0 : WAIT_MS);
		if (fd < 0 || ready) {
			state = source->ops->read(source, desk_looked, desk);
		}
	}
}

static int sum_up(const struct desk *desk)
{
	size_t unsent = spool_count(desk->spool, SPOOL_UNSENT);

	print_note(_("stored: %u, not stored: %u, for the supervisor: %u, unsent: %zu"),
		desk->stored, desk->bad + desk->refused, desk->unwelcome, unsent);
	if (desk->refused > 0) {
		return EX_IOERR;
	}
	if (unsent > 0) {
		return EX_TEMPFAIL;
	}
	return desk->bad > 0 || desk->unwelcome > 0 ? EX_DATAERR : EX_OK;
}

static void greet(const struct client *client, const struct scan_options *scan)
{
	if (!scan->camera && scan->images->len == 0 && isatty(STDIN_FILENO)) {
		print_note(_("%s: scan the codes; Ctrl-D ends"),
			print_kind(client, event_wire(scan->scan_template.kind)));
	}
}

static int run(struct client *client, const struct scan_options *scan, struct spool *spool)
{
	struct sender_events events = {.answered = desk_answered, .changed = desk_changed};
	struct source *source;
	struct sender *sender;
	struct desk desk;
	enum hoso_error error = open_source(scan, &source);
	int status;

	if (error) {
		return print_error(client, error, scan->camera);
	}
	desk_init(&desk, client, &scan->scan_template, spool, source->ops->live);
	events.context = &desk;
	sender = sender_new(&client->session, spool, &events);
	greet(client, scan);
	work(&desk, source, sender);
	source->ops->free(source); /* before the wait at the end: the terminal is set back */
	sender_drain(sender, scan->drain_s * 1000);
	status = sum_up(&desk);
	sender_free(sender);
	desk_done(&desk);
	return status;
}

static int open_and_run(struct client *client, const struct scan_options *scan)
{
	g_autofree char *folder = session_spool_folder(&client->session);
	struct spool *spool;
	enum hoso_error error = spool_open(folder, SPOOL_WRITE, &spool);
	int status;

	if (error == HOSO_CONFLICT) {
		print_note(_("another hoso works with %s; set HOSO_STATE to use another folder"),
			folder);
		return EX_TEMPFAIL;
	}
	if (error) {
		g_autofree char *detail = g_strdup_printf("%s: %s", folder, strerror(errno));
		return print_error(client, error, detail);
	}
	if (spool_damaged(spool) > 0) {
		print_note(_("%zu damaged places of the spool were set aside in %s/corrupt"),
			spool_damaged(spool), folder);
	}
	status = run(client, scan, spool);
	spool_close(spool);
	return status;
}

int verb_scan(struct client *client, int argc, char **argv)
{
	struct scan_options scan = {.images = g_ptr_array_new(), .drain_s = DRAIN_DEFAULT_S};
	int status;

	scan_template_init(&scan.scan_template);
	client_parse(client, options, parse, N_("[--image FILE…]"),
		N_("Record what happens to items, as fast as they are scanned. Each scan is on the "
		   "disk before it "
		   "is confirmed, and is sent when the server can be reached."),
		argc, argv, &scan);
	interrupt_init();
	status = open_and_run(client, &scan);
	scan_template_done(&scan.scan_template);
	g_ptr_array_unref(scan.images);
	return status;
}
