#ifndef HOSO_CLIENT_ASK_H
#define HOSO_CLIENT_ASK_H

#include <stdbool.h>

#include <glib.h>

#include "sender.h"

#define ASK_LINE_MAX 4096 /* bytes; the QR code of a card has some 300 */

/**
 * struct ask - one question after the other on a terminal or a pipe, while what is kept is sent in between.
 * A terminal gives every key at once and shows it by us: so that an identity card's number, which a scanner types as
 * any keyboard would, is never seen on the screen.
 */
struct ask;

/** ask_new() - @sender may be NULL; borrowed. A terminal is set back by ask_free(). */
struct ask *ask_new(int fd, struct sender *sender);
void ask_free(struct ask *ask);

/**
 * ask_line() - show @prompt and wait for a line: CR, LF, CRLF or Tab ends it; backspace takes back a character, Ctrl-U
 * all of it; arrows and other control keys are nothing.
 * @hides: a line that begins with a digit is shown as asterisks
 * @line:  what was typed; wipe it with ask_wipe() when there may be a number in it
 *
 * False: the input has ended (Ctrl-D on an empty line), or the program was asked to end.
 */
bool ask_line(struct ask *ask, const char *prompt, bool hides, GString *line);

/** ask_wipe() - nothing of it stays in memory. */
void ask_wipe(GString *line);

#endif
