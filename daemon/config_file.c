#include "config_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

#include <hoso/limits.h>

#include "base/log.h"

/* Fills @text with up to @size bytes; an errno instead of the length when it cannot. */
static int read_regular(int fd, char *text, size_t size, size_t *ret_length, mode_t *ret_mode)
{
	struct stat status;
	ssize_t length;

	if (fstat(fd, &status) < 0) {
		return errno;
	}
	if (!S_ISREG(status.st_mode)) {
		return EINVAL;
	}
	length = read(fd, text, size);
	if (length < 0) {
		return errno;
	}
	*ret_length = (size_t)length;
	*ret_mode = status.st_mode;
	return 0;
}

char *config_file_read(const char *path, size_t max, mode_t *ret_mode)
{
	/* A fifo that nobody writes to must not hold the start up. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	size_t size = max + 1;
	size_t length = 0;
	char *text;
	int error;

	if (fd < 0) {
		return NULL;
	}
	text = g_malloc0(size + 1);
	error = read_regular(fd, text, size, &length, ret_mode);
	close(fd);
	if (!error && length > max) {
		error = EFBIG;
	} else if (!error && strlen(text) != length) {
		error = EINVAL;
	}
	if (error) {
		explicit_bzero(text, size);
		g_free(text);
		errno = error;
		return NULL;
	}
	return text;
}

static bool is_credential(const char *path)
{
	const char *folder = g_getenv("CREDENTIALS_DIRECTORY");
	size_t length = folder ? strlen(folder) : 0;

	return length > 0 && strncmp(path, folder, length) == 0 && path[length] == '/' &&
	       !strstr(path + length, "/../");
}

/* NULL when @secret may be used; otherwise why not. */
static const char *find_fault(const char *path, mode_t mode, const char *secret)
{
	if ((mode & 077) && !is_credential(path)) {
		return "others than its owner may read this secret; chmod 600";
	}
	return secret[0] == '\0' ? "the secret is empty" : NULL;
}

enum hoso_error config_file_read_secret(const char *path, char **ret_secret)
{
	mode_t mode;
	char *secret = config_file_read(path, SECRET_BYTES_MAX, &mode);
	const char *fault;
	size_t length;

	if (!secret) {
		log_err("file=%s: the secret cannot be read: %s", path, g_strerror(errno));
		return HOSO_FILE;
	}
	length = strlen(secret);
	if (length > 0 && secret[length - 1] == '\n') {
		secret[length - 1] = '\0';
	}
	fault = find_fault(path, mode, secret);
	if (fault) {
		log_err("file=%s: %s", path, fault);
		config_file_free_secret(secret);
		return HOSO_FILE;
	}
	*ret_secret = secret;
	return HOSO_OK;
}

void config_file_free_secret(char *secret)
{
	if (secret) {
		/* The newline cut off lies behind the NUL and tells nothing. */
		explicit_bzero(secret, strlen(secret));
		g_free(secret);
	}
}
