#include "model/catalogue_plan.h"

#include <string.h>

#include <hoso/limits.h>

/* One row on its way through the timeline of its key. */
struct visit {
	struct catalogue_plan *plan;
	const struct catalogue_row *row;
	GPtrArray *timeline;
	struct catalogue_entry *entry;
	int32_t from;
	int32_t to; /* CATALOGUE_NEVER also when nothing is said */
	bool is_to_said;
	struct catalogue_version *base; /* in force on @from */
	struct catalogue_version *next; /* the first that begins later */
	guint place;                    /* where a new one goes */
};

static void refuse(struct visit *visit, const char *column, enum catalogue_reason reason)
{
	if (visit->entry->what != CATALOGUE_REFUSED) {
		visit->entry->what = CATALOGUE_REFUSED;
		visit->entry->column = column;
		visit->entry->reason = reason;
	}
}

static bool is_content(const struct visit *visit, int column)
{
	const struct catalogue_table *table = visit->plan->table;

	return column >= table->keys && column != catalogue_from(table) &&
	       column != catalogue_to(table) && column != PLACE_MERGED(table->owner);
}

static void note_change(struct visit *visit, int column, const char *old, const char *new)
{
	struct catalogue_change change = {visit->plan->table->columns[column].name, old, new};

	g_array_append_val(visit->entry->changes, change);
}

static bool differs(const struct visit *visit, int column)
{
	const char *cell = visit->row->cells[column];

	return cell && strcmp(cell, visit->base->cells[column]) != 0;
}

static bool is_same_content(const struct visit *visit)
{
	bool same = true;

	for (int i = 0; i < visit->plan->table->count; i++) {
		same = same && !(is_content(visit, i) && differs(visit, i));
	}
	return same;
}

/* What the new content of @version is; REQUIRED cells have to come from somewhere. */
static void fill(struct visit *visit, struct catalogue_version *version)
{
	const struct catalogue_table *table = visit->plan->table;

	for (int i = 0; i < table->count; i++) {
		const struct catalogue_column *column = &table->columns[i];
		const char *said = visit->row->cells[i];
		const char *before = visit->base ? visit->base->cells[i] : column->fallback;

		if (!said && !visit->base && column->need == CELL_REQUIRED) {
			refuse(visit, column->name, CATALOGUE_MISSING);
		}
		if (is_content(visit, i) && visit->base && differs(visit, i)) {
			note_change(visit, i, before, said);
		}
		version->cells[i] = said ? said : before;
	}
}

static const char *day_text(struct visit *visit, int32_t day)
{
	char text[11];

	catalogue_format_day(day, text);
	return catalogue_plan_text(visit->plan, text);
}

/* May @version end at @to? Within what follows it, after it began, and not in the past. */
static bool may_end(struct visit *visit, int32_t from, int32_t to)
{
	if (visit->next && to > visit->next->from) {
		refuse(visit, "valid_to", CATALOGUE_OVERLAP);
	} else if (to <= from || to < visit->plan->today) {
		refuse(visit, "valid_to", CATALOGUE_ENDS_BEFORE);
	}
	return visit->entry->what != CATALOGUE_REFUSED;
}

/* Open means: until what is planned next. */
static int32_t end_of(const struct visit *visit)
{
	if (!visit->is_to_said) {
		return visit->base ? visit->base->to
				   : (visit->next ? visit->next->from : CATALOGUE_NEVER);
	}
	return visit->to == CATALOGUE_NEVER && visit->next ? visit->next->from : visit->to;
}

static const char *said_merged(const struct visit *visit)
{
	int column = PLACE_MERGED(visit->plan->table->owner);
	const char *said = column < 0 ? NULL : visit->row->cells[column];

	return said ? said : column >= 0 && visit->base ? visit->base->cells[column] : "";
}

/* The content is what it was: perhaps it ends, on another day, or goes into another. */
static void end_version(struct visit *visit)
{
	struct catalogue_version *base = visit->base;
	int column = PLACE_MERGED(visit->plan->table->owner);
	const char *merged = said_merged(visit);
	bool merges = column >= 0 && strcmp(merged, base->cells[column]) != 0;
	int32_t to = end_of(visit);

	visit->entry->version = base;
	if (to == base->to && !merges) {
		visit->entry->what = CATALOGUE_UNCHANGED;
		return;
	}
	if (base->to <= visit->plan->today) {
		refuse(visit, "valid_to", CATALOGUE_PAST);
		return;
	}
	if (to != CATALOGUE_NEVER && !may_end(visit, base->from, to)) {
		return;
	}
	visit->entry->what = to == CATALOGUE_NEVER || to > base->to ? CATALOGUE_CHANGED
			     : merged[0] != '\0'                    ? CATALOGUE_MERGED
								    : CATALOGUE_CLOSED;
	if (to != base->to) {
		note_change(visit, catalogue_to(visit->plan->table), day_text(visit, base->to),
			day_text(visit, to));
	}
	if (merges) {
		note_change(visit, column, base->cells[column], merged);
		base->cells[column] = merged;
	}
	base->to = to;
	base->is_touched = true;
}

/* A version that begins today or later is not what any dossier was taken in under. */
static void correct(struct visit *visit)
{
	int32_t to = end_of(visit);

	if (visit->from < visit->plan->today) {
		refuse(visit, "valid_from", CATALOGUE_PAST);
		return;
	}
	if (to != CATALOGUE_NEVER && !may_end(visit, visit->from, to)) {
		return;
	}
	fill(visit, visit->base);
	visit->base->to = to;
	visit->base->is_touched = true;
	visit->entry->version = visit->base;
	visit->entry->what = CATALOGUE_CHANGED;
}

