#include "api/catalogue_json.h"

#include <string.h>

#include <hoso/limits.h>

#include "api/api_json.h"
#include "model/catalogue_file.h"

/* ── out ── */

static json_t *cell_json(const struct catalogue_column *column, const char *cell)
{
	switch (column->type) {
	case CELL_NUMBER:
		return cell[0] ? json_integer(g_ascii_strtoll(cell, NULL, 10)) : json_null();
	case CELL_FLAG:
		return json_boolean(strcmp(cell, "true") == 0);
	case CELL_CODE:
		return api_text_or_null(cell);
	case CELL_WORD:
	case CELL_TEXT:
	case CELL_NOTE:
	case CELL_DAY:
	case CELL_CHOICE:
	case CELL_LIST:
	default:
		return json_string(cell);
	}
}

/* A list that is being shown. */
struct listing {
	json_t *array;
	const struct catalogue_table *table;
	bool is_public;
};

static void add_line(const char *const *cells, void *arg)
{
	struct listing *listing = arg;
	json_t *line = json_object();

	for (int i = 1; i < catalogue_from(listing->table); i++) {
		const struct catalogue_column *column = &listing->table->columns[i];
		if (!listing->is_public || column->type != CELL_NOTE) {
			json_object_set_new(line, column->name,
				cell_json(column, cells[i] ? cells[i] : column->fallback));
		}
	}
	json_array_append_new(listing->array, line);
}

static json_t *list_json(enum catalogue_kind kind, const char *list, bool is_public)
{
	struct listing listing = {json_array(), catalogue_table(kind), is_public};

	catalogue_file_list(listing.table, "", list, "", add_line, &listing);
	return listing.array;
}

/* Offices hang below each other, and notes are for the counter: nobody else's business. */
static bool is_shown(const struct catalogue_table *table, int column, bool is_public)
{
	if (column == catalogue_from(table) || column == catalogue_to(table) ||
		column == PLACE_MERGED(table->owner)) {
		return false;
	}
	return !is_public ||
	       (table->columns[column].type != CELL_NOTE && column != PLACE_AREA(table->owner) &&
		       (table->owner != CATALOGUE_OFFICES || column != OFFICE_PARENT));
}

json_t *catalogue_json_row(
	const struct catalogue_table *table, const char *const *cells, bool is_public)
{
	json_t *row = json_object();

	for (int i = 0; i < table->file_count; i++) {
		if (is_shown(table, i, is_public)) {
			json_object_set_new(row, table->columns[i].name,
				cell_json(&table->columns[i], cells[i]));
		}
	}
	if (table->owner == CATALOGUE_PROCEDURES) {
		json_object_set_new(row, "papers",
			list_json(CATALOGUE_PAPERS, cells[PROCEDURE_PAPERS], is_public));
		json_object_set_new(
			row, "fees", list_json(CATALOGUE_FEES, cells[PROCEDURE_FEES], is_public));
	}
	return row;
}

/* ── in ── */

struct catalogue_reader {
	struct catalogue_json *json;
	struct api_reader member; /* of the entry that is being read */
	GHashTable *codes;        /* of the array that is being read */
};

static const char *keep(struct catalogue_reader *reader, const char *text)
{
	return g_string_chunk_insert_const(reader->json->texts, text);
}

/* The member as a text, when it is of the column's type; NULL otherwise. */
static char *value_text(const struct catalogue_column *column, const json_t *value)
{
	if (json_is_null(value) && column->need == CELL_OPTIONAL) {
		return g_strdup("");
	}
	switch (column->type) {
	case CELL_NUMBER:
		return json_is_integer(value)
			       ? g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value))
			       : NULL;
	case CELL_FLAG:
		return json_is_boolean(value) ? g_strdup(json_is_true(value) ? "true" : "false")
					      : NULL;
	case CELL_CODE:
	case CELL_WORD:
	case CELL_TEXT:
	case CELL_NOTE:
	case CELL_DAY:
	case CELL_CHOICE:
	case CELL_LIST:
	default:
		return json_is_string(value) &&
				       strlen(json_string_value(value)) == json_string_length(value)
			       ? g_strdup(json_string_value(value))
			       : NULL;
	}
}

static const char *read_cell(struct catalogue_reader *reader, const struct catalogue_column *column)
{
	enum api_need need = column->need == CELL_OPTIONAL ? API_OPTIONAL : API_REQUIRED;
	json_t *value = api_read_member(&reader->member, column->name, need);
	g_autofree char *text = NULL;
	g_autofree char *cell = NULL;

	if (!value) {
		return NULL;
	}
	text = value_text(column, value);
	if (!text || catalogue_cell(column, text, &cell)) {
		api_read_fail(&reader->member, HOSO_BAD_MEMBER, column->name);
		return NULL;
	}
	return keep(reader, cell);
}

