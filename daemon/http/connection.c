#include "http/connection.h"

#include <string.h>

#include <arpa/inet.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <event2/http.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <hoso/limits.h>

#include "base/attr.h"
#include "base/log.h"
#include "http/framing.h"
#include "io/loop.h"

#define ADDRESS_SIZE INET6_ADDRSTRLEN

/*
 *  HANDSHAKE ─► IDLE ─► HEAD ─► BODY ─► HANDLER ─► REPLY ─┐
 *                ▲         └──────────────▲               │
 *                └────────────────────────────────────────┘
 * Each but HANDLER has an absolute deadline. Anything may go to LINGER: refused, and being told so.
 */
enum phase { PHASE_HANDSHAKE, PHASE_IDLE, PHASE_HEAD, PHASE_BODY, PHASE_HANDLER, PHASE_REPLY, PHASE_LINGER };

/*
 * @half:     evhttp's own connection; NULL until connection_attach()
 * @replies:  sent so far; fewer than framing.messages while something is asked and not answered
 * @refusal:  why no more bytes are taken; HOSO_OK as long as they are
 * @gone:     set while a request is lent to a handler
 */
struct connection {
	struct connections *all;
	struct bufferevent *bufferevent;
	struct evbuffer_cb_entry *gate;
	struct evhttp_connection *half;
	SSL *ssl;
	struct framing framing;
	uint64_t replies;
	size_t reply_bytes;
	enum phase phase;
	enum hoso_error refusal;
	bool shaken;
	bool replying;
	bool lingering;
	bool is_unix;
	bool counted;
	struct loop_task deadline;
	struct loop_task soon;
	void (*gone)(void *arg);
	void *gone_arg;
	char address[ADDRESS_SIZE];
};

/* Deadlines. */

static bool is_outstanding(const struct connection *connection)
{
	return connection->framing.messages > connection->replies;
}

static enum phase phase_now(const struct connection *connection)
{
	if (connection->lingering) {
		return PHASE_LINGER;
	}
	if (is_outstanding(connection)) {
		return connection->replying ? PHASE_REPLY : PHASE_HANDLER;
	}
	switch (framing_phase(&connection->framing)) {
	case FRAMING_HEAD:
		return PHASE_HEAD;
	case FRAMING_BODY:
		return PHASE_BODY;
	case FRAMING_BETWEEN:
		break;
	}
	return connection->shaken ? PHASE_IDLE : PHASE_HANDSHAKE;
}

static int64_t phase_deadline_ms(const struct connection *connection)
{
	const struct httpd_deadlines *deadlines = &connection->all->deadlines;

	switch (connection->phase) {
	case PHASE_HANDSHAKE:
		return deadlines->handshake_ms;
	case PHASE_IDLE:
		return deadlines->idle_ms;
	case PHASE_HEAD:
		return deadlines->head_ms;
	case PHASE_BODY:
		return deadlines->body_ms;
	case PHASE_REPLY:
		return deadlines->reply_ms + (int64_t)connection->reply_bytes * 1000 / REPLY_BYTES_PER_S_MIN;
	case PHASE_LINGER:
		return LINGER_DEADLINE_MS;
	case PHASE_HANDLER:
		break;
	}
	return 0;
}

static void deadline_passed(struct loop_task *task);

static void phase_enter(struct connection *connection, enum phase phase)
{
	int64_t deadline_ms;

	connection->phase = phase;
	deadline_ms = phase_deadline_ms(connection);
	if (deadline_ms > 0) {
		loop_after(connection->all->loop, &connection->deadline, deadline_ms, deadline_passed);
	} else {
		loop_cancel(&connection->deadline);
	}
}

/* A deadline is set when its phase begins, and no byte that comes moves it. */
static void phase_update(struct connection *connection)
{
	enum phase phase = phase_now(connection);

	if (phase != connection->phase) {
		phase_enter(connection, phase);
	}
}

/* The end. */

