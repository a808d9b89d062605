#include "io/pg_value.h"

#include <string.h>

#include "base/text.h"
#include "base/uuid7.h"

static void take(struct pg_params *params, char *text)
{
	g_assert(params->count < PG_PARAMS_MAX);
	params->values[params->count++] = text;
}

/* PostgreSQL's text form of bytea; uuids use it without the prefix. */
static char *hex_of(const char *prefix, const void *bytes, size_t length)
{
	size_t prefix_bytes = strlen(prefix);
	char *text = g_malloc(prefix_bytes + 2 * length + 1);

	memcpy(text, prefix, prefix_bytes);
	text_hex(bytes, length, text + prefix_bytes);
	return text;
}

void pg_params_text(struct pg_params *params, const char *text)
{
	take(params, g_strdup(text));
}

void pg_params_text_or_null(struct pg_params *params, const char *text)
{
	pg_params_text(params, text && text[0] ? text : NULL);
}

void pg_params_int(struct pg_params *params, int64_t number)
{
	take(params, g_strdup_printf("%" G_GINT64_FORMAT, number));
}

void pg_params_bool(struct pg_params *params, bool flag)
{
	take(params, g_strdup(flag ? "t" : "f"));
}

void pg_params_uuid(struct pg_params *params, const struct uuid *uuid)
{
	take(params, uuid7_is_none(uuid) ? NULL : hex_of("", uuid->bytes, sizeof uuid->bytes));
}

void pg_params_bytes(struct pg_params *params, const void *bytes, size_t length)
{
	take(params, hex_of("\\x", bytes, length));
}

void pg_params_null(struct pg_params *params)
{
	take(params, NULL);
}

void pg_params_clear(struct pg_params *params)
{
	for (int i = 0; i < params->count; i++) {
		g_free(params->values[i]);
	}
	memset(params, 0, sizeof *params);
}

/* PostgreSQL counts microseconds from the beginning of 2000, UTC. */
#define EPOCH_2000_MS 946684800000LL

/* In front of the elements: dimensions, whether there are NULLs, the type, the length, the first index. */
struct array_head {
	uint32_t dimensions, has_null, type, count, first;
};

void pg_array_init(struct pg_array *array, enum pg_type type)
{
	*array = (struct pg_array){.type = type, .bytes = g_byte_array_new()};
	g_byte_array_set_size(array->bytes, sizeof(struct array_head));
}

static void add_element(struct pg_array *array, const void *bytes, size_t length)
{
	uint32_t size = GUINT32_TO_BE((uint32_t)length);

	g_byte_array_append(array->bytes, (const guint8 *)&size, sizeof size);
	g_byte_array_append(array->bytes, bytes, (guint)length);
	array->count++;
}

void pg_array_text(struct pg_array *array, const char *text)
{
	g_assert(array->type == PG_TEXT);
	if (text) {
		add_element(array, text, strlen(text));
	} else {
		pg_array_null(array);
	}
}

void pg_array_int(struct pg_array *array, int64_t number)
{
	uint32_t narrow = GUINT32_TO_BE((uint32_t)number);
	uint64_t wide = GUINT64_TO_BE((uint64_t)number);

	if (array->type == PG_INT4) {
		g_assert(number >= INT32_MIN && number <= INT32_MAX);
		add_element(array, &narrow, sizeof narrow);
	} else {
		g_assert(array->type == PG_INT8);
		add_element(array, &wide, sizeof wide);
	}
}

void pg_array_bool(struct pg_array *array, bool flag)
{
	uint8_t byte = flag;

	g_assert(array->type == PG_BOOL);
	add_element(array, &byte, sizeof byte);
}

void pg_array_uuid(struct pg_array *array, const struct uuid *uuid)
{
	g_assert(array->type == PG_UUID);
	if (uuid7_is_none(uuid)) {
		pg_array_null(array);
	} else {
		add_element(array, uuid->bytes, sizeof uuid->bytes);
	}
}

void pg_array_bytes(struct pg_array *array, const void *bytes, size_t length)
{
	g_assert(array->type == PG_BYTEA);
	add_element(array, bytes, length);
}

