#include "http/asset.h"

#include <string.h>

#include <sys/stat.h>

#include <glib.h>

#include "base/log.h"
#include "base/text.h"

#define ETAG_SIZE (DIGEST_TEXT_SIZE + 2)

/* What a page may do: nothing but its own; wasm is the decoder that runs where the browser has none. */
static const char policy[] =
	"default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data: blob:; "
	"object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/* The same bytes as they are, and compressed; by how much they save. */
enum encoding { ENCODING_BROTLI, ENCODING_GZIP, ENCODING_NONE, ENCODING_COUNT };

static const struct {
	const char *name;
	const char *suffix;
} encodings[ENCODING_COUNT] = {{"br", ".br"}, {"gzip", ".gz"}, {NULL, ""}};

struct assets {
	GHashTable *by_path;
};

struct asset {
	struct variant {
		char *bytes; /* NULL: there is none */
		size_t length;
		char etag[ETAG_SIZE];
	} variants[ENCODING_COUNT];
	char *content_type;
	char *cache_control;
};

static void asset_free(void *data)
{
	struct asset *asset = data;

	for (int encoding = 0; encoding < ENCODING_COUNT; encoding++) {
		g_free(asset->variants[encoding].bytes);
	}
	g_free(asset->content_type);
	g_free(asset->cache_control);
	g_free(asset);
}

static void source_free(void *data)
{
	struct asset_source *source = data;

	g_free((char *)source->path);
	g_free((char *)source->file);
	g_free((char *)source->content_type);
	g_free((char *)source->cache_control);
	g_free(source);
}

static struct asset_source *source_of(const char *folder, char *const *columns)
{
	struct asset_source *source = g_new0(struct asset_source, 1);

	source->path = g_strdup(columns[0]);
	source->file = g_build_filename(folder, columns[1], NULL);
	source->content_type = g_strdup(columns[2]);
	source->cache_control = g_strdup(columns[3]);
	return source;
}

GPtrArray *assets_list(const char *folder)
{
	g_autofree char *file = g_build_filename(folder, "assets.list", NULL);
	g_autofree char *text = NULL;
	g_autoptr(GPtrArray) sources = g_ptr_array_new_with_free_func(source_free);
	g_auto(GStrv) lines = NULL;

	if (!g_file_get_contents(file, &text, NULL, NULL)) {
		log_notice("file=%s: there is no page", file);
		return g_steal_pointer(&sources);
	}
	lines = g_strsplit(g_strchomp(text), "\n", -1);
	for (char **line = lines; *line; line++) {
		g_auto(GStrv) columns = g_strsplit(*line, "\t", -1);
		if (g_strv_length(columns) != 4 || columns[0][0] != '/') {
			log_err("file=%s line=%d: is not a path, a file, a type and a cache control",
				file, (int)(line - lines) + 1);
			return NULL;
		}
		g_ptr_array_add(sources, source_of(folder, columns));
	}
	return g_steal_pointer(&sources);
}

static enum hoso_error variant_load(const char *file, struct variant *variant)
{
	g_autoptr(GError) error = NULL;
	struct stat status;
	struct digest digest;

	if (stat(file, &status) == 0 && status.st_size > ASSET_BYTES_MAX) {
		log_err("file=%s: is too large to be served", file);
		return HOSO_FILE;
	}
	if (!g_file_get_contents(file, &variant->bytes, &variant->length, &error)) {
		log_err("file=%s: %s", file, error->message);
		return HOSO_FILE;
	}
	digest = text_digest(variant->bytes, variant->length, NULL, 0);
	variant->etag[0] = '"';
	text_hex(digest.bytes, sizeof digest.bytes, variant->etag + 1);
	variant->etag[DIGEST_TEXT_SIZE] = '"';
	return HOSO_OK;
}

static enum hoso_error asset_load(const struct asset_source *source, struct asset **ret_asset)
{
	struct asset *asset = g_new0(struct asset, 1);
	enum hoso_error error = HOSO_OK;

