#include "api/api_session.h"

#include <string.h>

#include <glib.h>
#include <jansson.h>

#include "api/api.h"
#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/api_read.h"
#include "flow/login.h"
#include "store/session.h"

struct sign_in {
	struct login_req req;
	struct exchange *exchange;
};

static json_t *actor_json(const struct actor *actor)
{
	json_t *place =
		json_pack("{s:s, s:s}", "code", actor->office_code, "name", actor->office_name);
	json_t *json = json_pack("{s:s, s:s, s:s}", "account", actor->login, "name", actor->name,
		"role", role_wire(actor->role));

	/* An officer's place is the agency; everybody else's an office. */
	json_object_set_new(json, "office", actor->agency ? json_null() : json_incref(place));
	json_object_set_new(json, "agency", actor->agency ? json_incref(place) : json_null());
	json_decref(place);
	return json;
}

static void signed_in(struct login_req *req, enum hoso_error error)
{
	struct sign_in *sign_in = container_of(req, struct sign_in, req);

	if (error) {
		api_problem(
			sign_in->exchange, error == HOSO_CANCELED ? HOSO_STOPPING : error, NULL);
	} else {
		json_t *json = actor_json(&req->actor);
		json_object_set_new(json, "token", json_string(req->token));
		json_object_set_new(json, "expires_at", api_time(req->expires_at_ms));
		api_reply(sign_in->exchange, 200, json);
	}
	explicit_bzero(sign_in, sizeof *sign_in);
	g_free(sign_in);
}

static enum hoso_error read_sign_in(
	const struct exchange *exchange, struct login_req *req, const char **ret_member)
{
	json_t *body = NULL;
	struct api_reader reader = {0};
	enum hoso_error error = api_body(exchange, &body);

	*ret_member = NULL;
	if (error) {
		return error;
	}
	if (!json_is_object(body)) {
		json_decref(body);
		return HOSO_BAD_JSON;
	}
	reader.object = body;
	api_read_text(&reader, "account", API_REQUIRED, req->account, sizeof req->account);
	api_read_password(&reader, req->password);
	api_read_text(&reader, "device", API_OPTIONAL, req->device, sizeof req->device);
	if (strpbrk(req->device, "\n\t")) {
		api_read_fail(&reader, HOSO_BAD_MEMBER, "device");
	}
	error = api_read_end(&reader);
	*ret_member = reader.member;
	json_decref(body);
	return error;
}

void api_session_post(struct exchange *exchange, void *arg)
{
	struct api *api = arg;
	struct sign_in *sign_in = g_new0(struct sign_in, 1);
	const char *member;
	enum hoso_error error = read_sign_in(exchange, &sign_in->req, &member);

	sign_in->exchange = exchange;
	g_strlcpy(sign_in->req.address, exchange_peer(exchange), sizeof sign_in->req.address);
	if (!error) {
		error = login_begin(api->login, &sign_in->req, signed_in);
	}
	if (error) {
		api_problem(exchange, error, member);
		explicit_bzero(sign_in, sizeof *sign_in);
		g_free(sign_in);
	}
}

static void signed_out(struct api_read *read)
{
	api_guard_forget();
	exchange_reply(read->exchange, 204, NULL, NULL);
}

void api_session_delete(struct exchange *exchange, void *arg)
{
	struct api_read *read = api_read_new(arg, exchange);
	struct digest token_hash;
	bool has_token = api_token_hash(exchange, &token_hash);

	g_assert(has_token);
	session_end(&read->trip, &token_hash);
	api_read_run(read, signed_out);
}

void api_session_me(struct exchange *exchange, void *arg)
{
	(void)arg;
	api_reply(exchange, 200, actor_json(api_actor(exchange)));
}
