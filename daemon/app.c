#include "app.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <event2/event.h>
#include <glib.h>
#include <jansson.h>

#include "api/api.h"
#include "api/api_board.h"
#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/api_public_page.h"
#include "api/scan_json.h"
#include "base/attr.h"
#include "base/clock.h"
#include "base/crash.h"
#include "base/log.h"
#include "base/text.h"
#include "base/webhook_key.h"
#include "config_file.h"
#include "flow/board.h"
#include "flow/booking.h"
#include "flow/intake.h"
#include "flow/login.h"
#include "flow/outbox.h"
#include "flow/lookup_gate.h"
#include "flow/photos.h"
#include "flow/road_teller.h"
#include "flow/skew_teller.h"
#include "flow/slip_keys.h"
#include "flow/reports.h"
#include "flow/closer.h"
#include "flow/sweeper.h"
#include "http/asset.h"
#include "http/httpd.h"
#include "io/service.h"
#include "portal/portal.h"
#include "store/gate.h"

#define EXIT_OSERR 71
#define STOP_DEADLINE_MS 10000 /* what is not answered by then is answered "unknown" */
#define STOP_LOOK_MS 20
#define TRIP_DEADLINE_MS 8000 /* longer than the server's own statement time-out */

/*
 * Start: loop → store → portal → flows → api → http last → READY.
 * Stop: http first; finish the batch; answer what is waiting; then down.
 */
struct app {
	struct config *config;
	const struct config_sources *sources;
	struct loop *loop;
	struct pg_pool *pool;
	struct pg_pool *report_pool;
	struct portal *portal;
	struct intake *intake;
	struct bookings *bookings;
	struct outbox *outbox;
	struct road_teller *road_teller;
	struct skew_teller *skew_teller;
	struct login *login;
	struct photos *photos;
	struct lookup_gate *lookup_gate;
	struct slip_keys *slip_keys;
	struct reports *reports;
	struct board *board;
	struct board_streams *board_streams;
	struct sweeper *sweeper;
	struct closer *closer;
	struct assets *assets;
	struct httpd *httpd;
	struct httpd *local;
	struct webhook_keys notice_keys;
	struct api api;
	struct scan_json_rules scan_rules;
	struct event *signals[3];
	struct loop_task stopping;
	int64_t stop_by_ms;
};

static struct pg_conn_config database_config(const struct app *app)
{
	return (struct pg_conn_config){
		.conninfo = app->config->database_conninfo,
		.gate = &gate_statement,
		.judge = gate_judge,
		.trip_deadline_ms = TRIP_DEADLINE_MS,
	};
}

static bool read_secret(const char *path, char **ret_secret)
{
	return !path || config_file_read_secret(path, ret_secret) == HOSO_OK;
}

/* Secrets live in files and are wiped after use; a profile that lacks one is named by portal_new(). */
static bool open_portal(struct app *app)
{
	const struct config *config = app->config;
	char *password = NULL;
	char *secret = NULL;
	struct portal_config portal = {
		.profile = config->portal_profile,
		.url = config->portal_url,
		.adapter = config->portal_adapter,
		.ca_file = config->portal_ca_file,
		.client_certificate = config->portal_certificate,
		.client_key = config->portal_key,
		.user = config->portal_user,
		.unit = config->portal_unit,
		.destination = config->portal_destination,
		.set_returned = config->portal_set_returned,
		.timeout_ms = config->portal_timeout_ms,
		.connect_timeout_ms = config->portal_connect_timeout_ms,
		.connections_max = config->portal_connections,
	};

	if (strcmp(config->portal_profile, "none") == 0) {
		return true;
	}
	if (read_secret(config->portal_password_file, &password) &&
		read_secret(config->portal_secret_file, &secret)) {
		portal.password = password;
		portal.secret = secret;
		app->portal = portal_new(app->loop, &portal);
	}
	config_file_free_secret(password);
	config_file_free_secret(secret);
	return app->portal != NULL;
}

/* The secrets of those who may send notices; on an error the old ones stay. */
static bool read_notice_keys(struct app *app)
{
	struct webhook_keys keys = {0};
	char *secret = NULL;
	bool good = read_secret(app->config->notices_secret_file, &secret);

	if (good && secret && !webhook_keys_parse(secret, &keys)) {
		log_err("file=%s: not one to four secrets (whsec_ and base64 of 24 to 64 bytes), one a line",
			app->config->notices_secret_file);
		good = false;
	}
	if (good) {
		app->notice_keys = keys;
	}
	config_file_free_secret(secret);
	explicit_bzero(&keys, sizeof keys);
	return good;
}

