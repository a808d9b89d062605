#include "http/connection.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <event2/http.h>
#include <sys/socket.h>

#include <hoso/limits.h>

#include "base/attr.h"
#include "base/crash.h"
#include "base/log.h"
#include "http/address.h"
#include "http/framing_buffer.h"
#include "http/phase.h"
#include "http/refusal.h"
#include "http/tls.h"
#include "io/loop.h"

/*
 * @half:     evhttp's own connection; NULL until connection_attach()
 * @replies:  sent so far; fewer than framing.messages while something is asked and not answered
 * @room:     bytes that may wait in the input buffer
 * @seated:   its long body is one of the few that may be in memory
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
	size_t drained; /* read and dropped since the refusal */
	size_t room;
	enum phase phase;
	struct phase_facts now; /* see facts() */
	enum hoso_error refusal;
	bool seated;
	bool is_unix;
	bool counted;
	struct loop_deadline deadline;
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

static const struct phase_facts *facts(struct connection *connection)
{
	const struct framing *framing = &connection->framing;

	connection->now.is_outstanding = is_outstanding(connection);
	connection->now.framing = framing_phase(framing);
	connection->now.long_bytes = framing_is_long(framing) ? framing->body_bytes : 0;
	return &connection->now;
}

static void deadline_passed(struct loop_deadline *deadline);

static void phase_enter(struct connection *connection, enum phase phase)
{
	connection->phase = phase;
	if (phase == PHASE_HANDLER) {
		loop_deadline_clear(&connection->deadline);
	} else {
		loop_deadline_set(connection->all->loop, &connection->deadline,
			phase_deadline_ms(phase, facts(connection), &connection->all->deadlines),
			deadline_passed);
	}
}

/* A deadline is set when its phase begins, and no byte that comes moves it. */
static void phase_update(struct connection *connection)
{
	enum phase phase = phase_of(facts(connection));

	if (phase != connection->phase) {
		phase_enter(connection, phase);
	}
}

/* Seats. */

static void give_room(struct connection *connection, size_t room)
{
	connection->room = room;
	bufferevent_setwatermark(connection->bufferevent, EV_READ, 0, room);
}

static void seat_leave(struct connection *connection)
{
	if (connection->seated) {
		connection->seated = false;
		seats_leave(
			&connection->all->seats, connection->is_unix ? NULL : connection->address);
	}
}

/* The end. */

static void connection_free(struct connection *connection)
{
	struct connections *all = connection->all;

	loop_deadline_done(&connection->deadline);
	loop_cancel(&connection->soon);
	seat_leave(connection);
	if (connection->counted) {
		address_leave(all->addresses, connection->address);
	}
	g_hash_table_remove(all->live, connection->bufferevent);
	all->replying -= connection->now.replying;
	all->counts.connections_open--;
	g_free(connection);
	all->changed(all);
}

/* evhttp's half ends; runs inside evhttp_connection_free(), before anything of it is gone. */
static void half_closed(struct evhttp_connection *half, void *arg)
{
	struct connection *connection = arg;

	(void)half;
	tls_say_goodbye(connection->ssl);
	evbuffer_remove_cb_entry(bufferevent_get_input(connection->bufferevent), connection->gate);
	if (connection->gone) {
		connection->gone(connection->gone_arg);
	}
	connection_free(connection);
}

/*
 * A lent request must outlive its connection. evhttp lets go of it when the network fails, and
 * frees it when it is told to free the connection; so the network fails.
 */
