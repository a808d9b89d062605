#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "base/uuid7.h"
#include "portal/line.h"

static struct portal_line example(void)
{
	struct portal_line line = {
		.dseq = 7,
		.kind = EVENT_DELIVERED,
		.leg_kind = LEG_RESULT,
		.state = LEG_DELIVERED,
		.role = ROLE_COURIER,
		.occurred_at_ms = 1626770701000,
		.received_at_ms = 1626338701000,
		.service = 3,
		.item_code = "RR123456785VN",
		.actor = "Nguyễn Văn A",
		.office = "Bưu điện TP Vũng Tàu",
		.owner = "Trần \"Thị\" B",
		.procedure = "1.004222",
		.procedure_name = "Đăng ký thường trú",
		.field = "G01-LT01",
		.field_name = "Đăng ký, quản lý cư trú",
		.agency = "000.00.05.H06",
	};

	line.key = uuid7_make(line.occurred_at_ms);
	portal_line_compose_text(&line, "");
	return line;
}

static void it_tells_where_the_item_is_and_nothing_else(void **state)
{
	static const enum event_kind silent[] = {EVENT_REQUESTED, EVENT_ASSIGNED,
		EVENT_PICKUP_FAILED, EVENT_HELD, EVENT_FEE, EVENT_NOTE, EVENT_BOUND,
		/* what the agency says itself is not told it again */
		EVENT_RESULT_READY, EVENT_SUPPLEMENT_ASKED, EVENT_DECLINED, EVENT_DUE_CHANGED,
		EVENT_WITHDRAWN, EVENT_CLOSED};

	(void)state;
	for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
		bool told = true;

		for (size_t i = 0; i < sizeof silent / sizeof silent[0]; i++) {
			told = told && silent[i] != (enum event_kind)kind;
		}
		assert_int_equal(portal_line_is_pushed((enum event_kind)kind), told);
	}
	assert_false(portal_line_is_pushed(EVENT_KIND_COUNT));
}

static void the_citizen_reads_what_happened(void **state)
{
	struct portal_line line = example();

	(void)state;
	assert_string_equal(
		line.text, "Bưu điện đã phát kết quả cho người nhận (RR123456785VN, bước 7)");
	line.leg_kind = LEG_SUBMIT;
	portal_line_compose_text(&line, "Lê Thị C");
	assert_string_equal(line.text,
		"Bưu điện đã bàn giao hồ sơ cho cơ quan: Lê Thị C (RR123456785VN, bước 7)");
	line.kind = EVENT_ACCEPTED;
	portal_line_compose_text(&line, "");
	assert_string_equal(
		line.text, "Bưu điện đã nhận hồ sơ từ người gửi (RR123456785VN, bước 7)");
	line.kind = EVENT_DELIVERY_FAILED;
	line.leg_kind = LEG_RESULT;
	portal_line_compose_text(&line, "lần 2, Vắng nhà, hẹn phát lại");
	assert_string_equal(line.text,
		"Phát chưa thành công kết quả: lần 2, Vắng nhà, hẹn phát lại "
		"(RR123456785VN, bước 7)");
	line.kind = EVENT_VOID;
	portal_line_compose_text(&line, "");
	assert_true(g_str_has_prefix(line.text, "Đính chính: "));
}

