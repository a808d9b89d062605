#include "config.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

#include <hoso/limits.h>

#include "config_file.h"
#include "config_value.h"

#define ON_RELOAD true
#define ON_RESTART false

#define AT(member) offsetof(struct config, member)

/*
 * One row is the parser, the default, the bounds, the reference and the test. Rows of one section
 * stand together. A push is at most five calls (session, question, dossier, session again, line),
 * and all of them together must fit into the outbox's lease; hence portal.timeout's upper bound.
 */
/* clang-format off */
static const struct config_setting settings[] = {
	{ "http.listen", CONFIG_LISTEN, AT(http_listen), "127.0.0.1:8443", 1, 255, "", ON_RESTART,
		"Where the API and the page are served; systemd's socket goes before it." },
	{ "http.certificate", CONFIG_PATH, AT(http_certificate), CONFIG_CREDENTIAL "tls-certificate", 0, 4095, "", ON_RELOAD,
		"Server certificate with its chain, PEM." },
	{ "http.key", CONFIG_PATH, AT(http_key), CONFIG_CREDENTIAL "tls-key", 0, 4095, "", ON_RELOAD,
		"Private key of the certificate, PEM." },
	{ "http.connections", CONFIG_COUNT, AT(http_connections), "1024", 1, CONNECTIONS_MAX, "connections", ON_RESTART,
		"More than this many connections are turned away." },
	{ "http.connections_per_address", CONFIG_COUNT, AT(http_connections_per_address), "64", 1, CONNECTIONS_MAX, "connections", ON_RESTART,
		"The same for one address; an office behind one router is one address." },

	{ "metrics.listen", CONFIG_LISTEN, AT(metrics_listen), "127.0.0.1:9464", 0, 255, "", ON_RESTART,
		"Where /metrics, /livez and /readyz are served in plain HTTP; nothing for nowhere." },

	{ "database.conninfo", CONFIG_CONNINFO, AT(database_conninfo), "dbname=hoso user=hoso_daemon", 1, 1024, "", ON_RESTART,
		"The database, as the daemon's role." },
	{ "database.owner_conninfo", CONFIG_CONNINFO, AT(database_owner_conninfo), "dbname=hoso user=hoso_owner", 1, 1024, "", ON_RESTART,
		"The database, as the owner of the schema; used by hosod migrate only." },
	{ "database.connections", CONFIG_COUNT, AT(database_connections), "4", 2, 32, "connections", ON_RESTART,
		"Connections for reading; writing has two of its own." },

	{ "log.level", CONFIG_WORD, AT(log_level), "info", 1, 16, "err, warning, notice, info, debug", ON_RELOAD,
		"What is less important is not logged." },

	{ "portal.profile", CONFIG_WORD, AT(portal_profile), "none", 1, 16, "none, dvcqg, lgsp, webhook", ON_RESTART,
		"How the province's system is spoken to; none keeps the pushes waiting." },
	{ "portal.url", CONFIG_URL, AT(portal_url), "", 0, 1024, "", ON_RESTART,
		"Its address." },
	{ "portal.adapter", CONFIG_URL, AT(portal_adapter), "", 0, 1024, "", ON_RESTART,
		"lgsp: where documents go, when that is another address than portal.url, where the tokens are." },
	{ "portal.ca_file", CONFIG_PATH, AT(portal_ca_file), "", 0, 4095, "", ON_RESTART,
		"Certificates it is trusted by, PEM; nothing for the system's." },
	{ "portal.certificate", CONFIG_PATH, AT(portal_certificate), "", 0, 4095, "", ON_RESTART,
		"Our certificate, if it asks for one, PEM." },
	{ "portal.key", CONFIG_PATH, AT(portal_key), "", 0, 4095, "", ON_RESTART,
		"Private key of our certificate, PEM." },
	{ "portal.user", CONFIG_TEXT, AT(portal_user), "", 0, 200, "", ON_RESTART,
		"dvcqg, lgsp: the account it gave us (lgsp: client_id)." },
	{ "portal.password_file", CONFIG_PATH, AT(portal_password_file), CONFIG_CREDENTIAL "portal-password", 0, 4095, "", ON_RESTART,
		"dvcqg, lgsp: file with that account's password (lgsp: client_secret)." },
	{ "portal.unit", CONFIG_TEXT, AT(portal_unit), "", 0, 200, "", ON_RESTART,
		"dvcqg, lgsp: our unit's code (madonvi)." },
	{ "portal.destination", CONFIG_TEXT, AT(portal_destination), "", 0, 200, "", ON_RESTART,
		"dvcqg: the code of the system behind the exchange (dstcode)." },
	{ "portal.secret_file", CONFIG_PATH, AT(portal_secret_file), CONFIG_CREDENTIAL "portal-secret", 0, 4095, "", ON_RESTART,
		"webhook: file with the signing secret (whsec_...)." },
	{ "portal.set_returned", CONFIG_FLAG, AT(portal_set_returned), "false", 0, 1, "", ON_RESTART,
		"dvcqg, lgsp: set status 10 (returned) after a result was delivered to the citizen." },
	{ "portal.timeout", CONFIG_MS, AT(portal_timeout_ms), "10s", 100, 60000, "ms", ON_RESTART,
		"Give up on one call to the portal after this long." },
	{ "portal.connect_timeout", CONFIG_MS, AT(portal_connect_timeout_ms), "5s", 100, 60000, "ms", ON_RESTART,
		"Give up on connecting to it after this long; portal.timeout counts it too." },
	{ "portal.connections", CONFIG_COUNT, AT(portal_connections), "4", 1, PORTAL_CONNECTIONS_MAX, "connections", ON_RESTART,
		"Connections to it at a time." },
	{ "portal.optional_steps", CONFIG_FLAG, AT(portal_optional_steps), "true", 0, 1, "", ON_RESTART,
		"Tell it the steps on the way too (bag, arrival, courier), not only the hand-overs." },

	{ "notices.secret_file", CONFIG_PATH, AT(notices_secret_file), CONFIG_CREDENTIAL "notices-secret", 0, 4095, "", ON_RELOAD,
		"File with the secrets (whsec_..., one a line, up to four) that the province's system signs its notices with." },

	{ "office.other_item_codes", CONFIG_FLAG, AT(office_other_item_codes), "true", 0, 1, "", ON_RESTART,
		"Take item codes of other shapes than UPU S10." },
	{ "office.proof_required", CONFIG_FLAG, AT(office_proof_required), "false", 0, 1, "", ON_RESTART,
		"A delivery to a citizen needs a signature, a photo or the PIN." },
	{ "office.pin_key_file", CONFIG_PATH, AT(office_pin_key_file), CONFIG_CREDENTIAL "pin-key", 0, 4095, "", ON_RESTART,
		"File with the key of the recipients' PINs; without it there are none. With another key all PINs are wrong." },

	{ "schema.folder", CONFIG_PATH, AT(schema_folder), HOSO_SCHEMADIR, 1, 4095, "", ON_RESTART,
		"The SQL files that hosod migrate applies." },
	{ "web.folder", CONFIG_PATH, AT(web_folder), HOSO_WEBDIR, 0, 4095, "", ON_RESTART,
		"The built page; nothing for no page." },
};
/* clang-format on */