static void connection_free(struct connection *connection)
{
	struct connections *all = connection->all;

	loop_cancel(&connection->deadline);
	loop_cancel(&connection->soon);
	if (connection->counted) {
		unsigned others = GPOINTER_TO_UINT(g_hash_table_lookup(all->addresses, connection->address)) - 1;
		if (others > 0) {
			g_hash_table_insert(
				all->addresses, g_strdup(connection->address), GUINT_TO_POINTER(others));
		} else {
			g_hash_table_remove(all->addresses, connection->address);
		}
	}
	g_hash_table_remove(all->live, connection->bufferevent);
	all->counts.connections_open--;
	g_free(connection);
	all->changed(all);
}

/* Says goodbye in TLS while the socket still can: a client could not tell a cut from an end otherwise. */
static void tls_close(struct connection *connection)
{
	SSL *ssl = connection->ssl;

	if (ssl && SSL_is_init_finished(ssl) && !(SSL_get_shutdown(ssl) & SSL_SENT_SHUTDOWN)) {
		SSL_shutdown(ssl);
		ERR_clear_error();
	}
}

/* evhttp's half ends; runs inside evhttp_connection_free(), before anything of it is gone. */
static void half_closed(struct evhttp_connection *half, void *arg)
{
	struct connection *connection = arg;

	(void)half;
	tls_close(connection);
	evbuffer_remove_cb_entry(bufferevent_get_input(connection->bufferevent), connection->gate);
	if (connection->gone) {
		connection->gone(connection->gone_arg);
	}
	connection_free(connection);
}

/*
 * A lent request must outlive its connection. evhttp lets go of it when the network fails, and frees it
 * when it is told to free the connection; so the network fails.
 */
static void connection_close(struct connection *connection)
{
	if (connection->gone) {
		bufferevent_trigger_event(connection->bufferevent, BEV_EVENT_READING | BEV_EVENT_EOF, 0);
	} else {
		evhttp_connection_free(connection->half);
	}
}

static void close_soon(struct loop_task *task)
{
	connection_close(container_of(task, struct connection, soon));
}

/* Without a word: whoever takes more than a share gets no answer made for them. */
static void drop(struct connection *connection)
{
	connection->refusal = HOSO_BUSY;
	loop_defer(connection->all->loop, &connection->soon, close_soon);
}

/* Refusing. */

static void refusal_written(struct bufferevent *bufferevent, void *arg)
{
	tls_close(arg);
	shutdown(bufferevent_getfd(bufferevent), SHUT_WR);
}

static void refusal_ended(struct bufferevent *bufferevent, short what, void *arg)
{
	(void)bufferevent;
	(void)what;
	connection_close(arg);
}

static void refusal_add(struct evbuffer *output, enum hoso_error error)
{
	g_autofree char *body = g_strdup_printf("{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"code\":\"%s\"}\n",
		error_text(error, HOSO_VI), error_http(error), error_wire(error));

	evbuffer_add_printf(output,
		"HTTP/1.1 %d Refused\r\nConnection: close\r\nContent-Type: application/problem+json\r\n"
		"Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
		"Content-Length: %zu\r\n\r\n%s",
		error_http(error), strlen(body), body);
}

/*
 * From here on evhttp has no part in the connection but to free it. What the client still sends is read
 * and dropped, because a socket closed with unread bytes resets, and the client would never see why.
 */
static void refuse_now(struct loop_task *task)
{
	struct connection *connection = container_of(task, struct connection, soon);
	struct bufferevent *bufferevent = connection->bufferevent;

	bufferevent_setcb(bufferevent, NULL, refusal_written, refusal_ended, connection);
	refusal_add(bufferevent_get_output(bufferevent), connection->refusal);
	bufferevent_enable(bufferevent, EV_READ | EV_WRITE);
	connection->lingering = true;
	phase_update(connection);
}

/*
 * Nothing more is taken. Whole messages that came before the bad bytes are still answered; the bad
 * bytes go before evhttp can look at them.
 */
static void refusal_progress(struct connection *connection)
{
	struct evbuffer *input = bufferevent_get_input(connection->bufferevent);

	if (!connection->refusal || is_outstanding(connection)) {
		return;
	}
	evbuffer_drain(input, evbuffer_get_length(input));
	if (!connection->lingering && connection->refusal != HOSO_BUSY) {
		loop_defer(connection->all->loop, &connection->soon, refuse_now);
	}
}

