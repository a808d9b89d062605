#include "portal/lgsp_message.h"

#include <string.h>

#include <glib.h>
#include <jansson.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/text.h"

#define STATUS_RETURNED "10" /* Đã trả kết quả */
#define SERVICE_RECEIVE 2    /* bit of portal_line.service: the result comes by post */

enum value {
	VALUE_TEXT,   /* @fixed */
	VALUE_NUMBER, /* @fixed */
	VALUE_NO,
	VALUE_EMPTY_LIST,
	VALUE_DOSSIER_CODE,
	VALUE_ACTOR,
	VALUE_ROLE,
	VALUE_OCCURRED_AT,
	VALUE_RECEIVED_AT,
	VALUE_LINE,
	VALUE_STATUS,
	VALUE_UNIT,
	VALUE_OFFICE,
	VALUE_OWNER,
	VALUE_PROCEDURE,
	VALUE_PROCEDURE_NAME,
	VALUE_RETURNED_TYPE,
};

struct member {
	const char *name;
	enum value value;
	const char *fixed;
};

/* clang-format off */
static const char *const paths[LGSP_SERVICE_COUNT] = {
	[LGSP_TRACE] = "/Document/UpdateDocumentTraces",
	[LGSP_DOCUMENT] = "/Document/SyncDocument",
};

static const struct member trace_members[] = {
	{"DocumentId", VALUE_DOSSIER_CODE, NULL},
	{"DocCode", VALUE_DOSSIER_CODE, NULL},
	{"UserName", VALUE_ACTOR, NULL},
	{"UserPosition", VALUE_ROLE, NULL},
	{"DateCreated", VALUE_OCCURRED_AT, NULL},
	{"Comment", VALUE_LINE, NULL},
	{"Status", VALUE_STATUS, NULL},
	{"OrganizationInchargeIdLevel1", VALUE_UNIT, NULL},
	{"OrganizationInchargeName", VALUE_OFFICE, NULL},
};

static const struct member document_members[] = {
	{"DocTypeCode", VALUE_PROCEDURE, NULL},
	{"DocTypeName", VALUE_PROCEDURE_NAME, NULL},
	{"DocCode", VALUE_DOSSIER_CODE, NULL},
	{"CitizenName", VALUE_OWNER, NULL},
	{"ApplicantsId", VALUE_TEXT, ""},
	{"ApplicantsType", VALUE_NUMBER, "1"}, /* công dân */
	{"DateReceived", VALUE_RECEIVED_AT, NULL},
	{"DateAppointed", VALUE_TEXT, ""},
	{"IsSuccess", VALUE_NO, NULL},
	{"SuccessDate", VALUE_TEXT, ""},
	{"IsReturned", VALUE_NO, NULL},
	{"ReturnedDate", VALUE_TEXT, ""},
	{"ReturnedType", VALUE_RETURNED_TYPE, NULL},
	{"Status", VALUE_NUMBER, "1"},
	{"Attachments", VALUE_EMPTY_LIST, NULL},
	{"DocFees", VALUE_EMPTY_LIST, NULL},
	{"DocPapers", VALUE_EMPTY_LIST, NULL},
	{"Supplementaries", VALUE_EMPTY_LIST, NULL},
};

/* Accents, case and đ are folded away before these are looked for. */
static const char *const words_success[] = {"thanh cong", "success"};
static const char word_ok[] = "ok"; /* alone: it is inside "token", too */
static const char *const words_failure[] = {"khong", "that bai", "loi", "error", "fail", "not "};
static const char *const words_exists[] = {"da ton tai", "already exist"};
static const char *const words_no_document[] = {"khong ton tai", "khong tim thay", "not found", "not exist"};
static const char *const words_ended[] = {"het han", "khong hop le", "expired", "invalid"};
static const char *const words_token[] = {"token", "ma truy cap"};
static const long long codes_success[] = {1, 100, 200};
/* clang-format on */

const char *lgsp_message_path(enum lgsp_service service)
{
	return paths[service];
}

static json_t *time_json(int64_t ms)
{
	char text[CLOCK_RFC3339_SIZE];

	clock_format_rfc3339(ms, text); /* UTC, unlike the session API's */
	return json_string(text);
}

static bool is_returned(const struct dvcqg_subject *subject)
{
	const struct portal_line *line = subject->line;

	return subject->set_returned && line->kind == EVENT_DELIVERED &&
	       line->leg_kind == LEG_RESULT && line->state == LEG_DELIVERED;
}

static json_t *actor_json(const char *actor)
{
	g_autofree char *start =
		g_utf8_substring(actor, 0, MIN(g_utf8_strlen(actor, -1), PORTAL_ACTOR_MAX));

	return json_string(start);
}

