#ifndef HOSO_CLIENT_RECORD_H
#define HOSO_CLIENT_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include <hoso/error.h>

/*
 * One record of the spool's files:
 *
 *   0xFF "HS" length ' ' checksum '\n' text '\n'
 *
 * length and checksum (CRC-32C of the length's digits and the text) are eight lower-case
 * hexadecimal digits. 0xFF stands in no UTF-8 text, so after damage the next record is found by
 * looking for it.
 */
#define RECORD_HEAD_SIZE 21
#define RECORD_FRAME_SIZE (RECORD_HEAD_SIZE + 1)

/** record_make() - @text as a record; the caller frees it with g_free(). */
char *record_make(const char *text, size_t length, size_t *ret_size);

/** record_read() - length of the text of the record at the start of @bytes; 0 when there is no
 * whole one. */
size_t record_read(const char *bytes, size_t available);

/** record_next() - how far it is from @bytes to where another record may start; @available if
 * nowhere. */
size_t record_next(const char *bytes, size_t available);

#endif
