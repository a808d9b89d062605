#include "store/setup.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>
#include <libpq-fe.h>

#include "base/attr.h"
#include "store/session.h"

#define MIGRATION_LOCK "7236001" /* any number, the same for every hosod */
#define FILE_BYTES_MAX (4 * 1024 * 1024)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PGconn, PQfinish)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PGresult, PQclear)

struct migration {
	int version;
	char *name;
	char *sql;
	char *sha256;
};

static void free_migration(gpointer data)
{
	struct migration *migration = data;

	g_free(migration->name);
	g_free(migration->sql);
	g_free(migration->sha256);
	g_free(migration);
}

static bool is_migration_name(const char *name)
{
	return strlen(name) > 9 && strspn(name, "0123456789") == 4 && name[4] == '_' &&
	       g_str_has_suffix(name, ".sql");
}

static struct migration *load_migration(const char *folder, const char *name, FILE *problems)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	struct migration *migration;
	char *sql = NULL;
	gsize length;

	if (!g_file_get_contents(path, &sql, &length, NULL) || length > FILE_BYTES_MAX) {
		fprintf(problems, "%s: cannot be read\n", path);
		g_free(sql);
		return NULL;
	}
	migration = g_new0(struct migration, 1);
	migration->version = (int)g_ascii_strtoll(name, NULL, 10);
	migration->name = g_strndup(name, strlen(name) - 4);
	migration->sql = sql;
	migration->sha256 =
		g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)sql, length);
	return migration;
}

static int by_version(gconstpointer a, gconstpointer b)
{
	const struct migration *first = *(const struct migration *const *)a;
	const struct migration *second = *(const struct migration *const *)b;

	return first->version - second->version;
}

static GPtrArray *load_migrations(const char *folder, FILE *problems)
{
	g_autoptr(GPtrArray) migrations = g_ptr_array_new_with_free_func(free_migration);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir)) != NULL) {
		struct migration *migration =
			is_migration_name(name) ? load_migration(folder, name, problems) : NULL;
		if (migration) {
			g_ptr_array_add(migrations, migration);
		}
	}
	g_ptr_array_sort(migrations, by_version);
	for (guint i = 0; i < migrations->len; i++) {
		const struct migration *migration = g_ptr_array_index(migrations, i);
		if (migration->version != (int)i + 1) {
			fprintf(problems, "%s: expected version %u, found %s\n", folder, i + 1,
				migration->name);
			return NULL;
		}
	}
	if (migrations->len == 0) {
		fprintf(problems, "%s: no migration files (0001_name.sql …)\n", folder);
		return NULL;
	}
	return g_steal_pointer(&migrations);
}

static PGconn *connect_now(const char *conninfo, FILE *problems)
{
	g_autoptr(PGconn) pg = PQconnectdb(conninfo);

	if (PQstatus(pg) != CONNECTION_OK) {
		fprintf(problems, "database: %s", PQerrorMessage(pg));
		return NULL;
	}
	return g_steal_pointer(&pg);
}

static PGresult *ask(PGconn *pg, const char *sql, FILE *problems)
{
	g_autoptr(PGresult) result = PQexec(pg, sql);
	ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
		fprintf(problems, "database: %s", PQresultErrorMessage(result));
		return NULL;
	}
	return g_steal_pointer(&result);
}

/* What was applied must still be what the files say; @ret_applied is how many were. */
static enum hoso_error compare_applied(
	PGconn *pg, const GPtrArray *migrations, int *ret_applied, FILE *problems)
{
	g_autoptr(PGresult) there =
		ask(pg, "SELECT to_regclass('hoso.schema_migration') IS NOT NULL", problems);
	g_autoptr(PGresult) rows = NULL;

	*ret_applied = 0;
	if (!there) {
		return HOSO_DATABASE_DOWN;
	}
	if (PQgetvalue(there, 0, 0)[0] != 't') {
		return HOSO_OK;
	}
	rows = ask(
		pg, "SELECT version, sha256 FROM hoso.schema_migration ORDER BY version", problems);
	if (!rows) {
		return HOSO_DATABASE_DOWN;
	}
	for (int row = 0; row < PQntuples(rows); row++) {
		const struct migration *migration =
			row < (int)migrations->len ? g_ptr_array_index(migrations, row) : NULL;
		if (!migration) {
			fprintf(problems,
				"the database has version %s, this hosod knows %u: it is too old\n",
				PQgetvalue(rows, row, 0), migrations->len);
			return HOSO_WRONG_SCHEMA;
		}
		if (strcmp(PQgetvalue(rows, row, 1), migration->sha256) != 0) {
			fprintf(problems, "%s has changed since it was applied\n", migration->name);
			return HOSO_WRONG_SCHEMA;
		}
	}
	*ret_applied = PQntuples(rows);
	return HOSO_OK;
}

