#include "unit.h"

#include <string.h>

#include <glib.h>

#include "model/catalogue_file.h"

#define TODAY 20780 /* 2026-11-23 */
#define YESTERDAY "2026-11-22"
#define OLD "2020-01-01"
#define NEXT "2026-12-01"

static int32_t day(const char *text)
{
	int32_t number = CATALOGUE_NEVER;

	assert_true(text[0] == '\0' || catalogue_parse_day(text, &number));
	return number;
}

static void know_agency(struct catalogue_plan *plan, int32_t id, const char *code, const char *name,
	const char *from, const char *to)
{
	const char *cells[] = {code, name, "", "", "", from, to};

	catalogue_plan_know(plan, id, day(from), day(to), cells);
}

/*
 * A: one name since 2020. B: another from December on. C: over since 2022, and again since 2024. D: began today.
 */
static struct catalogue_plan *agencies(void)
{
	struct catalogue_plan *plan = catalogue_plan_new(CATALOGUE_AGENCIES, TODAY);

	know_agency(plan, 1, "A", "Một", OLD, "");
	know_agency(plan, 2, "B", "Hai", OLD, NEXT);
	know_agency(plan, 3, "B", "Hai Mới", NEXT, "");
	know_agency(plan, 4, "C", "Ba Cũ", OLD, "2022-01-01");
	know_agency(plan, 5, "C", "Ba", "2024-01-01", "");
	know_agency(plan, 6, "D", "Bốn", "2026-11-23", "");
	return plan;
}

/* "id code name from..to;" of what has to be written. */
static char *touched(const struct catalogue_plan *plan)
{
	GString *text = g_string_new(NULL);
	g_autoptr(GPtrArray) versions = catalogue_plan_touched(plan);

	for (guint i = 0; i < versions->len; i++) {
		const struct catalogue_version *version = versions->pdata[i];
		char from[11], to[11];

		catalogue_format_day(version->from, from);
		catalogue_format_day(version->to, to);
		g_string_append_printf(text, "%d %s %s %s..%s;", version->id, version->cells[0],
			version->cells[1], from, to);
	}
	return g_string_free(text, FALSE);
}

/* "line what reason column;" of the report. */
static char *told(const struct catalogue_plan *plan)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < plan->entries->len; i++) {
		const struct catalogue_entry *entry = plan->entries->pdata[i];
		g_string_append_printf(
			text, "%u %s", entry->line, catalogue_what_wire(entry->what));
		if (entry->what == CATALOGUE_REFUSED) {
			g_string_append_printf(text, " %s %s", catalogue_reason_wire(entry->reason),
				entry->column ? entry->column : "-");
		}
		g_string_append_c(text, ';');
	}
	return g_string_free(text, FALSE);
}