	asset->content_type = g_strdup(source->content_type);
	asset->cache_control = g_strdup(source->cache_control ? source->cache_control : "no-cache");
	for (int encoding = 0; encoding < ENCODING_COUNT && !error; encoding++) {
		g_autofree char *file = g_strconcat(source->file, encodings[encoding].suffix, NULL);
		if (encoding == ENCODING_NONE || g_file_test(file, G_FILE_TEST_EXISTS)) {
			error = variant_load(file, &asset->variants[encoding]);
		}
	}
	if (error) {
		asset_free(asset);
		return error;
	}
	*ret_asset = asset;
	return HOSO_OK;
}

enum hoso_error assets_new(const GPtrArray *sources, struct assets **ret_assets)
{
	struct assets *assets = g_new0(struct assets, 1);

	assets->by_path = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, asset_free);
	for (guint i = 0; i < sources->len; i++) {
		const struct asset_source *source = g_ptr_array_index(sources, i);
		struct asset *asset;
		enum hoso_error error = asset_load(source, &asset);
		if (error) {
			assets_free(assets);
			return error;
		}
		g_hash_table_insert(assets->by_path, g_strdup(source->path), asset);
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

/* "gzip, deflate;q=0.5, br": a name counts unless its quality is nothing. */
static bool client_takes(const struct exchange *exchange, const char *name)
{
	const char *accepted = exchange_header(exchange, "Accept-Encoding");
	g_auto(GStrv) codings = g_strsplit(accepted ? accepted : "", ",", 0);

	for (char **coding = codings; *coding; coding++) {
		g_auto(GStrv) parts = g_strsplit(*coding, ";", 2);
		if (parts[0] && g_ascii_strcasecmp(g_strstrip(parts[0]), name) == 0) {
			const char *quality = parts[1] ? strstr(parts[1], "q=") : NULL;
			return !quality || g_ascii_strtod(quality + 2, NULL) > 0;
		}
	}
	return false;
}

static enum encoding choose_encoding(const struct asset *asset, const struct exchange *exchange)
{
	int encoding = 0;

	while (encoding < ENCODING_NONE &&
		!(asset->variants[encoding].bytes &&
			client_takes(exchange, encodings[encoding].name))) {
		encoding++;
	}
	return (enum encoding)encoding;
}

/* A weak tag (W/) names the same bytes here. */
bool asset_is_known(const struct exchange *exchange, const char *etag)
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

static void add_headers(
	struct exchange *exchange, const struct asset *asset, enum encoding encoding)
{
	exchange_add_header(exchange, "ETag", asset->variants[encoding].etag);
	exchange_add_header(exchange, "Cache-Control", asset->cache_control);
	exchange_add_header(exchange, "Vary", "Accept-Encoding");
	if (encodings[encoding].name) {
		exchange_add_header(exchange, "Content-Encoding", encodings[encoding].name);
	}
	if (g_str_has_prefix(asset->content_type, "text/html")) {
		exchange_add_header(exchange, "Content-Security-Policy", policy);
		exchange_add_header(
			exchange, "Permissions-Policy", "camera=(self), geolocation=(self)");
		exchange_add_header(exchange, "Cross-Origin-Opener-Policy", "same-origin");
	}
}

bool asset_reply(const struct assets *assets, struct exchange *exchange, const char *path)
{
	const struct asset *asset = g_hash_table_lookup(assets->by_path, path);
	enum http_method method = exchange_method(exchange);
	enum encoding encoding;

	if (!asset || (method != HTTP_GET && method != HTTP_HEAD)) {
		return false;
	}
	encoding = choose_encoding(asset, exchange);
	add_headers(exchange, asset, encoding);
	if (asset_is_known(exchange, asset->variants[encoding].etag)) {
		exchange_reply(exchange, 304, NULL, NULL);
	} else {
		exchange_reply_static(exchange, 200, asset->content_type,
			asset->variants[encoding].bytes, asset->variants[encoding].length);
	}
	return true;
}
