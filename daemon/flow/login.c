#include "flow/login.h"

#include <string.h>

#include <glib.h>
#include <sodium.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "store/session.h"

/*
 *   ASKING ──facts──► HASHING ──yes──► OPENING ──committed──► done: HOSO_OK
 *      │                 └─────no────► FAILING ──committed──► done: HOSO_BAD_LOGIN
 *      └── too many failures ─────────────────────────────────► done: HOSO_TOO_MANY_LOGINS
 */
enum login_state { LOGIN_ASKING, LOGIN_HASHING, LOGIN_OPENING, LOGIN_FAILING };

#define HASH_DEADLINE_MS 10000

struct login {
	struct loop *loop;
	struct pg_pool *pool;
	unsigned hashing;
	unsigned signing_in; /* from the first question to the last: guesses at once are few, too */
	GQueue waiting;      /* struct helper_req */
};

static void login_enter(struct login_req *req, enum login_state state);

struct login *login_new(struct loop *loop, struct pg_pool *pool)
{
	struct login *login = g_new0(struct login, 1);

	login->loop = loop;
	login->pool = pool;
	g_queue_init(&login->waiting);
	return login;
}

void login_free(struct login *login)
{
	if (login) {
		g_queue_clear(&login->waiting);
		g_free(login);
	}
}

static bool has_room(const struct login *login)
{
	return g_queue_get_length((GQueue *)&login->waiting) < LOGIN_WAITING_MAX;
}

/* A seat for hashing is free, or somebody has left one: the next in line takes it. */
static void hash_next(struct login *login)
{
	while (login->hashing < LOGIN_HELPERS_MAX && !g_queue_is_empty(&login->waiting)) {
		struct helper_req *helper = g_queue_pop_head(&login->waiting);
		login->hashing++;
		helper_ask(login->loop, helper, HASH_DEADLINE_MS, helper->done);
	}
}

static void hash_soon(struct login *login, struct helper_req *helper, const char *question,
	void (*done)(struct helper_req *, enum hoso_error))
{
	helper->verb = "password";
	helper->question = question;
	helper->answer_max = PASSWORD_ANSWER_MAX;
	helper->done = done;
	g_queue_push_tail(&login->waiting, helper);
	hash_next(login);
}

static void login_end(struct login_req *req, enum hoso_error error)
{
	explicit_bzero(req->password, sizeof req->password);
	pg_trip_clear(&req->trip);
	req->login->signing_in--;
	req->done(req, error);
}

static bool throttled(const struct login_facts *facts)
{
	return facts->account_failures >= LOGIN_FAILURES_MAX ||
	       facts->address_failures >= LOGIN_ADDRESS_FAILURES_MAX;
}

static void facts_came(struct login_req *req)
{
	struct login_facts facts;
	const char *hash;

	login_learn(req->trip.results[0], &facts);
	if (throttled(&facts)) {
		log_notice("account=%s address=%s: sign-in refused, too many failures",
			req->account, req->address);
		login_end(req, HOSO_TOO_MANY_LOGINS);
		return;
	}
	req->account_id = facts.account;
	hash = facts.password_hash[0] ? facts.password_hash : password_nobody;
	req->helper.question_bytes =
		password_question_check(hash, req->password, req->question, sizeof req->question);
	explicit_bzero(req->password, sizeof req->password);
	login_enter(req, LOGIN_HASHING);
}

static void session_opened(struct login_req *req)
{
	if (!req->trip.committed || !session_learn(req->trip.results[LOGIN_ACTOR], &req->actor)) {
		login_end(req, HOSO_DATABASE_DOWN);
		return;
	}
	req->expires_at_ms = clock_now_ms() + SESSION_ABSOLUTE_MS;
	log_notice("account=%s address=%s: signed in", req->account, req->address);
	login_end(req, HOSO_OK);
}

