#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib.h>

#include "base/clock.h"
#include "io/helper.h"

/*
 * helper_ask() starts this same program with `--helper VERB`: below are the verbs' children, then the tests
 * that ask them.
 */

#define SOON_MS 300
#define QUESTION_MAX (3 * 1024 * 1024)
#define ANSWER_MAX QUESTION_MAX
#define LONG_MS 20000

static void say(const char *text)
{
	fputs(text, stdout);
	fflush(stdout);
}

static int child_echo(void)
{
	static char text[QUESTION_MAX];
	size_t got = fread(text, 1, sizeof text, stdin);

	fwrite(text, 1, got, stdout);
	return fflush(stdout);
}

static int child_hang(void)
{
	signal(SIGTERM, SIG_IGN);
	alarm(60); /* should the test itself die */
	while (pause() < 0) {
	}
	return 1;
}

static int child_half(void)
{
	say("half an answer, ");
	return child_hang();
}

static int child_flood(void)
{
	for (int i = 0; i < 2 * ANSWER_MAX; i++) {
		fputc('x', stdout);
	}
	return fflush(stdout);
}

static int child_deaf(void)
{
	close(STDIN_FILENO);
	say("I do not listen");
	return 0;
}

static int child_open_files(void)
{
	for (int fd = 3; fd < 1024; fd++) {
		if (fcntl(fd, F_GETFD) >= 0) {
			say("something was inherited");
			return 0;
		}
	}
	say("nothing");
	return 0;
}

static int child_environment(void)
{
	say(getenv("PATH") || getenv("HOSO_SECRET") ? "something" : "nothing");
	return 0;
}

/* There only under the address sanitizer, where memory cannot be limited. */
extern void __asan_init(void) __attribute__((weak));

static int child_limits(void)
{
	struct rlimit core, cpu, memory;
	rlim_t expected = __asan_init ? RLIM_INFINITY : (rlim_t)1 << 40;

	helper_limit_self((size_t)1 << 40, 7);
	getrlimit(RLIMIT_CORE, &core);
	getrlimit(RLIMIT_CPU, &cpu);
	getrlimit(RLIMIT_AS, &memory);
	printf("%d %d %d", (int)core.rlim_max, (int)cpu.rlim_max, memory.rlim_max == expected);
	return fflush(stdout);
}

static int child_silent(void)
{
	return 0;
}

static const struct {
	const char *verb;
	int (*main)(void);
} children[] = {{"echo", child_echo}, {"hang", child_hang}, {"half", child_half},
	{"flood", child_flood}, {"deaf", child_deaf}, {"files", child_open_files},
	{"environment", child_environment}, {"limits", child_limits}, {"silent", child_silent}};

static int run_child(const char *verb)
{
	for (size_t i = 0; i < G_N_ELEMENTS(children); i++) {
		if (strcmp(children[i].verb, verb) == 0) {
			return children[i].main();
		}
	}
	return 1;
}

static struct loop *loop;
static struct helper_req req;
static enum hoso_error outcome;
static int answers;
static GString *answer; /* of the last question */

static void answered(struct helper_req *answered_req, enum hoso_error error)
{
	assert_ptr_equal(answered_req, &req);
	outcome = error;
	g_string_assign(answer, "");
	g_string_append_len(answer, req.answer->str, (gssize)req.answer->len);
	answers++;
	loop_stop(loop);
}

static void begin(const char *verb, const void *question, size_t length, int64_t deadline_ms)
{
	memset(&req, 0, sizeof req);
	req.verb = verb;
	req.question = question;
	req.answer_max = ANSWER_MAX;
	req.question_bytes = length;
	answers = 0;
	loop = loop_new();
	helper_ask(loop, &req, deadline_ms, answered);
	assert_int_equal(answers, 0); /* never inside the call */
}

