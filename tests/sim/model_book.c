#include "model.h"

#include <string.h>

#include <hoso/limits.h>

#include "base/attr.h"
#include "faults.h"
#include "world.h"

/*
 * The intake's statements (store/book_read.c, store/book_write.c, store/shelf.c), one by one. When a
 * statement there changes its name, its parameters or its columns, this is the file to follow it in.
 */

const struct town_entry town[] = {
	{"a", "1", "H06", "Một cửa Vũng Tàu", "", "", "t"},
	{"a", "2", "H07", "Một cửa Long Điền", "", "", "t"},
	{"p", "1", "1.001", "Cấp giấy phép", "LV1", "Xây dựng", "t"},
	{"p", "2", "2.002", "Chỉ tại quầy", "LV2", "Hộ tịch", "f"},
	{"o", "1", "VT-01", "Bưu cục 1", "", "", "t"},
	{"o", "2", "VT-02", "Bưu cục 2", "", "", "t"},
	{"o", "3", "VT-03", "Bưu cục 3", "", "", "t"},
};
const unsigned town_count = ARRAY_SIZE(town);

const struct town_entry *town_find(const char *what, const char *id)
{
	static const struct town_entry nothing = {NULL, NULL, NULL, NULL, NULL, NULL, NULL};

	for (unsigned i = 0; i < town_count && id; i++) {
		if (strcmp(town[i].what, what) == 0 && strcmp(town[i].id, id) == 0) {
			return &town[i];
		}
	}
	return &nothing;
}

/* ── parameters ─────────────────────────────────────────────────────────────────────────────────── */

static bool is_listed(const unsigned *list, unsigned number)
{
	for (; *list != UINT_MAX; list++) {
		if (*list == number) {
			return true;
		}
	}
	return false;
}

/* One array per column becomes one target per row, with room for all of the table's columns. */
void model_target_columns(struct db_session *session, unsigned columns, const unsigned *uuids)
{
	for (int column = 0; column < session->count; column++) {
		g_autoptr(GPtrArray) array = cell_array(session->values[column]);

		for (guint row = 0; row < array->len; row++) {
			const char *text = array->pdata[row];
			if (column == 0) {
				g_ptr_array_add(session->targets, cell_row(columns));
			}
			((const char **)session->targets->pdata[row])[column] =
				is_listed(uuids, (unsigned)column) ? cell_uuid(text) : text;
		}
	}
}

static bool holds(const GPtrArray *list, const char *text)
{
	for (guint i = 0; i < list->len; i++) {
		if (cell_is(list->pdata[i], text)) {
			return true;
		}
	}
	return false;
}

/* ── reading ────────────────────────────────────────────────────────────────────────────────────── */

/* The dossiers of item codes $1 and dossier codes $2. */
static void target_dossiers(struct db_session *session)
{
	g_autoptr(GPtrArray) items = cell_array(session->values[0]);
	g_autoptr(GPtrArray) codes = cell_array(session->values[1]);
	g_autoptr(GPtrArray) ids = g_ptr_array_new();

	for (guint i = 0; i < model_tables[T_LEG]->len; i++) {
		const char **leg = model_seen(model_tables[T_LEG]->pdata[i], session);
		if (leg && holds(items, leg[L_CODE])) {
			g_ptr_array_add(ids, (gpointer)(uintptr_t)leg[L_DOSSIER]);
		}
	}
	for (guint i = 0; i < model_tables[T_DOSSIER]->len; i++) {
		struct row *row = model_tables[T_DOSSIER]->pdata[i];
		const char **dossier = model_seen(row, session);
		if (dossier && (holds(codes, dossier[D_CODE]) || holds(ids, dossier[D_ID]))) {
			g_ptr_array_add(session->targets, row);
		}
	}
}

static gint compare_rows(gconstpointer a, gconstpointer b, gpointer data)
{
	const struct row *first = *(const struct row *const *)a;
	const struct row *second = *(const struct row *const *)b;

	return strcmp(model_seen(first, data)[0], model_seen(second, data)[0]);
}

