#ifndef HOSO_BASE_CLOCK_H
#define HOSO_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Wall time is data: Unix milliseconds, UTC. Durations use the monotonic clock. Local means
 * Asia/Ho_Chi_Minh and is only for people and for the portal's own formats.
 */

int64_t clock_now_ms(void);
int64_t clock_monotonic_ms(void);

/** clock_cpu_ms() - what this thread has had of a processor: a budget of work, which a busy machine does not shorten. */
int64_t clock_cpu_ms(void);

/** clock_set_now_ms() - tests only: the wall clock stands at @now_ms from now on; 0 lets it run again. */
void clock_set_now_ms(int64_t now_ms);

#define CLOCK_RFC3339_SIZE 32

/** clock_format_rfc3339() - "2026-11-23T03:11:00.000Z". */
void clock_format_rfc3339(int64_t ms, char ret_text[CLOCK_RFC3339_SIZE]);

/** clock_parse_rfc3339() - false unless date, time and offset are all there and real; years 2000 to 2200. */
bool clock_parse_rfc3339(const char *text, int64_t *ret_ms);

/** clock_format_local() - strftime-like (GDateTime), in Asia/Ho_Chi_Minh; always terminated. */
void clock_format_local(int64_t ms, const char *format, char *ret_text, size_t size);

/** clock_local_day() - days since 1970-01-01 of the local date. */
int32_t clock_local_day(int64_t ms);

#endif
