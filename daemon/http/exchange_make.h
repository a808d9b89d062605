#ifndef HOSO_HTTP_EXCHANGE_MAKE_H
#define HOSO_HTTP_EXCHANGE_MAKE_H

#include <stdbool.h>

#include "http/exchange.h"
#include "http/router.h"

struct connection;
struct evhttp_request;

/**
 * struct exchanges - those of one server that wait for their reply.
 * @stopping: replies say Connection: close.
 */
struct exchanges {
	GQueue out;
	bool stopping;
};

/** exchanges_done() - those that are still out are replied to nobody; after connections_done(). */
void exchanges_done(struct exchanges *exchanges);

/** exchange_new() - @request is whole; it goes with the reply. */
struct exchange *exchange_new(
	struct exchanges *exchanges, struct connection *connection, struct evhttp_request *request);

/**
 * exchange_route() - find the row, and check what can be checked without knowing who asks.
 * Errors: those of router_match() and of the query; HOSO_BAD_MEDIA for an encoded body;
 * HOSO_TOO_LARGE.
 */
enum hoso_error exchange_route(struct exchange *exchange, const struct route *routes, size_t count,
	const struct route **ret_route);

/** exchange_path() - still percent-encoded, without the query. */
const char *exchange_path(const struct exchange *exchange);

#endif
