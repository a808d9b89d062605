/*
 * A server to try daemon/http on, and nothing else. Arguments are name=value (see settings below);
 * it writes "port N" on stdout when it listens. SIGTERM stops it politely, SIGINT in the middle of
 * everything.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>
#include <glib.h>
#include <signal.h>

#include <hoso/limits.h>

#include "base/log.h"
#include "http/asset.h"
#include "http/httpd.h"
#include "io/loop.h"

#define SLOW_MS 200
#define AFTER_MS 400 /* the loop runs on after SIGINT, so that slow replies come too late */
#define BIG_BYTES (4 * 1024 * 1024)
#define PIECE_BYTES 4096 /* of a stream; one comes each millisecond */

struct echo {
	struct loop *loop;
	struct httpd *httpd;
	struct loop_task ending;
	unsigned ran;
	unsigned freed;
};

struct slow {
	struct echo *echo;
	struct exchange *exchange;
	struct loop_task task;
};

static void reply_json(struct exchange *exchange, int status, char *text)
{
	exchange_reply(exchange, status, "application/json", g_string_new(text));
	g_free(text);
}

static void echo_body(struct exchange *exchange, void *app)
{
	struct echo *echo = app;
	size_t length;
	const char *body = exchange_body(exchange, &length);

	echo->ran++;
	exchange_reply(
		exchange, 200, "application/octet-stream", g_string_new_len(body, (gssize)length));
}

static void echo_request(struct exchange *exchange, void *app)
{
	static const char *const known[] = {"q", NULL};
	struct echo *echo = app;
	const char *query = exchange_query(exchange, "q");
	const char *unknown = exchange_query_unknown(exchange, known);

	echo->ran++;
	reply_json(exchange, 200,
		g_strdup_printf("{\"method\":\"%s\",\"route\":\"%s\",\"param\":\"%s\",\"q\":\"%s\","
				"\"unknown\":\"%s\","
				"\"peer\":\"%s\",\"language\":\"%s\"}",
			exchange_method_wire(exchange), exchange_route_path(exchange),
			exchange_param(exchange, 0), query ? query : "", unknown ? unknown : "",
			exchange_peer(exchange),
			exchange_language(exchange) == HOSO_EN ? "en" : "vi"));
}

static void slow_due(struct loop_task *task)
{
	struct slow *slow = container_of(task, struct slow, task);

	reply_json(slow->exchange, 200,
		g_strdup_printf("{\"route\":\"%s\"}", exchange_route_path(slow->exchange)));
	g_free(slow);
}

static void user_freed(void *user)
{
	struct echo *echo = user;

	echo->freed++;
}

static void echo_slowly(struct exchange *exchange, void *app)
{
	struct slow *slow = g_new0(struct slow, 1);

	slow->echo = app;
	slow->exchange = exchange;
	slow->echo->ran++;
	exchange_set_user(exchange, slow->echo, user_freed);
	loop_after(slow->echo->loop, &slow->task, SLOW_MS, slow_due);
}

static void echo_much(struct exchange *exchange, void *app)
{
	struct echo *echo = app;
	GString *body = g_string_sized_new(BIG_BYTES);

	echo->ran++;
	g_string_set_size(body, BIG_BYTES);
	memset(body->str, 'x', BIG_BYTES);
	exchange_reply(exchange, 200, "text/plain", body);
}

/* A stream that goes on for as long as somebody reads it. */
static void flood_end(struct slow *slow)
{
	loop_cancel(&slow->task);
	exchange_stream_end(slow->exchange);
	g_free(slow);
}

static void flood_gone(void *slow)
{
	flood_end(slow);
}

static void flood_more(struct loop_task *task)
{
	static const char piece[PIECE_BYTES];
	struct slow *slow = container_of(task, struct slow, task);

	if (exchange_stream_send(slow->exchange, piece, sizeof piece)) {
		loop_after(slow->echo->loop, &slow->task, 1, flood_more);
	} else {
		flood_end(slow);
	}
}

static void echo_for_ever(struct exchange *exchange, void *app)
{
	struct slow *slow = g_new0(struct slow, 1);

	slow->echo = app;
	slow->exchange = exchange;
	slow->echo->ran++;
	exchange_set_user(exchange, slow->echo, user_freed);
	if (exchange_stream_begin(exchange, "application/octet-stream", flood_gone, slow)) {
		loop_after(slow->echo->loop, &slow->task, 1, flood_more);
	} else {
		flood_end(slow);
	}
}

/* This request is in flight too and does not count itself. */
static void echo_counts(struct exchange *exchange, void *app)
{
	struct echo *echo = app;
	struct httpd_counts counts = httpd_counts(echo->httpd);

	reply_json(exchange, 200,
		g_strdup_printf("{\"ran\":%u,\"freed\":%u,\"in_flight\":%u,\"open\":%u,"
				"\"connections\":%" PRIu64 ",\"refused\":%" PRIu64
				",\"framing\":%" PRIu64 ",\"deadline\":%" PRIu64 "}",
			echo->ran, echo->freed, httpd_in_flight(echo->httpd) - 1,
			counts.connections_open, counts.connections, counts.connections_refused,
			counts.framing_refused, counts.deadline_closed));
}

