#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>
#include <jansson.h>

#include "portal/dvcqg_message.h"

#define CODE "000.00.05.H06-210715-0001"

static const struct portal_line line = {
	.dseq = 7,
	.kind = EVENT_DELIVERED,
	.leg_kind = LEG_RESULT,
	.state = LEG_DELIVERED,
	.role = ROLE_COURIER,
	.occurred_at_ms = 1626770701000, /* 2021-07-20 15:45:01 in Hà Nội */
	.received_at_ms = 1626338701000,
	.service = 3,
	.item_code = "RR123456785VN",
	.actor = "Nguyễn Văn A",
	.office = "Bưu điện TP Vũng Tàu",
	.text = "Bưu điện đã phát kết quả cho người nhận (RR123456785VN, bước 7)",
	.owner = "Trần Thị B",
	.procedure = "1.004222",
};

static struct dvcqg_subject subject_of(const struct portal_line *about)
{
	return (struct dvcqg_subject){.session = "S",
		.unit = "000.00.00.H06",
		.dossier_code = CODE,
		.line = about,
		.set_returned = true};
}

/* The text of @name in the one object that @service sends of @about. The caller frees it. */
static char *sent(enum dvcqg_service service, const struct dvcqg_subject *subject, const char *name)
{
	g_autofree char *text = dvcqg_message_make(service, subject);
	json_t *json = json_loads(text, 0, NULL);
	json_t *data = json_object_get(json, "data");
	char *value;

	assert_int_equal(json_array_size(data), 1);
	value = g_strdup(json_string_value(json_object_get(json_array_get(data, 0), name)));
	json_decref(json);
	assert_non_null(value);
	return value;
}

static void assert_sent(const struct dvcqg_subject *subject, const char *name, const char *value)
{
	g_autofree char *is = sent(DVCQG_PROGRESS, subject, name);

	assert_string_equal(is, value);
}

static void times_are_local_and_without_signs(void **state)
{
	struct dvcqg_subject subject = subject_of(&line);

	(void)state;
	assert_sent(&subject, "ThoiDiemXuLy", "20210720154501");
}

static void a_long_name_is_cut_by_characters(void **state)
{
	struct portal_line long_line = line;
	struct dvcqg_subject subject = subject_of(&long_line);
	GString *name = g_string_new(NULL);
	g_autofree char *cut = NULL;

	(void)state;
	for (int i = 0; i < 50; i++) {
		g_string_append(name, "ễ");
	}
	g_strlcpy(long_line.actor, name->str, sizeof long_line.actor);
	assert_sent(&subject, "NguoiXuLy", long_line.actor);
	g_string_append(name, "ễ");
	g_strlcpy(long_line.actor, name->str, sizeof long_line.actor);
	g_string_free(name, TRUE);
	cut = sent(DVCQG_PROGRESS, &subject, "NguoiXuLy");
	assert_int_equal(g_utf8_strlen(cut, -1), 49);
	assert_true(g_str_has_suffix(cut, "ễ..."));
}

static void returned_is_said_only_of_a_result_in_the_citizens_hands(void **state)
{
	(void)state;
	for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
		for (int leg_kind = 0; leg_kind < LEG_KIND_COUNT; leg_kind++) {
			struct portal_line other = line;
			struct dvcqg_subject subject = subject_of(&other);

			other.kind = (enum event_kind)kind;
			other.leg_kind = (enum leg_kind)leg_kind;
			assert_sent(&subject, "TrangThai",
				kind == EVENT_DELIVERED && leg_kind == LEG_RESULT ? "10" : "");
			subject.set_returned = false;
			assert_sent(&subject, "TrangThai", "");
		}
	}
}

static void all_values_are_texts(void **state)
{
	static const enum dvcqg_service services[] = {DVCQG_PROGRESS, DVCQG_DOSSIER};
	struct dvcqg_subject subject = subject_of(&line);

	(void)state;
	for (int i = 0; i < 2; i++) {
		g_autofree char *text = dvcqg_message_make(services[i], &subject);
		json_t *json = json_loads(text, 0, NULL);
		const char *name;
		json_t *value;

		json_object_foreach(json_array_get(json_object_get(json, "data"), 0), name, value)
		{
			assert_true(json_is_string(value));
		}
		json_decref(json);
	}
}

