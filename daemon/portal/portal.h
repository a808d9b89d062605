#ifndef HOSO_PORTAL_PORTAL_H
#define HOSO_PORTAL_PORTAL_H

#include <stdint.h>

#include <hoso/error.h>

#include "base/attr.h"
#include "portal/line.h"

struct loop;

/**
 * struct portal_config - borrowed strings, read once by portal_new().
 * @profile:  "dvcqg", "lgsp" or "webhook"
 * @url:      https://host[:port][/path]; anything but https is refused
 * @adapter:  lgsp: where documents go, when it is another address than the tokens' @url; or NULL
 * @ca_file:  PEM; NULL for the system's
 * @user, @password, @unit (madonvi), @destination (dstcode): dvcqg; the first three lgsp, as client_id,
 *            client_secret and OrganizationInchargeIdLevel1
 * @secret:   webhook: "whsec_…" (Standard Webhooks)
 * @set_returned: dvcqg, lgsp: status "10" after a real delivery of a result to the citizen
 */
struct portal_config {
	const char *profile;
	const char *url;
	const char *adapter;
	const char *ca_file;
	const char *client_certificate;
	const char *client_key;
	const char *user;
	const char *password;
	const char *unit;
	const char *destination;
	const char *secret;
	bool set_returned;
	int64_t timeout_ms;
	int64_t connect_timeout_ms;
	unsigned connections_max;
};

struct portal;
struct portal_push_req;

typedef void (*portal_push_cb)(struct portal_push_req *req, enum hoso_error error);

/**
 * struct portal_push_req - one push. Caller-owned, zero-initialised, lives until the callback.
 * In:
 * @line:         what is sent
 * @dossier_code: the code it goes under
 * @in_doubt:     an earlier try may have reached the portal: ask first, where the portal can be
 * asked Out, valid in the callback:
 * @retry_after_ms: what the portal asked for, or how long it may still be at work on the line; 0: neither
 * @http_status:    0 when there was none
 * @answer:         the portal's own words, cut and cleaned, for the supervisor
 */
struct portal_push_req {
	const struct portal_line *line;
	const char *dossier_code;
	bool in_doubt;
	int64_t retry_after_ms;
	int http_status;
	char answer[PORTAL_ANSWER_KEPT + 1];
	portal_push_cb done;
	void *private;
};

/** portal_new() - NULL and a log line when the configuration cannot work. Sends nothing yet. */
struct portal *portal_new(struct loop *loop, const struct portal_config *config);

/** portal_tells_dossier() - does a line need its dossier's part? See portal_line_from_json(). */
bool portal_tells_dossier(const struct portal *portal);

/**
 * portal_push() - tell the portal one line.
 * @done: runs once, never inside this call, with
 *   HOSO_OK               the body proves that the portal has the line;
 *   HOSO_PORTAL_LATER     it does not have it: try again, see @retry_after_ms;
 *   HOSO_PORTAL_UNKNOWN   it may have it: ask before trying again;
 *   HOSO_PORTAL_NEVER     it does not want it: a person must act;
 *   HOSO_PORTAL_PAUSED    nothing can be sent by this road (credentials, certificate, redirect);
 *   HOSO_CANCELED         portal_free() came first.
 * Source: design, "The walk of a push"; promises, appendix B.
 */
void portal_push(struct portal *portal, struct portal_push_req *req, portal_push_cb done);

/** portal_free() - cancels what is in the air; their callbacks run inside this call. Not from a
 * callback. */
void portal_free(struct portal *portal);

#endif