/* clang-format off */
static const struct route routes[] = {
	ROUTE(HTTP_POST, "/echo", 1, BODY_BYTES_MAX, echo_body),
	ROUTE(HTTP_PUT, "/small", 1, 10, echo_body),
	ROUTE(HTTP_DELETE, "/echo/{name}", 1, 0, echo_request),
	ROUTE(HTTP_GET, "/echo/{name}", 1, 0, echo_request),
	ROUTE(HTTP_GET, "/slow", 1, 0, echo_slowly),
	ROUTE(HTTP_GET, "/big", 1, 0, echo_much),
	ROUTE(HTTP_GET, "/stream", 1, 0, echo_for_ever),
	ROUTE(HTTP_GET, "/counts", 1, 0, echo_counts),
};
/* clang-format on */

static void guard(struct exchange *exchange, const struct route *route, void *app)
{
	route->handle(exchange, app);
}

static void problem(struct exchange *exchange, enum hoso_error error, void *app)
{
	GString *body = g_string_new(NULL);

	(void)app;
	g_string_printf(
		body, "{\"status\":%d,\"error\":\"%s\"}", error_http(error), error_wire(error));
	exchange_reply(exchange, error_http(error), "application/problem+json", body);
}

static void ending_check(struct loop_task *task)
{
	struct echo *echo = container_of(task, struct echo, ending);

	if (httpd_in_flight(echo->httpd) == 0) {
		loop_stop(echo->loop);
		return;
	}
	loop_after(echo->loop, task, 10, ending_check);
}

static void ended(struct loop_task *task)
{
	loop_stop(container_of(task, struct echo, ending)->loop);
}

static void signal_came(evutil_socket_t number, short what, void *arg)
{
	struct echo *echo = arg;

	(void)what;
	if (number == SIGTERM) {
		httpd_stop_accepting(echo->httpd);
		loop_after(echo->loop, &echo->ending, 10, ending_check);
	} else {
		loop_stop(echo->loop);
	}
}

static const char *argument(int count, char **values, const char *name)
{
	for (int i = 1; i < count; i++) {
		if (g_str_has_prefix(values[i], name) && values[i][strlen(name)] == '=') {
			return values[i] + strlen(name) + 1;
		}
	}
	return NULL;
}

static unsigned number(int count, char **values, const char *name)
{
	const char *text = argument(count, values, name);
	guint64 value = 0;

	if (text && !g_ascii_string_to_unsigned(text, 10, 0, INT32_MAX, &value, NULL)) {
		exit(2);
	}
	return (unsigned)value;
}

static struct httpd *server_new(
	struct echo *echo, const struct assets *assets, int count, char **values)
{
	struct httpd_config config = {
		.certificate = argument(count, values, "certificate"),
		.key = argument(count, values, "key"),
		.connections_max = number(count, values, "max"),
		.connections_per_address_max = number(count, values, "per_address"),
		.deadlines = {.handshake_ms = number(count, values, "handshake"),
			.head_ms = number(count, values, "head"),
			.body_ms = number(count, values, "body"),
			.idle_ms = number(count, values, "idle"),
			.reply_ms = number(count, values, "reply")},
		.routes = routes,
		.route_count = ARRAY_SIZE(routes),
		.assets = assets,
		.guard = guard,
		.problem = problem,
		.app = echo,
	};

	return httpd_new(echo->loop, &config);
}

static struct assets *assets_of(const char *file)
{
	struct asset_source source = {
		.path = "/asset.txt", .file = file, .content_type = "text/plain; charset=utf-8"};
	g_autoptr(GPtrArray) sources = g_ptr_array_new();
	struct assets *assets = NULL;

	g_ptr_array_add(sources, &source);
	if (file && assets_new(sources, &assets)) {
		exit(1);
	}
	return assets;
}

static void serve(struct echo *echo)
{
	struct event *term = evsignal_new(loop_base(echo->loop), SIGTERM, signal_came, echo);
	struct event *interrupt = evsignal_new(loop_base(echo->loop), SIGINT, signal_came, echo);

	event_add(term, NULL);
	event_add(interrupt, NULL);
	printf("port %d\n", httpd_port(echo->httpd));
	fflush(stdout);
	loop_run(echo->loop);
	event_free(term);
	event_free(interrupt);
	loop_cancel(&echo->ending);
	httpd_free(echo->httpd);
	loop_after(echo->loop, &echo->ending, AFTER_MS, ended);
	loop_run(echo->loop);
}

int main(int count, char **values)
{
	struct echo echo = {.loop = loop_new()};
	struct assets *assets = assets_of(argument(count, values, "asset"));
	const char *beside = argument(count, values, "unix");

	log_init(LOG_WARNING);
	echo.httpd = server_new(&echo, assets, count, values);
	if (!echo.httpd || httpd_listen(echo.httpd, "127.0.0.1:0") ||
		(beside && httpd_listen(echo.httpd, beside))) {
		return 1;
	}
	serve(&echo);
	loop_free(echo.loop);
	assets_free(assets);
	return 0;
}