static void lock_begin(struct db_session *session)
{
	target_dossiers(session);
	g_ptr_array_sort_with_data(session->targets, compare_rows, session);
	if (fault_planted(FAULT_OLD_SNAPSHOT)) {
		g_hash_table_remove_all(session->snapshot);
		for (guint i = 0; i < session->targets->len; i++) {
			struct row *row = session->targets->pdata[i];
			g_hash_table_insert(session->snapshot, row, row->committed);
		}
	}
}

static enum db_step lock_take(
	struct db_session *session, gpointer target, const char **ret_sqlstate)
{
	(void)ret_sqlstate;
	if (!fault_planted(FAULT_NO_LOCK) && model_lock(session, target) == DB_WAITS) {
		return DB_WAITS;
	}
	model_answer(session, model_seen(target, session));
	return DB_DONE;
}

static const char *person_name(const struct db_session *session, const char **dossier)
{
	bool to_receiver = cell_is(dossier[D_SERVICE], "2");
	const char *id = dossier[to_receiver ? D_RECEIVER : D_SENDER];
	struct row *row = id ? model_find(T_PERSON, id, session) : NULL;

	return row ? model_seen(row, session)[P_NAME] : NULL;
}

static enum db_step dossiers_take(
	struct db_session *session, gpointer target, const char **ret_sqlstate)
{
	const char **old = g_hash_table_lookup(session->snapshot, target);
	const char **dossier = old ? old : model_seen(target, session);
	const struct town_entry *agency = town_find("a", dossier[D_AGENCY]);
	const struct town_entry *procedure = town_find("p", dossier[D_PROCEDURE]);
	const char *answer[] = {dossier[D_ID], dossier[D_CODE], dossier[D_STUB], dossier[D_SERVICE],
		dossier[D_SENDER], dossier[D_RECEIVER], dossier[D_DUE], dossier[D_DSEQ],
		dossier[D_HASH], dossier[D_LEGS], dossier[D_RECORDED], agency->id, agency->code,
		agency->name, procedure->id, procedure->code, procedure->name,
		procedure->field_code, procedure->field_name, person_name(session, dossier),
		dossier[D_MERGED]};

	(void)ret_sqlstate;
	model_answer(session, cell_copy(answer, ARRAY_SIZE(answer)));
	return DB_DONE;
}

static void legs_begin(struct db_session *session)
{
	g_autoptr(GPtrArray) items = cell_array(session->values[0]);

	for (guint i = 0; i < model_tables[T_LEG]->len; i++) {
		const char **leg = model_seen(model_tables[T_LEG]->pdata[i], session);
		if (leg && holds(items, leg[L_CODE])) {
			const char *answer[] = {leg[L_ID], leg[L_DOSSIER], leg[L_NO], leg[L_KIND],
				leg[L_CODE], leg[L_ACTOR], leg[L_SEAL], leg[L_FEE], leg[L_POSTAGE],
				leg[L_COLLECT], leg[L_OFFICES], leg[L_TRACK]};
			model_answer(session, cell_copy(answer, ARRAY_SIZE(answer)));
		}
	}
}

static void known_begin(struct db_session *session)
{
	g_autoptr(GPtrArray) ids = cell_array(session->values[0]);

	for (guint i = 0; i < ids->len && !fault_planted(FAULT_KNOWN_FORGOTTEN); i++) {
		const char *id = cell_uuid(ids->pdata[i]);
		struct row *row = model_find(T_EVENT, id, session);
		const char **event = row ? model_seen(row, session) : NULL;
		if (event) {
			const char *answer[] = {event[E_ID], event[E_CONTENT], event[E_VERDICT],
				event[E_WHY], event[E_LEG_STATE], event[E_DSEQ], event[E_GAP],
				event[E_ACTOR], event[E_RECORDED]};
			model_answer(session, cell_copy(answer, ARRAY_SIZE(answer)));
		}
	}
}

