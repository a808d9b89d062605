#include "http/exchange.h"

#include <string.h>

#include <arpa/inet.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>

#include <hoso/limits.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/crash.h"
#include "base/log.h"
#include "base/uuid7.h"
#include "http/address.h"
#include "http/connection.h"
#include "http/exchange_make.h"
#include "http/query.h"

#define REQUEST_ID_MIN 8
#define REQUEST_ID_MAX 64

/*
 * @place:      among those that wait
 * @exchanges:  NULL when the server is gone
 * @connection: NULL when the client is gone; @request is ours alone then
 */
struct exchange {
	GList place;
	struct exchanges *exchanges;
	struct connection *connection;
	struct evhttp_request *request;
	enum http_method method;
	char *path;
	enum hoso_error query_error;
	struct query query;
	struct route_match match;
	long long started_at_ms;
	bool secure;
	bool cache_set;
	bool replied;
	void *user;
	void (*free_user)(void *user);
	void (*gone)(void *arg); /* of a stream that has begun */
	void *gone_arg;
	char peer[ADDRESS_SIZE];
	char request_id[REQUEST_ID_MAX + 1];
};

static enum http_method method_of(const struct evhttp_request *request)
{
	static const enum evhttp_cmd_type commands[HTTP_METHOD_COUNT] = {
		[HTTP_GET] = EVHTTP_REQ_GET,
		[HTTP_HEAD] = EVHTTP_REQ_HEAD,
		[HTTP_POST] = EVHTTP_REQ_POST,
		[HTTP_PUT] = EVHTTP_REQ_PUT,
		[HTTP_PATCH] = EVHTTP_REQ_PATCH,
		[HTTP_DELETE] = EVHTTP_REQ_DELETE,
	};
	int method = 0;

	while (method < HTTP_METHOD_COUNT &&
		commands[method] != evhttp_request_get_command(request)) {
		method++;
	}
	return (enum http_method)method;
}

/*
 * The last address of the last line: earlier ones were written by the client, and edges may add a
 * line.
 */
static void peer_from_edge(struct exchange *exchange)
{
	struct evkeyval *line;
	const char *forwarded = NULL;
	struct in6_addr address;

	for (line = evhttp_request_get_input_headers(exchange->request)->tqh_first; line;
		line = line->next.tqe_next) {
		if (g_ascii_strcasecmp(line->key, "X-Forwarded-For") == 0) {
			forwarded = line->value;
		}
	}
	if (!forwarded) {
		return;
	}
	forwarded = strrchr(forwarded, ',') ? strrchr(forwarded, ',') + 1 : forwarded;
	forwarded += strspn(forwarded, " ");
	if (inet_pton(AF_INET, forwarded, &address) == 1 ||
		inet_pton(AF_INET6, forwarded, &address) == 1) {
		g_strlcpy(exchange->peer, forwarded, sizeof exchange->peer);
	}
}

