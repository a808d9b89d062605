#include "database.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include <libpq-fe.h>

#include "base/attr.h"
#include "cells.h"
#include "world.h"

/*
 * A real PostgreSQL, one blocking statement at a time. Its now() is the world's: the sessions find hoso.now()
 * before pg_catalog's. Whether a statement waits for another session is asked of a third one.
 */

#define ANSWER_POLL_MS 2
#define VACUUM_EVERY 50 /* runs */
#define CLAIM_ORDER "ORDER BY o.next_at LIMIT"
#define CLAIM_ORDER_TOTAL                                                                          \
	"ORDER BY o.next_at, o.id LIMIT" /* ties broken, as the model breaks them */

struct db_session {
	PGconn *pg;
	GHashTable *prepared;
	const struct pg_statement *waiting;
};

static struct {
	const char *daemon_conninfo;
	PGconn *admin;
	unsigned begun;
	GPtrArray *idle; /* struct db_session: connecting anew takes longer than a run */
} real;

/* clang-format off */
static const char set_up[] =
	"SET client_min_messages = warning; SET search_path = hoso;"
	"CREATE OR REPLACE FUNCTION hoso.now() RETURNS timestamptz LANGUAGE sql STABLE"
	" AS $$ SELECT hoso.at(current_setting('sim.now')::bigint) $$;"
	"CREATE TABLE IF NOT EXISTS event_sim PARTITION OF event"
	" FOR VALUES FROM (uuid7_floor('2024-03-01 00:00Z')) TO (uuid7_floor('2024-04-01 00:00Z'));"
	"CREATE OR REPLACE FUNCTION sim_poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
	" IF NEW.item_code LIKE '" TOWN_POISON "%' THEN RAISE 'poison' USING ERRCODE = '" TOWN_POISON_SQLSTATE "'; END IF;"
	" RETURN NEW; END $$;"
	"CREATE OR REPLACE TRIGGER sim_poison BEFORE INSERT ON event_sim FOR EACH ROW EXECUTE FUNCTION sim_poison();"
	"INSERT INTO area VALUES ('VT', 'Vũng Tàu'), ('LD', 'Long Điền') ON CONFLICT DO NOTHING;"
	"INSERT INTO area_relation VALUES ('LD', 'VT', 'province') ON CONFLICT DO NOTHING;"
	"INSERT INTO office (id, code, name, valid_from, area) OVERRIDING SYSTEM VALUE VALUES"
	" (1, 'VT-01', 'Bưu cục 1', '2020-01-01', 'VT'), (2, 'VT-02', 'Bưu cục 2', '2020-01-01', 'LD'),"
	" (3, 'VT-03', 'Bưu cục 3', '2020-01-01', NULL) ON CONFLICT DO NOTHING;"
	"INSERT INTO office_scope VALUES (1, 1), (1, 2), (1, 3), (2, 2), (3, 3) ON CONFLICT DO NOTHING;"
	"INSERT INTO agency (id, code, name, valid_from, area) OVERRIDING SYSTEM VALUE VALUES"
	" (1, 'H06', 'Một cửa Vũng Tàu', '2020-01-01', 'VT'), (2, 'H07', 'Một cửa Long Điền', '2020-01-01', 'LD')"
	" ON CONFLICT DO NOTHING;"
	"INSERT INTO procedure (id, code, name, field_code, field_name, by_post, send_by_post, return_by_post, valid_from)"
	" OVERRIDING SYSTEM VALUE VALUES"
	" (1, '1.001', 'Cấp giấy phép', 'LV1', 'Xây dựng', true, true, true, '2020-01-01'),"
	" (2, '2.002', 'Chỉ tại quầy', 'LV2', 'Hộ tịch', false, false, false, '2020-01-01') ON CONFLICT DO NOTHING;"
	"INSERT INTO account (id, account, name, role, office_id, password_hash) OVERRIDING SYSTEM VALUE VALUES"
	" (3, 'sim', 'Sim', 'supervisor', 1, 'x') ON CONFLICT DO NOTHING;";

/* The append-only triggers do not fire for a replica. */
static const char empty[] =
	"SET session_replication_role = replica;"
	"DELETE FROM event; DELETE FROM outbox; DELETE FROM leg; DELETE FROM dossier; DELETE FROM person;"
	"DELETE FROM quarantine; DELETE FROM audit; ALTER SEQUENCE outbox_id_seq RESTART;"
	"RESET session_replication_role;";

