#ifndef HOSO_CLIENT_SPOOL_H
#define HOSO_CLIENT_SPOOL_H

#include <stdbool.h>
#include <stddef.h>

#include <hoso/error.h>
#include <hoso/wire.h>

/**
 * struct spool - the scans of this device, kept on disk until the server has answered for each.
 *
 * A folder with two append-only files: "scans", and "answers" with what the server said of them. A
 * scan is on the disk (fdatasync) before spool_append() returns, so it survives a crash and a power
 * cut. Nothing is taken out of "scans" while one scan is unsent. Damage never becomes a wrong
 * record: what cannot be read is copied into "corrupt/" and the rest is kept.
 */
struct spool;

enum spool_mode {
	SPOOL_WRITE, /* alone: the folder is locked, and repaired */
	SPOOL_LOOK,  /* beside a writer: changes nothing; spool_append() and spool_answer() must not
			be called */
};

enum spool_state {
	SPOOL_UNSENT,   /* the server has not answered for it */
	SPOOL_ANSWERED, /* the server has it */
	SPOOL_REJECTED, /* the server refuses this scan; a person must look at it */
	SPOOL_STATE_COUNT
};

/** struct spool_place - where a record's text lies in its file. */
struct spool_place {
	size_t offset;
	size_t length;
};

struct spool_entry {
	char event_id[UUID_TEXT_SIZE];
	enum spool_state state;
	struct spool_place scan;
	struct spool_place answer; /* length 0 while unsent */
};

/**
 * spool_open() - open the spool in @folder; SPOOL_WRITE makes it when it is not there.
 *
 * Errors: HOSO_CONFLICT, another program has it open for writing; HOSO_FILE, errno says why.
 */
enum hoso_error spool_open(const char *folder, enum spool_mode mode, struct spool **ret_spool);
void spool_close(struct spool *spool);

/**
 * spool_retire() - spool_close() of one that was opened to write in @folder; the folder goes, too, when all that is in
 * it was answered well and nothing was damaged.
 */
void spool_retire(struct spool *spool, const char *folder);

/**
 * spool_append() - keep a scan; when this returns HOSO_OK it is on the disk.
 * @json: the scan as it is sent, at most SPOOL_RECORD_MAX bytes; the caller's.
 *
 * Errors: HOSO_BUSY, SPOOL_UNSENT_MAX scans wait already; HOSO_TOO_LARGE; HOSO_FILE, it is not
 * kept. After a failed fdatasync the disk is not believed again: every later call is HOSO_FILE too.
 */
enum hoso_error spool_append(struct spool *spool, const char *event_id, const char *json);

/**
 * spool_answer() - write down what the server said of the scan @event_id.
 * @answer: one JSON object; kept in "answers".
 *
 * Not synced: an answer lost in a power cut is asked for again, and the server repeats it.
 * Errors: HOSO_NOT_FOUND, there is no such scan here; HOSO_TOO_LARGE; HOSO_FILE.
 */
enum hoso_error spool_answer(
	struct spool *spool, const char *event_id, enum spool_state state, const char *answer);

/** spool_count() - how many scans are in @state. */
size_t spool_count(const struct spool *spool, enum spool_state state);

/** spool_damaged() - how many unreadable places were set aside in "corrupt/". */
size_t spool_damaged(const struct spool *spool);

/** spool_size() - all entries, oldest first: spool_entry() takes 0 to spool_size() - 1. */
size_t spool_size(const struct spool *spool);
const struct spool_entry *spool_entry(const struct spool *spool, size_t index);

/** spool_find() - the entry of a scan; NULL when there is none. Valid until the next spool_append(). */
const struct spool_entry *spool_find(const struct spool *spool, const char *event_id);

/** spool_first_unsent() - index of the oldest unsent scan; spool_size() when there is none. */
size_t spool_first_unsent(struct spool *spool);

/** spool_scan_text(), spool_answer_text() - the JSON, NUL-terminated; NULL when it cannot be read.
 * g_free(). */
char *spool_scan_text(const struct spool *spool, const struct spool_entry *entry);
char *spool_answer_text(const struct spool *spool, const struct spool_entry *entry);

#endif
