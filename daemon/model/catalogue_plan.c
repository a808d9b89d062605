#include "model/catalogue_plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"

static const char *const whats[] = {"added", "changed", "closed", "merged", "unchanged", "refused"};

const char *catalogue_what_wire(enum catalogue_what what)
{
	_Static_assert(ARRAY_SIZE(whats) == CATALOGUE_WHAT_COUNT, "a word each");

	return whats[what];
}

static void free_timeline(gpointer timeline)
{
	g_ptr_array_unref(timeline);
}

struct catalogue_entry *catalogue_entry_new(unsigned line, const char *key)
{
	struct catalogue_entry *entry = g_new0(struct catalogue_entry, 1);

	entry->line = line;
	entry->key = key;
	entry->what = CATALOGUE_UNCHANGED;
	entry->changes = g_array_new(FALSE, FALSE, sizeof(struct catalogue_change));
	return entry;
}

void catalogue_entry_free(struct catalogue_entry *entry)
{
	if (entry) {
		g_array_unref(entry->changes);
		g_free(entry);
	}
}

static void free_entry(gpointer entry)
{
	catalogue_entry_free(entry);
}

struct catalogue_plan *catalogue_plan_new(enum catalogue_kind kind, int32_t today)
{
	struct catalogue_plan *plan = g_new0(struct catalogue_plan, 1);

	plan->kind = kind;
	plan->table = catalogue_table(catalogue_table(kind)->owner);
	plan->today = today;
	plan->texts = g_string_chunk_new(65536);
	plan->timelines = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_timeline);
	plan->seen = g_hash_table_new(g_str_hash, g_str_equal);
	plan->entries = g_ptr_array_new_with_free_func(free_entry);
	plan->rows = g_ptr_array_new_with_free_func(g_free);
	return plan;
}

void catalogue_plan_free(struct catalogue_plan *plan)
{
	if (!plan) {
		return;
	}
	g_hash_table_unref(plan->timelines);
	g_hash_table_unref(plan->seen);
	g_ptr_array_unref(plan->entries);
	g_ptr_array_unref(plan->rows);
	g_string_chunk_free(plan->texts);
	g_free(plan);
}

const char *catalogue_plan_text(struct catalogue_plan *plan, const char *text)
{
	return g_string_chunk_insert_const(plan->texts, text);
}

struct catalogue_row *catalogue_plan_row(struct catalogue_plan *plan, unsigned line)
{
	struct catalogue_row *row = g_new0(struct catalogue_row, 1);

	row->line = line;
	g_ptr_array_add(plan->rows, row);
	return row;
}

/* A pair of areas is the same pair either way round. */
char *catalogue_key(const struct catalogue_table *table, const char *const *cells)
{
	if (table->keys == 1) {
		return g_strdup(cells[0]);
	}
	if (table->owner == CATALOGUE_RELATIONS && strcmp(cells[0], cells[1]) > 0) {
		return g_strconcat(cells[1], "/", cells[0], NULL);
	}
	return g_strconcat(cells[0], "/", cells[1], NULL);
}

GPtrArray *catalogue_plan_timeline(struct catalogue_plan *plan, const char *key)
{
	GPtrArray *timeline = g_hash_table_lookup(plan->timelines, key);

	if (!timeline) {
		timeline = g_ptr_array_new_with_free_func(g_free);
		g_hash_table_insert(plan->timelines, (gpointer)key, timeline);
	}
	return timeline;
}

void catalogue_plan_know(
	struct catalogue_plan *plan, int32_t id, int32_t from, int32_t to, const char *const *cells)
{
	struct catalogue_version *version = g_new0(struct catalogue_version, 1);
	g_autofree char *key = catalogue_key(plan->table, cells);

	*version = (struct catalogue_version){.id = id, .from = from, .to = to};
	for (int i = 0; i < plan->table->count; i++) {
		version->cells[i] = catalogue_plan_text(plan, cells[i]);
	}
	g_ptr_array_add(catalogue_plan_timeline(plan, catalogue_plan_text(plan, key)), version);
}

void catalogue_plan_note(struct catalogue_plan *plan, struct catalogue_entry *entry)
{
	plan->counts[entry->what]++;
	g_ptr_array_add(plan->entries, entry);
}

void catalogue_plan_refuse(struct catalogue_plan *plan, unsigned line, const char *key,
	const char *column, enum catalogue_reason reason)
{
	struct catalogue_entry *entry = catalogue_entry_new(line, catalogue_plan_text(plan, key));

	entry->what = CATALOGUE_REFUSED;
	entry->column = column;
	entry->reason = reason;
	catalogue_plan_note(plan, entry);
}

struct catalogue_version *catalogue_plan_in_force(
	const struct catalogue_plan *plan, const char *key, int32_t day)
{
	const GPtrArray *timeline = g_hash_table_lookup(plan->timelines, key);

	for (guint i = 0; timeline && i < timeline->len; i++) {
		struct catalogue_version *version = timeline->pdata[i];
		if (version->from <= day && version->to > day) {
			return version;
		}
	}
	return NULL;
}

static gint by_key(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *catalogue_plan_touched(const struct catalogue_plan *plan)
{
	GPtrArray *touched = g_ptr_array_new();
	guint count;
	g_autofree gpointer *keys = g_hash_table_get_keys_as_array(plan->timelines, &count);

	qsort(keys, count, sizeof *keys, by_key);
	for (guint k = 0; k < count; k++) {
		GPtrArray *timeline = g_hash_table_lookup(plan->timelines, keys[k]);
		for (guint i = 0; i < timeline->len; i++) {
			struct catalogue_version *version = timeline->pdata[i];
			if (version->id == 0 || version->is_touched) {
				g_ptr_array_add(touched, version);
			}
		}
	}
	return touched;
}
