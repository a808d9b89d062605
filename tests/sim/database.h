#ifndef HOSO_TESTS_SIM_DATABASE_H
#define HOSO_TESTS_SIM_DATABASE_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "io/pg_conn.h"

/*
 * The two databases that a run can be played against: one in memory (model*.c) and a real PostgreSQL
 * (real.c). Both are asked with the store's own statements and their parameters, one at a time. A
 * statement that must wait for another session's transaction says so, and is resumed when one has ended.
 */

struct db_session;

enum db_step { DB_DONE, DB_WAITS };

/** struct db_answer - what one statement brought. @rows is the caller's; @sqlstate "" when it was taken. */
struct db_answer {
	PGresult *rows;
	char sqlstate[6];
	char tag[24];
};

enum db_table { T_DOSSIER, T_LEG, T_EVENT, T_OUTBOX, T_PERSON, T_QUARANTINE, T_COUNT };

/* The columns in which both show their tables. They are those of the store's INSERTs, in that order. */
enum {
	D_ID,
	D_CODE,
	D_STUB,
	D_AGENCY,
	D_PROCEDURE,
	D_SERVICE,
	D_SENDER,
	D_RECEIVER,
	D_DUE,
	D_DSEQ,
	D_HASH,
	D_LEGS,
	D_RECORDED,
	D_MERGED,
	D_WORDS,
	D_SUBMITTER,
	D_STATUS,
	D_SUBMITTED,
	D_RECEIVED,
	D_READY,
	D_STEPS,
	D_COUNT
};
enum {
	L_ID,
	L_KIND,
	L_STATE,
	L_STATE_AT,
	L_OFFICE,
	L_ACTOR,
	L_GAPS,
	L_CONFLICTS,
	L_ATTEMPTS,
	L_INVITATIONS,
	L_TRACK,
	L_DOSSIER,
	L_NO,
	L_CODE,
	L_SEAL,
	L_FEE,
	L_POSTAGE,
	L_COLLECT,
	L_OFFICES,
	L_ACCEPTED,
	L_ACCEPTED_OFFICE,
	L_ACCEPTED_BY,
	L_ATTEMPTED,
	L_ENDED,
	L_ENDED_OFFICE,
	L_ENDED_BY,
	L_PROMISED,
	L_FIRST_INVITED,
	L_LAST_INVITED,
	L_COUNT
};
enum {
	E_ID,
	E_DOSSIER,
	E_LEG,
	E_DSEQ,
	E_CODE,
	E_KIND,
	E_OCCURRED,
	E_RECORDED,
	E_ACCOUNT,
	E_ACTOR,
	E_ROLE,
	E_OFFICE,
	E_DEVICE,
	E_VERDICT,
	E_WHY,
	E_LEG_STATE,
	E_GAP,
	E_CONTENT,
	E_DATA,
	E_HASH,
	E_COUNT
};
enum {
	O_EVENT,
	O_DOSSIER,
	O_CODE,
	O_DSEQ,
	O_KIND,
	O_LINE,
	O_STATE,
	O_CREATED,
	O_ID,
	O_ATTEMPT,
	O_FAILURES,
	O_DOUBT,
	O_NEXT,
	O_LEASE,
	O_OWNER,
	O_ERROR,
	O_ANSWER,
	O_SETTLED,
	O_BY,
	O_WHY,
	O_COUNT
};
enum { P_ID, P_NAME, P_FOLDED, P_PHONE, P_ADDRESS, P_COUNT };
enum { Q_EVENT, Q_ACCOUNT, Q_CODE, Q_KIND, Q_OCCURRED, Q_DATA, Q_SQLSTATE, Q_COUNT };

extern const unsigned db_columns[T_COUNT];
extern const char *const db_table_names[T_COUNT];

struct database {
	/* An empty database with the town in it. */
	void (*begin)(void);
	void (*end)(void);
	struct db_session *(*open)(void);
	/* What is open is rolled back. */
	void (*close)(struct db_session *session);
	enum db_step (*execute)(struct db_session *session, const struct pg_statement *statement,
		const struct pg_params *params, struct db_answer *ret_answer);
	enum db_step (*resume)(struct db_session *session, struct db_answer *ret_answer);
	/* The waiting statement fails with @sqlstate, and so does its transaction. */
	void (*cancel)(struct db_session *session, const char *sqlstate);
	/* The transaction has failed, as if a statement had. */
	void (*fail)(struct db_session *session);
	bool (*waits_for)(struct db_session *session, struct db_session *other);
	bool (*is_open)(struct db_session *session);
	/* The rows of @table that are committed (const char **), by their first column; the caller unrefs the array. */
	GPtrArray *(*read)(enum db_table table);
	/* The committed event of this id, or NULL. */
	const char *const *(*find_event)(const char *id);
};

extern const struct database model_database;
extern const struct database real_database;

/** real_open() - @conninfo of the daemon's role and of a superuser; false and a line on stderr. */
bool real_open(const char *daemon_conninfo, const char *admin_conninfo);
void real_close(void);

/* The town that both begin with. */
#define TOWN_OFFICES 3
#define TOWN_AGENCIES 2
#define TOWN_POISON "POISON" /* no event of such an item can be inserted: SQLSTATE 22P05 */
#define TOWN_POISON_SQLSTATE "22P05"

#endif
