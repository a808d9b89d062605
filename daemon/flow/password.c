#include "flow/password.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib.h>
#include <sodium.h>

#include <hoso/limits.h>

#include "base/attr.h"
#include "io/helper.h"

#define HASH_MEMORY (19 * 1024 * 1024) /* OWASP's argon2id: 19 MiB, 2 passes */
#define HASH_PASSES 2
#define CHILD_MEMORY (256 * 1024 * 1024)
#define CHILD_CPU_SECONDS 5

/* argon2id of 32 random bytes that were thrown away. */
const char password_nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$HYuCcHfKGMVEMDGmx9sT/g$"
			       "Wb2BZ4CTwPSsBSkwlsOyqqgJnUk8xxNl7aMrrVwVnzI";

/* What people choose when they must choose something long. Compared without case, digits or signs. */
static const char *const common[] = {"password", "matkhau", "buudien", "vungtau", "qwertyuiop",
	"vietnam", "hoso", "supervisor", "admin", "abcdefghijklmno", "anhyeuem", "iloveyou"};

static char *letters_of(const char *text)
{
	GString *letters = g_string_new(NULL);

	for (; *text; text++) {
		if (g_ascii_isalpha(*text) || (*text & 0x80)) {
			g_string_append_c(letters, g_ascii_tolower(*text));
		}
	}
	return g_string_free(letters, FALSE);
}

static bool repeats(const char *letters, const char *word)
{
	size_t length = strlen(word);

	while (length > 0 && strncmp(letters, word, length) == 0) {
		letters += length;
	}
	return *letters == '\0';
}

bool password_is_good(const char *password, const char *account)
{
	g_autofree char *letters = letters_of(password);
	glong characters = g_utf8_strlen(password, -1);

	if (characters < PASSWORD_MIN || strlen(password) > PASSWORD_MAX || letters[0] == '\0') {
		return false;
	}
	for (size_t i = 0; i < ARRAY_SIZE(common); i++) {
		if (repeats(letters, common[i])) {
			return false;
		}
	}
	return strspn(password, (char[]){password[0], '\0'}) != strlen(password) &&
	       g_ascii_strcasecmp(password, account) != 0;
}

static size_t join(char *ret_question, size_t size, const char *const *parts, size_t count)
{
	size_t length = 0;

	for (size_t i = 0; i < count; i++) {
		size_t part = strlen(parts[i]) + 1;
		if (length + part > size) {
			return 0;
		}
		memcpy(ret_question + length, parts[i], part);
		length += part;
	}
	return length;
}

size_t password_question_check(
	const char *hash, const char *password, char *ret_question, size_t size)
{
	return join(ret_question, size, (const char *const[]){"check", hash, password}, 3);
}

size_t password_question_make(const char *password, char *ret_question, size_t size)
{
	return join(ret_question, size, (const char *const[]){"make", password}, 2);
}

bool password_answer_hash(const char *answer)
{
	return strncmp(answer, "$argon2id$", 10) == 0 && strlen(answer) < PASSWORD_HASH_SIZE;
}

bool password_hash_now(const char *password, char ret_hash[PASSWORD_HASH_SIZE])
{
	G_STATIC_ASSERT(PASSWORD_HASH_SIZE == crypto_pwhash_STRBYTES);
	return sodium_init() >= 0 && crypto_pwhash_str(ret_hash, password, strlen(password),
					     HASH_PASSES, HASH_MEMORY) == 0;
}

static size_t read_question(char question[PASSWORD_QUESTION_MAX])
{
	size_t length = 0;
	ssize_t got;

	while (length < PASSWORD_QUESTION_MAX &&
		(got = read(STDIN_FILENO, question + length, PASSWORD_QUESTION_MAX - length)) > 0) {
		length += (size_t)got;
	}
	return length;
}

/* The n-th NUL-terminated part; NULL when there are fewer. */
static const char *part_of(const char *question, size_t length, unsigned n)
{
	const char *end = question + length;

	while (n-- > 0 && question < end) {
		question += strnlen(question, (size_t)(end - question)) + 1;
	}
	return question < end && memchr(question, 0, (size_t)(end - question)) ? question : NULL;
}

int password_helper_main(void)
{
	char question[PASSWORD_QUESTION_MAX];
	char hash[PASSWORD_HASH_SIZE];
	size_t length;
	const char *verb, *first, *second;

	helper_limit_self(CHILD_MEMORY, CHILD_CPU_SECONDS);
	length = read_question(question);
	verb = part_of(question, length, 0);
	first = part_of(question, length, 1);
	second = part_of(question, length, 2);
	if (verb && first && strcmp(verb, "make") == 0 && password_hash_now(first, hash)) {
		fputs(hash, stdout);
	} else if (verb && first && second && strcmp(verb, "check") == 0 && sodium_init() >= 0) {
		fputs(crypto_pwhash_str_verify(first, second, strlen(second)) == 0 ? "yes" : "no",
			stdout);
	} else {
		return 1;
	}
	explicit_bzero(question, sizeof question);
	return fflush(stdout) == 0 ? 0 : 1;
}
