#include "picture.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <hoso/limits.h>

#define READ_BYTES 65536

static enum hoso_error read_all(int fd, GByteArray *bytes)
{
	g_autofree uint8_t *piece = g_malloc(READ_BYTES);

	for (;;) {
		ssize_t got = read(fd, piece, READ_BYTES);
		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got < 0) {
			return HOSO_FILE;
		}
		if (got == 0) {
			return HOSO_OK;
		}
		if (bytes->len + (size_t)got > PICTURE_BYTES_MAX) {
			return HOSO_TOO_LARGE;
		}
		g_byte_array_append(bytes, piece, (guint)got);
	}
}

enum hoso_error picture_load(const char *path, GBytes **ret_bytes)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	enum hoso_error error;

	if (fd < 0) {
		return errno == ENOENT ? HOSO_NOT_FOUND : HOSO_FILE;
	}
	error = read_all(fd, bytes);
	close(fd);
	if (error) {
		return error;
	}
	*ret_bytes = g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
	return HOSO_OK;
}
