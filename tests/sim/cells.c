#include "cells.h"

#include <inttypes.h>
#include <string.h>

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

/* PostgreSQL's text form of an array; the store quotes every text and writes NULL bare. */
GPtrArray *cell_array(const char *text)
{
	GPtrArray *cells = g_ptr_array_new();
	g_autoptr(GString) cell = g_string_new(NULL);

	for (text++; *text && *text != '}';) {
		bool quoted = *text == '"';

		g_string_truncate(cell, 0);
		for (text += quoted; *text && (quoted ? *text != '"' : !strchr(",}", *text));
			text++) {
			text += quoted && *text == '\\';
			g_string_append_c(cell, *text);
		}
		text += quoted;
		text += *text == ',';
		g_ptr_array_add(cells, !quoted && strcmp(cell->str, "NULL") == 0
					       ? NULL
					       : (gpointer)(uintptr_t)cell_keep(cell->str));
	}
	return cells;
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
