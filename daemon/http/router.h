#ifndef HOSO_HTTP_ROUTER_H
#define HOSO_HTTP_ROUTER_H

#include <stdbool.h>
#include <stddef.h>

#include <hoso/error.h>

#include "http/exchange.h"

#define ROUTE_PARAMS_MAX 3
#define ROUTE_PARAM_MAX 200 /* bytes after percent-decoding */

/**
 * struct route - one row of the route table.
 * @path:     "/v1/legs/{code}": a {name} takes one segment, which may hold percent-encoded slashes.
 * @access:   who may; what the bits mean is api_guard's business. 0 does not build: use the ROUTE
 * macro.
 * @body_max: bytes; 0 means a body is refused.
 * @media:    the types of body it takes, with a space between them; NULL for JSON.
 */
struct route {
	enum http_method method;
	const char *path;
	unsigned access;
	size_t body_max;
	void (*handle)(struct exchange *exchange, void *app);
	const char *media;
};

/* clang-format off */
#define ROUTE(method, path, access, body_max, handle) ROUTE_OF(method, path, access, body_max, NULL, handle)
#define ROUTE_OF(method, path, access, body_max, media, handle) \
	{method, path, (access) + 0 * sizeof(struct { _Static_assert((access) != 0, "a route needs a role"); int a; }), \
		body_max, handle, media}
/* clang-format on */

/**
 * struct route_match - which row, and what its {names} were, percent-decoded, UTF-8, no control
 * characters.
 */
struct route_match {
	const struct route *route;
	char params[ROUTE_PARAMS_MAX][ROUTE_PARAM_MAX + 1];
};

/**
 * router_match() - pure.
 * @path: the request's path, still percent-encoded, without query.
 *
 * Errors: HOSO_NO_ROUTE; HOSO_BAD_METHOD when only the method is wrong (@ret_allow gets "GET,
 * POST"); HOSO_BAD_REQUEST for broken percent-encoding, control characters or a parameter that is
 * too long; HOSO_BAD_UTF8. HEAD is answered by GET's row. The first row that fits wins, so literals
 * stand before {names}.
 */
enum hoso_error router_match(const struct route *routes, size_t count, enum http_method method,
	const char *path, struct route_match *ret_match, char *ret_allow, size_t allow_size);

/** route_takes() - a body of this Content-Type, whose parameters are not looked at; NULL is none. Pure. */
bool route_takes(const struct route *route, const char *content_type);

/** router_method_wire() - "GET"; "OTHER" for HTTP_METHOD_COUNT, a method that no route can have. */
const char *router_method_wire(enum http_method method);

#endif