static const struct {
	const char *file;
	const char *told;
	const char *touched;
} lines[] = {
	/* nothing new */
	{"code,name\nA,Một\n", "2 unchanged;", ""},
	{"code,name,valid_from,valid_to\nB,Hai," OLD "," NEXT "\nB,Hai Mới," NEXT ",\n",
		"2 unchanged;3 unchanged;", ""},
	{"code,name,valid_from,valid_to\nC,Ba Cũ," OLD ",2022-01-01\n", "2 unchanged;", ""},
	{"code,name,valid_from\nA,Một,2021-05-05\n", "2 unchanged;", ""},
	{"code\nA\n", "2 unchanged;", ""},
	/* another name: today, later, corrected in place */
	{"code,name\nA,Mới\n", "2 changed;",
		"1 A Một 2020-01-01..2026-11-23;0 A Mới 2026-11-23..;"},
	{"code,name,valid_from\nA,Mới,1/12/2026\n", "2 changed;",
		"1 A Một 2020-01-01..2026-12-01;0 A Mới 2026-12-01..;"},
	{"code,name\nD,Mới\n", "2 changed;", "6 D Mới 2026-11-23..;"},
	{"code,name,valid_from\nB,Mới," NEXT "\n", "2 changed;", "3 B Mới 2026-12-01..;"},
	/* before one that is planned: until then */
	{"code,name\nB,Mới\n", "2 changed;",
		"2 B Hai 2020-01-01..2026-11-23;0 B Mới 2026-11-23..2026-12-01;"},
	{"code,name,valid_to\nB,Mới,2027-01-01\n", "2 refused overlap valid_to;", ""},
	/* what is past stays */
	{"code,name,valid_from\nA,Mới," OLD "\n", "2 refused past valid_from;", ""},
	{"code,name,valid_from\nA,Mới," YESTERDAY "\n", "2 refused past valid_from;", ""},
	{"code,name,valid_from,valid_to\nC,Ba Cũ," OLD ",2023-01-01\n", "2 refused past valid_to;",
		""},
	{"code,name,valid_from\nA,Mới,2036-01-01\n", "2 refused too_far valid_from;", ""},
	/* closed, merged, open again */
	{"code,name,valid_to\nA,Một," NEXT "\n", "2 closed;", "1 A Một 2020-01-01..2026-12-01;"},
	{"code,valid_to\nA,2026-11-23\n", "2 closed;", "1 A Một 2020-01-01..2026-11-23;"},
	{"code,valid_to\nA," YESTERDAY "\n", "2 refused ends_before valid_to;", ""},
	{"code,valid_to\nD,2026-11-23\n", "2 refused ends_before valid_to;", ""},
	{"code,merged_into,valid_to\nA,C," NEXT "\n", "2 merged;",
		"1 A Một 2020-01-01..2026-12-01;"},
	{"code,merged_into,valid_to\nA,Z," NEXT "\n", "2 refused unknown_reference merged_into;",
		NULL},
	{"code,merged_into,valid_to\nA,A," NEXT "\n", "2 refused merged_self merged_into;", ""},
	{"code,merged_into\nA,C\n", "2 refused merged_open merged_into;", ""},
	/* new ones, also of long ago */
	{"code,name\nE,Năm\n", "2 added;", "0 E Năm 2026-11-23..;"},
	{"code,name,valid_from,valid_to\nE,Năm,2015-01-01,2020-01-01\nE,Năm Mới,2020-01-01,\n",
		"2 added;3 added;", "0 E Năm 2015-01-01..2020-01-01;0 E Năm Mới 2020-01-01..;"},
	{"code,address\nE,Số 1\n", "2 refused missing name;", ""},
	/* twice */
	{"code,name\nA,Một\nA,Hai\n", "2 unchanged;3 refused twice code;", ""},
	{"code,name,valid_from\nA,Hai,\nA,Ba,2026-11-23\n", "2 changed;3 refused twice code;",
		NULL},
	{"code,name,area\nE,Năm,Q9\n", "2 refused unknown_reference area;", NULL},
};

static void lines_become_versions(void **state)
{
	g_autoptr(GHashTable) areas = g_hash_table_new(g_str_hash, g_str_equal);

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		struct catalogue_plan *plan = agencies();
		g_autofree char *report = NULL;
		g_autofree char *writes = NULL;

		catalogue_file_take(plan, lines[i].file, strlen(lines[i].file));
		catalogue_plan_check(plan, areas);
		report = told(plan);
		writes = touched(plan);
		assert_string_equal(report, lines[i].told);
		if (lines[i].touched) {
			assert_string_equal(writes, lines[i].touched);
		}
		catalogue_plan_free(plan);
	}
}

static void every_wrong_cell_is_told(void **state)
{
	static const struct {
		const char *file;
		const char *told;
	} cases[] = {
		{"", "1 refused no_header -;"},
		{"name\nx\n", "1 refused column_missing code;"},
		{"code,nom,code\n", "1 refused unknown_column nom;1 refused column_twice code;"},
		{"code,name\nA,a\tb\n\xC3\n", "3 refused not_utf8 -;"},
		{"code,name\nA,\"x\n", "2 refused bad_quote -;"},
		{"code,name\nA,x,y\n", "2 refused too_many_cells -;"},
		{"code,name\nA,x,,\n", "2 changed;"},
		{"code,name,valid_from\nA,,31/02/2026\n,x,\nE,y,x\n",
			"2 refused missing name;2 refused bad_day valid_from;3 refused missing code;"
			"4 refused bad_day valid_from;"},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct catalogue_plan *plan = agencies();
		g_autofree char *report = NULL;

		catalogue_file_take(plan, cases[i].file, strlen(cases[i].file));
		report = told(plan);
		assert_string_equal(report, cases[i].told);
		catalogue_plan_free(plan);
	}
}