/* Settings that mean nothing without another one. */
static const struct {
	const char *name;
	const char *value; /* NULL: any */
	const char *needs;
} needs[] = {
	{"http.certificate", NULL, "http.key"},
	{"http.key", NULL, "http.certificate"},
	{"portal.certificate", NULL, "portal.key"},
	{"portal.key", NULL, "portal.certificate"},
	{"portal.profile", "dvcqg", "portal.url"},
	{"portal.profile", "dvcqg", "portal.user"},
	{"portal.profile", "dvcqg", "portal.password_file"},
	{"portal.profile", "dvcqg", "portal.unit"},
	{"portal.profile", "lgsp", "portal.url"},
	{"portal.profile", "lgsp", "portal.user"},
	{"portal.profile", "lgsp", "portal.password_file"},
	{"portal.profile", "lgsp", "portal.unit"},
	{"portal.profile", "webhook", "portal.url"},
	{"portal.profile", "webhook", "portal.secret_file"},
};

/**
 * struct loading - one config_load() under way.
 * @path, @section, @lines: the file that is being read, the section it is in, and where each
 * setting was seen in it
 */
struct loading {
	struct config *config;
	GPtrArray *problems;
	const char *path;
	char *section;
	GHashTable *lines;
};

_printf_(2, 3) static void add_problem(struct loading *loading, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_ptr_array_add(loading->problems, g_strdup_vprintf(format, arguments));
	va_end(arguments);
}

static void *member_of(const struct config *config, const struct config_setting *setting)
{
	return (char *)config + setting->offset;
}

static const struct config_setting *find_setting(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		if (strcmp(settings[i].name, name) == 0) {
			return &settings[i];
		}
	}
	return NULL;
}

/* "portal.ca_file" is HOSO_PORTAL_CA_FILE in the environment. */
static char *environment_name(const char *name)
{
	g_autofree char *upper = g_ascii_strup(name, -1);

	return g_strconcat("HOSO_", g_strdelimit(upper, ".", '_'), NULL);
}

static void set_value(
	struct loading *loading, const char *origin, const char *name, const char *text)
{
	const struct config_setting *setting = find_setting(name);
	g_autofree char *allowed = NULL;

