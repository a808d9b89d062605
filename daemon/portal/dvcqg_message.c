#include "portal/dvcqg_message.h"

#include <string.h>

#include <glib.h>
#include <jansson.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/text.h"

#define TIME_FORMAT "%Y%m%d%H%M%S" /* Asia/Ho_Chi_Minh */
#define TIME_SIZE 16
#define ACTOR_KEPT 46    /* of PORTAL_ACTOR_MAX, and then three dots */
#define SUMMARY_MAX 1000 /* characters of TrichYeuHoSo */
#define SUMMARY_UNKNOWN "Hồ sơ nộp qua dịch vụ bưu chính công ích"
#define STATUS_RETURNED "10" /* Đã trả kết quả */
#define STATUS_NEW "1"       /* Mới đăng ký */
#define SERVICE_RECEIVE 2    /* bit of portal_line.service: the result comes by post */
#define SEARCH_DEPTH_MAX 6

enum value {
	VALUE_FIXED,
	VALUE_DOSSIER_CODE,
	VALUE_ACTOR,
	VALUE_ROLE,
	VALUE_OCCURRED_AT,
	VALUE_RECEIVED_AT,
	VALUE_OFFICE,
	VALUE_TEXT,
	VALUE_STATUS,
	VALUE_OWNER,
	VALUE_PROCEDURE,
	VALUE_PROCEDURE_NAME,
	VALUE_SUMMARY,
	VALUE_FIELD,
	VALUE_FIELD_NAME,
	VALUE_AGENCY,
	VALUE_RESULT_FORM,
};

struct member {
	const char *name;
	enum value value;
	const char *fixed;
};

/* clang-format off */
static const struct {
	const char *path;
	const char *name;
} services[DVCQG_SERVICE_COUNT] = {
	[DVCQG_LOGIN] = {"/mapi/login", NULL},
	[DVCQG_QUERY] = {"/mapi/g", "TraCuuHoSo"},
	[DVCQG_PROGRESS] = {"/mapi/g", "CapNhatTienDoHoSoMC"},
	[DVCQG_DOSSIER] = {"/mapi/g", "DongBoHoSoMC"},
};

static const struct member progress_members[] = {
	{"MaHoSo", VALUE_DOSSIER_CODE, NULL},
	{"NguoiXuLy", VALUE_ACTOR, NULL},
	{"ChucDanh", VALUE_ROLE, NULL},
	{"ThoiDiemXuLy", VALUE_OCCURRED_AT, NULL},
	{"PhongBanXuLy", VALUE_OFFICE, NULL},
	{"NoiDungXuLy", VALUE_TEXT, NULL},
	{"TrangThai", VALUE_STATUS, NULL},
	{"NgayBatDau", VALUE_FIXED, ""},
	{"NgayKetThucTheoQuyDinh", VALUE_FIXED, ""},
};

static const struct member dossier_members[] = {
	{"MaHoSo", VALUE_DOSSIER_CODE, NULL},
	{"MaTTHC", VALUE_PROCEDURE, NULL},
	{"TenTTHC", VALUE_PROCEDURE_NAME, NULL},
	{"MaLinhVuc", VALUE_FIELD, NULL},
	{"TenLinhVuc", VALUE_FIELD_NAME, NULL},
	{"KenhThucHien", VALUE_FIXED, "3"}, /* qua bưu chính công ích */
	{"ChuHoSo", VALUE_OWNER, NULL},
	{"LoaiDoiTuong", VALUE_FIXED, "1"}, /* người dân */
	{"MaDoiTuong", VALUE_FIXED, ""},
	{"TrichYeuHoSo", VALUE_SUMMARY, NULL},
	{"NgayTiepNhan", VALUE_RECEIVED_AT, NULL},
	{"NgayHenTra", VALUE_FIXED, ""},
	{"NgayTra", VALUE_FIXED, ""},
	{"TrangThaiHoSo", VALUE_FIXED, STATUS_NEW},
	{"HinhThuc", VALUE_RESULT_FORM, NULL},
	{"DonViXuLy", VALUE_AGENCY, NULL},
};

/* Accents, case and đ are folded away before these are looked for. */
static const char words_success[] = "thanh cong";
static const char words_exists[] = "da ton tai";
static const char *const words_no_dossier[] = {"khong ton tai", "khong tim thay"};
static const char *const words_ended[] = {"het han", "khong hop le", "expired", "invalid"};
static const char *const words_session[] = {"session", "phien"};
static const long long codes_exists[] = {0, 3, -3};
/* clang-format on */

const char *dvcqg_message_path(enum dvcqg_service service)
{
	return services[service].path;
}

/* To our own allocator, and gone from jansson's. */
static char *dump_and_free(json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT);
	char *ours = g_strdup(text);

	g_assert(text);
	json_decref(json);
	free(text);
	return ours;
}

