#ifndef HOSO_STORE_SESSION_H
#define HOSO_STORE_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/limits.h>
#include <hoso/wire.h>

#include "io/pg_conn.h"
#include "model/actor.h"

#define SESSION_STRING(number) #number
#define SESSION_MS(number) "interval '1 millisecond' * " SESSION_STRING((number))

/* clang-format off */
/** SESSION_LIVE - the session s of the account a is somebody's still. */
#define SESSION_LIVE \
	"s.ended_at IS NULL AND a.disabled_at IS NULL" \
	" AND s.seen_at > now() - " SESSION_MS(SESSION_IDLE_MS) " AND s.created_at > now() - " SESSION_MS(SESSION_ABSOLUTE_MS)
/* clang-format on */

/** session_ask() - whose is this token? Also notes that the session was seen. */
void session_ask(struct pg_trip *trip, const struct digest *token_hash);

/** session_learn() - false when there is no such session, or it is over, idle too long, or the account disabled. */
bool session_learn(const PGresult *answer, struct actor *ret_actor);

/** session_over_ask() - which of these @count tokens are nobody's any more? */
void session_over_ask(struct pg_trip *trip, const struct digest *token_hashes, unsigned count);
unsigned session_over_count(const struct pg_trip *trip);
struct digest session_over_at(const struct pg_trip *trip, unsigned row);

/** session_end() - sign out, and COMMIT. */
void session_end(struct pg_trip *trip, const struct digest *token_hash);

/** struct login_facts - what a sign-in is decided on. */
struct login_facts {
	int64_t account;
	char password_hash[200]; /* "" when there is no such account, or it is disabled */
	int64_t account_failures;
	int64_t address_failures;
};

void login_ask(struct pg_trip *trip, const char *account, const char *address);
void login_learn(const PGresult *answer, struct login_facts *ret_facts);

/** login_open() - a new session, failures forgotten, the actor asked for, COMMIT. The actor is in results[LOGIN_ACTOR]. */
void login_open(struct pg_trip *trip, int64_t account, const char *login, const char *device,
	const struct digest *token_hash);
#define LOGIN_ACTOR 3

/** login_fail() - one more failure, and COMMIT. */
void login_fail(struct pg_trip *trip, const char *account, const char *address);

/** struct account_first - `hosod first-supervisor`: only while there is no account at all. */
extern const struct pg_statement account_first;

#endif
