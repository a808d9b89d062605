#include "unit.h"

#include <string.h>

#include <glib.h>

#include "intake_form.h"

#define NUMBER "079123450123"
#define CARD NUMBER "|271234567|Nguyễn Văn An|15021990|Nam|12 Lê Lợi|10052021"

static const char procedure_json[] =
	"{\"code\":\"1.1\",\"name\":\"Đăng ký\",\"send_by_post\":true,\"return_by_post\":false,\"fee\":7000,"
	"\"fees\":[{\"kind\":\"phi\",\"name\":\"Phí\",\"amount\":10000},{\"kind\":\"le_phi\",\"name\":\"Lệ phí\","
	"\"amount\":5000}],\"papers\":[{\"no\":1,\"name\":\"Tờ khai\",\"original\":1,\"certified\":0,\"copy\":0,"
	"\"required\":true,\"guidance\":\"Mẫu ở quầy\"},{\"no\":2,\"name\":\"Ảnh\",\"original\":0,\"certified\":0,"
	"\"copy\":2,\"required\":false,\"guidance\":\"\"}],\"postage\":[{\"relation\":\"province\",\"grams_max\":100,"
	"\"amount\":30550},{\"relation\":\"district\",\"grams_max\":100,\"amount\":20000}],\"rounding\":\"down_100\","
	"\"concessions\":[{\"code\":\"HN\",\"name\":\"Hộ nghèo\",\"percent\":50}],"
	"\"relations\":[{\"agency\":\"A\",\"relation\":\"province\"}]}";

static const char catalogue_json[] =
	"[{\"code\":\"1.1\",\"name\":\"Đăng ký thường trú\",\"field_name\":\"Cư trú\"},"
	"{\"code\":\"1.10\",\"name\":\"Đăng ký tạm trú\",\"field_name\":\"Cư trú\"},"
	"{\"code\":\"2.5\",\"name\":\"Cấp giấy phép\",\"field_name\":\"Xây dựng\"}]";

static struct intake_form form;

static int begin(void **state)
{
	(void)state;
	intake_form_init(&form);
	intake_form_take_procedure(&form, json_loads(procedure_json, 0, NULL));
	json_object_set_new(form.data, "agency", json_string("A"));
	return 0;
}

static int end(void **state)
{
	(void)state;
	intake_form_done(&form);
	return 0;
}

static void set_number(const char *member, int number)
{
	json_object_set_new(form.data, member, json_integer(number));
}

static void set_word(const char *member, const char *word)
{
	json_object_set_new(form.data, member, json_string(word));
}

static void a_procedure_is_found_by_code_or_by_words_without_accents(void **state)
{
	static const struct {
		const char *words;
		unsigned count;
		const char *first;
	} cases[] = {{"1.1", 1, "1.1"}, {"1.10", 1, "1.10"}, {"dang ky", 2, "1.1"},
		{"TRU  dang", 2, "1.1"}, {"tam tru", 1, "1.10"}, {"xay dung phep", 1, "2.5"},
		{"khong co", 0, NULL}, {"", 3, "1.1"}};
	json_t *list = json_loads(catalogue_json, 0, NULL);

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) found = intake_form_find(list, cases[i].words);
		assert_int_equal(found->len, cases[i].count);
		if (found->len > 0) {
			assert_string_equal(
				json_string_value(json_object_get(found->pdata[0], "code")),
				cases[i].first);
		}
	}
	json_decref(list);
}

static void a_service_is_what_the_post_may_carry(void **state)
{
	(void)state;
	assert_int_equal(intake_form_may(&form, 1), HOSO_OK);
	assert_int_equal(intake_form_may(&form, 2), HOSO_RETURN_NOT_BY_POST);
	assert_int_equal(intake_form_may(&form, 3), HOSO_RETURN_NOT_BY_POST);
	json_object_set_new(form.procedure, "send_by_post", json_false());
	assert_int_equal(intake_form_may(&form, 1), HOSO_SEND_NOT_BY_POST);
	intake_form_take_procedure(&form, NULL);
	assert_int_equal(intake_form_may(&form, 3), HOSO_OK); /* the server's to judge */
}

