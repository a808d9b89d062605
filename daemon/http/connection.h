#ifndef HOSO_HTTP_CONNECTION_H
#define HOSO_HTTP_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>
#include <openssl/ssl.h>

#include "http/httpd.h"
#include "http/seats.h"

struct bufferevent;
struct evhttp_request;
struct loop;

/**
 * struct connections - what all connections of one server share, and all of them that live.
 * @live:      bufferevent to connection
 * @addresses: text of an address to the number of its connections
 * @long_target, @long_body_max: the one address that takes bodies over @body_max; NULL when there is none
 * @replying:  replies that are on their way out
 * @changed:   called when the number of live ones has changed
 */
struct connections {
	struct loop *loop;
	struct httpd_deadlines deadlines;
	size_t body_max;
	const char *long_target;
	size_t long_body_max;
	struct seats seats;
	unsigned per_address_max;
	struct httpd_counts counts;
	GHashTable *live;
	GHashTable *addresses;
	unsigned replying;
	void (*changed)(struct connections *connections);
};

/**
 * struct connection - one client's connection, from accept to close, watched from beside evhttp.
 *
 * Its gate reads every byte before evhttp does; it holds the absolute deadlines, counts against the
 * caps, and ends when evhttp frees its own half.
 */
struct connection;

void connections_init(struct connections *connections, struct loop *loop);

/**
 * connections_done() - closes all that live; requests in the handlers' hands become theirs alone.
 */
void connections_done(struct connections *connections);

/** connections_close_idle() - those between two requests; nothing is lost with them. */
void connections_close_idle(struct connections *connections);

/**
 * connection_accept() - a bufferevent for evhttp's next client. @ssl: taken over; NULL for plain.
 */
struct bufferevent *connection_accept(struct connections *connections, SSL *ssl);

struct connection *connection_of(
	const struct connections *connections, struct bufferevent *bufferevent);

/** connection_peer() - the address without the port; "unix" behind a unix socket. */
const char *connection_peer(const struct connection *connection);
bool connection_is_unix(const struct connection *connection);
bool connection_is_secure(const struct connection *connection);

/**
 * connection_lend() - a whole request goes into a handler's hands.
 * @gone: called if the connection ends before connection_reply(); the request is then @arg's to
 * free.
 */
void connection_lend(struct connection *connection, void (*gone)(void *arg), void *arg);

/**
 * connection_reply() - the reply to the lent request is about to be sent.
 * @reply_bytes: of its body; a long one may take longer.
 * Returns true if it should say Connection: close.
 */
bool connection_reply(
	struct connection *connection, struct evhttp_request *request, size_t reply_bytes);

/** connection_join_output() - head and body leave in one write, and over TLS in one record, if both are short. */
void connection_join_output(struct connection *connection);

#endif
