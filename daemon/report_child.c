#include "report_child.h"

#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

#include <glib.h>
#include <jansson.h>

#include <hoso/limits.h>

#include "io/helper.h"
#include "sheet/report_file.h"

#define NICENESS 10 /* scans are answered first */
#define PIECE_BYTES 65536

static bool read_table(GByteArray *text)
{
	g_autofree guint8 *piece = g_malloc(PIECE_BYTES);
	ssize_t got;

	while ((got = read(STDIN_FILENO, piece, PIECE_BYTES)) != 0) {
		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got < 0 || text->len + (size_t)got > REPORT_TABLE_BYTES_MAX) {
			return false;
		}
		g_byte_array_append(text, piece, (guint)got);
	}
	return true;
}

static bool write_file(const GByteArray *file)
{
	size_t written = 0;

	while (written < file->len) {
		ssize_t put = write(STDOUT_FILENO, file->data + written, file->len - written);
		if (put < 0 && errno != EINTR) {
			return false;
		}
		written += put > 0 ? (size_t)put : 0;
	}
	return true;
}

int report_child_main(bool is_pdf)
{
	g_autoptr(GByteArray) text = g_byte_array_new();
	g_autoptr(GByteArray) file = g_byte_array_new();
	json_t *table;
	enum hoso_error error;

	helper_limit_self(REPORT_PRESS_MEMORY_BYTES, REPORT_PRESS_TIME_MS / 1000);
	setpriority(PRIO_PROCESS, 0, NICENESS);
	if (!read_table(text)) {
		return 1;
	}
	table = json_loadb((const char *)text->data, text->len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(table)) {
		return 1;
	}
	error = is_pdf ? report_pdf(table, file) : report_xlsx(table, file);
	json_decref(table);
	return !error && write_file(file) ? 0 : 1;
}
