#include "api/visit_json.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "api/api_json.h"
#include "api/scan_json.h"
#include "api/scan_parts.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/uuid7.h"

/* Whose request it was, for which visit, and what it said: in one form, so that the same again is the same. */
static struct digest digest_of(json_t *body, const struct uuid *visit, const struct actor *actor)
{
	char *text = json_dumps(body, JSON_COMPACT | JSON_SORT_KEYS);
	char id[UUID_TEXT_SIZE];
	g_autofree char *head = NULL;
	struct digest digest;

	uuid7_format(visit, id);
	head = g_strdup_printf("%s %" G_GINT64_FORMAT " ", id, actor->account);
	digest = text_digest(head, strlen(head), text, strlen(text));
	free(text);
	return digest;
}

static void read_id(struct api_reader *reader, int64_t now_ms, struct uuid *ret_id)
{
	int64_t at_ms;

	if (!api_read_uuid(reader, "id", API_REQUIRED, ret_id)) {
		return;
	}
	at_ms = uuid7_time_ms(ret_id);
	if (at_ms < now_ms - SCAN_AGE_MAX_MS) {
		api_read_fail(reader, HOSO_EVENT_TOO_OLD, "id");
	} else if (at_ms > now_ms + SCAN_AHEAD_MAX_MS) {
		api_read_fail(reader, HOSO_EVENT_IN_FUTURE, "id");
	}
}

/* When it happened, by the telephone that may send it hours later. */
static void read_at(struct api_reader *reader, int64_t now_ms, int64_t *ret_ms)
{
	if (!api_read_time(reader, "at", API_OPTIONAL, ret_ms)) {
		*ret_ms = now_ms;
	} else if (*ret_ms < now_ms - SCAN_AGE_MAX_MS) {
		api_read_fail(reader, HOSO_EVENT_TOO_OLD, "at");
	} else if (*ret_ms > now_ms + SCAN_AHEAD_MAX_MS) {
		api_read_fail(reader, HOSO_EVENT_IN_FUTURE, "at");
	}
}

/* Both ends or none. */
static void read_window(struct api_reader *reader, enum api_need need, struct visit_act *act)
{
	bool has_from = api_read_time(reader, "window_from", need, &act->from_ms);

	api_read_time(reader, "window_to", has_from ? API_REQUIRED : need, &act->to_ms);
	if (act->to_ms && !has_from) {
		api_read_fail(reader, HOSO_MISSING_MEMBER, "window_from");
	}
}

static void read_person(struct api_reader *reader, struct visit_act *act)
{
	json_t *value = api_read_member(reader, "person", API_REQUIRED);

	if (!value) {
		return;
	}
	if (scan_parts_party(value, &act->person)) {
		api_read_fail(reader, HOSO_BAD_MEMBER, "person");
	} else if (act->person.address[0] == '\0') {
		api_read_fail(reader, HOSO_MISSING_MEMBER, "person"); /* where to go to */
	}
}

/* The texts of a list, one by one; @take says what is wrong with one. */
static void read_list(struct api_reader *reader, const char *member, unsigned max,
	enum hoso_error (*take)(struct visit_act *act, const char *text, size_t length),
	struct visit_act *act)
{
	json_t *list = api_read_member(reader, member, API_OPTIONAL);

	if (list && !json_is_array(list)) {
		api_read_fail(reader, HOSO_BAD_MEMBER, member);
	}
	if (json_array_size(list) > max) {
		api_read_fail(reader, HOSO_TOO_MANY, member);
	}
	for (size_t i = 0; !reader->error && i < json_array_size(list); i++) {
		json_t *value = json_array_get(list, i);
		enum hoso_error error = json_is_string(value) ? take(act, json_string_value(value),
									json_string_length(value))
							      : HOSO_BAD_MEMBER;
		if (error) {
			api_read_fail(reader, error, member);
		}
	}
}

static enum hoso_error take_procedure(struct visit_act *act, const char *text, size_t length)
{
	char *code = act->procedures[act->procedure_count++];
	enum hoso_error error = text_clean(text, length, code, sizeof act->procedures[0]);

	return error || code[0] ? error : HOSO_BAD_MEMBER;
}

static enum hoso_error take_dossier(struct visit_act *act, const char *text, size_t length)
{
	return dossier_code_parse(text, length, &act->dossiers[act->dossier_count++]);
}

/* The same label twice is one mistake of the hand. */
static enum hoso_error take_code(
	struct visit_act *act, const char *text, size_t length, bool is_return)
{
	struct visit_act_item item = {.is_return = is_return};
	enum hoso_error error = item_code_parse(text, length, &item.code);

