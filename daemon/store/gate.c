#include "store/gate.h"

#include <string.h>

#include <glib.h>

#include <hoso/limits.h>

#include "io/pg_value.h"

#define STRING(number) #number
#define MS(number) STRING(number)

/* clang-format off */
#define GATE \
	"SELECT current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit')," \
	"  current_setting('server_encoding'), current_setting('transaction_read_only')," \
	"  (SELECT max(version) FROM hoso.schema_migration)," \
	"  (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)," \
	"  has_table_privilege('hoso.event', 'UPDATE') OR has_table_privilege('hoso.event', 'DELETE')" \
	"   OR has_table_privilege('hoso.event', 'TRUNCATE')," \
	"  has_table_privilege('hoso.event', 'INSERT')," \
	/* What was judged holds for as long as the session does: a reload of the server must not weaken it. */ \
	"  set_config('synchronous_commit', current_setting('synchronous_commit'), false)," \
	"  set_config('search_path', 'hoso', false), set_config('client_encoding', 'UTF8', false)," \
	"  set_config('statement_timeout', '" MS(PG_STATEMENT_TIMEOUT_MS) "', false)," \
	"  set_config('lock_timeout', '" MS(PG_LOCK_TIMEOUT_MS) "', false)," \
	"  set_config('idle_in_transaction_session_timeout', '" MS(INTAKE_DEADLINE_MS) "', false)," \
	"  set_config('DateStyle', 'ISO', false), set_config('bytea_output', 'hex', false)"

const struct pg_statement gate_statement = {"gate", GATE};

/*
 * Left to itself the planner takes a batch of one for cheaper than the one plan for all, and plans all statements anew for
 * each: half of what PostgreSQL did for a lone scan. The one plan must then fit an empty table and one of a nation.
 */
const struct pg_statement gate_by_key_statement = {"gate_by_key", GATE ","
	"  set_config('plan_cache_mode', 'force_generic_plan', false), set_config('enable_seqscan', 'off', false),"
	"  set_config('jit', 'off', false)"};
/* clang-format on */

enum gate_column {
	G_FSYNC,
	G_FULL_PAGE,
	G_COMMIT,
	G_ENCODING,
	G_READ_ONLY,
	G_VERSION,
	G_SUPER,
	G_MAY_CHANGE,
	G_MAY_INSERT
};

static enum hoso_error judge_durability(const PGresult *answer, char *ret_why, size_t why_size)
{
	const char *commit = pg_text(answer, 0, G_COMMIT);

	if (strcmp(pg_text(answer, 0, G_FSYNC), "on") != 0 ||
		strcmp(pg_text(answer, 0, G_FULL_PAGE), "on") != 0 ||
		(strcmp(commit, "on") != 0 && strcmp(commit, "remote_apply") != 0)) {
		g_snprintf(ret_why, why_size,
			"fsync=%s full_page_writes=%s synchronous_commit=%s: all must be on (or remote_apply)",
			pg_text(answer, 0, G_FSYNC), pg_text(answer, 0, G_FULL_PAGE), commit);
		return HOSO_NOT_DURABLE;
	}
	return HOSO_OK;
}

static enum hoso_error judge_role(const PGresult *answer, char *ret_why, size_t why_size)
{
	if (pg_bool(answer, 0, G_SUPER) || pg_bool(answer, 0, G_MAY_CHANGE)) {
		g_snprintf(ret_why, why_size,
			"this role may change recorded events; connect as hoso_daemon");
		return HOSO_WRONG_DATABASE_ROLE;
	}
	if (!pg_bool(answer, 0, G_MAY_INSERT)) {
		g_snprintf(ret_why, why_size,
			"this role may not insert events; connect as hoso_daemon");
		return HOSO_WRONG_DATABASE_ROLE;
	}
	return HOSO_OK;
}

enum hoso_error gate_judge(const PGresult *answer, char *ret_why, size_t why_size)
{
	int64_t version;
	enum hoso_error error;

	if (!answer || PQntuples(answer) != 1) {
		g_snprintf(ret_why, why_size,
			"no hoso schema that this role can read; run hosod migrate");
		return HOSO_WRONG_SCHEMA;
	}
	version = pg_int(answer, 0, G_VERSION);
	if (version != STORE_SCHEMA_VERSION) {
		g_snprintf(ret_why, why_size, "schema version %d, this hosod speaks %d",
			(int)version, STORE_SCHEMA_VERSION);
		return HOSO_WRONG_SCHEMA;
	}
	if (strcmp(pg_text(answer, 0, G_ENCODING), "UTF8") != 0 ||
		strcmp(pg_text(answer, 0, G_READ_ONLY), "off") != 0) {
		g_snprintf(ret_why, why_size,
			"encoding %s, read only %s: a UTF8 database that takes writes is needed",
			pg_text(answer, 0, G_ENCODING), pg_text(answer, 0, G_READ_ONLY));
		return HOSO_DATABASE_DOWN;
	}
	error = judge_durability(answer, ret_why, why_size);
	return error ? error : judge_role(answer, ret_why, why_size);
}
