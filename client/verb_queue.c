#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <glib.h>

#include "client.h"
#include "desk.h"
#include "interrupt.h"
#include "own_spool.h"
#include "print.h"
#include "sender.h"
#include "spool.h"

#define DRAIN_DEFAULT_S 15
#define DRAIN_MAX_S 86400

/* @manifest: whose spool is looked at; NULL for the usual one. */
struct queue_options {
	struct client *client;
	const char *words[2];
	const char *manifest;
	int64_t drain_s, until_us;
	FILE *out;
};

typedef int (*queue_act)(struct queue_options *queue, struct spool *spool);

enum { OPTION_DRAIN = 1000 };

static const struct argp_option options[] = {
	{"drain", OPTION_DRAIN, N_("SECONDS"), 0, N_("How long to try (15)"), 0},
	{0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct queue_options *queue = state->input;

	switch (key) {
	case OPTION_DRAIN:
		if (!g_ascii_string_to_signed(
			    argument, 10, 0, DRAIN_MAX_S, &queue->drain_s, NULL)) {
			argp_error(state, _("not a number of seconds: %s"), argument);
		}
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num >= G_N_ELEMENTS(queue->words)) {
			return ARGP_ERR_UNKNOWN;
		}
		queue->words[state->arg_num] = argument;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static json_t *read_json(char *text)
{
	json_t *value = text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;

	g_free(text);
	return value ? value : json_null();
}

/* One scan that still needs somebody: {"state", "manifest", "scan", "answer"}. */
static json_t *entry_json(const struct queue_options *queue, const struct spool *spool,
	const struct spool_entry *entry)
{
	const char *state = entry->state == SPOOL_REJECTED ? "rejected" : "unsent";
	json_t *answer =
		entry->answer.length ? read_json(spool_answer_text(spool, entry)) : json_null();

	return json_pack("{s:s, s:s?, s:o, s:o}", "state", state, "manifest", queue->manifest,
		"scan", read_json(spool_scan_text(spool, entry)), "answer", answer);
}

static void show_entry(const struct client *client, const json_t *line)
{
	const char *manifest = print_text(line, "manifest");
	const json_t *scan = json_object_get(line, "scan");
	const json_t *answer = json_object_get(line, "answer");
	bool rejected = strcmp(print_text(line, "state"), "rejected") == 0;

	print_line(client, rejected ? PRINT_BAD : PRINT_DOUBT, "%s  %s  %s  %s%s%s %s %s",
		print_time(print_text(scan, "occurred_at")), print_text(scan, "code"),
		print_kind(client, print_text(scan, "kind")),
		rejected ? _("REJECTED") : _("unsent"), *manifest ? _(", manifest ") : "", manifest,
		print_text(answer, "error"), print_text(answer, "detail"));
}

static int list(struct queue_options *queue, struct spool *spool)
{
	const struct client *client = queue->client;
	size_t damaged = spool_damaged(spool);

	for (size_t i = 0; i < spool_size(spool); i++) {
		const struct spool_entry *entry = spool_entry(spool, i);
		if (entry->state != SPOOL_ANSWERED) {
			json_t *line = entry_json(queue, spool, entry);
			if (client->json) {
				json_object_set_new(
					line, "scan", print_scan(json_object_get(line, "scan")));
				print_json(line);
			} else {
				show_entry(client, line);
			}
			json_decref(line);
		}
	}
	if (damaged > 0) {
		print_note(
			_("damaged places in the spool: %zu; they are kept in the folder corrupt"),
			damaged);
	}
	return EX_OK;
}

static int write_entries(struct queue_options *queue, struct spool *spool)
{
	bool good = true;

	for (size_t i = 0; good && i < spool_size(spool); i++) {
		const struct spool_entry *entry = spool_entry(spool, i);
		if (entry->state != SPOOL_ANSWERED) {
			json_t *line = entry_json(queue, spool, entry);
			good = json_dumpf(line, queue->out, JSON_COMPACT) == 0 &&
			       putc('\n', queue->out) != EOF;
			json_decref(line);
		}
	}
	return good ? EX_OK : print_error(queue->client, HOSO_FILE, queue->words[1]);
}

static int send_now(struct queue_options *queue, struct spool *spool)
{
	struct scan_template none = {.kind = EVENT_NOTE};
	struct sender_events events = {.answered = desk_answered, .changed = desk_changed};
	g_autofree char *road = queue->manifest ? own_spool_road(queue->manifest) : NULL;
	struct sender *sender;
	struct desk desk;
	int status;

	desk_init(&desk, queue->client, &none, spool, false);
	desk.tell.manifest = queue->manifest;
	events.context = &desk;
	sender = sender_new(&queue->client->session, spool, &events);
	if (road) {
		sender_aim(sender, road);
	}
	sender_drain(sender, MAX(queue->until_us - g_get_monotonic_time(), 0) / 1000);
	status = desk.unwelcome > 0 ? EX_DATAERR : EX_OK;
	if (spool_count(spool, SPOOL_UNSENT) > 0) {
		print_note("%s%s%s: %zu", _("unsent"), queue->manifest ? _(", manifest ") : "",
			queue->manifest ? queue->manifest : "", spool_count(spool, SPOOL_UNSENT));
		status = EX_TEMPFAIL;
	}
	sender_free(sender);
	desk_done(&desk);
	return status;
}

static int act_on(struct queue_options *queue, enum spool_mode mode, queue_act act)
{
	g_autofree char *folder = own_spool_folder(queue->client, queue->manifest);
	struct spool *spool;
	enum hoso_error error = spool_open(folder, mode, &spool);
	int status;

	if (error == HOSO_CONFLICT) {
		print_note("%s", _("hoso scan is running with this spool, and sends it"));
		return EX_TEMPFAIL;
	}
	if (error) {
		return print_error(queue->client, error, strerror(errno));
	}
	status = act(queue, spool);
	if (mode == SPOOL_WRITE) {
		own_spool_close(queue->client, queue->manifest, spool);
	} else {
		spool_close(spool);
	}
	return status;
}

/* The usual spool, and those of the manifests. What waits says more than what was refused. */
static int act_on_all(struct queue_options *queue, enum spool_mode mode, queue_act act)
{
	g_auto(GStrv) manifests = own_spool_list(queue->client);
	int worst = act_on(queue, mode, act);

	for (char **manifest = manifests; *manifest; manifest++) {
		int status;
		queue->manifest = *manifest;
		status = act_on(queue, mode, act);
		if (worst == EX_OK || status == EX_TEMPFAIL) {
			worst = status;
		}
	}
	return worst;
}

/* For carrying the queue to another device; citizens' data, so only the user may read the file. */
static int export_all(struct queue_options *queue)
{
	const char *path = queue->words[1];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int status;
	bool good;

	queue->out = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (!queue->out) {
		return print_error(queue->client, HOSO_FILE, strerror(errno));
	}
	status = act_on_all(queue, SPOOL_LOOK, write_entries);
	good = fflush(queue->out) == 0 && fsync(fd) == 0;
	if (fclose(queue->out) != 0 || !good) {
		return print_error(queue->client, HOSO_FILE, path);
	}
	return status;
}

static int run(struct queue_options *queue)
{
	if (strcmp(queue->words[0], "send") == 0) {
		interrupt_init();
		queue->until_us = g_get_monotonic_time() + queue->drain_s * G_USEC_PER_SEC;
		return act_on_all(queue, SPOOL_WRITE, send_now);
	}
	if (strcmp(queue->words[0], "export") == 0) {
		return export_all(queue);
	}
	return act_on_all(queue, SPOOL_LOOK, list);
}

static bool is_understood(const struct queue_options *queue)
{
	if (strcmp(queue->words[0], "export") == 0) {
		return queue->words[1] != NULL;
	}
	return !queue->words[1] &&
	       (strcmp(queue->words[0], "list") == 0 || strcmp(queue->words[0], "send") == 0);
}

int verb_queue(struct client *client, int argc, char **argv)
{
	struct queue_options queue = {
		.client = client, .words = {"list", NULL}, .drain_s = DRAIN_DEFAULT_S};

	client_parse(client, options, parse, N_("[list | send | export FILE]"),
		N_("Scans that the server has not answered for, and those it rejected. Nothing is "
		   "ever dropped."),
		argc, argv, &queue);
	if (!is_understood(&queue)) {
		print_note("%s", _("usage: hoso queue [list | send | export FILE]"));
		return EX_USAGE;
	}
	return run(&queue);
}
