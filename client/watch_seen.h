#ifndef HOSO_CLIENT_WATCH_SEEN_H
#define HOSO_CLIENT_WATCH_SEEN_H

#include <stdbool.h>

#include <glib.h>

#include <hoso/error.h>

#include "base/attr.h"

#define WATCH_SEEN_MAX 200000 /* pictures remembered, the newest; a year of a busy counter */

/**
 * struct watch_seen - the pictures that a watched folder was read for, kept in a file, so that each is read
 * once, also when hoso is started again. A picture is known by its content: a phone that brings it once more under
 * another name or time does not make a second scan.
 */
struct watch_seen {
	GHashTable *marks;
	char *path;
	char *purpose; /* the same picture may be read once for each purpose */
};

/**
 * watch_seen_init() - @path: the file; @purpose: a word, such as the kind of the event.
 * Errors: HOSO_FILE, errno says why.
 */
_must_check_ enum hoso_error watch_seen_init(
	struct watch_seen *seen, const char *path, const char *purpose);
void watch_seen_done(struct watch_seen *seen);

/** watch_seen_mark() - what @picture is known by; g_free(). */
char *watch_seen_mark(const struct watch_seen *seen, GBytes *picture);

bool watch_seen_knows(const struct watch_seen *seen, const char *mark);

/** watch_seen_keep() - remember it, here and in the file. A disk that takes nothing only costs a repeat. */
void watch_seen_keep(struct watch_seen *seen, const char *mark);

#endif
