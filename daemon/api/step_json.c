#include "api/step_json.h"

#include <string.h>

#include <glib.h>

#include "api/scan_parts.h"
#include "base/attr.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/uuid7.h"

/* One reader per type of HOSO_STEP_FIELDS, as in scan_json.c. */
struct member {
	json_t *data;
	const char *name;
	json_t *value;
	struct step *step;
	enum step_field field;
};

static enum hoso_error clean_text(struct member *member, char *ret_text, size_t size)
{
	enum hoso_error error;

	if (!json_is_string(member->value)) {
		return HOSO_BAD_MEMBER;
	}
	error = text_clean(json_string_value(member->value), json_string_length(member->value),
		ret_text, size);
	if (error || ret_text[0] == '\0') {
		return error ? error : HOSO_BAD_MEMBER;
	}
	json_object_set_new(member->data, member->name, json_string(ret_text));
	return HOSO_OK;
}

static enum hoso_error read_WORD(struct member *member)
{
	char word[WORD_MAX + 1];
	enum hoso_error error = clean_text(member, word, sizeof word);

	if (!error && member->field == STEP_PROCEDURE) {
		g_strlcpy(member->step->procedure, word, sizeof member->step->procedure);
	}
	return error;
}

static enum hoso_error read_NOTE(struct member *member)
{
	char note[NOTE_MAX + 1];

	return clean_text(member, note, sizeof note);
}

/* As delivery_json_names() takes them for an item: the result's item has them in the end. */
static enum hoso_error add_paper(struct step *step, const char *name)
{
	size_t length = strlen(step->reclaim);
	g_autofree char *line = g_strdup_printf("%s\n", name);
	g_auto(GStrv) names = g_strsplit(step->reclaim, "\n", -1);

	if (g_strv_contains((const char *const *)names, name)) {
		return HOSO_OK;
	}
	if (g_strv_length(names) > RECLAIM_PAPERS_MAX || strlen(name) > WORD_MAX) {
		return HOSO_BAD_MEMBER;
	}
	g_strlcpy(step->reclaim + length, line, sizeof step->reclaim - length);
	return HOSO_OK;
}

/* A paper a line. */
static enum hoso_error read_PAPERS(struct member *member)
{
	char note[NOTE_MAX + 1];
	enum hoso_error error = clean_text(member, note, sizeof note);
	g_auto(GStrv) names = error ? NULL : g_strsplit(note, "\n", -1);

	for (char **name = names; name && *name && !error; name++) {
		g_strstrip(*name);
		error = **name ? add_paper(member->step, *name) : HOSO_OK;
	}
	return !error && member->step->reclaim[0] == '\0' ? HOSO_BAD_MEMBER : error;
}

static enum hoso_error read_DATE(struct member *member)
{
	char date[11];
	g_autofree char *instant = NULL;
	int64_t ms;
	enum hoso_error error = clean_text(member, date, sizeof date);

	instant = g_strdup_printf("%sT00:00:00Z", date);
	if (error || !clock_parse_rfc3339(instant, &ms)) {
		return HOSO_BAD_MEMBER;
	}
	g_strlcpy(member->field == STEP_DUE_ON ? member->step->due_on : member->step->received_on,
		date, sizeof member->step->due_on);
	return HOSO_OK;
}

static enum hoso_error read_VND(struct member *member)
{
	json_int_t amount = json_integer_value(member->value);

	if (!json_is_integer(member->value) || amount < 0 || amount > MONEY_MAX_VND) {
		return HOSO_BAD_MEMBER;
	}
	member->step->collect_vnd = amount;
	return HOSO_OK;
}

static enum hoso_error read_UUID(struct member *member)
{
	char text[UUID_TEXT_SIZE];

	if (clean_text(member, text, sizeof text) || !uuid7_parse(text, &member->step->target)) {
		return HOSO_BAD_MEMBER;
	}
	uuid7_format(&member->step->target, text);
	json_object_set_new(member->data, member->name, json_string(text));
	return HOSO_OK;
}

static enum hoso_error read_VOID_REASON(struct member *member)
{
	static const char *const list[] = {SCAN_VOID_REASONS};
	const char *word = json_string_value(member->value);

