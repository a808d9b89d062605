#ifndef HOSO_DECODE_QR_DOUBT_H
#define HOSO_DECODE_QR_DOUBT_H

#include <stdbool.h>
#include <stdint.h>

#define QR_BLOCK_BYTES 255

/**
 * qr_doubt() - puts a block of a QR code right by giving up bits, not bytes, the least sure first.
 * @bytes:    @count of them, the last @checks for correction; changed only on success.
 * @sureness: of their bits, the highest of the first byte first.
 * @ret_chance: the logarithm (of 2) of how likely this fits by chance.
 *
 * A scratch across a code takes a few bits of very many bytes: by bytes nothing can be done. But each byte of
 * correction is eight equations for single bits, so nearly that many bits may be unknown, wherever they
 * are, and one or two of the others wrong.
 */
bool qr_doubt(
	uint8_t *bytes, unsigned count, unsigned checks, const float *sureness, double *ret_chance);

#endif
