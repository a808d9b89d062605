#include "portal/line.h"

#include <inttypes.h>
#include <string.h>

#include <glib.h>
#include <jansson.h>

#include "base/attr.h"
#include "base/uuid7.h"

#define LONG_NUMBER_DIGITS 9 /* phones have ten, identity numbers nine or twelve */
#define SERVICE_MAX 3

/*
 * What a citizen reads. %s is what the envelope holds. A kind that is not here is not pushed.
 * The two columns are the two directions: to the agency, to the citizen.
 */
/* clang-format off */
static const struct {
	const char *to_agency;
	const char *to_citizen;
} sentences[EVENT_KIND_COUNT] = {
	[EVENT_ACCEPTED] = {"Bưu điện đã nhận %s từ người gửi", "Bưu điện đã nhận %s từ cơ quan"},
	[EVENT_DISPATCHED] = {"Bưu điện đang vận chuyển %s", "Bưu điện đang vận chuyển %s"},
	[EVENT_ARRIVED] = {"Bưu điện đã chuyển %s đến bưu cục", "Bưu điện đã chuyển %s đến bưu cục"},
	[EVENT_OUT_FOR_DELIVERY] = {"Bưu điện đang đi giao %s cho cơ quan", "Bưu điện đang đi phát %s cho người nhận"},
	[EVENT_DELIVERED] = {"Bưu điện đã bàn giao %s cho cơ quan", "Bưu điện đã phát %s cho người nhận"},
	[EVENT_DELIVERY_FAILED] = {"Chưa bàn giao được %s cho cơ quan", "Phát chưa thành công %s"},
	[EVENT_INVITED] = {"Bưu điện mời cơ quan nhận %s tại bưu cục", "Bưu điện mời người nhận đến bưu cục nhận %s"},
	[EVENT_REDIRECTED] = {"Bưu điện chuyển tiếp %s theo yêu cầu", "Bưu điện chuyển tiếp %s theo yêu cầu"},
	[EVENT_RETURNING] = {"Bưu điện đang chuyển hoàn %s cho người gửi", "Bưu điện đang chuyển hoàn %s cho cơ quan"},
	[EVENT_RETURNED] = {"Bưu điện đã hoàn trả %s cho người gửi", "Bưu điện đã hoàn trả %s cho cơ quan"},
	[EVENT_CANCELLED] = {"Đã hủy việc gửi %s qua bưu điện", "Đã hủy việc gửi %s qua bưu điện"},
	[EVENT_LOST] = {"Bưu điện báo thất lạc %s", "Bưu điện báo thất lạc %s"},
	[EVENT_DAMAGED] = {"Bao bì %s bị hư hỏng, bưu điện đã đóng gói lại", "Bao bì %s bị hư hỏng, bưu điện đã đóng gói lại"},
	[EVENT_FOUND] = {"Bưu điện đã tìm thấy %s", "Bưu điện đã tìm thấy %s"},
	[EVENT_VOID] = {"Đính chính: một bước của %s ghi trước đây không đúng", "Đính chính: một bước của %s ghi trước đây không đúng"},
};

static const char *const contents[LEG_KIND_COUNT] = {
	[LEG_SUBMIT] = "hồ sơ",
	[LEG_SLIP] = "giấy hẹn",
	[LEG_SUPPLEMENT_OUT] = "yêu cầu bổ sung hồ sơ",
	[LEG_SUPPLEMENT_IN] = "hồ sơ bổ sung",
	[LEG_RESULT] = "kết quả",
	[LEG_REFUSED] = "hồ sơ không được tiếp nhận",
	[LEG_RECLAIM] = "giấy tờ thu hồi",
	[LEG_INTER] = "hồ sơ liên thông",
};

/* The members that are texts; the names are what the database keeps, so they never change. */
#define TEXT(member) {#member, offsetof(struct portal_line, member), sizeof(((struct portal_line *)0)->member)}
struct text_member {
	const char *name;
	size_t offset;
	size_t size;
};
static const struct text_member own_texts[] = {TEXT(item_code), TEXT(actor), TEXT(office), TEXT(text)};
static const struct text_member dossier_texts[] = {
	TEXT(owner), TEXT(procedure), TEXT(procedure_name), TEXT(field), TEXT(field_name), TEXT(agency)};