static void trip_came_back(struct pg_trip *trip, enum hoso_error error)
{
	struct login_req *req = container_of(trip, struct login_req, trip);

	if (error) {
		login_end(req, error);
		return;
	}
	switch ((enum login_state)req->state) {
	case LOGIN_ASKING:
		facts_came(req);
		break;
	case LOGIN_OPENING:
		session_opened(req);
		break;
	case LOGIN_FAILING:
		log_notice("account=%s address=%s: wrong account or password", req->account,
			req->address);
		login_end(req, HOSO_BAD_LOGIN);
		break;
	case LOGIN_HASHING:
		g_assert_not_reached();
	}
}

static void password_checked(struct helper_req *helper, enum hoso_error error)
{
	struct login_req *req = container_of(helper, struct login_req, helper);
	struct login *login = req->login;

	login->hashing--;
	explicit_bzero(req->question, sizeof req->question);
	if (error) {
		login_end(req, HOSO_INTERNAL);
	} else {
		bool right = strcmp(helper->answer->str, "yes") == 0 && req->account_id != 0;
		login_enter(req, right ? LOGIN_OPENING : LOGIN_FAILING);
	}
	hash_next(login);
}

static void make_token(char ret_token[LOGIN_TOKEN_SIZE], struct digest *ret_hash)
{
	unsigned char secret[32];

	randombytes_buf(secret, sizeof secret);
	sodium_bin2base64(ret_token, LOGIN_TOKEN_SIZE, secret, sizeof secret,
		sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	*ret_hash = text_digest(ret_token, strlen(ret_token), "", 0);
}

static void travel(struct login_req *req)
{
	enum hoso_error error = pg_pool_run(req->login->pool, &req->trip, trip_came_back);

	if (error) {
		login_end(req, error);
	}
}

static void login_enter(struct login_req *req, enum login_state state)
{
	struct digest token_hash;

	req->state = (int)state;
	pg_trip_clear(&req->trip);
	switch (state) {
	case LOGIN_ASKING:
		login_ask(&req->trip, req->account, req->address);
		break;
	case LOGIN_HASHING:
		hash_soon(req->login, &req->helper, req->question, password_checked);
		return;
	case LOGIN_OPENING:
		make_token(req->token, &token_hash);
		login_open(&req->trip, req->account_id, req->account, req->device, &token_hash);
		travel(req);
		return;
	case LOGIN_FAILING:
		login_fail(&req->trip, req->account, req->address);
		travel(req);
		return;
	}
}

enum hoso_error login_begin(struct login *login, struct login_req *req,
	void (*done)(struct login_req *, enum hoso_error))
{
	enum hoso_error error;

	if (login->signing_in >= LOGIN_HELPERS_MAX + LOGIN_WAITING_MAX) {
		return HOSO_BUSY;
	}
	req->login = login;
	req->done = done;
	login_enter(req, LOGIN_ASKING);
	error = pg_pool_run(login->pool, &req->trip, trip_came_back);
	login->signing_in += error == HOSO_OK;
	return error;
}

static void password_made(struct helper_req *helper, enum hoso_error error)
{
	struct login_hash_req *req = container_of(helper, struct login_hash_req, helper);
	struct login *login = req->login;

	login->hashing--;
	explicit_bzero(req->question, sizeof req->question);
	if (!error && password_answer_hash(helper->answer->str)) {
		g_strlcpy(req->hash, helper->answer->str, sizeof req->hash);
	} else {
		error = HOSO_INTERNAL;
	}
	req->done(req, error);
	hash_next(login);
}

enum hoso_error login_hash_password(struct login *login, struct login_hash_req *req,
	const char *password, const char *account,
	void (*done)(struct login_hash_req *, enum hoso_error))
{
	if (!password_is_good(password, account)) {
		return HOSO_WEAK_PASSWORD;
	}
	if (!has_room(login)) {
		return HOSO_BUSY;
	}
	req->login = login;
	req->done = done;
	req->helper.question_bytes =
		password_question_make(password, req->question, sizeof req->question);
	hash_soon(login, &req->helper, req->question, password_made);
	return HOSO_OK;
}