char *dvcqg_message_login(const char *user, const char *password)
{
	return dump_and_free(json_pack("{s:s, s:s}", "username", user, "password", password));
}

static char *actor_text(const char *actor)
{
	g_autofree char *start = NULL;

	if (g_utf8_strlen(actor, -1) <= PORTAL_ACTOR_MAX) {
		return g_strdup(actor);
	}
	start = g_utf8_substring(actor, 0, ACTOR_KEPT);
	return g_strconcat(start, "...", NULL);
}

static char *time_text(int64_t ms)
{
	char text[TIME_SIZE];

	clock_format_local(ms, TIME_FORMAT, text, sizeof text);
	return g_strdup(text);
}

static const char *status_text(const struct dvcqg_subject *subject)
{
	const struct portal_line *line = subject->line;
	bool returned = line->kind == EVENT_DELIVERED && line->leg_kind == LEG_RESULT &&
			line->state == LEG_DELIVERED;

	return subject->set_returned && returned ? STATUS_RETURNED : "";
}

static char *summary_text(const char *procedure_name)
{
	if (procedure_name[0] == '\0') {
		return g_strdup(SUMMARY_UNKNOWN); /* the portal refuses an empty one */
	}
	return g_utf8_substring(
		procedure_name, 0, MIN(g_utf8_strlen(procedure_name, -1), SUMMARY_MAX));
}

static char *member_text(const struct member *member, const struct dvcqg_subject *subject)
{
	const struct portal_line *line = subject->line;

	switch (member->value) {
	case VALUE_FIXED:
		return g_strdup(member->fixed);
	case VALUE_DOSSIER_CODE:
		return g_strdup(subject->dossier_code);
	case VALUE_ACTOR:
		return actor_text(line->actor);
	case VALUE_ROLE:
		return g_strdup(role_label(line->role));
	case VALUE_OCCURRED_AT:
		return time_text(line->occurred_at_ms);
	case VALUE_RECEIVED_AT:
		return time_text(line->received_at_ms);
	case VALUE_OFFICE:
		return g_strdup(line->office);
	case VALUE_TEXT:
		return g_strdup(line->text);
	case VALUE_STATUS:
		return g_strdup(status_text(subject));
	case VALUE_OWNER:
		return g_strdup(line->owner);
	case VALUE_PROCEDURE:
		return g_strdup(line->procedure);
	case VALUE_PROCEDURE_NAME:
		return g_strdup(line->procedure_name);
	case VALUE_SUMMARY:
		return summary_text(line->procedure_name);
	case VALUE_FIELD:
		return g_strdup(line->field);
	case VALUE_FIELD_NAME:
		return g_strdup(line->field_name);
	case VALUE_AGENCY:
		return g_strdup(line->agency);
	case VALUE_RESULT_FORM:
		return g_strdup(line->service & SERVICE_RECEIVE ? "1" : "0");
	}
	g_assert_not_reached();
}

static json_t *make_object(
	const struct member *members, size_t count, const struct dvcqg_subject *subject)
{
	json_t *object = json_object();

	for (size_t i = 0; i < count; i++) {
		g_autofree char *text = member_text(&members[i], subject);

		json_object_set_new(object, members[i].name, json_string(text));
	}
	return object;
}

char *dvcqg_message_make(enum dvcqg_service service, const struct dvcqg_subject *subject)
{
	json_t *message = json_pack("{s:s, s:s, s:s}", "session", subject->session, "madonvi",
		subject->unit, "service", services[service].name);
	json_t *object = NULL;

	g_assert(message);
	if (service == DVCQG_QUERY) {
		json_object_set_new(message, "mahoso", json_string(subject->dossier_code));
		return dump_and_free(message);
	}
	if (service == DVCQG_PROGRESS) {
		object = make_object(progress_members, ARRAY_SIZE(progress_members), subject);
	} else {
		object = make_object(dossier_members, ARRAY_SIZE(dossier_members), subject);
		json_object_set_new(message, "isUpdating", json_string("False"));
	}
	json_object_set_new(message, "data", json_pack("[o]", object));
	return dump_and_free(message);
}

/* A number, or a text that is one. */
static bool read_code(json_t *answer, long long *ret_code)
{
	json_t *code = json_object_get(answer, "error_code");
	const char *text = json_string_value(code);
	char *end = NULL;

	if (json_is_integer(code)) {
		*ret_code = json_integer_value(code);
		return true;
	}
	if (!text || text[0] == '\0') {
		return false;
	}
	*ret_code = g_ascii_strtoll(text, &end, 10);
	return *end == '\0';
}

static bool member_is(json_t *object, const char *name, const char *value)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text && strcmp(text, value) == 0;
}

static bool is_dossier(json_t *object, const struct dvcqg_subject *subject)
{
	return member_is(object, "MaHoSo", subject->dossier_code);
}

