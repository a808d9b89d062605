#include "unit.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib.h>
#include <sodium.h>

#include <hoso/limits.h>

#include "flow/password.h"
#include "io/helper.h"

#define GOOD "con mèo ngủ trên mái nhà"
#define ACCOUNT "giao.dich.vien.01"

static void long_words_of_ones_own_are_good(void **state)
{
	static const char *const passwords[] = {GOOD, "mười lăm ký tự",
		"correct horse battery staple", "15 characters ok", "passwordpassworx",
		"Vietnam is beautiful"};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(passwords); i++) {
		bool long_enough = g_utf8_strlen(passwords[i], -1) >= PASSWORD_MIN;

		assert_int_equal(password_is_good(passwords[i], ACCOUNT), long_enough);
	}
	/* Characters count, not bytes: this one has twenty bytes and fourteen characters. */
	assert_false(password_is_good("mười lăm ký tự", ACCOUNT));
}

static void what_everybody_would_try_is_bad(void **state)
{
	static const char *const passwords[] = {"", "short", "12345678901234567890",
		"aaaaaaaaaaaaaaaaaaaa", "PasswordPassword1!", "matkhau-matkhau-2026",
		"qwertyuiop123456", "BuuDienBuuDien2026", "AnhYeuEm@@1234567", "admin admin admin",
		"!!!!!!!!!!!!!!!!!!", ACCOUNT, "GIAO.DICH.VIEN.01"};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(passwords); i++) {
		assert_false(password_is_good(passwords[i], ACCOUNT));
	}
	assert_true(password_is_good(ACCOUNT, "somebody.else"));
}

static void a_password_may_be_long_but_not_endless(void **state)
{
	g_autofree char *longest = g_strnfill(PASSWORD_MAX, 'x');
	g_autofree char *too_long = g_strnfill(PASSWORD_MAX + 1, 'x');

	(void)state;
	longest[0] = too_long[0] = 'y';
	assert_true(password_is_good(longest, ACCOUNT));
	assert_false(password_is_good(too_long, ACCOUNT));
}

static void a_question_is_its_parts_each_with_a_zero(void **state)
{
	static const char check[] = "check\0hash\0secret";
	static const char make[] = "make\0secret";
	char question[64];

	(void)state;
	assert_int_equal(
		password_question_check("hash", "secret", question, sizeof question), sizeof check);
	assert_memory_equal(question, check, sizeof check);
	assert_int_equal(password_question_make("secret", question, sizeof question), sizeof make);
	assert_memory_equal(question, make, sizeof make);
}

static void a_question_that_does_not_fit_is_none(void **state)
{
	char question[18];

	(void)state;
	assert_int_equal(password_question_check("hash", "secret", question, 18), 18);
	assert_int_equal(password_question_check("hash", "secret", question, 17), 0);
	assert_int_equal(password_question_make("secret", question, 11), 0);
}

static void only_our_own_hashes_are_answers(void **state)
{
	g_autofree char *tail = g_strnfill(PASSWORD_HASH_SIZE, 'x');
	g_autofree char *too_long = g_strconcat("$argon2id$", tail, NULL);

	(void)state;
	assert_true(password_answer_hash(password_nobody));
	assert_false(password_answer_hash("yes"));
	assert_false(password_answer_hash("$argon2i$v=19$m=19456,t=2,p=1$x$x"));
	assert_false(password_answer_hash(""));
	assert_false(password_answer_hash(too_long));
}

/* An account that is not there costs what a wrong password costs: same kind of hash, same memory, same passes. */
static void nobody_has_a_hash_like_everybody_elses(void **state)
{
	char hash[PASSWORD_HASH_SIZE];
	const char *parameters_end;
	size_t length;

	(void)state;
	assert_true(password_hash_now(GOOD, hash));
	parameters_end = strstr(hash, "p=1$");
	assert_non_null(parameters_end);
	length = (size_t)(parameters_end - hash) + strlen("p=1$");
	assert_memory_equal(hash, password_nobody, length);
	assert_int_equal(strlen(hash), strlen(password_nobody));
	assert_int_equal(crypto_pwhash_str_needs_rehash(password_nobody, 2, 19 * 1024 * 1024), 0);
	assert_int_equal(crypto_pwhash_str_needs_rehash(hash, 2, 19 * 1024 * 1024), 0);
}

