#ifndef HOSO_HTTP_HTTPD_H
#define HOSO_HTTP_HTTPD_H

#include <stddef.h>
#include <stdint.h>

#include <hoso/error.h>

#include "base/attr.h"
#include "http/exchange.h"
#include "http/router.h"

struct assets;
struct loop;

/**
 * struct httpd_deadlines - absolute, in milliseconds; 0 takes the one of limits.h. Only tests set
 * them.
 */
struct httpd_deadlines {
	int64_t handshake_ms; /* from accept to the end of the TLS handshake */
	int64_t head_ms;      /* from the first byte of a request to the end of its head */
	int64_t body_ms;      /* from there to the end of its body */
	int64_t idle_ms;      /* between two requests */
	int64_t reply_ms;     /* for the client to take the reply; longer for long ones */
};

/**
 * struct httpd_config - values and borrowed strings, read once by httpd_new().
 * @certificate, @key: PEM files; both NULL serves plain HTTP (tests). Unix sockets are always
 *            plain; file rights guard them, and an edge stands before them.
 * @connections_max, @connections_per_address_max: 0 takes the one of limits.h. At the first,
 *            accepting pauses; beyond the second, the connection is closed. Unix sockets have only
 *            the first.
 * @deadlines: zero for those of limits.h.
 * @routes:   the table, borrowed for life; the largest body_max in it up to BODY_BYTES_MAX bounds what any
 *            request may carry. One route may take more: of its bodies only LONG_BODIES_MAX are in
 *            memory, and the others are answered busy while they come.
 * @assets:   what GET and HEAD find where no route is, without @guard; NULL for none. Borrowed for
 *            life.
 * @guard:    called for every matched request instead of the route's own handler; it decides who
 *            may, and calls route->handle(). @exchange's reply is its duty from then on.
 * @problem:  builds the reply of a refused request (no route, too large, malformed …): must call
 *            exchange_reply() before it returns. What was no HTTP at all is answered without it.
 * @app:      given to all of them.
 */
struct httpd_config {
	const char *certificate;
	const char *key;
	unsigned connections_max;
	unsigned connections_per_address_max;
	struct httpd_deadlines deadlines;
	const struct route *routes;
	size_t route_count;
	const struct assets *assets;
	void (*guard)(struct exchange *exchange, const struct route *route, void *app);
	void (*problem)(struct exchange *exchange, enum hoso_error error, void *app);
	void *app;
};

struct httpd;

/**
 * httpd_new() - nothing listens yet. NULL and a log line when the certificate or key cannot be
 * used.
 *
 * Ignores SIGPIPE for the whole process, and lowers connections_max to what the process may open.
 */
struct httpd *httpd_new(struct loop *loop, const struct httpd_config *config);

/**
 * httpd_listen() - "127.0.0.1:8443", "[::1]:8443", "0.0.0.0:443" or "unix:/path". HOSO_FILE when
 * it cannot.
 */
_must_check_ enum hoso_error httpd_listen(struct httpd *httpd, const char *address);

/** httpd_listen_fd() - a listening socket of systemd's; taken over. */
_must_check_ enum hoso_error httpd_listen_fd(struct httpd *httpd, int fd);

/**
 * httpd_port() - the TCP port of the first listener (port 0 asks the kernel for one); 0 when
 * none.
 */
uint16_t httpd_port(const struct httpd *httpd);

/**
 * httpd_reload_tls() - load certificate and key again; the old ones stay when the new cannot be
 * used. Only for a server that was made with TLS.
 */
enum hoso_error httpd_reload_tls(struct httpd *httpd, const char *certificate, const char *key);

/**
 * httpd_stop_accepting() - no new connections; idle ones are closed, and replies say Connection:
 * close from now on.
 */
void httpd_stop_accepting(struct httpd *httpd);

/**
 * httpd_in_flight() - requests that were handed out and whose replies have not left yet: 0 lets a
 * stop go on.
 */
unsigned httpd_in_flight(const struct httpd *httpd);

/** struct httpd_counts - since the start, for /metrics. */
struct httpd_counts {
	uint64_t connections, connections_refused, requests, framing_refused, deadline_closed,
		long_bodies_refused;
	unsigned connections_open;
};
struct httpd_counts httpd_counts(const struct httpd *httpd);

/**
 * httpd_free() - closes everything; exchanges that are still out become replies to nobody. Not
 * inside a callback.
 */
void httpd_free(struct httpd *httpd);

#endif
