#ifndef HOSO_CLIENT_DEBOUNCE_H
#define HOSO_CLIENT_DEBOUNCE_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

/* Frames without a label before it counts as taken away: on a PC that needs seconds for one, time alone tells nothing. */
#define DEBOUNCE_FRAMES 3

/**
 * struct debounce - what each device saw a moment ago: a label held before it is one scan.
 * @seen: device and code -> when and in which frame
 */
struct debounce {
	GHashTable *seen;
};

/** struct sight - one code, seen by one device. @frame: of a camera: the number of the picture, from 1; 0: no camera. */
struct sight {
	const char *code;
	const char *from;
	int64_t at_ms;
	unsigned frame;
};

enum debounce_verdict {
	DEBOUNCE_NEW,
	DEBOUNCE_REPEAT,     /* the first time that it is one: worth a word */
	DEBOUNCE_STILL_THERE /* … and every time after that */
};

void debounce_init(struct debounce *debounce);
void debounce_done(struct debounce *debounce);

/**
 * debounce_judge() - was it seen by this device within DEBOUNCE_MS, or within DEBOUNCE_FRAMES? Each sight begins both anew.
 * Pure but for what it remembers. At DEBOUNCE_CODES_MAX codes all are forgotten.
 */
enum debounce_verdict debounce_judge(struct debounce *debounce, const struct sight *sight);

/** debounce_forget() - the next sight of @code is a new scan again. @from: of this device; NULL: of every one. */
void debounce_forget(struct debounce *debounce, const char *code, const char *from);

#define DEBOUNCE_CODES_MAX 10000

#endif
