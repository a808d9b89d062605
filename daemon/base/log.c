#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <glib.h>

#include "base/clock.h"
#include "base/text.h"

static enum log_level least = LOG_INFO;

static const struct {
	const char *word;
	int priority; /* syslog(3) */
} levels[LOG_LEVEL_COUNT] = {
	[LOG_ERR] = {"err", 3},
	[LOG_WARNING] = {"warning", 4},
	[LOG_NOTICE] = {"notice", 5},
	[LOG_INFO] = {"info", 6},
	[LOG_DEBUG] = {"debug", 7},
};

void log_init(enum log_level level)
{
	least = level;
}

enum log_level log_level_from_word(const char *word)
{
	int level = 0;

	while (level < LOG_LEVEL_COUNT && strcmp(levels[level].word, word) != 0) {
		level++;
	}
	return (enum log_level)level;
}

static bool is_under_journal(void)
{
	static int known = -1;

	if (known < 0) {
		known = getenv("JOURNAL_STREAM") != NULL;
	}
	return known;
}

void log_write(enum log_level level, const char *format, ...)
{
	g_autofree char *text = NULL;
	g_autofree char *safe = NULL;
	g_autofree char *line = NULL;
	va_list arguments;
	ssize_t written;

	if (level > least) {
		return;
	}
	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	safe = text_escape(text);
	if (is_under_journal()) {
		line = g_strdup_printf("<%d>%s\n", levels[level].priority, safe);
	} else {
		char now[CLOCK_RFC3339_SIZE];
		clock_format_rfc3339(clock_now_ms(), now);
		line = g_strconcat(now, " ", levels[level].word, " ", safe, "\n", NULL);
	}
	/* One write per line: lines of several processes on one stderr do not mix. */
	written = write(STDERR_FILENO, line, strlen(line));
	(void)written;
}
