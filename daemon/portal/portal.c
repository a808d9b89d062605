#include "portal/portal.h"

#include <string.h>

#include "base/log.h"
#include "portal/profile.h"
#include "portal/push.h"

static const struct portal_profile *const profiles[] = {
	&profile_dvcqg,
	&profile_lgsp,
	&profile_webhook,
};

/* The configuration's strings, for copying and freeing. */
static const size_t config_strings[] = {
	offsetof(struct portal_config, profile),
	offsetof(struct portal_config, url),
	offsetof(struct portal_config, adapter),
	offsetof(struct portal_config, ca_file),
	offsetof(struct portal_config, client_certificate),
	offsetof(struct portal_config, client_key),
	offsetof(struct portal_config, user),
	offsetof(struct portal_config, password),
	offsetof(struct portal_config, unit),
	offsetof(struct portal_config, destination),
	offsetof(struct portal_config, secret),
};

static char **config_string(struct portal_config *config, size_t i)
{
	return (char **)(void *)((char *)config + config_strings[i]);
}

static void config_copy(const struct portal_config *config, struct portal_config *ret_copy)
{
	*ret_copy = *config;
	for (size_t i = 0; i < ARRAY_SIZE(config_strings); i++) {
		*config_string(ret_copy, i) = g_strdup(*config_string(ret_copy, i));
	}
}

static void config_free(struct portal_config *config)
{
	for (size_t i = 0; i < ARRAY_SIZE(config_strings); i++) {
		g_free(*config_string(config, i));
	}
}

static const struct portal_profile *find_profile(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(profiles); i++) {
		if (name && strcmp(profiles[i]->name, name) == 0) {
			return profiles[i];
		}
	}
	return NULL;
}

static bool is_https(const char *text)
{
	CURLU *url = curl_url();
	char *scheme = NULL;
	char *user = NULL;
	bool https;

	g_assert(url);
	https = text && curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK &&
		curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
		strcmp(scheme, "https") == 0 &&
		/* A password in an address ends in every log. */
		curl_url_get(url, CURLUPART_USER, &user, 0) == CURLUE_NO_USER;
	curl_free(scheme);
	curl_free(user);
	curl_url_cleanup(url);
	return https;
}

/* Texts of the configuration go into headers, where a line break would start another header. */
static bool has_control_character(struct portal_config *config)
{
	for (size_t i = 0; i < ARRAY_SIZE(config_strings); i++) {
		for (const char *at = *config_string(config, i); at && *at; at++) {
			if (g_ascii_iscntrl(*at)) {
				return true;
			}
		}
	}
	return false;
}

/* What is wrong with @config, in words; NULL when it can work. */
static const char *check_config(struct portal_config *config, const struct portal_profile *profile)
{
	if (!profile) {
		return "the profile is neither dvcqg nor lgsp nor webhook";
	}
	if (!is_https(config->url)) {
		return "the address is not https://host[:port][/path]";
	}
	if (config->adapter && !is_https(config->adapter)) {
		return "the adapter's address is not https://host[:port][/path]";
	}
	if (!config->client_certificate != !config->client_key) {
		return "client certificate and key come together or not at all";
	}
	if (config->timeout_ms <= 0 || config->connect_timeout_ms <= 0 ||
		config->connections_max == 0) {
		return "timeouts and connections must be above zero";
	}
	if (has_control_character(config)) {
		return "a setting contains a control character";
	}
	return profile->check(config);
}

static struct curl_loop *open_curl(struct loop *loop, const struct portal_config *config)
{
	struct curl_loop_config road = {
		.ca_file = config->ca_file,
		.client_certificate = config->client_certificate,
		.client_key = config->client_key,
		.timeout_ms = config->timeout_ms,
		.connect_timeout_ms = config->connect_timeout_ms,
		.connections_max = config->connections_max,
	};

	return curl_loop_new(loop, &road);
}

struct portal *portal_new(struct loop *loop, const struct portal_config *config)
{
	struct portal *portal = g_new0(struct portal, 1);
	const char *fault;

	portal->loop = loop;
	g_queue_init(&portal->pushes);
	config_copy(config, &portal->config);
	portal->profile = find_profile(config->profile);
	fault = check_config(&portal->config, portal->profile);
	if (!fault) {
		portal->curl = open_curl(loop, &portal->config);
		fault = portal->curl ? NULL : "libcurl cannot start";
	}
	if (fault) {
		log_err("portal: %s", fault);
		config_free(&portal->config);
		g_free(portal);
		return NULL;
	}
	portal->memory = portal->profile->open ? portal->profile->open(portal) : NULL;
	return portal;
}

bool portal_tells_dossier(const struct portal *portal)
{
	return portal->profile->tells_dossier;
}

void portal_push(struct portal *portal, struct portal_push_req *req, portal_push_cb done)
{
	req->done = done;
	req->http_status = 0;
	req->retry_after_ms = 0;
	req->answer[0] = '\0';
	req->private = push_new(portal, req);
	portal->profile->start(req->private);
}

void portal_free(struct portal *portal)
{
	if (!portal) {
		return;
	}
	while (portal->pushes.head) {
		push_cancel(portal->pushes.head->data);
	}
	if (portal->profile->close) {
		portal->profile->close(portal->memory);
	}
	curl_loop_free(portal->curl);
	config_free(&portal->config);
	g_free(portal);
}