	for (unsigned i = 0; !error && i < act->item_count; i++) {
		if (strcmp(act->items[i].code.text, item.code.text) == 0) {
			return HOSO_BAD_MEMBER;
		}
	}
	if (!error && act->item_count == VISIT_ITEMS_MAX) {
		return HOSO_TOO_MANY;
	}
	if (!error) {
		act->items[act->item_count++] = item;
	}
	return error;
}

static enum hoso_error take_item(struct visit_act *act, const char *text, size_t length)
{
	return take_code(act, text, length, false);
}

static enum hoso_error take_return(struct visit_act *act, const char *text, size_t length)
{
	return take_code(act, text, length, true);
}

static void read_things(struct api_reader *reader, bool other_item_codes, struct visit_act *act)
{
	read_list(reader, "procedures", VISIT_PROCEDURES_MAX, take_procedure, act);
	read_list(reader, "dossiers", VISIT_ITEMS_MAX, take_dossier, act);
	read_list(reader, "items", VISIT_ITEMS_MAX, take_item, act);
	for (unsigned i = 0; i < act->item_count && !other_item_codes; i++) {
		if (!item_code_is_s10(&act->items[i].code)) {
			api_read_fail(reader, HOSO_BAD_ITEM_CODE, "items");
		}
	}
	if (act->item_count > 0 && act->procedure_count == 0) {
		api_read_fail(
			reader, HOSO_MISSING_MEMBER, "procedures"); /* the label's event has it */
	}
	read_list(reader, "returns", VISIT_ITEMS_MAX, take_return, act);
}

static void read_kind(struct api_reader *reader, struct visit_act *act)
{
	char word[WORD_MAX + 1];

	if (api_read_text(reader, "kind", API_REQUIRED, word, sizeof word)) {
		act->kind = visit_kind_from_wire(word);
		if (act->kind == VISIT_KIND_COUNT) {
			api_read_fail(reader, HOSO_BAD_MEMBER, "kind");
		}
	}
	if (api_read_text(reader, "channel", API_OPTIONAL, word, sizeof word)) {
		act->channel = visit_channel_from_wire(word);
		if (act->channel >= VISIT_BY_PUBLIC) { /* nobody says that of themselves */
			api_read_fail(reader, HOSO_BAD_MEMBER, "channel");
		}
	}
}

enum hoso_error visit_json_book(json_t *body, const struct actor *actor, int64_t now_ms,
	bool other_item_codes, struct visit_act *ret_act, const char **ret_member)
{
	struct api_reader reader = {.object = body};
	struct visit_act *act = ret_act;
	enum hoso_error error;

	memset(act, 0, sizeof *act);
	act->action = VISIT_BOOK;
	read_id(&reader, now_ms, &act->change);
	act->visit = act->change;
	act->content = digest_of(body, &act->visit, actor);
	read_kind(&reader, act);
	if (!api_read_text(&reader, "office", API_OPTIONAL, act->office, sizeof act->office)) {
		g_strlcpy(act->office, actor->office_code, sizeof act->office);
	}
	read_person(&reader, act);
	read_window(&reader, API_REQUIRED, act);
	read_things(&reader, other_item_codes, act);
	api_read_text(&reader, "note", API_OPTIONAL, act->note, sizeof act->note);
	read_at(&reader, now_ms, &act->occurred_at_ms);
	error = api_read_end(&reader);
	*ret_member = reader.member;
	return error;
}

static void read_courier(struct api_reader *reader, enum api_need need, struct visit_act *act)
{
	api_read_text(reader, "courier", need, act->courier, sizeof act->courier);
}

/* Why, and who wished it. What is "other" is said in words. */
static void read_wish(struct api_reader *reader, struct visit_act *act)
{
	enum visit_reason reason;

	if (api_read_text(reader, "reason", API_REQUIRED, act->reason, sizeof act->reason)) {
		reason = visit_reason_from_wire(act->reason);
		if (reason == VISIT_REASON_COUNT) {
			api_read_fail(reader, HOSO_UNKNOWN_REASON, "reason");
		} else if (reason == VISIT_REASON_OTHER && act->note[0] == '\0') {
			api_read_fail(reader, HOSO_MISSING_DATA, "note");
		}
	}
	if (api_read_text(
		    reader, "wished_by", API_REQUIRED, act->wished_by, sizeof act->wished_by) &&
		visit_wish_from_wire(act->wished_by) == VISIT_WISH_COUNT) {
		api_read_fail(reader, HOSO_BAD_MEMBER, "wished_by");
	}
}