static const char *const selects[T_COUNT] = {
	[T_DOSSIER] = "SELECT id, code, stub, agency_id, procedure_id, service, sender_id, receiver_id, due_on, dseq,"
		" hash, legs, ms(recorded_at), merged_into, words, submitter_id, status, ms(submitted_at), received_on,"
		" ms(result_ready_at), steps FROM dossier",
	[T_LEG] = "SELECT id, kind, state, ms(state_at), state_office_id, state_actor, gaps, conflicts, attempts, invitations,"
		" track, dossier_id, no, item_code, seal, fee_vnd, postage_vnd, collect_vnd, offices, ms(accepted_at),"
		" accepted_office_id, accepted_by, ms(attempted_at), ms(ended_at), ended_office_id, ended_by, promised_on, ms(first_invited_at),"
		" ms(last_invited_at) FROM leg",
	[T_EVENT] = "SELECT id, dossier_id, leg_id, dseq, item_code, kind, ms(occurred_at), ms(recorded_at), account_id,"
		" actor, role, office_id, device, verdict, why, leg_state, gap, content, data, hash FROM event",
	[T_OUTBOX] = "SELECT event_id, dossier_id, item_code, dseq, kind, line, state, ms(created_at), id, attempt,"
		" failures, in_doubt, ms(next_at), ms(lease_until), lease_owner, last_error, answer, ms(settled_at),"
		" settled_by, settled_why FROM outbox",
	[T_PERSON] = "SELECT id, name, name_folded, phone, address FROM person",
	[T_QUARANTINE] = "SELECT event_id, account_id, item_code, kind, ms(occurred_at), data, sqlstate FROM quarantine",
};
/* clang-format on */

static bool exec(PGconn *pg, const char *sql)
{
	PGresult *result = PQexec(pg, sql);
	ExecStatusType status = PQresultStatus(result);
	bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;

	if (!good) {
		fprintf(stderr, "sim: %s\n", PQresultErrorMessage(result));
	}
	PQclear(result);
	return good;
}

static PGresult *ask_admin(const char *name, const char *first, const char *second)
{
	const char *values[] = {first, second};
	int count = (first != NULL) + (second != NULL);
	PGresult *rows = PQexecPrepared(real.admin, name, count, values, NULL, NULL, 0);

	if (PQresultStatus(rows) != PGRES_TUPLES_OK) {
		g_error("%s", PQresultErrorMessage(rows));
	}
	return rows;
}

static bool prepare_question(const char *name, const char *sql)
{
	PGresult *result = PQprepare(real.admin, name, sql, 0, NULL);
	bool good = PQresultStatus(result) == PGRES_COMMAND_OK;

	PQclear(result);
	return good;
}

static bool prepare_questions(void)
{
	g_autofree char *find = g_strdup_printf("%s WHERE id = $1::uuid", selects[T_EVENT]);
	bool good =
		prepare_question("find_event", find) &&
		prepare_question("is_blocked", "SELECT pg_blocking_pids($1::int) <> '{}'") &&
		prepare_question("waits_for", "SELECT $2::int = ANY (pg_blocking_pids($1::int))");

	for (int table = 0; table < T_COUNT; table++) {
		good = good && prepare_question(db_table_names[table], selects[table]);
	}
	return good;
}

bool real_open(const char *daemon_conninfo, const char *admin_conninfo)
{
	real.daemon_conninfo = daemon_conninfo;
	real.idle = g_ptr_array_new();
	real.admin = PQconnectdb(admin_conninfo);
	if (PQstatus(real.admin) != CONNECTION_OK) {
		fprintf(stderr, "sim: %s\n", PQerrorMessage(real.admin));
		return false;
	}
	return exec(real.admin, set_up) && prepare_questions();
}

static void finish_session(struct db_session *session)
{
	PQfinish(session->pg);
	g_hash_table_unref(session->prepared);
	g_free(session);
}

void real_close(void)
{
	for (guint i = 0; real.idle && i < real.idle->len; i++) {
		finish_session(real.idle->pdata[i]);
	}
	g_clear_pointer(&real.idle, g_ptr_array_unref);
	g_clear_pointer(&real.admin, PQfinish);
}

static void real_begin(void)
{
	bool emptied = exec(real.admin, empty);

	/* By itself it would come in the middle of a run, and take locks. */
	if (real.begun++ % VACUUM_EVERY == 0) {
		emptied = emptied && exec(real.admin, "VACUUM (TRUNCATE false, ANALYZE)");
	}
	g_assert(emptied);
}

