#include "store/session.h"

#include <glib.h>

/* clang-format off */
static const struct pg_statement see = {"session_see",
	"UPDATE session s SET seen_at = now() FROM account a"
	" WHERE s.token_hash = $1 AND a.id = s.account_id AND s.seen_at < now() - interval '1 minute' AND " SESSION_LIVE};

static const struct pg_statement find = {"session_find",
	"SELECT a.id, a.office_id, a.agency_id, a.role, a.name, a.account, coalesce(o.code, g.code), coalesce(o.name, g.name),"
	"  s.device"
	" FROM session s JOIN account a ON a.id = s.account_id LEFT JOIN office o ON o.id = a.office_id"
	"  LEFT JOIN agency g ON g.id = a.agency_id"
	" WHERE s.token_hash = $1 AND " SESSION_LIVE};

static const struct pg_statement over = {"session_over",
	"SELECT h.hash FROM unnest($1::bytea[]) AS h(hash) WHERE NOT EXISTS (SELECT FROM session s"
	"  JOIN account a ON a.id = s.account_id WHERE s.token_hash = h.hash AND " SESSION_LIVE ")",
	.is_binary = true};
/* clang-format on */

void session_ask(struct pg_trip *trip, const struct digest *token_hash)
{
	pg_params_bytes(pg_trip_add(trip, &see), token_hash->bytes, sizeof token_hash->bytes);
	pg_params_bytes(pg_trip_add(trip, &find), token_hash->bytes, sizeof token_hash->bytes);
}

bool session_learn(const PGresult *answer, struct actor *ret_actor)
{
	struct actor actor = {0};

	if (PQntuples(answer) != 1) {
		return false;
	}
	actor.account = pg_int(answer, 0, 0);
	actor.office = (int32_t)pg_int(answer, 0, 1);
	actor.agency = (int32_t)pg_int(answer, 0, 2);
	actor.role = role_from_wire(pg_text(answer, 0, 3));
	g_strlcpy(actor.name, pg_text(answer, 0, 4), sizeof actor.name);
	g_strlcpy(actor.login, pg_text(answer, 0, 5), sizeof actor.login);
	g_strlcpy(actor.office_code, pg_text(answer, 0, 6), sizeof actor.office_code);
	g_strlcpy(actor.office_name, pg_text(answer, 0, 7), sizeof actor.office_name);
	g_strlcpy(actor.device, pg_text(answer, 0, 8), sizeof actor.device);
	*ret_actor = actor;
	return actor.role != ROLE_COUNT;
}

void session_over_ask(struct pg_trip *trip, const struct digest *token_hashes, unsigned count)
{
	struct pg_array hashes;

	pg_array_init(&hashes, PG_BYTEA);
	for (unsigned i = 0; i < count; i++) {
		pg_array_bytes(&hashes, token_hashes[i].bytes, sizeof token_hashes[i].bytes);
	}
	pg_params_array(pg_trip_add(trip, &over), &hashes);
}

unsigned session_over_count(const struct pg_trip *trip)
{
	return (unsigned)PQntuples(trip->results[0]);
}

struct digest session_over_at(const struct pg_trip *trip, unsigned row)
{
	struct digest hash = {{0}};

	pg_bytes(trip->results[0], (int)row, 0, hash.bytes, sizeof hash.bytes);
	return hash;
}

static const struct pg_statement end = {"session_end",
	"UPDATE session SET ended_at = now() WHERE token_hash = $1 AND ended_at IS NULL"};

void session_end(struct pg_trip *trip, const struct digest *token_hash)
{
	pg_trip_add(trip, &pg_begin);
	pg_params_bytes(pg_trip_add(trip, &end), token_hash->bytes, sizeof token_hash->bytes);
	pg_trip_add(trip, &pg_commit);
}

/* clang-format off */
static const struct pg_statement facts = {"login_facts",
	"SELECT (SELECT id FROM account WHERE account = $1 AND disabled_at IS NULL),"
	"  (SELECT password_hash FROM account WHERE account = $1 AND disabled_at IS NULL),"
	"  (SELECT count(*) FROM login_failure WHERE account = $1 AND at > now() - " SESSION_MS(LOGIN_WINDOW_MS) "),"
	"  (SELECT count(*) FROM login_failure WHERE address = $2 AND at > now() - " SESSION_MS(LOGIN_WINDOW_MS) ")"};
/* clang-format on */

void login_ask(struct pg_trip *trip, const char *account, const char *address)
{
	struct pg_params *params = pg_trip_add(trip, &facts);

	pg_params_text(params, account);
	pg_params_text(params, address);
}

void login_learn(const PGresult *answer, struct login_facts *ret_facts)
{
	ret_facts->account = pg_int(answer, 0, 0);
	g_strlcpy(ret_facts->password_hash, pg_text(answer, 0, 1), sizeof ret_facts->password_hash);
	ret_facts->account_failures = pg_int(answer, 0, 2);
	ret_facts->address_failures = pg_int(answer, 0, 3);
}

static const struct pg_statement insert_session = {"login_session",
	"INSERT INTO session (token_hash, account_id, device, created_at, seen_at) VALUES ($1, $2, $3, now(), now())"};

/* clang-format off */
static const struct pg_statement forget_failures = {"login_forget",
	"DELETE FROM login_failure WHERE account = $1 OR at < now() - " SESSION_MS(LOGIN_WINDOW_MS)};
/* clang-format on */

void login_open(struct pg_trip *trip, int64_t account, const char *login, const char *device,
	const struct digest *token_hash)
{
	struct pg_params *params;

	pg_trip_add(trip, &pg_begin);
	params = pg_trip_add(trip, &insert_session);
	pg_params_bytes(params, token_hash->bytes, sizeof token_hash->bytes);
	pg_params_int(params, account);
	pg_params_text(params, device);
	pg_params_text(pg_trip_add(trip, &forget_failures), login);
	pg_params_bytes(pg_trip_add(trip, &find), token_hash->bytes, sizeof token_hash->bytes);
	pg_trip_add(trip, &pg_commit);
}

static const struct pg_statement insert_failure = {
	"login_failure", "INSERT INTO login_failure (account, address, at) VALUES ($1, $2, now())"};

void login_fail(struct pg_trip *trip, const char *account, const char *address)
{
	struct pg_params *params;

	pg_trip_add(trip, &pg_begin);
	params = pg_trip_add(trip, &insert_failure);
	pg_params_text(params, account);
	pg_params_text(params, address);
	pg_trip_add(trip, &pg_commit);
}

const struct pg_statement account_first = {"account_first",
	"WITH town AS ("
	"  INSERT INTO office (code, name, valid_from) SELECT $1, $2, current_date"
	"   WHERE NOT EXISTS (SELECT FROM account) RETURNING id),"
	" scope AS (INSERT INTO office_scope SELECT id, id FROM town)"
	" INSERT INTO account (account, name, role, office_id, password_hash)"
	" SELECT $3, $4, 'supervisor', id, $5 FROM town"};
