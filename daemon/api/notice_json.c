#include "api/notice_json.h"

#include <string.h>

#include <glib.h>

#include "api/api_json.h"
#include "api/step_json.h"
#include "base/uuid7.h"

static void read_kind(struct api_reader *reader, struct step *step)
{
	char kind[WORD_MAX + 1];

	if (!api_read_text(reader, "kind", API_REQUIRED, kind, sizeof kind)) {
		return;
	}
	step->kind = event_from_wire(kind);
	if (step->kind == EVENT_KIND_COUNT || !step_is_kind(step->kind) ||
		step->kind == EVENT_CLOSED || step->kind == EVENT_VOID) {
		api_read_fail(reader, HOSO_UNKNOWN_KIND, "kind");
	}
}

static void read_codes(struct api_reader *reader, struct step *step, struct item_code *item)
{
	char text[WORD_MAX + 1];
	enum hoso_error error;

	if (api_read_text(reader, "dossier_code", API_REQUIRED, text, sizeof text)) {
		error = dossier_code_parse(text, strlen(text), &step->dossier_code);
		if (error) {
			api_read_fail(reader, error, "dossier_code");
		}
	}
	if (api_read_text(reader, "item_code", API_OPTIONAL, text, sizeof text)) {
		error = item_code_parse(text, strlen(text), item);
		if (!error && step->kind != EVENT_BOUND) {
			error = HOSO_UNKNOWN_MEMBER;
		}
		if (error) {
			api_read_fail(reader, error, "item_code");
		}
	}
}

static void put_text(json_t *data, const char *member, const char *text)
{
	if (text[0]) {
		json_object_set_new(data, member, json_string(text));
	}
}

/* The province knows the item by our own lines: then the code is bound to the item's dossier, as by a scan of the slip. */
static void make_scan(const struct step *step, const struct item_code *item, struct scan *scan)
{
	json_t *data = json_object();
	char *canonical;

	scan->event_id = step->event_id;
	scan->code = *item;
	scan->kind = EVENT_BOUND;
	scan->occurred_at_ms = step->occurred_at_ms;
	scan->dossier_code = step->dossier_code;
	scan->present = FIELD_BIT(FIELD_DOSSIER_CODE) |
			(step->due_on[0] ? FIELD_BIT(FIELD_DUE_ON) : 0) |
			(step->received_on[0] ? FIELD_BIT(FIELD_RECEIVED_ON) : 0);
	g_strlcpy(scan->due_on, step->due_on, sizeof scan->due_on);
	g_strlcpy(scan->received_on, step->received_on, sizeof scan->received_on);
	put_text(data, "dossier_code", step->dossier_code.text);
	put_text(data, "due_on", step->due_on);
	put_text(data, "received_on", step->received_on);
	canonical = json_dumps(data, JSON_COMPACT | JSON_SORT_KEYS);
	g_strlcpy(scan->data, canonical, sizeof scan->data);
	scan->data_bytes = (uint32_t)strlen(canonical);
	g_free(canonical);
	json_decref(data);
}

enum hoso_error notice_from_json(json_t *json, const struct uuid *event_id, int64_t now_ms,
	struct step *ret_step, struct scan *ret_scan, const char **ret_member)
{
	struct api_reader reader = {.object = json};
	enum step_field field = STEP_FIELD_COUNT;
	struct item_code item = {0};
	enum hoso_error error;
	json_t *data;

	memset(ret_step, 0, sizeof *ret_step);
	memset(ret_scan, 0, sizeof *ret_scan);
	*ret_member = NULL;
	if (!json_is_object(json)) {
		return HOSO_BAD_JSON;
	}
	ret_step->event_id = *event_id;
	read_kind(&reader, ret_step);
	read_codes(&reader, ret_step, &item);
	api_read_text(&reader, "agency", API_REQUIRED, ret_step->agency, sizeof ret_step->agency);
	api_read_time(&reader, "occurred_at", API_REQUIRED, &ret_step->occurred_at_ms);
	data = api_read_member(&reader, "data", API_OPTIONAL);
	error = api_read_end(&reader);
	*ret_member = reader.member;
	if (!error) {
		error = step_json_read_data(data, ret_step, ret_member);
	}
	if (!error) {
		error = step_check(ret_step, now_ms, &field);
		*ret_member = field == STEP_FIELD_COUNT ? NULL : step_field_wire(field);
	}
	if (!error && item.text[0]) {
		make_scan(ret_step, &item, ret_scan);
	}
	return error;
}