static void real_end(void)
{
}

/* Commits need not be durable here: what a power cut does is another test's business. */
static struct db_session *connect_session(void)
{
	struct db_session *session = g_new0(struct db_session, 1);
	bool good;

	session->pg = PQconnectdb(real.daemon_conninfo);
	session->prepared = g_hash_table_new(g_str_hash, g_str_equal);
	good = PQstatus(session->pg) == CONNECTION_OK &&
	       exec(session->pg,
		       "SET search_path = hoso, pg_catalog; SET synchronous_commit = off;"
		       "SET DateStyle = 'ISO'; SET bytea_output = 'hex'; SET client_encoding = 'UTF8';"
		       "SET client_min_messages = error");
	g_assert(good);
	return session;
}

static struct db_session *real_open_session(void)
{
	return real.idle->len > 0 ? g_ptr_array_steal_index_fast(real.idle, real.idle->len - 1)
				  : connect_session();
}

static void drain(struct db_session *session)
{
	PGresult *result;

	while ((result = PQgetResult(session->pg)) != NULL) {
		PQclear(result);
	}
}

static void real_cancel(struct db_session *session, const char *sqlstate)
{
	PGcancel *cancel = PQgetCancel(session->pg);
	char why[256];

	(void)sqlstate;
	PQcancel(cancel, why, sizeof why);
	PQfreeCancel(cancel);
	drain(session);
	session->waiting = NULL;
}

static void real_close_session(struct db_session *session)
{
	if (session->waiting) {
		real_cancel(session, NULL);
	}
	if (PQtransactionStatus(session->pg) != PQTRANS_IDLE) {
		exec(session->pg, "ROLLBACK");
	}
	g_ptr_array_add(real.idle, session);
}

/* ── one statement ──────────────────────────────────────────────────────────────────────────────── */

static bool is_blocked(const struct db_session *session, const struct db_session *other)
{
	char pid[16];
	char other_pid[16];
	PGresult *rows;
	bool blocked;

	g_snprintf(pid, sizeof pid, "%d", PQbackendPID(session->pg));
	g_snprintf(other_pid, sizeof other_pid, "%d", other ? PQbackendPID(other->pg) : 0);
	rows = ask_admin(other ? "waits_for" : "is_blocked", pid, other ? other_pid : NULL);
	blocked = PQgetvalue(rows, 0, 0)[0] == 't';
	PQclear(rows);
	return blocked;
}

static gint compare_claims(gconstpointer a, gconstpointer b, gpointer data)
{
	int64_t first = g_ascii_strtoll(PQgetvalue(data, *(const int *)a, 0), NULL, 10);
	int64_t second = g_ascii_strtoll(PQgetvalue(data, *(const int *)b, 0), NULL, 10);

	return first < second ? -1 : 1;
}

/* In the order of their numbers, as the model's. */
static PGresult *sorted_claims(PGresult *rows)
{
	PGresult *sorted = PQcopyResult(rows, PG_COPYRES_ATTRS);
	int count = PQntuples(rows);
	g_autofree int *order = g_new(int, (gsize)count + 1);

	for (int row = 0; row < count; row++) {
		order[row] = row;
	}
	g_qsort_with_data(order, count, sizeof *order, compare_claims, rows);
	for (int row = 0; row < count; row++) {
		for (int column = 0; column < PQnfields(rows); column++) {
			PQsetvalue(sorted, row, column, PQgetvalue(rows, order[row], column),
				PQgetisnull(rows, order[row], column)
					? -1
					: PQgetlength(rows, order[row], column));
		}
	}
	PQclear(rows);
	return sorted;
}

static void take_result(struct db_session *session, const struct pg_statement *statement,
	struct db_answer *ret_answer)
{
	PGresult *result = PQgetResult(session->pg);
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	drain(session);
	if (sqlstate) {
		g_strlcpy(ret_answer->sqlstate, sqlstate, sizeof ret_answer->sqlstate);
		PQclear(result);
		return;
	}
	g_strlcpy(ret_answer->tag, PQcmdStatus(result), sizeof ret_answer->tag);
	ret_answer->rows =
		strcmp(statement->name, "outbox_claim") == 0 ? sorted_claims(result) : result;
}