/* The text carries the item code and the step, so no other line is like it. */
static bool is_line(json_t *object, const struct dvcqg_subject *subject)
{
	g_autofree char *time = time_text(subject->line->occurred_at_ms);

	return member_is(object, "ThoiDiemXuLy", time) &&
	       member_is(object, "NoiDungXuLy", subject->line->text);
}

/* The first object inside @json, itself included, that @matches. Nobody wrote down how they nest
 * them. */
static json_t *find_object(json_t *json, unsigned depth, const struct dvcqg_subject *subject,
	bool (*matches)(json_t *, const struct dvcqg_subject *))
{
	json_t *found = NULL;
	const char *name;
	json_t *child;
	size_t i;

	if (depth == 0) {
		return NULL;
	}
	if (json_is_array(json)) {
		for (i = 0; i < json_array_size(json) && !found; i++) {
			found = find_object(json_array_get(json, i), depth - 1, subject, matches);
		}
		return found;
	}
	if (json_is_object(json) && matches(json, subject)) {
		return json;
	}
	json_object_foreach(json, name, child)
	{
		found = found ? found : find_object(child, depth - 1, subject, matches);
	}
	return found;
}

static enum dvcqg_said read_query(json_t *answer, const struct dvcqg_subject *subject)
{
	json_t *data = json_object_get(answer, "data");
	json_t *dossier = find_object(data, SEARCH_DEPTH_MAX, subject, is_dossier);

	if (dossier) {
		return find_object(dossier, SEARCH_DEPTH_MAX, subject, is_line)
			       ? DVCQG_SAID_YES
			       : DVCQG_SAID_LINE_MISSING;
	}
	if (json_is_array(data) && json_array_size(data) == 0) {
		return DVCQG_SAID_NO_DOSSIER;
	}
	return DVCQG_SAID_STRANGE;
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

static bool says_exists(long long code, const char *words)
{
	for (size_t i = 0; i < ARRAY_SIZE(codes_exists); i++) {
		if (code == codes_exists[i] && strstr(words, words_exists)) {
			return true;
		}
	}
	return false;
}

static enum dvcqg_said read_success(enum dvcqg_service service, json_t *answer, const char *words,
	const struct dvcqg_subject *subject)
{
	const char *session;

	switch (service) {
	case DVCQG_LOGIN:
		session = json_string_value(json_object_get(answer, "session"));
		return session && session[0] ? DVCQG_SAID_YES : DVCQG_SAID_STRANGE;
	case DVCQG_QUERY:
		return read_query(answer, subject);
	case DVCQG_PROGRESS:
	case DVCQG_DOSSIER:
		return strstr(words, words_success) ? DVCQG_SAID_YES : DVCQG_SAID_STRANGE;
	case DVCQG_SERVICE_COUNT:
		break;
	}
	g_assert_not_reached();
}

static enum dvcqg_said read_refusal(const char *words)
{
	if (has_any(words, words_session, ARRAY_SIZE(words_session)) &&
		has_any(words, words_ended, ARRAY_SIZE(words_ended))) {
		return DVCQG_SAID_NO_SESSION;
	}
	if (has_any(words, words_no_dossier, ARRAY_SIZE(words_no_dossier))) {
		return DVCQG_SAID_NO_DOSSIER;
	}
	return DVCQG_SAID_NO;
}

static enum dvcqg_said read_object(
	enum dvcqg_service service, json_t *answer, const struct dvcqg_subject *subject)
{
	const char *message = json_string_value(json_object_get(answer, "message"));
	g_autofree char *words = text_fold(message ? message : "");
	const char *about = json_string_value(json_object_get(answer, "MaHoSo"));
	long long code;

	if (!read_code(answer, &code)) {
		return DVCQG_SAID_STRANGE;
	}
	if (about && subject && strcmp(about, subject->dossier_code) != 0) {
		return DVCQG_SAID_STRANGE;
	}
	if (says_exists(code, words)) {
		/* Said of a progress line it proves nothing: these portals do not tell lines apart.
		 */
		return service == DVCQG_DOSSIER ? DVCQG_SAID_YES : DVCQG_SAID_STRANGE;
	}
	return code == 0 ? read_success(service, answer, words, subject) : read_refusal(words);
}

enum dvcqg_said dvcqg_message_read(enum dvcqg_service service, const char *answer,
	size_t answer_bytes, const struct dvcqg_subject *subject)
{
	enum dvcqg_said said = DVCQG_SAID_STRANGE;
	json_t *json;

	if (answer_bytes == 0) {
		return DVCQG_SAID_NOTHING;
	}
	json = json_loadb(answer, answer_bytes, JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(json)) {
		said = read_object(service, json, subject);
	}
	json_decref(json);
	return said;
}

char *dvcqg_message_session(const char *answer, size_t answer_bytes)
{
	json_t *json = json_loadb(answer, answer_bytes, JSON_REJECT_DUPLICATES, NULL);
	char *session = g_strdup(json_string_value(json_object_get(json, "session")));

	json_decref(json);
	return session;
}
