#include "api/api_device.h"

#include <inttypes.h>

#include <glib.h>

#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/api_query.h"
#include "api/api_read.h"
#include "base/log.h"
#include "store/device.h"

#define LIST 's'

_Static_assert(DEVICE_KEY_MAX <= CURSOR_TEXT_MAX, "a device's key stands in a cursor");

static json_t *device_json(const struct device *device)
{
	json_t *json = json_object();

	json_object_set_new(json, "account", json_string(device->login));
	json_object_set_new(json, "name", json_string(device->name));
	json_object_set_new(json, "role", json_string(device->role));
	json_object_set_new(json, "office", api_place(device->office_code, device->office_name));
	json_object_set_new(json, "agency", api_place(device->agency_code, device->agency_name));
	json_object_set_new(json, "device", api_text_or_null(device->device));
	json_object_set_new(json, "signed_in_at", api_time(device->signed_in_at_ms));
	json_object_set_new(json, "seen_at", api_time(device->seen_at_ms));
	json_object_set_new(json, "expires_at", api_time(device->expires_at_ms));
	json_object_set_new(json, "sessions", json_integer(device->sessions));
	json_object_set_new(json, "clock_offset_ms",
		device->clock_was_off ? json_integer(device->clock_offset_ms) : json_null());
	return json;
}

static void list_came(struct api_read *read)
{
	const unsigned *limit = read->more;
	json_t *items = json_array();
	bool more = device_count(&read->trip) > (int)*limit;
	int count = more ? (int)*limit : device_count(&read->trip);
	struct cursor cursor = {0};

	for (int row = 0; row < count; row++) {
		struct device device = device_at(&read->trip, row);
		json_array_append_new(items, device_json(&device));
		cursor.number = device.account;
		g_strlcpy(cursor.text, device.key, sizeof cursor.text);
	}
	api_reply(read->exchange, 200, api_query_page(items, LIST, more ? &cursor : NULL));
}

void api_device_list(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"limit", "cursor", NULL};
	struct api_query query = api_query_begin(exchange, known);
	unsigned limit = api_query_limit(&query);
	struct cursor cursor;
	struct device_place after;
	struct api_read *read;

	api_query_cursor(&query, "cursor", LIST, &cursor);
	if (api_query_refused(&query, exchange)) {
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&limit, sizeof limit);
	after = (struct device_place){cursor.number, cursor.text};
	device_ask(&read->trip, api_actor(exchange), &after, limit);
	api_read_run(read, list_came);
}

/* As the list tells it: null for a device without a name. Left out, it would be a slip and not that one. */
struct form {
	char login[WORD_MAX + 1];
	char device[WORD_MAX + 1];
};

static enum hoso_error read_form(
	const struct exchange *exchange, struct form *form, const char **ret_member)
{
	json_t *body = NULL;
	enum hoso_error error = api_body(exchange, &body);
	struct api_reader reader = {.object = body};

	*ret_member = NULL;
	if (!error && !json_is_object(body)) {
		error = HOSO_BAD_JSON;
	}
	if (!error) {
		api_read_text(&reader, "account", API_REQUIRED, form->login, sizeof form->login);
		if (json_is_null(json_object_get(body, "device"))) {
			api_read_member(&reader, "device", API_REQUIRED);
		} else {
			api_read_text(
				&reader, "device", API_REQUIRED, form->device, sizeof form->device);
		}
		error = api_read_end(&reader);
		*ret_member = reader.member;
	}
	json_decref(body);
	return error;
}

static void device_has_ended(struct api_read *read)
{
	const struct form *form = read->more;
	int64_t ended = 0;
	enum hoso_error error = device_ended(&read->trip, &ended);

	if (error) {
		api_problem(read->exchange, error, NULL);
		return;
	}
	api_guard_forget();
	log_notice("account=%s by=%s sessions=%" PRId64 ": signed out on one device", form->login,
		api_actor(read->exchange)->login, ended);
	api_reply(read->exchange, 200,
		json_pack("{s:s, s:o, s:I}", "account", form->login, "device",
			api_text_or_null(form->device), "ended", (json_int_t)ended));
}

void api_device_end(struct exchange *exchange, void *api)
{
	struct form form = {0};
	const char *member;
	enum hoso_error error = read_form(exchange, &form, &member);
	struct api_read *read;

	if (error) {
		api_problem(exchange, error, member);
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&form, sizeof form);
	device_end(&read->trip, api_actor(exchange), form.login, form.device);
	api_read_run(read, device_has_ended);
}