static enum db_step wait_for_result(struct db_session *session,
	const struct pg_statement *statement, struct db_answer *ret_answer)
{
	struct pollfd socket = {.fd = PQsocket(session->pg), .events = POLLIN};
	bool read;

	PQflush(session->pg);
	for (;;) {
		bool silent = poll(&socket, 1, ANSWER_POLL_MS) == 0;
		bool blocked = silent && is_blocked(session, NULL);

		read = PQconsumeInput(session->pg);
		g_assert(read);
		if (!PQisBusy(session->pg)) {
			session->waiting = NULL;
			take_result(session, statement, ret_answer);
			return DB_DONE;
		}
		if (blocked) {
			session->waiting = statement;
			return DB_WAITS;
		}
	}
}

static void prepare(struct db_session *session, const struct pg_statement *statement)
{
	g_auto(GStrv) parts = NULL;
	g_autofree char *sql = NULL;
	PGresult *result;

	if (!g_hash_table_add(session->prepared, (gpointer)(uintptr_t)statement->name)) {
		return;
	}
	parts = g_strsplit(statement->sql, CLAIM_ORDER, -1);
	sql = g_strjoinv(CLAIM_ORDER_TOTAL, parts);
	result = PQprepare(session->pg, statement->name, sql, 0, NULL);
	if (PQresultStatus(result) != PGRES_COMMAND_OK) {
		g_error("%s: %s", statement->name, PQresultErrorMessage(result));
	}
	PQclear(result);
}

static enum db_step real_execute(struct db_session *session, const struct pg_statement *statement,
	const struct pg_params *params, struct db_answer *ret_answer)
{
	int sent;

	memset(ret_answer, 0, sizeof *ret_answer);
	if (statement == &pg_begin) {
		g_autofree char *now = g_strdup_printf(
			"SET sim.now = '%" PRIi64 "'; BEGIN", world_database_now_ms());
		exec(session->pg, now);
		return DB_DONE;
	}
	if (PQtransactionStatus(session->pg) == PQTRANS_INERROR && statement != &pg_commit &&
		statement != &pg_rollback) {
		g_strlcpy(ret_answer->sqlstate, "25P02", sizeof ret_answer->sqlstate);
		return DB_DONE;
	}
	prepare(session, statement);
	sent = PQsendQueryPrepared(session->pg, statement->name, params->count,
		(const char *const *)params->values, params->lengths, params->formats,
		statement->is_binary);
	g_assert(sent);
	return wait_for_result(session, statement, ret_answer);
}

static enum db_step real_resume(struct db_session *session, struct db_answer *ret_answer)
{
	memset(ret_answer, 0, sizeof *ret_answer);
	return wait_for_result(session, session->waiting, ret_answer);
}

static void real_fail(struct db_session *session)
{
	if (PQtransactionStatus(session->pg) == PQTRANS_INTRANS) {
		PQclear(PQexec(session->pg, "SELECT 1 / 0"));
	}
}

static bool real_waits_for(struct db_session *session, struct db_session *other)
{
	return session->waiting && is_blocked(session, other);
}

static bool real_is_open(struct db_session *session)
{
	return PQtransactionStatus(session->pg) != PQTRANS_IDLE;
}

/* ── the tables ─────────────────────────────────────────────────────────────────────────────────── */

static const char **keep_row(const PGresult *rows, int row)
{
	int columns = PQnfields(rows);
	const char **cells = cell_row((unsigned)columns);

	for (int column = 0; column < columns; column++) {
		cells[column] = PQgetisnull(rows, row, column)
					? NULL
					: cell_keep(PQgetvalue(rows, row, column));
	}
	return cells;
}

static GPtrArray *real_read(enum db_table table)
{
	PGresult *rows = ask_admin(db_table_names[table], NULL, NULL);
	GPtrArray *kept = g_ptr_array_new();

	for (int row = 0; row < PQntuples(rows); row++) {
		g_ptr_array_add(kept, keep_row(rows, row));
	}
	g_ptr_array_sort(kept, cell_compare_first);
	PQclear(rows);
	return kept;
}

static const char *const *real_find_event(const char *id)
{
	PGresult *rows = ask_admin("find_event", id, NULL);
	const char **event = PQntuples(rows) == 1 ? keep_row(rows, 0) : NULL;

	PQclear(rows);
	return event;
}

const struct database real_database = {
	.begin = real_begin,
	.end = real_end,
	.open = real_open_session,
	.close = real_close_session,
	.execute = real_execute,
	.resume = real_resume,
	.cancel = real_cancel,
	.fail = real_fail,
	.waits_for = real_waits_for,
	.is_open = real_is_open,
	.read = real_read,
	.find_event = real_find_event,
};
