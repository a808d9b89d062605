#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clock.h"
#include "sandbox.h"

static const struct sandbox_job limits = {
	.memory_bytes = 64 * 1024 * 1024,
	.cpu_ms = 10000,
	.time_ms = 10000,
	.answer_bytes = 1000,
};

static GByteArray *answer;

static enum hoso_error run(sandbox_work work, const void *input)
{
	struct sandbox_job job = limits;

	job.work = work;
	return sandbox_run(&job, input, &answer);
}

static enum hoso_error echo(const void *input, GByteArray *ret_answer)
{
	g_byte_array_append(ret_answer, input, (guint)strlen(input));
	return HOSO_OK;
}

static void the_answer_comes_back(void **state)
{
	(void)state;
	assert_int_equal(run(echo, "xin chào"), HOSO_OK);
	assert_int_equal(answer->len, strlen("xin chào"));
	assert_memory_equal(answer->data, "xin chào", answer->len);
	g_byte_array_unref(answer);
}

static enum hoso_error refuse(const void *input, GByteArray *ret_answer)
{
	g_byte_array_append(ret_answer, input, 1);
	return HOSO_NO_CODE;
}

static void an_error_comes_back_without_an_answer(void **state)
{
	(void)state;
	answer = NULL;
	assert_int_equal(run(refuse, "x"), HOSO_NO_CODE);
	assert_null(answer);
}

static enum hoso_error crash(const void *input, GByteArray *ret_answer)
{
	g_byte_array_append(ret_answer, input, 1);
	__builtin_trap();
}

static void a_crash_is_one_error(void **state)
{
	(void)state;
	assert_int_equal(run(crash, "x"), HOSO_BAD_PICTURE);
	assert_int_equal(run(echo, "still here"), HOSO_OK);
	g_byte_array_unref(answer);
}

static enum hoso_error loop(const void *input, GByteArray *ret_answer)
{
	(void)ret_answer;
	for (volatile const char *at = input; *at;) {
	}
	return HOSO_OK;
}

static void an_endless_child_is_ended(void **state)
{
	struct sandbox_job job = limits;
	int64_t start_ms = clock_monotonic_ms();

	(void)state;
	job.work = loop;
	job.time_ms = 200;
	assert_int_equal(sandbox_run(&job, "x", &answer), HOSO_BAD_PICTURE);
	assert_true(clock_monotonic_ms() - start_ms < 5000);
}

/* The address sanitizer's processes have no limits. */
#if !HOSO_ADDRESS_SANITIZER
static void processor_time_is_bounded(void **state)
{
	struct sandbox_job job = limits;
	int64_t start_ms = clock_monotonic_ms();

	(void)state;
	job.work = loop;
	job.cpu_ms = 100; /* the kernel counts whole seconds: this makes one */
	job.time_ms = 60000;
	assert_int_equal(sandbox_run(&job, "x", &answer), HOSO_BAD_PICTURE);
	assert_true(clock_monotonic_ms() - start_ms < 50000);
}
#endif

static enum hoso_error babble(const void *input, GByteArray *ret_answer)
{
	(void)input;
	g_byte_array_set_size(ret_answer, 1001);
	return HOSO_OK;
}

static void too_long_an_answer_is_none(void **state)
{
	(void)state;
	assert_int_equal(run(babble, "x"), HOSO_BAD_PICTURE);
}

/* Whatever the child can still reach is told in one character per thing. */
static enum hoso_error reach_out(const void *input, GByteArray *ret_answer)
{
	const int *connection = input;

	if (write(*connection, "x", 1) == 1) {
		g_byte_array_append(ret_answer, (const guint8 *)"c", 1);
	}
#if !HOSO_ADDRESS_SANITIZER
	if (open("/etc/passwd", O_RDONLY) >= 0) {
		g_byte_array_append(ret_answer, (const guint8 *)"f", 1);
	}
	if (socket(AF_INET, SOCK_STREAM, 0) >= 0) {
		g_byte_array_append(ret_answer, (const guint8 *)"s", 1);
	}
	if (fork() >= 0) {
		g_byte_array_append(ret_answer, (const guint8 *)"p", 1);
	}
	if (kill(getppid(), 0) == 0) {
		g_byte_array_append(ret_answer, (const guint8 *)"k", 1);
	}
#endif
	g_byte_array_append(ret_answer, (const guint8 *)".", 1);
	return HOSO_OK;
}

static void the_child_reaches_nothing(void **state)
{
	int ends[2], connection;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	connection = fcntl(ends[0], F_DUPFD, 50); /* low numbers are something else in the child */
	assert_int_equal(run(reach_out, &connection), HOSO_OK);
	assert_int_equal(answer->len, 1);
	assert_memory_equal(answer->data, ".", 1);
	g_byte_array_unref(answer);
	close(connection);
	close(ends[0]);
	close(ends[1]);
}

/* The address sanitizer's shadow leaves no bound on the address space. */
#if !HOSO_ADDRESS_SANITIZER
static enum hoso_error devour(const void *input, GByteArray *ret_answer)
{
	(void)input;
	for (unsigned i = 0; i < 256; i++) {
		char *block = malloc(1024 * 1024);
		if (!block) {
			return HOSO_TOO_LARGE;
		}
		memset(block, 1, 1024 * 1024);
		g_byte_array_append(ret_answer, (const guint8 *)block, 1);
	}
	return HOSO_OK;
}

static void memory_is_bounded(void **state)
{
	(void)state;
	assert_int_equal(run(devour, "x"), HOSO_TOO_LARGE);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_answer_comes_back),
		cmocka_unit_test(an_error_comes_back_without_an_answer),
		cmocka_unit_test(a_crash_is_one_error),
		cmocka_unit_test(an_endless_child_is_ended),
		cmocka_unit_test(too_long_an_answer_is_none),
		cmocka_unit_test(the_child_reaches_nothing),
#if !HOSO_ADDRESS_SANITIZER
		cmocka_unit_test(memory_is_bounded),
		cmocka_unit_test(processor_time_is_bounded),
#endif
	};

	return cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
}