#undef TEXT
/* clang-format on */

#define OWN_OTHERS 7     /* key dseq kind leg_kind state role occurred_at_ms */
#define DOSSIER_OTHERS 2 /* received_at_ms service */

bool portal_line_is_pushed(enum event_kind kind)
{
	return kind < EVENT_KIND_COUNT && sentences[kind].to_agency;
}

bool portal_line_is_optional(enum event_kind kind)
{
	static const enum event_kind on_the_way[] = {EVENT_DISPATCHED, EVENT_ARRIVED,
		EVENT_OUT_FOR_DELIVERY, EVENT_INVITED, EVENT_REDIRECTED, EVENT_DAMAGED};

	for (size_t i = 0; i < G_N_ELEMENTS(on_the_way); i++) {
		if (on_the_way[i] == kind) {
			return true;
		}
	}
	return false;
}

/* One past the run of digits at @text, with the separator people put into phone numbers: always the
 * same one, so that a date and the hour behind it are two numbers. */
static const char *skip_number(const char *text, unsigned *ret_digits)
{
	const char *end = text;
	unsigned digits = 0;
	char separator = '\0';

	while (g_ascii_isdigit(*text)) {
		digits++;
		end = ++text;
		if (*text && (separator ? *text == separator : strchr(" .-", *text) != NULL)) {
			separator = *text++;
		}
	}
	*ret_digits = digits;
	return end;
}

/* The line cannot be taken back, so a phone or identity number that somebody typed does not get
 * into it. */
static void append_without_numbers(GString *text, const char *detail)
{
	while (*detail) {
		unsigned digits;
		const char *end = skip_number(detail, &digits);

		if (digits >= LONG_NUMBER_DIGITS) {
			g_string_append(text, "***");
		} else if (digits > 0) {
			g_string_append_len(text, detail, end - detail);
		} else {
			end = detail + 1;
			g_string_append_c(text, *detail);
		}
		detail = end;
	}
}

/* Cut to @bytes_max at a character's border. */
static void cut_text(GString *text, size_t bytes_max)
{
	if (text->len > bytes_max) {
		const char *end = g_utf8_find_prev_char(text->str, text->str + bytes_max + 1);

		g_string_truncate(text, end ? (size_t)(end - text->str) : 0);
	}
}

/* What goes from one agency to another begins, and ends when it goes back, as what an agency sends. */
static const char *sentence_of(const struct portal_line *line)
{
	bool begins = line->kind == EVENT_ACCEPTED || line->kind == EVENT_RETURNING ||
		      line->kind == EVENT_RETURNED;

	if (line->leg_kind == LEG_INTER && begins) {
		return sentences[line->kind].to_citizen;
	}
	return leg_kind_to_agency(line->leg_kind) ? sentences[line->kind].to_agency
						  : sentences[line->kind].to_citizen;
}

void portal_line_compose_text(struct portal_line *line, const char *detail)
{
	const char *sentence = sentence_of(line);
	g_autofree char *tail =
		g_strdup_printf(" (%s, bước %" PRIu32 ")", line->item_code, line->dseq);
	const char *halves = sentence ? strstr(sentence, "%s") : NULL;
	GString *text = g_string_new(NULL);

	if (halves) {
		g_string_append_len(text, sentence, halves - sentence);
		g_string_append(text, contents[line->leg_kind]);
		g_string_append(text, halves + strlen("%s"));
	} else {
		g_string_append(text, event_label(line->kind));
	}
	if (detail[0]) {
		g_string_append(text, ": ");
		append_without_numbers(text, detail);
	}
	cut_text(text, NOTE_MAX - strlen(tail));
	g_string_append(text, tail);
	g_strlcpy(line->text, text->str, sizeof line->text);
	g_string_free(text, TRUE);
}

static void set_texts(json_t *json, const struct portal_line *line,
	const struct text_member *members, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *value = (const char *)line + members[i].offset;

		json_object_set_new(json, members[i].name, json_string(value));
	}
}

static char *dump(json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
	char *ours;

	json_decref(json);
	/* A text that is not UTF-8 never passes the scan's check. */
	g_assert(text);
	ours = g_strdup(text);
	free(text);
	return ours;
}

