#ifndef HOSO_STORE_ACCOUNT_H
#define HOSO_STORE_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/error.h>
#include <hoso/limits.h>
#include <hoso/role.h>

#include "io/pg_conn.h"
#include "model/actor.h"

/*
 * People who sign in, as a supervisor manages them: those of their own office and all below it.
 * Officers of agencies belong to no office: supervisors at the root of an office tree manage them.
 */

/** struct account - as it is listed. Texts are borrowed from the trip's answer. */
struct account {
	const char *login;
	const char *name;
	const char *role;
	const char *office_code;
	const char *office_name;
	const char *agency_code;
	const char *agency_name;
	bool disabled;
	int64_t created_at_ms;
};

/** account_ask() - up to @limit by login, behind @after ("" for the first page), and one more.
 * First step. */
void account_ask(
	struct pg_trip *trip, const struct actor *actor, const char *after, unsigned limit);
int account_count(const struct pg_trip *trip);
struct account account_at(const struct pg_trip *trip, int row);

/** struct account_new - @place: an office's code; an agency's for ROLE_AGENCY. @hash: the
 * password's, never itself. */
struct account_new {
	char login[ACCOUNT_MAX + 1];
	char name[WORD_MAX + 1];
	enum role role;
	char place[WORD_MAX + 1];
	char hash[200];
};

/*
 * Each of these leaves a line in audit and ends in COMMIT. What is done to an account that is out
 * of scope is HOSO_NOT_FOUND.
 */
void account_create(
	struct pg_trip *trip, const struct actor *actor, const struct account_new *account);

/** account_created() - HOSO_BAD_MEMBER: no such place, or not for this actor; HOSO_CONFLICT: the
 * login is taken. */
enum hoso_error account_created(const struct pg_trip *trip);

/** account_disable() - its sessions end. Again it changes nothing. */
void account_disable(struct pg_trip *trip, const struct actor *actor, const char *login);

/** account_set_password() - its sessions end. */
void account_set_password(
	struct pg_trip *trip, const struct actor *actor, const char *login, const char *hash);

/** account_changed() - of both: HOSO_OK or HOSO_NOT_FOUND. */
enum hoso_error account_changed(const struct pg_trip *trip);

/** account_is_login() - may an account be called so? ^[a-z0-9][a-z0-9._-]{0,63}$ */
bool account_is_login(const char *text);

#endif
