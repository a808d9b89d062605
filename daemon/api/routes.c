#include "api/api.h"

#include "api/api_health.h"
#include "api/api_scan.h"
#include "api/api_session.h"
#include "base/attr.h"

/* What there is, who may, and how much they may send. A route without a role does not build. */
/* clang-format off */
const struct route api_routes[] = {
	ROUTE(HTTP_POST,   "/v1/session",                     ACCESS_PUBLIC,     4096,           api_session_post),
	ROUTE(HTTP_DELETE, "/v1/session",                     ACCESS_ALL,        0,              api_session_delete),
	ROUTE(HTTP_GET,    "/v1/me",                          ACCESS_ALL,        0,              api_session_me),
	ROUTE(HTTP_POST,   "/v1/scans",                       ACCESS_ALL,        BODY_BYTES_MAX, api_scan_post),
	ROUTE(HTTP_GET,    "/livez",                          ACCESS_PUBLIC,     0,              api_health_livez),
	ROUTE(HTTP_GET,    "/readyz",                         ACCESS_PUBLIC,     0,              api_health_readyz),
};

const struct route api_local_routes[] = {
	ROUTE(HTTP_GET,    "/livez",                          ACCESS_PUBLIC,     0,              api_health_livez),
	ROUTE(HTTP_GET,    "/readyz",                         ACCESS_PUBLIC,     0,              api_health_readyz),
	ROUTE(HTTP_GET,    "/metrics",                        ACCESS_PUBLIC,     0,              api_health_metrics),
};
/* clang-format on */

const size_t api_route_count = ARRAY_SIZE(api_routes);
const size_t api_local_route_count = ARRAY_SIZE(api_local_routes);
