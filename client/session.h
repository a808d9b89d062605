#ifndef HOSO_CLIENT_SESSION_H
#define HOSO_CLIENT_SESSION_H

#include <jansson.h>

#include <hoso/error.h>

/**
 * struct session - which server, and who we are there. All texts are owned; NULL is "not known".
 * @server:        "https://host:port", no slash at the end
 * @ca_file:       PEM; NULL means the system's authorities
 * @account:       who to sign in as when nothing is said
 * @password_file: where its password stands
 * @state_folder:  the spool and the session's file live here
 * @token:         secret; only ever one that @server gave
 * @language:      "vi" or "en", the one the server is asked to answer in; not owned
 */
struct session {
	char *server;
	char *ca_file;
	char *account;
	char *password_file;
	char *state_folder;
	char *token;
	const char *language;
};

/**
 * session_load() - options, then HOSO_SERVER, HOSO_CA, HOSO_ACCOUNT, HOSO_PASSWORD_FILE and
 * HOSO_STATE, then $XDG_CONFIG_HOME/hoso/config (key file, group [hoso]: server, ca, account,
 * password_file), then the server of the last sign-in.
 *
 * Errors: HOSO_BAD_CONFIG, the config file cannot be read, has an unknown key, or the server is no
 * https address; *ret_why is the reason in English, g_free().
 */
enum hoso_error session_load(
	struct session *session, const char *server, const char *ca_file, char **ret_why);
void session_done(struct session *session);

/** session_read_token() - look again whether there is a token: somebody may have signed in
 * meanwhile. */
void session_read_token(struct session *session);

/**
 * session_keep() - keep the token of a sign-in, in a file that only the user may read.
 * @answer: the server's answer: token, account, expires_at.
 * Errors: HOSO_BAD_JSON, there is no token in it; HOSO_FILE, errno says why.
 */
enum hoso_error session_keep(struct session *session, const json_t *answer);

/** session_forget() - remove the token from the disk. */
enum hoso_error session_forget(struct session *session);

/** session_spool_folder() - where the spool is; g_free(). */
char *session_spool_folder(const struct session *session);

#endif
