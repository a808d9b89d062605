#include "whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(int fd, GBytes *bytes)
{
	size_t left;
	const char *at = g_bytes_get_data(bytes, &left);

	while (left > 0) {
		ssize_t put = write(fd, at, left);
		if (put < 0 && errno == EINTR) {
			continue;
		}
		if (put < 0) {
			return false;
		}
		at += put;
		left -= (size_t)put;
	}
	return true;
}

static enum hoso_error write_through(int fd, GBytes *bytes, bool owned)
{
	bool written = fd >= 0 && write_all(fd, bytes);
	int why = errno;

	if (owned && fd >= 0) {
		close(fd);
	}
	errno = why;
	return written ? HOSO_OK : HOSO_FILE;
}

static bool is_special(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

static mode_t permissions(const char *path)
{
	struct stat status;
	mode_t mask = umask(0);

	umask(mask);
	return stat(path, &status) == 0 ? status.st_mode & 07777 : 0666 & ~mask;
}

/* The new name is kept only when the folder is on the disk too. */
static bool keep_name(const char *path)
{
	g_autofree char *folder = g_path_get_dirname(path);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool kept = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0) {
		close(fd);
	}
	return kept;
}

static enum hoso_error replace(const char *path, GBytes *bytes)
{
	g_autofree char *temporary = g_strconcat(path, ".XXXXXX", NULL);
	int fd = mkostemp(temporary, O_CLOEXEC);
	bool done;
	int why;

	if (fd < 0) {
		return HOSO_FILE;
	}
	done = write_all(fd, bytes) && fchmod(fd, permissions(path)) == 0 && fsync(fd) == 0;
	done = close(fd) == 0 && done;
	done = done && rename(temporary, path) == 0;
	if (!done) {
		why = errno;
		unlink(temporary);
		errno = why;
		return HOSO_FILE;
	}
	return keep_name(path) ? HOSO_OK : HOSO_FILE;
}

enum hoso_error whole_file_write(const char *path, GBytes *bytes)
{
	g_autofree char *real = NULL;
	char *resolved;
	enum hoso_error error;

	if (strcmp(path, "-") == 0) {
		return write_through(STDOUT_FILENO, bytes, false);
	}
	if (is_special(path)) {
		return write_through(open(path, O_WRONLY | O_CLOEXEC), bytes, true);
	}
	resolved = realpath(path, NULL); /* a link stays one, its target is replaced */
	real = g_strdup(resolved ? resolved : path);
	free(resolved);
	error = replace(real, bytes);
	return error;
}
