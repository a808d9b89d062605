#include "ask.h"

#include <errno.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "interrupt.h"
#include "print.h"

#define CHUNK 512
#define WAIT_MS 500
#define KEY_END 0x04
#define KEY_BACK 0x08
#define KEY_TAB 0x09
#define KEY_CLEAR 0x15
#define KEY_ESCAPE 0x1B
#define KEY_DELETE 0x7F

/* What one byte did to the line. */
enum ask_state { ASK_GOES_ON, ASK_IS_DONE, ASK_HAS_ENDED };

/* @escape: inside the bytes that an arrow or function key sends; @after_cr: a line feed belongs to the line before. */
struct ask {
	int fd;
	struct sender *sender;
	bool is_terminal;
	struct termios saved;
	char chunk[CHUNK];
	size_t at, length;
	bool at_end;
	int escape;
	bool after_cr;
};

struct ask *ask_new(int fd, struct sender *sender)
{
	struct ask *ask = g_new0(struct ask, 1);
	struct termios keys;

	ask->fd = fd;
	ask->sender = sender;
	ask->is_terminal = tcgetattr(fd, &ask->saved) == 0;
	if (ask->is_terminal) {
		keys = ask->saved;
		keys.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN);
		keys.c_iflag &= ~(tcflag_t)(ICRNL | IXON | ISTRIP);
		keys.c_cc[VMIN] = 1;
		keys.c_cc[VTIME] = 0;
		tcsetattr(fd, TCSANOW, &keys);
	}
	return ask;
}

void ask_free(struct ask *ask)
{
	if (ask) {
		if (ask->is_terminal) {
			tcsetattr(ask->fd, TCSANOW, &ask->saved);
		}
		explicit_bzero(ask, sizeof *ask);
		g_free(ask);
	}
}

void ask_wipe(GString *line)
{
	explicit_bzero(line->str, line->allocated_len);
	g_string_truncate(line, 0);
}

static void show(const struct ask *ask, const char *text, size_t length)
{
	if (ask->is_terminal && write(STDOUT_FILENO, text, length) < 0) {
		return; /* the echo is a comfort */
	}
}

static bool is_hidden(const GString *line, bool hides)
{
	return hides && line->len > 0 && g_ascii_isdigit(line->str[0]);
}

static void take_back(const struct ask *ask, GString *line)
{
	const char *last;

	if (line->len == 0) {
		return;
	}
	last = g_utf8_find_prev_char(line->str, line->str + line->len);
	g_string_truncate(line, last ? (gsize)(last - line->str) : line->len - 1);
	show(ask, "\b \b", 3);
}

static void clear(const struct ask *ask, GString *line)
{
	while (line->len > 0) {
		take_back(ask, line);
	}
}

static void add(const struct ask *ask, char byte, bool hides, GString *line)
{
	bool continues = ((unsigned char)byte & 0xC0) == 0x80;

	if (line->len >= ASK_LINE_MAX) {
		return;
	}
	g_string_append_c(line, byte);
	if (!is_hidden(line, hides)) {
		show(ask, &byte, 1);
	} else if (!continues) {
		show(ask, "*", 1);
	}
}

/* True while the byte belongs to an arrow or another such key: ESC [ … letter, or ESC and one byte. */
static bool is_escape(struct ask *ask, char byte)
{
	if (byte == KEY_ESCAPE) {
		ask->escape = 1;
		return true;
	}
	if (ask->escape == 1) {
		ask->escape = byte == '[' || byte == 'O' ? 2 : 0;
		return true;
	}
	if (ask->escape == 2) {
		ask->escape = byte >= 0x40 && byte <= 0x7E ? 0 : 2;
		return true;
	}
	return false;
}

static enum ask_state take(struct ask *ask, char byte, bool hides, GString *line)
{
	bool after_cr = ask->after_cr;

	ask->after_cr = byte == '\r';
	if (is_escape(ask, byte) || (byte == '\n' && after_cr)) {
		return ASK_GOES_ON;
	}
	switch (byte) {
	case '\r':
	case '\n':
	case KEY_TAB:
		show(ask, "\r\n", 2);
		return ASK_IS_DONE;
	case KEY_END:
		return line->len == 0 ? ASK_HAS_ENDED : ASK_GOES_ON;
	case KEY_BACK:
	case KEY_DELETE:
		take_back(ask, line);
		return ASK_GOES_ON;
	case KEY_CLEAR:
		clear(ask, line);
		return ASK_GOES_ON;
	default:
		if ((unsigned char)byte >= 0x20) {
			add(ask, byte, hides, line);
		}
		return ASK_GOES_ON;
	}
}

/* False when no more will come. */
static bool fill(struct ask *ask)
{
	ssize_t got;

	while (ask->sender && !interrupt_asked() && !sender_wait(ask->sender, ask->fd, WAIT_MS)) {
		/* what is kept is sent meanwhile */
	}
	if (interrupt_asked()) {
		return false;
	}
	got = read(ask->fd, ask->chunk, sizeof ask->chunk);
	if (got < 0 && errno == EINTR) {
		return !interrupt_asked();
	}
	ask->at = 0;
	ask->length = got > 0 ? (size_t)got : 0;
	return got > 0;
}

bool ask_line(struct ask *ask, const char *prompt, bool hides, GString *line)
{
	enum ask_state state = ASK_GOES_ON;

	g_string_truncate(line, 0);
	print_prompt("%s", prompt);
	while (state == ASK_GOES_ON && !ask->at_end) {
		if (ask->at == ask->length && !fill(ask)) {
			ask->at_end = true;
		} else if (ask->at < ask->length) {
			char byte = ask->chunk[ask->at];
			ask->chunk[ask->at++] = '\0';
			state = take(ask, byte, hides, line);
		}
	}
	return state == ASK_IS_DONE || (ask->at_end && line->len > 0 && !ask->is_terminal);
}
