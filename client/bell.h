#ifndef HOSO_CLIENT_BELL_H
#define HOSO_CLIENT_BELL_H

#include <stdbool.h>
#include <stdint.h>

/* What the ear is told, from the most usual to the gravest; each has a rhythm of its own. */
enum bell_tune {
	BELL_STORED,     /* one stroke */
	BELL_DUPLICATE,  /* two; also for a code that nobody expected */
	BELL_UNKNOWN,    /* one, a pause, one */
	BELL_REFUSED,    /* two, a pause, two */
	BELL_NOT_STORED, /* six, fast */
	BELL_TUNE_COUNT
};

/**
 * struct bell - rings the terminal's bell in rhythms, without waiting. All zero is a silent one.
 * @rest:    of the tune that is being played; "" when none is
 * @next_ms: when its next step is due, monotonic
 */
struct bell {
	bool audible;
	enum bell_tune tune;
	const char *rest;
	int64_t next_ms;
};

void bell_init(struct bell *bell, bool audible);

/** bell_ring() - begin a tune: its first stroke is at once. A graver one that is being played goes on instead. */
void bell_ring(struct bell *bell, enum bell_tune tune, int64_t now_ms);

/** bell_turn() - strike what is due. Returns in how many milliseconds there is more; -1 for never. */
int bell_turn(struct bell *bell, int64_t now_ms);

#endif
