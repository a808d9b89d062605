#include "model/catalogue_file.h"

#include <string.h>

#include <hoso/limits.h>

#include "base/csv.h"

/* A file on its way in. @places: which column stands at which place of its lines; -1 for none. */
struct file {
	struct catalogue_plan *plan;
	const struct catalogue_table *table; /* of the file */
	int places[CSV_CELLS_MAX];
	unsigned count;
	GPtrArray *rows;
};

static enum catalogue_reason reason_of(enum csv_error error)
{
	switch (error) {
	case CSV_NOT_UTF8:
		return CATALOGUE_NOT_UTF8;
	case CSV_BAD_QUOTE:
		return CATALOGUE_BAD_QUOTE;
	case CSV_TOO_LONG:
		return CATALOGUE_FILE_TOO_LONG;
	case CSV_TOO_WIDE:
		return CATALOGUE_TOO_MANY_CELLS;
	case CSV_CELL_TOO_LONG:
		return CATALOGUE_TOO_LONG;
	case CSV_OK:
	default:
		return CATALOGUE_FINE;
	}
}

/* A name that is not known is told as it was written. */
static bool read_name(struct file *file, const struct csv_row *row, unsigned place)
{
	g_autofree char *name = g_strstrip(g_strdup(row->cells[place]));
	int column = catalogue_column(file->table, name);
	const char *kept = catalogue_plan_text(file->plan, name);

	file->places[place] = -1;
	if (column < 0 || column >= file->table->file_count) {
		if (name[0]) {
			catalogue_plan_refuse(
				file->plan, row->line, "", kept, CATALOGUE_UNKNOWN_COLUMN);
		}
		return false;
	}
	for (unsigned i = 0; i < place; i++) {
		if (file->places[i] == column) {
			catalogue_plan_refuse(
				file->plan, row->line, "", kept, CATALOGUE_COLUMN_TWICE);
			return false;
		}
	}
	file->places[place] = column;
	return true;
}

/* Keys must be there, and so must all that a list's line consists of. */
static bool read_header(struct file *file, const struct csv_row *row)
{
	unsigned before = file->plan->counts[CATALOGUE_REFUSED];

	file->count = row->count;
	for (unsigned place = 0; place < row->count; place++) {
		read_name(file, row, place);
	}
	for (int column = 0; column < file->table->file_count; column++) {
		const struct catalogue_column *needed = &file->table->columns[column];
		bool is_there = false;
		for (unsigned place = 0; place < row->count; place++) {
			is_there = is_there || file->places[place] == column;
		}
		if (!is_there &&
			(needed->need == CELL_KEY ||
				(file->table->list >= 0 && needed->need == CELL_REQUIRED))) {
			catalogue_plan_refuse(
				file->plan, row->line, "", needed->name, CATALOGUE_COLUMN_MISSING);
		}
	}
	return file->plan->counts[CATALOGUE_REFUSED] == before;
}

static bool read_cell(struct file *file, struct catalogue_row *row, int column, const char *text)
{
	const struct catalogue_column *described = &file->table->columns[column];
	g_autofree char *cell = NULL;
	enum catalogue_reason reason = catalogue_cell(described, csv_bare(text), &cell);

	if (reason) {
		catalogue_plan_refuse(file->plan, row->line, "", described->name, reason);
		return false;
	}
	row->cells[column] = catalogue_plan_text(file->plan, cell);
	return true;
}

/* A line that is shorter than the header ends in empty cells. */
static void read_line(struct file *file, const struct csv_row *line)
{
	struct catalogue_row *row = catalogue_plan_row(file->plan, line->line);
	bool good = true;

	for (unsigned place = file->count; place < line->count; place++) {
		if (line->cells[place][0]) {
			catalogue_plan_refuse(
				file->plan, line->line, "", NULL, CATALOGUE_TOO_MANY_CELLS);
			return;
		}
	}
	for (unsigned place = 0; place < file->count; place++) {
		if (file->places[place] >= 0) {
			const char *text = place < line->count ? line->cells[place] : "";
			good = read_cell(file, row, file->places[place], text) && good;
		}
	}
	if (good) {
		g_ptr_array_add(file->rows, row);
	}
}

