#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

#define CONFIG_GROUP "hoso"
#define SESSION_GROUP "session"

static char *session_file(const struct session *session)
{
	return g_build_filename(session->state_folder, "session", NULL);
}

char *session_spool_folder(const struct session *session)
{
	return g_build_filename(session->state_folder, "spool", NULL);
}

/* The first one that says something; the caller frees the copy. */
static char *first_of(const char *option, const char *variable, GKeyFile *config, const char *key)
{
	const char *environment = g_getenv(variable);

	if (option) {
		return g_strdup(option);
	}
	if (environment && *environment) {
		return g_strdup(environment);
	}
	return g_key_file_get_string(config, CONFIG_GROUP, key, NULL);
}

static bool has_only_known_keys(GKeyFile *config, char **ret_why)
{
	static const char *const known[] = {"server", "ca", "account", "password_file", NULL};
	g_auto(GStrv) keys = g_key_file_get_keys(config, CONFIG_GROUP, NULL, NULL);

	for (size_t i = 0; keys && keys[i]; i++) {
		if (!g_strv_contains(known, keys[i])) {
			*ret_why = g_strdup_printf("unknown key: %s", keys[i]);
			return false;
		}
	}
	return true;
}

static bool read_config(GKeyFile *config, char **ret_why)
{
	g_autofree char *path = g_build_filename(g_get_user_config_dir(), "hoso", "config", NULL);
	g_autoptr(GError) error = NULL;

	if (!g_key_file_load_from_file(config, path, G_KEY_FILE_NONE, &error) &&
		!g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
		*ret_why = g_strdup_printf("%s: %s", path, error->message);
		return false;
	}
	return has_only_known_keys(config, ret_why);
}

static GKeyFile *read_session(const struct session *session)
{
	g_autofree char *path = session_file(session);
	GKeyFile *file = g_key_file_new();

	g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL);
	return file;
}

/* Whoever signed in once need not name the server again, nor whom it trusts. */
static void use_last_server(struct session *session)
{
	g_autoptr(GKeyFile) last = read_session(session);

	if (!session->server) {
		session->server = g_key_file_get_string(last, SESSION_GROUP, "server", NULL);
		if (!session->ca_file) {
			session->ca_file = g_key_file_get_string(last, SESSION_GROUP, "ca", NULL);
		}
	}
}

static bool tidy_server(struct session *session, char **ret_why)
{
	size_t length = session->server ? strlen(session->server) : 0;

	if (!session->server) {
		return true;
	}
	while (length > 0 && session->server[length - 1] == '/') {
		session->server[--length] = '\0';
	}
	if (!g_str_has_prefix(session->server, "https://") || strpbrk(session->server, " \r\n\t")) {
		*ret_why = g_strdup_printf(
			"the server must be an https:// address: %s", session->server);
		return false;
	}
	return true;
}

enum hoso_error session_load(
	struct session *session, const char *server, const char *ca_file, char **ret_why)
{
	g_autoptr(GKeyFile) config = g_key_file_new();
	const char *state = g_getenv("HOSO_STATE");

	if (!read_config(config, ret_why)) {
		return HOSO_BAD_CONFIG;
	}
	session->server = first_of(server, "HOSO_SERVER", config, "server");
	session->ca_file = first_of(ca_file, "HOSO_CA", config, "ca");
	session->account = first_of(NULL, "HOSO_ACCOUNT", config, "account");
	session->password_file = first_of(NULL, "HOSO_PASSWORD_FILE", config, "password_file");
	session->state_folder = state && *state
					? g_strdup(state)
					: g_build_filename(g_get_user_state_dir(), "hoso", NULL);
	use_last_server(session);
	if (!tidy_server(session, ret_why)) {
		return HOSO_BAD_CONFIG;
	}
	session_read_token(session);
	return HOSO_OK;
}

static void forget_token(struct session *session)
{
	if (session->token) {
		explicit_bzero(session->token, strlen(session->token));
	}
	g_clear_pointer(&session->token, g_free);
}

void session_done(struct session *session)
{
	forget_token(session);
	g_free(session->server);
	g_free(session->ca_file);
	g_free(session->account);
	g_free(session->password_file);
	g_free(session->state_folder);
	*session = (struct session){0};
}

void session_read_token(struct session *session)
{
	g_autoptr(GKeyFile) last = read_session(session);
	g_autofree char *giver = g_key_file_get_string(last, SESSION_GROUP, "server", NULL);

	forget_token(session);
	/* A token goes to no server but the one that gave it. */
	if (giver && g_strcmp0(giver, session->server) == 0) {
		session->token = g_key_file_get_string(last, SESSION_GROUP, "token", NULL);
	}
}

static bool write_secret(const char *path, const char *text)
{
	g_autofree char *fresh = g_strconcat(path, ".new", NULL);
	size_t length = strlen(text);
	int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool good;

	if (fd < 0) {
		return false;
	}
	good = fchmod(fd, 0600) == 0 && write(fd, text, length) == (ssize_t)length &&
	       fsync(fd) == 0;
	return close(fd) == 0 && good && rename(fresh, path) == 0;
}

enum hoso_error session_keep(struct session *session, const json_t *answer)
{
	const char *token = json_string_value(json_object_get(answer, "token"));
	const char *expires_at = json_string_value(json_object_get(answer, "expires_at"));
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_autofree char *path = session_file(session);
	g_autofree char *text = NULL;

	if (!token) {
		return HOSO_BAD_JSON;
	}
	g_key_file_set_string(file, SESSION_GROUP, "server", session->server);
	if (session->ca_file) {
		g_autofree char *ca_file = g_canonicalize_filename(session->ca_file, NULL);
		g_key_file_set_string(file, SESSION_GROUP, "ca", ca_file);
	}
	g_key_file_set_string(file, SESSION_GROUP, "expires_at", expires_at ? expires_at : "");
	g_key_file_set_string(file, SESSION_GROUP, "token", token);
	text = g_key_file_to_data(file, NULL, NULL);
	if (g_mkdir_with_parents(session->state_folder, 0700) < 0 || !write_secret(path, text)) {
		return HOSO_FILE;
	}
	session_read_token(session);
	return HOSO_OK;
}

enum hoso_error session_forget(struct session *session)
{
	g_autofree char *path = session_file(session);

	forget_token(session);
	return unlink(path) == 0 || errno == ENOENT ? HOSO_OK : HOSO_FILE;
}