/* One line of a procedure's list; its number is its place when it has none. */
static void read_line(struct catalogue_reader *reader, const struct catalogue_table *table,
	size_t place, GString *list)
{
	const char *cells[CATALOGUE_CELLS_MAX] = {""};
	g_autofree char *number = g_strdup_printf("%zu", place + 1);
	g_autofree char *line = NULL;
	struct catalogue_column no = table->columns[1];

	no.need = CELL_OPTIONAL;
	cells[1] = read_cell(reader, &no);
	cells[1] = cells[1] ? cells[1] : keep(reader, number);
	for (int i = 2; i < catalogue_from(table); i++) {
		cells[i] = read_cell(reader, &table->columns[i]);
	}
	if (strcmp(cells[1], number) != 0) {
		api_read_fail(&reader->member, HOSO_BAD_MEMBER, "no");
	}
	line = catalogue_file_paste(table, cells);
	g_string_append(list, place > 0 ? CATALOGUE_LINE_END : "");
	g_string_append(list, line);
}

static const char *read_list(
	struct catalogue_reader *reader, const char *name, enum catalogue_kind kind)
{
	json_t *array = api_read_member(&reader->member, name, API_OPTIONAL);
	struct api_reader outer = reader->member;
	g_autoptr(GString) list = g_string_new(NULL);
	size_t i;
	json_t *entry;

	if (!array) {
		return NULL;
	}
	if (!json_is_array(array) || json_array_size(array) > SCAN_PAPERS_MAX) {
		api_read_fail(&reader->member, HOSO_BAD_MEMBER, name);
		return NULL;
	}
	json_array_foreach(array, i, entry)
	{
		enum hoso_error error;
		reader->member = (struct api_reader){.object = entry};
		if (!json_is_object(entry)) {
			api_read_fail(&reader->member, HOSO_BAD_MEMBER, name);
		} else {
			read_line(reader, catalogue_table(kind), i, list);
		}
		error = api_read_end(&reader->member);
		if (error) {
			api_read_fail(&outer, error, reader->member.member);
			break;
		}
	}
	reader->member = outer;
	return keep(reader, list->str);
}

/* by_post says both at once; and what older clients do not say is as it always was. */
static void finish_procedure(struct catalogue_reader *reader, struct catalogue_row *row)
{
	static const char *const flags[] = {"send_by_post", "return_by_post"};
	bool by_post = true;

	api_read_bool(&reader->member, "by_post", API_OPTIONAL, &by_post);
	by_post = by_post || !json_object_get(reader->member.object, "by_post");
	for (size_t i = 0; i < G_N_ELEMENTS(flags); i++) {
		int column = catalogue_column(catalogue_table(CATALOGUE_PROCEDURES), flags[i]);
		row->cells[column] = row->cells[column] ? row->cells[column]
				     : by_post          ? "true"
							: "false";
	}
	row->cells[PROCEDURE_PAPERS] = read_list(reader, "papers", CATALOGUE_PAPERS);
	row->cells[PROCEDURE_FEES] = read_list(reader, "fees", CATALOGUE_FEES);
}

static void read_row(struct catalogue_reader *reader, enum catalogue_kind kind)
{
	static const char *const settled[] = {"parent", "field_code", "field_name", "fee", NULL};
	const struct catalogue_table *table = catalogue_table(kind);
	struct catalogue_row row = {0};

	for (int i = 0; i < table->file_count; i++) {
		const struct catalogue_column *column = &table->columns[i];
		row.cells[i] = read_cell(reader, column);
		if (!row.cells[i] && g_strv_contains(settled, column->name)) {
			row.cells[i] = column->fallback;
		}
	}
	if (kind == CATALOGUE_PROCEDURES) {
		finish_procedure(reader, &row);
	}
	if (row.cells[0] && !g_hash_table_add(reader->codes, (gpointer)row.cells[0])) {
		api_read_fail(&reader->member, HOSO_BAD_MEMBER, table->columns[0].name);
	}
	g_array_append_val(reader->json->rows[kind], row);
}

static enum hoso_error read_array(struct catalogue_reader *reader, json_t *array,
	enum catalogue_kind kind, const char **ret_member)
{
	size_t i;
	json_t *entry;

	reader->json->rows[kind] = g_array_new(FALSE, FALSE, sizeof(struct catalogue_row));
	reader->codes = g_hash_table_new(g_str_hash, g_str_equal);
	reader->member = (struct api_reader){0};
	json_array_foreach(array, i, entry)
	{
		reader->member = (struct api_reader){.object = entry};
		if (!json_is_object(entry)) {
			api_read_fail(&reader->member, HOSO_BAD_MEMBER, NULL);
			break;
		}
		read_row(reader, kind);
		if (api_read_end(&reader->member)) {
			break;
		}
	}
	g_hash_table_unref(reader->codes);
	*ret_member = reader->member.member ? reader->member.member : *ret_member;
	return reader->member.error;
}

