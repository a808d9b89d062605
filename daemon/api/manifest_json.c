#include "api/manifest_json.h"

#include <string.h>

#include <glib.h>

#include "api/api_json.h"
#include "base/text.h"
#include "base/uuid7.h"

static void put(json_t *json, const char *member, json_t *value)
{
	json_object_set_new(json, member, value);
}

static json_t *signature(const struct manifest *manifest)
{
	json_t *json;

	if (!manifest->signed_at_ms) {
		return json_null();
	}
	json = json_object();
	put(json, "at", api_time(manifest->signed_at_ms));
	put(json, "name", api_text_or_null(manifest->signer));
	put(json, "unit", api_text_or_null(manifest->signer_unit));
	put(json, "account", api_text_or_null(manifest->signer_account));
	put(json, "minutes", api_text_or_null(manifest->minutes));
	return json;
}

/* Both parties see it: the post closes with it, if nothing was scanned since. */
static json_t *consent(const struct manifest *manifest)
{
	json_t *json;

	if (uuid7_is_none(&manifest->consent)) {
		return json_null();
	}
	json = json_object();
	put(json, "id", api_uuid(&manifest->consent));
	put(json, "revision", json_integer(manifest->consent_revision));
	put(json, "name", json_string(manifest->consent_name));
	put(json, "unit", json_string(manifest->consent_unit));
	put(json, "at", api_time(manifest->consent_at_ms));
	return json;
}

static json_t *hash(const struct manifest *manifest)
{
	char text[DIGEST_TEXT_SIZE];

	if (strcmp(manifest->state, "closed") != 0) {
		return json_null();
	}
	text_hex(manifest->hash.bytes, sizeof manifest->hash.bytes, text);
	return json_string(text);
}

json_t *manifest_json_new(const struct manifest *manifest, int64_t now_ms)
{
	json_t *json = json_object();
	int64_t age_s = MAX(now_ms - manifest->opened_at_ms, 0) / 1000;

	put(json, "id", api_uuid(&manifest->id));
	put(json, "kind", json_string(manifest_kind_wire(manifest->kind)));
	put(json, "state", json_string(manifest->state));
	put(json, "revision", json_integer(manifest->revision));
	put(json, "office", api_place(manifest->office_code, manifest->office_name));
	put(json, "agency", api_place(manifest->agency_code, manifest->agency_name));
	put(json, "next_office", api_place(manifest->next_office_code, manifest->next_office_name));
	put(json, "courier", api_person(manifest->courier, manifest->courier_name));
	put(json, "label", api_text_or_null(manifest->label));
	put(json, "opened_at", api_time(manifest->opened_at_ms));
	put(json, "opened_by", json_string(manifest->opened_name));
	put(json, "age_s", json_integer(age_s));
	put(json, "lines_count", json_integer(manifest->lines));
	put(json, "consent", consent(manifest));
	put(json, "signature", signature(manifest));
	put(json, "closed_at", api_time(manifest->closed_at_ms));
	put(json, "closed_by", api_text_or_null(manifest->closed_name));
	put(json, "hash", hash(manifest));
	put(json, "cancel_reason", api_text_or_null(manifest->cancel_reason));
	return json;
}

static json_t *result(const struct manifest_line *line)
{
	if (!line->event_verdict[0]) {
		return json_null();
	}
	return json_pack("{s:s, s:s}", "verdict", line->event_verdict, "why", line->event_why);
}

json_t *manifest_json_line(const struct manifest_line *line)
{
	json_t *json = json_object();

	put(json, "id", api_uuid(&line->id));
	put(json, "no", json_integer(line->no));
	put(json, "revision", json_integer(line->revision));
	put(json, "item_code", json_string(line->item_code));
	put(json, "dossier_code", api_text_or_null(line->dossier_code));
	put(json, "leg_kind", api_text_or_null(line->leg_kind));
	put(json, "leg_state", api_text_or_null(line->leg_state));
	put(json, "counts", json_boolean(line->counts));
	put(json, "verdict", json_string(line->verdict));
	put(json, "why", json_string(line->why));
	put(json, "other_manifest", api_uuid(&line->other));
	put(json, "other_by", api_text_or_null(line->other_name));
	put(json, "complete", line->complete < 0 ? json_null() : json_boolean(line->complete));
	put(json, "note", api_text_or_null(line->note));
	put(json, "money_kind", api_text_or_null(line->money_kind));
	put(json, "amount", line->amount_vnd < 0 ? json_null() : json_integer(line->amount_vnd));
	put(json, "scanned_at", api_time(line->scanned_at_ms));
	put(json, "recorded_at", api_time(line->recorded_at_ms));
	put(json, "by", json_string(line->actor));
	put(json, "device", api_text_or_null(line->device));
	put(json, "undone_at", api_time(line->undone_at_ms));
	put(json, "undone_by", api_text_or_null(line->undone_name));
	put(json, "result", result(line));
	return json;
}

/* Who has scanned how many, and when last: who works on it now is who was there a moment ago. */
static void count_person(json_t *people, const struct manifest_line *line)
{
	json_t *one = NULL;

	for (size_t i = 0; i < json_array_size(people) && !one; i++) {
		json_t *other = json_array_get(people, i);
		const char *name = json_string_value(json_object_get(other, "name"));
		const char *device = json_string_value(json_object_get(other, "device"));
		if (strcmp(name, line->actor) == 0 && strcmp(device, line->device) == 0) {
			one = other;
		}
	}
	if (!one) {
		one = json_pack(
			"{s:s, s:s, s:i}", "name", line->actor, "device", line->device, "lines", 0);
		json_array_append_new(people, one);
	}
	put(one, "lines", json_integer(json_integer_value(json_object_get(one, "lines")) + 1));
	put(one, "last_at", api_time(line->recorded_at_ms));
}

json_t *manifest_json_whole(const PGresult *head, const PGresult *lines, int64_t now_ms)
{
	struct manifest manifest = manifest_at(head, 0);
	json_t *json = manifest_json_new(&manifest, now_ms);
	json_t *items = json_array();
	json_t *people = json_array();
	int64_t fee_vnd = 0, collect_vnd = 0, incomplete = 0;

	for (int row = 0; row < pg_rows(lines); row++) {
		struct manifest_line line = manifest_line_at(lines, row);
		int64_t amount_vnd = line.counts ? MAX(line.amount_vnd, 0) : 0;
		json_array_append_new(items, manifest_json_line(&line));
		count_person(people, &line);
		incomplete += line.counts && line.complete == 0;
		if (strcmp(line.money_kind, "collect") == 0) {
			collect_vnd += amount_vnd;
		} else {
			fee_vnd += amount_vnd;
		}
	}
	put(json, "incomplete", json_integer(incomplete));
	put(json, "fee", json_integer(fee_vnd));
	put(json, "collect", json_integer(collect_vnd));
	put(json, "people", people);
	put(json, "lines", items);
	return json;
}
