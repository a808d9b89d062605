#ifndef HOSO_HTTP_ASSET_H
#define HOSO_HTTP_ASSET_H

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

#include "base/attr.h"
#include "http/exchange.h"

#define ASSET_BYTES_MAX (8 * 1024 * 1024) /* one file; the page's largest has some 100 kB */

/**
 * struct asset_source - one file to serve; borrowed strings, but assets_list() owns its own.
 * @path:          the exact path of the URL: "/openapi.yaml"
 * @file:          where its bytes are; @file.br and @file.gz, where they are there, are the same compressed
 * @content_type:  as the reply says it
 * @cache_control: NULL for "no-cache": kept by the client, but asked for each time by its ETag
 */
struct asset_source {
	const char *path;
	const char *file;
	const char *content_type;
	const char *cache_control;
};

/**
 * assets_list() - the sources that @folder/assets.list names, one a line: path, file within @folder, content type and
 * cache control, divided by tabs. Whoever builds the page writes it; none is an empty list.
 * NULL and a log line when a line is wrong. Free with g_ptr_array_unref().
 */
GPtrArray *assets_list(const char *folder);

/** struct assets - static files, held in memory; nothing is ever looked up on disk by a URL. */
struct assets;

/**
 * assets_new() - load them all. HOSO_FILE and a log line when one cannot be read or is too large.
 */
_must_check_ enum hoso_error assets_new(const GPtrArray *sources, struct assets **ret_assets);

/** assets_free() - after the server that serves them is gone. */
void assets_free(struct assets *assets);

/**
 * asset_reply() - answer a GET or HEAD with the asset at @path, or 304 when the client has it.
 * False when there is none: @exchange still waits for its reply.
 */
bool asset_reply(const struct assets *assets, struct exchange *exchange, const char *path);

/** asset_is_known() - does the request's If-None-Match ("*", or a list of tags) have this one, quotes included? */
bool asset_is_known(const struct exchange *exchange, const char *etag);

#endif
