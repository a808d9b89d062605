#ifndef HOSO_CLIENT_SOURCE_LINES_H
#define HOSO_CLIENT_SOURCE_LINES_H

#include "source.h"

/**
 * source_lines_new() - lines of a terminal or pipe, as a keyboard-wedge scanner types them.
 * @fd:   not closed. A terminal is set to give every key at once, and set back by free(); its
 * signals (Ctrl-C) work as always, Ctrl-D ends the input, backspace takes back a key, Ctrl-L asks
 * for the session, Ctrl-X to undo the last scan.
 * @from: kept, not copied.
 *
 * CR, LF, CRLF and Tab end a line. Control bytes are dropped, empty lines are no look, and a line
 * over TEXT_LINE_MAX is one look with HOSO_TOO_LARGE. What stands before the end of input is a
 * line. On a terminal, what was typed by hand before a scanner's burst is told apart (burst.h).
 */
struct source *source_lines_new(int fd, const char *from);

#endif