static void deadline_passed(struct loop_task *task)
{
	struct connection *connection = container_of(task, struct connection, deadline);

	if (connection->phase == PHASE_HANDSHAKE && connection->ssl && SSL_is_init_finished(connection->ssl)) {
		connection->shaken = true; /* a browser that connects ahead of its first request */
		phase_update(connection);
		return;
	}
	connection->all->counts.deadline_closed += connection->phase != PHASE_LINGER;
	if (connection->phase == PHASE_HEAD || connection->phase == PHASE_BODY) {
		connection->refusal = HOSO_REQUEST_TIMEOUT;
		refusal_progress(connection);
		return;
	}
	connection_close(connection);
}

/* The beginning. */

static void peer_find(struct connection *connection)
{
	struct sockaddr_storage peer;
	socklen_t size = sizeof peer;
	const struct sockaddr_in *v4 = (const void *)&peer;
	const struct sockaddr_in6 *v6 = (const void *)&peer;

	if (getpeername(bufferevent_getfd(connection->bufferevent), (struct sockaddr *)&peer, &size) != 0) {
		return;
	}
	if (peer.ss_family == AF_UNIX) {
		connection->is_unix = true;
		g_strlcpy(connection->address, "unix", sizeof connection->address);
	} else if (peer.ss_family == AF_INET) {
		inet_ntop(AF_INET, &v4->sin_addr, connection->address, sizeof connection->address);
	} else if (peer.ss_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
		inet_ntop(AF_INET, &v6->sin6_addr.s6_addr[12], connection->address, sizeof connection->address);
	} else if (peer.ss_family == AF_INET6) {
		inet_ntop(AF_INET6, &v6->sin6_addr, connection->address, sizeof connection->address);
	}
}

static bool address_has_room(struct connection *connection)
{
	GHashTable *addresses = connection->all->addresses;
	unsigned count = GPOINTER_TO_UINT(g_hash_table_lookup(addresses, connection->address)) + 1;

	if (connection->is_unix) {
		return true;
	}
	if (!connection->address[0] || count > connection->all->per_address_max) {
		return false;
	}
	g_hash_table_insert(addresses, g_strdup(connection->address), GUINT_TO_POINTER(count));
	connection->counted = true;
	return true;
}

/*
 * libevent 2.1 does not tell of a new connection, nor whose it is, before its first request. But the
 * argument of the bufferevent's callbacks is evhttp's connection from the moment it has one, and is
 * NULL once that has ended; the reference taken in connection_accept() makes it safe to look.
 * False if it had ended: @connection is freed then.
 */
static bool connection_attach(struct connection *connection)
{
	void *half = NULL;

	bufferevent_getcb(connection->bufferevent, NULL, NULL, NULL, &half);
	bufferevent_decref(connection->bufferevent);
	if (!half) {
		connection_free(connection);
		return false;
	}
	connection->half = half;
	evhttp_connection_set_closecb(connection->half, half_closed, connection);
	peer_find(connection);
	if (!address_has_room(connection)) {
		log_debug("peer=%s: too many connections of one address", connection->address);
		connection->all->counts.connections_refused++;
		drop(connection);
	}
	return true;
}

static void connection_opened(struct loop_task *task)
{
	struct connection *connection = container_of(task, struct connection, soon);

	if (!connection->half) {
		(void)connection_attach(connection);
	}
}

static void gate_feed(struct connection *connection, struct evbuffer *input, size_t length)
{
	enum framing_refusal refusal = FRAMING_TAKEN;
	struct evbuffer_ptr at;

	evbuffer_ptr_set(input, &at, evbuffer_get_length(input) - length, EVBUFFER_PTR_SET);
	while (length > 0 && !refusal) {
		struct evbuffer_iovec part;
		evbuffer_peek(input, (ev_ssize_t)length, &at, &part, 1);
		refusal = framing_feed(&connection->framing, part.iov_base, part.iov_len);
		length -= part.iov_len;
		evbuffer_ptr_set(input, &at, part.iov_len, EVBUFFER_PTR_ADD);
	}
	if (refusal) {
		log_info("peer=%s framing=%s: request refused", connection->address, framing_word(refusal));
		connection->all->counts.framing_refused++;
		connection->refusal = framing_error(refusal);
	}
}

