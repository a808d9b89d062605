/*
 * A table as people save it: what is taken is bounded, and written and read again it is the same, whatever stood in the
 * cells. And a catalogue file of any bytes is planned to an end: versions of a code never overlap, and every refusal has
 * its reason.
 */
#include "fuzz.h"

#include <hoso/limits.h>

#include "base/csv.h"
#include "model/catalogue_file.h"

#define TODAY 20780

static void check_again(const struct csv *csv)
{
	g_autoptr(GString) text = g_string_new(CSV_BOM "head\r\n");
	struct csv *again = NULL;
	unsigned line;

	for (guint i = 0; i < csv->rows->len; i++) {
		const struct csv_row *row = csv->rows->pdata[i];
		for (unsigned cell = 0; cell < row->count; cell++) {
			g_assert(strlen(row->cells[cell]) <= CSV_CELL_MAX);
			csv_append(text, row->cells[cell], cell == 0);
		}
		csv_end(text);
	}
	/* A guarded cell is one byte longer, and a break inside one is one line more: over a bound it may be refused. */
	if (csv_parse(text->str, text->len, &again, &line)) {
		return;
	}
	g_assert(again->rows->len == csv->rows->len + 1);
	for (guint i = 0; i < csv->rows->len; i++) {
		const struct csv_row *before = csv->rows->pdata[i];
		const struct csv_row *after = again->rows->pdata[i + 1];
		g_assert(after->count == before->count);
		for (unsigned cell = 0; cell < after->count; cell++) {
			g_assert(strcmp(csv_bare(after->cells[cell]), before->cells[cell]) == 0);
		}
	}
	csv_free(again);
}

static void check_timeline(const GPtrArray *timeline)
{
	for (guint i = 0; i < timeline->len; i++) {
		const struct catalogue_version *version = timeline->pdata[i];
		const struct catalogue_version *before = i > 0 ? timeline->pdata[i - 1] : NULL;

		g_assert(version->from < version->to);
		g_assert(!before || before->to <= version->from);
	}
}

static void check_plan(enum catalogue_kind kind, const char *text, size_t length)
{
	struct catalogue_plan *plan = catalogue_plan_new(kind, TODAY);
	g_autoptr(GHashTable) areas = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTableIter at;
	gpointer timeline;
	unsigned count = 0;

	catalogue_file_take(plan, text, length);
	catalogue_plan_check(plan, areas);
	for (guint i = 0; i < plan->entries->len; i++) {
		const struct catalogue_entry *entry = plan->entries->pdata[i];
		g_assert((entry->what == CATALOGUE_REFUSED) == (entry->reason != CATALOGUE_FINE));
	}
	for (int what = 0; what < CATALOGUE_WHAT_COUNT; what++) {
		count += plan->counts[what];
	}
	g_assert(count == plan->entries->len);
	g_hash_table_iter_init(&at, plan->timelines);
	while (g_hash_table_iter_next(&at, NULL, &timeline)) {
		if (plan->counts[CATALOGUE_REFUSED] == 0) {
			check_timeline(timeline);
		}
	}
	catalogue_plan_free(plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct csv *csv = NULL;
	unsigned line = 0;

	if (length == 0) {
		return 0;
	}
	if (csv_parse((const char *)bytes + 1, length - 1, &csv, &line) == CSV_OK) {
		check_again(csv);
		csv_free(csv);
	}
	check_plan(bytes[0] % CATALOGUE_COUNT, (const char *)bytes + 1, length - 1);
	return 0;
}