/* The child as the daemon starts it, but for the exec: question in, answer out. */
static int ask_child(const char *question, size_t length, char *ret_answer, size_t size)
{
	int to[2], from[2], status;
	size_t got = 0;
	ssize_t part;
	pid_t pid;

	assert_int_equal(pipe(to), 0);
	assert_int_equal(pipe(from), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(to[0], STDIN_FILENO);
		dup2(from[1], STDOUT_FILENO);
		close(to[1]);
		close(from[0]);
		_exit(password_helper_main());
	}
	close(to[0]);
	close(from[1]);
	assert_int_equal(write(to[1], question, length), length);
	close(to[1]);
	while (got + 1 < size && (part = read(from[0], ret_answer + got, size - 1 - got)) > 0) {
		got += (size_t)part;
	}
	ret_answer[got] = '\0';
	close(from[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void assert_check(const char *hash, const char *password, const char *expected)
{
	char question[PASSWORD_QUESTION_MAX];
	char answer[PASSWORD_ANSWER_MAX];
	size_t length = password_question_check(hash, password, question, sizeof question);

	assert_int_equal(ask_child(question, length, answer, sizeof answer), 0);
	assert_string_equal(answer, expected);
}

static void the_child_makes_a_hash_that_only_its_password_fits(void **state)
{
	char question[PASSWORD_QUESTION_MAX];
	char hash[PASSWORD_ANSWER_MAX];
	char other[PASSWORD_ANSWER_MAX];
	size_t length = password_question_make(GOOD, question, sizeof question);

	(void)state;
	assert_int_equal(ask_child(question, length, hash, sizeof hash), 0);
	assert_true(password_answer_hash(hash));
	assert_int_equal(ask_child(question, length, other, sizeof other), 0);
	assert_string_not_equal(hash, other); /* salted */
	assert_check(hash, GOOD, "yes");
	assert_check(hash, GOOD " ", "no");
	assert_check(hash, "", "no");
	assert_check("not a hash", GOOD, "no");
}

static void the_child_refuses_what_is_no_question(void **state)
{
	static const struct {
		const char *question;
		size_t length;
	} cases[] = {{"", 0}, {"make", 5}, {"make\0secret", 11}, {"check\0hash", 11},
		{"eat\0a\0b", 8}, {"check\0hash\0secret", 17}};
	char answer[PASSWORD_ANSWER_MAX];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		assert_int_not_equal(
			ask_child(cases[i].question, cases[i].length, answer, sizeof answer), 0);
		assert_string_equal(answer, "");
	}
}

static void nobody_signs_in(void **state)
{
	(void)state;
	assert_check(password_nobody, GOOD, "no");
	assert_check(password_nobody, "", "no");
	assert_check(password_nobody, password_nobody, "no");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(long_words_of_ones_own_are_good),
		cmocka_unit_test(what_everybody_would_try_is_bad),
		cmocka_unit_test(a_password_may_be_long_but_not_endless),
		cmocka_unit_test(a_question_is_its_parts_each_with_a_zero),
		cmocka_unit_test(a_question_that_does_not_fit_is_none),
		cmocka_unit_test(only_our_own_hashes_are_answers),
		cmocka_unit_test(nobody_has_a_hash_like_everybody_elses),
		cmocka_unit_test(the_child_makes_a_hash_that_only_its_password_fits),
		cmocka_unit_test(the_child_refuses_what_is_no_question),
		cmocka_unit_test(nobody_signs_in),
	};

	return cmocka_run_group_tests_name("password", tests, NULL, NULL);
}
