#include "password.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <glib.h>

#include <hoso/limits.h>

static enum hoso_error read_line(int fd, char **ret_password)
{
	char line[PASSWORD_MAX + 2] = {0};
	size_t length = 0;
	ssize_t got = 0;

	while (length < sizeof line - 1 && (got = read(fd, line + length, 1)) == 1 &&
		line[length] != '\n') {
		length++;
	}
	line[length] = '\0';
	if (length > 0 && line[length - 1] == '\r') {
		line[--length] = '\0';
	}
	if (got < 0) {
		return HOSO_FILE;
	}
	if (length == 0 || length > PASSWORD_MAX) {
		explicit_bzero(line, sizeof line);
		return HOSO_BAD_MEMBER;
	}
	*ret_password = g_strdup(line);
	explicit_bzero(line, sizeof line);
	return HOSO_OK;
}

static enum hoso_error ask(const char *prompt, char **ret_password)
{
	struct termios saved;
	struct termios silent;
	enum hoso_error error;
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (fd < 0) {
		return HOSO_FILE;
	}
	if (tcgetattr(fd, &saved) < 0) {
		close(fd);
		return HOSO_FILE;
	}
	silent = saved;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(fd, TCSAFLUSH, &silent);
	dprintf(fd, "%s: ", prompt);
	error = read_line(fd, ret_password);
	dprintf(fd, "\n");
	tcsetattr(fd, TCSAFLUSH, &saved);
	close(fd);
	return error;
}

enum hoso_error password_read(const char *file, const char *prompt, char **ret_password)
{
	enum hoso_error error;
	int fd;

	if (!file) {
		return ask(prompt, ret_password);
	}
	fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return HOSO_FILE;
	}
	error = read_line(fd, ret_password);
	close(fd);
	return error;
}

void password_free(char *password)
{
	if (password) {
		explicit_bzero(password, strlen(password));
	}
	g_free(password);
}