char *portal_line_to_json(const struct portal_line *line)
{
	char key[UUID_TEXT_SIZE];
	json_t *json;

	uuid7_format(&line->key, key);
	json = json_pack("{s:s, s:I, s:s, s:s, s:s, s:s, s:I}", "key", key, "dseq",
		(json_int_t)line->dseq, "kind", event_wire(line->kind), "leg_kind",
		leg_kind_wire(line->leg_kind), "state", leg_state_wire(line->state), "role",
		role_wire(line->role), "occurred_at_ms", (json_int_t)line->occurred_at_ms);
	g_assert(json);
	set_texts(json, line, own_texts, ARRAY_SIZE(own_texts));
	return dump(json);
}

char *portal_line_dossier_to_json(const struct portal_line *line)
{
	json_t *json = json_pack("{s:I, s:i}", "received_at_ms", (json_int_t)line->received_at_ms,
		"service", line->service);

	g_assert(json);
	set_texts(json, line, dossier_texts, ARRAY_SIZE(dossier_texts));
	return dump(json);
}

static bool get_texts(
	json_t *json, const struct text_member *members, size_t count, struct portal_line *line)
{
	for (size_t i = 0; i < count; i++) {
		const char *value = json_string_value(json_object_get(json, members[i].name));

		if (!value || strlen(value) >= members[i].size) {
			return false;
		}
		g_strlcpy((char *)line + members[i].offset, value, members[i].size);
	}
	return true;
}

static bool get_words(json_t *json, struct portal_line *line)
{
	const char *key;
	const char *kind;
	const char *leg_kind;
	const char *state;
	const char *role;

	if (json_unpack(json, "{s:s, s:s, s:s, s:s, s:s}", "key", &key, "kind", &kind, "leg_kind",
		    &leg_kind, "state", &state, "role", &role) != 0) {
		return false;
	}
	line->kind = event_from_wire(kind);
	line->leg_kind = leg_kind_from_wire(leg_kind);
	line->state = leg_state_from_wire(state);
	line->role = role_from_wire(role);
	return uuid7_parse(key, &line->key) && line->kind != EVENT_KIND_COUNT &&
	       line->leg_kind != LEG_KIND_COUNT && line->state != LEG_STATE_COUNT &&
	       line->role != ROLE_COUNT;
}

static bool get_numbers(json_t *json, struct portal_line *line)
{
	json_int_t dseq;
	json_int_t occurred_at_ms;

	if (json_unpack(json, "{s:I, s:I}", "dseq", &dseq, "occurred_at_ms", &occurred_at_ms) !=
		0) {
		return false;
	}
	line->dseq = (uint32_t)dseq;
	line->occurred_at_ms = occurred_at_ms;
	return dseq >= 0 && dseq <= UINT32_MAX;
}

static bool get_dossier_numbers(json_t *json, struct portal_line *line)
{
	json_int_t received_at_ms;
	json_int_t service;

	if (json_unpack(json, "{s:I, s:I}", "received_at_ms", &received_at_ms, "service",
		    &service) != 0) {
		return false;
	}
	line->received_at_ms = received_at_ms;
	line->service = (int)service;
	return service >= 0 && service <= SERVICE_MAX;
}

static bool read_own(const char *text, struct portal_line *line)
{
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	bool ours = json_object_size(json) == ARRAY_SIZE(own_texts) + OWN_OTHERS &&
		    get_texts(json, own_texts, ARRAY_SIZE(own_texts), line) &&
		    get_words(json, line) && get_numbers(json, line);

	json_decref(json);
	return ours;
}

static bool read_dossier(const char *text, struct portal_line *line)
{
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	bool ours = json_object_size(json) == ARRAY_SIZE(dossier_texts) + DOSSIER_OTHERS &&
		    get_texts(json, dossier_texts, ARRAY_SIZE(dossier_texts), line) &&
		    get_dossier_numbers(json, line);

	json_decref(json);
	return ours;
}

enum hoso_error portal_line_from_json(
	const char *json, const char *dossier_json, struct portal_line *ret_line)
{
	struct portal_line line = {0};

	if (!read_own(json, &line) || (dossier_json && !read_dossier(dossier_json, &line))) {
		return HOSO_BAD_JSON;
	}
	*ret_line = line;
	return HOSO_OK;
}
