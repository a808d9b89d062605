#ifndef HOSO_STORE_BOOK_ROWS_H
#define HOSO_STORE_BOOK_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "io/pg_conn.h"

/*
 * Rows go out as one array per column: one statement per table, however many scans. The columns of each
 * statement stand in a table beside it, in the order of its parameters.
 */
enum column_type {
	COLUMN_TEXT,
	COLUMN_INT32,
	COLUMN_INT64,
	COLUMN_BOOL,
	COLUMN_UUID,
	COLUMN_DIGEST,
	COLUMN_BYTES,
	COLUMN_TIME,
	COLUMN_MOMENT,    /* a time; 0 is none */
	COLUMN_REFERENCE, /* an id; 0 is none */
	COLUMN_ACCOUNT,   /* the same, of eight bytes */
	COLUMN_TYPE_COUNT
};

struct book_column {
	enum column_type type;
	size_t offset;
};

struct book_bytes {
	const uint8_t *at;
	size_t length;
};

/** book_rows_keep() - the statement for all of @rows, pointers to structs; none when there are none. */
void book_rows_keep(struct pg_trip *trip, const struct pg_statement *statement,
	const GPtrArray *rows, const struct book_column *columns, size_t count);

#endif
