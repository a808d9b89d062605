#ifndef HOSO_CLIENT_RECORD_FILE_H
#define HOSO_CLIENT_RECORD_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include <hoso/error.h>

#include "spool.h"

/** struct record_file - one append-only file of records (record.h). @fd is -1 when there is no
 * file. */
struct record_file {
	int folder; /* borrowed: descriptor of the spool's folder */
	int fd;
	size_t size;
	size_t damaged; /* unreadable places found while reading */
	bool distrusted;
};

/** Runs for each record; @text is not terminated and valid in the callback only. */
typedef void (*record_found)(void *context, const char *text, struct spool_place place);

/**
 * record_file_open() - open @name in @folder and read all of it.
 * @repair: make the file when it is not there, copy unreadable places into corrupt/, cut a torn
 * end. Otherwise nothing is changed, and a missing file is an empty one.
 *
 * Errors: HOSO_FILE, errno says why; nothing stays open.
 */
enum hoso_error record_file_open(struct record_file *file, int folder, const char *name,
	bool repair, record_found found, void *context);
void record_file_done(struct record_file *file);

/**
 * record_file_append() - add one record, all of it or nothing.
 * @sync: return only when it is on the disk.
 *
 * Errors: HOSO_FILE. After a failed fdatasync the kernel may have dropped the page and still call
 * it clean, so a second try would prove nothing: the file stays closed to writing.
 */
enum hoso_error record_file_append(
	struct record_file *file, const char *text, bool sync, struct spool_place *ret_place);

/** record_file_text() - the text at @place, checked again; NULL when it cannot be read. g_free().
 */
char *record_file_text(const struct record_file *file, struct spool_place place);

#endif
