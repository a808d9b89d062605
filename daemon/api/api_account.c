#include "api/api_account.h"

#include <string.h>

#include <glib.h>

#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/api_query.h"
#include "api/api_read.h"
#include "base/attr.h"
#include "base/log.h"
#include "flow/login.h"
#include "store/account.h"

#define LIST 'a'

static json_t *account_json(const struct account *account)
{
	json_t *json = json_object();

	json_object_set_new(json, "account", json_string(account->login));
	json_object_set_new(json, "name", json_string(account->name));
	json_object_set_new(json, "role", json_string(account->role));
	json_object_set_new(json, "office", api_place(account->office_code, account->office_name));
	json_object_set_new(json, "agency", api_place(account->agency_code, account->agency_name));
	json_object_set_new(json, "disabled", json_boolean(account->disabled));
	json_object_set_new(json, "created_at", api_time(account->created_at_ms));
	return json;
}

static void list_came(struct api_read *read)
{
	const unsigned *limit = read->more;
	json_t *items = json_array();
	bool more = account_count(&read->trip) > (int)*limit;
	int count = more ? (int)*limit : account_count(&read->trip);
	struct cursor cursor = {0};

	for (int row = 0; row < count; row++) {
		struct account account = account_at(&read->trip, row);
		json_array_append_new(items, account_json(&account));
		g_strlcpy(cursor.text, account.login, sizeof cursor.text);
	}
	api_reply(read->exchange, 200, api_query_page(items, LIST, more ? &cursor : NULL));
}

void api_account_list(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"limit", "cursor", NULL};
	struct api_query query = api_query_begin(exchange, known);
	unsigned limit = api_query_limit(&query);
	struct cursor cursor;
	struct api_read *read;

	api_query_cursor(&query, "cursor", LIST, &cursor);
	if (api_query_refused(&query, exchange)) {
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&limit, sizeof limit);
	account_ask(&read->trip, api_actor(exchange), cursor.text, limit);
	api_read_run(read, list_came);
}

/*
 * A new account, or a new password: the form is read, the password hashed in a child, and then the
 * hash goes to the database. The password itself is wiped with the form as soon as the child has
 * it.
 */
struct form {
	struct login_hash_req hash;
	struct api *api;
	struct exchange *exchange;
	bool is_new;
	struct account_new account;
	char password[PASSWORD_MAX + 1];
};

static void form_free(struct form *form)
{
	explicit_bzero(form, sizeof *form);
	g_free(form);
}

static void account_was_created(struct api_read *read)
{
	const struct account_new *account = read->more;
	enum hoso_error error = account_created(&read->trip);

	if (error == HOSO_BAD_MEMBER) {
		api_problem(
			read->exchange, error, account->role == ROLE_AGENCY ? "agency" : "office");
	} else if (error) {
		api_problem(read->exchange, error, "account");
	} else {
		log_notice("account=%s role=%s by=%s: created", account->login,
			role_wire(account->role), api_actor(read->exchange)->login);
		api_reply(read->exchange, 201,
			json_pack("{s:s, s:s, s:s}", "account", account->login, "name",
				account->name, "role", role_wire(account->role)));
	}
}

static void account_was_changed(struct api_read *read)
{
	const char *login = exchange_param(read->exchange, 0);
	enum hoso_error error = account_changed(&read->trip);

	if (error) {
		api_problem(read->exchange, error, NULL);
		return;
	}
	api_guard_forget();
	log_notice("account=%s by=%s: changed, its sessions have ended", login,
		api_actor(read->exchange)->login);
	api_reply(read->exchange, 200, json_pack("{s:s}", "account", login));
}

