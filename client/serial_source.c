#include "serial_source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <glib.h>

#include "hotplug.h"
#include "text_line.h"

#define READ_BYTES 4096

struct serial_source {
	struct source source;
	struct hotplug hotplug;
	struct text_line line;
};

static const struct {
	const char *word;
	speed_t speed;
} speeds[] = {
	{"1200", B1200},
	{"2400", B2400},
	{"4800", B4800},
	{"9600", B9600},
	{"19200", B19200},
	{"38400", B38400},
	{"57600", B57600},
	{"115200", B115200},
};

static bool speed_of(const char *word, speed_t *ret_speed)
{
	for (size_t i = 0; i < ARRAY_SIZE(speeds); i++) {
		if (strcmp(speeds[i].word, word) == 0) {
			*ret_speed = speeds[i].speed;
			return true;
		}
	}
	return false;
}

/* The path without the speed; NULL when the speed is none. */
static char *split(const char *name, speed_t *ret_speed)
{
	const char *colon = strrchr(name, ':');

	*ret_speed = B9600;
	if (!colon) {
		return g_strdup(name);
	}
	/* Paths of /dev/serial/by-path have colons themselves, behind which is no bare number. */
	if (strspn(colon + 1, "0123456789") != strlen(colon + 1)) {
		return g_strdup(name);
	}
	return speed_of(colon + 1, ret_speed) ? g_strndup(name, (gsize)(colon - name)) : NULL;
}

static bool set_up(int fd, speed_t speed)
{
	struct termios port;

	if (tcgetattr(fd, &port) < 0) {
		return false;
	}
	cfmakeraw(&port);
	port.c_cflag |= CLOCAL | CREAD;
	port.c_cflag &= ~(tcflag_t)(CSTOPB | CRTSCTS);
	port.c_cc[VMIN] = 1;
	port.c_cc[VTIME] = 0;
	/* What was scanned before anybody listened is forgotten: it may be half a code. */
	return ioctl(fd, TIOCEXCL) == 0 && cfsetspeed(&port, speed) == 0 &&
	       tcsetattr(fd, TCSAFLUSH, &port) == 0;
}

static enum hoso_error error_of(int number)
{
	if (number == ENOENT || number == ENODEV || number == ENXIO) {
		return HOSO_NOT_FOUND;
	}
	if (number == EACCES) {
		return HOSO_FORBIDDEN;
	}
	return number == EBUSY ? HOSO_BUSY : HOSO_FILE;
}

static enum hoso_error serial_open(struct hotplug *hotplug, int *ret_fd)
{
	speed_t speed;
	g_autofree char *path = split(hotplug->name, &speed);
	int fd = path ? open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC) : -1;
	int why;

	if (!path) {
		return HOSO_BAD_MEMBER;
	}
	if (fd < 0) {
		return error_of(errno);
	}
	if (!set_up(fd, speed)) {
		why = errno;
		close(fd);
		errno = why;
		return HOSO_FILE;
	}
	*ret_fd = fd;
	return HOSO_OK;
}

static int serial_poll_fd(const struct source *source)
{
	return container_of(source, const struct serial_source, source)->hotplug.wait;
}

static void tell(const struct serial_source *serial, enum source_matter matter,
	source_looked looked, void *context)
{
	struct source_look look = {.matter = matter, .from = serial->hotplug.name};

	looked(context, &look);
}

static void feed(struct serial_source *serial, const char *bytes, size_t length,
	source_looked looked, void *context)
{
	for (size_t i = 0; i < length; i++) {
		if (text_line_ends(bytes[i])) {
			text_line_end(&serial->line, serial->hotplug.name, 0, looked, context);
		} else {
			text_line_add(&serial->line, bytes[i]);
		}
	}
	hotplug_alarm(&serial->hotplug, serial->line.length > 0 ? SERIAL_IDLE_MS : 0);
}

static enum source_state serial_read(struct source *source, source_looked looked, void *context)
{
	struct serial_source *serial = container_of(source, struct serial_source, source);
	struct hotplug *hotplug = &serial->hotplug;
	char bytes[READ_BYTES];
	ssize_t got;

	if (hotplug_came_back(hotplug)) {
		tell(serial, SOURCE_BACK, looked, context);
	}
	if (hotplug->fd < 0) {
		return SOURCE_OPEN;
	}
	got = read(hotplug->fd, bytes, sizeof bytes);
	if (got > 0) {
		feed(serial, bytes, (size_t)got, looked, context);
	} else if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
		if (hotplug_rang(hotplug)) {
			text_line_end(&serial->line, hotplug->name, 0, looked, context);
		}
	} else {
		/* Half a code is none: the check digit may be the missing one. */
		text_line_clear(&serial->line);
		hotplug_lost(hotplug);
		tell(serial, SOURCE_GONE, looked, context);
	}
	return SOURCE_OPEN;
}

static void serial_free(struct source *source)
{
	struct serial_source *serial = container_of(source, struct serial_source, source);

	hotplug_done(&serial->hotplug);
	g_free(serial);
}

enum hoso_error serial_source_new(const char *name, struct source **ret_source)
{
	static const struct source_ops ops = {
		.live = true, .poll_fd = serial_poll_fd, .read = serial_read, .free = serial_free};
	struct serial_source *serial = g_new0(struct serial_source, 1);
	enum hoso_error error = hotplug_init(&serial->hotplug, serial_open, name);

	if (error) {
		int why = errno;
		g_free(serial);
		errno = why;
		return error;
	}
	serial->source.ops = &ops;
	*ret_source = &serial->source;
	return HOSO_OK;
}