/* Where an item comes from, and where it goes. */
static void lines_of_further_legs_name_the_right_ends(void **state)
{
	static const struct {
		enum leg_kind leg;
		enum event_kind kind;
		const char *words;
	} cases[] = {
		{LEG_SLIP, EVENT_ACCEPTED, "Bưu điện đã nhận giấy hẹn từ cơ quan"},
		{LEG_SLIP, EVENT_DELIVERED, "Bưu điện đã phát giấy hẹn cho người nhận"},
		{LEG_SUPPLEMENT_OUT, EVENT_ACCEPTED,
			"Bưu điện đã nhận yêu cầu bổ sung hồ sơ từ cơ quan"},
		{LEG_SUPPLEMENT_IN, EVENT_ACCEPTED, "Bưu điện đã nhận hồ sơ bổ sung từ người gửi"},
		{LEG_SUPPLEMENT_IN, EVENT_DELIVERED,
			"Bưu điện đã bàn giao hồ sơ bổ sung cho cơ quan"},
		{LEG_REFUSED, EVENT_ACCEPTED,
			"Bưu điện đã nhận hồ sơ không được tiếp nhận từ cơ quan"},
		{LEG_RECLAIM, EVENT_DELIVERED, "Bưu điện đã bàn giao giấy tờ thu hồi cho cơ quan"},
		{LEG_INTER, EVENT_ACCEPTED, "Bưu điện đã nhận hồ sơ liên thông từ cơ quan"},
		{LEG_INTER, EVENT_OUT_FOR_DELIVERY,
			"Bưu điện đang đi giao hồ sơ liên thông cho cơ quan"},
		{LEG_INTER, EVENT_DELIVERED, "Bưu điện đã bàn giao hồ sơ liên thông cho cơ quan"},
		{LEG_INTER, EVENT_RETURNED, "Bưu điện đã hoàn trả hồ sơ liên thông cho cơ quan"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct portal_line line = example();

		line.leg_kind = cases[i].leg;
		line.kind = cases[i].kind;
		portal_line_compose_text(&line, "");
		assert_true(g_str_has_prefix(line.text, cases[i].words));
	}
}

static void every_kind_of_every_leg_has_words(void **state)
{
	(void)state;
	for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
		for (int leg_kind = 0; leg_kind < LEG_KIND_COUNT; leg_kind++) {
			struct portal_line line = example();

			line.kind = (enum event_kind)kind;
			line.leg_kind = (enum leg_kind)leg_kind;
			portal_line_compose_text(&line, "");
			assert_true(g_utf8_validate(line.text, -1, NULL));
			assert_true(g_str_has_suffix(line.text, " (RR123456785VN, bước 7)"));
			assert_null(strchr(line.text, '%'));
			assert_null(strstr(line.text, "null"));
		}
	}
}

static void phones_and_identity_numbers_do_not_get_out(void **state)
{
	static const char *const secrets[] = {"0912345678", "091 234 5678", "0912.345.678",
		"+84912345678", "079123456789", "gọi 0254-385-1234 nhé"};
	struct portal_line line = example();

	(void)state;
	for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
		portal_line_compose_text(&line, secrets[i]);
		assert_non_null(strstr(line.text, "***"));
		assert_true(g_str_has_suffix(line.text, " (RR123456785VN, bước 7)"));
		*strrchr(line.text, '(') = '\0';
		assert_null(strstr(line.text, "345"));
		assert_null(strstr(line.text, "385"));
	}
	portal_line_compose_text(&line, "biên bản 2026-11/45, hẹn 25-11-2026 14 giờ");
	assert_non_null(strstr(line.text, "biên bản 2026-11/45, hẹn 25-11-2026 14 giờ"));
}

static void a_long_detail_is_cut_and_the_code_stays(void **state)
{
	struct portal_line line = example();
	GString *detail = g_string_new(NULL);

	(void)state;
	for (int pad = 0; pad < 4; pad++) {
		g_string_truncate(detail, 0);
		g_string_append_printf(detail, "%.*s", pad, "xxxx");
		while (detail->len < 2 * NOTE_MAX) {
			g_string_append(detail, "ộ");
		}
		portal_line_compose_text(&line, detail->str);
		assert_true(strlen(line.text) > NOTE_MAX - 4);
		assert_true(g_utf8_validate(line.text, -1, NULL));
		assert_true(g_str_has_suffix(line.text, "ộ (RR123456785VN, bước 7)"));
	}
	g_string_free(detail, TRUE);
}

static void the_outbox_gives_back_what_it_got(void **state)
{
	struct portal_line line = example();
	struct portal_line back;
	g_autofree char *json = portal_line_to_json(&line);
	g_autofree char *dossier = portal_line_dossier_to_json(&line);
	g_autofree char *again = NULL;
	g_autofree char *dossier_again = NULL;

	(void)state;
	assert_int_equal(portal_line_from_json(json, NULL, &back), HOSO_OK);
	assert_string_equal(back.owner, "");
	assert_string_equal(back.text, line.text);
	assert_int_equal(portal_line_from_json(json, dossier, &back), HOSO_OK);
	assert_memory_equal(&back.key, &line.key, sizeof line.key);
	assert_int_equal(back.dseq, 7);
	assert_int_equal(back.kind, line.kind);
	assert_int_equal(back.role, line.role);
	assert_true(back.occurred_at_ms == line.occurred_at_ms);
	assert_string_equal(back.owner, line.owner);
	assert_string_equal(back.text, line.text);
	again = portal_line_to_json(&back);
	assert_string_equal(again, json);
	dossier_again = portal_line_dossier_to_json(&back);
	assert_string_equal(dossier_again, dossier);
	assert_true(g_str_has_prefix(json, "{\"actor\":\"Nguyễn Văn A\",\"dseq\":7,"));
	assert_true(g_str_has_prefix(dossier, "{\"agency\":"));
	assert_null(strstr(json, ": "));
}

