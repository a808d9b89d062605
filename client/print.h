#ifndef HOSO_CLIENT_PRINT_H
#define HOSO_CLIENT_PRINT_H

#include <stdint.h>

#include <jansson.h>

#include "base/attr.h"
#include "call.h"
#include "client.h"

/*
 * All that goes to the terminal goes through here, so that a name or a code from outside cannot
 * move the cursor, colour the screen or forge a line. Every line is flushed: a reader at the other
 * end of a pipe may rely on it.
 */

enum print_tone { PRINT_PLAIN, PRINT_GOOD, PRINT_DOUBT, PRINT_BAD };

/** print_json() - @value as one line on standard output. */
void print_json(const json_t *value);

/** print_line() - one line on standard output, the text escaped. */
_printf_(3, 4) void print_line(
	const struct client *client, enum print_tone tone, const char *format, ...);

/** print_prompt() - the same without the end of the line: an answer follows. */
_printf_(1, 2) void print_prompt(const char *format, ...);

/** print_note() - one line on standard error, the text escaped: progress, warnings. */
_printf_(1, 2) void print_note(const char *format, ...);

/** print_problem() - what went wrong, in the user's language, on standard error; the exit status to
 * end with. */
int print_problem(const struct client *client, const struct call_problem *problem);

/** print_error() - the same for an error of this device; @detail may be NULL. */
int print_error(const struct client *client, enum hoso_error error, const char *detail);

/** print_scan() - a scan for other eyes: without the PIN that somebody typed. A new reference. */
json_t *print_scan(const json_t *scan);

/** print_text() - the text member @name of @object; "" when there is none. */
const char *print_text(const json_t *object, const char *name);

/** print_place() - where somebody works: the office, or the agency of an officer; {"code", "name"}.
 */
const json_t *print_place(const json_t *object);

/** print_time() - an RFC 3339 time as local day and time; "" for none. Static buffer: use it at
 * once. */
const char *print_time(const char *rfc3339);

/** print_clock_off() - how far a device's clock is off, in words; g_free(). */
char *print_clock_off(int64_t offset_s);

/* The words for tokens of the wire, in the user's language; the token itself when it is not known.
 */
const char *print_kind(const struct client *client, const char *wire);
const char *print_leg_kind(const struct client *client, const char *wire);
const char *print_verdict(const struct client *client, const char *wire);
const char *print_state(const struct client *client, const char *wire);
const char *print_status(const struct client *client, const char *wire);

/** print_money_kind() - three kinds of three owners. */
const char *print_money_kind(const char *wire);

/** print_paper_state() - of a manifest or a hand-in. */
const char *print_paper_state(const char *wire);
enum print_tone print_verdict_tone(const char *wire);

#endif
