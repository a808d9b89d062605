#include "reading.h"

#include <string.h>

static bool read_plain(const char *bytes, size_t length, struct reading *reading)
{
	reading->error = item_code_parse(bytes, length, &reading->codes[0]);
	reading->count = reading->error ? 0 : 1;
	return reading->count == 1;
}

/* A wrong check digit is a misread: there is nothing to undo in a text of the right shape. */
static bool read_damaged(const char *bytes, size_t length, struct reading *reading)
{
	if (reading->error != HOSO_BAD_ITEM_CODE) {
		return false;
	}
	reading->count = wedge_candidates(bytes, length, reading->codes);
	reading->repaired = reading->count > 0;
	return reading->count > 0;
}

static void read_one(const char *bytes, size_t length, struct reading *ret_reading)
{
	*ret_reading = (struct reading){0};
	if (!read_plain(bytes, length, ret_reading)) {
		(void)read_damaged(bytes, length, ret_reading);
	}
}

static bool is_sure(const struct reading *reading)
{
	return reading->count == 1 && item_code_is_s10(&reading->codes[0]);
}

/* Somebody had begun to type, and then scanned. The check digit says whether the scan is to be read with what stands before
 * it; where there is none, both may have been meant. */
static void read_burst(const struct source_text *text, struct reading *ret_reading)
{
	struct reading scanned;

	read_one(text->bytes + text->typed, text->length - text->typed, &scanned);
	if (is_sure(&scanned) || (ret_reading->count == 0 && scanned.count > 0)) {
		*ret_reading = scanned;
		ret_reading->left_out = text->typed;
	} else if (ret_reading->count == 1 && scanned.count == 1 &&
		   strcmp(ret_reading->codes[0].text, scanned.codes[0].text) != 0) {
		ret_reading->codes[ret_reading->count++] = scanned.codes[0];
	}
}

void reading_of(const struct source_text *text, struct reading *ret_reading)
{
	if (*text->symbology) {
		*ret_reading = (struct reading){0};
		(void)read_plain(text->bytes, text->length, ret_reading);
		return;
	}
	read_one(text->bytes, text->length, ret_reading);
	if (text->typed > 0 && !is_sure(ret_reading)) {
		read_burst(text, ret_reading);
	}
}