/* Whatever the file holds, the key is its SHA-256. */
static bool open_scans(struct app *app)
{
	char *secret = NULL;

	if (!read_secret(app->config->office_pin_key_file, &secret)) {
		return false;
	}
	app->scan_rules.wants_proof = app->config->office_proof_required;
	if (secret) {
		app->scan_rules.has_pin_key = true;
		app->scan_rules.pin_key = text_digest(secret, strlen(secret), "", 0);
	}
	config_file_free_secret(secret);
	scan_json_set_rules(&app->scan_rules);
	return true;
}

static void open_flows(struct app *app)
{
	struct pg_conn_config database = database_config(app);
	struct intake_config intake = {
		.conn = database, .optional_steps = app->config->portal_optional_steps};
	struct bookings_config bookings = {
		.conn = database, .optional_steps = app->config->portal_optional_steps};

	intake.conn.gate = &gate_by_key_statement;
	app->pool = pg_pool_new(app->loop, &database, app->config->database_connections);
	database.trip_deadline_ms = REPORT_TRIP_DEADLINE_MS;
	app->report_pool = pg_pool_new(app->loop, &database, REPORT_CONNECTIONS);
	app->intake = intake_new(app->loop, &intake);
	app->bookings = bookings_new(app->loop, &bookings);
	app->outbox =
		outbox_new(app->loop, app->pool, app->portal, app->config->portal_connections);
	app->road_teller = road_teller_new(app->loop, app->pool, app->outbox);
	app->skew_teller = skew_teller_new(app->pool);
	app->login = login_new(app->loop, app->pool);
	app->photos = photos_new(app->loop);
	app->lookup_gate = lookup_gate_new();
	app->slip_keys = slip_keys_new(app->loop, app->pool);
	app->reports = reports_new(app->loop);
	app->board = board_new(app->loop, app->pool);
	app->board_streams = board_streams_new(app->loop, app->board, app->pool);
	app->sweeper = sweeper_new(app->loop, app->pool);
	app->closer = closer_new(app->loop, app->pool, app->bookings);
}

static struct httpd *open_http(struct app *app, const struct route *routes, size_t count,
	const char *certificate, const char *key)
{
	struct httpd_config config = {
		.certificate = certificate,
		.key = key,
		.connections_max = app->config->http_connections,
		.connections_per_address_max = app->config->http_connections_per_address,
		.routes = routes,
		.route_count = count,
		.assets = app->assets,
		.guard = api_guard,
		.problem = api_public_page_refuse,
		.app = &app->api,
	};

	return httpd_new(app->loop, &config);
}

static bool open_assets(struct app *app)
{
	g_autoptr(GPtrArray) sources = assets_list(app->config->web_folder);

	return sources && assets_new(sources, &app->assets) == HOSO_OK;
}

/* The socket unit's sockets, all of them; without systemd the one of the settings. */
static bool listen_main(struct app *app)
{
	unsigned given = 0;
	int fd;

	while ((fd = service_socket(given)) >= 0) {
		if (httpd_listen_fd(app->httpd, fd)) {
			return false;
		}
		given++;
	}
	return given > 0 || httpd_listen(app->httpd, app->config->http_listen) == HOSO_OK;
}

static bool listen_local(struct app *app)
{
	const char *address = app->config->metrics_listen;

	if (!address || !address[0]) {
		return true;
	}
	app->local = open_http(app, api_local_routes, api_local_route_count, NULL, NULL);
	return app->local && httpd_listen(app->local, address) == HOSO_OK;
}

static bool open_api(struct app *app)
{
	app->api = (struct api){
		.loop = app->loop,
		.intake = app->intake,
		.bookings = app->bookings,
		.pool = app->pool,
		.report_pool = app->report_pool,
		.login = app->login,
		.skew_teller = app->skew_teller,
		.outbox = app->outbox,
		.photos = app->photos,
		.lookup_gate = app->lookup_gate,
		.slip_keys = app->slip_keys,
		.notice_keys = &app->notice_keys,
		.pin_key = app->scan_rules.has_pin_key ? &app->scan_rules.pin_key : NULL,
		.reports = app->reports,
		.board_streams = app->board_streams,
		.other_item_codes = app->config->office_other_item_codes,
	};
	app->httpd = open_http(app, api_routes, api_route_count, app->config->http_certificate,
		app->config->http_key);
	app->api.httpd = app->httpd;
	return app->httpd && listen_main(app) && listen_local(app);
}

static bool all_is_answered(const struct app *app)
{
	return httpd_in_flight(app->httpd) == 0 && intake_is_empty(app->intake) &&
	       bookings_is_empty(app->bookings) && outbox_is_empty(app->outbox) &&
	       road_teller_is_silent(app->road_teller) && skew_teller_is_silent(app->skew_teller);
}

static void stop_when_answered(struct loop_task *task)
{
	struct app *app = container_of(task, struct app, stopping);

	if (all_is_answered(app) || clock_monotonic_ms() >= app->stop_by_ms) {
		CRASH_POINT(STOP_ANSWERED);
		loop_stop(app->loop);
	} else {
		loop_after(app->loop, &app->stopping, STOP_LOOK_MS, stop_when_answered);
	}
}

