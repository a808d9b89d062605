#include "api/dossier_json.h"

#include <string.h>

#include <glib.h>

#include <hoso/limits.h>

#include "api/api_json.h"
#include "base/text.h"
#include "model/device_clock.h"

static void put(json_t *object, const char *member, json_t *value)
{
	json_object_set_new(object, member, value);
}

json_t *dossier_json_place(const struct dossier_place *place)
{
	return api_place(place->code, place->name);
}

static json_t *phone_json(const char *phone, enum phones phones)
{
	size_t digits = strlen(phone);

	if (phones == PHONES_WHOLE || digits == 0) {
		return api_text_or_null(phone);
	}
	return json_sprintf("******%s", digits > 4 ? phone + digits - 4 : "");
}

json_t *dossier_json_phone(const char *phone, enum phones phones)
{
	return phone_json(phone, phones);
}

static json_t *party_json(const struct dossier_party *party, enum phones phones)
{
	json_t *json;

	if (party->name[0] == '\0') {
		return json_null();
	}
	json = json_pack("{s:s}", "name", party->name);
	put(json, "phone", phone_json(party->phone, phones));
	return json;
}

static json_t *party_json_whole(const struct dossier_party *party, enum phones phones)
{
	json_t *json = party_json(party, phones);

	if (json_is_object(json)) {
		put(json, "address", api_text_or_null(party->address));
	}
	return json;
}

static json_t *head_json(const struct dossier *dossier)
{
	json_t *json = json_object();

	put(json, "id", api_uuid(&dossier->id));
	put(json, "dossier_code", api_text_or_null(dossier->code));
	put(json, "agency", dossier_json_place(&dossier->agency));
	put(json, "procedure", dossier_json_place(&dossier->procedure));
	put(json, "stub", json_boolean(dossier->stub));
	put(json, "recorded_at", api_time(dossier->recorded_at_ms));
	return json;
}

json_t *dossier_json_new(const struct dossier *dossier, enum phones phones)
{
	json_t *json = head_json(dossier);

	put(json, "service", dossier->service ? json_integer(dossier->service) : json_null());
	put(json, "sender", party_json_whole(&dossier->sender, phones));
	put(json, "receiver", party_json_whole(&dossier->receiver, phones));
	put(json, "due_on", api_text_or_null(dossier->due_on));
	put(json, "status", json_string(dossier->status));
	put(json, "submitted_at", api_time(dossier->submitted_at_ms));
	put(json, "received_on", api_text_or_null(dossier->received_on));
	put(json, "result_ready_at", api_time(dossier->result_ready_at_ms));
	return json;
}

json_t *dossier_json_short(const struct dossier *dossier)
{
	json_t *json = head_json(dossier);

	put(json, "sender", party_json(&dossier->sender, PHONES_MASKED));
	put(json, "receiver", party_json(&dossier->receiver, PHONES_MASKED));
	return json;
}

json_t *dossier_json_leg_short(const struct dossier_leg *leg)
{
	json_t *json = json_object();

	put(json, "id", api_uuid(&leg->id));
	put(json, "no", json_integer(leg->no));
	put(json, "item_code", json_string(leg->item_code));
	put(json, "kind", json_string(leg->kind));
	put(json, "state", json_string(leg->state));
	put(json, "state_at", api_time(leg->state_at_ms));
	put(json, "state_office", dossier_json_place(&leg->state_office));
	put(json, "state_actor", api_text_or_null(leg->state_actor));
	put(json, "gaps", json_integer(leg->gaps));
	put(json, "conflicts", json_integer(leg->conflicts));
	put(json, "late", json_boolean(leg->late));
	return json;
}

json_t *dossier_json_leg(const struct dossier_leg *leg)
{
	json_t *json = dossier_json_leg_short(leg);

	put(json, "attempts", json_integer(leg->attempts));
	put(json, "invitations", json_integer(leg->invitations));
	put(json, "fee", json_integer(leg->fee_vnd));
	put(json, "postage", json_integer(leg->postage_vnd));
	put(json, "collect", json_integer(leg->collect_vnd));
	put(json, "seal", api_text_or_null(leg->seal));
	return json;
}

json_t *dossier_json_names(const char *lines)
{
	g_auto(GStrv) names = g_strsplit(lines, "\n", -1);
	json_t *list = json_array();

	for (char **name = names; *name; name++) {
		if (**name) {
			json_array_append_new(list, json_string(*name));
		}
	}
	return list;
}

json_t *dossier_json_pin(bool has_pin, int64_t wrong)
{
	if (!has_pin) {
		return json_string("none");
	}
	return json_string(wrong >= PIN_TRIES_MAX ? "locked" : "needed");
}

void dossier_json_add_care(json_t *leg, const struct dossier_care *care, enum phones phones)
{
	put(leg, "redirected_to", party_json_whole(&care->receiver, phones));
	put(leg, "reclaim", dossier_json_names(care->reclaim));
	put(leg, "pin", dossier_json_pin(care->has_pin, care->pin_wrong));
}

json_t *dossier_json_event(const struct dossier_event *event)
{
	json_t *json = json_object();
	char hash[DIGEST_TEXT_SIZE];

	text_hex(event->hash.bytes, sizeof event->hash.bytes, hash);
	put(json, "event_id", api_uuid(&event->id));
	put(json, "dossier_id", api_uuid(&event->dossier_id));
	put(json, "dseq", json_integer(event->dseq));
	put(json, "item_code", json_string(event->item_code));
	put(json, "kind", json_string(event->kind));
	put(json, "occurred_at", api_time(event->occurred_at_ms));
	put(json, "recorded_at", api_time(event->recorded_at_ms));
	put(json, "verdict", json_string(event->verdict));
	put(json, "why", json_string(event->why));
	put(json, "leg_state", json_string(event->leg_state));
	put(json, "gap", json_boolean(event->gap));
	put(json, "account_id", json_sprintf("%" G_GINT64_FORMAT, event->account));
	put(json, "actor", json_string(event->actor));
	put(json, "role", json_string(event->role));
	put(json, "office_id", json_integer(event->office));
	put(json, "office", api_text_or_null(event->office_code));
	put(json, "device", json_string(event->device));
	put(json, "hash", json_string(hash));
	return json;
}

void dossier_json_add_clock(json_t *json, const struct dossier_event *event)
{
	int64_t offset_ms = event->clock_offset_ms;
	int64_t at_ms;
	bool known;

	if (!device_clock_is_off(offset_ms)) {
		return;
	}
	known = device_clock_correct(
		event->occurred_at_ms, event->recorded_at_ms, offset_ms, &at_ms);
	put(json, "device_clock",
		json_pack("{s:I, s:o}", "offset_s", (json_int_t)(offset_ms / 1000), "corrected_at",
			known ? api_time(at_ms) : json_null()));
}

static void mask_party(json_t *data, const char *member)
{
	json_t *party = json_object_get(data, member);
	const char *phone = json_string_value(json_object_get(party, "phone"));

	if (phone) {
		put(party, "phone", phone_json(phone, PHONES_MASKED));
	}
}

/* It is JSON that we wrote, in a column of type json. */
json_t *dossier_json_data(const struct dossier_event *event, enum phones phones)
{
	json_t *data = json_loads(event->data, JSON_DECODE_ANY, NULL);

	if (phones == PHONES_MASKED) {
		mask_party(data, "sender");
		mask_party(data, "receiver");
		mask_party(data, "submitter");
	}
	return data ? data : json_null();
}
