#include "intake_cache.h"

#include <string.h>
#include <sys/stat.h>

#include <glib.h>

#include "base/clock.h"
#include "call.h"
#include "query.h"

void intake_cache_init(struct intake_cache *cache, const struct client *client)
{
	*cache = (struct intake_cache){.client = client,
		.folder = g_build_filename(client->session.state_folder, "catalogue", NULL)};
}

void intake_cache_done(struct intake_cache *cache)
{
	g_clear_pointer(&cache->folder, g_free);
}

static json_t *load(const char *file)
{
	g_autofree char *text = NULL;
	struct stat status;
	size_t length;

	if (stat(file, &status) < 0 || status.st_size > INTAKE_CACHE_BYTES_MAX ||
		!g_file_get_contents(file, &text, &length, NULL)) {
		return NULL;
	}
	return json_loadb(text, length, 0, NULL);
}

/* What another server said, or a clock that went back, is not believed. */
static json_t *read_kept(const struct intake_cache *cache, const char *file, int64_t *ret_age_ms)
{
	json_t *kept = load(file);
	const char *server = json_string_value(json_object_get(kept, "server"));
	int64_t age_ms =
		clock_now_ms() - (int64_t)json_integer_value(json_object_get(kept, "at_ms"));
	json_t *body = NULL;

	if (server && g_strcmp0(server, cache->client->session.server) == 0 && age_ms >= 0 &&
		age_ms < INTAKE_CACHE_KEPT_MS) {
		body = json_incref(json_object_get(kept, "body"));
		*ret_age_ms = age_ms;
	}
	json_decref(kept);
	return body;
}

/* It is a comfort: a full disk takes it away, and nothing else. */
static void keep(const struct intake_cache *cache, const char *file, json_t *body)
{
	json_t *kept = json_pack("{s:s, s:I, s:O}", "server", cache->client->session.server,
		"at_ms", (json_int_t)clock_now_ms(), "body", body);
	char *text = json_dumps(kept, JSON_COMPACT);

	if (g_mkdir_with_parents(cache->folder, 0700) == 0) {
		g_file_set_contents(file, text, -1, NULL);
	}
	free(text);
	json_decref(kept);
}

/* One try, and a short one: call_json() is more patient than a queue of people. */
static enum hoso_error ask(const struct intake_cache *cache, const char *path, json_t **ret_body)
{
	const struct session *session = &cache->client->session;
	struct call_problem problem;
	struct call call = {0};
	enum hoso_error error;

	call_init(&call, session, "GET", path, NULL);
	curl_easy_setopt(call.easy, CURLOPT_CONNECTTIMEOUT_MS, INTAKE_CACHE_WAIT_MS);
	curl_easy_setopt(call.easy, CURLOPT_TIMEOUT_MS, INTAKE_CACHE_WAIT_MS);
	error = call_finish(&call, curl_easy_perform(call.easy), &problem, ret_body);
	call_done(&call);
	return error;
}

static enum hoso_error ask_and_keep(
	struct intake_cache *cache, const char *file, const char *path, json_t **ret_body)
{
	const struct session *session = &cache->client->session;
	enum hoso_error error;

	if (!session->server) {
		return HOSO_BAD_CONFIG;
	}
	if (!session->token) {
		return HOSO_UNAUTHORIZED;
	}
	if (clock_monotonic_ms() < cache->offline_until_ms) {
		return HOSO_NETWORK;
	}
	error = ask(cache, path, ret_body);
	if (!error) {
		keep(cache, file, *ret_body);
	} else if (error_may_retry(error)) {
		cache->offline_until_ms = clock_monotonic_ms() + INTAKE_CACHE_RETRY_MS;
	}
	return error;
}

json_t *intake_cache_get(struct intake_cache *cache, const char *name, const char *path,
	int64_t *ret_age_ms, enum hoso_error *ret_error)
{
	g_autofree char *file = g_strdup_printf("%s/%s.json", cache->folder, name);
	json_t *kept = read_kept(cache, file, ret_age_ms);
	json_t *body = NULL;
	enum hoso_error error;

	*ret_error = HOSO_OK;
	if (kept && *ret_age_ms < INTAKE_CACHE_FRESH_MS) {
		return kept;
	}
	error = ask_and_keep(cache, file, path, &body);
	if (!error) {
		json_decref(kept);
		*ret_age_ms = 0;
		return body;
	}
	if (error == HOSO_NOT_FOUND) {
		g_clear_pointer(&kept, json_decref); /* it is no more */
	}
	*ret_error = kept ? HOSO_OK : error;
	return kept;
}

json_t *intake_cache_catalogue(
	struct intake_cache *cache, int64_t *ret_age_ms, enum hoso_error *ret_error)
{
	return intake_cache_get(cache, "catalogue", "/v1/catalogue", ret_age_ms, ret_error);
}

json_t *intake_cache_procedure(struct intake_cache *cache, const char *code, int64_t *ret_age_ms,
	enum hoso_error *ret_error)
{
	g_autofree char *segment = query_segment(code);
	g_autofree char *name = g_strconcat("procedure-", segment, NULL);
	g_autofree char *path = g_strconcat("/v1/intake/procedures/", segment, NULL);

	return intake_cache_get(cache, name, path, ret_age_ms, ret_error);
}
