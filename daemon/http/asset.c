#include "http/asset.h"

#include <string.h>

#include <sys/stat.h>

#include <glib.h>

#include "base/log.h"
#include "base/text.h"

#define ETAG_SIZE (DIGEST_TEXT_SIZE + 2)

struct assets {
	GHashTable *by_path;
};

struct asset {
	char *bytes;
	size_t length;
	char *content_type;
	char *cache_control;
	char etag[ETAG_SIZE];
};

static void asset_free(void *data)
{
	struct asset *asset = data;

	g_free(asset->bytes);
	g_free(asset->content_type);
	g_free(asset->cache_control);
	g_free(asset);
}

static enum hoso_error asset_load(const struct asset_source *source, struct asset **ret_asset)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *bytes = NULL;
	struct stat file;
	struct digest digest;
	struct asset *asset;
	size_t length;

	if (stat(source->file, &file) == 0 && file.st_size > ASSET_BYTES_MAX) {
		log_err("file=%s: is too large to be served", source->file);
		return HOSO_FILE;
	}
	if (!g_file_get_contents(source->file, &bytes, &length, &error)) {
		log_err("file=%s: %s", source->file, error->message);
		return HOSO_FILE;
	}
	asset = g_new0(struct asset, 1);
	digest = text_digest(bytes, length, NULL, 0);
	asset->etag[0] = '"';
	text_hex(digest.bytes, sizeof digest.bytes, asset->etag + 1);
	asset->etag[DIGEST_TEXT_SIZE] = '"';
	asset->bytes = g_steal_pointer(&bytes);
	asset->length = length;
	asset->content_type = g_strdup(source->content_type);
	asset->cache_control = g_strdup(source->cache_control ? source->cache_control : "no-cache");
	*ret_asset = asset;
	return HOSO_OK;
}

enum hoso_error assets_new(
	const struct asset_source *sources, size_t count, struct assets **ret_assets)
{
	struct assets *assets = g_new0(struct assets, 1);

	assets->by_path = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, asset_free);
	for (size_t i = 0; i < count; i++) {
		struct asset *asset;
		enum hoso_error error = asset_load(&sources[i], &asset);
		if (error) {
			assets_free(assets);
			return error;
		}
		g_hash_table_insert(assets->by_path, g_strdup(sources[i].path), asset);
	}
	*ret_assets = assets;
	return HOSO_OK;
}

void assets_free(struct assets *assets)
{
	if (assets) {
		g_hash_table_destroy(assets->by_path);
		g_free(assets);
	}
}

/* If-None-Match is "*" or a list of tags; a weak tag (W/) names the same bytes here. */
static bool client_has(const struct exchange *exchange, const char *etag)
{
	const char *known = exchange_header(exchange, "If-None-Match");
	g_auto(GStrv) tags = g_strsplit(known ? known : "", ",", 0);

	for (char **tag = tags; *tag; tag++) {
		const char *bare = g_strstrip(*tag);
		bare += g_str_has_prefix(bare, "W/") ? 2 : 0;
		if (strcmp(bare, "*") == 0 || strcmp(bare, etag) == 0) {
			return true;
		}
	}
	return false;
}

bool asset_reply(const struct assets *assets, struct exchange *exchange, const char *path)
{
	const struct asset *asset = g_hash_table_lookup(assets->by_path, path);
	enum http_method method = exchange_method(exchange);

	if (!asset || (method != HTTP_GET && method != HTTP_HEAD)) {
		return false;
	}
	exchange_add_header(exchange, "ETag", asset->etag);
	exchange_add_header(exchange, "Cache-Control", asset->cache_control);
	if (client_has(exchange, asset->etag)) {
		exchange_reply(exchange, 304, NULL, NULL);
	} else {
		exchange_reply_static(
			exchange, 200, asset->content_type, asset->bytes, asset->length);
	}
	return true;
}