char *catalogue_file_paste(const struct catalogue_table *table, const char *const *cells)
{
	GString *text = g_string_new(NULL);

	for (int column = 1; column < catalogue_from(table); column++) {
		const char *cell = cells[column];
		g_string_append(text, column > 1 ? CATALOGUE_CELL_END : "");
		g_string_append(text, cell ? cell : table->columns[column].fallback);
	}
	return g_string_free(text, FALSE);
}

void catalogue_file_list(const struct catalogue_table *table, const char *key, const char *list,
	const char *from, void (*take)(const char *const *cells, void *arg), void *arg)
{
	g_auto(GStrv) lines = g_strsplit(list, CATALOGUE_LINE_END, -1);

	for (char **line = lines; *line && list[0]; line++) {
		g_auto(GStrv) parts = g_strsplit(*line, CATALOGUE_CELL_END, -1);
		const char *cells[CATALOGUE_CELLS_MAX] = {key};
		int last = catalogue_from(table);

		for (int i = 0; parts[i] && i + 1 < last; i++) {
			cells[i + 1] = parts[i];
		}
		cells[last] = from;
		take(cells, arg);
	}
}

/* The lines of one procedure's list on their day, by their numbers. */
struct group {
	struct file *file;
	GPtrArray *rows;  /* struct catalogue_row */
	const char *list; /* what it was before */
	struct catalogue_entry *owner;
};

static gint by_number(gconstpointer a, gconstpointer b)
{
	const struct catalogue_row *first = *(struct catalogue_row *const *)a;
	const struct catalogue_row *second = *(struct catalogue_row *const *)b;
	gint64 order = g_ascii_strtoll(first->cells[1], NULL, 10) -
		       g_ascii_strtoll(second->cells[1], NULL, 10);

	return order != 0 ? (order < 0 ? -1 : 1) : (gint)first->line - (gint)second->line;
}

/* Checks of the lines among themselves; then the list as one cell. */
static char *join(struct group *group)
{
	struct catalogue_plan *plan = group->file->plan;
	GString *list = g_string_new(NULL);

	g_ptr_array_sort(group->rows, by_number);
	for (guint i = 0; i < group->rows->len; i++) {
		const struct catalogue_row *row = group->rows->pdata[i];
		const struct catalogue_row *before = i > 0 ? group->rows->pdata[i - 1] : NULL;
		g_autofree char *line = catalogue_file_paste(group->file->table, row->cells);

		if (before && strcmp(before->cells[1], row->cells[1]) == 0) {
			catalogue_plan_refuse(
				plan, row->line, row->cells[0], "no", CATALOGUE_TWICE);
		}
		g_string_append(list, i > 0 ? CATALOGUE_LINE_END : "");
		g_string_append(list, line);
	}
	return g_string_free(list, FALSE);
}

/* @cells: a line of the list as it was. What is in no line of the file any more was taken off. */
static void find_removed(const char *const *cells, void *arg)
{
	struct group *group = arg;
	const struct catalogue_row *first = group->rows->pdata[0];
	struct catalogue_entry *entry;
	g_autofree char *key = g_strconcat(cells[0], "/", cells[1], NULL);

	for (guint i = 0; i < group->rows->len; i++) {
		const struct catalogue_row *row = group->rows->pdata[i];
		if (strcmp(row->cells[1], cells[1]) == 0) {
			return;
		}
	}
	entry = catalogue_entry_new(first->line, catalogue_plan_text(group->file->plan, key));
	entry->what = CATALOGUE_CLOSED;
	entry->version = group->owner->version;
	catalogue_plan_note(group->file->plan, entry);
}