/* Runs as bytes arrive in the input buffer, before evhttp is told of them. */
static void gate_saw(struct evbuffer *input, const struct evbuffer_cb_info *info, void *arg)
{
	struct connection *connection = arg;

	if (info->n_added == 0) {
		return;
	}
	connection->shaken = true;
	if (!connection->half && !connection_attach(connection)) {
		return;
	}
	if (!connection->refusal) {
		gate_feed(connection, input, info->n_added);
	}
	if (evbuffer_get_length(input) > connection->all->body_max + 2 * HEAD_BYTES_MAX) {
		/* No body is this long: requests are piled up ahead of their answers. */
		drop(connection);
	}
	refusal_progress(connection);
	phase_update(connection);
}

struct bufferevent *connection_accept(struct connections *connections, SSL *ssl)
{
	struct event_base *base = loop_base(connections->loop);
	struct connection *connection = g_new0(struct connection, 1);

	if (ssl) {
		connection->bufferevent = bufferevent_openssl_socket_new(
			base, -1, ssl, BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
		g_assert(connection->bufferevent);
		bufferevent_openssl_set_allow_dirty_shutdown(connection->bufferevent, 1);
	} else {
		connection->bufferevent = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
		g_assert(connection->bufferevent);
	}
	connection->all = connections;
	connection->ssl = ssl;
	connection->shaken = !ssl;
	framing_init(&connection->framing, connections->body_max);
	bufferevent_incref(connection->bufferevent);
	connection->gate =
		evbuffer_add_cb(bufferevent_get_input(connection->bufferevent), gate_saw, connection);
	g_hash_table_insert(connections->live, connection->bufferevent, connection);
	connections->counts.connections++;
	connections->counts.connections_open++;
	loop_defer(connections->loop, &connection->soon, connection_opened);
	phase_enter(connection, phase_now(connection));
	connections->changed(connections);
	return connection->bufferevent;
}

struct connection *connection_of(const struct connections *connections, struct bufferevent *bufferevent)
{
	return g_hash_table_lookup(connections->live, bufferevent);
}

const char *connection_peer(const struct connection *connection)
{
	return connection->address;
}

bool connection_is_unix(const struct connection *connection)
{
	return connection->is_unix;
}

bool connection_is_secure(const struct connection *connection)
{
	return connection->ssl != NULL;
}

/* Requests and replies. */

void connection_lend(struct connection *connection, void (*gone)(void *arg), void *arg)
{
	connection->gone = gone;
	connection->gone_arg = arg;
}

static void reply_sent(struct evhttp_request *request, void *arg)
{
	struct connection *connection = arg;

	(void)request;
	connection->replies++;
	connection->replying = false;
	refusal_progress(connection);
	phase_update(connection);
}

bool connection_reply(struct connection *connection, struct evhttp_request *request, size_t reply_bytes)
{
	connection->gone = NULL;
	connection->replying = true;
	connection->reply_bytes = reply_bytes;
	evhttp_request_set_on_complete_cb(request, reply_sent, connection);
	phase_update(connection);
	return connection->replies + 1 >= CONNECTION_REQUESTS_MAX;
}

/* All of them. */

void connections_init(struct connections *connections, struct loop *loop)
{
	connections->loop = loop;
	connections->live = g_hash_table_new(NULL, NULL);
	connections->addresses = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static void close_where(struct connections *connections, bool (*chosen)(const struct connection *connection))
{
	g_autoptr(GList) all = g_hash_table_get_values(connections->live);

	for (GList *at = all; at; at = at->next) {
		struct connection *connection = at->data;
		if (chosen(connection) && (connection->half || connection_attach(connection))) {
			connection_close(connection);
		}
	}
}

static bool is_idle(const struct connection *connection)
{
	return connection->half && (connection->phase == PHASE_IDLE || connection->phase == PHASE_HANDSHAKE);
}

static bool is_any(const struct connection *connection)
{
	(void)connection;
	return true;
}

void connections_close_idle(struct connections *connections)
{
	close_where(connections, is_idle);
}

void connections_done(struct connections *connections)
{
	close_where(connections, is_any);
	g_assert(connections->counts.connections_open == 0);
	g_hash_table_destroy(connections->live);
	g_hash_table_destroy(connections->addresses);
}