static void know_office(
	struct catalogue_plan *plan, int32_t id, const char *code, const char *parent)
{
	const char *cells[] = {code, code, parent, "", "", "", "", "", OLD, ""};

	catalogue_plan_know(plan, id, day(OLD), CATALOGUE_NEVER, cells);
}

static void offices_hang_together(void **state)
{
	static const struct {
		const char *file;
		const char *told;
	} cases[] = {
		{"code,parent\nNEW,ROOT\n", "2 refused missing name;"},
		{"code,name,parent\nNEW,x,ROOT\n", "2 added;"},
		{"code,name,parent\nNEW,x,NEWER\nNEWER,x,ROOT\n", "2 added;3 added;"},
		{"code,name,parent\nNEW,x,NOWHERE\n", "2 refused unknown_reference parent;"},
		{"code,parent\nUP,DOWN\n", "2 refused ring parent;"},
		{"code,parent\nDOWN,DOWN\n", "2 refused ring parent;"},
		{"code,valid_to\nUP," NEXT "\n", "2 refused in_use valid_to;"},
		{"code,valid_to,merged_into\nUP," NEXT ",ROOT\n", "2 merged;"},
		{"code,valid_to,merged_into\nUP," NEXT ",DOWN\n", "2 refused ring merged_into;"},
		{"code,valid_to,parent\nUP," NEXT ",ROOT\nDOWN,,ROOT\n", "2 closed;3 changed;"},
		{"code,valid_to\nUP," NEXT "\nDOWN," NEXT "\n", "2 closed;3 closed;"},
		{"code,name,parent,valid_from\nNEW,x,ROOT," NEXT "\nNEW2,x,NEW,\n",
			"2 added;3 refused unknown_reference parent;"},
	};
	g_autoptr(GHashTable) areas = g_hash_table_new(g_str_hash, g_str_equal);

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct catalogue_plan *plan = catalogue_plan_new(CATALOGUE_OFFICES, TODAY);
		g_autofree char *report = NULL;

		know_office(plan, 1, "ROOT", "");
		know_office(plan, 2, "UP", "ROOT");
		know_office(plan, 3, "DOWN", "UP");
		catalogue_file_take(plan, cases[i].file, strlen(cases[i].file));
		catalogue_plan_check(plan, areas);
		report = told(plan);
		assert_string_equal(report, cases[i].told);
		catalogue_plan_free(plan);
	}
}

#define FIRST                                                                                      \
	"1\x1fTờ khai\x1f"                                                                       \
	"1\x1f"                                                                                    \
	"0\x1f"                                                                                    \
	"0\x1ftrue\x1f"
#define SECOND                                                                                     \
	"2\x1f"                                                                                    \
	"Ảnh\x1f"                                                                                \
	"0\x1f"                                                                                    \
	"0\x1f"                                                                                    \
	"2\x1f"                                                                                    \
	"false\x1f"                                                                                \
	"cỡ 3x4"

static struct catalogue_plan *papers(void)
{
	struct catalogue_plan *plan = catalogue_plan_new(CATALOGUE_PAPERS, TODAY);
	const char *cells[] = {"P", "Thủ tục", "", "", "", "true", "true", "", "0", "", OLD, "",
		FIRST "\x1e" SECOND, ""};

	catalogue_plan_know(plan, 1, day(OLD), CATALOGUE_NEVER, cells);
	return plan;
}