static enum hoso_error apply(PGconn *pg, const struct migration *migration, FILE *problems)
{
	g_autofree char *version = g_strdup_printf("%d", migration->version);
	const char *values[] = {version, migration->name, migration->sha256};
	g_autoptr(PGresult) begin = ask(pg, "BEGIN", problems);
	g_autoptr(PGresult) applied = begin ? ask(pg, migration->sql, problems) : NULL;
	g_autoptr(PGresult) noted = NULL;
	g_autoptr(PGresult) committed = NULL;

	if (applied) {
		noted = PQexecParams(pg,
			"INSERT INTO hoso.schema_migration (version, name, sha256) VALUES ($1, $2, $3)",
			3, NULL, values, NULL, NULL, 0);
	}
	committed =
		ask(pg, noted && PQresultStatus(noted) == PGRES_COMMAND_OK ? "COMMIT" : "ROLLBACK",
			problems);
	if (!committed || strcmp(PQcmdStatus(committed), "COMMIT") != 0) {
		fprintf(problems, "%s was not applied\n", migration->name);
		return HOSO_WRONG_SCHEMA;
	}
	return HOSO_OK;
}

enum hoso_error setup_migrate(const char *conninfo, const char *folder, FILE *out, FILE *problems)
{
	g_autoptr(GPtrArray) migrations = load_migrations(folder, problems);
	g_autoptr(PGconn) pg = NULL;
	g_autoptr(PGresult) locked = NULL;
	enum hoso_error error;
	int applied;

	if (!migrations) {
		return HOSO_FILE;
	}
	pg = connect_now(conninfo, problems);
	locked = pg ? ask(pg, "SELECT pg_advisory_lock(" MIGRATION_LOCK ")", problems) : NULL;
	if (!locked) {
		return HOSO_DATABASE_DOWN;
	}
	error = compare_applied(pg, migrations, &applied, problems);
	for (guint i = (guint)applied; !error && i < migrations->len; i++) {
		const struct migration *migration = g_ptr_array_index(migrations, i);
		error = apply(pg, migration, problems);
		if (!error) {
			fprintf(out, "%s: applied\n", migration->name);
		}
	}
	if (!error && applied == (int)migrations->len) {
		fprintf(out, "schema version %d: nothing to do\n", applied);
	}
	return error;
}

enum hoso_error setup_first_supervisor(
	const char *conninfo, const char *account, const char *password_hash, FILE *problems)
{
	g_autoptr(PGconn) pg = connect_now(conninfo, problems);
	g_autoptr(PGresult) path = pg ? ask(pg, "SET search_path = hoso", problems) : NULL;
	g_autoptr(PGresult) made = NULL;
	const char *values[] = {"BD", "Bưu điện", account, "Kiểm soát viên", password_hash};

	if (!path) {
		return HOSO_DATABASE_DOWN;
	}
	made = PQexecParams(pg, account_first.sql, ARRAY_SIZE(values), NULL, values, NULL, NULL, 0);
	if (PQresultStatus(made) != PGRES_COMMAND_OK) {
		fprintf(problems, "database: %s", PQresultErrorMessage(made));
		return HOSO_DATABASE_DOWN;
	}
	return strcmp(PQcmdTuples(made), "1") == 0 ? HOSO_OK : HOSO_CONFLICT;
}