/* A failure says what comes next in the same breath: another window, or that it is given up. */
static void read_failure(struct api_reader *reader, struct visit_act *act)
{
	bool gives_up = false;

	if (api_read_text(reader, "reason", API_REQUIRED, act->reason, sizeof act->reason)) {
		enum reason reason = reason_from_wire(act->reason);
		if (reason == REASON_COUNT || reason == REASON_NONE) {
			api_read_fail(reader, HOSO_UNKNOWN_REASON, "reason");
		} else if (reason == REASON_OT && act->note[0] == '\0') {
			api_read_fail(reader, HOSO_MISSING_DATA, "note");
		}
	}
	api_read_bool(reader, "cancel", API_OPTIONAL, &gives_up);
	read_window(reader, gives_up ? API_OPTIONAL : API_REQUIRED, act);
	if (gives_up && act->from_ms) {
		api_read_fail(reader, HOSO_BAD_MEMBER, "cancel");
	}
	if (!gives_up) {
		read_courier(reader, API_OPTIONAL, act);
	}
}

static void read_action(struct api_reader *reader, struct visit_act *act)
{
	char word[WORD_MAX + 1];

	if (!api_read_text(reader, "action", API_REQUIRED, word, sizeof word)) {
		return;
	}
	act->action = visit_action_from_wire(word);
	switch (act->action) {
	case VISIT_ASSIGN:
		read_courier(reader, API_REQUIRED, act);
		break;
	case VISIT_MOVE:
		read_window(reader, API_REQUIRED, act);
		read_courier(reader, API_OPTIONAL, act);
		read_wish(reader, act);
		break;
	case VISIT_CANCEL:
		read_wish(reader, act);
		break;
	case VISIT_FAIL:
		read_failure(reader, act);
		break;
	case VISIT_START:
	case VISIT_ARRIVE:
	case VISIT_FINISH:
		break;
	case VISIT_BOOK:
	case VISIT_SCANNED:
	case VISIT_UNSCANNED:
	case VISIT_ACTION_COUNT:
		api_read_fail(reader, HOSO_BAD_MEMBER, "action");
		break;
	}
}

enum hoso_error visit_json_change(json_t *body, const struct uuid *visit, const struct actor *actor,
	int64_t now_ms, struct visit_act *ret_act, const char **ret_member)
{
	struct api_reader reader = {.object = body};
	struct visit_act *act = ret_act;
	enum hoso_error error;

	memset(act, 0, sizeof *act);
	act->visit = *visit;
	act->content = digest_of(body, visit, actor);
	read_id(&reader, now_ms, &act->change);
	api_read_text(&reader, "note", API_OPTIONAL, act->note, sizeof act->note);
	read_at(&reader, now_ms, &act->occurred_at_ms);
	read_action(&reader, act);
	error = api_read_end(&reader);
	*ret_member = reader.member;
	return error;
}

static json_t *party_json(const struct party *party)
{
	json_t *json = json_pack("{s:s}", "name", party->name);

	if (party->phone[0]) {
		json_object_set_new(json, "phone", json_string(party->phone));
	}
	if (party->address[0]) {
		json_object_set_new(json, "address", json_string(party->address));
	}
	return json;
}

static json_t *scan_data(const struct visit_act *act, enum event_kind kind)
{
	json_t *data = json_object();
	char day[16];

	json_object_set_new(data, "visit", api_uuid(&act->visit));
	if (kind == EVENT_REQUESTED) {
		json_object_set_new(data, "sender", party_json(&act->person));
		json_object_set_new(data, "window_from", api_time(act->from_ms));
		json_object_set_new(data, "window_to", api_time(act->to_ms));
		json_object_set_new(data, "procedure", json_string(act->procedures[0]));
	} else if (kind == EVENT_ASSIGNED) {
		json_object_set_new(data, "courier", json_string(act->courier));
	} else {
		json_object_set_new(data, "reason", json_string(act->reason));
		if (act->from_ms) {
			clock_format_local(act->from_ms, "%Y-%m-%d", day, sizeof day);
			json_object_set_new(data, "next_on", json_string(day));
		}
	}
	if (act->note[0]) {
		json_object_set_new(data, "note", json_string(act->note));
	}
	return data;
}

enum hoso_error visit_json_scan(const struct visit_act *act, enum event_kind kind, const char *code,
	int64_t now_ms, struct scan *ret_scan)
{
	struct uuid id = uuid7_make(now_ms);
	json_t *json = json_object();
	const char *member;
	enum hoso_error error;

	json_object_set_new(json, "event_id", api_uuid(&id));
	json_object_set_new(json, "code", json_string(code));
	json_object_set_new(json, "kind", json_string(event_wire(kind)));
	json_object_set_new(json, "occurred_at", api_time(act->occurred_at_ms));
	json_object_set_new(json, "data", scan_data(act, kind));
	error = scan_from_json(json, now_ms, true, ret_scan, &member);
	json_decref(json);
	return error;
}