void pg_array_time(struct pg_array *array, int64_t ms)
{
	uint64_t us = GUINT64_TO_BE((uint64_t)((ms - EPOCH_2000_MS) * 1000));

	g_assert(array->type == PG_TIMESTAMPTZ);
	add_element(array, &us, sizeof us);
}

void pg_array_null(struct pg_array *array)
{
	static const guint8 none[] = {0xFF, 0xFF, 0xFF, 0xFF};

	g_byte_array_append(array->bytes, none, sizeof none);
	array->has_null = true;
	array->count++;
}

void pg_params_array(struct pg_params *params, struct pg_array *array)
{
	struct array_head head = {
		.dimensions = GUINT32_TO_BE(array->count > 0 ? 1 : 0),
		.has_null = GUINT32_TO_BE(array->has_null),
		.type = GUINT32_TO_BE(array->type),
		.count = GUINT32_TO_BE(array->count),
		.first = GUINT32_TO_BE(1),
	};

	/* An empty array has no dimension to tell the length of. */
	if (array->count == 0) {
		g_byte_array_set_size(array->bytes, offsetof(struct array_head, count));
	}
	memcpy(array->bytes->data, &head, MIN(sizeof head, array->bytes->len));
	params->lengths[params->count] = (int)array->bytes->len;
	params->formats[params->count] = 1;
	take(params, (char *)g_byte_array_free(array->bytes, FALSE));
	array->bytes = NULL;
}

int pg_rows(const PGresult *result)
{
	return PQntuples(result);
}

const char *pg_text(const PGresult *result, int row, int column)
{
	return PQgetvalue(result, row, column);
}

bool pg_is_null(const PGresult *result, int row, int column)
{
	return PQgetisnull(result, row, column);
}

static bool is_binary(const PGresult *result, int column)
{
	return PQfformat(result, column) == 1;
}

/* int2, int4, int8, big-endian, with the sign in the first byte. */
static int64_t read_number(const PGresult *result, int row, int column)
{
	const uint8_t *at = (const uint8_t *)PQgetvalue(result, row, column);
	int length = PQgetlength(result, row, column);
	uint64_t number = length > 0 && at[0] & 0x80 ? UINT64_MAX : 0;

	for (int i = 0; i < length; i++) {
		number = number << 8 | at[i];
	}
	return (int64_t)number;
}

int64_t pg_int(const PGresult *result, int row, int column)
{
	return is_binary(result, column)
		       ? read_number(result, row, column)
		       : g_ascii_strtoll(PQgetvalue(result, row, column), NULL, 10);
}

int64_t pg_time(const PGresult *result, int row, int column)
{
	g_assert(is_binary(result, column));
	return pg_is_null(result, row, column)
		       ? 0
		       : read_number(result, row, column) / 1000 + EPOCH_2000_MS;
}

bool pg_bool(const PGresult *result, int row, int column)
{
	char first = PQgetvalue(result, row, column)[0];

	return is_binary(result, column) ? first == 1 : first == 't';
}

struct uuid pg_uuid(const PGresult *result, int row, int column)
{
	struct uuid uuid = {0};

	if (!PQgetisnull(result, row, column) && is_binary(result, column)) {
		memcpy(uuid.bytes, PQgetvalue(result, row, column), sizeof uuid.bytes);
	} else if (!PQgetisnull(result, row, column)) {
		bool read = uuid7_parse_any(PQgetvalue(result, row, column), &uuid);
		/* Of any version: a row may have been made by hand. What is no uuid is a column that is none. */
		g_assert(read);
	}
	return uuid;
}

size_t pg_bytes_length(const PGresult *result, int row, int column)
{
	int length = PQgetlength(result, row, column);

	if (is_binary(result, column)) {
		return (size_t)length;
	}
	return length > 2 ? (size_t)(length - 2) / 2 : 0;
}

bool pg_bytes(const PGresult *result, int row, int column, void *ret_bytes, size_t length)
{
	const char *value = PQgetvalue(result, row, column);

	memset(ret_bytes, 0, length);
	if (is_binary(result, column)) {
		bool fits = (size_t)PQgetlength(result, row, column) == length;
		memcpy(ret_bytes, value, fits ? length : 0);
		return fits && !pg_is_null(result, row, column);
	}
	return strncmp(value, "\\x", 2) == 0 && text_unhex(value + 2, ret_bytes, length);
}
