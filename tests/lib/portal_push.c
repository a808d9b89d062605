/*
 * Pushes lines through portal_push(), one after the other, and prints what came of each try:
 *
 *     step 3 try 2 portal_unknown status 200
 *
 * A try is repeated as the outbox would (later: the same again; unknown: in doubt) until it is
 * done, the portal said never, the road is paused, or the tries are used up. Exit status: 0 when
 * all lines are done, 1 when not, 2 for bad arguments.
 */
#include <stdio.h>
#include <string.h>

#include <glib.h>

#include "base/clock.h"
#include "base/uuid7.h"
#include "io/loop.h"
#include "portal/portal.h"

#define RETRY_MAX_MS 200 /* the tests do not sit out a Retry-After; they read it */
#define FIRST_EVENT_MS 1626770701000

static struct {
	char *dossier;
	char *item;
	char *secret;
	char *user;
	char *password;
	char *profile;
	char *url;
	char *ca;
	char *certificate;
	char *key;
	int lines;
	int first;
	int together;
	int tries;
	int timeout_ms;
	gboolean doubt;
} options = {.lines = 1, .first = 1, .together = 1, .tries = 5, .timeout_ms = 2000};

static const GOptionEntry entries[] = {
	{"profile", 0, 0, G_OPTION_ARG_STRING, &options.profile, "dvcqg or webhook", NULL},
	{"url", 0, 0, G_OPTION_ARG_STRING, &options.url, NULL, NULL},
	{"ca", 0, 0, G_OPTION_ARG_STRING, &options.ca, NULL, NULL},
	{"certificate", 0, 0, G_OPTION_ARG_STRING, &options.certificate, NULL, NULL},
	{"key", 0, 0, G_OPTION_ARG_STRING, &options.key, NULL, NULL},
	{"secret", 0, 0, G_OPTION_ARG_STRING, &options.secret, NULL, NULL},
	{"user", 0, 0, G_OPTION_ARG_STRING, &options.user, NULL, NULL},
	{"password", 0, 0, G_OPTION_ARG_STRING, &options.password, NULL, NULL},
	{"dossier", 0, 0, G_OPTION_ARG_STRING, &options.dossier, NULL, NULL},
	{"item", 0, 0, G_OPTION_ARG_STRING, &options.item, NULL, NULL},
	{"lines", 0, 0, G_OPTION_ARG_INT, &options.lines, "of each dossier", NULL},
	{"first", 0, 0, G_OPTION_ARG_INT, &options.first, "step of the first line", NULL},
	{"together", 0, 0, G_OPTION_ARG_INT, &options.together, "dossiers at the same time", NULL},
	{"tries", 0, 0, G_OPTION_ARG_INT, &options.tries, "of one line", NULL},
	{"timeout-ms", 0, 0, G_OPTION_ARG_INT, &options.timeout_ms, NULL, NULL},
	{"doubt", 0, 0, G_OPTION_ARG_NONE, &options.doubt, "the first try is in doubt already",
		NULL},
	{NULL},
};

/* One dossier's lines, one after the other. */
struct lane {
	struct loop *loop;
	struct portal *portal;
	struct loop_task pause;
	struct portal_push_req req;
	struct portal_line line;
	char *dossier;
	int step;
	int tries;
	bool done;
};

static int lanes_open;

static void lane_push(struct lane *lane);

static void lane_end(struct lane *lane, bool done)
{
	lane->done = done;
	if (--lanes_open == 0) {
		loop_stop(lane->loop);
	}
}

