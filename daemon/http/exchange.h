#ifndef HOSO_HTTP_EXCHANGE_H
#define HOSO_HTTP_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

#include <hoso/error.h>

/**
 * struct exchange - one request and exactly one reply.
 *
 * The handler gets it and owes one exchange_reply(), now or later. It outlives a client that went
 * away: the reply then goes nowhere, and that is no error. Strings stay valid until the reply.
 */
struct exchange;

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_PUT,
	HTTP_PATCH,
	HTTP_DELETE,
	HTTP_METHOD_COUNT
};

enum http_method exchange_method(const struct exchange *exchange);
const char *exchange_method_wire(const struct exchange *exchange);

/**
 * exchange_route_path() - the pattern that matched ("/v1/legs/{code}"): for logs and metrics, no
 * data in it. "" when none matched.
 */
const char *exchange_route_path(const struct exchange *exchange);

/**
 * exchange_param() - the n-th {name} of the route, percent-decoded, never NULL for a matched
 * route.
 */
const char *exchange_param(const struct exchange *exchange, unsigned n);

/** exchange_query() - the decoded value of a query member; NULL when absent. */
const char *exchange_query(const struct exchange *exchange, const char *name);

/**
 * exchange_query_unknown() - the first query member that is not in @known (NULL-terminated), or
 * NULL. A doubled member is unknown too.
 */
const char *exchange_query_unknown(const struct exchange *exchange, const char *const *known);

/** exchange_header() - NULL when absent; header names without regard to case. */
const char *exchange_header(const struct exchange *exchange, const char *name);

/** exchange_body() - the whole body, not NUL-terminated; *ret_bytes 0 when there is none. */
const char *exchange_body(const struct exchange *exchange, size_t *ret_bytes);

/**
 * exchange_peer() - the address of the other side, without the port. Behind a unix socket it is
 * what the edge appended last to X-Forwarded-For, or "unix"; elsewhere that header is not believed.
 */
const char *exchange_peer(const struct exchange *exchange);

/** exchange_language() - HOSO_EN when Accept-Language prefers English, else HOSO_VI. */
enum hoso_language exchange_language(const struct exchange *exchange);

/** exchange_started_at_ms() - monotonic, when the request was complete. */
long long exchange_started_at_ms(const struct exchange *exchange);

/**
 * exchange_set_user() - hang the handler's own state on the exchange; @free_user runs after the
 * reply.
 */
void exchange_set_user(struct exchange *exchange, void *user, void (*free_user)(void *));
void *exchange_user(const struct exchange *exchange);

/**
 * exchange_add_header() - a header of the reply; before exchange_reply(). No CR, LF or NUL
 * (asserted).
 */
void exchange_add_header(struct exchange *exchange, const char *name, const char *value);

/**
 * exchange_reply() - the one reply. Frees the exchange.
 * @body: taken over; NULL for none. Sent without a copy.
 */
void exchange_reply(struct exchange *exchange, int status, const char *content_type, GString *body);

/** exchange_reply_static() - the same with bytes that outlive the process's listeners (assets). */
void exchange_reply_static(struct exchange *exchange, int status, const char *content_type,
	const void *bytes, size_t length);

/*
 * A reply that goes on: begin, send as often as there is something, end. It is the exchange's one reply, and needs no
 * deadline: who does not read is found out by what waits, who is gone by the connection's end.
 */

/**
 * exchange_stream_begin() - the head, 200.
 * @gone: the client went away, or the server closes; runs at most once, and exchange_stream_end() is owed all the same.
 * False when it has gone already: @gone will not run.
 */
bool exchange_stream_begin(
	struct exchange *exchange, const char *content_type, void (*gone)(void *arg), void *arg);

/** exchange_stream_send() - false when the client is gone, or STREAM_BUFFER_MAX bytes wait for it: nothing was sent. */
bool exchange_stream_send(struct exchange *exchange, const char *bytes, size_t length);

/** exchange_stream_end() - frees the exchange; what waits still has the time of a reply to be read. */
void exchange_stream_end(struct exchange *exchange);

#endif
