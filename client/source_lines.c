#include "source_lines.h"

#include <errno.h>
#include <termios.h>
#include <unistd.h>

#include <glib.h>

#include "base/attr.h"
#include "base/clock.h"
#include "burst.h"
#include "text_line.h"

#define READ_BYTES 4096
#define KEY_END 0x04    /* Ctrl-D */
#define KEY_VIEW 0x0c   /* Ctrl-L */
#define KEY_UNDO 0x18   /* Ctrl-X */
#define KEY_DELETE 0x7f /* what most terminals send for backspace; the others send 0x08 */

struct source_lines {
	struct source source;
	int fd;
	const char *from;
	bool is_terminal;
	struct termios saved;
	struct burst burst;
	struct text_line line;
};

/*
 * In the terminal's own line mode a Tab would end nothing, and a burst of a fast scanner longer
 * than the kernel's line would be cut. So we take the keys one by one and show them ourselves.
 */
static void take_keys(struct source_lines *lines)
{
	struct termios keys;

	lines->is_terminal = tcgetattr(lines->fd, &lines->saved) == 0;
	if (!lines->is_terminal) {
		return;
	}
	keys = lines->saved;
	keys.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN);
	keys.c_iflag &= ~(tcflag_t)(ICRNL | IXON | ISTRIP);
	keys.c_cc[VMIN] = 1;
	keys.c_cc[VTIME] = 0;
	tcsetattr(lines->fd, TCSANOW, &keys);
}

static void show(const struct source_lines *lines, const char *text, size_t length)
{
	if (lines->is_terminal && write(lines->fd, text, length) < 0) {
		/* The echo is a comfort: the terminal may be read-only, and reading goes on. */
		return;
	}
}

static void end_line(struct source_lines *lines, source_looked looked, void *context)
{
	size_t typed = lines->is_terminal ? burst_typed(&lines->burst, lines->line.length) : 0;

	if (lines->line.length > 0) {
		show(lines, "\r\n", 2);
	}
	text_line_end(&lines->line, lines->from, typed, looked, context);
	lines->burst = (struct burst){0};
}

static void ask_for(const struct source_lines *lines, enum source_matter matter,
	source_looked looked, void *context)
{
	struct source_look look = {.matter = matter, .from = lines->from};

	looked(context, &look);
	/* What was begun is shown again below the answer. */
	for (size_t i = 0; i < lines->line.length; i++) {
		show(lines, lines->line.bytes[i] & 0x80 ? "?" : &lines->line.bytes[i], 1);
	}
}

static void take_back(struct source_lines *lines)
{
	struct text_line *line = &lines->line;

	/* One character of UTF-8: its continuation bytes, then its first byte. */
	while (line->length > 0 && (line->bytes[line->length - 1] & 0xC0) == 0x80) {
		line->length--;
	}
	if (line->length > 0) {
		line->length--;
		show(lines, "\b \b", 3);
	}
	/* An input method takes back what a scanner typed a moment ago, and at the scanner's pace. */
	lines->burst.start = MIN(lines->burst.start, line->length);
	burst_key(&lines->burst, line->length, clock_monotonic_ms());
}

static void add_byte(struct source_lines *lines, char byte)
{
	burst_key(&lines->burst, lines->line.length, clock_monotonic_ms());
	if (text_line_add(&lines->line, byte) && (byte & 0xC0) != 0x80) {
		/* One cell for each character. Only ASCII is shown: the rest could hold a
		 * terminal's commands. */
		show(lines, byte & 0x80 ? "?" : &byte, 1);
	}
}

static enum source_state take_key(
	struct source_lines *lines, char byte, source_looked looked, void *context)
{
	switch (byte) {
	case KEY_END:
		end_line(lines, looked, context);
		return SOURCE_ENDED;
	case KEY_VIEW:
		ask_for(lines, SOURCE_WANT_VIEW, looked, context);
		break;
	case KEY_UNDO:
		ask_for(lines, SOURCE_WANT_UNDO, looked, context);
		break;
	case KEY_DELETE:
	case '\b':
		take_back(lines);
		break;
	default:
		add_byte(lines, byte);
		break;
	}
	return SOURCE_OPEN;
}

static enum source_state take_byte(
	struct source_lines *lines, char byte, source_looked looked, void *context)
{
	if (text_line_ends(byte)) {
		end_line(lines, looked, context);
		return SOURCE_OPEN;
	}
	if (lines->is_terminal) {
		return take_key(lines, byte, looked, context);
	}
	text_line_add(&lines->line, byte);
	return SOURCE_OPEN;
}

static enum source_state lines_read(struct source *source, source_looked looked, void *context)
{
	struct source_lines *lines = container_of(source, struct source_lines, source);
	char bytes[READ_BYTES];
	ssize_t got = read(lines->fd, bytes, sizeof bytes);

	if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
		return SOURCE_OPEN;
	}
	if (got <= 0) {
		/* EIO is a terminal that was hung up: the same as its end. */
		end_line(lines, looked, context);
		return SOURCE_ENDED;
	}
	for (ssize_t i = 0; i < got; i++) {
		if (take_byte(lines, bytes[i], looked, context) == SOURCE_ENDED) {
			return SOURCE_ENDED;
		}
	}
	return SOURCE_OPEN;
}

static int lines_poll_fd(const struct source *source)
{
	return container_of(source, const struct source_lines, source)->fd;
}

static void lines_free(struct source *source)
{
	struct source_lines *lines = container_of(source, struct source_lines, source);

	if (lines->is_terminal) {
		tcsetattr(lines->fd, TCSANOW, &lines->saved);
	}
	g_free(lines);
}

struct source *source_lines_new(int fd, const char *from)
{
	static const struct source_ops ops = {
		.live = true, .poll_fd = lines_poll_fd, .read = lines_read, .free = lines_free};
	struct source_lines *lines = g_new0(struct source_lines, 1);

	lines->source.ops = &ops;
	lines->fd = fd;
	lines->from = from;
	take_keys(lines);
	return &lines->source;
}
