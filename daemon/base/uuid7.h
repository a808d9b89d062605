#ifndef HOSO_BASE_UUID7_H
#define HOSO_BASE_UUID7_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/wire.h>

/** uuid7_make() - RFC 9562 version 7 of @now_ms; ids of one process never go backwards. */
struct uuid uuid7_make(int64_t now_ms);

/** uuid7_parse() - the 36-character form, lower or upper case; false unless version 7, variant 10. */
bool uuid7_parse(const char *text, struct uuid *ret_uuid);

/**
 * uuid7_parse_any() - the same of any version, for what is only looked up: a database is written to by others, too, and
 * what a list has told must be found again.
 */
bool uuid7_parse_any(const char *text, struct uuid *ret_uuid);

void uuid7_format(const struct uuid *uuid, char ret_text[UUID_TEXT_SIZE]);

/** uuid7_time_ms() - the Unix milliseconds inside. */
int64_t uuid7_time_ms(const struct uuid *uuid);

/** uuid7_compare() - like memcmp: the order of ids, and so of their times. */
int uuid7_compare(const struct uuid *a, const struct uuid *b);

bool uuid7_is_none(const struct uuid *uuid);

#endif
