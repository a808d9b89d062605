#ifndef HOSO_FLOW_PASSWORD_H
#define HOSO_FLOW_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#include <hoso/error.h>
#include <hoso/limits.h>

/*
 * Argon2id by libsodium: 25 ms and 19 MiB a hash, so it runs in a child (`hosod --helper password`), never
 * on the loop. The question is "check\0HASH\0PASSWORD\0" or "make\0PASSWORD\0"; the answer is "yes", "no"
 * or the new hash.
 */

#define PASSWORD_HASH_SIZE 128 /* crypto_pwhash_STRBYTES */
#define PASSWORD_QUESTION_MAX (16 + PASSWORD_HASH_SIZE + PASSWORD_MAX)
#define PASSWORD_ANSWER_MAX 1024

/** password_is_good() - long enough, not too long, not one that everybody would try. @account is a bad one too. */
bool password_is_good(const char *password, const char *account);

/** password_question_check(), password_question_make() - the question's bytes; 0 when it does not fit. */
size_t password_question_check(
	const char *hash, const char *password, char *ret_question, size_t size);
size_t password_question_make(const char *password, char *ret_question, size_t size);

/** password_answer_hash() - is the answer of "make" a hash of ours? */
bool password_answer_hash(const char *answer);

/** password_helper_main() - the child: reads standard input, answers, returns its exit status. */
int password_helper_main(void);

/** password_hash_now() - in this process, for `hosod first-supervisor`; blocks. False when memory is short. */
bool password_hash_now(const char *password, char ret_hash[PASSWORD_HASH_SIZE]);

/** PASSWORD_NOBODY - a hash that no password has: an unknown account costs the same time. */
extern const char password_nobody[];

#endif
