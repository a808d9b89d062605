#include "api/api.h"

#include "api/api_account.h"
#include "api/api_board.h"
#include "api/api_catalogue.h"
#include "api/api_dossier.h"
#include "api/api_exception.h"
#include "api/api_feed.h"
#include "api/api_health.h"
#include "api/api_intake.h"
#include "api/api_lookup.h"
#include "api/api_outbox.h"
#include "api/api_photo.h"
#include "api/api_public.h"
#include "api/api_scan.h"
#include "api/api_session.h"
#include "base/attr.h"

#define PICTURES "image/jpeg image/png image/x-portable-graymap application/pdf"
#define FORM "application/x-www-form-urlencoded"

/* What there is, who may, and how much they may send. A route without a role does not build. */
/* clang-format off */
const struct route api_routes[] = {
	ROUTE(HTTP_POST,   "/v1/session",                     ACCESS_PUBLIC,     4096,           api_session_post),
	ROUTE(HTTP_DELETE, "/v1/session",                     ACCESS_ALL,        0,              api_session_delete),
	ROUTE(HTTP_GET,    "/v1/me",                          ACCESS_ALL,        0,              api_session_me),
	ROUTE(HTTP_POST,   "/v1/scans",                       ACCESS_ALL,        BODY_BYTES_MAX, api_scan_post),
	ROUTE_OF(HTTP_POST, "/v1/photos",                     ACCESS_ALL,        PICTURE_BYTES_MAX, PICTURES, api_photo_post),
	ROUTE(HTTP_GET,    "/v1/dossiers",                    ACCESS_ALL,        0,              api_dossier_list),
	ROUTE(HTTP_POST,   "/v1/dossiers/search",             ACCESS_ALL,        4096,           api_dossier_search),
	ROUTE(HTTP_GET,    "/v1/dossiers/{code}",             ACCESS_ALL,        0,              api_dossier_get),
	ROUTE(HTTP_GET,    "/v1/legs/{code}",                 ACCESS_ALL,        0,              api_dossier_get_leg),
	ROUTE(HTTP_GET,    "/v1/feed",                        ACCESS_SUPERVISOR, 0,              api_feed_get),
	ROUTE(HTTP_GET,    "/v1/board",                       ACCESS_SUPERVISOR, 0,              api_board_get),
	ROUTE(HTTP_GET,    "/v1/stream",                      ACCESS_SUPERVISOR, 0,              api_board_stream),
	ROUTE(HTTP_GET,    "/v1/outbox",                      ACCESS_SUPERVISOR, 0,              api_outbox_list),
	ROUTE(HTTP_POST,   "/v1/outbox/{id}/retry",           ACCESS_SUPERVISOR, 0,              api_outbox_retry),
	ROUTE(HTTP_POST,   "/v1/outbox/{id}/skip",            ACCESS_SUPERVISOR, 4096,           api_outbox_skip),
	ROUTE(HTTP_GET,    "/v1/exceptions",                  ACCESS_SUPERVISOR, 0,              api_exception_list),
	ROUTE(HTTP_GET,    "/v1/accounts",                    ACCESS_SUPERVISOR, 0,              api_account_list),
	ROUTE(HTTP_POST,   "/v1/accounts",                    ACCESS_SUPERVISOR, 4096,           api_account_post),
	ROUTE(HTTP_POST,   "/v1/accounts/{account}/disable",  ACCESS_SUPERVISOR, 0,              api_account_disable),
	ROUTE(HTTP_POST,   "/v1/accounts/{account}/password", ACCESS_SUPERVISOR, 4096,           api_account_password),
	ROUTE(HTTP_GET,    "/v1/catalogue",                   ACCESS_ALL,        0,              api_catalogue_get),
	ROUTE(HTTP_PUT,    "/v1/catalogue",                   ACCESS_SUPERVISOR, BODY_BYTES_MAX, api_catalogue_put),
	ROUTE(HTTP_GET,    "/v1/intake/procedures/{code}",    ACCESS_POST,       0,              api_intake_get_procedure),
	ROUTE(HTTP_POST,   "/v1/lookup",                      ACCESS_PUBLIC,     4096,           api_lookup_post),
	ROUTE(HTTP_GET,    "/tra-cuu",                        ACCESS_PUBLIC,     0,              api_public_get),
	ROUTE_OF(HTTP_POST, "/tra-cuu",                       ACCESS_PUBLIC,     4096, FORM,     api_public_post),
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