	for (size_t i = 0; word && i < ARRAY_SIZE(list); i++) {
		if (strcmp(list[i], word) == 0) {
			return HOSO_OK;
		}
	}
	return HOSO_BAD_MEMBER;
}

static enum hoso_error read_PARTY(struct member *member)
{
	return scan_parts_party(member->value, &member->step->receiver);
}

static enum hoso_error (*const readers[STEP_FIELD_COUNT])(struct member *member) = {
#define X(name, wire, type) [name] = read_##type,
	HOSO_STEP_FIELDS(X)
#undef X
};

static enum hoso_error read_members(json_t *data, struct step *step, const char **ret_member)
{
	size_t taken = 0;

	for (int field = 0; field < STEP_FIELD_COUNT; field++) {
		struct member member = {
			.data = data, .step = step, .field = (enum step_field)field};
		enum hoso_error error;

		member.name = step_field_wire(member.field);
		member.value = json_object_get(data, member.name);
		if (!member.value) {
			continue;
		}
		error = readers[field](&member);
		if (error) {
			*ret_member = member.name;
			return error;
		}
		step->present |= STEP_BIT(field);
		taken++;
	}
	*ret_member = "data";
	return taken < json_object_size(data) ? HOSO_UNKNOWN_MEMBER : HOSO_OK;
}

enum hoso_error step_json_read_data(json_t *data, struct step *step, const char **ret_member)
{
	g_autofree char *canonical = NULL;
	enum hoso_error error = HOSO_OK;

	if (data && !json_is_object(data)) {
		*ret_member = "data";
		return HOSO_BAD_MEMBER;
	}
	if (data) {
		error = read_members(data, step, ret_member);
	}
	if (error) {
		return error;
	}
	*ret_member = NULL;
	canonical = data ? json_dumps(data, JSON_COMPACT | JSON_SORT_KEYS) : g_strdup("{}");
	if (strlen(canonical) > SCAN_DATA_MAX) {
		return HOSO_TOO_LARGE;
	}
	g_strlcpy(step->data, canonical, sizeof step->data);
	step->data_bytes = (uint32_t)strlen(canonical);
	return HOSO_OK;
}

static void read_kind(struct api_reader *reader, struct step *step)
{
	char kind[WORD_MAX + 1];

	if (!api_read_text(reader, "kind", API_REQUIRED, kind, sizeof kind)) {
		return;
	}
	step->kind = event_from_wire(kind);
	if (step->kind == EVENT_KIND_COUNT || !step_is_kind(step->kind)) {
		api_read_fail(reader, HOSO_UNKNOWN_KIND, "kind");
	}
}

static enum hoso_error read_step(
	json_t *json, int64_t now_ms, struct step *step, const char **ret_member)
{
	struct api_reader reader = {.object = json};
	enum step_field field = STEP_FIELD_COUNT;
	enum hoso_error error;
	json_t *data;

	if (!api_read_uuid(&reader, "event_id", API_REQUIRED, &step->event_id) &&
		reader.error == HOSO_BAD_MEMBER) {
		reader.error = HOSO_BAD_EVENT_ID;
	}
	read_kind(&reader, step);
	api_read_time(&reader, "occurred_at", API_REQUIRED, &step->occurred_at_ms);
	data = api_read_member(&reader, "data", API_OPTIONAL);
	error = api_read_end(&reader);
	*ret_member = reader.member;
	if (!error) {
		error = step_json_read_data(data, step, ret_member);
	}
	if (!error) {
		error = step_check(step, now_ms, &field);
		*ret_member = field == STEP_FIELD_COUNT ? NULL : step_field_wire(field);
	}
	return error;
}

enum hoso_error step_from_json(json_t *json, const char *code, int64_t now_ms,
	struct step *ret_step, const char **ret_member)
{
	memset(ret_step, 0, sizeof *ret_step);
	*ret_member = NULL;
	if (dossier_code_parse(code, strlen(code), &ret_step->dossier_code)) {
		return HOSO_BAD_DOSSIER_CODE;
	}
	if (!json_is_object(json)) {
		return HOSO_BAD_JSON;
	}
	return read_step(json, now_ms, ret_step, ret_member);
}
