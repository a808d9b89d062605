#ifndef HOSO_DECODE_REED_SOLOMON_H
#define HOSO_DECODE_REED_SOLOMON_H

#include <stdbool.h>
#include <stdint.h>

/**
 * reed_solomon_mend() - puts a block of a QR code right, when it can.
 * @bytes:   @count of them, the last @checks for correction; changed only on success.
 * @erased:  @erased_count places of bytes that are not trusted; so many at most as @checks.
 * @ret_errors: how many others were wrong.
 *
 * It takes a check for each erased byte and two for each wrong one. False when that is not enough.
 */
bool reed_solomon_mend(uint8_t *bytes, unsigned count, unsigned checks, const uint8_t *erased,
	unsigned erased_count, unsigned *ret_errors);

/**
 * reed_solomon_syndromes_of() - what a byte of this value, alone, does to each of the @checks equations that the
 * bytes of a block must fulfil.
 * @from_end: how many bytes stand after it.
 */
void reed_solomon_syndromes_of(
	uint8_t value, unsigned from_end, unsigned checks, uint8_t *ret_syndromes);

#endif
