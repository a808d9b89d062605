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
	params->count = 0;
}

void pg_array_init(struct pg_array *array)
{
	array->text = g_string_new("{");
}

static void separate(struct pg_array *array)
{
	if (array->text->len > 1) {
		g_string_append_c(array->text, ',');
	}
}

void pg_array_text(struct pg_array *array, const char *text)
{
	if (!text) {
		pg_array_null(array);
		return;
	}
	separate(array);
	g_string_append_c(array->text, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\') {
			g_string_append_c(array->text, '\\');
		}
		g_string_append_c(array->text, *text);
	}
	g_string_append_c(array->text, '"');
}

void pg_array_int(struct pg_array *array, int64_t number)
{
	separate(array);
	g_string_append_printf(array->text, "%" G_GINT64_FORMAT, number);
}

void pg_array_bool(struct pg_array *array, bool flag)
{
	separate(array);
	g_string_append_c(array->text, flag ? 't' : 'f');
}

void pg_array_uuid(struct pg_array *array, const struct uuid *uuid)
{
	char hex[33];

	if (uuid7_is_none(uuid)) {
		pg_array_null(array);
		return;
	}
	separate(array);
	text_hex(uuid->bytes, sizeof uuid->bytes, hex);
	g_string_append(array->text, hex);
}

void pg_array_bytes(struct pg_array *array, const void *bytes, size_t length)
{
	g_autofree char *text = hex_of("\\x", bytes, length);

	pg_array_text(array, text);
}

void pg_array_null(struct pg_array *array)
{
	separate(array);
	g_string_append(array->text, "NULL");
}

void pg_params_array(struct pg_params *params, struct pg_array *array)
{
	g_string_append_c(array->text, '}');
	take(params, g_string_free(array->text, FALSE));
	array->text = NULL;
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

int64_t pg_int(const PGresult *result, int row, int column)
{
	return g_ascii_strtoll(PQgetvalue(result, row, column), NULL, 10);
}

bool pg_bool(const PGresult *result, int row, int column)
{
	return PQgetvalue(result, row, column)[0] == 't';
}

struct uuid pg_uuid(const PGresult *result, int row, int column)
{
	struct uuid uuid = {0};

	if (!PQgetisnull(result, row, column)) {
		bool read = uuid7_parse(PQgetvalue(result, row, column), &uuid);
		/* Every uuid column is ours; another version in it is a damaged database. */
		g_assert(read);
	}
	return uuid;
}

size_t pg_bytes_length(const PGresult *result, int row, int column)
{
	int length = PQgetlength(result, row, column);

	return length > 2 ? (size_t)(length - 2) / 2 : 0;
}

bool pg_bytes(const PGresult *result, int row, int column, void *ret_bytes, size_t length)
{
	const char *text = PQgetvalue(result, row, column);

	memset(ret_bytes, 0, length);
	return strncmp(text, "\\x", 2) == 0 && text_unhex(text + 2, ret_bytes, length);
}