static void a_dossier_without_procedure_name_still_has_a_summary(void **state)
{
	struct dvcqg_subject subject = subject_of(&line);
	g_autofree char *summary = sent(DVCQG_DOSSIER, &subject, "TrichYeuHoSo");
	g_autofree char *channel = sent(DVCQG_DOSSIER, &subject, "KenhThucHien");

	(void)state;
	assert_true(strlen(summary) > 0);
	assert_string_equal(channel, "3");
}

static enum dvcqg_said said(enum dvcqg_service service, const char *answer)
{
	struct dvcqg_subject subject = subject_of(&line);

	return dvcqg_message_read(service, answer, strlen(answer), &subject);
}

static void answers_are_read_tolerantly_but_not_blindly(void **state)
{
	/* clang-format off */
	static const struct {
		enum dvcqg_service service;
		const char *answer;
		enum dvcqg_said said;
	} cases[] = {
		{DVCQG_PROGRESS, "{\"error_code\":0,\"message\":\"Cập nhật thành công\"}", DVCQG_SAID_YES},
		{DVCQG_PROGRESS, "{\"error_code\":\"0\",\"message\":\"THÀNH CÔNG\"}", DVCQG_SAID_YES},
		{DVCQG_PROGRESS, "{\"error_code\":\"00\",\"message\":\"Tha\xcc\x80nh co\xcc\x82ng\"}", DVCQG_SAID_YES},
		{DVCQG_PROGRESS, "{\"error_code\":0}", DVCQG_SAID_STRANGE},
		{DVCQG_PROGRESS, "{\"error_code\":\"\",\"message\":\"thành công\"}", DVCQG_SAID_STRANGE},
		{DVCQG_PROGRESS, "{\"error_code\":null,\"message\":\"thành công\"}", DVCQG_SAID_STRANGE},
		{DVCQG_PROGRESS, "{\"error_code\":\"0x\",\"message\":\"thành công\"}", DVCQG_SAID_STRANGE},
		{DVCQG_PROGRESS, "{\"message\":\"thành công\"}", DVCQG_SAID_STRANGE},
		{DVCQG_PROGRESS, "{\"error_code\":-1,\"message\":\"không thành công\"}", DVCQG_SAID_NO},
		{DVCQG_PROGRESS, "{\"error_code\":0,\"message\":\"thành công\",\"MaHoSo\":\"" CODE "\"}", DVCQG_SAID_YES},
		{DVCQG_PROGRESS, "{\"error_code\":0,\"message\":\"thành công\",\"MaHoSo\":\"H06-1\"}", DVCQG_SAID_STRANGE},
		{DVCQG_PROGRESS, "{\"error_code\":0,\"message\":\"thành công\"", DVCQG_SAID_STRANGE},
		{DVCQG_PROGRESS, "{\"error_code\":-1,\"error_code\":0,\"message\":\"thành công\"}", DVCQG_SAID_STRANGE},
		{DVCQG_PROGRESS, "<html>thành công</html>", DVCQG_SAID_STRANGE},
		{DVCQG_PROGRESS, "[]", DVCQG_SAID_STRANGE},
		{DVCQG_PROGRESS, "", DVCQG_SAID_NOTHING},
		{DVCQG_PROGRESS, "{\"error_code\":0,\"message\":\"Tiến độ đã tồn tại\"}", DVCQG_SAID_STRANGE},
		{DVCQG_PROGRESS, "{\"error_code\":-1,\"message\":\"Hồ sơ không tồn tại\"}", DVCQG_SAID_NO_DOSSIER},
		{DVCQG_PROGRESS, "{\"error_code\":\"-1\",\"message\":\"Session hết hạn\"}", DVCQG_SAID_NO_SESSION},
		{DVCQG_PROGRESS, "{\"error_code\":401,\"message\":\"Phiên làm việc không hợp lệ\"}", DVCQG_SAID_NO_SESSION},
		{DVCQG_PROGRESS, "{\"error_code\":-1,\"message\":\"Sai định dạng ngày\"}", DVCQG_SAID_NO},
		{DVCQG_DOSSIER, "{\"error_code\":0,\"message\":\"Hồ sơ đã tồn tại\"}", DVCQG_SAID_YES},
		{DVCQG_DOSSIER, "{\"error_code\":\"3\",\"message\":\"Hồ sơ đã tồn tại\"}", DVCQG_SAID_YES},
		{DVCQG_DOSSIER, "{\"error_code\":-3,\"message\":\"Hồ sơ ĐÃ TỒN TẠI\"}", DVCQG_SAID_YES},
		{DVCQG_DOSSIER, "{\"error_code\":-1,\"message\":\"Hồ sơ đã tồn tại\"}", DVCQG_SAID_NO},
		{DVCQG_DOSSIER, "{\"error_code\":0,\"message\":\"Thành công\"}", DVCQG_SAID_YES},
		{DVCQG_LOGIN, "{\"error_code\":0,\"session\":\"abc\"}", DVCQG_SAID_YES},
		{DVCQG_LOGIN, "{\"error_code\":0,\"session\":\"\"}", DVCQG_SAID_STRANGE},
		{DVCQG_LOGIN, "{\"error_code\":0}", DVCQG_SAID_STRANGE},
		{DVCQG_LOGIN, "{\"error_code\":-1,\"message\":\"Sai mật khẩu\"}", DVCQG_SAID_NO},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(said(cases[i].service, cases[i].answer), cases[i].said);
	}
}