static void catalogue_begin(struct db_session *session)
{
	static const char whats[] = "apo";

	for (int part = 0; part < 3; part++) {
		g_autoptr(GPtrArray) codes = cell_array(session->values[part]);
		for (unsigned i = 0; i < town_count; i++) {
			if (town[i].what[0] == whats[part] && holds(codes, town[i].code)) {
				const char *answer[] = {town[i].what, town[i].id, town[i].code,
					town[i].name, town[i].field_code, town[i].field_name,
					town[i].by_post};
				model_answer(session, cell_copy(answer, ARRAY_SIZE(answer)));
			}
		}
	}
}

/* ── writing ────────────────────────────────────────────────────────────────────────────────────── */

static const unsigned person_uuids[] = {P_ID, UINT_MAX};
static const unsigned dossier_uuids[] = {D_ID, D_SENDER, D_RECEIVER, D_MERGED, UINT_MAX};
static const unsigned leg_uuids[] = {L_ID, L_DOSSIER, UINT_MAX};
static const unsigned event_uuids[] = {E_ID, E_DOSSIER, E_LEG, UINT_MAX};
static const unsigned outbox_uuids[] = {O_EVENT, O_DOSSIER, UINT_MAX};

static void persons_begin(struct db_session *session)
{
	model_target_columns(session, P_COUNT, person_uuids);
}

static enum db_step persons_take(
	struct db_session *session, gpointer target, const char **ret_sqlstate)
{
	return model_insert(session, T_PERSON, target, ret_sqlstate);
}

static gint compare_cells(gconstpointer a, gconstpointer b, gpointer column)
{
	const char *const *first = *(const char *const *const *)a;
	const char *const *second = *(const char *const *const *)b;
	guint at = GPOINTER_TO_UINT(column);

	return strcmp(first[at], second[at]);
}

/* ON CONFLICT (id) DO UPDATE; @kept is the column that an update leaves alone. */
static enum db_step upsert(struct db_session *session, enum db_table table, const char **cells,
	unsigned kept, const char **ret_sqlstate)
{
	struct row *row = model_find(table, cells[0], session);
	const char **changed;

	if (!row) {
		return model_insert(session, table, cells, ret_sqlstate);
	}
	if (model_lock(session, row) == DB_WAITS) {
		return DB_WAITS;
	}
	changed = cell_copy(cells, db_columns[table]);
	changed[kept] = model_seen(row, session)[kept];
	return model_update(session, table, row, changed, ret_sqlstate);
}

static void upsert_dossiers_begin(struct db_session *session)
{
	model_target_columns(session, D_COUNT, dossier_uuids);
	g_ptr_array_sort_with_data(session->targets, compare_cells, GUINT_TO_POINTER(D_ID));
}

static enum db_step upsert_dossiers_take(
	struct db_session *session, gpointer target, const char **ret_sqlstate)
{
	const char **cells = target;

	if (fault_planted(FAULT_HALF_WRITTEN) && model_find(T_DOSSIER, cells[D_ID], session) &&
		world_one_in(CHANCE_FLOW, 8)) {
		return DB_DONE;
	}
	return upsert(session, T_DOSSIER, cells, D_RECORDED, ret_sqlstate);
}

static void upsert_legs_begin(struct db_session *session)
{
	model_target_columns(session, L_COUNT, leg_uuids);
	g_ptr_array_sort_with_data(session->targets, compare_cells, GUINT_TO_POINTER(L_CODE));
}

static enum db_step upsert_legs_take(
	struct db_session *session, gpointer target, const char **ret_sqlstate)
{
	return upsert(session, T_LEG, target, L_CODE, ret_sqlstate);
}

static void events_begin(struct db_session *session)
{
	model_target_columns(session, E_COUNT, event_uuids);
}

static enum db_step events_take(
	struct db_session *session, gpointer target, const char **ret_sqlstate)
{
	const char **cells = target;