	if (!setting) {
		add_problem(loading, "%s: %s: there is no such setting", origin, name);
		return;
	}
	if (!config_value_parse(setting, text, member_of(loading->config, setting))) {
		allowed = config_value_allowed(setting);
		add_problem(loading, "%s: %s: must be %s", origin, name, allowed);
	}
}

/* What nobody has filled is there as an empty file: systemd wants each credential that a unit names. */
static bool has_content(const char *path)
{
	struct stat about;

	return stat(path, &about) == 0 && about.st_size > 0;
}

static void set_fallbacks(struct loading *loading, char *const *environment)
{
	const char *credentials = g_environ_getenv((char **)environment, "CREDENTIALS_DIRECTORY");

	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		const struct config_setting *setting = &settings[i];
		g_autofree char *path = NULL;
		bool good;

		if (!g_str_has_prefix(setting->fallback, CONFIG_CREDENTIAL)) {
			good = config_value_parse(
				setting, setting->fallback, member_of(loading->config, setting));
			assert(good);
			continue;
		}
		path = g_build_filename(credentials ? credentials : "",
			setting->fallback + strlen(CONFIG_CREDENTIAL), NULL);
		if (credentials && has_content(path)) {
			set_value(loading, "CREDENTIALS_DIRECTORY", setting->name, path);
		}
	}
}

/*
 * The format is GLib's key file without its escapes. It is read here line by line, because GKeyFile
 * has no line numbers, stops at the first bad line, and lets the last of two equal keys win in
 * silence.
 */
static void load_line(struct loading *loading, unsigned number, char *line)
{
	g_autofree char *origin = g_strdup_printf("%s:%u", loading->path, number);
	g_autofree char *name = NULL;
	char *value = strchr(line, '=');
	size_t length = strlen(line);

	if (length == 0 || line[0] == '#' || line[0] == ';') {
		return;
	}
	if (line[0] == '[' && line[length - 1] == ']') {
		line[length - 1] = '\0';
		g_free(loading->section);
		loading->section = g_strdup(line + 1);
		return;
	}
	if (!value || !loading->section) {
		add_problem(loading,
			"%s: neither [section], key=value under a section, nor # comment", origin);
		return;
	}
	*value++ = '\0';
	name = g_strconcat(loading->section, ".", g_strchomp(line), NULL);
	if (g_hash_table_contains(loading->lines, name)) {
		add_problem(loading, "%s: %s: stands in line %u of this file already", origin, name,
			GPOINTER_TO_UINT(g_hash_table_lookup(loading->lines, name)));
		return;
	}
	g_hash_table_insert(loading->lines, g_strdup(name), GUINT_TO_POINTER(number));
	set_value(loading, origin, name, g_strchug(value));
}

static void load_file(struct loading *loading, const char *path)
{
	mode_t mode;
	g_autofree char *text = config_file_read(path, CONFIG_FILE_BYTES_MAX, &mode);
	g_auto(GStrv) lines = NULL;

	if (!text) {
		add_problem(loading, "%s: cannot be read: %s", path, g_strerror(errno));
		return;
	}
	if (!g_utf8_validate(text, -1, NULL)) {
		add_problem(loading, "%s: is not UTF-8", path);
		return;
	}
	loading->path = path;
	loading->lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	lines = g_strsplit(text, "\n", -1);
	for (unsigned i = 0; lines[i]; i++) {
		load_line(loading, i + 1, g_strstrip(lines[i]));
	}
	g_clear_pointer(&loading->section, g_free);
	g_clear_pointer(&loading->lines, g_hash_table_unref);
}

static int compare_texts(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static void load_folder(struct loading *loading, const char *file)
{
	g_autofree char *parent = g_path_get_dirname(file);
	g_autofree char *folder = g_build_filename(parent, "hosod.conf.d", NULL);
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);
	const char *entry;

	while (entries && (entry = g_dir_read_name(entries))) {
		if (g_str_has_suffix(entry, ".conf") && entry[0] != '.') {
			g_ptr_array_add(paths, g_build_filename(folder, entry, NULL));
		}
	}
	g_ptr_array_sort(paths, compare_texts);
	for (unsigned i = 0; i < paths->len; i++) {
		load_file(loading, paths->pdata[i]);
	}
}

/* A variable of a section's is a setting or a mistake; other HOSO_ names are the client's. */
static void load_variable(struct loading *loading, const char *name, const char *value)
{
	bool ours = false;

	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		g_autofree char *candidate = environment_name(settings[i].name);
		size_t section = strlen("HOSO_") + strcspn(settings[i].name, ".") + 1;

		if (strcmp(candidate, name) == 0) {
			set_value(loading, name, settings[i].name, value);
			return;
		}
		ours |= strncmp(candidate, name, section) == 0;
	}
	if (ours) {
		add_problem(loading, "%s: there is no such setting", name);
	}
}

