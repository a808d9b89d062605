#include "record_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

#include <hoso/limits.h>

#include "record.h"

#define CORRUPT_FOLDER "corrupt"

static bool read_all(int fd, char *bytes, size_t size, size_t offset)
{
	size_t done = 0;

	while (done < size) {
		ssize_t got = pread(fd, bytes + done, size - done, (off_t)(offset + done));
		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got <= 0) {
			return false;
		}
		done += (size_t)got;
	}
	return true;
}

static bool write_all(int fd, const char *bytes, size_t size, size_t offset)
{
	size_t done = 0;

	while (done < size) {
		ssize_t put = pwrite(fd, bytes + done, size - done, (off_t)(offset + done));
		if (put < 0 && errno == EINTR) {
			continue;
		}
		if (put <= 0) {
			return false;
		}
		done += (size_t)put;
	}
	return true;
}

/* The name tells the place and the content, so the same damage seen again makes no second copy. */
static bool set_aside(int folder, const char *name, size_t offset, const char *bytes, size_t size)
{
	g_autofree char *sum =
		g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, size);
	g_autofree char *path = g_strdup_printf(CORRUPT_FOLDER "/%s-%zu-%.16s", name, offset, sum);
	bool written;
	int fd;

	if (mkdirat(folder, CORRUPT_FOLDER, 0700) < 0 && errno != EEXIST) {
		return false;
	}
	fd = openat(folder, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0) {
		return false;
	}
	written = write_all(fd, bytes, size, 0) && fsync(fd) == 0;
	return close(fd) == 0 && written;
}

/* One unreadable place; at the end of the file it is cut off, so that what comes next is found. */
static bool handle_damage(struct record_file *file, const char *name, bool repair,
	const char *bytes, size_t from, size_t to)
{
	bool at_end = to == file->size;

	file->damaged++;
	if (!repair) {
		return true;
	}
	if (!set_aside(file->folder, name, from, bytes + from, to - from)) {
		return false;
	}
	if (at_end) {
		if (ftruncate(file->fd, (off_t)from) < 0 || fsync(file->fd) < 0) {
			return false;
		}
		file->size = from;
	}
	return true;
}

static bool read_records(struct record_file *file, const char *name, bool repair, const char *bytes,
	record_found found, void *context)
{
	size_t at = 0;

	while (at < file->size) {
		size_t length = record_read(bytes + at, file->size - at);
		size_t from = at;
		if (length > 0) {
			struct spool_place place = {
				.offset = at + RECORD_HEAD_SIZE, .length = length};
			found(context, bytes + place.offset, place);
			at += RECORD_FRAME_SIZE + length;
			continue;
		}
		do {
			at += record_next(bytes + at, file->size - at);
		} while (at < file->size && record_read(bytes + at, file->size - at) == 0);
		if (!handle_damage(file, name, repair, bytes, from, at)) {
			return false;
		}
	}
	return true;
}

static bool load(
	struct record_file *file, const char *name, bool repair, record_found found, void *context)
{
	g_autofree char *bytes = NULL;
	struct stat status;

	if (fstat(file->fd, &status) < 0) {
		return false;
	}
	file->size = (size_t)status.st_size;
	bytes = g_try_malloc(file->size + 1);
	return bytes && read_all(file->fd, bytes, file->size, 0) &&
	       read_records(file, name, repair, bytes, found, context);
}

enum hoso_error record_file_open(struct record_file *file, int folder, const char *name,
	bool repair, record_found found, void *context)
{
	int flags = repair ? O_RDWR | O_CREAT : O_RDONLY;

	*file = (struct record_file){
		.folder = folder, .fd = openat(folder, name, flags | O_CLOEXEC, 0600)};
	if (file->fd < 0) {
		return !repair && errno == ENOENT ? HOSO_OK : HOSO_FILE;
	}
	if (!load(file, name, repair, found, context)) {
		int why = errno;
		record_file_done(file);
		errno = why;
		return HOSO_FILE;
	}
	return HOSO_OK;
}

void record_file_done(struct record_file *file)
{
	if (file->fd >= 0) {
		close(file->fd);
	}
	*file = (struct record_file){.fd = -1};
}

static bool put(struct record_file *file, const char *record, size_t size, bool sync)
{
	if (!write_all(file->fd, record, size, file->size)) {
		return false;
	}
	if (sync && fdatasync(file->fd) < 0) {
		file->distrusted = true;
		return false;
	}
	return true;
}

enum hoso_error record_file_append(
	struct record_file *file, const char *text, bool sync, struct spool_place *ret_place)
{
	g_autofree char *record = NULL;
	size_t length = strlen(text);
	size_t size;

	if (length == 0 || length > SPOOL_RECORD_MAX) {
		return HOSO_TOO_LARGE;
	}
	if (file->distrusted) {
		errno = EIO;
		return HOSO_FILE;
	}
	record = record_make(text, length, &size);
	if (!put(file, record, size, sync)) {
		int why = errno;
		/* What was refused must not be found later; if this fails too, the next append
		 * writes over it. */
		(void)!ftruncate(file->fd, (off_t)file->size);
		errno = why;
		return HOSO_FILE;
	}
	*ret_place =
		(struct spool_place){.offset = file->size + RECORD_HEAD_SIZE, .length = length};
	file->size += size;
	return HOSO_OK;
}

char *record_file_text(const struct record_file *file, struct spool_place place)
{
	size_t size = RECORD_FRAME_SIZE + place.length;
	g_autofree char *record = g_malloc(size);

	if (place.length == 0 ||
		!read_all(file->fd, record, size, place.offset - RECORD_HEAD_SIZE) ||
		record_read(record, size) != place.length) {
		return NULL;
	}
	return g_strndup(record + RECORD_HEAD_SIZE, place.length);
}
