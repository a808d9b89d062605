#include "api/api_health.h"

#include <inttypes.h>

#include <glib.h>
#include <jansson.h>

#include "api/api.h"
#include "api/api_json.h"
#include "flow/outbox.h"
#include "flow/skew_teller.h"
#include "flow/slip_keys.h"
#include "http/httpd.h"

void api_health_livez(struct exchange *exchange, void *arg)
{
	(void)arg;
	api_reply(exchange, 200, json_pack("{s:b}", "live", 1));
}

static enum hoso_error readiness(const struct api *api, const char **ret_why)
{
	enum hoso_error error;

	*ret_why = "";
	if (api->stopping) {
		return HOSO_STOPPING;
	}
	error = intake_error(api->intake, ret_why);
	error = error ? error : pg_pool_error(api->pool, ret_why);
	if (!error && !slip_keys_are_known(api->slip_keys)) {
		*ret_why = "the secret of the slips' tokens has not been read yet";
		error = HOSO_DATABASE_DOWN;
	}
	return error;
}

void api_health_readyz(struct exchange *exchange, void *arg)
{
	const struct api *api = arg;
	const char *why;
	enum hoso_error error = readiness(api, &why);

	if (!error) {
		api_reply(exchange, 200, json_pack("{s:b}", "ready", 1));
		return;
	}
	exchange_add_header(exchange, "Retry-After", "1");
	api_reply(exchange, 503,
		json_pack("{s:b, s:s, s:s}", "ready", 0, "error", error_wire(error), "why", why));
}

static void put(GString *text, const char *name, const char *type, const char *help, uint64_t value)
{
	g_string_append_printf(text, "# HELP hoso_%s %s\n# TYPE hoso_%s %s\nhoso_%s %" PRIu64 "\n",
		name, help, name, type, name, value);
}

static void put_intake(GString *text, const struct api *api)
{
	struct intake_counts counts = intake_counts(api->intake);

	put(text, "scans_total", "counter", "Scans answered after their commit.", counts.scans);
	put(text, "batches_total", "counter", "Batches of scans begun.", counts.batches);
	put(text, "batch_retries_total", "counter", "Batches tried again after a lost race.",
		counts.retries);
	put(text, "batch_splits_total", "counter", "Batches halved to find a poisonous scan.",
		counts.splits);
	put(text, "scans_quarantined_total", "counter", "Scans the database would not take.",
		counts.quarantined);
	put(text, "commits_unknown_total", "counter", "Commits whose outcome had to be asked for.",
		counts.unknown);
	put(text, "scans_waiting", "gauge", "Scans waiting for the next batch.", counts.waiting);
}

static void put_http(GString *text, const struct api *api)
{
	struct httpd_counts counts = httpd_counts(api->httpd);

	put(text, "http_connections_total", "counter", "Connections accepted.", counts.connections);
	put(text, "http_connections_refused_total", "counter", "Connections over the caps.",
		counts.connections_refused);
	put(text, "http_requests_total", "counter", "Requests handed to the router.",
		counts.requests);
	put(text, "http_framing_refused_total", "counter", "Ambiguous messages refused.",
		counts.framing_refused);
	put(text, "http_deadline_closed_total", "counter", "Connections closed at a deadline.",
		counts.deadline_closed);
	put(text, "http_long_bodies_refused_total", "counter",
		"Pictures for which there was no room.", counts.long_bodies_refused);
	put(text, "http_connections", "gauge", "Connections open.", counts.connections_open);
}

static void put_outbox(GString *text, const struct api *api)
{
	struct outbox_counts counts = outbox_counts(api->outbox);

	put(text, "pushes_done_total", "counter", "Lines the portal has proved to have.",
		counts.done);
	put(text, "pushes_later_total", "counter", "Pushes to be tried again.", counts.later);
	put(text, "pushes_unknown_total", "counter", "Pushes whose outcome was not known.",
		counts.unknown);
	put(text, "pushes_never_total", "counter", "Lines the portal refused: dead letters.",
		counts.never);
	put(text, "pushes_in_air", "gauge", "Pushes in the air.", counts.in_air);
	put(text, "portal_road_open", "gauge", "1 while the road to the portal is open.",
		counts.road_open);
}

static void put_clocks(GString *text, const struct api *api)
{
	struct skew_counts counts = skew_teller_counts(api->skew_teller);

	put(text, "device_clocks_told_total", "counter",
		"Devices' clocks compared with what is recorded of them.", counts.told);
	put(text, "device_clocks_lost_total", "counter",
		"Devices' clocks that could not be compared; their next request tells again.",
		counts.lost);
}

void api_health_metrics(struct exchange *exchange, void *arg)
{
	const struct api *api = arg;
	GString *text = g_string_new(NULL);

	g_string_append(text, "# HELP hoso_build_info The program.\n# TYPE hoso_build_info gauge\n"
			      "hoso_build_info{version=\"" HOSO_VERSION "\"} 1\n");
	put_intake(text, api);
	put_http(text, api);
	put_outbox(text, api);
	put_clocks(text, api);
	exchange_reply(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", text);
}