struct comparison {
	struct group *group;
	const struct catalogue_row *row;
	struct catalogue_entry *entry;
};

static void compare(const char *const *cells, void *arg)
{
	struct comparison *comparison = arg;
	struct catalogue_plan *plan = comparison->group->file->plan;
	const struct catalogue_table *table = comparison->group->file->table;

	if (strcmp(cells[1], comparison->row->cells[1]) != 0) {
		return;
	}
	comparison->entry->what = CATALOGUE_UNCHANGED;
	for (int i = 2; i < catalogue_from(table); i++) {
		const char *said = comparison->row->cells[i];
		const char *new = said ? said : table->columns[i].fallback;
		if (strcmp(cells[i], new) != 0) {
			struct catalogue_change change = {
				table->columns[i].name, catalogue_plan_text(plan, cells[i]), new};
			g_array_append_val(comparison->entry->changes, change);
			comparison->entry->what = CATALOGUE_CHANGED;
		}
	}
}

/* The list's version is decided; now each line is told what became of it. */
static void tell_lines(struct group *group)
{
	struct catalogue_plan *plan = group->file->plan;
	const struct catalogue_table *table = group->file->table;

	for (guint i = 0; i < group->rows->len; i++) {
		const struct catalogue_row *row = group->rows->pdata[i];
		g_autofree char *key = g_strconcat(row->cells[0], "/", row->cells[1], NULL);
		struct comparison comparison = {.group = group, .row = row};

		comparison.entry = catalogue_entry_new(row->line, catalogue_plan_text(plan, key));
		comparison.entry->what = CATALOGUE_ADDED;
		comparison.entry->version = group->owner->version;
		catalogue_file_list(table, row->cells[0], group->list, "", compare, &comparison);
		catalogue_plan_note(plan, comparison.entry);
	}
	catalogue_file_list(table, ((const struct catalogue_row *)group->rows->pdata[0])->cells[0],
		group->list, "", find_removed, group);
}

static int32_t day_of(const struct catalogue_plan *plan, const char *text)
{
	int32_t day = plan->today;

	return text && text[0] && catalogue_parse_day(text, &day) ? day : plan->today;
}

/*
 * An export has the list of each version of a procedure, with its day. Any other second day is a slip: a line that was
 * added without one would be the whole list from today on.
 */
static bool is_one_of_many(const struct file *file, const struct catalogue_row *row)
{
	const GPtrArray *timeline = g_hash_table_lookup(file->plan->timelines, row->cells[0]);
	const char *from = row->cells[catalogue_from(file->table)];

	for (guint i = 0; from && from[0] && timeline && i < timeline->len; i++) {
		const struct catalogue_version *version = timeline->pdata[i];
		if (version->from == day_of(file->plan, from)) {
			return true;
		}
	}
	return false;
}

static void take_group(struct file *file, GPtrArray *rows, bool is_only)
{
	const struct catalogue_row *first = rows->pdata[0];
	struct group group = {.file = file, .rows = rows, .list = ""};
	struct catalogue_row *owner = catalogue_plan_row(file->plan, first->line);
	const char *from = first->cells[catalogue_from(file->table)];
	const struct catalogue_version *before =
		catalogue_plan_in_force(file->plan, first->cells[0], day_of(file->plan, from));
	g_autofree char *list = join(&group);

	if (!before) {
		catalogue_plan_refuse(file->plan, first->line, first->cells[0], "procedure",
			CATALOGUE_UNKNOWN_REFERENCE);
		return;
	}
	if (!is_only && !is_one_of_many(file, first)) {
		catalogue_plan_refuse(file->plan, first->line, first->cells[0], "valid_from",
			CATALOGUE_DAYS_DIFFER);
		return;
	}
	group.list = before->cells[file->table->list];
	owner->cells[0] = first->cells[0];
	owner->cells[catalogue_from(file->plan->table)] = from;
	owner->cells[file->table->list] = catalogue_plan_text(file->plan, list);
	group.owner = catalogue_plan_take(file->plan, owner);
	if (group.owner->what == CATALOGUE_REFUSED) {
		catalogue_plan_note(file->plan, group.owner);
		return;
	}
	tell_lines(&group);
	catalogue_entry_free(group.owner);
}

