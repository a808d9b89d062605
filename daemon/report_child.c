#include "report_child.h"

#include <sys/resource.h>

#include <glib.h>
#include <jansson.h>

#include <hoso/limits.h>

#include "io/helper.h"
#include "sheet/report_file.h"

#define NICENESS 10 /* scans are answered first */

int report_child_main(bool is_pdf)
{
	g_autoptr(GByteArray) text = g_byte_array_new();
	g_autoptr(GByteArray) file = g_byte_array_new();
	json_t *table;
	enum hoso_error error;

	helper_limit_self(REPORT_PRESS_MEMORY_BYTES, REPORT_PRESS_TIME_MS / 1000);
	setpriority(PRIO_PROCESS, 0, NICENESS);
	if (!helper_read_question(text, REPORT_TABLE_BYTES_MAX)) {
		return 1;
	}
	table = json_loadb((const char *)text->data, text->len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(table)) {
		return 1;
	}
	error = is_pdf ? report_pdf(table, file) : report_xlsx(table, file);
	json_decref(table);
	return !error && helper_write_answer(file) ? 0 : 1;
}
