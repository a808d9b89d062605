#ifndef HOSO_CLIENT_TALLY_H
#define HOSO_CLIENT_TALLY_H

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

#include <hoso/error.h>
#include <hoso/item_code.h>

#include "base/attr.h"

#define TALLY_CODES_MAX 100000 /* expected ones; the largest bag list has some hundreds */

/**
 * struct tally - one session at the counter: what was expected, and what was scanned.
 * @expected: codes in the order of the list; empty when there is no list
 * @scanned:  codes in the order of their first scan
 */
struct tally {
	bool has_list;
	GPtrArray *expected;
	GPtrArray *scanned;
	GHashTable *is_expected; /* codes, owned by @expected */
	GHashTable *scans;       /* code -> how many scans of it stand */
};

struct tally *tally_new(void);
void tally_free(struct tally *tally);

/**
 * tally_expect() - read the list of what is to come: a code a line, what follows a blank, comma or semicolon on it is not
 * looked at; empty lines and lines that begin with # are none.
 * @ret_line: on HOSO_BAD_ITEM_CODE and HOSO_BAD_CHECK_DIGIT, the number of the line.
 *
 * Errors, besides: HOSO_FILE, errno says why; HOSO_TOO_MANY; HOSO_NO_CODE, there is no code in it.
 */
_must_check_ enum hoso_error tally_expect(
	struct tally *tally, const char *path, unsigned *ret_line);

/** tally_add() - a scan was stored. True when nobody expected it. */
bool tally_add(struct tally *tally, const char *code);

/** tally_remove() - a scan was undone. */
void tally_remove(struct tally *tally, const char *code);

/** tally_missing(), tally_extra(), tally_present() - codes, in order; an array to unref, the codes are the tally's. */
GPtrArray *tally_missing(const struct tally *tally);
GPtrArray *tally_extra(const struct tally *tally);
GPtrArray *tally_present(const struct tally *tally);

#endif