static void connection_close(struct connection *connection)
{
	if (connection->gone) {
		bufferevent_trigger_event(
			connection->bufferevent, BEV_EVENT_READING | BEV_EVENT_EOF, 0);
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
	struct connection *connection = arg;

	tls_say_goodbye(connection->ssl);
	shutdown(bufferevent_getfd(bufferevent), SHUT_WR);
}

static void refusal_ended(struct bufferevent *bufferevent, short what, void *arg)
{
	(void)bufferevent;
	(void)what;
	connection_close(arg);
}

/*
 * From here on evhttp has no part in the connection but to free it. What the client still sends is read and
 * dropped, because a socket closed with unread bytes resets, and the client would never see why.
 */
static void refuse_now(struct loop_task *task)
{
	struct connection *connection = container_of(task, struct connection, soon);
	struct bufferevent *bufferevent = connection->bufferevent;

	bufferevent_setcb(bufferevent, NULL, refusal_written, refusal_ended, connection);
	refusal_write(bufferevent_get_output(bufferevent), connection->refusal);
	bufferevent_enable(bufferevent, EV_READ | EV_WRITE);
	connection->now.lingering = true;
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
	connection->drained += evbuffer_get_length(input);
	if (connection->drained > LINGER_BYTES_MAX + facts(connection)->long_bytes) {
		drop(connection);
		return;
	}
	evbuffer_drain(input, evbuffer_get_length(input));
	if (!connection->now.lingering &&
		(connection->refusal != HOSO_BUSY || connection->now.long_refused)) {
		loop_defer(connection->all->loop, &connection->soon, refuse_now);
	}
}

static void deadline_passed(struct loop_deadline *deadline)
{
	struct connection *connection = container_of(deadline, struct connection, deadline);

	if (connection->phase == PHASE_HANDSHAKE && connection->ssl &&
		SSL_is_init_finished(connection->ssl)) {
		/* a browser that connects ahead of its first request */
		connection->now.shaken = true;
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

static bool address_has_room(struct connection *connection)
{
	struct connections *all = connection->all;

	if (connection->is_unix) {
		return true;
	}
	connection->counted =
		connection->address[0] &&
		address_enter(all->addresses, connection->address, all->per_address_max);
	return connection->counted;
}

/*
 * libevent 2.1 does not tell of a new connection, nor whose it is, before its first request. But
 * the argument of the bufferevent's callbacks is evhttp's connection from the moment it has one,
 * and is NULL once that has ended; the reference taken in connection_accept() makes it safe to
 * look. False if it had ended: @connection is freed then.
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
	connection->is_unix =
		address_of_peer(bufferevent_getfd(connection->bufferevent), connection->address);
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

/* evhttp takes a body out only when it is whole; the rest is room for what follows it. */
static size_t input_max(const struct connections *connections)
{
	return connections->body_max + 8 * HEAD_BYTES_MAX;
}

/* A long body is known for one as soon as its head is read: before it takes memory. */
static void seat_look_for(struct connection *connection)
{
	if (connection->seated || connection->refusal || !framing_is_long(&connection->framing)) {
		return;
	}
	connection->seated = seats_take(
		&connection->all->seats, connection->is_unix ? NULL : connection->address);
	if (connection->seated) {
		give_room(connection, connection->all->long_body_max + input_max(connection->all));
	} else {
		log_info("peer=%s: no room for a long body", connection->address);
		connection->all->counts.long_bodies_refused++;
		connection->refusal = HOSO_BUSY;
		connection->now.long_refused = true;
	}
}

static void gate_feed(struct connection *connection, struct evbuffer *input, size_t length)
{
	enum framing_refusal refusal = framing_feed_end(&connection->framing, input, length);

	if (refusal) {
		log_info("peer=%s framing=%s: request refused", connection->address,
			framing_word(refusal));
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
	connection->now.shaken = true;
	if (!connection->half && !connection_attach(connection)) {
		return;
	}
	if (!connection->refusal) {
		gate_feed(connection, input, info->n_added);
	}
	seat_look_for(connection);
	if (evbuffer_get_length(input) >= connection->room) {
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
	connection->now.shaken = !ssl;
	framing_init(&connection->framing, connections->body_max);
	framing_allow_long(
		&connection->framing, connections->long_target, connections->long_body_max);
	/* Also ends libevent's reading over TLS, which else goes on for as long as bytes come. */
	give_room(connection, input_max(connections));
	bufferevent_incref(connection->bufferevent);
	connection->gate = evbuffer_add_cb(
		bufferevent_get_input(connection->bufferevent), gate_saw, connection);
	g_hash_table_insert(connections->live, connection->bufferevent, connection);
	connections->counts.connections++;
	connections->counts.connections_open++;
	loop_defer(connections->loop, &connection->soon, connection_opened);
	phase_enter(connection, ssl ? PHASE_HANDSHAKE : PHASE_IDLE);
	connections->changed(connections);
	return connection->bufferevent;
}

struct connection *connection_of(
	const struct connections *connections, struct bufferevent *bufferevent)
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
	if (!framing_is_long(&connection->framing)) {
		give_room(connection, input_max(connection->all)); /* the body is the request's */
	}
}

static void reply_sent(struct evhttp_request *request, void *arg)
{
	struct connection *connection = arg;

	(void)request;
	CRASH_POINT(REPLY_SENT);
	connection->replies++;
	connection->now.replying = false;
	connection->all->replying--;
	if (!is_outstanding(connection) && !framing_is_long(&connection->framing)) {
		seat_leave(connection);
	}
	refusal_progress(connection);
	phase_update(connection);
}

bool connection_reply(
	struct connection *connection, struct evhttp_request *request, size_t reply_bytes)
{
	connection->gone = NULL;
	connection->now.replying = true;
	connection->all->replying++;
	connection->now.reply_bytes = reply_bytes;
	evhttp_request_set_on_complete_cb(request, reply_sent, connection);
	phase_update(connection);
	return connection->replies + 1 >= CONNECTION_REQUESTS_MAX;
}

void connection_join_output(struct connection *connection)
{
	struct evbuffer *output = bufferevent_get_output(connection->bufferevent);

	if (evbuffer_get_length(output) <= TLS_RECORD_BYTES) {
		evbuffer_pullup(output, -1);
	}
}

/* All of them. */

void connections_init(struct connections *connections, struct loop *loop)
{
	connections->loop = loop;
	connections->live = g_hash_table_new(NULL, NULL);
	connections->addresses = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static bool is_idle(const struct connection *connection)
{
	return connection->phase == PHASE_IDLE || connection->phase == PHASE_HANDSHAKE;
}

static void close_all(struct connections *connections, bool idle_only)
{
	g_autoptr(GList) all = g_hash_table_get_values(connections->live);

	for (GList *at = all; at; at = at->next) {
		struct connection *connection = at->data;
		if ((is_idle(connection) || !idle_only) &&
			(connection->half || connection_attach(connection))) {
			connection_close(connection);
		}
	}
}

void connections_close_idle(struct connections *connections)
{
	close_all(connections, true);
}

void connections_done(struct connections *connections)
{
	close_all(connections, false);
	g_assert(connections->counts.connections_open == 0);
	g_hash_table_destroy(connections->live);
	g_hash_table_destroy(connections->addresses);
	seats_done(&connections->seats);
}
