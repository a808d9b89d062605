#include "unit.h"

#include <string.h>
#include <unistd.h>

#include "base/log.h"

/* What log_write() says, as it comes out on standard error. */
static void say(const char *word, char *ret_line, size_t size)
{
	int saved = dup(STDERR_FILENO);
	ssize_t length;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_true(saved >= 0 && dup2(ends[1], STDERR_FILENO) >= 0);
	log_err("name=%s: it was refused", word);
	assert_true(dup2(saved, STDERR_FILENO) >= 0);
	length = read(ends[0], ret_line, size - 1);
	assert_true(length > 0);
	ret_line[length] = '\0';
	close(saved);
	close(ends[0]);
	close(ends[1]);
}

static void a_line_is_one_line_whatever_is_in_it(void **state)
{
	char line[512];

	(void)state;
	say("a\n2026-01-01T00:00:00Z err b\r\x1b]52;c;eA==\a", line, sizeof line);
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
	assert_null(strpbrk(line, "\r\a\x1b"));
	assert_non_null(strstr(line, "name=a\\x0a2026-01-01T00:00:00Z err b\\x0d\\x1b]52;"));
}

static void a_name_is_left_as_it_is(void **state)
{
	char line[512];

	(void)state;
	say("Đặng Thị Ánh", line, sizeof line);
	assert_non_null(strstr(line, "name=Đặng Thị Ánh: it was refused\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_one_line_whatever_is_in_it),
		cmocka_unit_test(a_name_is_left_as_it_is),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