static void compose_line(struct lane *lane)
{
	struct portal_line *line = &lane->line;

	memset(line, 0, sizeof *line);
	line->dseq = (uint32_t)lane->step;
	line->occurred_at_ms = FIRST_EVENT_MS + lane->step * 60000LL;
	line->received_at_ms = FIRST_EVENT_MS;
	line->key = uuid7_make(line->occurred_at_ms);
	line->kind = EVENT_ARRIVED;
	line->leg_kind = LEG_RESULT;
	line->state = LEG_ARRIVED;
	line->role = ROLE_COURIER;
	line->service = 3;
	g_strlcpy(line->item_code, options.item, sizeof line->item_code);
	g_strlcpy(line->actor, "Nguyễn Thị Bưu Tá Có Tên Rất Dài Để Cổng Phải Cắt Bớt Đi",
		sizeof line->actor);
	g_strlcpy(line->office, "Bưu điện TP Vũng Tàu", sizeof line->office);
	g_strlcpy(line->procedure, "1.004222", sizeof line->procedure);
	portal_line_compose_text(line, "");
}

static void lane_again(struct loop_task *task)
{
	lane_push(container_of(task, struct lane, pause));
}

static void lane_next(struct lane *lane)
{
	lane->step++;
	lane->tries = 0;
	lane->req.in_doubt = options.doubt;
	if (lane->step >= options.first + options.lines) {
		lane_end(lane, true);
		return;
	}
	compose_line(lane);
	lane_push(lane);
}

static void line_pushed(struct portal_push_req *req, enum hoso_error error)
{
	struct lane *lane = container_of(req, struct lane, req);

	printf("step %d try %d %s status %d retry_after %d answer %.60s\n", lane->step, lane->tries,
		error_wire(error), req->http_status, (int)req->retry_after_ms, req->answer);
	if (error == HOSO_OK) {
		lane_next(lane);
	} else if (!error_may_retry(error) || error == HOSO_PORTAL_PAUSED ||
		   lane->tries >= options.tries) {
		lane_end(lane, false);
	} else {
		lane->req.in_doubt = error == HOSO_PORTAL_UNKNOWN;
		loop_after(lane->loop, &lane->pause, MIN(req->retry_after_ms, RETRY_MAX_MS),
			lane_again);
	}
}

static void lane_push(struct lane *lane)
{
	lane->tries++;
	lane->req.line = &lane->line;
	lane->req.dossier_code = lane->dossier;
	portal_push(lane->portal, &lane->req, line_pushed);
}

static struct portal *open_portal(struct loop *loop)
{
	struct portal_config config = {
		.profile = options.profile,
		.url = options.url,
		.ca_file = options.ca,
		.client_certificate = options.certificate,
		.client_key = options.key,
		.user = options.user,
		.password = options.password,
		.unit = "000.00.00.H06",
		.destination = "VN:GOV:000.00.00.G22:dvc",
		.secret = options.secret,
		.set_returned = true,
		.timeout_ms = options.timeout_ms,
		.connect_timeout_ms = options.timeout_ms,
		.connections_max = 4,
	};

	return portal_new(loop, &config);
}

static bool run_lanes(struct loop *loop, struct portal *portal)
{
	struct lane *lanes = g_new0(struct lane, options.together);
	bool done = true;

	lanes_open = options.together;
	for (int i = 0; i < options.together; i++) {
		lanes[i].loop = loop;
		lanes[i].portal = portal;
		lanes[i].dossier = i == 0 ? g_strdup(options.dossier)
					  : g_strdup_printf("%s-%d", options.dossier, i);
		lanes[i].step = options.first - 1;
		lane_next(&lanes[i]);
	}
	loop_run(loop);
	for (int i = 0; i < options.together; i++) {
		done = done && lanes[i].done;
		g_free(lanes[i].dossier);
	}
	g_free(lanes);
	return done;
}

int main(int argc, char **argv)
{
	GOptionContext *context = g_option_context_new(NULL);
	struct loop *loop;
	struct portal *portal;
	bool done;

	setvbuf(stdout, NULL, _IOLBF, 0);
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, &argc, &argv, NULL) || !options.dossier ||
		!options.item) {
		fprintf(stderr, "portal_push: see --help; --dossier and --item are needed\n");
		return 2;
	}
	g_option_context_free(context);
	loop = loop_new();
	portal = open_portal(loop);
	if (!portal) {
		loop_free(loop);
		return 2;
	}
	done = run_lanes(loop, portal);
	portal_free(portal);
	loop_free(loop);
	return done ? 0 : 1;
}
