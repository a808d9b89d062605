#include <errno.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <glib.h>

#include "base/clock.h"
#include "base/uuid7.h"
#include "client.h"
#include "desk.h"
#include "interrupt.h"
#include "own_spool.h"
#include "print.h"
#include "query.h"
#include "scan_sources.h"

#define DRAIN_DEFAULT_S 15
#define DRAIN_MAX_S 86400
#define WAIT_MS 1000

struct scan_options {
	struct scan_template scan_template;
	struct scan_sources sources;
	const char *expect;
	int64_t drain_s;
	const char *manifest;
};

enum {
	OPTION_DATA_FILE = 1000,
	OPTION_IMAGE,
	OPTION_CAMERA,
	OPTION_NO_PREVIEW,
	OPTION_DEVICE,
	OPTION_SERIAL,
	OPTION_WATCH,
	OPTION_EXPECT,
	OPTION_DRAIN,
	OPTION_MANIFEST,
};

static const struct argp_option options[] = {
	{"kind", 'k', N_("KIND"), 0,
		N_("What happened to the items: a word (accepted) or a code (ACC)"), 0},
	{"data", 'd', N_("KEY=VALUE"), 0,
		N_("Data of every scan; a party's members have a dot: sender.name=…"), 0},
	{"data-file", OPTION_DATA_FILE, N_("FILE.json"), 0, N_("Data of every scan from a file"),
		0},
	{"image", OPTION_IMAGE, N_("FILE"), 0,
		N_("Read the codes of pictures instead of the keyboard"), 0},
	{"device", OPTION_DEVICE, N_("DEVICE"), 0,
		N_("Take a keyboard scanner for hoso alone: a path or vendor:product; any other "
		   "word lists them"),
		0},
	{"serial", OPTION_SERIAL, N_("DEVICE[:SPEED]"), 0,
		N_("Read a scanner on a serial port (9600)"), 0},
	{"watch", OPTION_WATCH, N_("FOLDER"), 0,
		N_("Read the pictures that are put into this folder, each once"), 0},
	{"camera", OPTION_CAMERA, N_("DEVICE"), 0, N_("Read the codes that a camera sees"), 0},
	{"no-preview", OPTION_NO_PREVIEW, NULL, 0, N_("Do not show what the camera sees"), 0},
	{"expect", OPTION_EXPECT, N_("FILE"), 0,
		N_("Compare with this list of codes: what is missing, what is not on it"), 0},
	{"drain", OPTION_DRAIN, N_("SECONDS"), 0, N_("How long to go on sending at the end (15)"),
		0},
	{"wait", 0, NULL, OPTION_ALIAS, NULL, 0},
	{"manifest", OPTION_MANIFEST, "ID", 0,
		N_("Scan onto this manifest; the same as hoso manifest scan ID"), 0},
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
	if (scan->sources.named->len > 0 && scan->sources.images->len > 0) {
		argp_error(state, "%s", _("picture files or devices, not both"));
	}
	scan->sources.purpose = event_code(scan->scan_template.kind);
	error = scan->manifest ? HOSO_OK : scan_template_check(&scan->scan_template, &member);
	if (error) {
		argp_error(state, "%s: %s", error_wire(error), member);
	}
}

static void read_source(struct scan_options *scan, enum scan_source_kind kind, const char *name,
	struct argp_state *state)
{
	if (!scan_sources_add(&scan->sources, kind, name)) {
		argp_error(state, "%s", _("too many devices"));
	}
}

/* The options that name a source; false for the others. */
static bool parse_source(
	struct scan_options *scan, int key, char *argument, struct argp_state *state)
{
	switch (key) {
	case OPTION_IMAGE:
		g_ptr_array_add(scan->sources.images, argument);
		return true;
	case ARGP_KEY_ARG:
		if (scan->sources.images->len == 0) {
			return false;
		}
		g_ptr_array_add(scan->sources.images, argument);
		return true;
	case OPTION_DEVICE:
		read_source(scan, SCAN_DEVICE, argument, state);
		return true;
	case OPTION_SERIAL:
		read_source(scan, SCAN_SERIAL, argument, state);
		return true;
	case OPTION_WATCH:
		read_source(scan, SCAN_WATCH, argument, state);
		return true;
	case OPTION_CAMERA:
		read_source(scan, SCAN_CAMERA, argument, state);
		return true;
	case OPTION_NO_PREVIEW:
		scan->sources.preview = false;
		return true;
	default:
		return false;
	}
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct scan_options *scan = state->input;
	struct uuid id;

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
	case OPTION_MANIFEST:
		if (!uuid7_parse(argument, &id)) {
			argp_error(
				state, "--manifest %s: %s", argument, error_wire(HOSO_BAD_MEMBER));
		}
		scan->manifest = argument;
		/* What closing records is the manifest's; a line's own kind says nothing. */
		read_kind(scan, event_wire(EVENT_NOTE), state);
		return 0;
	case OPTION_EXPECT:
		scan->expect = argument;
		return 0;
	case OPTION_DRAIN:
		read_drain(scan, argument, state);
		return 0;
	case ARGP_KEY_END:
		check_all(scan, state);
		return 0;
	default:
		return parse_source(scan, key, argument, state) ? 0 : ARGP_ERR_UNKNOWN;
	}
}

