#include "api/scan_json.h"

#include <string.h>

#include <glib.h>

#include "api/api_json.h"
#include "api/delivery_json.h"
#include "api/scan_parts.h"
#include "base/attr.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/uuid7.h"

/*
 * One reader per type of HOSO_SCAN_FIELDS: it checks the member, brings it into its canonical form in
 * place, and copies what the rules need into the scan.
 */
struct member {
	json_t *data;
	const char *name;
	json_t *value;
	struct scan *scan;
	enum scan_field field;
};

#define DAY_MS (86400LL * 1000)

typedef enum hoso_error (*member_reader)(struct member *member);

static struct scan_json_rules rules;

void scan_json_set_rules(const struct scan_json_rules *given)
{
	rules = *given;
}

/* A text in NFC, put back into the data and copied. */
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

/* Words that the rules or the portal's line need have a place in the scan. */
static void keep_word(const struct member *member, const char *word)
{
	struct scan *scan = member->scan;

	switch ((int)member->field) {
	case FIELD_AGENCY:
		g_strlcpy(scan->agency, word, sizeof scan->agency);
		break;
	case FIELD_PROCEDURE:
		g_strlcpy(scan->procedure, word, sizeof scan->procedure);
		break;
	case FIELD_NEXT_OFFICE:
		g_strlcpy(scan->next_office, word, sizeof scan->next_office);
		break;
	case FIELD_RECEIPT:
		g_strlcpy(scan->receipt, word, sizeof scan->receipt);
		break;
	case FIELD_MONEY_KIND:
		g_strlcpy(scan->money_kind, word, sizeof scan->money_kind);
		break;
	case FIELD_DIRECTION:
		scan->is_out = strcmp(word, "out") == 0;
		break;
	case FIELD_PAYMENT:
		g_strlcpy(scan->payment, word, sizeof scan->payment);
		break;
	case FIELD_SEAL:
		g_strlcpy(scan->seal, word, sizeof scan->seal);
		break;
	case FIELD_CONCESSION:
		g_strlcpy(scan->concession, word, sizeof scan->concession);
		break;
	case FIELD_OFFICER:
	case FIELD_RECIPIENT:
		g_strlcpy(scan->detail, word, sizeof scan->detail);
		break;
	default:
		break;
	}
}

static enum hoso_error read_WORD(struct member *member)
{
	char word[WORD_MAX + 1];
	enum hoso_error error = clean_text(member, word, sizeof word);

	if (!error) {
		keep_word(member, word);
	}
	return error;
}

static enum hoso_error read_NOTE(struct member *member)
{
	char note[NOTE_MAX + 1];

	return clean_text(member, note, sizeof note);
}

static enum hoso_error read_number(const struct member *member, int64_t max, int64_t *ret_number)
{
	json_int_t number = json_integer_value(member->value);

	if (!json_is_integer(member->value) || number < 0 || number > max) {
		return HOSO_BAD_MEMBER;
	}
	*ret_number = number;
	return HOSO_OK;
}

static enum hoso_error read_VND(struct member *member)
{
	struct scan *scan = member->scan;
	int64_t *const places[FIELD_COUNT] = {[FIELD_FEE] = &scan->fee_vnd,
		[FIELD_POSTAGE] = &scan->postage_vnd,
		[FIELD_COLLECT] = &scan->collect_vnd,
		[FIELD_COLLECTED] = &scan->collected_vnd,
		[FIELD_AMOUNT] = &scan->amount_vnd};
	int64_t unkept;
	int64_t *place = places[member->field] ? places[member->field] : &unkept;

	return read_number(member, MONEY_MAX_VND, place);
}

static enum hoso_error read_GRAMS(struct member *member)
{
	int64_t grams = 0;
	enum hoso_error error = read_number(member, SCAN_GRAMS_MAX, &grams);

	return error || grams >= 1 ? error : HOSO_BAD_MEMBER;
}

static enum hoso_error read_SERVICE(struct member *member)
{
	int64_t service = 0;
	enum hoso_error error = read_number(member, 3, &service);

	member->scan->service = (int)service;
	return error || service >= 1 ? error : HOSO_BAD_MEMBER;
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
	if (member->field == FIELD_DUE_ON) {
		g_strlcpy(member->scan->due_on, date, sizeof member->scan->due_on);
	} else if (member->field == FIELD_RECEIVED_ON) {
		g_strlcpy(member->scan->received_on, date, sizeof member->scan->received_on);
	} else if (member->field == FIELD_NEXT_ON) {
		member->scan->next_day = (int32_t)(ms / DAY_MS);
	}
	return HOSO_OK;
}

static enum hoso_error read_TIME(struct member *member)
{
	char given[WORD_MAX + 1]; /* longer than ours: it may have more decimals, and an offset */
	char text[CLOCK_RFC3339_SIZE];
	int64_t ms;

	if (clean_text(member, given, sizeof given) || !clock_parse_rfc3339(given, &ms)) {
		return HOSO_BAD_MEMBER;
	}
	clock_format_rfc3339(ms, text);
	json_object_set_new(member->data, member->name, json_string(text));
	return HOSO_OK;
}

