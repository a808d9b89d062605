#include "watch_source.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <glib.h>

#include "codes.h"
#include "picture.h"
#include "watch_seen.h"

#define NAMES_MAX 100000 /* waiting; what is over is found when hoso is started again */
#define NEWS_BYTES (16 * (sizeof(struct inotify_event) + NAME_MAX + 1))

/*
 * @wait has two things to wait for: @news of the folder, and @work, which can be read while names are waiting.
 */
struct watch_source {
	struct source source;
	const char *folder;
	int wait, news, work;
	GQueue *names;
	struct watch_seen seen;
	struct barcode_list list;
};

static bool is_picture_name(const char *name)
{
	static const char *const endings[] = {".png", ".jpg", ".jpeg", ".pgm", ".pdf"};
	g_autofree char *lower = g_ascii_strdown(name, -1);

	for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
		if (name[0] != '.' && g_str_has_suffix(lower, endings[i])) {
			return true;
		}
	}
	return false;
}

/* Asked of the kernel: nobody gets the right to read undisturbed while somebody may write. What it cannot say is
 * taken as whole: the file of another user, or of another file system. */
static bool is_being_written(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	bool writing = fd >= 0 && fcntl(fd, F_SETLEASE, F_RDLCK) < 0 && errno == EAGAIN;

	if (fd >= 0) {
		(void)fcntl(fd, F_SETLEASE, F_UNLCK);
		close(fd);
	}
	return writing;
}

static void add_name(struct watch_source *watch, const char *name)
{
	uint64_t one = 1;

	if (is_picture_name(name) && g_queue_get_length(watch->names) < NAMES_MAX) {
		g_queue_push_tail(watch->names, g_strdup(name));
		(void)!write(watch->work, &one, sizeof one);
	}
}

static int by_name(const void *first, const void *second, void *context)
{
	(void)context;
	return strcmp(first, second);
}

static void add_all(struct watch_source *watch)
{
	GDir *folder = g_dir_open(watch->folder, 0, NULL);
	const char *name;

	while (folder && (name = g_dir_read_name(folder))) {
		add_name(watch, name);
	}
	if (folder) {
		g_dir_close(folder);
	}
	g_queue_sort(watch->names, by_name, NULL); /* cameras count upwards */
}

static enum source_state take_news(struct watch_source *watch, source_looked looked, void *context)
{
	_Alignas(struct inotify_event) char bytes[NEWS_BYTES];
	ssize_t got = read(watch->news, bytes, sizeof bytes);

	for (ssize_t at = 0; at < got;) {
		const struct inotify_event *event = (const void *)(bytes + at);
		at += (ssize_t)(sizeof *event + event->len);
		if (event->mask & IN_Q_OVERFLOW) {
			add_all(watch);
		} else if (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT)) {
			struct source_look look = {.from = watch->folder, .error = HOSO_FILE};
			looked(context, &look);
			return SOURCE_FAILED;
		} else if (event->len > 0) {
			add_name(watch, event->name);
		}
	}
	return SOURCE_OPEN;
}

static void read_codes(struct watch_source *watch, const char *path, const char *mark,
	source_looked looked, void *context)
{
	struct source_text texts[PICTURE_CODES_MAX];
	struct source_look look = {.from = path, .still = true, .texts = texts};

	look.error = codes_read(path, false, &watch->list);
	if (look.error == HOSO_NOT_FOUND) {
		return; /* taken away again */
	}
	if (!look.error) {
		look.text_count = codes_texts(&watch->list, texts);
	}
	if (looked(context, &look) && mark) {
		watch_seen_keep(&watch->seen, mark);
	}
}

static void take_picture(
	struct watch_source *watch, const char *name, source_looked looked, void *context)
{
	g_autofree char *path = g_build_filename(watch->folder, name, NULL);
	g_autofree char *mark = NULL;
	g_autoptr(GBytes) picture = NULL;

	if (!g_file_test(path, G_FILE_TEST_IS_REGULAR) || is_being_written(path)) {
		return; /* its writer will close it, and we are told */
	}
	if (!picture_load(path, &picture)) {
		mark = watch_seen_mark(&watch->seen, picture);
	}
	if (!mark || !watch_seen_knows(&watch->seen, mark)) {
		read_codes(watch, path, mark, looked, context);
	}
}

static enum source_state watch_read(struct source *source, source_looked looked, void *context)
{
	struct watch_source *watch = container_of(source, struct watch_source, source);
	enum source_state state = take_news(watch, looked, context);
	g_autofree char *name = g_queue_pop_head(watch->names);
	uint64_t count;

	if (g_queue_is_empty(watch->names)) {
		(void)!read(watch->work, &count, sizeof count);
	}
	if (state == SOURCE_OPEN && name) {
		take_picture(watch, name, looked, context);
	}
	return state;
}

static int watch_poll_fd(const struct source *source)
{
	return container_of(source, const struct watch_source, source)->wait;
}

static void close_one(int fd)
{
	if (fd >= 0) {
		close(fd);
	}
}

static void watch_free(struct source *source)
{
	struct watch_source *watch = container_of(source, struct watch_source, source);

	close_one(watch->wait);
	close_one(watch->news);
	close_one(watch->work);
	g_queue_free_full(watch->names, g_free);
	watch_seen_done(&watch->seen);
	g_free(watch);
}

static bool wait_for(const struct watch_source *watch, int fd)
{
	struct epoll_event event = {.events = EPOLLIN};

	return epoll_ctl(watch->wait, EPOLL_CTL_ADD, fd, &event) == 0;
}

static enum hoso_error start(struct watch_source *watch)
{
	const uint32_t mask =
		IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

	watch->wait = epoll_create1(EPOLL_CLOEXEC);
	watch->news = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	watch->work = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (watch->wait < 0 || watch->news < 0 || watch->work < 0 ||
		!wait_for(watch, watch->news) || !wait_for(watch, watch->work)) {
		return HOSO_FILE;
	}
	if (inotify_add_watch(watch->news, watch->folder, mask) < 0) {
		return errno == ENOENT || errno == ENOTDIR ? HOSO_NOT_FOUND : HOSO_FILE;
	}
	add_all(watch); /* after the watch: what comes in between is named twice, and known the second time */
	return HOSO_OK;
}

enum hoso_error watch_source_new(
	const char *folder, const char *seen_path, const char *purpose, struct source **ret_source)
{
	static const struct source_ops ops = {
		.live = false, .poll_fd = watch_poll_fd, .read = watch_read, .free = watch_free};
	struct watch_source *watch = g_new0(struct watch_source, 1);
	enum hoso_error error;

	watch->source.ops = &ops;
	watch->folder = folder;
	watch->wait = watch->news = watch->work = -1;
	watch->names = g_queue_new();
	signal(SIGIO,
		SIG_IGN); /* how the kernel asks for a file back that is_being_written() holds for a moment */
	error = watch_seen_init(&watch->seen, seen_path, purpose);
	if (!error) {
		error = start(watch);
	}
	if (error) {
		int why = errno;
		watch_free(&watch->source);
		errno = why;
		return error;
	}
	*ret_source = &watch->source;
	return HOSO_OK;
}
