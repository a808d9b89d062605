#ifndef HOSO_CLIENT_TEXT_LINE_H
#define HOSO_CLIENT_TEXT_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "source.h"

#define TEXT_LINE_MAX                                                                              \
	4096 /* bytes; the longest QR text has 4,296 digits, no code of ours comes near */

/**
 * struct text_line - a line that comes byte by byte, whoever sends it. All zero is an empty one.
 */
struct text_line {
	size_t length;
	bool too_long;
	char bytes[TEXT_LINE_MAX];
};

/** text_line_add() - false for what does not belong to the line: control bytes, and what is over TEXT_LINE_MAX. */
bool text_line_add(struct text_line *line, char byte);

/** text_line_ends() - is @byte what a scanner ends with? CR, LF, Tab. */
bool text_line_ends(char byte);

/**
 * text_line_end() - give the line as a look, and begin a new one. An empty line is no look; one over
 * TEXT_LINE_MAX is a look with HOSO_TOO_LARGE.
 * @typed: see struct source_text.
 */
void text_line_end(struct text_line *line, const char *from, size_t typed, source_looked looked,
	void *context);

/** text_line_clear() - begin a new line; what was there is forgotten. */
void text_line_clear(struct text_line *line);

#endif
