#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>
#include <jansson.h>

#include "portal/lgsp_message.h"
#include "portal/token.h"

#define CODE "000.00.05.H06-210715-0001"

static const struct portal_line line = {
	.dseq = 7,
	.kind = EVENT_DELIVERED,
	.leg_kind = LEG_RESULT,
	.state = LEG_DELIVERED,
	.role = ROLE_COURIER,
	.occurred_at_ms = 1626770701000, /* 2021-07-20 08:45:01 UTC */
	.received_at_ms = 1626338701000,
	.service = 3,
	.actor = "Nguyễn Văn A",
	.office = "Bưu điện TP Vũng Tàu",
	.text = "Bưu điện đã phát kết quả cho người nhận (RR123456785VN, bước 7)",
	.owner = "Trần Thị B",
	.procedure = "1.004222",
};

static struct dvcqg_subject subject_of(const struct portal_line *about)
{
	return (struct dvcqg_subject){
		.unit = "000.00.00.H06", .dossier_code = CODE, .line = about, .set_returned = true};
}

static json_t *made(enum lgsp_service service, const struct dvcqg_subject *subject)
{
	g_autofree char *text = lgsp_message_make(service, subject);
	json_t *json = json_loads(text, 0, NULL);

	assert_non_null(json);
	return json;
}

static void assert_text(const json_t *json, const char *name, const char *value)
{
	assert_string_equal(json_string_value(json_object_get(json, name)), value);
}

static void a_trace_has_what_the_platform_asks_for(void **state)
{
	struct dvcqg_subject subject = subject_of(&line);
	json_t *json = made(LGSP_TRACE, &subject);

	(void)state;
	assert_int_equal(json_object_size(json), 9);
	assert_text(json, "DocCode", CODE);
	assert_text(json, "UserName", "Nguyễn Văn A");
	assert_text(json, "UserPosition", "Bưu tá");
	assert_text(json, "DateCreated", "2021-07-20T08:45:01.000Z");
	assert_text(json, "Comment", line.text);
	assert_text(json, "Status", "10");
	assert_text(json, "OrganizationInchargeIdLevel1", "000.00.00.H06");
	assert_text(json, "OrganizationInchargeName", "Bưu điện TP Vũng Tàu");
	json_decref(json);
}

static void status_10_is_only_set_when_a_result_was_delivered(void **state)
{
	struct portal_line submit = line;
	struct dvcqg_subject subject = subject_of(&submit);
	json_t *json;

	(void)state;
	submit.leg_kind = LEG_SUBMIT;
	json = made(LGSP_TRACE, &subject);
	assert_text(json, "Status", "");
	json_decref(json);
	subject.line = &line;
	subject.set_returned = false;
	json = made(LGSP_TRACE, &subject);
	assert_text(json, "Status", "");
	json_decref(json);
}

static void a_document_says_how_the_result_comes_back(void **state)
{
	struct portal_line send_only = line;
	struct dvcqg_subject subject = subject_of(&line);
	json_t *json = made(LGSP_DOCUMENT, &subject);

	(void)state;
	assert_text(json, "CitizenName", "Trần Thị B");
	assert_int_equal(json_integer_value(json_object_get(json, "ReturnedType")), 1);
	assert_true(json_is_false(json_object_get(json, "IsReturned")));
	assert_true(json_is_array(json_object_get(json, "DocFees")));
	json_decref(json);
	send_only.service = 1;
	subject.line = &send_only;
	json = made(LGSP_DOCUMENT, &subject);
	assert_int_equal(json_integer_value(json_object_get(json, "ReturnedType")), 0);
	json_decref(json);
}

