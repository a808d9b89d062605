#ifndef HOSO_CLIENT_UNDO_H
#define HOSO_CLIENT_UNDO_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include <hoso/event.h>
#include <hoso/item_code.h>
#include <hoso/wire.h>

#define UNDO_MAX 200 /* scans back; who has to go further needs a supervisor's eyes */

/** struct past_scan - one that was stored in this session and still stands. */
struct past_scan {
	char event_id[UUID_TEXT_SIZE];
	struct item_code code;
	int64_t at_ms;
};

/**
 * struct undo - the last scans, the newest last. Undoing takes two keys: the first names the scan, the second means it.
 * Nothing is taken back out of the spool: the undoing is an event of its own (EVENT_VOID), sent behind the other.
 */
struct undo {
	GArray *past; /* struct past_scan */
	bool asked;   /* the last one was named, and nothing has happened since */
};

void undo_init(struct undo *undo);
void undo_done(struct undo *undo);

/** undo_add() - a scan was stored. */
void undo_add(struct undo *undo, const char *event_id, const struct item_code *code, int64_t at_ms);

/** undo_last() - the scan that would be undone; NULL when there is none. Valid until the next call. */
const struct past_scan *undo_last(const struct undo *undo);

/** undo_drop() - it was undone, or cannot be: the one before it is next. */
void undo_drop(struct undo *undo);

/** undo_scan_text() - the event that says so, as it is sent; g_free(). */
char *undo_scan_text(const struct past_scan *past, const struct uuid *event_id, int64_t now_ms);

#endif
