#include "scan_template.h"

#include <string.h>

#include <glib.h>

#include <hoso/scan.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/uuid7.h"

#define DATA_FILE_MAX (64 * 1024)

/* What a member is in JSON. The names are the types of HOSO_SCAN_FIELDS. */
enum shape {
	SHAPE_TEXT,
	SHAPE_NUMBER,
	SHAPE_FLAG,
	SHAPE_PARTY,
	SHAPE_LIST,
	SHAPE_POSITION,  /* lat,lon */
	SHAPE_NAMES,     /* name; name */
	SHAPE_RECLAIMED, /* name:taken; name:lost */
};

/* clang-format off */
#define SHAPE_OF_PARTY SHAPE_PARTY
#define SHAPE_OF_PAPERS SHAPE_LIST
#define SHAPE_OF_VND SHAPE_NUMBER
#define SHAPE_OF_SERVICE SHAPE_NUMBER
#define SHAPE_OF_FLAG SHAPE_FLAG
#define SHAPE_OF_WORD SHAPE_TEXT
#define SHAPE_OF_NOTE SHAPE_TEXT
#define SHAPE_OF_DATE SHAPE_TEXT
#define SHAPE_OF_TIME SHAPE_TEXT
#define SHAPE_OF_UUID SHAPE_TEXT
#define SHAPE_OF_LAST4 SHAPE_TEXT
#define SHAPE_OF_LEG_KIND SHAPE_TEXT
#define SHAPE_OF_DOSSIER_CODE SHAPE_TEXT
#define SHAPE_OF_RELATION SHAPE_TEXT
#define SHAPE_OF_ID_KIND SHAPE_TEXT
#define SHAPE_OF_REASON SHAPE_TEXT
#define SHAPE_OF_MONEY_KIND SHAPE_TEXT
#define SHAPE_OF_DIRECTION SHAPE_TEXT
#define SHAPE_OF_VOID_REASON SHAPE_TEXT
#define SHAPE_OF_PAYMENT SHAPE_TEXT
#define SHAPE_OF_GRAMS SHAPE_NUMBER
#define SHAPE_OF_NAMES SHAPE_LIST
#define SHAPE_OF_DIGEST SHAPE_TEXT
#define SHAPE_OF_PIN SHAPE_TEXT
#define SHAPE_OF_CONTACT SHAPE_TEXT
#define SHAPE_OF_POSITION SHAPE_POSITION
#define SHAPE_OF_RECLAIM SHAPE_NAMES
#define SHAPE_OF_RECLAIMED SHAPE_RECLAIMED
/* clang-format on */

static const enum shape shapes[] = {
#define X(name, wire, type) [name] = SHAPE_OF_##type,
	HOSO_SCAN_FIELDS(X)
#undef X
};

void scan_template_init(struct scan_template *scan_template)
{
	*scan_template = (struct scan_template){.kind = EVENT_KIND_COUNT, .data = json_object()};
}

void scan_template_done(struct scan_template *scan_template)
{
	g_clear_pointer(&scan_template->data, json_decref);
}

enum hoso_error scan_template_kind(struct scan_template *scan_template, const char *word)
{
	g_autofree char *upper = g_ascii_strup(word, -1);
	enum event_kind kind = event_from_wire(word);

	if (kind == EVENT_KIND_COUNT) {
		kind = event_from_wire(upper);
	}
	if (kind == EVENT_KIND_COUNT) {
		return HOSO_UNKNOWN_KIND;
	}
	scan_template->kind = kind;
	return HOSO_OK;
}

static enum scan_field field_from_wire(const char *wire)
{
	int field = 0;

	while (field < FIELD_COUNT && strcmp(scan_field_wire((enum scan_field)field), wire) != 0) {
		field++;
	}
	return (enum scan_field)field;
}

static json_t *number_of(const char *value)
{
	gint64 number;

	return g_ascii_string_to_signed(value, 10, 0, MONEY_MAX_VND, &number, NULL)
		       ? json_integer(number)
		       : NULL;
}

static json_t *flag_of(const char *value)
{
	if (strcmp(value, "true") == 0) {
		return json_true();
	}
	return strcmp(value, "false") == 0 ? json_false() : NULL;
}