static void free_rows(gpointer rows)
{
	g_ptr_array_unref(rows);
}

/* Lines of one procedure and day belong together wherever they stand; the order is that of their first lines. */
static GPtrArray *group_rows(struct file *file, GHashTable *days)
{
	g_autoptr(GHashTable) groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GPtrArray *order = g_ptr_array_new_with_free_func(free_rows);
	int from = catalogue_from(file->table);

	for (guint i = 0; i < file->rows->len; i++) {
		struct catalogue_row *row = file->rows->pdata[i];
		g_autofree char *key = g_strdup_printf(
			"%s %d", row->cells[0], day_of(file->plan, row->cells[from]));
		GPtrArray *rows = g_hash_table_lookup(groups, key);

		if (!rows) {
			gpointer code = (gpointer)row->cells[0];
			gint count = GPOINTER_TO_INT(g_hash_table_lookup(days, code));
			rows = g_ptr_array_new();
			g_ptr_array_add(order, rows);
			g_hash_table_insert(groups, g_steal_pointer(&key), rows);
			g_hash_table_insert(days, code, GINT_TO_POINTER(count + 1));
		}
		g_ptr_array_add(rows, row);
	}
	return order;
}

static void take_lists(struct file *file)
{
	g_autoptr(GHashTable) days = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GPtrArray) groups = group_rows(file, days);

	for (guint i = 0; i < groups->len; i++) {
		GPtrArray *rows = groups->pdata[i];
		const struct catalogue_row *first = rows->pdata[0];
		take_group(file, rows,
			GPOINTER_TO_INT(g_hash_table_lookup(days, first->cells[0])) == 1);
	}
}

static void take_rows(struct file *file)
{
	for (guint i = 0; i < file->rows->len; i++) {
		catalogue_plan_note(
			file->plan, catalogue_plan_take(file->plan, file->rows->pdata[i]));
	}
}

static void take_csv(struct file *file, const struct csv *csv)
{
	if (csv->rows->len == 0) {
		catalogue_plan_refuse(file->plan, 1, "", NULL, CATALOGUE_NO_HEADER);
		return;
	}
	if (!read_header(file, csv->rows->pdata[0])) {
		return;
	}
	file->rows = g_ptr_array_new();
	for (guint i = 1; i < csv->rows->len; i++) {
		read_line(file, csv->rows->pdata[i]);
	}
	if (file->table->list >= 0) {
		take_lists(file);
	} else {
		take_rows(file);
	}
	g_ptr_array_unref(file->rows);
}

void catalogue_file_take(struct catalogue_plan *plan, const char *text, size_t length)
{
	struct csv *csv = NULL;
	struct file file = {.plan = plan, .table = catalogue_table(plan->kind)};
	unsigned line = 0;
	enum csv_error error = csv_parse(text, length, &csv, &line);

	if (error) {
		catalogue_plan_refuse(plan, line, "", NULL, reason_of(error));
		return;
	}
	take_csv(&file, csv);
	csv_free(csv);
}

void catalogue_file_header(GString *text, const struct catalogue_table *table)
{
	g_string_append(text, CSV_BOM);
	for (int i = 0; i < table->file_count; i++) {
		csv_append(text, table->columns[i].name, i == 0);
	}
	csv_end(text);
}

void catalogue_file_line(
	GString *text, const struct catalogue_table *table, const char *const *cells)
{
	for (int i = 0; i < table->file_count; i++) {
		csv_append(text, cells[i] ? cells[i] : "", i == 0);
	}
	csv_end(text);
}