/* @json with the first @from made @to. */
static char *changed(const char *json, const char *from, const char *to)
{
	const char *at = strstr(json, from);

	assert_non_null(at);
	return g_strdup_printf("%.*s%s%s", (int)(at - json), json, to, at + strlen(from));
}

static void what_is_not_ours_is_refused(void **state)
{
	static const struct {
		const char *from;
		const char *to;
	} dossier_changes[] =
		{
			{"\"service\":3", "\"service\":4"},
			{"\"service\":3", "\"service\":-1"},
			{"\"service\":3", "\"service\":3,\"service\":3"},
			{"\"service\":3", "\"service\":3,\"more\":1"},
			{"\"received_at_ms\":", "\"received_at\":"},
			{"\"owner\":\"", "\"owner\":null,\"x\":\""},
			{"}", ""},
		},
	  changes[] = {
		  {"\"dseq\":7", "\"dseq\":-1"},
		  {"\"dseq\":7", "\"dseq\":4294967296"},
		  {"\"dseq\":7", "\"dseq\":\"7\""},
		  {"\"dseq\":7", "\"dseq\":7.5"},
		  {"\"dseq\":7", "\"dseq\":7,\"dseq\":7"},
		  {"\"dseq\":7", "\"dseq\":7,\"more\":1"},
		  {"\"dseq\":7,", ""},
		  {"\"delivered\"", "\"eaten\""},
		  {"\"courier\"", "\"king\""},
		  {"\"result\"", "\"\""},
		  {"\"Nguyễn Văn A\"", "null"},
		  {"\"RR123456785VN\"", "\"RR123456785VN234567890123456789012345678901234567890\""},
		  {"\"key\":\"0", "\"key\":\"x"},
		  {"}", ""},
		  {"{", "[{"},
		  {"}", "} "
			"x"},
	  };
	struct portal_line line = example();
	struct portal_line back = {.dseq = 99};
	g_autofree char *json = portal_line_to_json(&line);
	g_autofree char *dossier = portal_line_dossier_to_json(&line);

	(void)state;
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		g_autofree char *bad = changed(json, changes[i].from, changes[i].to);

		assert_int_equal(portal_line_from_json(bad, dossier, &back), HOSO_BAD_JSON);
	}
	for (size_t i = 0; i < sizeof dossier_changes / sizeof dossier_changes[0]; i++) {
		g_autofree char *bad =
			changed(dossier, dossier_changes[i].from, dossier_changes[i].to);

		assert_int_equal(portal_line_from_json(json, bad, &back), HOSO_BAD_JSON);
	}
	assert_int_equal(portal_line_from_json("", dossier, &back), HOSO_BAD_JSON);
	assert_int_equal(portal_line_from_json(json, "", &back), HOSO_BAD_JSON);
	assert_int_equal(portal_line_from_json(json, "[]", &back), HOSO_BAD_JSON);
	assert_int_equal(portal_line_from_json(dossier, json, &back), HOSO_BAD_JSON);
	assert_int_equal(back.dseq, 99);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_tells_where_the_item_is_and_nothing_else),
		cmocka_unit_test(the_citizen_reads_what_happened),
		cmocka_unit_test(lines_of_further_legs_name_the_right_ends),
		cmocka_unit_test(every_kind_of_every_leg_has_words),
		cmocka_unit_test(phones_and_identity_numbers_do_not_get_out),
		cmocka_unit_test(a_long_detail_is_cut_and_the_code_stays),
		cmocka_unit_test(the_outbox_gives_back_what_it_got),
		cmocka_unit_test(what_is_not_ours_is_refused),
	};

	return cmocka_run_group_tests_name("line", tests, NULL, NULL);
}
