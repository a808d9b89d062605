#include "model.h"

#include <string.h>

#include "base/attr.h"
#include "faults.h"
#include "world.h"

const unsigned db_columns[T_COUNT] = {D_COUNT, L_COUNT, E_COUNT, O_COUNT, P_COUNT, Q_COUNT};
const char *const db_table_names[T_COUNT] = {
	"dossier", "leg", "event", "outbox", "person", "quarantine"};

/* The unique keys of each table, as column sets; -1 ends a set. */
static const struct {
	enum db_table table;
	int columns[3];
} keys[] = {
	{T_DOSSIER, {D_ID, -1}},
	{T_DOSSIER, {D_CODE, -1}},
	{T_LEG, {L_ID, -1}},
	{T_LEG, {L_CODE, -1}},
	{T_LEG, {L_DOSSIER, L_NO, -1}},
	{T_EVENT, {E_ID, -1}},
	{T_OUTBOX, {O_EVENT, -1}},
	{T_OUTBOX, {O_DOSSIER, O_DSEQ, -1}},
	{T_PERSON, {P_ID, -1}},
	{T_QUARANTINE, {Q_EVENT, -1}},
};

GPtrArray *model_tables[T_COUNT];
static uint64_t asked;
void (*model_changed)(enum db_table table, const char **before, const char **after, int64_t now_ms);

const char **model_seen(const struct row *row, const struct db_session *by)
{
	return row->owner == by && row->pending ? row->pending : row->committed;
}

struct row *model_find(enum db_table table, const char *key, const struct db_session *by)
{
	for (guint i = 0; i < model_tables[table]->len; i++) {
		struct row *row = model_tables[table]->pdata[i];
		const char **cells = model_seen(row, by);
		if (cells && cell_is(cells[0], key)) {
			return row;
		}
	}
	return NULL;
}

enum db_step model_lock(struct db_session *session, struct row *row)
{
	if (row->owner && row->owner != session) {
		session->waits = row->owner;
		return DB_WAITS;
	}
	if (!row->owner) {
		row->owner = session;
		g_ptr_array_add(session->touched, row);
	}
	return DB_DONE;
}

static bool same_key(const char **a, const char **b, const int *columns)
{
	for (; *columns >= 0; columns++) {
		if (!cell_is(a[*columns], b[*columns])) {
			return false;
		}
	}
	return true;
}

/* Somebody else's unfinished work on the same key is waited for; what is there for good is a violation. */
static enum db_step look_at_key(struct db_session *session, enum db_table table, const int *columns,
	const struct row *self, const char **cells, const char **ret_sqlstate)
{
	for (guint i = 0; i < model_tables[table]->len; i++) {
		struct row *row = model_tables[table]->pdata[i];
		bool others = row->owner && row->owner != session && row->pending;
		const char **seen = model_seen(row, session);

		if (row == self) {
			continue;
		}
		if (others && (same_key(row->pending, cells, columns) ||
				      (row->committed && same_key(row->committed, cells, columns) &&
					      !same_key(row->pending, cells, columns)))) {
			session->waits = row->owner;
			return DB_WAITS;
		}
		if (seen && same_key(seen, cells, columns)) {
			*ret_sqlstate = "23505";
			return DB_DONE;
		}
	}
	return DB_DONE;
}

static enum db_step look_at_keys(struct db_session *session, enum db_table table,
	const struct row *self, const char **cells, const char **ret_sqlstate)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (keys[i].table == table && look_at_key(session, table, keys[i].columns, self,
						      cells, ret_sqlstate) == DB_WAITS) {
			return DB_WAITS;
		}
		if (*ret_sqlstate) {
			break;
		}
	}
	return DB_DONE;
}

enum db_step model_insert(struct db_session *session, enum db_table table, const char **cells,
	const char **ret_sqlstate)
{
	struct row *row;

	if (look_at_keys(session, table, NULL, cells, ret_sqlstate) == DB_WAITS) {
		return DB_WAITS;
	}
	if (!*ret_sqlstate) {
		row = cell_own(g_new0(struct row, 1));
		g_ptr_array_add(model_tables[table], row);
		model_lock(session, row);
		row->pending = cells;
	}
	return DB_DONE;
}

