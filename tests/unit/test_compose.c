#include "unit.h"

#include <string.h>

#include "paper.h"

/* A font in which every letter is as wide as half its size, and lines are as high as it: no font is needed. */
static struct extent measure_text(
	void *context, const struct style *style, const char *text, double width_mm)
{
	double letter_mm = style->size_pt * 25.4 / 72 / 2;
	size_t in_line = width_mm > 0 ? MAX((size_t)(width_mm / letter_mm), 1) : SIZE_MAX;
	size_t letters = 0, longest = 0;
	unsigned lines = 1;

	(void)context;
	for (const char *at = text; *at; at = g_utf8_next_char(at)) {
		if (*at == '\n' || letters == in_line) {
			lines++;
			letters = 0;
		}
		letters += *at != '\n';
		longest = MAX(longest, letters);
	}
	return (struct extent){(double)longest * letter_mm, lines * 2 * letter_mm};
}

static const struct measure measure = {.text = measure_text};

static GPtrArray *facts_about(unsigned count, const char *name)
{
	GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)facts_free);

	for (unsigned i = 0; i < count; i++) {
		struct facts *facts = facts_new();
		g_autofree char *code = g_strdup_printf("NB%06u", i);
		assert_int_equal(facts_set(facts, FACT_ITEM_CODE, code), HOSO_OK);
		assert_int_equal(facts_set(facts, FACT_SENDER_NAME, name), HOSO_OK);
		g_ptr_array_add(all, facts);
	}
	return all;
}

static void assert_inside(const struct sheet *sheet)
{
	for (unsigned i = 0; i < sheet->marks->len; i++) {
		const struct mark *mark = &g_array_index(sheet->marks, struct mark, i);
		double height_mm = mark->height_mm;
		if (mark->kind == MARK_TEXT) {
			height_mm = measure_text(NULL, &mark->style, mark->text, mark->width_mm)
					    .height_mm;
		}
		assert_true(mark->page >= 1 && mark->page <= sheet->pages);
		assert_true(mark->x_mm >= 0 && mark->x_mm + mark->width_mm <= sheet->width_mm);
		assert_true(mark->y_mm >= 0 && mark->y_mm + height_mm <= sheet->height_mm);
	}
}

static unsigned symbols_of(const struct sheet *sheet)
{
	unsigned count = 0;

	for (unsigned i = 0; i < sheet->marks->len; i++) {
		count += g_array_index(sheet->marks, struct mark, i).kind == MARK_SYMBOL;
	}
	return count;
}

static void lay_out(const char *name, unsigned count, const char *sender, struct sheet *sheet)
{
	const struct paper *paper = name ? paper_find(name) : NULL;
	g_autoptr(GPtrArray) facts = facts_about(count, sender);

	sheet_init(sheet, paper ? paper->width_mm : 105, paper ? paper->height_mm : 148,
		paper ? 600 : 203);
	paper_lay_out(paper, sheet, &measure, facts);
}

static void every_paper_stays_inside_its_pages(void **state)
{
	static const char *const names[] = {
		NULL, "slip", "list", "handover", "invitation", "receipt"};
	g_autofree char *long_name = g_strnfill(400, 'a');
	const char *const senders[] = {"", "Nguyễn Văn An", long_name};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		for (size_t j = 0; j < G_N_ELEMENTS(senders); j++) {
			struct sheet sheet;
			lay_out(names[i], 25, senders[j], &sheet);
			assert_int_equal(sheet.error, HOSO_OK);
			assert_inside(&sheet);
			/* labels and papers for one item have QR codes too */
			assert_int_equal(symbols_of(&sheet),
				names[i] && paper_find(names[i])->is_list ? 25 : 50);
			sheet_done(&sheet);
		}
	}
}

