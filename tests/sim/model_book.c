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
	{"a", "1", "H06", "Một cửa Vũng Tàu", "", "", "t", "VT"},
	{"a", "2", "H07", "Một cửa Long Điền", "", "", "t", "LD"},
	{"p", "1", "1.001", "Cấp giấy phép", "LV1", "Xây dựng", "t", NULL},
	{"p", "2", "2.002", "Chỉ tại quầy", "LV2", "Hộ tịch", "f", NULL},
	{"o", "1", "VT-01", "Bưu cục 1", "", "", "t", "VT"},
	{"o", "2", "VT-02", "Bưu cục 2", "", "", "t", "LD"},
	{"o", "3", "VT-03", "Bưu cục 3", "", "", "t", NULL},
};
const unsigned town_count = ARRAY_SIZE(town);

const struct town_entry *town_find(const char *what, const char *id)
{
	static const struct town_entry nothing = {NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL};

	for (unsigned i = 0; i < town_count && id; i++) {
		if (strcmp(town[i].what, what) == 0 && strcmp(town[i].id, id) == 0) {
			return &town[i];
		}
	}
	return &nothing;
}

/* ── parameters ─────────────────────────────────────────────────────────────────────────────────── */

void model_target_columns(struct db_session *session, unsigned columns)
{
	for (int column = 0; column < session->params->count; column++) {
		g_autoptr(GPtrArray) array = cell_array(session->params, column);

		for (guint row = 0; row < array->len; row++) {
			if (column == 0) {
				g_ptr_array_add(session->targets, cell_row(columns));
			}
			((const char **)session->targets->pdata[row])[column] = array->pdata[row];
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
	g_autoptr(GPtrArray) items = cell_array(session->params, 0);
	g_autoptr(GPtrArray) codes = cell_array(session->params, 1);
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

/* SKIP LOCKED: what somebody else has in hand does not come. Two of the lies are locks that let it come. */
static void leave_locked(struct db_session *session)
{
	guint kept = 0;

	for (guint i = 0; i < session->targets->len; i++) {
		struct row *row = session->targets->pdata[i];
		if (!row->owner || row->owner == session) {
			session->targets->pdata[kept++] = row;
		}
	}
	g_ptr_array_set_size(session->targets, (gint)kept);
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
	} else if (!fault_planted(FAULT_NO_LOCK)) {
		leave_locked(session);
	}
}

static enum db_step lock_take(
	struct db_session *session, gpointer target, const char **ret_sqlstate)
{
	const char **old = g_hash_table_lookup(session->snapshot, target);
	const char **dossier = old ? old : model_seen(target, session);
	const char *answer[] = {dossier[D_ID], dossier[D_CODE], dossier[D_STUB], dossier[D_SERVICE],
		dossier[D_SENDER], dossier[D_RECEIVER], dossier[D_DUE], dossier[D_DSEQ],
		dossier[D_HASH], dossier[D_LEGS], dossier[D_RECORDED], dossier[D_AGENCY],
		town_find("a", dossier[D_AGENCY])->code, dossier[D_PROCEDURE], dossier[D_WORDS],
		dossier[D_MERGED], dossier[D_SUBMITTER], dossier[D_STATUS], dossier[D_SUBMITTED],
		dossier[D_RECEIVED], dossier[D_READY], dossier[D_STEPS]};

	(void)ret_sqlstate;
	if (!fault_planted(FAULT_NO_LOCK) && model_lock(session, target) == DB_WAITS) {
		return DB_WAITS;
	}
	model_answer(session, cell_copy(answer, ARRAY_SIZE(answer)));
	return DB_DONE;
}

static void codes_begin(struct db_session *session)
{
	g_autoptr(GPtrArray) codes = cell_array(session->params, 0);

	for (guint i = 0; i < model_tables[T_DOSSIER]->len; i++) {
		const char **dossier = model_seen(model_tables[T_DOSSIER]->pdata[i], session);
		if (dossier && holds(codes, dossier[D_CODE])) {
			const char *answer[] = {dossier[D_ID], dossier[D_CODE]};
			model_answer(session, cell_copy(answer, ARRAY_SIZE(answer)));
		}
	}
}

/* The legs of the dossiers that have one of the items $1 or the codes $2. */
static void legs_begin(struct db_session *session)
{
	target_dossiers(session);
	for (guint i = 0; i < model_tables[T_LEG]->len; i++) {
		const char **leg = model_seen(model_tables[T_LEG]->pdata[i], session);
		for (guint at = 0; leg && at < session->targets->len; at++) {
			const char **dossier = model_seen(session->targets->pdata[at], session);
			if (dossier && cell_is(leg[L_DOSSIER], dossier[D_ID])) {
				const char *answer[] = {leg[L_ID], leg[L_DOSSIER], leg[L_NO],
					leg[L_KIND], leg[L_CODE], leg[L_ACTOR], leg[L_SEAL],
					leg[L_FEE], leg[L_POSTAGE], leg[L_COLLECT], leg[L_OFFICES],
					leg[L_TRACK], leg[L_PROMISED]};
				model_answer(session, cell_copy(answer, ARRAY_SIZE(answer)));
			}
		}
	}
	g_ptr_array_set_size(session->targets, 0);
}

/* The ids $1, between $2 and $3. */
static void known_begin(struct db_session *session)
{
	g_autoptr(GPtrArray) ids = cell_array(session->params, 0);
	const char *first = cell_uuid(session->params->values[1]);
	const char *last = cell_uuid(session->params->values[2]);

	for (guint i = 0; i < ids->len && !fault_planted(FAULT_KNOWN_FORGOTTEN); i++) {
		struct row *row = model_find(T_EVENT, ids->pdata[i], session);
		const char **event = row ? model_seen(row, session) : NULL;
		if (event && strcmp(event[E_ID], first) >= 0 && strcmp(event[E_ID], last) <= 0) {
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
		g_autoptr(GPtrArray) codes = cell_array(session->params, part);
		for (unsigned i = 0; i < town_count; i++) {
			if (town[i].what[0] == whats[part] && holds(codes, town[i].code)) {
				const char *answer[] = {town[i].what, town[i].id, town[i].code,
					town[i].name, town[i].field_code, town[i].field_name,
					town[i].by_post, town[i].by_post, town[i].by_post, "0",
					"1000000", "t"};
				model_answer(session, cell_copy(answer, ARRAY_SIZE(answer)));
			}
		}
	}
}

/* No scan of a schedule has money, so a void finds none; a statement that writes some would be one the model does not know. */
static void money_begin(struct db_session *session)
{
	(void)session;
}

/* ── writing ────────────────────────────────────────────────────────────────────────────────────── */

static void persons_begin(struct db_session *session)
{
	model_target_columns(session, P_COUNT);
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

static void insert_dossiers_begin(struct db_session *session)
{
	model_target_columns(session, D_COUNT);
	g_ptr_array_sort_with_data(session->targets, compare_cells, GUINT_TO_POINTER(D_ID));
}

static enum db_step insert_dossiers_take(
	struct db_session *session, gpointer target, const char **ret_sqlstate)
{
	return model_insert(session, T_DOSSIER, target, ret_sqlstate);
}

static void insert_legs_begin(struct db_session *session)
{
	model_target_columns(session, L_COUNT);
	g_ptr_array_sort_with_data(session->targets, compare_cells, GUINT_TO_POINTER(L_CODE));
}

static enum db_step insert_legs_take(
	struct db_session *session, gpointer target, const char **ret_sqlstate)
{
	return model_insert(session, T_LEG, target, ret_sqlstate);
}

/* The first @count columns of the row with the same id become @cells; @kept is one that stays all the same. */
static enum db_step update_columns(struct db_session *session, enum db_table table,
	const char **cells, unsigned count, unsigned kept, const char **ret_sqlstate)
{
	struct row *row = model_find(table, cells[0], session);
	const char **changed;

	if (!row) {
		return DB_DONE;
	}
	if (model_lock(session, row) == DB_WAITS) {
		return DB_WAITS;
	}
	changed = cell_copy(model_seen(row, session), db_columns[table]);
	for (unsigned column = 0; column < count; column++) {
		changed[column] = column == kept ? changed[column] : cells[column];
	}
	return model_update(session, table, row, changed, ret_sqlstate);
}

static bool is_forgotten(void)
{
	return fault_planted(FAULT_HALF_WRITTEN) && world_one_in(CHANCE_FLOW, 8);
}

static void update_dossiers_begin(struct db_session *session)
{
	model_target_columns(session, D_COUNT);
}

static enum db_step update_dossiers_take(
	struct db_session *session, gpointer target, const char **ret_sqlstate)
{
	return is_forgotten() ? DB_DONE
			      : update_columns(session, T_DOSSIER, target, D_COUNT, D_RECORDED,
					ret_sqlstate);
}

/* $1 id, $2 dseq, $3 hash */
static enum db_step move_dossiers_take(
	struct db_session *session, gpointer target, const char **ret_sqlstate)
{
	const char **cells = target;
	struct row *row = model_find(T_DOSSIER, cells[0], session);
	const char **changed;

	if (!row || is_forgotten()) {
		return DB_DONE;
	}
	if (model_lock(session, row) == DB_WAITS) {
		return DB_WAITS;
	}
	changed = cell_copy(model_seen(row, session), D_COUNT);
	changed[D_DSEQ] = cells[1];
	changed[D_HASH] = cells[2];
	return model_update(session, T_DOSSIER, row, changed, ret_sqlstate);
}

static void update_legs_begin(struct db_session *session)
{
	model_target_columns(session, L_COUNT);
}

static enum db_step update_legs_take(
	struct db_session *session, gpointer target, const char **ret_sqlstate)
{
	return update_columns(session, T_LEG, target, L_COUNT, L_CODE, ret_sqlstate);
}

/* The columns up to the track, which are the first ones of all. */
static enum db_step move_legs_take(
	struct db_session *session, gpointer target, const char **ret_sqlstate)
{
	return update_columns(session, T_LEG, target, L_TRACK + 1, L_COUNT, ret_sqlstate);
}

static void events_begin(struct db_session *session)
{
	model_target_columns(session, E_COUNT);
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
	model_target_columns(session, O_COUNT);
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
	g_autoptr(GPtrArray) ids = cell_array(session->params, 0);

	for (guint i = 0; i < model_tables[T_OUTBOX]->len; i++) {
		struct row *row = model_tables[T_OUTBOX]->pdata[i];
		const char **line = model_seen(row, session);
		for (guint id = 0; line && id < ids->len; id++) {
			if (cell_is(line[O_DOSSIER], ids->pdata[id]) &&
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
		cells[i] = i == Q_EVENT ? cell_uuid(session->params->values[i])
					: cell_keep(session->params->values[i]);
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

/* Nobody here asks for a PIN, or wants papers back: these tables stay empty. */
static void nothing_begin(struct db_session *session)
{
	(void)session;
}

const struct statement_model model_book[] = {
	{"book_lock", "utbiuutihisitituutstsh", lock_begin, lock_take},
	{"book_legs", "uuittttiiitht", legs_begin, NULL},
	{"book_known", "uhtttibts", known_begin, NULL},
	{"book_codes", "ut", codes_begin, NULL},
	{"book_catalogue", "tittttbbbiib", catalogue_begin, NULL},
	{"book_promise", "uiisib", model_promise_begin, NULL},
	{"book_care", "ututib", nothing_begin, NULL},
	{"book_keep_care", "", nothing_begin, NULL},
	{"book_money_moved", "iuuuttbitttiii", money_begin, NULL},
	{"book_insert_persons", "", persons_begin, persons_take},
	{"book_insert_dossiers", "", insert_dossiers_begin, insert_dossiers_take},
	{"book_update_dossiers", "", update_dossiers_begin, update_dossiers_take},
	{"book_move_dossiers", "", update_dossiers_begin, move_dossiers_take},
	{"book_insert_legs", "", insert_legs_begin, insert_legs_take},
	{"book_update_legs", "", update_legs_begin, update_legs_take},
	{"book_move_legs", "", update_legs_begin, move_legs_take},
	{"book_insert_events", "", events_begin, events_take},
	{"book_insert_outbox", "", insert_outbox_begin, insert_outbox_take},
	{"book_release_outbox", "", release_begin, release_take},
	{"shelf_insert", "", shelf_begin, shelf_take},
	{NULL, "", NULL, NULL},
};
