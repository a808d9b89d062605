#ifndef HOSO_DECODE_QR_LAYOUT_H
#define HOSO_DECODE_QR_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Where what stands in a QR code of each size (ISO/IEC 18004): the modules that are the same in all of
 * them, those that say how to read the rest, and the order of the rest.
 */

#define QR_VERSION_MAX 21 /* a denser one needs no help, or has none */
#define QR_DIMENSION_MIN 21
#define QR_DIMENSION_MAX (17 + 4 * QR_VERSION_MAX)
#define QR_MODULES_MAX (QR_DIMENSION_MAX * QR_DIMENSION_MAX)
#define QR_FINDER_MODULES 7
#define QR_FORMAT_BITS 15
#define QR_FORMATS 32 /* 4 levels of correction, 8 masks */
#define QR_BLOCKS_MAX 25
#define QR_BLOCK_BYTES_MAX 160
#define QR_CHECKS_MAX 30

enum qr_kind { QR_DATA, QR_LIGHT, QR_DARK, QR_FORMAT };

/**
 * struct qr_layout - of one version.
 * @kinds: of each module, row after row.
 * @known: indices of the modules that are always light or dark, and where they are.
 * @data:  indices of the others in the order in which their bits are read, the highest bit first.
 */
struct qr_layout {
	unsigned version, dimension;
	uint8_t kinds[QR_MODULES_MAX];
	unsigned known_count, data_count;
	uint16_t known[QR_MODULES_MAX], data[QR_MODULES_MAX];
	uint8_t known_x[QR_MODULES_MAX], known_y[QR_MODULES_MAX];
};

/** qr_layout_init() - @dimension: 21, 25 … QR_DIMENSION_MAX. */
void qr_layout_init(struct qr_layout *layout, unsigned dimension);

/** qr_layout_format() - the index of the module with bit @bit of the format, in its copy 0 or 1. */
unsigned qr_layout_format(const struct qr_layout *layout, unsigned bit, unsigned copy);

/** qr_format_bits() - the 15 bits of a format: a level (its two bits) times 8, and a mask. */
unsigned qr_format_bits(unsigned format);

/** qr_mask_is() - does the mask turn this module round? */
bool qr_mask_is(unsigned mask, unsigned x, unsigned y);

/**
 * struct qr_blocks - how the bytes are shared out: @count blocks, the last ones with a byte more of data.
 * @data: bytes of data of the first block; @long_from: blocks from here on have one more.
 * @checks: bytes of correction of each.
 */
struct qr_blocks {
	unsigned count, data, long_from, checks;
};

/** qr_blocks_of() - @format: as above; the level is what counts. */
struct qr_blocks qr_blocks_of(const struct qr_layout *layout, unsigned format);

#endif
