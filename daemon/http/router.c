#include "http/router.h"

#include <string.h>

#include <glib.h>

#include "http/query.h"

const char *router_method_wire(enum http_method method)
{
	static const char *const words[HTTP_METHOD_COUNT + 1] = {
		[HTTP_GET] = "GET",
		[HTTP_HEAD] = "HEAD",
		[HTTP_POST] = "POST",
		[HTTP_PUT] = "PUT",
		[HTTP_PATCH] = "PATCH",
		[HTTP_DELETE] = "DELETE",
		[HTTP_METHOD_COUNT] = "OTHER",
	};

	return words[method];
}

bool route_takes(const struct route *route, const char *content_type)
{
	const char *media = route->media ? route->media : "application/json";
	size_t length = content_type ? strcspn(content_type, "; ") : 0;

	while (*media) {
		size_t word = strcspn(media, " ");
		if (word == length && g_ascii_strncasecmp(media, content_type, word) == 0) {
			return true;
		}
		media += word;
		media += strspn(media, " ");
	}
	return false;
}

/* One segment of both: a literal must be the same bytes; a {name} takes any that is not empty. */
static bool segment_matches(
	const char *pattern, size_t pattern_length, size_t path_length, const char *path)
{
	if (pattern_length > 0 && pattern[0] == '{') {
		return path_length > 0;
	}
	return pattern_length == path_length && memcmp(pattern, path, path_length) == 0;
}

/* Both begin with a slash; an encoded slash (%2F) does not end a segment. */
static bool path_matches(const char *pattern, const char *path)
{
	while (*pattern == '/' && *path == '/') {
		size_t pattern_length = strcspn(++pattern, "/");
		size_t path_length = strcspn(++path, "/");
		if (!segment_matches(pattern, pattern_length, path_length, path)) {
			return false;
		}
		pattern += pattern_length;
		path += path_length;
	}
	return *pattern == '\0' && *path == '\0';
}

static enum hoso_error params_decode(
	const char *pattern, const char *path, struct route_match *match)
{
	unsigned count = 0;

	while (*pattern == '/') {
		size_t pattern_length = strcspn(++pattern, "/");
		size_t path_length = strcspn(++path, "/");
		if (pattern[0] == '{') {
			enum hoso_error error;
			g_assert(count < ROUTE_PARAMS_MAX);
			error = query_decode(path, path_length, false, match->params[count++],
				ROUTE_PARAM_MAX + 1);
			if (error) {
				return error;
			}
		}
		pattern += pattern_length;
		path += path_length;
	}
	return HOSO_OK;
}

static bool method_takes(const struct route *route, enum http_method method)
{
	return route->method == method || (route->method == HTTP_GET && method == HTTP_HEAD);
}

static void allow_add(GString *allow, enum http_method method)
{
	if (!strstr(allow->str, router_method_wire(method))) {
		g_string_append_printf(
			allow, "%s%s", allow->len ? ", " : "", router_method_wire(method));
	}
}

static void allow_list(
	const struct route *routes, size_t count, const char *path, char *ret_allow, size_t size)
{
	g_autoptr(GString) allow = g_string_new(NULL);

	for (size_t i = 0; i < count; i++) {
		if (path_matches(routes[i].path, path)) {
			allow_add(allow, routes[i].method);
			if (routes[i].method == HTTP_GET) {
				allow_add(allow, HTTP_HEAD);
			}
		}
	}
	g_strlcpy(ret_allow, allow->str, size);
}

enum hoso_error router_match(const struct route *routes, size_t count, enum http_method method,
	const char *path, struct route_match *ret_match, char *ret_allow, size_t allow_size)
{
	struct route_match match = {0};
	bool known_path = false;

	for (size_t i = 0; i < count && !match.route; i++) {
		if (path_matches(routes[i].path, path)) {
			known_path = true;
			match.route = method_takes(&routes[i], method) ? &routes[i] : NULL;
		}
	}
	if (match.route) {
		enum hoso_error error = params_decode(match.route->path, path, &match);
		if (!error) {
			*ret_match = match;
		}
		return error;
	}
	if (known_path) {
		allow_list(routes, count, path, ret_allow, allow_size);
		return HOSO_BAD_METHOD;
	}
	return HOSO_NO_ROUTE;
}