static enum hoso_error read_arrays(
	struct catalogue_reader *reader, json_t *body, const char **ret_member)
{
	static const enum catalogue_kind kinds[] = {
		CATALOGUE_OFFICES, CATALOGUE_AGENCIES, CATALOGUE_PROCEDURES};
	struct api_reader top = {.object = body};
	enum hoso_error error = HOSO_OK;

	for (size_t i = 0; i < G_N_ELEMENTS(kinds) && !error; i++) {
		const char *name = catalogue_table(kinds[i])->name;
		json_t *array = api_read_member(&top, name, API_OPTIONAL);
		*ret_member = name;
		if (array && !json_is_array(array)) {
			return HOSO_BAD_MEMBER;
		}
		error = array ? read_array(reader, array, kinds[i], ret_member) : HOSO_OK;
	}
	if (!error) {
		error = api_read_end(&top);
		*ret_member = top.member;
	}
	return error;
}

enum hoso_error catalogue_json_read(
	json_t *body, struct catalogue_json **ret_json, const char **ret_member)
{
	struct catalogue_reader reader = {0};
	enum hoso_error error;

	*ret_member = NULL;
	if (!json_is_object(body)) {
		return HOSO_BAD_JSON;
	}
	reader.json = g_new0(struct catalogue_json, 1);
	reader.json->texts = g_string_chunk_new(16384);
	error = read_arrays(&reader, body, ret_member);
	if (error) {
		catalogue_json_free(reader.json);
		return error;
	}
	*ret_json = reader.json;
	return HOSO_OK;
}

void catalogue_json_free(struct catalogue_json *json)
{
	if (!json) {
		return;
	}
	for (int kind = 0; kind < CATALOGUE_COUNT; kind++) {
		if (json->rows[kind]) {
			g_array_unref(json->rows[kind]);
		}
	}
	g_string_chunk_free(json->texts);
	g_free(json);
}

/* ── the report ── */

static json_t *changes_json(const struct catalogue_entry *entry)
{
	json_t *array = json_array();

	for (guint i = 0; i < entry->changes->len; i++) {
		const struct catalogue_change *change =
			&g_array_index(entry->changes, struct catalogue_change, i);
		json_array_append_new(array, json_pack("{s:s, s:s, s:s}", "column", change->column,
						     "old", change->old, "new", change->new));
	}
	return array;
}

static json_t *line_json(const struct catalogue_plan *plan, const struct catalogue_entry *entry,
	enum hoso_language language)
{
	json_t *line = json_pack("{s:i, s:s, s:s}", "line", (int)entry->line, "what",
		catalogue_what_wire(entry->what), "key", entry->key);

	if (entry->what == CATALOGUE_REFUSED) {
		json_object_set_new(
			line, "reason", json_string(catalogue_reason_wire(entry->reason)));
		json_object_set_new(
			line, "text", json_string(catalogue_reason_text(entry->reason, language)));
		if (entry->column) {
			json_object_set_new(line, "column", json_string(entry->column));
		}
		return line;
	}
	if (plan->table->is_dated && entry->version) {
		char day[11];
		catalogue_format_day(entry->version->from, day);
		json_object_set_new(line, "valid_from", json_string(day));
	}
	if (entry->changes->len > 0) {
		json_object_set_new(line, "changes", changes_json(entry));
	}
	return line;
}

static gint by_line(gconstpointer a, gconstpointer b)
{
	const struct catalogue_entry *first = *(const struct catalogue_entry *const *)a;
	const struct catalogue_entry *second = *(const struct catalogue_entry *const *)b;

	return first->line < second->line ? -1 : first->line > second->line;
}

json_t *catalogue_report(
	const struct catalogue_plan *plan, bool dry_run, bool written, enum hoso_language language)
{
	json_t *lines = json_array();
	json_t *counts = json_object();

	g_ptr_array_sort(plan->entries, by_line);
	for (guint i = 0; i < plan->entries->len; i++) {
		const struct catalogue_entry *entry = plan->entries->pdata[i];
		if (entry->what != CATALOGUE_UNCHANGED) {
			json_array_append_new(lines, line_json(plan, entry, language));
		}
	}
	for (int what = 0; what < CATALOGUE_WHAT_COUNT; what++) {
		json_object_set_new(
			counts, catalogue_what_wire(what), json_integer(plan->counts[what]));
	}
	return json_pack("{s:s, s:b, s:b, s:o, s:o}", "table", catalogue_table(plan->kind)->name,
		"dry_run", dry_run, "written", written, "counts", counts, "lines", lines);
}
