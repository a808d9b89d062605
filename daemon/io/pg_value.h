#ifndef HOSO_IO_PG_VALUE_H
#define HOSO_IO_PG_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>
#include <libpq-fe.h>

#include <hoso/wire.h>

/*
 * Values to and from PostgreSQL. Single parameters travel as text, arrays in binary: an array carries a
 * batch, and parsing its text costs both sides more than the rows. Answers are text, or binary where the
 * statement says so; the readers below take both.
 */

#define PG_PARAMS_MAX 32

/**
 * struct pg_params - $1, $2 … of one statement; owns its values. Zero-initialised is empty.
 * @lengths: bytes; only where @formats is 1 (binary)
 */
struct pg_params {
	int count;
	char *values[PG_PARAMS_MAX];
	int lengths[PG_PARAMS_MAX];
	int formats[PG_PARAMS_MAX];
};

void pg_params_text(struct pg_params *params, const char *text);         /* NULL is NULL */
void pg_params_text_or_null(struct pg_params *params, const char *text); /* "" is NULL, too */
void pg_params_int(struct pg_params *params, int64_t number);
void pg_params_bool(struct pg_params *params, bool flag);
void pg_params_uuid(struct pg_params *params, const struct uuid *uuid); /* all zero is NULL */
void pg_params_bytes(struct pg_params *params, const void *bytes, size_t length);
void pg_params_null(struct pg_params *params);
void pg_params_clear(struct pg_params *params);

/* What an array's elements are: PostgreSQL's own numbers (pg_type.oid), which never change. */
enum pg_type {
	PG_BOOL = 16,
	PG_BYTEA = 17,
	PG_INT8 = 20,
	PG_INT4 = 23,
	PG_TEXT = 25,
	PG_TIMESTAMPTZ = 1184,
	PG_UUID = 2950
};

/**
 * struct pg_array - one array parameter under construction: pg_array_init(), add, then pg_params_array().
 * The statement must name the same type: $1::uuid[] for PG_UUID.
 */
struct pg_array {
	enum pg_type type;
	uint32_t count;
	bool has_null;
	GByteArray *bytes;
};

void pg_array_init(struct pg_array *array, enum pg_type type);
void pg_array_text(struct pg_array *array, const char *text); /* NULL is NULL */
void pg_array_int(struct pg_array *array, int64_t number);    /* PG_INT4, PG_INT8 */
void pg_array_bool(struct pg_array *array, bool flag);
void pg_array_uuid(struct pg_array *array, const struct uuid *uuid); /* all zero is NULL */
void pg_array_bytes(struct pg_array *array, const void *bytes, size_t length);
void pg_array_time(struct pg_array *array, int64_t ms); /* Unix milliseconds */
void pg_array_null(struct pg_array *array);

/** pg_params_array() - the array becomes the next parameter; @array is empty afterwards. */
void pg_params_array(struct pg_params *params, struct pg_array *array);

/** pg_rows() - how many rows an answer has. */
int pg_rows(const PGresult *result);

/* One field of an answer. NULL reads as "", 0, false, none, no bytes. */
const char *pg_text(const PGresult *result, int row, int column);
bool pg_is_null(const PGresult *result, int row, int column);
int64_t pg_int(const PGresult *result, int row, int column);
bool pg_bool(const PGresult *result, int row, int column);
struct uuid pg_uuid(const PGresult *result, int row, int column);

/** pg_time() - a timestamptz of a binary answer, as Unix milliseconds. */
int64_t pg_time(const PGresult *result, int row, int column);

/** pg_bytes() - a bytea of exactly @length bytes; false (and zeros) for NULL or another length. */
bool pg_bytes(const PGresult *result, int row, int column, void *ret_bytes, size_t length);

/** pg_bytes_length() - how many bytes a bytea field has. */
size_t pg_bytes_length(const PGresult *result, int row, int column);

#endif