static json_t *value_json(const struct member *member, const struct dvcqg_subject *subject)
{
	const struct portal_line *line = subject->line;

	switch (member->value) {
	case VALUE_TEXT:
		return json_string(member->fixed);
	case VALUE_NUMBER:
		return json_integer(g_ascii_strtoll(member->fixed, NULL, 10));
	case VALUE_NO:
		return json_false();
	case VALUE_EMPTY_LIST:
		return json_array();
	case VALUE_DOSSIER_CODE:
		return json_string(subject->dossier_code);
	case VALUE_ACTOR:
		return actor_json(line->actor);
	case VALUE_ROLE:
		return json_string(role_label(line->role));
	case VALUE_OCCURRED_AT:
		return time_json(line->occurred_at_ms);
	case VALUE_RECEIVED_AT:
		return time_json(line->received_at_ms);
	case VALUE_LINE:
		return json_string(line->text);
	case VALUE_STATUS:
		return json_string(is_returned(subject) ? STATUS_RETURNED : "");
	case VALUE_UNIT:
		return json_string(subject->unit);
	case VALUE_OFFICE:
		return json_string(line->office);
	case VALUE_OWNER:
		return json_string(line->owner);
	case VALUE_PROCEDURE:
		return json_string(line->procedure);
	case VALUE_PROCEDURE_NAME:
		return json_string(line->procedure_name);
	case VALUE_RETURNED_TYPE:
		return json_integer(line->service & SERVICE_RECEIVE ? 1 : 0);
	}
	g_assert_not_reached();
}

char *lgsp_message_make(enum lgsp_service service, const struct dvcqg_subject *subject)
{
	const struct member *members = service == LGSP_TRACE ? trace_members : document_members;
	size_t count =
		service == LGSP_TRACE ? ARRAY_SIZE(trace_members) : ARRAY_SIZE(document_members);
	json_t *object = json_object();
	char *text;
	char *ours;

	for (size_t i = 0; i < count; i++) {
		json_object_set_new(object, members[i].name, value_json(&members[i], subject));
	}
	text = json_dumps(object, JSON_COMPACT);
	g_assert(text);
	ours = g_strdup(text);
	json_decref(object);
	free(text);
	return ours;
}

/* As these platforms spell their names: first letter large, or not. */
static const json_t *member_of(const json_t *answer, const char *upper, const char *lower)
{
	const json_t *value = json_object_get(answer, upper);

	return value ? value : json_object_get(answer, lower);
}

/* A number, a text that is one, or a flag. */
static bool read_status(const json_t *answer, long long *ret_status)
{
	const json_t *status = member_of(answer, "Status", "status");
	const char *text = json_string_value(status);
	char *end = NULL;

	if (json_is_integer(status)) {
		*ret_status = json_integer_value(status);
		return true;
	}
	if (json_is_boolean(status)) {
		*ret_status = json_is_true(status);
		return true;
	}
	if (!text || text[0] == '\0') {
		return false;
	}
	*ret_status = g_ascii_strtoll(text, &end, 10);
	return *end == '\0';
}

static bool has_any(const char *words, const char *const *wanted, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strstr(words, wanted[i])) {
			return true;
		}
	}
	return false;
}
#define HAS_ANY(words, list) has_any(words, list, ARRAY_SIZE(list))

static bool says_success(const char *words)
{
	return HAS_ANY(words, words_success) || strcmp(words, word_ok) == 0;
}

static bool is_success(long long status)
{
	for (size_t i = 0; i < ARRAY_SIZE(codes_success); i++) {
		if (codes_success[i] == status) {
			return true;
		}
	}
	return false;
}

static enum dvcqg_said read_refusal(long long status, const char *words)
{
	if (status == 401 || (HAS_ANY(words, words_token) && HAS_ANY(words, words_ended))) {
		return DVCQG_SAID_NO_SESSION;
	}
	if (HAS_ANY(words, words_no_document)) {
		return DVCQG_SAID_NO_DOSSIER;
	}
	/* A no without a word for it, or with a word for yes, is anybody's. */
	return words[0] && !says_success(words) ? DVCQG_SAID_NO : DVCQG_SAID_STRANGE;
}

static enum dvcqg_said read_object(enum lgsp_service service, const json_t *answer,
	const struct dvcqg_subject *subject, bool in_doubt)
{
	const char *message = json_string_value(member_of(answer, "Message", "message"));
	const char *about = json_string_value(json_object_get(answer, "DocCode"));
	g_autofree char *words = text_fold(message ? message : "");
	long long status;

	if (!read_status(answer, &status) || (about && strcmp(about, subject->dossier_code) != 0)) {
		return DVCQG_SAID_STRANGE;
	}
	if (HAS_ANY(words, words_exists)) {
		/* Of a line that was never sent it proves nothing: these platforms do not tell lines apart. */
		return service == LGSP_DOCUMENT || in_doubt ? DVCQG_SAID_YES : DVCQG_SAID_STRANGE;
	}
	if (!is_success(status)) {
		return read_refusal(status, words);
	}
	return says_success(words) && !HAS_ANY(words, words_failure) ? DVCQG_SAID_YES
								     : DVCQG_SAID_STRANGE;
}

enum dvcqg_said lgsp_message_read(enum lgsp_service service, const char *answer,
	size_t answer_bytes, const struct dvcqg_subject *subject, bool in_doubt)
{
	enum dvcqg_said said = DVCQG_SAID_STRANGE;
	json_t *json;

	if (answer_bytes == 0) {
		return DVCQG_SAID_NOTHING;
	}
	json = json_loadb(answer, answer_bytes, JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(json)) {
		said = read_object(service, json, subject, in_doubt);
	}
	json_decref(json);
	return said;
}
