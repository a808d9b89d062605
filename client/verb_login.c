#include <errno.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <glib.h>

#include <hoso/wire.h>

#include "client.h"
#include "password.h"
#include "print.h"
#include "query.h"

struct login_options {
	const char *account;
	const char *password_file;
};

enum { OPTION_PASSWORD_FILE = 1000 };

static const struct argp_option options[] = {
	{"password-file", OPTION_PASSWORD_FILE, N_("FILE"), 0,
		N_("The password is the first line of this file; asked on the terminal otherwise"),
		0},
	{0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct login_options *login = state->input;

	switch (key) {
	case OPTION_PASSWORD_FILE:
		login->password_file = argument;
		return 0;
	case ARGP_KEY_ARG:
		if (login->account) {
			return ARGP_ERR_UNKNOWN;
		}
		login->account = argument;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void welcome(const struct client *client, json_t *answer)
{
	const json_t *place = print_place(answer);

	if (client->json) {
		/* The token is nobody's business but the session file's. */
		json_object_del(answer, "token");
		print_json(answer);
		return;
	}
	print_line(client, PRINT_GOOD, _("signed in: %s, %s, %s %s, until %s"),
		print_text(answer, "name"), print_text(answer, "role"), print_text(place, "code"),
		print_text(place, "name"), print_time(print_text(answer, "expires_at")));
}

static int sign_in(struct client *client, const char *account, const char *password)
{
	char device[128] = "";
	json_t *answer = NULL;
	json_t *body;
	enum hoso_error error;
	int status;

	gethostname(device, sizeof device - 1);
	body = json_pack(
		"{s:s, s:s, s:s}", "account", account, "password", password, "device", device);
	if (!body) {
		return print_error(client, HOSO_BAD_UTF8, NULL);
	}
	status = query_send(client, "POST", WIRE_SESSION, body, &answer);
	json_decref(body);
	if (status != EX_OK) {
		return status;
	}
	error = session_keep(&client->session, answer);
	if (error) {
		status = print_error(client, error, error == HOSO_FILE ? strerror(errno) : NULL);
	} else {
		welcome(client, answer);
	}
	json_decref(answer);
	return status;
}

int verb_login(struct client *client, int argc, char **argv)
{
	struct login_options login = {0};
	const char *account;
	const char *file;
	char *password = NULL;
	enum hoso_error error;
	int status;

	client_parse(client, options, parse, N_("[ACCOUNT]"),
		N_("Sign in. The session is kept for the other verbs."), argc, argv, &login);
	account = login.account ? login.account : client->session.account;
	file = login.password_file ? login.password_file : client->session.password_file;
	if (!account) {
		print_note("%s", _("say which account: hoso login ACCOUNT"));
		return EX_USAGE;
	}
	/* Signing in must not be refused because of an old token. */
	g_clear_pointer(&client->session.token, password_free);
	error = password_read(file, _("Password"), &password);
	if (error) {
		return print_error(client, error,
			error == HOSO_FILE ? strerror(errno) : _("the password is empty"));
	}
	status = sign_in(client, account, password);
	password_free(password);
	return status;
}

int verb_logout(struct client *client, int argc, char **argv)
{
	static const struct argp_option none[] = {{0}};
	json_t *answer = NULL;
	int status = EX_OK;

	client_parse(client, none, NULL, NULL,
		N_("Sign out: the session ends on the server and on this device."), argc, argv,
		NULL);
	if (client->session.token) {
		status = query_send(client, "DELETE", WIRE_SESSION, NULL, &answer);
	}
	json_decref(answer);
	if (session_forget(&client->session)) {
		return print_error(client, HOSO_FILE, strerror(errno));
	}
	return status;
}