/* Whatever became of it, no child is left behind. */
static void end(void)
{
	loop_free(loop);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static enum hoso_error ask(const char *verb, const char *question, int64_t deadline_ms)
{
	begin(verb, question, strlen(question), deadline_ms);
	loop_run(loop);
	assert_int_equal(answers, 1);
	end();
	return outcome;
}

static void the_answer_comes_back(void **state)
{
	(void)state;
	assert_int_equal(ask("echo", "xin chào", LONG_MS), HOSO_OK);
	assert_string_equal(answer->str, "xin chào");
	assert_int_equal(answer->len, strlen("xin chào"));
}

static void the_longest_question_arrives_whole(void **state)
{
	static char question[QUESTION_MAX];

	(void)state;
	memset(question, 'q', sizeof question);
	begin("echo", question, sizeof question, LONG_MS);
	loop_run(loop);
	end();
	assert_int_equal(outcome, HOSO_OK);
	assert_int_equal(answer->len, sizeof question);
	assert_memory_equal(answer->str, question, sizeof question);
}

static void a_child_that_hangs_is_killed_at_the_deadline(void **state)
{
	int64_t began_ms = clock_monotonic_ms();

	(void)state;
	assert_int_equal(ask("hang", "x", SOON_MS), HOSO_INTERNAL);
	assert_in_range(clock_monotonic_ms() - began_ms, SOON_MS - 5, LONG_MS);
}

static void half_an_answer_is_none(void **state)
{
	(void)state;
	assert_int_equal(ask("half", "x", SOON_MS), HOSO_INTERNAL);
}

static void an_answer_without_end_is_cut_off(void **state)
{
	(void)state;
	assert_int_equal(ask("flood", "x", LONG_MS), HOSO_INTERNAL);
	assert_in_range(answer->len, ANSWER_MAX + 1, ANSWER_MAX + 65536);
}

static void no_answer_is_a_failure(void **state)
{
	(void)state;
	assert_int_equal(ask("silent", "x", LONG_MS), HOSO_INTERNAL);
	assert_int_equal(ask("no such verb", "x", LONG_MS), HOSO_INTERNAL);
}

static void a_child_that_does_not_listen_may_answer(void **state)
{
	(void)state;
	assert_int_equal(ask("deaf", "x", LONG_MS), HOSO_OK);
	assert_string_equal(answer->str, "I do not listen");
}

static void a_child_inherits_no_files_and_no_environment(void **state)
{
	int secret = open("/dev/null", O_RDONLY); /* some library forgot close-on-exec */

	(void)state;
	setenv("HOSO_SECRET", "x", 1);
	assert_int_equal(ask("files", "x", LONG_MS), HOSO_OK);
	assert_string_equal(answer->str, "nothing");
	assert_int_equal(ask("environment", "x", LONG_MS), HOSO_OK);
	assert_string_equal(answer->str, "nothing");
	close(secret);
}

static void a_child_can_limit_itself(void **state)
{
	(void)state;
	assert_int_equal(ask("limits", "x", LONG_MS), HOSO_OK);
	assert_string_equal(answer->str, "0 7 1");
}

static void a_cancelled_question_is_never_answered(void **state)
{
	(void)state;
	begin("hang", "x", 1, LONG_MS);
	helper_cancel(&req);
	helper_cancel(&req);
	assert_int_equal(answers, 0);
	end();
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_answer_comes_back),
		cmocka_unit_test(the_longest_question_arrives_whole),
		cmocka_unit_test(a_child_that_hangs_is_killed_at_the_deadline),
		cmocka_unit_test(half_an_answer_is_none),
		cmocka_unit_test(an_answer_without_end_is_cut_off),
		cmocka_unit_test(no_answer_is_a_failure),
		cmocka_unit_test(a_child_that_does_not_listen_may_answer),
		cmocka_unit_test(a_child_inherits_no_files_and_no_environment),
		cmocka_unit_test(a_child_can_limit_itself),
		cmocka_unit_test(a_cancelled_question_is_never_answered),
	};

	answer = g_string_new(NULL);
	if (argc == 3 && strcmp(argv[1], "--helper") == 0) {
		return run_child(argv[2]);
	}
	signal(SIGPIPE, SIG_IGN); /* as the daemon does */
	return cmocka_run_group_tests_name("helper", tests, NULL, NULL);
}
