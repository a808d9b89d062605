#include "api/visit_json.h"

#include <string.h>

#include <glib.h>

#include "api/api_json.h"

static void put(json_t *object, const char *member, json_t *value)
{
	json_object_set_new(object, member, value);
}

/* It is JSON that the database wrote. */
static json_t *parsed(const char *text)
{
	json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);

	return json ? json : json_array();
}

static json_t *person_json(const struct visit *visit, enum phones phones)
{
	json_t *json = json_pack("{s:s}", "name", visit->name);

	put(json, "phone", dossier_json_phone(visit->phone, phones));
	put(json, "address", api_text_or_null(visit->address));
	return json;
}

json_t *visit_json_new(const struct visit *visit, enum phones phones)
{
	json_t *json = json_object();

	put(json, "id", api_uuid(&visit->id));
	put(json, "kind", json_string(visit->kind));
	put(json, "channel", json_string(visit->channel));
	put(json, "state", json_string(visit->state));
	put(json, "office",
		json_pack("{s:s, s:s}", "code", visit->office_code, "name", visit->office_name));
	put(json, "window_from", api_time(visit->from_ms));
	put(json, "window_to", api_time(visit->to_ms));
	put(json, "out_of_hours", json_boolean(visit->out_of_hours));
	put(json, "courier", api_person(visit->courier_login, visit->courier_name));
	put(json, "person", person_json(visit, phones));
	put(json, "procedures", parsed(visit->procedures));
	put(json, "dossiers", parsed(visit->dossiers));
	put(json, "items", parsed(visit->items));
	put(json, "note", api_text_or_null(visit->note));
	put(json, "attempts", json_integer(visit->attempts));
	put(json, "changes", json_integer(visit->changes));
	put(json, "missed", json_boolean(visit->missed));
	put(json, "booked_at", api_time(visit->booked_at_ms));
	return json;
}

json_t *visit_json_change_new(const struct visit_change *change)
{
	json_t *json = json_object();

	put(json, "id", api_uuid(&change->id));
	put(json, "visit", api_uuid(&change->visit));
	put(json, "no", json_integer(change->no));
	put(json, "action", json_string(change->action));
	put(json, "state", json_string(change->state));
	put(json, "window_from", api_time(change->from_ms));
	put(json, "window_to", api_time(change->to_ms));
	put(json, "out_of_hours", json_boolean(change->out_of_hours));
	put(json, "courier", api_text_or_null(change->courier_login));
	put(json, "reason", api_text_or_null(change->reason));
	put(json, "wished_by", api_text_or_null(change->wished_by));
	put(json, "note", api_text_or_null(change->note));
	put(json, "actor", api_text_or_null(change->actor));
	put(json, "occurred_at", api_time(change->occurred_at_ms));
	put(json, "recorded_at", api_time(change->recorded_at_ms));
	return json;
}

json_t *visit_json_delivery(const struct visit_delivery *delivery)
{
	json_t *json = json_object();

	put(json, "item_code", json_string(delivery->item_code));
	put(json, "kind", json_string(delivery->leg_kind));
	put(json, "dossier_code", api_text_or_null(delivery->dossier_code));
	put(json, "name", api_text_or_null(delivery->name));
	put(json, "phone", api_text_or_null(delivery->phone));
	put(json, "address", api_text_or_null(delivery->address));
	put(json, "collect", json_integer(delivery->collect_vnd));
	put(json, "attempts", json_integer(delivery->attempts));
	put(json, "since", api_time(delivery->since_ms));
	return json;
}

json_t *visit_json_board(const struct visit_board *board)
{
	json_t *json = json_object();

	put(json, "office",
		json_pack("{s:s, s:s}", "code", board->office_code, "name", board->office_name));
	put(json, "courier", api_person(board->courier_login, board->courier_name));
	for (int state = 0; state < VISIT_STATE_COUNT; state++) {
		put(json, visit_state_wire((enum visit_state)state),
			json_integer(board->by_state[state]));
	}
	put(json, "missed", json_integer(board->missed));
	put(json, "out_of_hours", json_integer(board->out_of_hours));
	put(json, "first", api_time(board->first_ms));
	put(json, "last", api_time(board->last_ms));
	return json;
}

json_t *visit_json_slot(const struct visit_slot *slot)
{
	json_t *json = json_object();

	put(json, "window_from", api_time(slot->from_ms));
	put(json, "window_to", api_time(slot->to_ms));
	put(json, "capacity", json_integer(slot->capacity));
	put(json, "free", json_integer(slot->free));
	put(json, "out_of_hours", json_boolean(slot->out_of_hours));
	return json;
}