static json_t *text_of(const char *value)
{
	char clean[NOTE_MAX + 1];

	return text_clean(value, strlen(value), clean, sizeof clean) ? NULL : json_string(clean);
}

/* Made as coarse as the server would make it: what is finer does not even get into the spool. */
static json_t *position_of(const char *value)
{
	g_auto(GStrv) halves = g_strsplit(value, ",", 2);
	json_t *position = json_object();

	for (unsigned i = 0; halves[0] && halves[1] && i < 2; i++) {
		char *end;
		double degrees = g_ascii_strtod(halves[i], &end);
		if (end != halves[i] && !*end && degrees >= -180 && degrees <= 180) {
			json_object_set_new(position, i ? "lon" : "lat",
				json_real((double)(int)(degrees * 1000) / 1000));
		}
	}
	if (json_object_size(position) == 2) {
		return position;
	}
	json_decref(position);
	return NULL;
}

static json_t *names_of(const char *value, bool reclaimed)
{
	g_auto(GStrv) names = g_strsplit(value, ";", -1);
	json_t *list = json_array();

	for (char **name = names; *name; name++) {
		char *state = reclaimed ? strrchr(*name, ':') : NULL;
		if (state) {
			*state++ = '\0';
			json_array_append_new(
				list, json_pack("{s:s, s:s}", "name", g_strstrip(*name), "state",
					      g_strstrip(state)));
		} else if (!reclaimed) {
			json_array_append_new(list, json_string(g_strstrip(*name)));
		}
	}
	if (json_array_size(list) == g_strv_length(names) && *names) {
		return list;
	}
	json_decref(list);
	return reclaimed ? text_of(value) : NULL;
}

/* NULL when @value is not of the shape. A party is given one member at a time. */
static json_t *value_of(enum shape shape, const char *value)
{
	switch (shape) {
	case SHAPE_TEXT:
		return text_of(value);
	case SHAPE_NUMBER:
		return number_of(value);
	case SHAPE_FLAG:
		return flag_of(value);
	case SHAPE_POSITION:
		return position_of(value);
	case SHAPE_NAMES:
		return names_of(value, false);
	case SHAPE_RECLAIMED:
		return names_of(value, true);
	case SHAPE_PARTY:
	case SHAPE_LIST:
		return NULL;
	}
	return NULL;
}

static enum hoso_error set_party(
	json_t *data, const char *party, const char *member, const char *value)
{
	static const char *const members[] = {"name", "phone", "address", NULL};
	json_t *text = g_strv_contains(members, member) ? text_of(value) : NULL;
	json_t *object = json_object_get(data, party);

	if (!g_strv_contains(members, member)) {
		return HOSO_UNKNOWN_MEMBER;
	}
	if (!text) {
		return HOSO_BAD_MEMBER;
	}
	if (!object) {
		object = json_object();
		json_object_set_new(data, party, object);
	}
	json_object_set_new(object, member, text);
	return HOSO_OK;
}

enum hoso_error scan_template_set(struct scan_template *scan_template, const char *assignment)
{
	g_auto(GStrv) sides = g_strsplit(assignment, "=", 2);
	g_auto(GStrv) path = g_strsplit(sides[0] ? sides[0] : "", ".", 2);
	enum scan_field field = path[0] ? field_from_wire(path[0]) : FIELD_COUNT;
	json_t *value;

	if (field == FIELD_COUNT) {
		return HOSO_UNKNOWN_MEMBER;
	}
	if (!sides[1]) {
		return HOSO_BAD_MEMBER;
	}
	if (path[1]) {
		return shapes[field] == SHAPE_PARTY
			       ? set_party(scan_template->data, path[0], path[1], sides[1])
			       : HOSO_UNKNOWN_MEMBER;
	}
	value = value_of(shapes[field], sides[1]);
	if (!value) {
		return HOSO_BAD_MEMBER;
	}
	json_object_set_new(scan_template->data, path[0], value);
	return HOSO_OK;
}

