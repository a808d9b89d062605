#include "text_line.h"

#include <glib.h>

bool text_line_add(struct text_line *line, char byte)
{
	if (g_ascii_iscntrl(byte)) {
		return false;
	}
	if (line->length == sizeof line->bytes) {
		line->too_long = true;
		return false;
	}
	line->bytes[line->length++] = byte;
	return true;
}

bool text_line_ends(char byte)
{
	return byte == '\r' || byte == '\n' || byte == '\t';
}

void text_line_end(
	struct text_line *line, const char *from, size_t typed, source_looked looked, void *context)
{
	struct source_text text = {
		.bytes = line->bytes, .length = line->length, .symbology = "", .typed = typed};
	struct source_look look = {.from = from, .texts = &text, .text_count = 1};

	if (line->too_long) {
		look = (struct source_look){.from = from, .error = HOSO_TOO_LARGE};
	}
	if (line->length > 0) {
		looked(context, &look);
	}
	text_line_clear(line);
}

void text_line_clear(struct text_line *line)
{
	line->length = 0;
	line->too_long = false;
}
