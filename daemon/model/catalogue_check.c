#include "model/catalogue_plan.h"

#include <string.h>

/* What a plan's rows refer to; asked when all of them are taken, so that a file may be in any order. */

#define DEPTH_MAX 32 /* of offices below offices; the post has five */

struct check {
	struct catalogue_plan *plan;
	GHashTable *areas;
	GHashTable *until; /* office → GINT of the last day + 1 that something hangs below it */
};

static void refuse(struct check *check, struct catalogue_entry *entry, const char *column,
	enum catalogue_reason reason)
{
	if (entry->what != CATALOGUE_REFUSED) {
		check->plan->counts[entry->what]--;
		check->plan->counts[CATALOGUE_REFUSED]++;
		entry->what = CATALOGUE_REFUSED;
		entry->column = column;
		entry->reason = reason;
	}
}

static const struct catalogue_version *latest(const struct check *check, const char *key)
{
	const GPtrArray *timeline = g_hash_table_lookup(check->plan->timelines, key);

	return timeline && timeline->len > 0 ? timeline->pdata[timeline->len - 1] : NULL;
}

/* Where an office hangs in the end: below its parent, or below the one that took it over. */
static const char *above(const struct check *check, const char *code)
{
	const struct catalogue_version *version = latest(check, code);
	const char *merged = version ? version->cells[PLACE_MERGED(CATALOGUE_OFFICES)] : "";

	return !version ? NULL : merged[0] ? merged : version->cells[OFFICE_PARENT];
}

static bool reaches_a_root(const struct check *check, const char *code)
{
	for (int depth = 0; depth < DEPTH_MAX; depth++) {
		code = above(check, code);
		if (!code || code[0] == '\0') {
			return true; /* an unknown one is refused for being unknown */
		}
	}
	return false;
}

static void note_children(struct check *check)
{
	GHashTableIter at;
	gpointer timeline;

	g_hash_table_iter_init(&at, check->plan->timelines);
	while (g_hash_table_iter_next(&at, NULL, &timeline)) {
		for (guint i = 0; i < ((GPtrArray *)timeline)->len; i++) {
			const struct catalogue_version *version = ((GPtrArray *)timeline)->pdata[i];
			gpointer parent = (gpointer)version->cells[OFFICE_PARENT];
			gint until = GPOINTER_TO_INT(g_hash_table_lookup(check->until, parent));
			g_hash_table_insert(
				check->until, parent, GINT_TO_POINTER(MAX(until, version->to)));
		}
	}
}

static void check_area(struct check *check, struct catalogue_entry *entry, int column)
{
	const char *area = entry->version->cells[column];

	if (area[0] && !g_hash_table_contains(check->areas, area)) {
		refuse(check, entry, check->plan->table->columns[column].name,
			CATALOGUE_UNKNOWN_REFERENCE);
	}
}

static void check_merged(struct check *check, struct catalogue_entry *entry, int column)
{
	const char *merged = entry->version->cells[column];

	if (merged[0] && !catalogue_plan_in_force(check->plan, merged, entry->version->to)) {
		refuse(check, entry, "merged_into", CATALOGUE_UNKNOWN_REFERENCE);
	}
}

static void check_office(struct check *check, struct catalogue_entry *entry)
{
	const struct catalogue_version *version = entry->version;
	const char *parent = version->cells[OFFICE_PARENT];
	int32_t day = MAX(version->from, check->plan->today);
	bool is_merged = version->cells[PLACE_MERGED(CATALOGUE_OFFICES)][0] != '\0';

	if (parent[0] && version->to > day && !catalogue_plan_in_force(check->plan, parent, day)) {
		refuse(check, entry, "parent", CATALOGUE_UNKNOWN_REFERENCE);
	}
	if (!reaches_a_root(check, entry->key)) {
		refuse(check, entry, is_merged ? "merged_into" : "parent", CATALOGUE_RING);
	}
	if (version->to != CATALOGUE_NEVER && version == latest(check, entry->key) && !is_merged &&
		GPOINTER_TO_INT(g_hash_table_lookup(check->until, entry->key)) > version->to) {
		refuse(check, entry, "valid_to", CATALOGUE_IN_USE);
	}
}

static void check_entry(struct check *check, struct catalogue_entry *entry)
{
	enum catalogue_kind kind = check->plan->kind;
	const struct catalogue_version *version = entry->version;

	if (PLACE_AREA(kind) >= 0) {
		check_area(check, entry, PLACE_AREA(kind));
		check_merged(check, entry, PLACE_MERGED(kind));
	}
	if (kind == CATALOGUE_OFFICES) {
		check_office(check, entry);
	}
	if (kind == CATALOGUE_RELATIONS) {
		check_area(check, entry, 0);
		check_area(check, entry, 1);
		if (strcmp(version->cells[0], version->cells[1]) == 0) {
			refuse(check, entry, "other", CATALOGUE_SAME_AREA);
		}
	}
	if (kind == CATALOGUE_TERMS && g_ascii_strtoll(version->cells[3], NULL, 10) <
					       g_ascii_strtoll(version->cells[2], NULL, 10)) {
		refuse(check, entry, "slip_days", CATALOGUE_SLIP_SHORT);
	}
}

void catalogue_plan_check(struct catalogue_plan *plan, GHashTable *areas)
{
	struct check check = {.plan = plan, .areas = areas};

	check.until = g_hash_table_new(g_str_hash, g_str_equal);
	if (plan->kind == CATALOGUE_OFFICES) {
		note_children(&check);
	}
	for (guint i = 0; i < plan->entries->len; i++) {
		struct catalogue_entry *entry = plan->entries->pdata[i];
		if (entry->version && entry->what != CATALOGUE_REFUSED &&
			entry->what != CATALOGUE_UNCHANGED) {
			check_entry(&check, entry);
		}
	}
	g_hash_table_unref(check.until);
}
