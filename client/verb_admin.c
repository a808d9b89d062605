#include <errno.h>
#include <string.h>
#include <sysexits.h>

#include <glib.h>

#include <hoso/role.h>

#include "client.h"
#include "password.h"
#include "print.h"
#include "query.h"

#define CATALOGUE_MAX (1024 * 1024) /* bytes; the server takes no larger body */
#define WORDS_MAX 3

struct admin_options {
	struct client *client;
	const char *words[WORDS_MAX];
	const char *name;
	const char *role;
	const char *office;
	const char *password_file;
	bool all;
};

enum { OPTION_NAME = 1000, OPTION_ROLE, OPTION_OFFICE, OPTION_PASSWORD_FILE, OPTION_ALL };

static const struct argp_option options[] = {
	{"name", OPTION_NAME, N_("NAME"), 0, N_("The person's name"), 0},
	{"role", OPTION_ROLE, N_("ROLE"), 0, N_("clerk, courier, supervisor or agency"), 0},
	{"office", OPTION_OFFICE, N_("CODE"), 0,
		N_("The office the person works in; an officer's agency"), 0},
	{"password-file", OPTION_PASSWORD_FILE, N_("FILE"), 0,
		N_("The password is the first line of this file; asked on the terminal otherwise"),
		0},
	{"all", OPTION_ALL, NULL, 0, N_("All pages, not only the first"), 0},
	{0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct admin_options *admin = state->input;

	switch (key) {
	case OPTION_NAME:
		admin->name = argument;
		return 0;
	case OPTION_ROLE:
		admin->role = argument;
		return 0;
	case OPTION_OFFICE:
		admin->office = argument;
		return 0;
	case OPTION_PASSWORD_FILE:
		admin->password_file = argument;
		return 0;
	case OPTION_ALL:
		admin->all = true;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num >= WORDS_MAX) {
			return ARGP_ERR_UNKNOWN;
		}
		admin->words[state->arg_num] = argument;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int send_and_show(
	const struct admin_options *admin, const char *method, const char *path, json_t *body)
{
	json_t *answer = NULL;
	int status = query_send(admin->client, method, path, body, &answer);

	if (status == EX_OK && admin->client->json) {
		print_json(answer);
	}
	json_decref(answer);
	json_decref(body);
	return status;
}

static int ask_password(const struct admin_options *admin, char **ret_password)
{
	enum hoso_error error =
		password_read(admin->password_file, _("New password"), ret_password);

	if (error) {
		return print_error(admin->client, error,
			error == HOSO_FILE ? strerror(errno) : _("the password is empty"));
	}
	return EX_OK;
}

/* An officer of the one-stop unit belongs to an agency, everybody else to an office. */
static bool is_officer(const char *role)
{
	return strcmp(role, role_wire(ROLE_AGENCY)) == 0;
}

static int account_add(struct admin_options *admin)
{
	char *password = NULL;
	json_t *body;
	int status;

	if (!admin->words[2] || !admin->name || !admin->role || !admin->office) {
		print_note("%s", _("usage: hoso admin account add ACCOUNT --name NAME --role ROLE "
				   "--office CODE"));
		return EX_USAGE;
	}
	status = ask_password(admin, &password);
	if (status != EX_OK) {
		return status;
	}
	body = json_pack("{s:s, s:s, s:s, s:s, s:s}", "account", admin->words[2], "name",
		admin->name, "role", admin->role, is_officer(admin->role) ? "agency" : "office",
		admin->office, "password", password);
	password_free(password);
	return body ? send_and_show(admin, "POST", "/v1/accounts", body)
		    : print_error(admin->client, HOSO_BAD_UTF8, NULL);
}

static int show_account(void *context, const json_t *account)
{
	const struct admin_options *admin = context;
	bool officer = is_officer(print_text(account, "role"));
	const json_t *place = json_object_get(account, officer ? "agency" : "office");
	bool disabled = json_is_true(json_object_get(account, "disabled"));

	if (admin->client->json) {
		print_json(account);
		return EX_OK;
	}
	print_line(admin->client, disabled ? PRINT_DOUBT : PRINT_PLAIN, "%-20s  %s  %s  %s  %s",
		print_text(account, "account"), print_text(account, "name"),
		print_text(account, "role"),
		json_is_string(place) ? json_string_value(place) : print_text(place, "code"),
		disabled ? _("disabled") : "");
	return EX_OK;
}

static int account_list(struct admin_options *admin)
{
	g_autoptr(GString) query = query_new("/v1/accounts");

	return query_pages(admin->client, query, admin->all, show_account, admin);
}

static int account_disable(struct admin_options *admin)
{
	g_autofree char *account = query_segment(admin->words[2] ? admin->words[2] : "");
	g_autofree char *path = g_strdup_printf("/v1/accounts/%s/disable", account);

	return *account ? send_and_show(admin, "POST", path, NULL) : EX_USAGE;
}

static int account_reset(struct admin_options *admin)
{
	g_autofree char *account = query_segment(admin->words[2] ? admin->words[2] : "");
	g_autofree char *path = g_strdup_printf("/v1/accounts/%s/password", account);
	char *password = NULL;
	json_t *body;
	int status = *account ? ask_password(admin, &password) : EX_USAGE;

	if (status != EX_OK) {
		return status;
	}
	body = json_pack("{s:s}", "password", password);
	password_free(password);
	return body ? send_and_show(admin, "POST", path, body)
		    : print_error(admin->client, HOSO_BAD_UTF8, NULL);
}

static int catalogue_import(struct admin_options *admin)
{
	g_autofree char *text = NULL;
	const char *path = admin->words[2];
	json_error_t where;
	json_t *body;
	size_t length;

	if (!path) {
		return EX_USAGE;
	}
	if (!g_file_get_contents(path, &text, &length, NULL)) {
		print_note("%s: %s", path, strerror(errno));
		return EX_NOINPUT;
	}
	if (length > CATALOGUE_MAX) {
		return print_error(admin->client, HOSO_TOO_LARGE, path);
	}
	body = json_loadb(text, length, JSON_REJECT_DUPLICATES, &where);
	if (!body) {
		g_autofree char *detail =
			g_strdup_printf("%s:%d: %s", path, where.line, where.text);
		return print_error(admin->client, HOSO_BAD_JSON, detail);
	}
	return send_and_show(admin, "PUT", "/v1/catalogue", body);
}

static const struct order {
	const char *subject;
	const char *verb;
	int (*run)(struct admin_options *admin);
} orders[] = {
	{"account", "add", account_add},
	{"account", "list", account_list},
	{"account", "disable", account_disable},
	{"account", "reset", account_reset},
	{"catalogue", "import", catalogue_import},
};

int verb_admin(struct client *client, int argc, char **argv)
{
	struct admin_options admin = {.client = client};
	int status = EX_USAGE;

	client_parse(client, options, parse,
		N_("account add|disable|reset ACCOUNT\naccount list\ncatalogue import FILE.json"),
		N_("Accounts, and the catalogue of offices, agencies and procedures."), argc, argv,
		&admin);
	for (size_t i = 0; admin.words[1] && i < G_N_ELEMENTS(orders); i++) {
		if (strcmp(orders[i].subject, admin.words[0]) == 0 &&
			strcmp(orders[i].verb, admin.words[1]) == 0) {
			status = orders[i].run(&admin);
		}
	}
	if (status == EX_USAGE) {
		print_note("%s", _("usage: hoso admin account add|list|disable|reset, hoso admin "
				   "catalogue import FILE"));
	}
	return status;
}