static void a_list_is_replaced_as_a_whole_and_told_by_its_lines(void **state)
{
#define HEAD "procedure,no,name,original,copy,required,guidance,valid_from\n"
	static const struct {
		const char *file;
		const char *told;
		const char *list; /* of the version that is new; NULL for none */
	} cases[] = {
		{HEAD "P,2,Ảnh,,2,không,cỡ 3x4,\nP,1,Tờ khai,1,,,,\n", "3 unchanged;2 unchanged;",
			NULL},
		{HEAD "P,2,Ảnh,,2,không,cỡ 3x4," OLD "\nP,1,Tờ khai,1,,,," OLD "\n",
			"3 unchanged;2 unchanged;", NULL},
		{HEAD "P,1,Tờ khai,1,,,,\n", "2 unchanged;2 closed;", FIRST},
		{HEAD "P,1,Tờ khai,2,,,,\nP,2,Ảnh,,2,không,cỡ 3x4,\nP,3,Sổ,1,,,,\n",
			"2 changed;3 unchanged;4 added;",
			"1\x1fTờ khai\x1f"
			"2\x1f"
			"0\x1f"
			"0\x1ftrue\x1f"
			"\x1e" SECOND "\x1e"
			"3\x1fSổ\x1f"
			"1\x1f"
			"0\x1f"
			"0\x1ftrue\x1f"},
		{HEAD "P,1,Tờ khai,1,,,,\nP,1,Khác,1,,,,\n",
			"3 refused twice no;2 unchanged;3 changed;2 closed;",
			FIRST "\x1e"
			      "1\x1fKhác\x1f"
			      "1\x1f"
			      "0\x1f"
			      "0\x1ftrue\x1f"},
		{HEAD "P,1,Tờ khai,1,,,," OLD "\nP,2,Khác,1,,,,\n",
			"2 refused past valid_from;3 refused days_differ valid_from;", NULL},
		{HEAD "P,1,Khác,1,,,," OLD "\n", "2 refused past valid_from;", NULL},
		{HEAD "Q,1,Khác,1,,,,\n", "2 refused unknown_reference procedure;", NULL},
		{"procedure,no\nP,1\n", "1 refused column_missing name;", NULL},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct catalogue_plan *plan = papers();
		g_autofree char *report = NULL;
		const struct catalogue_version *now;

		catalogue_file_take(plan, cases[i].file, strlen(cases[i].file));
		report = told(plan);
		assert_string_equal(report, cases[i].told);
		now = catalogue_plan_in_force(plan, "P", TODAY);
		assert_int_equal(now->id, cases[i].list ? 0 : 1);
		if (cases[i].list) {
			assert_string_equal(now->cells[PROCEDURE_PAPERS], cases[i].list);
			assert_string_equal(now->cells[1], "Thủ tục");
		}
		catalogue_plan_free(plan);
	}
}

static void a_pair_of_areas_is_one_either_way_round(void **state)
{
	static const char file[] =
		"area,other,relation\nB,A,inter\nA,B,cities\nA,A,inter\nC,A,inter\n";
	const char *cells[] = {"A", "B", "inter"};
	struct catalogue_plan *plan = catalogue_plan_new(CATALOGUE_RELATIONS, TODAY);
	g_autoptr(GHashTable) areas = g_hash_table_new(g_str_hash, g_str_equal);
	g_autofree char *report = NULL;

	(void)state;
	g_hash_table_add(areas, (gpointer) "A");
	g_hash_table_add(areas, (gpointer) "B");
	catalogue_plan_know(plan, 1, 0, CATALOGUE_NEVER, cells);
	catalogue_file_take(plan, file, strlen(file));
	catalogue_plan_check(plan, areas);
	report = told(plan);
	assert_string_equal(report, "2 unchanged;3 refused twice area;4 refused same_area other;"
				    "5 refused unknown_reference area;");
	catalogue_plan_free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_become_versions),
		cmocka_unit_test(every_wrong_cell_is_told),
		cmocka_unit_test(offices_hang_together),
		cmocka_unit_test(a_list_is_replaced_as_a_whole_and_told_by_its_lines),
		cmocka_unit_test(a_pair_of_areas_is_one_either_way_round),
	};

	return cmocka_run_group_tests_name("catalogue_plan", tests, NULL, NULL);
}
