#ifndef HOSO_DECODE_LOOK_H
#define HOSO_DECODE_LOOK_H

#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "decode/barcode.h"

/*
 * A stranger's picture, from its bytes to its codes. Decoders have holes, so this is done in a child
 * that has locked itself down (lockdown.h), and the child's answer is believed as far as it keeps to
 * the rules: client and daemon make the child each in its own way, what it does is here.
 */

/* clang-format off */
#define LOOK_CPU_MS 3000   /* then the child dies; by itself it ends some 0.3 s after its budget, … */
#define LOOK_TIME_MS 15000 /* … and here on a machine that has no time for it */
#define LOOK_MEMORY_BYTES (512ULL * 1024 * 1024) /* picture, and its doubled, turned and averaged copies */
#define LOOK_ANSWER_MAX sizeof(struct barcode_list)
/* clang-format on */

/** look_prepare() - before the lock-down: load what reading @bytes will need. */
void look_prepare(const void *bytes, size_t length);

/**
 * look_at() - the codes of a PNG, JPEG, PGM, or of all pages of a PDF; told apart by their first bytes.
 * @wish:     its budget is for everything, from the first byte on.
 * @ret_list: written only on success; each code says its page.
 *
 * Errors: HOSO_BAD_PICTURE, HOSO_NO_CODE.
 */
_must_check_ enum hoso_error look_at(const void *bytes, size_t length,
	const struct barcode_wish *wish, struct barcode_list *ret_list);

/** look_pack() - append the codes as look_unpack() takes them. */
void look_pack(const struct barcode_list *list, GByteArray *answer);

/**
 * look_unpack() - the codes that a child has answered with; it may have been taken over by what it read.
 * @ret_list: written only on success: one code or more, texts in UTF-8, everything within its bounds.
 *
 * Errors: HOSO_BAD_PICTURE.
 */
_must_check_ enum hoso_error look_unpack(
	const void *answer, size_t length, struct barcode_list *ret_list);

#endif