enum hoso_error scan_template_load(struct scan_template *scan_template, const char *path)
{
	g_autofree char *text = NULL;
	enum hoso_error error = HOSO_OK;
	const char *name;
	json_t *object;
	json_t *value;
	size_t length;

	if (!g_file_get_contents(path, &text, &length, NULL)) {
		return HOSO_FILE;
	}
	object = length <= DATA_FILE_MAX ? json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL)
					 : NULL;
	if (!json_is_object(object)) {
		error = HOSO_BAD_JSON;
	}
	json_object_foreach(object, name, value)
	{
		if (field_from_wire(name) == FIELD_COUNT) {
			error = HOSO_UNKNOWN_MEMBER;
		}
	}
	if (!error) {
		json_object_update(scan_template->data, object);
	}
	json_decref(object);
	return error;
}

static const char *text_member(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

static uint64_t present_fields(const struct scan_template *scan_template)
{
	uint64_t present = 0;

	for (int field = 0; field < FIELD_COUNT; field++) {
		if (json_object_get(scan_template->data, scan_field_wire((enum scan_field)field))) {
			present |= FIELD_BIT(field);
		}
	}
	if (scan_template->kind == EVENT_BOUND) {
		present |= FIELD_BIT(FIELD_DOSSIER_CODE);
	}
	return present;
}

/* Words of a fixed list that scan_check() needs; the others are the server's to judge. */
static enum hoso_error read_words(const json_t *data, struct scan *scan, const char **ret_member)
{
	const char *leg_kind = text_member(data, "leg_kind");
	const char *reason = text_member(data, "reason");
	const char *relation = text_member(data, "relation");

	if (*leg_kind) {
		*ret_member = "leg_kind";
		scan->leg_kind = leg_kind_from_wire(leg_kind);
		if (scan->leg_kind == LEG_KIND_COUNT) {
			return HOSO_BAD_MEMBER;
		}
	}
	if (*reason) {
		*ret_member = "reason";
		scan->reason = reason_from_wire(reason);
		if (scan->reason == REASON_COUNT) {
			return HOSO_UNKNOWN_REASON;
		}
	}
	scan->needs_authorisation = *relation && strcmp(relation, "self") != 0;
	scan->fee_vnd = json_integer_value(json_object_get(data, "fee"));
	*ret_member = "";
	return HOSO_OK;
}

enum hoso_error scan_template_check(
	const struct scan_template *scan_template, const char **ret_member)
{
	g_autofree struct scan *scan = g_new0(struct scan, 1);
	int64_t now_ms = clock_now_ms();
	enum scan_field field = FIELD_COUNT;
	enum hoso_error error = read_words(scan_template->data, scan, ret_member);

	if (error) {
		return error;
	}
	scan->event_id = uuid7_make(now_ms);
	scan->occurred_at_ms = now_ms;
	scan->kind = scan_template->kind;
	scan->present = present_fields(scan_template);
	error = scan_check(scan, now_ms, &field);
	*ret_member = field == FIELD_COUNT ? "" : scan_field_wire(field);
	return error;
}

char *scan_template_fill(const struct scan_template *scan_template, const struct uuid *event_id,
	const struct item_code *code, const struct dossier_code *dossier_code, int64_t now_ms)
{
	json_t *data = json_copy(scan_template->data);
	char id_text[UUID_TEXT_SIZE];
	char time_text[CLOCK_RFC3339_SIZE];
	char *dumped;
	char *text;
	json_t *scan;

	uuid7_format(event_id, id_text);
	clock_format_rfc3339(now_ms, time_text);
	if (dossier_code) {
		json_object_set_new(data, "dossier_code", json_string(dossier_code->text));
	}
	scan = json_pack("{s:s, s:s, s:s, s:s, s:o}", "event_id", id_text, "code", code->text,
		"kind", event_wire(scan_template->kind), "occurred_at", time_text, "data", data);
	dumped = json_dumps(scan, JSON_COMPACT | JSON_SORT_KEYS);
	text = strlen(dumped) <= SPOOL_RECORD_MAX ? g_strdup(dumped) : NULL;
	free(dumped);
	json_decref(scan);
	return text;
}