static enum hoso_error read_FLAG(struct member *member)
{
	return json_is_boolean(member->value) ? HOSO_OK : HOSO_BAD_MEMBER;
}

static enum hoso_error read_UUID(struct member *member)
{
	struct uuid *uuid =
		member->field == FIELD_VISIT ? &member->scan->visit : &member->scan->target;
	char text[UUID_TEXT_SIZE];

	if (clean_text(member, text, sizeof text) || !uuid7_parse(text, uuid)) {
		return HOSO_BAD_MEMBER;
	}
	uuid7_format(uuid, text);
	json_object_set_new(member->data, member->name, json_string(text));
	return HOSO_OK;
}

static enum hoso_error read_listed(
	const struct member *member, const char *const *list, size_t count)
{
	const char *word = json_string_value(member->value);

	for (size_t i = 0; word && i < count; i++) {
		if (strcmp(list[i], word) == 0) {
			keep_word(member, word);
			return HOSO_OK;
		}
	}
	return HOSO_BAD_MEMBER;
}

/* Words of a fixed list; the macros of <hoso/scan.h> are the lists. */
#define LISTED(type, ...)                                                                          \
	static enum hoso_error read_##type(struct member *member)                                  \
	{                                                                                          \
		static const char *const list[] = {__VA_ARGS__};                                   \
		return read_listed(member, list, ARRAY_SIZE(list));                                \
	}
LISTED(ID_KIND, SCAN_ID_KINDS)
LISTED(MONEY_KIND, SCAN_MONEY_KINDS)
LISTED(DIRECTION, SCAN_DIRECTIONS)
LISTED(VOID_REASON, SCAN_VOID_REASONS)
LISTED(PAYMENT, SCAN_PAYMENTS)
LISTED(CONTACT, SCAN_CONTACTS)
#undef LISTED

static enum hoso_error read_RELATION(struct member *member)
{
	static const char *const relations[] = {SCAN_RELATIONS};
	enum hoso_error error = read_listed(member, relations, ARRAY_SIZE(relations));

	member->scan->needs_authorisation =
		!error && strcmp(json_string_value(member->value), relations[0]) != 0;
	return error;
}

/* Four characters and no more: the whole number of an identity paper must not come in by accident. */
static enum hoso_error read_LAST4(struct member *member)
{
	char last4[5];

	if (clean_text(member, last4, sizeof last4) || strlen(last4) != 4) {
		return HOSO_BAD_MEMBER;
	}
	for (int i = 0; i < 4; i++) {
		if (!g_ascii_isalnum(last4[i])) {
			return HOSO_BAD_MEMBER;
		}
	}
	return HOSO_OK;
}

static enum hoso_error read_LEG_KIND(struct member *member)
{
	const char *word = json_string_value(member->value);

	member->scan->leg_kind = word ? leg_kind_from_wire(word) : LEG_KIND_COUNT;
	return member->scan->leg_kind == LEG_KIND_COUNT ? HOSO_BAD_MEMBER : HOSO_OK;
}

static enum hoso_error read_REASON(struct member *member)
{
	const char *word = json_string_value(member->value);

	member->scan->reason = word ? reason_from_wire(word) : REASON_COUNT;
	if (member->scan->reason == REASON_COUNT) {
		return HOSO_UNKNOWN_REASON;
	}
	g_strlcpy(member->scan->detail, reason_label(member->scan->reason),
		sizeof member->scan->detail);
	return HOSO_OK;
}

static enum hoso_error read_DOSSIER_CODE(struct member *member)
{
	struct dossier_code *code = &member->scan->dossier_code;
	enum hoso_error error = HOSO_BAD_MEMBER;

	if (json_is_string(member->value)) {
		error = dossier_code_parse(
			json_string_value(member->value), json_string_length(member->value), code);
	}
	if (!error) {
		json_object_set_new(member->data, member->name, json_string(code->text));
	}
	return error;
}

static enum hoso_error read_PARTY(struct member *member)
{
	struct scan *scan = member->scan;
	struct party *party = member->field == FIELD_SENDER      ? &scan->sender
			      : member->field == FIELD_SUBMITTER ? &scan->submitter
								 : &scan->receiver;

	return scan_parts_party(member->value, party);
}

static enum hoso_error read_PAPERS(struct member *member)
{
	return scan_parts_papers(member->value);
}

static enum hoso_error read_NAMES(struct member *member)
{
	return scan_parts_names(member->value);
}

static enum hoso_error read_DIGEST(struct member *member)
{
	struct scan *scan = member->scan;

	return delivery_json_digest(member->data, member->name,
		member->field == FIELD_SIGNATURE ? &scan->signature : &scan->photo);
}

/* Those of api/delivery_json.h; each takes the data, the member's name and what is said behind. */
#define DELIVERY(type, reader, ...)                                                                \
	static enum hoso_error read_##type(struct member *member)                                  \
	{                                                                                          \
		return delivery_json_##reader(member->data, member->name, ##__VA_ARGS__);          \
	}
