#ifndef HOSO_TESTS_SIM_MODEL_H
#define HOSO_TESTS_SIM_MODEL_H

#include "cells.h"
#include "database.h"

/*
 * The database in memory. A row has its committed cells and, while a transaction works on it, an owner
 * and perhaps pending cells. Whoever else wants the row waits for the owner. A statement sees what is committed
 * when it begins, and its own transaction's work; what it had to wait for, it looks at again.
 */
struct row {
	const char **committed; /* NULL: not there yet */
	const char **pending;   /* NULL: as committed */
	struct db_session *owner;
};

struct statement_model;

/**
 * struct db_session - one session of the model.
 * @targets: of the statement in work: rows that it locks (struct row), or cells that it inserts
 * @at:      how far it has come
 * @waits:   for this session's transaction to end
 */
struct db_session {
	bool open;
	bool failed;
	int64_t now_ms; /* of the transaction */
	const struct pg_params *params;
	bool is_binary; /* the answer is to be */
	const struct statement_model *statement;
	GPtrArray *targets;
	guint at;
	struct db_session *waits;
	GPtrArray *touched;   /* struct row, of this transaction */
	GPtrArray *result;    /* cells of the answer's rows */
	GHashTable *snapshot; /* of FAULT_OLD_SNAPSHOT: struct row, its cells */
};

/**
 * struct statement_model - how the model takes one of the store's statements.
 * @begin: choose the targets, and look at whatever the first snapshot is to be
 * @take:  one target: DB_WAITS when somebody else has it; may set @ret_sqlstate
 * @columns: of the answer, a letter each: (t)ext, (i)nteger, (b)ool, (u)uid, bytea in (h)ex, time(s)tamp; ""
 *           for a statement that answers with a tag only
 */
struct statement_model {
	const char *name;
	const char *columns;
	void (*begin)(struct db_session *session);
	enum db_step (*take)(
		struct db_session *session, gpointer target, const char **ret_sqlstate);
};

extern const struct statement_model model_book[];
extern const struct statement_model model_outbox[];
extern GPtrArray *model_tables[T_COUNT]; /* struct row */
extern int64_t model_outbox_ids;         /* the last number of outbox.id */

/* What every statement is made of. */
const char **model_seen(const struct row *row, const struct db_session *by); /* NULL: not there */
enum db_step model_lock(struct db_session *session, struct row *row);
enum db_step model_insert(struct db_session *session, enum db_table table, const char **cells,
	const char **ret_sqlstate);
enum db_step model_update(struct db_session *session, enum db_table table, struct row *row,
	const char **cells, const char **ret_sqlstate);
struct row *model_find(enum db_table table, const char *key, const struct db_session *by);
void model_answer(struct db_session *session, const char **cells);
void model_target_rows(struct db_session *session, enum db_table table);

/* One array parameter per column becomes one target per row, with room for so many columns. */
void model_target_columns(struct db_session *session, unsigned columns);

/** model_promise_begin() - book_promise; model_promise.c */
void model_promise_begin(struct db_session *session);

/* The town. */
struct town_entry {
	const char *what; /* "a", "p", "o" as book_catalogue says */
	const char *id, *code, *name, *field_code, *field_name, *by_post;
	const char *area; /* NULL: none */
};
extern const struct town_entry town[];
extern const unsigned town_count;
const struct town_entry *town_find(const char *what, const char *id);

/** model_asked() - the statements that were asked since the beginning, a bit each; model_statement() names them. */
uint64_t model_asked(void);
const char *model_statement(unsigned bit); /* NULL behind the last */

/** model_changed() - told of each row that a commit changes; @before NULL for a new one. The checks listen. */
extern void (*model_changed)(
	enum db_table table, const char **before, const char **after, int64_t now_ms);

#endif