enum db_step model_update(struct db_session *session, enum db_table table, struct row *row,
	const char **cells, const char **ret_sqlstate)
{
	if (model_lock(session, row) == DB_WAITS ||
		look_at_keys(session, table, row, cells, ret_sqlstate) == DB_WAITS) {
		return DB_WAITS;
	}
	if (!*ret_sqlstate) {
		row->pending = cells;
	}
	return DB_DONE;
}

void model_answer(struct db_session *session, const char **cells)
{
	g_ptr_array_add(session->result, cells);
}

void model_target_rows(struct db_session *session, enum db_table table)
{
	for (guint i = 0; i < model_tables[table]->len; i++) {
		struct row *row = model_tables[table]->pdata[i];
		if (model_seen(row, session)) {
			g_ptr_array_add(session->targets, row);
		}
	}
}

/* ── transactions ───────────────────────────────────────────────────────────────────────────────── */

static enum db_table table_of(const struct row *row)
{
	for (int table = 0; table < T_COUNT; table++) {
		if (g_ptr_array_find(model_tables[table], row, NULL)) {
			return (enum db_table)table;
		}
	}
	g_assert_not_reached();
}

static void end_transaction(struct db_session *session, bool commits)
{
	for (guint i = 0; i < session->touched->len; i++) {
		struct row *row = session->touched->pdata[i];
		const char **after = commits ? row->pending : NULL;

		if (after && model_changed) {
			model_changed(table_of(row), row->committed, after, session->now_ms);
		}
		row->committed = after ? after : row->committed;
		row->pending = NULL;
		row->owner = NULL;
	}
	g_ptr_array_set_size(session->touched, 0);
	session->open = false;
	session->failed = false;
}

static struct db_session *model_open(void)
{
	struct db_session *session = g_new0(struct db_session, 1);

	session->targets = g_ptr_array_new();
	session->touched = g_ptr_array_new();
	session->result = g_ptr_array_new();
	session->snapshot = g_hash_table_new(NULL, NULL);
	return session;
}

static void model_close(struct db_session *session)
{
	end_transaction(session, false);
	g_ptr_array_unref(session->targets);
	g_ptr_array_unref(session->touched);
	g_ptr_array_unref(session->result);
	g_hash_table_unref(session->snapshot);
	g_free(session);
}

/* A transaction that fails lets go of everything at once; it stays open, and failed, until its end. */
static void model_fail(struct db_session *session)
{
	bool was_open = session->open;

	end_transaction(session, false);
	session->open = was_open;
	session->failed = was_open;
}

static void answer_failure(
	struct db_session *session, const char *sqlstate, struct db_answer *ret_answer)
{
	model_fail(session);
	g_strlcpy(ret_answer->sqlstate, sqlstate, sizeof ret_answer->sqlstate);
}

static PGresult *make_rows(struct db_session *session, unsigned columns)
{
	PGresult *rows = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
	g_autofree PGresAttDesc *names = g_new0(PGresAttDesc, columns);

	for (unsigned column = 0; column < columns; column++) {
		names[column].name = (char *)(uintptr_t) "column";
	}
	PQsetResultAttrs(rows, (int)columns, names);
	for (guint row = 0; row < session->result->len; row++) {
		const char **cells = session->result->pdata[row];
		for (unsigned column = 0; column < columns; column++) {
			const char *cell = cells[column];
			PQsetvalue(rows, (int)row, (int)column, (char *)(uintptr_t)cell,
				cell ? (int)strlen(cell) : -1);
		}
	}
	return rows;
}

static enum db_step go_on(struct db_session *session, struct db_answer *ret_answer)
{
	const struct statement_model *statement = session->statement;
	const char *sqlstate = NULL;

	session->waits = NULL;
	while (statement->take && session->at < session->targets->len) {
		gpointer target = session->targets->pdata[session->at];
		if (statement->take(session, target, &sqlstate) == DB_WAITS) {
			return DB_WAITS;
		}
		if (sqlstate) {
			answer_failure(session, sqlstate, ret_answer);
			return DB_DONE;
		}
		session->at++;
	}
	if (statement->columns > 0) {
		ret_answer->rows = make_rows(session, statement->columns);
	}
	return DB_DONE;
}