DELIVERY(POSITION, position)
DELIVERY(PIN, pin, rules.has_pin_key ? &rules.pin_key : NULL, member->scan)
DELIVERY(RECLAIM, names, member->scan)
DELIVERY(RECLAIMED, reclaimed, member->scan)
#undef DELIVERY

static const member_reader readers[FIELD_COUNT] = {
#define X(name, wire, type) [name] = read_##type,
	HOSO_SCAN_FIELDS(X)
#undef X
};

static enum hoso_error read_data(json_t *data, struct scan *scan, const char **ret_member)
{
	size_t given = json_object_size(data);
	size_t taken = 0;

	for (int field = 0; field < FIELD_COUNT && taken < given; field++) {
		struct member member = {
			.data = data, .scan = scan, .field = (enum scan_field)field};
		enum hoso_error error;

		member.name = scan_field_wire(member.field);
		member.value = json_object_get(data, member.name);
		if (!member.value) {
			continue;
		}
		error = readers[field](&member);
		if (error) {
			*ret_member = member.name;
			return error;
		}
		scan->present |= FIELD_BIT(field);
		taken++;
	}
	if (taken < given) {
		*ret_member = "data";
		return HOSO_UNKNOWN_MEMBER;
	}
	return HOSO_OK;
}

static enum hoso_error keep_data(json_t *data, struct scan *scan)
{
	g_autofree char *canonical = NULL;
	size_t length;

	if (!data) {
		g_strlcpy(scan->data, "{}", sizeof scan->data);
		scan->data_bytes = 2;
		return HOSO_OK;
	}
	canonical = json_dumps(data, JSON_COMPACT | JSON_SORT_KEYS);
	length = strlen(canonical);
	if (length > SCAN_DATA_MAX) {
		return HOSO_TOO_LARGE;
	}
	memcpy(scan->data, canonical, length + 1);
	scan->data_bytes = (uint32_t)length;
	return HOSO_OK;
}

static enum hoso_error read_code(
	struct api_reader *reader, bool other_item_codes, struct scan *scan)
{
	json_t *value = api_read_member(reader, "code", API_REQUIRED);
	enum hoso_error error = HOSO_BAD_MEMBER;

	if (!value) {
		return reader->error;
	}
	if (json_is_string(value)) {
		error = item_code_parse(
			json_string_value(value), json_string_length(value), &scan->code);
	}
	if (!error && !other_item_codes && !item_code_is_s10(&scan->code)) {
		error = HOSO_BAD_ITEM_CODE;
	}
	if (error) {
		api_read_fail(reader, error, "code");
	}
	return error;
}

static void read_kind(struct api_reader *reader, struct scan *scan)
{
	char kind[WORD_MAX + 1];

	if (!api_read_text(reader, "kind", API_REQUIRED, kind, sizeof kind)) {
		return;
	}
	scan->kind = event_from_wire(kind);
	if (scan->kind == EVENT_KIND_COUNT) {
		api_read_fail(reader, HOSO_UNKNOWN_KIND, "kind");
	}
}

static void read_event_id(struct api_reader *reader, struct scan *scan)
{
	if (!api_read_uuid(reader, "event_id", API_REQUIRED, &scan->event_id) &&
		reader->error == HOSO_BAD_MEMBER) {
		reader->error = HOSO_BAD_EVENT_ID;
	}
}

static enum hoso_error read_scan(json_t *json, int64_t now_ms, bool other_item_codes,
	struct scan *scan, const char **ret_member)
{
	struct api_reader reader = {.object = json};
	enum scan_field field = FIELD_COUNT;
	enum hoso_error error;
	json_t *data;

	read_event_id(&reader, scan);
	read_code(&reader, other_item_codes, scan);
	read_kind(&reader, scan);
	api_read_time(&reader, "occurred_at", API_REQUIRED, &scan->occurred_at_ms);
	api_read_text(&reader, "office", API_OPTIONAL, scan->office, sizeof scan->office);
	data = api_read_member(&reader, "data", API_OPTIONAL);
	error = api_read_end(&reader);
	*ret_member = reader.member;
	if (!error && data && !json_is_object(data)) {
		*ret_member = "data";
		error = HOSO_BAD_MEMBER;
	}
	if (!error && data) {
		error = read_data(data, scan, ret_member);
	}
	if (!error) {
		error = keep_data(data, scan);
	}
	if (!error) {
		error = scan_check(scan, now_ms, &field);
		*ret_member = field == FIELD_COUNT ? NULL : scan_field_wire(field);
	}
	return error;
}

enum hoso_error scan_from_json(json_t *json, int64_t now_ms, bool other_item_codes,
	struct scan *ret_scan, const char **ret_member)
{
	/* All but the data's text, which is long, last, and written whole. */
	memset(ret_scan, 0, offsetof(struct scan, data));
	ret_scan->data[0] = '\0';
	ret_scan->wants_proof = rules.wants_proof;
	*ret_member = NULL;
	if (!json_is_object(json)) {
		return HOSO_BAD_MEMBER;
	}
	return read_scan(json, now_ms, other_item_codes, ret_scan, ret_member);
}