	if (g_str_has_prefix(cells[E_CODE], TOWN_POISON)) {
		*ret_sqlstate = TOWN_POISON_SQLSTATE;
		return DB_DONE;
	}
	return model_insert(session, T_EVENT, cells, ret_sqlstate);
}

static void insert_outbox_begin(struct db_session *session)
{
	model_target_columns(session, O_COUNT, outbox_uuids);
}

static enum db_step insert_outbox_take(
	struct db_session *session, gpointer target, const char **ret_sqlstate)
{
	const char **cells = target;

	if (fault_planted(FAULT_LINE_LOST) && world_one_in(CHANCE_FLOW, 8)) {
		return DB_DONE;
	}
	/* An identity's number is taken when the row is, and is not given back. */
	if (!cells[O_ID]) {
		cells[O_ID] = cell_number(++model_outbox_ids);
	}
	cells[O_ATTEMPT] = cells[O_FAILURES] = "0";
	cells[O_DOUBT] = "f";
	cells[O_NEXT] = cells[O_CREATED];
	cells[O_ERROR] = cells[O_ANSWER] = cells[O_WHY] = "";
	return model_insert(session, T_OUTBOX, cells, ret_sqlstate);
}

static void release_begin(struct db_session *session)
{
	g_autoptr(GPtrArray) ids = cell_array(session->values[0]);

	for (guint i = 0; i < model_tables[T_OUTBOX]->len; i++) {
		struct row *row = model_tables[T_OUTBOX]->pdata[i];
		const char **line = model_seen(row, session);
		for (guint id = 0; line && id < ids->len; id++) {
			if (cell_is(line[O_DOSSIER], cell_uuid(ids->pdata[id])) &&
				cell_is(line[O_STATE], "waiting_code")) {
				g_ptr_array_add(session->targets, row);
			}
		}
	}
}

static enum db_step release_take(
	struct db_session *session, gpointer target, const char **ret_sqlstate)
{
	const char **cells;

	if (fault_planted(FAULT_NEVER_RELEASED)) {
		return DB_DONE;
	}
	if (model_lock(session, target) == DB_WAITS) {
		return DB_WAITS;
	}
	cells = cell_copy(model_seen(target, session), O_COUNT);
	if (!cell_is(cells[O_STATE], "waiting_code")) {
		return DB_DONE;
	}
	cells[O_STATE] = "ready";
	cells[O_NEXT] = cell_number(session->now_ms);
	return model_update(session, T_OUTBOX, target, cells, ret_sqlstate);
}

static void shelf_begin(struct db_session *session)
{
	const char **cells = cell_row(Q_COUNT);

	for (int i = 0; i < Q_COUNT; i++) {
		cells[i] = i == Q_EVENT ? cell_uuid(session->values[i])
					: cell_keep(session->values[i]);
	}
	g_ptr_array_add(session->targets, cells);
}

/* ON CONFLICT (event_id) DO NOTHING */
static enum db_step shelf_take(
	struct db_session *session, gpointer target, const char **ret_sqlstate)
{
	enum db_step step = model_insert(session, T_QUARANTINE, target, ret_sqlstate);

	*ret_sqlstate = NULL;
	return step;
}

const struct statement_model model_book[] = {
	{"book_lock", 1, lock_begin, lock_take},
	{"book_dossiers", 21, target_dossiers, dossiers_take},
	{"book_legs", 12, legs_begin, NULL},
	{"book_known", 9, known_begin, NULL},
	{"book_catalogue", 7, catalogue_begin, NULL},
	{"book_insert_persons", 0, persons_begin, persons_take},
	{"book_upsert_dossiers", 0, upsert_dossiers_begin, upsert_dossiers_take},
	{"book_upsert_legs", 0, upsert_legs_begin, upsert_legs_take},
	{"book_insert_events", 0, events_begin, events_take},
	{"book_insert_outbox", 0, insert_outbox_begin, insert_outbox_take},
	{"book_release_outbox", 0, release_begin, release_take},
	{"shelf_insert", 0, shelf_begin, shelf_take},
	{NULL, 0, NULL, NULL},
};
