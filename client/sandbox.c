#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "decode/lockdown.h"

#define PIECE_BYTES 65536

/*
 * What a library has to say about a stranger's picture is not for the user's terminal; what the
 * address sanitizer says is.
 */
#define LAST_SILENCED (HOSO_ADDRESS_SANITIZER ? STDOUT_FILENO : STDERR_FILENO)

static int write_all(int fd, const uint8_t *bytes, size_t length)
{
	while (length > 0) {
		ssize_t put = write(fd, bytes, length);
		if (put < 0 && errno != EINTR) {
			return -1;
		}
		if (put > 0) {
			bytes += put;
			length -= (size_t)put;
		}
	}
	return 0;
}

#define ANSWER_FD 3

/*
 * Only the answer's pipe stays open, and no signal handler stays in place: the parent's
 * connections, files and habits are none of the child's.
 */
static int let_go(int fd)
{
	int null;

	if (fd != ANSWER_FD && dup2(fd, ANSWER_FD) < 0) {
		return -1;
	}
	null = open("/dev/null", O_RDWR);
	if (null < 0) {
		return -1;
	}
	for (int standard = STDIN_FILENO; standard <= LAST_SILENCED; standard++) {
		if (dup2(null, standard) < 0) {
			return -1;
		}
	}
	for (int number = 1; number < NSIG; number++) {
		signal(number, SIG_DFL); /* fails for those that have none */
	}
	return close_range(ANSWER_FD + 1, ~0U, 0);
}

/* The answer's first byte is the error: an exit status could also come from a dying C library. */
_Noreturn static void be_child(int fd, const struct sandbox_job *job, const void *input)
{
	GByteArray *answer = g_byte_array_new();
	uint8_t error;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || let_go(fd)) {
		_exit(1);
	}
	if (job->prepare) {
		job->prepare(input);
	}
	if (lockdown_enter(job->memory_bytes, job->cpu_ms)) {
		_exit(1);
	}
	error = (uint8_t)job->work(input, answer);
	if (write_all(ANSWER_FD, &error, 1) || write_all(ANSWER_FD, answer->data, answer->len)) {
		_exit(1);
	}
	_exit(0);
}

/* Everything the child says until it closes the pipe; -1 when it is too slow or says too much. */
static int listen_to_child(int fd, const struct sandbox_job *job, GByteArray *said)
{
	int64_t deadline_ms = clock_monotonic_ms() + job->time_ms;
	g_autofree uint8_t *piece = g_malloc(PIECE_BYTES);

	for (;;) {
		struct pollfd waiting = {.fd = fd, .events = POLLIN};
		int64_t left_ms = deadline_ms - clock_monotonic_ms();
		ssize_t got;
		if (left_ms <= 0) {
			return -1;
		}
		if (poll(&waiting, 1, (int)left_ms) <= 0) {
			continue;
		}
		got = read(fd, piece, PIECE_BYTES);
		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got <= 0) {
			return (int)got;
		}
		if (said->len + (size_t)got > job->answer_bytes + 1) {
			return -1;
		}
		g_byte_array_append(said, piece, (guint)got);
	}
}

static int end_child(pid_t child, int failed)
{
	int status = 0;

	if (failed) {
		kill(child, SIGKILL);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
	}
	return failed || !WIFEXITED(status) || WEXITSTATUS(status) != 0 ? -1 : 0;
}

enum hoso_error sandbox_run(
	const struct sandbox_job *job, const void *input, GByteArray **ret_answer)
{
	g_autoptr(GByteArray) said = g_byte_array_new();
	int ends[2];
	pid_t child;
	int failed;

	if (pipe2(ends, O_CLOEXEC)) {
		return HOSO_BUSY;
	}
	fflush(NULL); /* or the child would write the parent's unwritten output once more */
	child = fork();
	if (child == 0) {
		close(ends[0]);
		be_child(ends[1], job, input);
	}
	close(ends[1]);
	if (child < 0) {
		close(ends[0]);
		return HOSO_BUSY;
	}
	failed = listen_to_child(ends[0], job, said);
	close(ends[0]);
	if (end_child(child, failed) || said->len == 0 || said->data[0] >= HOSO_ERROR_COUNT) {
		return HOSO_BAD_PICTURE;
	}
	if (said->data[0] != HOSO_OK) {
		return (enum hoso_error)said->data[0];
	}
	g_byte_array_remove_index(said, 0);
	*ret_answer = g_steal_pointer(&said);
	return HOSO_OK;
}
