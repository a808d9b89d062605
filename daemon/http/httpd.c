#include "http/httpd.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <hoso/limits.h>

#include "base/crash.h"
#include "base/log.h"
#include "http/asset.h"
#include "http/connection.h"
#include "http/exchange_make.h"
#include "http/tls.h"
#include "io/loop.h"

#define LISTEN_BACKLOG 1024
#define DESCRIPTORS_KEPT 64  /* for the database, the portal, files and helpers */
#define EVHTTP_TIMEOUT_S 300 /* our own deadlines come first; this one is evhttp's, if it hangs */
#define EVHTTP_ALL_METHODS 0xFFFF /* also unknown ones: our router answers 405, not evhttp 501 */

/* One evhttp speaks plain, the other TLS: unix sockets beside TLS ports in one server. */
struct door {
	struct httpd *httpd;
	struct evhttp *http;
	bool secure;
};

struct httpd {
	struct loop *loop;
	struct httpd_config config;
	SSL_CTX *tls;
	struct door plain;
	struct door secure;
	GPtrArray *sockets; /* struct listening */
	struct connections connections;
	struct exchanges exchanges;
	unsigned connections_max;
	uint16_t port;
};

struct listening {
	struct door *door;
	struct evhttp_bound_socket *socket;
	char *unix_path; /* removed at the end; NULL for TCP and for systemd's */
};

/* From request to handler. */

static void request_arrived(struct evhttp_request *request, void *arg)
{
	struct httpd *httpd = ((struct door *)arg)->httpd;
	const struct httpd_config *config = &httpd->config;
	struct bufferevent *bufferevent =
		evhttp_connection_get_bufferevent(evhttp_request_get_connection(request));
	struct exchange *exchange = exchange_new(
		&httpd->exchanges, connection_of(&httpd->connections, bufferevent), request);
	const struct route *route = NULL;
	enum hoso_error error =
		exchange_route(exchange, config->routes, config->route_count, &route);

	CRASH_POINT(HTTP_READ);
	httpd->connections.counts.requests++;
	if (!error) {
		config->guard(exchange, route, config->app);
		return;
	}
	if (error == HOSO_NO_ROUTE && config->assets &&
		asset_reply(config->assets, exchange, exchange_path(exchange))) {
		return;
	}
	config->problem(exchange, error, config->app);
}

static struct bufferevent *client_arrived(struct event_base *base, void *arg)
{
	struct door *door = arg;
	SSL *ssl = NULL;

	(void)base;
	CRASH_POINT(HTTP_ACCEPTED);
	if (door->secure) {
		ssl = SSL_new(door->httpd->tls);
		g_assert(ssl);
	}
	return connection_accept(&door->httpd->connections, ssl);
}

/*
 * At the cap nothing is accepted: clients wait in the kernel's queue, which has a bound of its
 * own.
 */
static void connections_changed(struct connections *connections)
{
	struct httpd *httpd = container_of(connections, struct httpd, connections);
	bool room = connections->counts.connections_open < httpd->connections_max;

	for (guint i = 0; i < httpd->sockets->len; i++) {
		struct listening *listening = g_ptr_array_index(httpd->sockets, i);
		struct evconnlistener *listener =
			evhttp_bound_socket_get_listener(listening->socket);
		if (room) {
			evconnlistener_enable(listener);
		} else {
			evconnlistener_disable(listener);
		}
	}
}

/* Making. */

static void door_init(struct door *door, struct httpd *httpd, bool secure)
{
	door->httpd = httpd;
	door->secure = secure;
	door->http = evhttp_new(loop_base(httpd->loop));
	g_assert(door->http);
	evhttp_set_bevcb(door->http, client_arrived, door);
	evhttp_set_gencb(door->http, request_arrived, door);
	evhttp_set_allowed_methods(door->http, EVHTTP_ALL_METHODS);
	evhttp_set_timeout(door->http, EVHTTP_TIMEOUT_S);
	/*
	 * The gate in front has refused what is over the limits; evhttp only must not be the
	 * stricter one.
	 */
	evhttp_set_max_headers_size(door->http, 2 * HEAD_BYTES_MAX);
	evhttp_set_max_body_size(door->http,
		(ev_ssize_t)MAX(httpd->connections.body_max, httpd->connections.long_body_max));
	evhttp_set_default_content_type(door->http, NULL);
}

static void learn_body_max(struct connections *connections, const struct httpd_config *config)
{
	for (size_t i = 0; i < config->route_count; i++) {
		const struct route *route = &config->routes[i];
		if (route->body_max <= BODY_BYTES_MAX) {
			connections->body_max = MAX(connections->body_max, route->body_max);
			continue;
		}
		g_assert(!connections->long_target && !strchr(route->path, '{'));
		connections->long_target = route->path;
		connections->long_body_max = route->body_max;
	}
}