static void load_environment(struct loading *loading, char *const *environment)
{
	for (; environment && *environment; environment++) {
		g_auto(GStrv) pair = g_strsplit(*environment, "=", 2);

		if (pair[0] && pair[1] && g_str_has_prefix(pair[0], "HOSO_")) {
			load_variable(loading, pair[0], pair[1]);
		}
	}
}

static void load_overrides(struct loading *loading, char *const *overrides)
{
	for (; overrides && *overrides; overrides++) {
		g_auto(GStrv) pair = g_strsplit(*overrides, "=", 2);

		if (pair[0] && pair[1]) {
			set_value(loading, "--set", pair[0], pair[1]);
		} else {
			add_problem(loading, "--set: must be section.key=value");
		}
	}
}

static bool is_private_address(const char *address)
{
	return g_str_has_prefix(address, "unix:") || g_str_has_prefix(address, "127.") ||
	       g_str_has_prefix(address, "[::1]:") || g_str_has_prefix(address, "localhost:");
}

static void check_together(struct loading *loading)
{
	const struct config *config = loading->config;

	for (size_t i = 0; i < ARRAY_SIZE(needs); i++) {
		const char *value = *(char **)member_of(config, find_setting(needs[i].name));
		const char *other = *(char **)member_of(config, find_setting(needs[i].needs));
		bool applies = value && (!needs[i].value || strcmp(value, needs[i].value) == 0);

		if (applies && !other) {
			add_problem(loading, "%s: must be set, for %s%s%s is", needs[i].needs,
				needs[i].name, needs[i].value ? " = " : "",
				needs[i].value ? needs[i].value : "");
		}
	}
	if (!config->http_certificate && !is_private_address(config->http_listen)) {
		add_problem(loading,
			"http.certificate: must be set, for http.listen is neither on loopback "
			"nor a unix socket");
	}
}

struct config *config_load(const struct config_sources *sources, char ***ret_problems)
{
	const char *file = sources->file ? sources->file : CONFIG_FILE_DEFAULT;
	struct loading loading = {
		.config = g_new0(struct config, 1),
		.problems = g_ptr_array_new(),
	};

	set_fallbacks(&loading, sources->environment);
	if (sources->file || access(file, F_OK) == 0) {
		load_file(&loading, file);
	}
	load_folder(&loading, file);
	load_environment(&loading, sources->environment);
	load_overrides(&loading, sources->overrides);
	check_together(&loading);
	if (loading.problems->len > 0) {
		g_ptr_array_add(loading.problems, NULL);
		*ret_problems = (char **)g_ptr_array_free(loading.problems, FALSE);
		config_free(loading.config);
		return NULL;
	}
	g_ptr_array_free(loading.problems, TRUE);
	*ret_problems = NULL;
	return loading.config;
}

void config_free(struct config *config)
{
	for (size_t i = 0; config && i < ARRAY_SIZE(settings); i++) {
		if (config_value_is_text(&settings[i])) {
			g_free(*(char **)member_of(config, &settings[i]));
		}
	}
	g_free(config);
}

static bool is_same(
	const struct config_setting *setting, const struct config *a, const struct config *b)
{
	g_autofree char *left = config_value_format(setting, member_of(a, setting));
	g_autofree char *right = config_value_format(setting, member_of(b, setting));

	return strcmp(left, right) == 0;
}

char **config_reload(struct config *config, struct config *fresh)
{
	GPtrArray *names = g_ptr_array_new();

	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		char **ours = member_of(config, &settings[i]);
		char **theirs = member_of(fresh, &settings[i]);

		if (is_same(&settings[i], config, fresh)) {
			continue;
		}
		if (settings[i].reload) {
			char *old = *ours;

			/* Exchanged as the texts they are; a number would need its own line here.
			 */
			assert(config_value_is_text(&settings[i]));
			*ours = *theirs;
			*theirs = old;
		} else {
			g_ptr_array_add(names, g_strdup(settings[i].name));
		}
	}
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_free(names, FALSE);
}

void config_print(const struct config *config, FILE *out)
{
	const char *last = "";

	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		const char *name = settings[i].name;
		size_t section = strcspn(name, ".");
		g_autofree char *value =
			config_value_format(&settings[i], member_of(config, &settings[i]));

		if (strncmp(last, name, section + 1) != 0) {
			fprintf(out, "%s[%.*s]\n", i ? "\n" : "", (int)section, name);
		}
		fprintf(out, "%s=%s\n", name + section + 1, value);
		last = name;
	}
}

void config_print_reference(FILE *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		const struct config_setting *setting = &settings[i];
		const char *tick = setting->fallback[0] ? "`" : "";

		fprintf(out, "| `%s` | %s%s%s | %s | %s | %s |\n", setting->name, tick,
			setting->fallback, tick, setting->unit, setting->reload ? "yes" : "no",
			setting->help);
	}
}