static void a_card_fills_the_form_and_its_number_does_not_stay(void **state)
{
	char *text;

	(void)state;
	intake_form_set_party(&form, FIELD_SENDER, "x", "+84 912 345 678", "y");
	assert_int_equal(intake_form_take_card(&form, FIELD_SENDER, CARD, strlen(CARD)), HOSO_OK);
	text = json_dumps(form.data, JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(text,
		"{\"agency\":\"A\",\"id_kind\":\"cccd\",\"id_last4\":\"0123\",\"sender\":{\"address\":\"12 Lê Lợi\","
		"\"name\":\"Nguyễn Văn An\",\"phone\":\"0912345678\"}}");
	free(text);
	assert_int_equal(intake_form_take_card(&form, FIELD_SENDER, NUMBER, strlen(NUMBER)),
		HOSO_BAD_MEMBER);
}

static void the_card_of_who_is_not_at_the_counter_says_nothing_of_them(void **state)
{
	(void)state;
	set_number("service", 3);
	assert_int_equal(intake_form_take_card(&form, FIELD_RECEIVER, CARD, strlen(CARD)), HOSO_OK);
	assert_null(json_object_get(form.data, "id_last4"));
	set_number("service", 2); /* then they are */
	assert_int_equal(intake_form_take_card(&form, FIELD_RECEIVER, CARD, strlen(CARD)), HOSO_OK);
	assert_non_null(json_object_get(form.data, "id_last4"));
}

static void postage_follows_relation_weight_and_concession(void **state)
{
	(void)state;
	assert_int_equal(intake_form_postage(&form), -1); /* no weight */
	set_number("grams", 100);
	assert_int_equal(intake_form_postage(&form), 30550);
	set_word("concession", "HN");
	assert_int_equal(intake_form_postage(&form), 15200);
	set_word("concession", "XX");
	assert_int_equal(intake_form_postage(&form), -1);
	json_object_del(form.data, "concession");
	set_number("grams", 101);
	assert_int_equal(intake_form_postage(&form), -1);
	set_number("grams", 50);
	set_word("agency", "B"); /* nobody knows how far it is */
	assert_int_equal(intake_form_postage(&form), -1);
	set_word("agency", "A");
	json_object_set_new(form.procedure, "rounding", json_string("up_1000"));
	assert_int_equal(intake_form_postage(&form), -1);
}

static void the_fee_is_the_sum_of_what_is_published_or_what_is_usual(void **state)
{
	(void)state;
	assert_int_equal(intake_form_fee(&form), 15000);
	json_array_clear(json_object_get(form.procedure, "fees"));
	assert_int_equal(intake_form_fee(&form), 7000);
	intake_form_take_procedure(&form, NULL);
	assert_int_equal(intake_form_fee(&form), 0);
}

static unsigned count_missing(void)
{
	g_autoptr(GPtrArray) missing = intake_form_note_missing(&form);

	assert_int_equal(
		missing->len, json_array_size(json_object_get(form.data, "missing_papers")));
	return missing->len;
}

static void only_a_required_published_paper_is_ever_missing(void **state)
{
	json_t *papers;

	(void)state;
	assert_int_equal(count_missing(), 1); /* no papers at all */
	intake_form_fill_papers(&form);
	assert_int_equal(count_missing(), 0);
	assert_null(json_object_get(form.data, "missing_papers"));
	papers = json_object_get(form.data, "papers");
	assert_int_equal(json_array_size(papers), 2);
	json_object_set_new(json_array_get(papers, 1), "copy", json_integer(0)); /* not required */
	assert_int_equal(count_missing(), 0);
	json_object_set_new(json_array_get(papers, 0), "original", json_integer(0));
	assert_int_equal(count_missing(), 1);
	json_object_set_new(
		json_array_get(papers, 0), "copy", json_integer(1)); /* a copy is a paper, too */
	assert_int_equal(count_missing(), 0);
	json_array_append_new(papers, json_pack("{s:s, s:i}", "name", "Giấy khác", "copy", 0));
	assert_int_equal(count_missing(), 0); /* never one that is not published */
}

static void another_procedure_has_other_papers_and_money(void **state)
{
	(void)state;
	intake_form_fill_papers(&form);
	set_number("fee", 15000);
	set_word("concession", "HN");
	intake_form_take_procedure(&form, NULL);
	assert_null(json_object_get(form.data, "papers"));
	assert_null(json_object_get(form.data, "fee"));
	assert_null(json_object_get(form.data, "concession"));
	assert_non_null(json_object_get(form.data, "agency"));
}

static void a_whole_form_is_checked_as_the_server_would(void **state)
{
	const char *member;

	(void)state;
	assert_int_equal(intake_form_check(&form, &member), HOSO_MISSING_DATA);
	assert_string_equal(member, "sender");
	intake_form_set_party(&form, FIELD_SENDER, "An", "", "");
	intake_form_set_party(&form, FIELD_RECEIVER, "Một cửa", "", "");
	set_word("procedure", "1.1");
	set_number("service", 1);
	assert_int_equal(intake_form_check(&form, &member), HOSO_OK);
	set_number("service", 3);
	assert_int_equal(intake_form_check(&form, &member), HOSO_RETURN_NOT_BY_POST);
	set_number("service", 1);
	set_number("fee", 1);
	assert_int_equal(intake_form_check(&form, &member), HOSO_FEE_WITHOUT_RECEIPT);
	assert_string_equal(member, "receipt");
	set_number("fee", 0);
	set_word("concession", "XX");
	set_number("postage", 0);
	assert_int_equal(intake_form_check(&form, &member), HOSO_UNKNOWN_CONCESSION);
	set_word("concession", "HN");
	intake_form_set_party(&form, FIELD_RECEIVER, "Một cửa", "12", "");
	assert_int_equal(intake_form_check(&form, &member), HOSO_BAD_MEMBER);
	assert_string_equal(member, "receiver");
}

#define IN_A_FORM(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FORM(a_procedure_is_found_by_code_or_by_words_without_accents),
		IN_A_FORM(a_service_is_what_the_post_may_carry),
		IN_A_FORM(a_card_fills_the_form_and_its_number_does_not_stay),
		IN_A_FORM(the_card_of_who_is_not_at_the_counter_says_nothing_of_them),
		IN_A_FORM(postage_follows_relation_weight_and_concession),
		IN_A_FORM(the_fee_is_the_sum_of_what_is_published_or_what_is_usual),
		IN_A_FORM(only_a_required_published_paper_is_ever_missing),
		IN_A_FORM(another_procedure_has_other_papers_and_money),
		IN_A_FORM(a_whole_form_is_checked_as_the_server_would),
	};

	return cmocka_run_group_tests_name("intake_form", tests, NULL, NULL);
}
