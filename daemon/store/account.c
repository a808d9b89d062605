#include "store/account.h"

#include <string.h>

#include <glib.h>

#include "store/in_force.h"
#include "store/scope.h"

bool account_is_login(const char *text)
{
	size_t length = strlen(text);

	return length >= 1 && length <= ACCOUNT_MAX && g_ascii_isalnum(text[0]) &&
	       strspn(text, G_CSET_a_2_z G_CSET_DIGITS "._-") == length;
}

/* clang-format off */
static const struct pg_statement read_accounts = {"account_read",
	"SELECT a.account, a.name, a.role, o.code, o.name, g.code, g.name, a.disabled_at IS NOT NULL,"
	"  ms(a.created_at)"
	" FROM account a LEFT JOIN office o ON o.id = a.office_id LEFT JOIN agency g ON g.id = a.agency_id"
	" WHERE a.account > $3 AND " SCOPE_MANAGES_ACCOUNT " ORDER BY a.account LIMIT $4::bigint"};
/* clang-format on */

void account_ask(struct pg_trip *trip, const struct actor *actor, const char *after, unsigned limit)
{
	struct pg_params *params = pg_trip_add(trip, &read_accounts);

	scope_ask(params, actor);
	pg_params_text(params, after);
	pg_params_int(params, limit + 1);
}

int account_count(const struct pg_trip *trip)
{
	return PQntuples(trip->results[0]);
}

struct account account_at(const struct pg_trip *trip, int row)
{
	const PGresult *rows = trip->results[0];

	return (struct account){
		.login = pg_text(rows, row, 0),
		.name = pg_text(rows, row, 1),
		.role = pg_text(rows, row, 2),
		.office_code = pg_text(rows, row, 3),
		.office_name = pg_text(rows, row, 4),
		.agency_code = pg_text(rows, row, 5),
		.agency_name = pg_text(rows, row, 6),
		.disabled = pg_bool(rows, row, 7),
		.created_at_ms = pg_int(rows, row, 8),
	};
}

/* clang-format off */
/* $3 account, $4 login, $5 name, $6 role, $7 place, $8 hash. One place is found, or none. */
static const struct pg_statement insert_account = {"account_insert",
	"WITH place AS ("
	"  SELECT o.id AS office, NULL::int AS agency FROM office o WHERE $6 <> 'agency' AND o.code = $7"
	"    AND " IN_FORCE("o") " AND $2::int IS NULL AND o.id = ANY (" SCOPE_OFFICES ")"
	"  UNION ALL SELECT NULL, g.id FROM agency g WHERE $6 = 'agency' AND g.code = $7"
	"    AND " IN_FORCE("g") " AND $2::int IS NULL AND " SCOPE_IS_ROOT "),"
	" made AS (INSERT INTO account (account, name, role, office_id, agency_id, password_hash)"
	"  SELECT $4, $5, $6, office, agency, $8 FROM place"
	"  ON CONFLICT (account) DO NOTHING RETURNING account),"
	" noted AS (INSERT INTO audit (account_id, action, subject, detail)"
	"  SELECT $3::bigint, 'account.create', account, $6 || ' ' || $7 FROM made)"
	" SELECT EXISTS (SELECT FROM place), EXISTS (SELECT FROM made)"};
/* clang-format on */

void account_create(
	struct pg_trip *trip, const struct actor *actor, const struct account_new *account)
{
	struct pg_params *params;

	pg_trip_add(trip, &pg_begin);
	params = pg_trip_add(trip, &insert_account);
	scope_ask(params, actor);
	pg_params_int(params, actor->account);
	pg_params_text(params, account->login);
	pg_params_text(params, account->name);
	pg_params_text(params, role_wire(account->role));
	pg_params_text(params, account->place);
	pg_params_text(params, account->hash);
	pg_trip_add(trip, &pg_commit);
}

enum hoso_error account_created(const struct pg_trip *trip)
{
	if (!pg_bool(trip->results[1], 0, 0)) {
		return HOSO_BAD_MEMBER;
	}
	return pg_bool(trip->results[1], 0, 1) ? HOSO_OK : HOSO_CONFLICT;
}

/* clang-format off */
/* $3 account, $4 login. Whoever is signed in with what was changed is not any more. */
#define CHANGE(action, change) \
	"WITH changed AS (UPDATE account a SET " change \
	"  WHERE a.account = $4 AND " SCOPE_MANAGES_ACCOUNT " RETURNING a.id, a.account)," \
	" ended AS (UPDATE session SET ended_at = now()" \
	"  WHERE account_id IN (SELECT id FROM changed) AND ended_at IS NULL)," \
	" noted AS (INSERT INTO audit (account_id, action, subject)" \
	"  SELECT $3::bigint, '" action "', account FROM changed)" \
	" SELECT EXISTS (SELECT FROM changed)"

static const struct pg_statement disable = {"account_disable",
	CHANGE("account.disable", "disabled_at = coalesce(a.disabled_at, now())")};

static const struct pg_statement set_password = {"account_set_password",
	CHANGE("account.password", "password_hash = $5")};
/* clang-format on */

static struct pg_params *change(struct pg_trip *trip, const struct pg_statement *statement,
	const struct actor *actor, const char *login)
{
	struct pg_params *params;

	pg_trip_add(trip, &pg_begin);
	params = pg_trip_add(trip, statement);
	scope_ask(params, actor);
	pg_params_int(params, actor->account);
	pg_params_text(params, login);
	return params;
}

void account_disable(struct pg_trip *trip, const struct actor *actor, const char *login)
{
	change(trip, &disable, actor, login);
	pg_trip_add(trip, &pg_commit);
}

void account_set_password(
	struct pg_trip *trip, const struct actor *actor, const char *login, const char *hash)
{
	pg_params_text(change(trip, &set_password, actor, login), hash);
	pg_trip_add(trip, &pg_commit);
}

enum hoso_error account_changed(const struct pg_trip *trip)
{
	return pg_bool(trip->results[1], 0, 0) ? HOSO_OK : HOSO_NOT_FOUND;
}