static void answers_are_read_as_they_are_meant(void **state)
{
	static const struct {
		const char *answer;
		bool in_doubt;
		enum dvcqg_said trace, document;
	} cases[] = {
		{"{\"Status\":1,\"Message\":\"Cập nhật thành công\"}", false, DVCQG_SAID_YES,
			DVCQG_SAID_YES},
		{"{\"Status\":\"200\",\"Message\":\"Success\"}", false, DVCQG_SAID_YES,
			DVCQG_SAID_YES},
		{"{\"status\":100,\"message\":\"OK\"}", false, DVCQG_SAID_YES, DVCQG_SAID_YES},
		{"{\"Status\":true,\"Message\":\"Thành Công\"}", false, DVCQG_SAID_YES,
			DVCQG_SAID_YES},
		{"{\"Status\":1}", false, DVCQG_SAID_STRANGE, DVCQG_SAID_STRANGE},
		{"{\"Status\":1,\"Message\":\"Token tạm\"}", false, DVCQG_SAID_STRANGE,
			DVCQG_SAID_STRANGE},
		{"{\"Status\":1,\"Message\":\"Không thành công\"}", false, DVCQG_SAID_STRANGE,
			DVCQG_SAID_STRANGE},
		{"{\"Status\":0,\"Message\":\"Thành công\"}", false, DVCQG_SAID_STRANGE,
			DVCQG_SAID_STRANGE},
		{"{\"Status\":0}", false, DVCQG_SAID_STRANGE, DVCQG_SAID_STRANGE},
		{"{\"Status\":0,\"Message\":\"Thiếu DocCode\"}", false, DVCQG_SAID_NO,
			DVCQG_SAID_NO},
		{"{\"Status\":false,\"Message\":\"Lỗi dữ liệu\"}", false, DVCQG_SAID_NO,
			DVCQG_SAID_NO},
		{"{\"Status\":404,\"Message\":\"Hồ sơ không tồn tại\"}", false,
			DVCQG_SAID_NO_DOSSIER, DVCQG_SAID_NO_DOSSIER},
		{"{\"Status\":0,\"Message\":\"Document not found\"}", false, DVCQG_SAID_NO_DOSSIER,
			DVCQG_SAID_NO_DOSSIER},
		{"{\"Status\":0,\"Message\":\"Hồ sơ đã tồn tại\"}", false, DVCQG_SAID_STRANGE,
			DVCQG_SAID_YES},
		{"{\"Status\":0,\"Message\":\"Hồ sơ đã tồn tại\"}", true, DVCQG_SAID_YES,
			DVCQG_SAID_YES},
		{"{\"Status\":0,\"Message\":\"Token hết hạn\"}", false, DVCQG_SAID_NO_SESSION,
			DVCQG_SAID_NO_SESSION},
		{"{\"Status\":401,\"Message\":\"\"}", false, DVCQG_SAID_NO_SESSION,
			DVCQG_SAID_NO_SESSION},
		{"{\"Status\":1,\"Message\":\"Thành công\",\"DocCode\":\"other\"}", false,
			DVCQG_SAID_STRANGE, DVCQG_SAID_STRANGE},
		{"{\"Status\":\"ok\",\"Message\":\"Thành công\"}", false, DVCQG_SAID_STRANGE,
			DVCQG_SAID_STRANGE},
		{"{\"Message\":\"Thành công\"}", false, DVCQG_SAID_STRANGE, DVCQG_SAID_STRANGE},
		{"<html>", false, DVCQG_SAID_STRANGE, DVCQG_SAID_STRANGE},
		{"[]", false, DVCQG_SAID_STRANGE, DVCQG_SAID_STRANGE},
		{"{\"Status\":1,\"Mess", false, DVCQG_SAID_STRANGE, DVCQG_SAID_STRANGE},
		{"", false, DVCQG_SAID_NOTHING, DVCQG_SAID_NOTHING},
	};
	struct dvcqg_subject subject = subject_of(&line);

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		size_t length = strlen(cases[i].answer);
		assert_int_equal(lgsp_message_read(LGSP_TRACE, cases[i].answer, length, &subject,
					 cases[i].in_doubt),
			cases[i].trace);
		assert_int_equal(lgsp_message_read(LGSP_DOCUMENT, cases[i].answer, length, &subject,
					 cases[i].in_doubt),
			cases[i].document);
	}
}

static void a_token_is_taken_only_whole(void **state)
{
	static const struct {
		const char *answer;
		enum body_class class;
		int64_t good_for_ms;
	} cases[] = {
		{"{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":3600}",
			BODY_PROOF, 3600000},
		{"{\"access_token\":\"abc\",\"token_type\":\"bearer\",\"expires_in\":\"60\"}",
			BODY_PROOF, 60000},
		{"{\"access_token\":\"abc\"}", BODY_PROOF, 0},
		{"{\"access_token\":\"abc\",\"expires_in\":-5}", BODY_PROOF, 0},
		{"{\"access_token\":\"a\\r\\nb\"}", BODY_STRANGE, 0},
		{"{\"access_token\":\"a b\"}", BODY_STRANGE, 0},
		{"{\"access_token\":\"\"}", BODY_STRANGE, 0},
		{"{\"access_token\":7}", BODY_STRANGE, 0},
		{"{\"access_token\":\"abc\",\"token_type\":\"mac\"}", BODY_STRANGE, 0},
		{"{\"error\":\"invalid_client\"}", BODY_REFUSAL, 0},
		{"{\"access_token\":\"abc\"", BODY_STRANGE, 0},
		{"<html>", BODY_STRANGE, 0},
		{"", BODY_NONE, 0},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *token = NULL;
		int64_t good_for_ms = 0;

		assert_int_equal(
			token_read(cases[i].answer, strlen(cases[i].answer), &token, &good_for_ms),
			cases[i].class);
		assert_true(good_for_ms == cases[i].good_for_ms);
		assert_true((token != NULL) == (cases[i].class == BODY_PROOF));
	}
}

static void a_token_is_fetched_anew_before_its_end(void **state)
{
	(void)state;
	assert_true(token_good_until(1000, 3600000) == 1000 + 3600000 - 30000);
	assert_true(token_good_until(1000, 8000) == 1000 + 6000);
	assert_true(token_good_until(1000, 0) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_trace_has_what_the_platform_asks_for),
		cmocka_unit_test(status_10_is_only_set_when_a_result_was_delivered),
		cmocka_unit_test(a_document_says_how_the_result_comes_back),
		cmocka_unit_test(answers_are_read_as_they_are_meant),
		cmocka_unit_test(a_token_is_taken_only_whole),
		cmocka_unit_test(a_token_is_fetched_anew_before_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
