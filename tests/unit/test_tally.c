#include "unit.h"

#include <string.h>
#include <unistd.h>

#include <glib.h>

#include "tally.h"

#define FIRST "EE123456785VN"
#define SECOND "RR123456785VN"
#define THIRD "CA123456785VN"

static enum hoso_error expect(struct tally *tally, const char *list, unsigned *ret_line)
{
	g_autofree char *folder = g_dir_make_tmp("hoso-tally-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "list", NULL);
	enum hoso_error error;

	assert_true(g_file_set_contents(path, list, -1, NULL));
	error = tally_expect(tally, path, ret_line);
	unlink(path);
	rmdir(folder);
	return error;
}

static void assert_codes(GPtrArray *codes, const char *wanted)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < codes->len; i++) {
		g_string_append_printf(text, "%s ", (const char *)codes->pdata[i]);
	}
	assert_string_equal(text->str, wanted);
	g_ptr_array_unref(codes);
}

static void what_came_is_held_against_the_list(void **state)
{
	struct tally *tally = tally_new();
	unsigned line;

	(void)state;
	assert_int_equal(
		expect(tally, "# túi 12\n" FIRST "\r\n\nee123456785vn\n  " SECOND ",Nguyễn Văn A\n",
			&line),
		HOSO_OK);
	assert_int_equal(tally->expected->len, 2);
	assert_codes(tally_missing(tally), FIRST " " SECOND " ");
	assert_false(tally_add(tally, SECOND));
	assert_true(tally_add(tally, THIRD));
	assert_true(tally_add(tally, THIRD));
	assert_codes(tally_missing(tally), FIRST " ");
	assert_codes(tally_extra(tally), THIRD " ");
	assert_codes(tally_present(tally), SECOND " " THIRD " ");
	tally_free(tally);
}

/* A code that was scanned twice stands until both are undone. */
static void what_is_undone_is_missing_again(void **state)
{
	struct tally *tally = tally_new();
	unsigned line;

	(void)state;
	assert_int_equal(expect(tally, FIRST "\n", &line), HOSO_OK);
	tally_add(tally, FIRST);
	tally_add(tally, FIRST);
	tally_remove(tally, FIRST);
	assert_codes(tally_missing(tally), "");
	tally_remove(tally, FIRST);
	tally_remove(tally, FIRST);
	tally_remove(tally, SECOND);
	assert_codes(tally_missing(tally), FIRST " ");
	assert_codes(tally_present(tally), "");
	tally_add(tally, FIRST);
	assert_codes(tally_present(tally), FIRST " ");
	tally_free(tally);
}

static void a_list_that_is_none_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *list;
		enum hoso_error error;
		unsigned line;
	} lists[] = {
		{"", HOSO_NO_CODE, 0},
		{"# nothing\n\n", HOSO_NO_CODE, 2},
		{FIRST "\nEE123456784VN\n", HOSO_BAD_CHECK_DIGIT, 2},
		{"\n\nnguyễn\n", HOSO_BAD_ITEM_CODE, 3},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
		struct tally *tally = tally_new();
		unsigned line;
		assert_int_equal(expect(tally, lists[i].list, &line), lists[i].error);
		assert_int_equal(line, lists[i].line);
		tally_free(tally);
	}
}

static void without_a_list_nothing_is_extra(void **state)
{
	struct tally *tally = tally_new();
	unsigned line;

	(void)state;
	assert_int_equal(tally_expect(tally, "/nonexistent", &line), HOSO_FILE);
	assert_false(tally->has_list);
	assert_false(tally_add(tally, FIRST));
	assert_codes(tally_extra(tally), "");
	assert_codes(tally_present(tally), FIRST " ");
	tally_free(tally);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_came_is_held_against_the_list),
		cmocka_unit_test(what_is_undone_is_missing_again),
		cmocka_unit_test(a_list_that_is_none_is_refused_with_its_line),
		cmocka_unit_test(without_a_list_nothing_is_extra),
	};

	return cmocka_run_group_tests_name("tally", tests, NULL, NULL);
}