/* One loop for all: codes come in, what is kept goes out, and the bell has its rhythm. */
static void work(struct desk *desk, struct source *source, struct sender *sender)
{
	enum source_state state = SOURCE_OPEN;

	while (state == SOURCE_OPEN && !interrupt_asked()) {
		int fd = source->ops->poll_fd(source);
		int bell_ms = bell_turn(&desk->tell.bell, clock_monotonic_ms());
		int wait_ms = fd < 0 ? 0 : bell_ms < 0 ? WAIT_MS : bell_ms;
		bool ready = sender_wait(sender, fd, wait_ms);
		if (fd < 0 || ready) {
			state = source->ops->read(source, desk_looked, desk);
		}
	}
	desk_closed(desk);
}

/* True when what was expected came, and nothing else. */
static bool compare(struct desk *desk)
{
	g_autoptr(GPtrArray) missing = tally_missing(desk->tally);
	g_autoptr(GPtrArray) extra = tally_extra(desk->tally);

	if (!desk->tally->has_list) {
		return true;
	}
	tell_session(&desk->tell, desk->tally, spool_count(desk->spool, SPOOL_UNSENT));
	return missing->len + extra->len == 0;
}

static int sum_up(struct desk *desk)
{
	size_t unsent = spool_count(desk->spool, SPOOL_UNSENT);
	bool complete = compare(desk);

	print_note(_("stored: %u, not stored: %u, for the supervisor: %u, unsent: %zu"),
		desk->stored, desk->bad + desk->refused, desk->unwelcome, unsent);
	if (desk->undone > 0) {
		print_note(_("of these undone: %u"), desk->undone);
	}
	if (desk->refused > 0) {
		return EX_IOERR;
	}
	if (unsent > 0) {
		return EX_TEMPFAIL;
	}
	return desk->bad > 0 || desk->unwelcome > 0 || !complete ? EX_DATAERR : EX_OK;
}

static void greet(const struct client *client, const struct scan_options *scan)
{
	if (scan->sources.images->len == 0 && isatty(STDIN_FILENO)) {
		print_note(
			_("%s: scan the codes; Ctrl-D ends, Ctrl-L shows the session, Ctrl-X undoes "
			  "the last scan"),
			scan->manifest ? _("onto the manifest")
				       : print_kind(client, event_wire(scan->scan_template.kind)));
	}
}

/* Before the first scan: a list that cannot be read is no list. */
static int read_list(
	const struct client *client, const struct scan_options *scan, struct desk *desk)
{
	unsigned line = 0;
	enum hoso_error error;

	if (!scan->expect) {
		return EX_OK;
	}
	error = tally_expect(desk->tally, scan->expect, &line);
	if (error == HOSO_FILE) {
		print_note("%s: %s", scan->expect, strerror(errno));
		return EX_NOINPUT;
	}
	if (error) {
		print_note(_("%s, line %u: %s"), scan->expect, line,
			error_text(error, client->language));
		return EX_DATAERR;
	}
	return EX_OK;
}

static int work_and_sum_up(struct client *client, const struct scan_options *scan,
	struct desk *desk, struct source *source)
{
	struct sender_events events = {
		.answered = desk_answered, .changed = desk_changed, .context = desk};
	struct sender *sender = sender_new(&client->session, desk->spool, &events);
	g_autofree char *path = scan->manifest ? own_spool_road(scan->manifest) : NULL;
	int status;

	if (path) {
		sender_aim(sender, path);
	}
	greet(client, scan);
	work(desk, source, sender);
	source->ops->free(source); /* before the wait at the end: the terminal is set back */
	sender_drain(sender, scan->drain_s * 1000);
	status = sum_up(desk);
	sender_free(sender);
	return status;
}

static int run(struct client *client, const struct scan_options *scan, struct spool *spool)
{
	struct source *source;
	struct desk desk;
	int status;

	desk_init(&desk, client, &scan->scan_template, spool, false);
	desk.can_ask = isatty(STDIN_FILENO);
	desk.tell.manifest = scan->manifest;
	status = read_list(client, scan, &desk);
	if (status == EX_OK) {
		status = scan_sources_open(client, &scan->sources, &source);
	}
	if (status == EX_OK) {
		desk.live = source->ops->live;
		status = work_and_sum_up(client, scan, &desk, source);
	}
	desk_done(&desk);
	return status;
}

static int open_and_run(struct client *client, const struct scan_options *scan)
{
	struct spool *spool;
	/* A spool apart: what is not sent yet goes to this manifest and to no other. */
	int status = own_spool_open(client, scan->manifest, &spool);

	if (status == EX_OK) {
		status = run(client, scan, spool);
		own_spool_close(client, scan->manifest, spool);
	}
	return status;
}

int verb_scan(struct client *client, int argc, char **argv)
{
	struct scan_options scan = {.drain_s = DRAIN_DEFAULT_S};
	int status;

	scan_template_init(&scan.scan_template);
	scan_sources_init(&scan.sources);
	client_parse(client, options, parse, N_("[--image FILE…]"),
		N_("Record what happens to items, as fast as they are scanned. Each scan is on the "
		   "disk before it "
		   "is confirmed, and is sent when the server can be reached."),
		argc, argv, &scan);
	interrupt_init();
	status = open_and_run(client, &scan);
	scan_template_done(&scan.scan_template);
	scan_sources_done(&scan.sources);
	return status;
}
