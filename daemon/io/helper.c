#include "io/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <event2/event.h>
#include <glib.h>

#include "base/log.h"

#define PIECE_BYTES 16384

struct helper {
	struct loop *loop;
	struct helper_req *req;
	pid_t pid;
	int to_child;
	int from_child;
	size_t written;
	GString *answer;
	struct event *writable;
	struct event *readable;
	struct loop_task deadline;
	struct loop_task stillborn;
};

static void close_fd(int *fd)
{
	if (*fd >= 0) {
		close(*fd);
		*fd = -1;
	}
}

/* The child has closed its output or is past its time: killing it is safe, and waiting for it is short. */
static int end_child(struct helper *helper)
{
	int status = -1;

	if (helper->pid > 0) {
		kill(helper->pid, SIGKILL);
		while (waitpid(helper->pid, &status, 0) < 0 && errno == EINTR) {
		}
	}
	return status;
}

static void free_helper(struct helper *helper)
{
	g_clear_pointer(&helper->writable, event_free);
	g_clear_pointer(&helper->readable, event_free);
	close_fd(&helper->to_child);
	close_fd(&helper->from_child);
	loop_cancel(&helper->deadline);
	loop_cancel(&helper->stillborn);
	if (helper->answer) {
		g_string_free(helper->answer, TRUE);
	}
	helper->req->helper = NULL;
	g_free(helper);
}

static void finish(struct helper *helper, enum hoso_error error)
{
	struct helper_req *req = helper->req;
	GString *answer = g_steal_pointer(&helper->answer);

	end_child(helper);
	free_helper(helper);
	req->answer = answer;
	req->done(req, error); /* may be the end of @req */
	g_string_free(answer, TRUE);
}

static void child_readable(evutil_socket_t fd, short what, void *arg)
{
	struct helper *helper = arg;
	GString *answer = helper->answer;
	size_t before = answer->len;
	ssize_t got;

	(void)what;
	g_string_set_size(answer, before + PIECE_BYTES);
	got = read(fd, answer->str + before, PIECE_BYTES);
	g_string_set_size(answer, before + (size_t)MAX(got, 0));
	if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
		return;
	}
	if (got > 0) {
		if (answer->len > helper->req->answer_max) {
			finish(helper, HOSO_INTERNAL);
		}
		return;
	}
	finish(helper, got == 0 && answer->len > 0 ? HOSO_OK : HOSO_INTERNAL);
}

static void child_writable(evutil_socket_t fd, short what, void *arg)
{
	struct helper *helper = arg;
	struct helper_req *req = helper->req;
	ssize_t put = write(fd, (const char *)req->question + helper->written,
		req->question_bytes - helper->written);

	(void)what;
	if (put > 0) {
		helper->written += (size_t)put;
	}
	/* A child that closed its input says why on its output, or by its end. */
	if (helper->written == req->question_bytes ||
		(put < 0 && errno != EAGAIN && errno != EINTR)) {
		g_clear_pointer(&helper->writable, event_free);
		close_fd(&helper->to_child);
	}
}

static void too_slow(struct loop_task *task)
{
	struct helper *helper = container_of(task, struct helper, deadline);

	log_warn("helper=%s: no answer before the deadline", helper->req->verb);
	finish(helper, HOSO_INTERNAL);
}

static void could_not_start(struct loop_task *task)
{
	struct helper *helper = container_of(task, struct helper, stillborn);

	finish(helper, HOSO_BUSY);
}

static bool spawn_child(struct helper *helper)
{
	char *const arguments[] = {
		(char *)"hosod", (char *)"--helper", (char *)helper->req->verb, NULL};
	char *const environment[] = {NULL};
	int to[2] = {-1, -1}, from[2] = {-1, -1};
	posix_spawn_file_actions_t actions;
	int failed = 1;

	if (pipe2(to, O_CLOEXEC) == 0 && pipe2(from, O_CLOEXEC) == 0) {
		posix_spawn_file_actions_init(&actions);
		posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
		posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
		/* Not every library marks its sockets close-on-exec. */
		posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
		failed = posix_spawn(
			&helper->pid, "/proc/self/exe", &actions, NULL, arguments, environment);
		posix_spawn_file_actions_destroy(&actions);
	}
	close_fd(&to[0]);
	close_fd(&from[1]);
	helper->to_child = to[1];
	helper->from_child = from[0];
	if (failed) {
		log_err("helper=%s: cannot start a child", helper->req->verb);
		helper->pid = 0;
		return false;
	}
	return fcntl(helper->to_child, F_SETFL, O_NONBLOCK) == 0 &&
	       fcntl(helper->from_child, F_SETFL, O_NONBLOCK) == 0;
}

void helper_ask(struct loop *loop, struct helper_req *req, int64_t deadline_ms,
	void (*done)(struct helper_req *, enum hoso_error))
{
	struct helper *helper = g_new0(struct helper, 1);

	helper->loop = loop;
	helper->req = req;
	helper->answer = g_string_new(NULL);
	helper->to_child = -1;
	helper->from_child = -1;
	req->helper = helper;
	req->done = done;
	req->answer = NULL;
	if (!spawn_child(helper)) {
		loop_defer(loop, &helper->stillborn, could_not_start);
		return;
	}
	helper->writable = event_new(
		loop_base(loop), helper->to_child, EV_WRITE | EV_PERSIST, child_writable, helper);
	helper->readable = event_new(
		loop_base(loop), helper->from_child, EV_READ | EV_PERSIST, child_readable, helper);
	event_add(helper->writable, NULL);
	event_add(helper->readable, NULL);
	loop_after(loop, &helper->deadline, deadline_ms, too_slow);
}

void helper_cancel(struct helper_req *req)
{
	if (req->helper) {
		end_child(req->helper);
		free_helper(req->helper);
	}
}

void helper_limit_self(size_t memory_bytes, unsigned cpu_seconds)
{
	struct rlimit memory = {memory_bytes, memory_bytes};
	struct rlimit cpu = {cpu_seconds, cpu_seconds};
	struct rlimit none = {0, 0};

	if (!HOSO_ADDRESS_SANITIZER) {
		setrlimit(RLIMIT_AS, &memory);
	}
	setrlimit(RLIMIT_CPU, &cpu);
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

bool helper_read_question(GByteArray *question, size_t bytes_max)
{
	g_autofree guint8 *piece = g_malloc(PIECE_BYTES);
	ssize_t got;

	while ((got = read(STDIN_FILENO, piece, PIECE_BYTES)) != 0) {
		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got < 0 || question->len + (size_t)got > bytes_max) {
			return false;
		}
		g_byte_array_append(question, piece, (guint)got);
	}
	return true;
}

bool helper_write_answer(const GByteArray *answer)
{
	size_t written = 0;

	while (written < answer->len) {
		ssize_t put = write(STDOUT_FILENO, answer->data + written, answer->len - written);
		if (put < 0 && errno != EINTR) {
			return false;
		}
		written += put > 0 ? (size_t)put : 0;
	}
	return true;
}
