#ifndef HOSO_FLOW_LOGIN_H
#define HOSO_FLOW_LOGIN_H

#include <hoso/error.h>
#include <hoso/limits.h>

#include "base/attr.h"
#include "flow/password.h"
#include "io/helper.h"
#include "io/pg_pool.h"
#include "model/actor.h"

/*
 * Signing in. At most LOGIN_HELPERS_MAX passwords are hashed at a time; LOGIN_WAITING_MAX wait; beyond: busy.
 * So guesses that come at once are as few as guesses in a row: those in flight, and LOGIN_FAILURES_MAX.
 * An unknown account takes as long as a wrong password, and gets the same answer.
 */

struct login;

#define LOGIN_TOKEN_SIZE 44 /* 256 random bits, base64url, NUL */

/**
 * struct login_req - one sign-in. Caller-owned, zero-initialised, lives until the callback.
 * In: @account, @password (wiped), @device, @address. Out: @token, @actor, @expires_at_ms.
 */
struct login_req {
	char account[ACCOUNT_MAX + 1];
	char password[PASSWORD_MAX + 1];
	char device[WORD_MAX + 1];
	char address[64];
	char token[LOGIN_TOKEN_SIZE];
	struct actor actor;
	int64_t expires_at_ms;
	/* the flow's own */
	int state;
	struct login *login;
	struct pg_trip trip;
	struct helper_req helper;
	char question[PASSWORD_QUESTION_MAX];
	int64_t account_id;
	enum hoso_error outcome;
	void (*done)(struct login_req *req, enum hoso_error error);
};

struct login *login_new(struct loop *loop, struct pg_pool *pool);
void login_free(struct login *login);

/**
 * login_begin() - check the password and open a session.
 *
 * Errors: HOSO_BUSY: nothing was begun and @done will not run.
 * @done: once, never inside this call: HOSO_OK, HOSO_BAD_LOGIN, HOSO_TOO_MANY_LOGINS, HOSO_DATABASE_DOWN, HOSO_INTERNAL.
 */
_must_check_ enum hoso_error login_begin(struct login *login, struct login_req *req,
	void (*done)(struct login_req *, enum hoso_error));

/** struct login_hash_req - a new password's hash. Caller-owned, zero-initialised, lives until the callback. */
struct login_hash_req {
	char hash[PASSWORD_HASH_SIZE];
	struct helper_req helper;
	char question[PASSWORD_QUESTION_MAX];
	struct login *login;
	void (*done)(struct login_hash_req *req, enum hoso_error error);
};

/**
 * login_hash_password() - hash @password in a child.
 * Errors: HOSO_BUSY; HOSO_WEAK_PASSWORD when password_is_good() says no: @done will not run.
 * @done: once, never inside this call: HOSO_OK with @req->hash, or HOSO_INTERNAL.
 */
_must_check_ enum hoso_error login_hash_password(struct login *login, struct login_hash_req *req,
	const char *password, const char *account,
	void (*done)(struct login_hash_req *, enum hoso_error));

#endif