static void a_list_repeats_its_head_on_every_page(void **state)
{
	struct sheet sheet;
	unsigned heads = 0, numbers = 0, last_page = 1;

	(void)state;
	lay_out("list", 100, "An", &sheet);
	assert_true(sheet.pages > 5);
	for (unsigned i = 0; i < sheet.marks->len; i++) {
		const struct mark *mark = &g_array_index(sheet.marks, struct mark, i);
		heads += mark->text && strcmp(mark->text, "STT") == 0;
		numbers += mark->text && g_str_has_prefix(mark->text, "Trang ");
		assert_true(mark->page >= last_page); /* the drawing goes page by page */
		last_page = mark->page;
	}
	assert_int_equal(numbers, sheet.pages);
	assert_in_range(heads, sheet.pages - 1, sheet.pages); /* the last may only be signed */
	sheet_done(&sheet);
}

static void what_is_higher_than_a_page_is_refused(void **state)
{
	g_autofree char *giant = g_strnfill(FACT_BYTES_MAX, 'a');
	const struct paper *paper = paper_find("list");
	g_autoptr(GPtrArray) facts = facts_about(1, giant);
	struct sheet sheet;

	(void)state;
	sheet_init(&sheet, 148, 105, 600);
	paper_lay_out(paper, &sheet, &measure, facts);
	assert_int_equal(sheet.error, HOSO_TOO_LARGE);
	sheet_done(&sheet);
}

static void a_field_that_is_not_known_has_dots(void **state)
{
	struct sheet sheet;
	struct compose compose = {
		.sheet = &sheet, .measure = &measure, .margin_mm = 10, .size_pt = 11};

	(void)state;
	sheet_init(&sheet, 148, 210, 600);
	compose_page(&compose);
	compose_field(&compose, "Mã hồ sơ", "");
	assert_int_equal(g_array_index(sheet.marks, struct mark, 1).kind, MARK_DOTS);
	compose_field(&compose, "Mã hồ sơ", "H06");
	assert_int_equal(g_array_index(sheet.marks, struct mark, 3).kind, MARK_TEXT);
	sheet_done(&sheet);
}

static void item_codes_are_read_in_groups(void **state)
{
	g_autofree char *grouped = compose_readable("RR123456785VN");
	g_autofree char *other = compose_readable("NB-2026.7");

	(void)state;
	assert_string_equal(grouped, "RR 123 456 785 VN");
	assert_string_equal(other, "NB-2026.7");
}

static void facts_are_put_into_words(void **state)
{
	static const struct {
		enum fact fact;
		const char *given, *printed;
	} cases[] = {
		{FACT_FEE, "0", "0 đồng"},
		{FACT_FEE, "999", "999 đồng"},
		{FACT_COLLECT, "1250000", "1.250.000 đồng"},
		{FACT_COLLECT, "12k", "12k"},
		{FACT_DUE_ON, "2026-12-08", "08/12/2026"},
		{FACT_DUE_ON, "mai", "mai"},
		{FACT_DATE, "2026-12-08", "2026-12-08"},
		{FACT_SERVICE, "3", "Gửi hồ sơ và nhận kết quả"},
		{FACT_RELATION, "authorised", "Người được ủy quyền"},
		{FACT_LEG_KIND, "result", "Trả kết quả"},
		{FACT_SENDER_NAME, "a\nb\x1b", "a\\x0ab\\x1b"},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct facts *facts = facts_new();
		assert_int_equal(facts_set(facts, cases[i].fact, cases[i].given), HOSO_OK);
		assert_string_equal(facts->text[cases[i].fact], cases[i].printed);
		facts_free(facts);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_paper_stays_inside_its_pages),
		cmocka_unit_test(a_list_repeats_its_head_on_every_page),
		cmocka_unit_test(what_is_higher_than_a_page_is_refused),
		cmocka_unit_test(a_field_that_is_not_known_has_dots),
		cmocka_unit_test(item_codes_are_read_in_groups),
		cmocka_unit_test(facts_are_put_into_words),
	};

	return cmocka_run_group_tests_name("compose", tests, NULL, NULL);
}