static bool is_all_new(const GPtrArray *timeline)
{
	for (guint i = 0; i < timeline->len; i++) {
		if (((const struct catalogue_version *)timeline->pdata[i])->id != 0) {
			return false;
		}
	}
	return true;
}

static void begin_version(struct visit *visit)
{
	struct catalogue_version *version = g_new0(struct catalogue_version, 1);
	int32_t to = end_of(visit);
	int merged = PLACE_MERGED(visit->plan->table->owner);
	bool is_history = is_all_new(visit->timeline);

	if (visit->from < visit->plan->today && !is_history) {
		refuse(visit, "valid_from", CATALOGUE_PAST);
	} else if (visit->next && to > visit->next->from) {
		refuse(visit, "valid_to", CATALOGUE_OVERLAP);
	} else if (to <= visit->from || (to < visit->plan->today && !is_history)) {
		refuse(visit, "valid_to", CATALOGUE_ENDS_BEFORE);
	}
	fill(visit, version);
	if (visit->entry->what == CATALOGUE_REFUSED) {
		g_free(version);
		return;
	}
	if (merged >= 0 && !visit->row->cells[merged]) {
		version->cells[merged] = "";
	}
	version->from = visit->from;
	version->to = to;
	visit->entry->version = version;
	visit->entry->what = visit->base ? CATALOGUE_CHANGED : CATALOGUE_ADDED;
	if (visit->base) {
		visit->base->to = visit->from;
		visit->base->is_touched = true;
	}
	g_ptr_array_insert(visit->timeline, (gint)visit->place, version);
}

static void look_around(struct visit *visit)
{
	for (visit->place = 0; visit->place < visit->timeline->len; visit->place++) {
		struct catalogue_version *version = visit->timeline->pdata[visit->place];

		if (version->from > visit->from) {
			visit->next = version;
			return;
		}
		if (version->to > visit->from) {
			visit->base = version;
		}
	}
}

static void read_days(struct visit *visit)
{
	const struct catalogue_table *table = visit->plan->table;
	const char *from = visit->row->cells[catalogue_from(table)];
	const char *to = visit->row->cells[catalogue_to(table)];
	int32_t far = visit->plan->today + CATALOGUE_DAYS_AHEAD;

	visit->from = visit->plan->today;
	visit->to = CATALOGUE_NEVER;
	visit->is_to_said = to != NULL;
	/* The cells were read as days before. */
	if (from && from[0] && !catalogue_parse_day(from, &visit->from)) {
		refuse(visit, "valid_from", CATALOGUE_BAD_DAY);
	}
	if (to && to[0] && !catalogue_parse_day(to, &visit->to)) {
		refuse(visit, "valid_to", CATALOGUE_BAD_DAY);
	}
	if (visit->from > far) {
		refuse(visit, "valid_from", CATALOGUE_TOO_FAR);
	}
	if (visit->to != CATALOGUE_NEVER && visit->to > far) {
		refuse(visit, "valid_to", CATALOGUE_TOO_FAR);
	}
}

static void check_merged(struct visit *visit)
{
	const char *merged = said_merged(visit);

	if (merged[0] == '\0') {
		return;
	}
	if (strcmp(merged, visit->row->cells[0]) == 0) {
		refuse(visit, "merged_into", CATALOGUE_MERGED_SELF);
	} else if (end_of(visit) == CATALOGUE_NEVER) {
		refuse(visit, "merged_into", CATALOGUE_MERGED_OPEN);
	}
}

static void take_dated(struct visit *visit)
{
	g_autofree char *mark = g_strdup_printf("%s %d", visit->entry->key, visit->from);

	if (!g_hash_table_add(
		    visit->plan->seen, (gpointer)catalogue_plan_text(visit->plan, mark))) {
		refuse(visit, visit->plan->table->columns[0].name, CATALOGUE_TWICE);
	}
	look_around(visit);
	check_merged(visit);
	if (visit->entry->what == CATALOGUE_REFUSED) {
		return;
	}
	if (visit->base && is_same_content(visit)) {
		end_version(visit);
	} else if (visit->base && visit->base->from == visit->from) {
		correct(visit);
	} else {
		begin_version(visit);
	}
}

/* What has no days is what it is now. */
static void take_undated(struct visit *visit)
{
	struct catalogue_version *version =
		visit->timeline->len > 0 ? visit->timeline->pdata[0] : NULL;

	if (!g_hash_table_add(visit->plan->seen, (gpointer)visit->entry->key)) {
		refuse(visit, visit->plan->table->columns[0].name, CATALOGUE_TWICE);
		return;
	}
	visit->base = version;
	if (version && is_same_content(visit)) {
		visit->entry->version = version;
		return;
	}
	visit->entry->what = version ? CATALOGUE_CHANGED : CATALOGUE_ADDED;
	if (!version) {
		version = g_new0(struct catalogue_version, 1);
		version->to = CATALOGUE_NEVER;
		g_ptr_array_add(visit->timeline, version);
	}
	fill(visit, version);
	version->is_touched = true;
	visit->entry->version = version;
}

struct catalogue_entry *catalogue_plan_take(
	struct catalogue_plan *plan, const struct catalogue_row *row)
{
	g_autofree char *key = catalogue_key(plan->table, row->cells);
	struct visit visit = {.plan = plan, .row = row};

	visit.entry = catalogue_entry_new(row->line, catalogue_plan_text(plan, key));
	visit.timeline = catalogue_plan_timeline(plan, visit.entry->key);
	if (plan->table->is_dated) {
		read_days(&visit);
		take_dated(&visit);
	} else {
		take_undated(&visit);
	}
	return visit.entry;
}
