#include "bell.h"

#include <stdio.h>

#define STEP_MS 120 /* terminals run faster strokes together */

/* A step each: '!' is a stroke, '.' a rest. */
static const char *const tunes[BELL_TUNE_COUNT] = {
	[BELL_STORED] = "!",
	[BELL_DUPLICATE] = "!!",
	[BELL_UNKNOWN] = "!...!",
	[BELL_REFUSED] = "!!...!!",
	[BELL_NOT_STORED] = "!!!!!!",
};

void bell_init(struct bell *bell, bool audible)
{
	*bell = (struct bell){.audible = audible, .rest = ""};
}

static void step(struct bell *bell, int64_t now_ms)
{
	if (*bell->rest++ == '!') {
		putchar('\a');
		fflush(stdout);
	}
	bell->next_ms = now_ms + STEP_MS;
}

void bell_ring(struct bell *bell, enum bell_tune tune, int64_t now_ms)
{
	if (!bell->audible || (*bell->rest && bell->tune > tune)) {
		return;
	}
	bell->tune = tune;
	bell->rest = tunes[tune];
	step(bell, now_ms);
}

int bell_turn(struct bell *bell, int64_t now_ms)
{
	if (!bell->audible || !*bell->rest) {
		return -1;
	}
	if (now_ms >= bell->next_ms) {
		step(bell, now_ms);
	}
	return *bell->rest ? (int)(bell->next_ms - now_ms) : -1;
}