#define OUR_LINE                                                                                   \
	"{\"ThoiDiemXuLy\":\"20210720154501\",\"NoiDungXuLy\":"                                    \
	"\"Bưu điện đã phát kết quả cho người nhận (RR123456785VN, bước 7)\"}"
#define OTHER_LINE "{\"ThoiDiemXuLy\":\"20210720154501\",\"NoiDungXuLy\":\"Cán bộ đã nhận\"}"

static void our_line_is_found_only_in_our_dossier(void **state)
{
	(void)state;
	assert_int_equal(said(DVCQG_QUERY, "{\"error_code\":0,\"data\":[{\"MaHoSo\":\"" CODE
					   "\",\"TienDo\":[" OTHER_LINE "," OUR_LINE "]}]}"),
		DVCQG_SAID_YES);
	assert_int_equal(
		said(DVCQG_QUERY, "{\"error_code\":0,\"data\":{\"HoSo\":{\"MaHoSo\":\"" CODE
				  "\",\"X\":{\"Y\":[" OUR_LINE "]}}}}"),
		DVCQG_SAID_YES);
	assert_int_equal(said(DVCQG_QUERY, "{\"error_code\":0,\"data\":[{\"MaHoSo\":\"" CODE
					   "\",\"TienDo\":[" OTHER_LINE "]}]}"),
		DVCQG_SAID_LINE_MISSING);
	assert_int_equal(said(DVCQG_QUERY, "{\"error_code\":0,\"data\":[{\"MaHoSo\":\"H06-1\","
					   "\"TienDo\":[" OUR_LINE "]}]}"),
		DVCQG_SAID_STRANGE);
	assert_int_equal(
		said(DVCQG_QUERY, "{\"error_code\":0,\"data\":[]}"), DVCQG_SAID_NO_DOSSIER);
	assert_int_equal(said(DVCQG_QUERY, "{\"error_code\":0}"), DVCQG_SAID_STRANGE);
}

static void a_deep_answer_does_not_go_deep(void **state)
{
	GString *deep = g_string_new("{\"error_code\":0,\"data\":");

	(void)state;
	for (int i = 0; i < 500; i++) {
		g_string_append(deep, "[{\"a\":");
	}
	g_string_append(deep, "{\"MaHoSo\":\"" CODE "\"}");
	for (int i = 0; i < 500; i++) {
		g_string_append(deep, "}]");
	}
	g_string_append(deep, "}");
	assert_int_equal(said(DVCQG_QUERY, deep->str), DVCQG_SAID_STRANGE);
	g_string_free(deep, TRUE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_local_and_without_signs),
		cmocka_unit_test(a_long_name_is_cut_by_characters),
		cmocka_unit_test(returned_is_said_only_of_a_result_in_the_citizens_hands),
		cmocka_unit_test(all_values_are_texts),
		cmocka_unit_test(a_dossier_without_procedure_name_still_has_a_summary),
		cmocka_unit_test(answers_are_read_tolerantly_but_not_blindly),
		cmocka_unit_test(our_line_is_found_only_in_our_dossier),
		cmocka_unit_test(a_deep_answer_does_not_go_deep),
	};

	return cmocka_run_group_tests_name("dvcqg_message", tests, NULL, NULL);
}