static const struct statement_model *statement_at(unsigned number)
{
	unsigned in_book = 0;

	while (model_book[in_book].name) {
		in_book++;
	}
	return number < in_book ? &model_book[number] : &model_outbox[number - in_book];
}

const char *model_statement(unsigned bit)
{
	return statement_at(bit)->name;
}

uint64_t model_asked(void)
{
	return asked;
}

static const struct statement_model *find_statement(const char *name)
{
	for (unsigned i = 0; statement_at(i)->name; i++) {
		if (strcmp(statement_at(i)->name, name) == 0) {
			asked |= UINT64_C(1) << i;
			return statement_at(i);
		}
	}
	g_error("the model does not know the statement %s", name);
}

static void end_by_name(struct db_session *session, const struct pg_statement *statement,
	struct db_answer *ret_answer)
{
	bool commits = statement == &pg_commit && !session->failed;

	end_transaction(session, commits && !fault_planted(FAULT_COMMIT_LIES));
	g_strlcpy(ret_answer->tag, commits ? "COMMIT" : "ROLLBACK", sizeof ret_answer->tag);
}

static enum db_step model_execute(struct db_session *session, const struct pg_statement *statement,
	char *const *values, int count, struct db_answer *ret_answer)
{
	memset(ret_answer, 0, sizeof *ret_answer);
	if (statement == &pg_begin) {
		session->open = true;
		session->now_ms = world_database_now_ms();
		return DB_DONE;
	}
	if (statement == &pg_commit || statement == &pg_rollback) {
		end_by_name(session, statement, ret_answer);
		return DB_DONE;
	}
	if (session->failed) {
		answer_failure(session, "25P02", ret_answer);
		return DB_DONE;
	}
	session->statement = find_statement(statement->name);
	session->values = values;
	session->count = count;
	session->at = 0;
	g_ptr_array_set_size(session->targets, 0);
	g_ptr_array_set_size(session->result, 0);
	session->statement->begin(session);
	return go_on(session, ret_answer);
}

static enum db_step model_resume(struct db_session *session, struct db_answer *ret_answer)
{
	memset(ret_answer, 0, sizeof *ret_answer);
	return go_on(session, ret_answer);
}

static void model_cancel(struct db_session *session, const char *sqlstate)
{
	(void)sqlstate;
	session->waits = NULL;
	model_fail(session);
}

static bool model_waits_for(struct db_session *session, struct db_session *other)
{
	return session->waits == other;
}

static bool model_is_open(struct db_session *session)
{
	return session->open;
}

/* ── the whole ──────────────────────────────────────────────────────────────────────────────────── */

static void model_begin(void)
{
	model_outbox_ids = 0;
	asked = 0;
	for (int table = 0; table < T_COUNT; table++) {
		model_tables[table] = g_ptr_array_new();
	}
}

static void model_end(void)
{
	for (int table = 0; table < T_COUNT; table++) {
		g_ptr_array_unref(model_tables[table]);
	}
}

static GPtrArray *model_read(enum db_table table)
{
	GPtrArray *rows = g_ptr_array_new();

	for (guint i = 0; i < model_tables[table]->len; i++) {
		struct row *row = model_tables[table]->pdata[i];
		if (row->committed) {
			g_ptr_array_add(rows, row->committed);
		}
	}
	g_ptr_array_sort(rows, cell_compare_first);
	return rows;
}

static const char *const *model_find_event(const char *id)
{
	for (guint i = 0; i < model_tables[T_EVENT]->len; i++) {
		struct row *row = model_tables[T_EVENT]->pdata[i];
		if (row->committed && strcmp(row->committed[E_ID], id) == 0) {
			return row->committed;
		}
	}
	return NULL;
}

const struct database model_database = {
	.begin = model_begin,
	.end = model_end,
	.open = model_open,
	.close = model_close,
	.execute = model_execute,
	.resume = model_resume,
	.cancel = model_cancel,
	.fail = model_fail,
	.waits_for = model_waits_for,
	.is_open = model_is_open,
	.read = model_read,
	.find_event = model_find_event,
};