static void password_is_hashed(struct login_hash_req *hash, enum hoso_error error)
{
	struct form *form = container_of(hash, struct form, hash);
	const struct actor *actor = api_actor(form->exchange);
	struct api_read *read;

	if (error) {
		api_problem(form->exchange, error == HOSO_CANCELED ? HOSO_STOPPING : error, NULL);
		form_free(form);
		return;
	}
	read = api_read_new(form->api, form->exchange);
	g_strlcpy(form->account.hash, hash->hash, sizeof form->account.hash);
	if (form->is_new) {
		account_create(&read->trip, actor, &form->account);
	} else {
		account_set_password(&read->trip, actor, form->account.login, form->account.hash);
	}
	read->more = g_memdup2(&form->account, sizeof form->account);
	api_read_run(read, form->is_new ? account_was_created : account_was_changed);
	form_free(form);
}

/* Words that stand in one line of a list. */
static void read_line(struct api_reader *reader, const char *member, char *ret_text, size_t size)
{
	if (api_read_text(reader, member, API_REQUIRED, ret_text, size) &&
		strpbrk(ret_text, "\n\t")) {
		api_read_fail(reader, HOSO_BAD_MEMBER, member);
	}
}

static void read_account(struct api_reader *reader, struct account_new *account)
{
	char role[WORD_MAX + 1];

	read_line(reader, "account", account->login, sizeof account->login);
	if (account->login[0] && !account_is_login(account->login)) {
		api_read_fail(reader, HOSO_BAD_MEMBER, "account");
	}
	read_line(reader, "name", account->name, sizeof account->name);
	read_line(reader, "role", role, sizeof role);
	account->role = role_from_wire(role);
	if (account->role == ROLE_COUNT || account->role == ROLE_SYSTEM) {
		api_read_fail(reader, HOSO_BAD_MEMBER, "role");
	}
	read_line(reader, account->role == ROLE_AGENCY ? "agency" : "office", account->place,
		sizeof account->place);
}

static enum hoso_error read_form(struct form *form, const char **ret_member)
{
	json_t *body = NULL;
	enum hoso_error error = api_body(form->exchange, &body);
	struct api_reader reader = {.object = body};

	*ret_member = NULL;
	if (!error && !json_is_object(body)) {
		error = HOSO_BAD_JSON;
	}
	if (!error) {
		if (form->is_new) {
			read_account(&reader, &form->account);
		}
		api_read_password(&reader, form->password);
		error = api_read_end(&reader);
		*ret_member = reader.member;
	}
	json_decref(body);
	return error;
}

static void take_form(struct form *form)
{
	const char *member;
	enum hoso_error error = read_form(form, &member);

	if (!error) {
		error = login_hash_password(form->api->login, &form->hash, form->password,
			form->account.login, password_is_hashed);
		explicit_bzero(form->password, sizeof form->password);
		member = error == HOSO_WEAK_PASSWORD ? "password" : NULL;
	}
	if (error) {
		api_problem(form->exchange, error, member);
		form_free(form);
	}
}

static struct form *form_new(struct exchange *exchange, struct api *api, bool is_new)
{
	struct form *form = g_new0(struct form, 1);

	form->api = api;
	form->exchange = exchange;
	form->is_new = is_new;
	return form;
}

void api_account_post(struct exchange *exchange, void *api)
{
	take_form(form_new(exchange, api, true));
}

void api_account_password(struct exchange *exchange, void *api)
{
	const char *login = exchange_param(exchange, 0);
	struct form *form;

	if (!account_is_login(login)) {
		api_problem(exchange, HOSO_NOT_FOUND, NULL);
		return;
	}
	form = form_new(exchange, api, false);
	g_strlcpy(form->account.login, login, sizeof form->account.login);
	take_form(form);
}

/* Nobody locks themselves out: the last supervisor would have no way back. */
void api_account_disable(struct exchange *exchange, void *api)
{
	const struct actor *actor = api_actor(exchange);
	const char *login = exchange_param(exchange, 0);
	struct api_read *read;

	if (strcmp(login, actor->login) == 0) {
		api_problem(exchange, HOSO_FORBIDDEN, NULL);
		return;
	}
	read = api_read_new(api, exchange);
	account_disable(&read->trip, actor, login);
	api_read_run(read, account_was_changed);
}
