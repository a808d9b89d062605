/*
 * Preloaded into a program under test: the n-th allocation or system call from a chosen moment on fails, as that
 * call may fail; and the wall clock may be set wrong. The test steers it by a file that both have mapped
 * (HOSO_FAULT_FILE, see faults.py). Only calls that go through the dynamic linker are seen: those of the program
 * and of libpq, libcurl, OpenSSL, libevent and the others, but not those inside the C library.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum family { FAMILY_NONE, FAMILY_MEMORY, FAMILY_CALLS };
enum way { WAY_ERROR, WAY_INTERRUPTED, WAY_AGAIN, WAY_SHORT, WAY_DEATH, WAY_HALF_DEATH };

/* The same in faults.py. */
struct control {
	_Atomic int64_t family; /* what is counted now */
	_Atomic int64_t nth;    /* which one fails; 0: none */
	_Atomic int64_t way;
	_Atomic int64_t count;
	_Atomic int64_t fired;
	_Atomic int64_t clock_ahead_ms;
	char call[16];
};

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

static struct control nobody;
static struct control *control = &nobody;

static void *real_of(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

__attribute__((constructor)) static void find_control(void)
{
	const char *path = getenv("HOSO_FAULT_FILE");
	int (*real_open)(const char *, int, ...) = real_of("open");
	int fd = path ? real_open(path, O_RDWR | O_CLOEXEC) : -1;
	void *mapped =
		fd < 0 ? MAP_FAILED
		       : mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (mapped != MAP_FAILED) {
		control = mapped;
	}
}

/* Is this the one? Counts, and notes its name. */
static bool is_due(enum family family, const char *name)
{
	if (atomic_load(&control->family) != (int64_t)family ||
		atomic_fetch_add(&control->count, 1) + 1 != atomic_load(&control->nth)) {
		return false;
	}
	memset(control->call, 0, sizeof control->call);
	memcpy(control->call, name, strnlen(name, sizeof control->call - 1));
	atomic_store(&control->fired, 1);
	return true;
}

/* What a due call does instead of its work; false: its work after all, perhaps half of it. */
static bool fails(
	enum family family, const char *name, int hard_errno, int again_errno, bool *ret_half)
{
	if (!is_due(family, name)) {
		return false;
	}
	switch ((enum way)atomic_load(&control->way)) {
	case WAY_INTERRUPTED:
		errno = EINTR;
		return true;
	case WAY_AGAIN:
		errno = again_errno;
		return true;
	case WAY_SHORT:
	case WAY_HALF_DEATH:
		*ret_half = true;
		return false;
	case WAY_DEATH:
		kill(getpid(), SIGKILL);
		return true;
	case WAY_ERROR:
		break;
	}
	errno = hard_errno;
	return true;
}

static size_t some_of(size_t length, bool half)
{
	return half && length > 1 ? length / 2 : length;
}

static ssize_t perhaps_last(ssize_t done, bool half)
{
	if (half && atomic_load(&control->way) == WAY_HALF_DEATH) {
		kill(getpid(), SIGKILL);
	}
	return done;
}

void *malloc(size_t size)
{
	bool half = false;

	return fails(FAMILY_MEMORY, "malloc", ENOMEM, ENOMEM, &half) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	bool half = false;

	return fails(FAMILY_MEMORY, "calloc", ENOMEM, ENOMEM, &half) ? NULL
								     : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	bool half = false;

	return fails(FAMILY_MEMORY, "realloc", ENOMEM, ENOMEM, &half) ? NULL
								      : __libc_realloc(old, size);
}

/* A call that either does its work or fails. */
#define WHOLE(type, name, parameters, arguments, hard_errno, again_errno)                          \
	type name parameters                                                                       \
	{                                                                                          \
		static type(*real) parameters;                                                     \
		bool half = false;                                                                 \
                                                                                                   \
		real = real ? real : (type(*) parameters)real_of(#name);                           \
		return fails(FAMILY_CALLS, #name, hard_errno, again_errno, &half)                  \
			       ? -1                                                                \
			       : real arguments;                                                   \
	}

/* A call that may also do half of it. */
#define PARTIAL(name, parameters, arguments, length, hard_errno)                                   \
	ssize_t name parameters                                                                    \
	{                                                                                          \
		static ssize_t(*real) parameters;                                                  \
		bool half = false;                                                                 \
                                                                                                   \
		real = real ? real : (ssize_t(*) parameters)real_of(#name);                        \
		if (fails(FAMILY_CALLS, #name, hard_errno, EAGAIN, &half)) {                       \
			return -1;                                                                 \
		}                                                                                  \
		length = some_of(length, half);                                                    \
		return perhaps_last(real arguments, half);                                         \
	}

/* clang-format off */
PARTIAL(write, (int fd, const void *bytes, size_t length), (fd, bytes, length), length, EIO)
PARTIAL(pwrite, (int fd, const void *bytes, size_t length, off_t at), (fd, bytes, length, at), length, ENOSPC)
PARTIAL(pwrite64, (int fd, const void *bytes, size_t length, off64_t at), (fd, bytes, length, at), length, ENOSPC)
PARTIAL(send, (int fd, const void *bytes, size_t length, int flags), (fd, bytes, length, flags), length, ENOBUFS)
PARTIAL(read, (int fd, void *bytes, size_t length), (fd, bytes, length), length, EIO)
PARTIAL(pread, (int fd, void *bytes, size_t length, off_t at), (fd, bytes, length, at), length, EIO)
PARTIAL(pread64, (int fd, void *bytes, size_t length, off64_t at), (fd, bytes, length, at), length, EIO)
PARTIAL(recv, (int fd, void *bytes, size_t length, int flags), (fd, bytes, length, flags), length, ECONNRESET)
WHOLE(ssize_t, writev, (int fd, const struct iovec *parts, int count), (fd, parts, count), ENOBUFS, EAGAIN)
WHOLE(ssize_t, readv, (int fd, const struct iovec *parts, int count), (fd, parts, count), ECONNRESET, EAGAIN)
WHOLE(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), (fd, message, flags), ENOBUFS, EAGAIN)
WHOLE(int, accept4, (int fd, struct sockaddr *name, socklen_t *size, int flags), (fd, name, size, flags), EMFILE, EAGAIN)
WHOLE(int, socket, (int domain, int type, int protocol), (domain, type, protocol), EMFILE, EMFILE)
WHOLE(int, connect, (int fd, const struct sockaddr *name, socklen_t size), (fd, name, size), ECONNREFUSED, EAGAIN)
WHOLE(int, fsync, (int fd), (fd), EIO, EIO)
WHOLE(int, fdatasync, (int fd), (fd), EIO, EIO)
WHOLE(int, ftruncate, (int fd, off_t length), (fd, length), EIO, EIO)
WHOLE(int, ftruncate64, (int fd, off64_t length), (fd, length), EIO, EIO)
WHOLE(int, epoll_ctl, (int epoll, int what, int fd, struct epoll_event *event), (epoll, what, fd, event), ENOMEM, ENOMEM)
WHOLE(int, epoll_wait, (int epoll, struct epoll_event *events, int count, int ms), (epoll, events, count, ms), EINTR, EINTR)
/* clang-format on */

/* Their mode comes only with O_CREAT, and is harmless without. */
#define OPENING(name, first, first_argument)                                                       \
	int name(first const char *path, int flags, ...)                                           \
	{                                                                                          \
		int (*real)(first const char *, int, ...) = real_of(#name);                        \
		bool half = false;                                                                 \
		va_list rest;                                                                      \
		unsigned mode;                                                                     \
                                                                                                   \
		va_start(rest, flags);                                                             \
		mode = va_arg(rest, unsigned);                                                     \
		va_end(rest);                                                                      \
		return fails(FAMILY_CALLS, #name, EMFILE, EMFILE, &half)                           \
			       ? -1                                                                \
			       : real(first_argument path, flags, mode);                           \
	}

#define NOTHING
#define FOLDER int folder,
#define FOLDER_ARGUMENT folder,

OPENING(open, NOTHING, NOTHING)
OPENING(open64, NOTHING, NOTHING)
OPENING(openat, FOLDER, FOLDER_ARGUMENT)
OPENING(openat64, FOLDER, FOLDER_ARGUMENT)

int clock_gettime(clockid_t id, struct timespec *ret_now)
{
	static int (*real)(clockid_t, struct timespec *);
	int64_t ahead_ms = id == CLOCK_REALTIME ? atomic_load(&control->clock_ahead_ms) : 0;
	int result;

	real = real ? real : (int (*)(clockid_t, struct timespec *))real_of("clock_gettime");
	result = real(id, ret_now);
	ret_now->tv_sec += ahead_ms / 1000;
	return result;
}