static unsigned connections_max_of(const struct httpd_config *config)
{
	unsigned wanted = config->connections_max ? config->connections_max : CONNECTIONS_MAX;
	struct rlimit descriptors;

	if (getrlimit(RLIMIT_NOFILE, &descriptors) == 0 &&
		descriptors.rlim_cur < wanted + DESCRIPTORS_KEPT) {
		descriptors.rlim_cur = MIN(descriptors.rlim_max, wanted + DESCRIPTORS_KEPT);
		(void)setrlimit(RLIMIT_NOFILE, &descriptors);
	}
	if (getrlimit(RLIMIT_NOFILE, &descriptors) == 0 &&
		descriptors.rlim_cur < wanted + DESCRIPTORS_KEPT) {
		wanted = descriptors.rlim_cur > 2 * DESCRIPTORS_KEPT
				 ? (unsigned)descriptors.rlim_cur - DESCRIPTORS_KEPT
				 : DESCRIPTORS_KEPT;
		log_warn("connections_max=%u: lowered to what the process may open", wanted);
	}
	return wanted;
}

static struct httpd_deadlines deadlines_of(const struct httpd_config *config)
{
	struct httpd_deadlines deadlines = config->deadlines;

	deadlines.handshake_ms =
		deadlines.handshake_ms ? deadlines.handshake_ms : HANDSHAKE_DEADLINE_MS;
	deadlines.head_ms = deadlines.head_ms ? deadlines.head_ms : HEAD_DEADLINE_MS;
	deadlines.body_ms = deadlines.body_ms ? deadlines.body_ms : BODY_DEADLINE_MS;
	deadlines.idle_ms = deadlines.idle_ms ? deadlines.idle_ms : IDLE_DEADLINE_MS;
	deadlines.reply_ms = deadlines.reply_ms ? deadlines.reply_ms : REPLY_DEADLINE_MS;
	return deadlines;
}

static void listening_free(void *data)
{
	struct listening *listening = data;

	evhttp_del_accept_socket(listening->door->http, listening->socket);
	if (listening->unix_path) {
		unlink(listening->unix_path);
	}
	g_free(listening->unix_path);
	g_free(listening);
}

struct httpd *httpd_new(struct loop *loop, const struct httpd_config *config)
{
	struct httpd *httpd;
	SSL_CTX *tls = NULL;

	if (config->certificate || config->key) {
		tls = tls_new(config->certificate, config->key);
		if (!tls) {
			return NULL;
		}
	}
	signal(SIGPIPE, SIG_IGN);
	httpd = g_new0(struct httpd, 1);
	httpd->loop = loop;
	httpd->config = *config;
	httpd->tls = tls;
	httpd->sockets = g_ptr_array_new_with_free_func(listening_free);
	httpd->connections_max = connections_max_of(config);
	httpd->connections.changed = connections_changed;
	httpd->connections.deadlines = deadlines_of(config);
	learn_body_max(&httpd->connections, config);
	seats_init(&httpd->connections.seats, LONG_BODIES_MAX);
	httpd->connections.per_address_max = config->connections_per_address_max
						     ? config->connections_per_address_max
						     : CONNECTIONS_PER_ADDRESS_MAX;
	connections_init(&httpd->connections, loop);
	g_queue_init(&httpd->exchanges.out);
	door_init(&httpd->plain, httpd, false);
	door_init(&httpd->secure, httpd, true);
	return httpd;
}

/* Listening. */

/*
 * Accepted sockets inherit TCP_NODELAY. Without it each answer over TLS waits some 40 ms for the
 * client's delayed acknowledgement, because head and body leave in two writes.
 */
static void socket_tune(int fd, int family)
{
	int on = 1;

	if (family != AF_UNIX && setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) {
		log_warn("fd=%d: TCP_NODELAY cannot be set, answers will be slow", fd);
	}
}

static void port_remember(struct httpd *httpd, const struct sockaddr_storage *name)
{
	const struct sockaddr_in *v4 = (const void *)name;
	const struct sockaddr_in6 *v6 = (const void *)name;

	if (httpd->port == 0 && name->ss_family == AF_INET) {
		httpd->port = ntohs(v4->sin_port);
	} else if (httpd->port == 0 && name->ss_family == AF_INET6) {
		httpd->port = ntohs(v6->sin6_port);
	}
}

static enum hoso_error listener_add(
	struct httpd *httpd, struct evconnlistener *listener, const char *unix_path)
{
	struct sockaddr_storage name;
	socklen_t size = sizeof name;
	struct listening *listening;

	if (getsockname(evconnlistener_get_fd(listener), (struct sockaddr *)&name, &size) != 0) {
		evconnlistener_free(listener);
		return HOSO_FILE;
	}
	socket_tune(evconnlistener_get_fd(listener), name.ss_family);
	port_remember(httpd, &name);
	listening = g_new0(struct listening, 1);
	listening->door = httpd->tls && name.ss_family != AF_UNIX ? &httpd->secure : &httpd->plain;
	listening->unix_path = g_strdup(unix_path);
	listening->socket = evhttp_bind_listener(listening->door->http, listener);
	g_assert(listening->socket);
	g_ptr_array_add(httpd->sockets, listening);
	return HOSO_OK;
}