static void stop_asked(evutil_socket_t signal_number, short what, void *arg)
{
	struct app *app = arg;

	(void)what;
	if (app->api.stopping) {
		return;
	}
	log_notice("signal=%d: stopping", (int)signal_number);
	service_stopping();
	app->api.stopping = true;
	app->stop_by_ms = clock_monotonic_ms() + STOP_DEADLINE_MS;
	httpd_stop_accepting(app->httpd);
	board_streams_stop(app->board_streams);
	outbox_stop(app->outbox);
	road_teller_stop(app->road_teller);
	closer_stop(app->closer);
	CRASH_POINT(STOP_ASKED);
	stop_when_answered(&app->stopping);
}

static void take_over(struct app *app, struct config *fresh)
{
	g_auto(GStrv) restart = config_reload(app->config, fresh);

	log_init(log_level_from_word(app->config->log_level));
	for (char **name = restart; *name; name++) {
		log_notice("setting=%s: changed, needs a restart", *name);
	}
	if (httpd_reload_tls(app->httpd, app->config->http_certificate, app->config->http_key)) {
		log_err("certificate=%s: not taken, the old one stays",
			app->config->http_certificate);
	}
	read_notice_keys(app);
	CRASH_POINT(RELOADED);
	log_notice("reloaded");
}

static void reload_asked(evutil_socket_t signal_number, short what, void *arg)
{
	struct app *app = arg;
	g_auto(GStrv) problems = NULL;
	struct config *fresh = config_load(app->sources, &problems);

	(void)signal_number;
	(void)what;
	service_reloading();
	if (fresh) {
		take_over(app, fresh);
	}
	for (char **problem = problems; problem && *problem; problem++) {
		log_err("%s", *problem);
	}
	config_free(fresh);
	service_ready();
}

static void watch_signals(struct app *app)
{
	struct event_base *base = loop_base(app->loop);

	app->signals[0] = evsignal_new(base, SIGTERM, stop_asked, app);
	app->signals[1] = evsignal_new(base, SIGINT, stop_asked, app);
	app->signals[2] = evsignal_new(base, SIGHUP, reload_asked, app);
	for (size_t i = 0; i < ARRAY_SIZE(app->signals); i++) {
		event_add(app->signals[i], NULL);
	}
}

/* Upside down: who answers goes before who asks, so that everything in the air still finds its callback. */
static void close_all(struct app *app)
{
	loop_cancel(&app->stopping);
	service_unwatch();
	sweeper_free(app->sweeper);
	road_teller_free(app->road_teller);
	slip_keys_free(app->slip_keys);
	board_streams_free(app->board_streams);
	board_free(app->board);
	portal_free(app->portal);
	bookings_free(app->bookings);
	closer_free(app->closer);
	intake_free(app->intake);
	CRASH_POINT(STOP_INTAKE_GONE);
	pg_pool_free(app->pool);
	pg_pool_free(app->report_pool);
	skew_teller_free(app->skew_teller);
	login_free(app->login);
	photos_free(app->photos);
	lookup_gate_free(app->lookup_gate);
	reports_free(app->reports);
	outbox_free(app->outbox);
	httpd_free(app->local);
	httpd_free(app->httpd);
	assets_free(app->assets);
	api_guard_forget();
	for (size_t i = 0; i < ARRAY_SIZE(app->signals); i++) {
		g_clear_pointer(&app->signals[i], event_free);
	}
	loop_free(app->loop);
	config_free(app->config);
	CRASH_POINT(STOP_CLOSED);
}

/* Both go on without what they could not allocate, and a reply would go out with half of its members. */
static void end_when_out_of_memory(void)
{
	event_set_mem_functions(g_malloc, g_realloc, g_free);
	json_set_alloc_funcs(g_malloc, g_free);
}

int app_serve(struct config *config, const struct config_sources *sources)
{
	struct app app = {.config = config, .sources = sources};
	int status = 0;

	log_init(log_level_from_word(config->log_level));
	end_when_out_of_memory();
	app.loop = loop_new();
	if (!open_assets(&app) || !open_portal(&app) || !read_notice_keys(&app) ||
		!open_scans(&app)) {
		status = CONFIG_EXIT_BAD;
	} else {
		CRASH_POINT(START_FLOWS);
		open_flows(&app);
		status = open_api(&app) ? 0 : EXIT_OSERR;
	}
	if (status == 0) {
		watch_signals(&app);
		log_notice("version=%s listen=%s port=%u: serving", HOSO_VERSION,
			config->http_listen, httpd_port(app.httpd));
		service_watch(app.loop);
		service_ready();
		CRASH_POINT(START_SERVING);
		loop_run(app.loop);
		CRASH_POINT(STOP_CLOSING);
		log_notice("stopped");
	}
	close_all(&app);
	return status;
}
