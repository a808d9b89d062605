#include "api/api_item.h"

#include <string.h>

#include <glib.h>

#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/api_query.h"
#include "api/api_read.h"
#include "api/delivery_json.h"
#include "api/dossier_json.h"
#include "base/clock.h"
#include "base/uuid7.h"
#include "model/pin.h"
#include "store/item.h"
#include "store/workdays.h"

/* A request that is being answered with a PIN: it is told once, to who asked, and stands nowhere else. */
struct pin_more {
	struct item_code code;
	struct uuid request;
	char pin[PIN_SIZE];
};

static enum hoso_error read_code(const struct exchange *exchange, struct item_code *ret_code)
{
	const char *text = exchange_param(exchange, 0);

	return item_code_parse(text, strlen(text), ret_code);
}

static void pin_made(struct api_read *read)
{
	struct pin_more *more = read->more;

	switch (item_pin_outcome(&read->trip, &more->request)) {
	case ITEM_PIN_NO_ITEM:
		api_problem(read->exchange, HOSO_NOT_FOUND, NULL);
		break;
	case ITEM_PIN_OLD_REQUEST:
		api_problem(read->exchange, HOSO_CONFLICT, NULL);
		break;
	case ITEM_PIN_NOT_FOR_IT:
		api_problem(read->exchange, HOSO_WRONG_STATE, NULL);
		break;
	case ITEM_PIN_MADE:
		api_reply(read->exchange, 200,
			json_pack("{s:s, s:s}", "item_code", more->code.text, "pin", more->pin));
		break;
	}
	explicit_bzero(more->pin, sizeof more->pin);
}

/* The order of PINs is that of their requests, so a clock that runs ahead must not hold up the next one. */
static bool is_of_now(const struct uuid *request)
{
	int64_t at_ms = uuid7_time_ms(request);
	int64_t now_ms = clock_now_ms();

	return request->bytes[6] >> 4 == 7 && at_ms > now_ms - SCAN_AGE_MAX_MS &&
	       at_ms <= now_ms + SCAN_AHEAD_MAX_MS;
}

static enum hoso_error read_request(
	const struct exchange *exchange, struct uuid *ret_request, const char **ret_member)
{
	struct api_reader reader = {0};
	json_t *body = NULL;
	enum hoso_error error = api_body(exchange, &body);

	if (!error && !json_is_object(body)) {
		error = HOSO_BAD_JSON;
	}
	if (!error) {
		reader.object = body;
		if (api_read_uuid(&reader, "request_id", API_REQUIRED, ret_request) &&
			!is_of_now(ret_request)) {
			api_read_fail(&reader, HOSO_BAD_MEMBER, "request_id");
		}
		error = api_read_end(&reader);
		*ret_member = reader.member;
	}
	json_decref(body);
	return error;
}

void api_item_pin(struct exchange *exchange, void *arg)
{
	struct api *api = arg;
	struct pin_more more = {0};
	const char *member = NULL;
	enum hoso_error error = read_code(exchange, &more.code);
	struct digest digest;
	struct api_read *read;

	if (!error) {
		error = read_request(exchange, &more.request, &member);
	}
	if (!error && !api->pin_key) {
		error = HOSO_PIN_OFF;
	}
	if (error) {
		api_problem(exchange, error, member);
		return;
	}
	pin_make(api->pin_key, more.code.text, &more.request, more.pin);
	digest = pin_digest(api->pin_key, more.code.text, more.pin);
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&more, sizeof more);
	item_make_pin(&read->trip, api_actor(exchange), &more.code, &more.request, &digest);
	api_read_run(read, pin_made);
	explicit_bzero(more.pin, sizeof more.pin);
}

/* May it go back, and if not: which rule keeps it, and until when at least? */
static json_t *return_json(
	const struct leg *leg, enum reason reason, int32_t today, const struct calendar *calendar)
{
	int32_t day = delivery_return_day(leg, reason, today, calendar);
	char text[DELIVERY_JSON_DAY_SIZE];
	bool held = leg->state == LEG_ATTEMPT_FAILED || leg->state == LEG_HELD;
	bool allowed = held && deadline_may_return(leg, reason, calendar);
	json_t *json = json_object();

	delivery_json_day(day, text);
	json_object_set_new(json, "allowed", json_boolean(allowed));
	json_object_set_new(json, "from_on", held ? json_string(text) : json_null());
	json_object_set_new(json, "why",
		held && !allowed ? json_string(error_wire(delivery_return_why(leg))) : json_null());
	return json;
}

static json_t *next_json(const struct item *item, const struct calendar *calendar)
{
	struct leg leg = leg_fold(&item->track);
	enum reason reason = delivery_last_reason(&item->track);
	int32_t today = clock_local_day(clock_now_ms());
	struct delivery_step steps[DELIVERY_STEPS_MAX];
	unsigned count = delivery_steps(&leg, reason, today, calendar, steps);
	json_t *list = json_array();
	json_t *json = json_object();

	for (unsigned i = 0; i < count; i++) {
		json_array_append_new(list, delivery_json_step(&steps[i]));
	}
	json_object_set_new(json, "leg_state", json_string(leg_state_wire(leg.state)));
	json_object_set_new(json, "leg_kind", json_string(leg_kind_wire(leg.kind)));
	json_object_set_new(json, "reason", api_text_or_null(reason_wire(reason)));
	json_object_set_new(json, "next_on", api_text_or_null(item->next_on));
	json_object_set_new(json, "attempts", json_integer(leg.attempts));
	json_object_set_new(json, "invitations", json_integer(leg.invitations));
	json_object_set_new(json, "collect", json_integer(item->collect_vnd));
	json_object_set_new(json, "reclaim", dossier_json_names(item->reclaim));
	json_object_set_new(json, "pin", dossier_json_pin(item->has_pin, item->pin_wrong));
	json_object_set_new(json, "steps", list);
	json_object_set_new(json, "return", return_json(&leg, reason, today, calendar));
	return json;
}

enum next_trip_step { NEXT_ITEM, NEXT_WORKDAYS };

static void item_came(struct api_read *read)
{
	g_autofree struct item *item = g_new0(struct item, 1);
	const struct item_code *code = read->more;
	struct calendar calendar;
	json_t *json;

	if (!item_learn(&read->trip, item)) {
		api_problem(read->exchange, HOSO_NOT_FOUND, NULL);
		return;
	}
	calendar = workdays_learn(&read->trip, NEXT_WORKDAYS);
	json = next_json(item, &calendar);
	json_object_set_new(json, "item_code", json_string(code->text));
	api_reply(read->exchange, 200, json);
}

void api_item_next(struct exchange *exchange, void *arg)
{
	static const char *const known[] = {NULL};
	struct api *api = arg;
	struct api_query query = api_query_begin(exchange, known);
	struct item_code code;
	enum hoso_error error = query.error ? query.error : read_code(exchange, &code);
	struct api_read *read;

	if (error) {
		api_problem(exchange, error, query.member);
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&code, sizeof code);
	item_ask(&read->trip, api_actor(exchange), &code);
	workdays_ask(&read->trip, clock_local_day(clock_now_ms()));
	api_read_run(read, item_came);
}