/*
 * A socket that a killed process left behind is in the way; anything else of that name is not
 * ours.
 */
static bool unix_name(const char *path, struct sockaddr_un *ret_name)
{
	struct stat there;

	memset(ret_name, 0, sizeof *ret_name);
	ret_name->sun_family = AF_UNIX;
	if (g_strlcpy(ret_name->sun_path, path, sizeof ret_name->sun_path) >=
		sizeof ret_name->sun_path) {
		errno = ENAMETOOLONG;
		return false;
	}
	if (lstat(path, &there) == 0 && S_ISSOCK(there.st_mode)) {
		unlink(path);
	}
	return true;
}

/* "127.0.0.1:8443" or "[::1]:8443"; never a name, so that nothing is asked of the network. */
static bool tcp_name(const char *address, struct sockaddr_storage *ret_name, int *ret_size)
{
	const struct addrinfo numeric = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
	const char *colon = strrchr(address, ':');
	g_autofree char *host = g_strndup(address, colon ? (size_t)(colon - address) : 0);
	struct addrinfo *found = NULL;
	size_t length = strlen(host);

	if (length > 1 && host[0] == '[' && host[length - 1] == ']') {
		host[length - 1] = '\0';
		memmove(host, host + 1, length - 1);
	}
	if (!colon || !host[0] || getaddrinfo(host, colon + 1, &numeric, &found) != 0) {
		errno = EINVAL;
		return false;
	}
	memcpy(ret_name, found->ai_addr, found->ai_addrlen);
	*ret_size = (int)found->ai_addrlen;
	freeaddrinfo(found);
	return true;
}

static struct evconnlistener *listener_bind(
	struct httpd *httpd, const struct sockaddr *name, int size)
{
	return evconnlistener_new_bind(loop_base(httpd->loop), NULL, NULL,
		LEV_OPT_CLOSE_ON_FREE | LEV_OPT_REUSEABLE | LEV_OPT_CLOSE_ON_EXEC, LISTEN_BACKLOG,
		name, size);
}

enum hoso_error httpd_listen(struct httpd *httpd, const char *address)
{
	const char *unix_path =
		g_str_has_prefix(address, "unix:") ? address + strlen("unix:") : NULL;
	struct evconnlistener *listener = NULL;
	struct sockaddr_storage name;
	struct sockaddr_un unix_address;
	int size = 0;

	if (unix_path && unix_name(unix_path, &unix_address)) {
		mode_t before = umask(0117);
		listener =
			listener_bind(httpd, (struct sockaddr *)&unix_address, sizeof unix_address);
		umask(before);
	} else if (!unix_path && tcp_name(address, &name, &size)) {
		listener = listener_bind(httpd, (struct sockaddr *)&name, size);
	}
	if (!listener) {
		log_err("address=%s: cannot be listened on: %s", address, g_strerror(errno));
		return HOSO_FILE;
	}
	return listener_add(httpd, listener, unix_path);
}

enum hoso_error httpd_listen_fd(struct httpd *httpd, int fd)
{
	struct evconnlistener *listener;
	int listens = 0;
	socklen_t size = sizeof listens;

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || !listens) {
		log_err("fd=%d: is not a listening socket", fd);
		close(fd);
		return HOSO_FILE;
	}
	evutil_make_socket_nonblocking(fd);
	evutil_make_socket_closeonexec(fd);
	listener = evconnlistener_new(loop_base(httpd->loop), NULL, NULL,
		LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	g_assert(listener);
	return listener_add(httpd, listener, NULL);
}

uint16_t httpd_port(const struct httpd *httpd)
{
	return httpd->port;
}

enum hoso_error httpd_reload_tls(struct httpd *httpd, const char *certificate, const char *key)
{
	SSL_CTX *tls;

	g_assert(httpd->tls);
	tls = tls_new(certificate, key);
	if (!tls) {
		return HOSO_FILE;
	}
	SSL_CTX_free(httpd->tls);
	httpd->tls = tls;
	return HOSO_OK;
}

/* Ending. */

void httpd_stop_accepting(struct httpd *httpd)
{
	httpd->exchanges.stopping = true;
	g_ptr_array_set_size(httpd->sockets, 0);
	connections_close_idle(&httpd->connections);
}

unsigned httpd_in_flight(const struct httpd *httpd)
{
	return httpd->exchanges.out.length + httpd->connections.replying;
}

struct httpd_counts httpd_counts(const struct httpd *httpd)
{
	return httpd->connections.counts;
}

void httpd_free(struct httpd *httpd)
{
	if (!httpd) {
		return;
	}
	httpd_stop_accepting(httpd);
	connections_done(&httpd->connections);
	exchanges_done(&httpd->exchanges);
	evhttp_free(httpd->plain.http);
	evhttp_free(httpd->secure.http);
	g_ptr_array_free(httpd->sockets, TRUE);
	SSL_CTX_free(httpd->tls);
	g_free(httpd);
}
