#include "api/api.h"

#include "api/api_account.h"
#include "api/api_board.h"
#include "api/api_catalogue.h"
#include "api/api_deadline.h"
#include "api/api_device.h"
#include "api/api_dossier.h"
#include "api/api_exception.h"
#include "api/api_feed.h"
#include "api/api_health.h"
#include "api/api_intake.h"
#include "api/api_item.h"
#include "api/api_lookup.h"
#include "api/api_lookup_page.h"
#include "api/api_manifest.h"
#include "api/api_money.h"
#include "api/api_notice.h"
#include "api/api_outbox.h"
#include "api/api_photo.h"
#include "api/api_proof.h"
#include "api/api_public.h"
#include "api/api_public_page.h"
#include "api/api_report.h"
#include "api/api_scan.h"
#include "api/api_session.h"
#include "api/api_step.h"
#include "api/api_totals.h"
#include "api/api_visit.h"
#include "base/attr.h"

#define PICTURES "image/jpeg image/png image/x-portable-graymap application/pdf"
#define FORM "application/x-www-form-urlencoded"

#define PROOFS "image/png image/jpeg image/webp"

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
	ROUTE(HTTP_POST,   "/v1/dossiers/{code}/steps",       ACCESS_STEPS,      16384,          api_step_post),
	ROUTE(HTTP_GET,    "/v1/legs/{code}",                 ACCESS_ALL,        0,              api_dossier_get_leg),
	ROUTE(HTTP_GET,    "/v1/feed",                        ACCESS_SUPERVISOR, 0,              api_feed_get),
	ROUTE(HTTP_GET,    "/v1/board",                       ACCESS_SUPERVISOR, 0,              api_board_get),
	ROUTE(HTTP_GET,    "/v1/stream",                      ACCESS_SUPERVISOR, 0,              api_board_stream),
	ROUTE(HTTP_GET,    "/v1/outbox",                      ACCESS_SUPERVISOR, 0,              api_outbox_list),
	ROUTE(HTTP_GET,    "/v1/outbox/counts",               ACCESS_SUPERVISOR, 0,              api_outbox_count),
	ROUTE(HTTP_POST,   "/v1/outbox/{id}/retry",           ACCESS_SUPERVISOR, 0,              api_outbox_retry),
	ROUTE(HTTP_POST,   "/v1/outbox/{id}/skip",            ACCESS_SUPERVISOR, 4096,           api_outbox_skip),
	ROUTE(HTTP_GET,    "/v1/exceptions",                  ACCESS_DESK,       0,              api_exception_list),
	ROUTE(HTTP_GET,    "/v1/exceptions/counts",           ACCESS_DESK,       0,              api_exception_count),
	ROUTE(HTTP_GET,    "/v1/deadlines/{code}",            ACCESS_ALL,        0,              api_deadline_get),
	ROUTE(HTTP_GET,    "/v1/accounts",                    ACCESS_SUPERVISOR, 0,              api_account_list),
	ROUTE(HTTP_POST,   "/v1/accounts",                    ACCESS_SUPERVISOR, 4096,           api_account_post),
	ROUTE(HTTP_POST,   "/v1/accounts/{account}/disable",  ACCESS_SUPERVISOR, 0,              api_account_disable),
	ROUTE(HTTP_POST,   "/v1/accounts/{account}/password", ACCESS_SUPERVISOR, 4096,           api_account_password),
	ROUTE(HTTP_GET,    "/v1/devices",                     ACCESS_SUPERVISOR, 0,              api_device_list),
	ROUTE(HTTP_POST,   "/v1/devices/end",                 ACCESS_SUPERVISOR, 4096,           api_device_end),
	ROUTE(HTTP_GET,    "/v1/catalogue",                   ACCESS_ALL,        0,              api_catalogue_get),
	ROUTE(HTTP_PUT,    "/v1/catalogue",                   ACCESS_SUPERVISOR, BODY_BYTES_MAX, api_catalogue_put),
	ROUTE(HTTP_GET,    "/v1/intake/procedures/{code}",    ACCESS_POST,       0,              api_intake_get_procedure),
	ROUTE(HTTP_POST,   "/v1/lookup",                      ACCESS_PUBLIC,     4096,           api_lookup_post),
	ROUTE(HTTP_POST,   "/v1/portal-notices",              ACCESS_PUBLIC,     NOTICE_BYTES_MAX, api_notice_post),
	ROUTE_OF(HTTP_PUT, "/v1/proofs/{sha256}",             ACCESS_POST,       PROOF_PART_BYTES_MAX, PROOFS, api_proof_put),
	ROUTE(HTTP_GET,    "/v1/proofs/{sha256}",             ACCESS_ALL,        0,              api_proof_get),
	ROUTE(HTTP_POST,   "/v1/items/{code}/pin",            ACCESS_CLERKS,     4096,           api_item_pin),
	ROUTE(HTTP_GET,    "/v1/items/{code}/next",           ACCESS_ALL,        0,              api_item_next),
	ROUTE(HTTP_GET,    "/v1/catalogue/{table}",           ACCESS_ALL,        0,              api_catalogue_export),
	ROUTE_OF(HTTP_POST, "/v1/catalogue/{table}",          ACCESS_SUPERVISOR, CATALOGUE_BYTES_MAX, "text/csv", api_catalogue_import),
	ROUTE(HTTP_GET,    "/v1/public/catalogue",            ACCESS_PUBLIC,     0,              api_public_procedures),
	ROUTE(HTTP_GET,    "/v1/public/catalogue.csv",        ACCESS_PUBLIC,     0,              api_public_csv),
	ROUTE(HTTP_GET,    "/v1/public/catalogue/offices",    ACCESS_PUBLIC,     0,              api_public_offices),
	ROUTE(HTTP_GET,    "/v1/reports",                     ACCESS_REPORTS,    0,              api_report_list),
	ROUTE(HTTP_GET,    "/v1/reports/{name}",              ACCESS_REPORTS,    0,              api_report_get),
	ROUTE(HTTP_GET,    "/v1/reports/{name}/dossiers",     ACCESS_REPORTS,    0,              api_report_dossiers),
	ROUTE(HTTP_POST,   "/v1/reports/{name}/freeze",       ACCESS_SUPERVISOR, 4096,           api_report_freeze),
	ROUTE(HTTP_GET,    "/v1/reports/{name}/frozen/{id}",  ACCESS_REPORTS,    0,              api_report_frozen),
	ROUTE(HTTP_GET,    "/v1/totals",                      ACCESS_REPORTS,    0,              api_totals_list),
	ROUTE_OF(HTTP_POST, "/v1/totals",                     ACCESS_SUPERVISOR, BODY_BYTES_MAX, "text/csv", api_totals_post),
	ROUTE(HTTP_GET,    "/v1/visits",                      ACCESS_POST,       0,              api_visit_list),
	ROUTE(HTTP_POST,   "/v1/visits",                      ACCESS_CLERKS,     16384,          api_visit_book),
	ROUTE(HTTP_POST,   "/v1/visits/search",               ACCESS_POST,       4096,           api_visit_search),
	ROUTE(HTTP_GET,    "/v1/visits/slots",                ACCESS_POST,       0,              api_visit_slots),
	ROUTE(HTTP_GET,    "/v1/visits/hours",                ACCESS_POST,       0,              api_visit_hours_get),
	ROUTE(HTTP_PUT,    "/v1/visits/hours",                ACCESS_SUPERVISOR, 32768,          api_visit_hours_put),
	ROUTE(HTTP_GET,    "/v1/visits/mine",                 ROLE_BIT(ROLE_COURIER), 0,         api_visit_mine),
	ROUTE(HTTP_GET,    "/v1/visits/board",                ACCESS_SUPERVISOR, 0,              api_visit_board),
	ROUTE(HTTP_GET,    "/v1/visits/couriers",             ACCESS_CLERKS,     0,              api_visit_couriers),
	ROUTE(HTTP_GET,    "/v1/visits/{id}",                 ACCESS_POST,       0,              api_visit_get),
	ROUTE(HTTP_POST,   "/v1/visits/{id}/changes",         ACCESS_POST,       8192,           api_visit_change),
	ROUTE(HTTP_GET,    "/v1/manifests",                   ACCESS_ALL,        0,              api_manifest_list),
	ROUTE(HTTP_POST,   "/v1/manifests",                   ACCESS_POST,       4096,           api_manifest_post),
	ROUTE(HTTP_GET,    "/v1/manifests/{id}",              ACCESS_ALL,        0,              api_manifest_get),
	ROUTE(HTTP_GET,    "/v1/manifests/{id}/expected",     ACCESS_ALL,        0,              api_manifest_expected),
	ROUTE(HTTP_POST,   "/v1/manifests/{id}/lines",        ACCESS_POST,       BODY_BYTES_MAX, api_manifest_lines),
	ROUTE(HTTP_POST,   "/v1/manifests/{id}/lines/{line}", ACCESS_POST,       4096,           api_manifest_check),
	ROUTE(HTTP_POST,   "/v1/manifests/{id}/consents",     ROLE_BIT(ROLE_AGENCY), 4096,       api_manifest_consent),
	ROUTE(HTTP_POST,   "/v1/manifests/{id}/close",        ACCESS_POST,       4096,           api_manifest_close),
	ROUTE(HTTP_POST,   "/v1/manifests/{id}/cancel",       ACCESS_POST,       4096,           api_manifest_cancel),
	ROUTE(HTTP_GET,    "/v1/money/held",                  ACCESS_POST,       0,              api_money_held),
	ROUTE(HTTP_GET,    "/v1/money/hand-ins",              ACCESS_POST,       0,              api_money_hand_in_list),
	ROUTE(HTTP_POST,   "/v1/money/hand-ins",              ACCESS_POST,       65536,          api_money_hand_in_post),
	ROUTE(HTTP_POST,   "/v1/money/hand-ins/{id}/receive", ACCESS_POST,       0,              api_money_hand_in_receive),
	ROUTE(HTTP_POST,   "/v1/money/hand-ins/{id}/cancel",  ACCESS_POST,       0,              api_money_hand_in_cancel),
	ROUTE(HTTP_GET,    "/v1/money/days",                  ACCESS_POST,       0,              api_money_days),
	ROUTE(HTTP_POST,   "/v1/money/days/{day}/close",      ACCESS_POST,       4096,           api_money_close),
	ROUTE(HTTP_GET,    "/thu-tuc",                        ACCESS_PUBLIC,     0,              api_public_page_procedures),
	ROUTE(HTTP_GET,    "/buu-cuc",                        ACCESS_PUBLIC,     0,              api_public_page_offices),
	ROUTE(HTTP_GET,    "/tra-cuu",                        ACCESS_PUBLIC,     0,              api_lookup_page_get),
	ROUTE_OF(HTTP_POST, "/tra-cuu",                       ACCESS_PUBLIC,     4096, FORM,     api_lookup_page_post),
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
