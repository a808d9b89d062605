#include "base/crash.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <glib.h>

#ifdef HOSO_WITH_CRASH_POINTS
static const char *const words[CRASH_POINT_COUNT] = {
#define X(name, word) [CRASH_##name] = word,
	HOSO_CRASH_POINTS(X)
#undef X
};

static const char *wanted_word;
static gint64 passes_left;

/* HOSO_CRASH=name:n, read once. */
static void read_wish(void)
{
	const char *wish = getenv("HOSO_CRASH");
	const char *colon = wish ? strrchr(wish, ':') : NULL;

	wanted_word = colon ? g_strndup(wish, (gsize)(colon - wish)) : "";
	passes_left = colon ? g_ascii_strtoll(colon + 1, NULL, 10) : 0;
}

void crash_pass(enum crash_point point)
{
	char last_words[80];
	int length;

	if (!wanted_word) {
		read_wish();
	}
	if (strcmp(wanted_word, words[point]) != 0 || --passes_left != 0) {
		return;
	}
	length = snprintf(last_words, sizeof last_words, "crash=%s\n", words[point]);
	if (write(STDERR_FILENO, last_words, (size_t)length) == length) {
		kill(getpid(), SIGKILL);
	}
	abort();
}

void crash_print(void)
{
	for (int point = 0; point < CRASH_POINT_COUNT; point++) {
		printf("crash point %s\n", words[point]);
	}
}
#else
void crash_pass(enum crash_point point)
{
	(void)point;
}

void crash_print(void)
{
}
#endif