static void request_id_choose(struct exchange *exchange)
{
	const char *given = exchange_header(exchange, "X-Request-Id");
	size_t length = given ? strlen(given) : 0;
	struct uuid made;

	if (length >= REQUEST_ID_MIN && length <= REQUEST_ID_MAX &&
		strspn(given, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-_.") == length) {
		g_strlcpy(exchange->request_id, given, sizeof exchange->request_id);
		return;
	}
	made = uuid7_make(clock_now_ms());
	uuid7_format(&made, exchange->request_id);
}

static void client_gone(void *arg)
{
	struct exchange *exchange = arg;

	exchange->connection = NULL;
	if (exchange->gone) {
		exchange->gone(exchange->gone_arg);
	}
}

struct exchange *exchange_new(
	struct exchanges *exchanges, struct connection *connection, struct evhttp_request *request)
{
	struct exchange *exchange = g_new0(struct exchange, 1);
	const char *target = evhttp_request_get_uri(request);
	const char *query = strchr(target, '?');

	exchange->place.data = exchange;
	exchange->exchanges = exchanges;
	exchange->connection = connection;
	exchange->request = request;
	exchange->method = method_of(request);
	exchange->path = g_strndup(target, query ? (size_t)(query - target) : strlen(target));
	exchange->query_error = query_parse(query ? query + 1 : NULL, &exchange->query);
	exchange->started_at_ms = clock_monotonic_ms();
	exchange->secure = connection_is_secure(connection);
	g_strlcpy(exchange->peer, connection_peer(connection), sizeof exchange->peer);
	if (connection_is_unix(connection)) {
		peer_from_edge(exchange);
	}
	request_id_choose(exchange);
	g_queue_push_tail_link(&exchanges->out, &exchange->place);
	connection_lend(connection, client_gone, exchange);
	return exchange;
}

static enum hoso_error body_check(const struct exchange *exchange)
{
	size_t body_bytes;

	exchange_body(exchange, &body_bytes);
	if (exchange_header(exchange, "Content-Encoding")) {
		return HOSO_BAD_MEDIA;
	}
	return body_bytes > exchange->match.route->body_max ? HOSO_TOO_LARGE : HOSO_OK;
}

enum hoso_error exchange_route(struct exchange *exchange, const struct route *routes, size_t count,
	const struct route **ret_route)
{
	char allow[64];
	enum hoso_error error = router_match(routes, count, exchange->method, exchange->path,
		&exchange->match, allow, sizeof allow);

	if (error == HOSO_BAD_METHOD) {
		exchange_add_header(exchange, "Allow", allow);
	}
	if (!error) {
		error = exchange->query_error;
	}
	if (!error) {
		error = body_check(exchange);
	}
	if (!error) {
		*ret_route = exchange->match.route;
	}
	return error;
}

void exchanges_done(struct exchanges *exchanges)
{
	GList *place;

	while ((place = g_queue_pop_head_link(&exchanges->out))) {
		struct exchange *exchange = place->data;
		exchange->exchanges = NULL;
	}
}

/* What was asked. */

enum http_method exchange_method(const struct exchange *exchange)
{
	return exchange->method;
}

const char *exchange_method_wire(const struct exchange *exchange)
{
	return router_method_wire(exchange->method);
}

const char *exchange_path(const struct exchange *exchange)
{
	return exchange->path;
}

const char *exchange_route_path(const struct exchange *exchange)
{
	return exchange->match.route ? exchange->match.route->path : "";
}

const char *exchange_param(const struct exchange *exchange, unsigned n)
{
	g_assert(n < ROUTE_PARAMS_MAX);
	return exchange->match.params[n];
}

const char *exchange_query(const struct exchange *exchange, const char *name)
{
	return query_find(&exchange->query, name);
}

const char *exchange_query_unknown(const struct exchange *exchange, const char *const *known)
{
	for (unsigned i = 0; i < exchange->query.count; i++) {
		const struct query_member *member = &exchange->query.members[i];
		bool doubled = query_find(&exchange->query, member->name) != member->value;
		if (doubled || !g_strv_contains(known, member->name)) {
			return member->name;
		}
	}
	return NULL;
}

const char *exchange_header(const struct exchange *exchange, const char *name)
{
	return evhttp_find_header(evhttp_request_get_input_headers(exchange->request), name);
}

const char *exchange_body(const struct exchange *exchange, size_t *ret_bytes)
{
	struct evbuffer *input = evhttp_request_get_input_buffer(exchange->request);

	*ret_bytes = evbuffer_get_length(input);
	return *ret_bytes ? (const char *)evbuffer_pullup(input, -1) : "";
}

const char *exchange_peer(const struct exchange *exchange)
{
	return exchange->peer;
}

long long exchange_started_at_ms(const struct exchange *exchange)
{
	return exchange->started_at_ms;
}

/*
 * The weight of @language in one "en-GB;q=0.8" of an Accept-Language; -1 when it is another
 * language.
 */
static double language_weight(const char *range, const char *language)
{
	const char *weight = strstr(range, ";q=");
	size_t length = strlen(language);

	if (g_ascii_strncasecmp(range, language, length) != 0 || g_ascii_isalpha(range[length])) {
		return -1;
	}
	return weight ? g_ascii_strtod(weight + 3, NULL) : 1;
}

enum hoso_language exchange_language(const struct exchange *exchange)
{
	const char *accepted = exchange_header(exchange, "Accept-Language");
	g_auto(GStrv) ranges = g_strsplit(accepted ? accepted : "", ",", 0);
	double english = 0;
	double vietnamese = 0;

	for (char **range = ranges; *range; range++) {
		g_strstrip(*range);
		english = MAX(english, language_weight(*range, "en"));
		vietnamese = MAX(vietnamese, language_weight(*range, "vi"));
	}
	return english > vietnamese ? HOSO_EN : HOSO_VI;
}

void exchange_set_user(struct exchange *exchange, void *user, void (*free_user)(void *))
{
	g_assert(!exchange->user);
	exchange->user = user;
	exchange->free_user = free_user;
}

void *exchange_user(const struct exchange *exchange)
{
	return exchange->user;
}

/* The reply. */

void exchange_add_header(struct exchange *exchange, const char *name, const char *value)
{
	g_assert(!exchange->replied);
	g_assert(!strpbrk(name, "\r\n:") && !strpbrk(value, "\r\n"));
	exchange->cache_set |= g_ascii_strcasecmp(name, "Cache-Control") == 0;
	evhttp_add_header(evhttp_request_get_output_headers(exchange->request), name, value);
}

static void exchange_free(struct exchange *exchange)
{
	if (exchange->exchanges) {
		g_queue_unlink(&exchange->exchanges->out, &exchange->place);
	}
	if (exchange->free_user) {
		exchange->free_user(exchange->user);
	}
	query_done(&exchange->query);
	g_free(exchange->path);
	g_free(exchange);
}

static void standard_headers_add(struct exchange *exchange, const char *content_type)
{
	exchange_add_header(exchange, "X-Content-Type-Options", "nosniff");
	exchange_add_header(exchange, "Referrer-Policy", "no-referrer");
	exchange_add_header(exchange, "X-Request-Id", exchange->request_id);
	if (!exchange->cache_set) {
		exchange_add_header(exchange, "Cache-Control", "no-store");
	}
	if (exchange->secure) {
		exchange_add_header(exchange, "Strict-Transport-Security", "max-age=31536000");
	}
	if (content_type) {
		exchange_add_header(exchange, "Content-Type", content_type);
	}
}

/* evhttp leaves the length out of an answer to HEAD, and the body in. */
static void head_reply(struct exchange *exchange, struct evbuffer *body)
{
	g_autofree char *length = g_strdup_printf("%zu", evbuffer_get_length(body));

	exchange_add_header(exchange, "Content-Length", length);
	evbuffer_drain(body, evbuffer_get_length(body));
}

/* One line per request; the route's pattern stands for the path, so that no code or name gets into it. */
static void reply_log(const struct exchange *exchange, int status)
{
	log_info("request=%s method=%s route=%s status=%d ms=%lld peer=%s", exchange->request_id,
		exchange_method_wire(exchange), exchange_route_path(exchange), status,
		(long long)clock_monotonic_ms() - exchange_started_at_ms(exchange),
		exchange_peer(exchange));
}

static void reply(
	struct exchange *exchange, int status, const char *content_type, struct evbuffer *body)
{
	struct connection *connection = exchange->connection;
	struct evhttp_request *request = exchange->request;
	bool stopping = !exchange->exchanges || exchange->exchanges->stopping;

	g_assert(!exchange->replied);
	reply_log(exchange, status);
	standard_headers_add(exchange, content_type);
	if (exchange->method == HTTP_HEAD && status != 304) {
		head_reply(exchange, body);
	}
	if (!connection) {
		evhttp_request_free(request);
	} else {
		if (connection_reply(connection, request, evbuffer_get_length(body)) || stopping) {
			exchange_add_header(exchange, "Connection", "close");
		}
		CRASH_POINT(REPLY_MADE);
		evhttp_send_reply(request, status, NULL, body);
		connection_join_output(connection);
		CRASH_POINT(REPLY_QUEUED);
	}
	exchange->replied = true;
	exchange_free(exchange);
	evbuffer_free(body);
}

static void body_sent(const void *bytes, size_t length, void *body)
{
	(void)bytes;
	(void)length;
	g_string_free(body, TRUE);
}

void exchange_reply(struct exchange *exchange, int status, const char *content_type, GString *body)
{
	struct evbuffer *buffer = evbuffer_new();

	g_assert(buffer);
	if (body && body->len > 0) {
		evbuffer_add_reference(buffer, body->str, body->len, body_sent, body);
	} else if (body) {
		g_string_free(body, TRUE);
	}
	reply(exchange, status, content_type, buffer);
}

void exchange_reply_static(struct exchange *exchange, int status, const char *content_type,
	const void *bytes, size_t length)
{
	struct evbuffer *buffer = evbuffer_new();

	g_assert(buffer);
	evbuffer_add_reference(buffer, bytes, length, NULL, NULL);
	reply(exchange, status, content_type, buffer);
}

/* Streams. */

bool exchange_stream_begin(
	struct exchange *exchange, const char *content_type, void (*gone)(void *arg), void *arg)
{
	g_assert(!exchange->replied && exchange->method != HTTP_HEAD);
	standard_headers_add(exchange, content_type);
	exchange_add_header(
		exchange, "X-Accel-Buffering", "no"); /* nginx holds back what is small */
	exchange_add_header(exchange, "Connection", "close");
	exchange->replied = true;
	if (!exchange->connection) {
		return false;
	}
	exchange->gone = gone;
	exchange->gone_arg = arg;
	evhttp_send_reply_start(exchange->request, 200, NULL);
	return true;
}

bool exchange_stream_send(struct exchange *exchange, const char *bytes, size_t length)
{
	struct evbuffer *output;
	struct evbuffer *chunk;

	if (!exchange->connection) {
		return false;
	}
	output = bufferevent_get_output(evhttp_connection_get_bufferevent(
		evhttp_request_get_connection(exchange->request)));
	if (evbuffer_get_length(output) + length > STREAM_BUFFER_MAX) {
		return false;
	}
	chunk = evbuffer_new();
	g_assert(chunk);
	evbuffer_add(chunk, bytes, length);
	evhttp_send_reply_chunk(exchange->request, chunk);
	evbuffer_free(chunk);
	return true;
}

void exchange_stream_end(struct exchange *exchange)
{
	g_assert(exchange->replied);
	reply_log(exchange, 200);
	if (exchange->connection) {
		(void)connection_reply(exchange->connection, exchange->request, STREAM_BUFFER_MAX);
		evhttp_send_reply_end(exchange->request);
	} else {
		evhttp_request_free(exchange->request);
	}
	exchange_free(exchange);
}
