#include "cells.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "base/uuid7.h"

static GStringChunk *texts;
static GPtrArray *blocks;

void cells_begin(void)
{
	texts = g_string_chunk_new(65536);
	blocks = g_ptr_array_new_with_free_func(g_free);
}

void cells_end(void)
{
	g_ptr_array_unref(blocks);
	g_string_chunk_free(texts);
}

gpointer cell_own(gpointer block)
{
	g_ptr_array_add(blocks, block);
	return block;
}

const char *cell_keep(const char *text)
{
	return text ? g_string_chunk_insert(texts, text) : NULL;
}

const char **cell_row(unsigned count)
{
	return cell_own(g_new0(const char *, count));
}

const char **cell_copy(const char **cells, unsigned count)
{
	const char **copy = cell_row(count);

	memcpy(copy, cells, count * sizeof *cells);
	return copy;
}

const char *cell_number(int64_t number)
{
	char text[24];

	g_snprintf(text, sizeof text, "%" PRIi64, number);
	return cell_keep(text);
}

int64_t cell_int(const char *text)
{
	return text ? g_ascii_strtoll(text, NULL, 10) : 0;
}

bool cell_is(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

gint cell_compare_first(gconstpointer a, gconstpointer b)
{
	const char *const *first = *(const char *const *const *)a;
	const char *const *second = *(const char *const *const *)b;

	return strcmp(first[0], second[0]);
}

#define EPOCH_2000_MS INT64_C(946684800000)

static uint64_t read_number(const uint8_t *bytes, unsigned length)
{
	uint64_t number = bytes[0] & 0x80 ? UINT64_MAX : 0;

	for (unsigned i = 0; i < length; i++) {
		number = number << 8 | bytes[i];
	}
	return number;
}

static const char *cell_of_bytes(const uint8_t *bytes, unsigned length)
{
	g_autofree char *hex = g_malloc(2 * (gsize)length + sizeof "\\x");

	memcpy(hex, "\\x", 2);
	text_hex(bytes, length, hex + 2);
	return cell_keep(hex);
}

static const char *cell_of_element(enum pg_type type, const uint8_t *bytes, unsigned length)
{
	char id[UUID_TEXT_SIZE];
	struct uuid uuid;

	switch (type) {
	case PG_BOOL:
		return bytes[0] ? "t" : "f";
	case PG_BYTEA:
		return cell_of_bytes(bytes, length);
	case PG_INT8:
	case PG_INT4:
		return cell_number((int64_t)read_number(bytes, length));
	case PG_TEXT:
		return g_string_chunk_insert_len(texts, (const char *)bytes, (gssize)length);
	case PG_TIMESTAMPTZ:
		return cell_number((int64_t)read_number(bytes, length) / 1000 + EPOCH_2000_MS);
	case PG_UUID:
		memcpy(uuid.bytes, bytes, sizeof uuid.bytes);
		uuid7_format(&uuid, id);
		return cell_keep(id);
	}
	g_assert_not_reached();
}

/* Dimensions, whether there are NULLs, the type, the length, the first index; then each with its length in front. */
GPtrArray *cell_array(const struct pg_params *params, int number)
{
	const uint8_t *at = (const uint8_t *)params->values[number];
	const uint8_t *end = at + params->lengths[number];
	enum pg_type type = (enum pg_type)read_number(at + 8, 4);
	GPtrArray *cells = g_ptr_array_new();

	g_assert(params->formats[number] == 1);
	for (at += 20; at < end;) {
		int32_t length = (int32_t)read_number(at, 4);
		const char *cell =
			length < 0 ? NULL : cell_of_element(type, at + 4, (unsigned)length);

		g_ptr_array_add(cells, (gpointer)(uintptr_t)cell);
		at += 4 + MAX(length, 0);
	}
	return cells;
}

/* PostgreSQL's binary form, but that every number has 8 bytes: who reads them takes any length. */
static void answer_number(PGresult *rows, int row, int column, int64_t number)
{
	uint64_t bytes = GUINT64_TO_BE((uint64_t)number);

	PQsetvalue(rows, row, column, (char *)&bytes, sizeof bytes);
}

static void answer_bytes(PGresult *rows, int row, int column, const char *hex)
{
	size_t length = (strlen(hex) - 2) / 2;
	g_autofree uint8_t *bytes = g_malloc(length + 1);
	bool read = text_unhex(hex + 2, bytes, length);

	g_assert(read);
	PQsetvalue(rows, row, column, (char *)bytes, (int)length);
}

static void answer_binary(PGresult *rows, int row, int column, const char *cell, char type)
{
	char flag = cell[0] == 't';
	struct uuid uuid;
	bool read;

	switch (type) {
	case 'i':
		answer_number(rows, row, column, cell_int(cell));
		break;
	case 's':
		answer_number(rows, row, column, (cell_int(cell) - EPOCH_2000_MS) * 1000);
		break;
	case 'b':
		PQsetvalue(rows, row, column, &flag, 1);
		break;
	case 'u':
		read = uuid7_parse(cell, &uuid);
		g_assert(read);
		PQsetvalue(rows, row, column, (char *)uuid.bytes, sizeof uuid.bytes);
		break;
	case 'h':
		answer_bytes(rows, row, column, cell);
		break;
	default:
		PQsetvalue(rows, row, column, (char *)(uintptr_t)cell, (int)strlen(cell));
		break;
	}
}

void cell_answer(PGresult *rows, int row, int column, const char *cell, char type)
{
	if (!cell) {
		PQsetvalue(rows, row, column, NULL, -1);
	} else if (PQfformat(rows, column) == 1) {
		answer_binary(rows, row, column, cell, type);
	} else {
		PQsetvalue(rows, row, column, (char *)(uintptr_t)cell, (int)strlen(cell));
	}
}

const char *cell_uuid(const char *text)
{
	g_autofree char *dashed = NULL;

	if (!text || strlen(text) != 32) {
		return cell_keep(text);
	}
	dashed = g_strdup_printf(
		"%.8s-%.4s-%.4s-%.4s-%.12s", text, text + 8, text + 12, text + 16, text + 20);
	return cell_keep(dashed);
}
