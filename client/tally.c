#include "tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tally *tally_new(void)
{
	struct tally *tally = g_new0(struct tally, 1);

	tally->expected = g_ptr_array_new_with_free_func(g_free);
	tally->scanned = g_ptr_array_new_with_free_func(g_free);
	tally->is_expected = g_hash_table_new(g_str_hash, g_str_equal);
	tally->scans = g_hash_table_new(g_str_hash, g_str_equal);
	return tally;
}

void tally_free(struct tally *tally)
{
	if (!tally) {
		return;
	}
	g_hash_table_unref(tally->is_expected);
	g_hash_table_unref(tally->scans);
	g_ptr_array_unref(tally->expected);
	g_ptr_array_unref(tally->scanned);
	g_free(tally);
}

static enum hoso_error expect_line(struct tally *tally, char *line)
{
	struct item_code code;
	enum hoso_error error;

	g_strstrip(line);
	line[strcspn(line, " \t,;")] = '\0';
	if (!*line || *line == '#') {
		return HOSO_OK;
	}
	error = item_code_parse(line, strlen(line), &code);
	if (error) {
		return error;
	}
	if (tally->expected->len == TALLY_CODES_MAX) {
		return HOSO_TOO_MANY;
	}
	if (!g_hash_table_contains(tally->is_expected, code.text)) {
		char *kept = g_strdup(code.text);
		g_ptr_array_add(tally->expected, kept);
		g_hash_table_add(tally->is_expected, kept);
	}
	return HOSO_OK;
}

enum hoso_error tally_expect(struct tally *tally, const char *path, unsigned *ret_line)
{
	FILE *file = fopen(path, "re");
	enum hoso_error error = HOSO_OK;
	char *line = NULL;
	size_t size = 0;

	if (!file) {
		return HOSO_FILE;
	}
	*ret_line = 0;
	while (!error && getline(&line, &size, file) >= 0) {
		++*ret_line;
		error = expect_line(tally, line);
	}
	if (!error && ferror(file)) {
		error = HOSO_FILE;
	}
	if (!error && tally->expected->len == 0) {
		error = HOSO_NO_CODE;
	}
	tally->has_list = true;
	free(line);
	fclose(file);
	return error;
}

bool tally_add(struct tally *tally, const char *code)
{
	gpointer kept = NULL;
	gpointer scans = NULL;

	if (!g_hash_table_lookup_extended(tally->scans, code, &kept, &scans)) {
		kept = g_strdup(code);
		g_ptr_array_add(tally->scanned, kept);
	}
	g_hash_table_insert(tally->scans, kept, GUINT_TO_POINTER(GPOINTER_TO_UINT(scans) + 1));
	return tally->has_list && !g_hash_table_contains(tally->is_expected, code);
}

void tally_remove(struct tally *tally, const char *code)
{
	gpointer kept;
	gpointer scans;

	if (g_hash_table_lookup_extended(tally->scans, code, &kept, &scans) && scans) {
		g_hash_table_insert(
			tally->scans, kept, GUINT_TO_POINTER(GPOINTER_TO_UINT(scans) - 1));
	}
}

static bool stands(const struct tally *tally, const char *code)
{
	return g_hash_table_lookup(tally->scans, code) != NULL;
}

GPtrArray *tally_missing(const struct tally *tally)
{
	GPtrArray *missing = g_ptr_array_new();

	for (guint i = 0; i < tally->expected->len; i++) {
		if (!stands(tally, tally->expected->pdata[i])) {
			g_ptr_array_add(missing, tally->expected->pdata[i]);
		}
	}
	return missing;
}

GPtrArray *tally_present(const struct tally *tally)
{
	GPtrArray *present = g_ptr_array_new();

	for (guint i = 0; i < tally->scanned->len; i++) {
		if (stands(tally, tally->scanned->pdata[i])) {
			g_ptr_array_add(present, tally->scanned->pdata[i]);
		}
	}
	return present;
}

GPtrArray *tally_extra(const struct tally *tally)
{
	GPtrArray *extra = g_ptr_array_new();

	for (guint i = 0; tally->has_list && i < tally->scanned->len; i++) {
		char *code = tally->scanned->pdata[i];
		if (stands(tally, code) && !g_hash_table_contains(tally->is_expected, code)) {
			g_ptr_array_add(extra, code);
		}
	}
	return extra;
}
