#ifndef HOSO_API_API_H
#define HOSO_API_API_H

#include <stdbool.h>
#include <stddef.h>

#include "flow/booking.h"
#include "flow/intake.h"
#include "http/exchange.h"
#include "http/router.h"
#include "io/pg_pool.h"
#include "model/actor.h"

struct login;
struct outbox;
struct photos;
struct lookup_gate;
struct skew_teller;
struct slip_keys;
struct webhook_keys;
struct reports;
struct board_streams;

/**
 * struct api - what the endpoints work with; wired once by app.c, borrowed.
 * @notice_keys:      who may send /v1/portal-notices; none: nobody
 * @other_item_codes: item codes of other shapes than S10 are taken
 * @pin_key:          of the recipients' PINs; NULL: there are none
 * @stopping:         /readyz says so, and so does every new request
 */
struct api {
	struct loop *loop;
	struct intake *intake;
	struct bookings *bookings;
	struct pg_pool *pool;
	struct pg_pool *report_pool;
	struct login *login;
	struct skew_teller *skew_teller;
	struct outbox *outbox;
	struct photos *photos;
	struct lookup_gate *lookup_gate;
	struct slip_keys *slip_keys;
	struct reports *reports;
	struct board_streams *board_streams;
	const struct httpd *httpd;
	const struct webhook_keys *notice_keys;
	const struct digest *pin_key;
	bool other_item_codes;
	bool stopping;
};

/* Who may call a route: the roles of <hoso/role.h>, or anybody. */
#define ACCESS_PUBLIC (1u << 31)
#define ACCESS_POST (ROLE_BIT(ROLE_CLERK) | ROLE_BIT(ROLE_COURIER) | ROLE_BIT(ROLE_SUPERVISOR))
#define ACCESS_CLERKS (ROLE_BIT(ROLE_CLERK) | ROLE_BIT(ROLE_SUPERVISOR))
#define ACCESS_SUPERVISOR ROLE_BIT(ROLE_SUPERVISOR)
#define ACCESS_STEPS (ROLE_BIT(ROLE_SUPERVISOR) | ROLE_BIT(ROLE_AGENCY))
#define ACCESS_REPORTS (ACCESS_SUPERVISOR | ROLE_BIT(ROLE_AGENCY))
#define ACCESS_DESK ACCESS_REPORTS
#define ACCESS_ALL (ACCESS_POST | ROLE_BIT(ROLE_AGENCY))

extern const struct route api_routes[];
extern const size_t api_route_count;

/** The routes of the second, local listener: health and metrics without a sign-in. */
extern const struct route api_local_routes[];
extern const size_t api_local_route_count;

#endif
