#ifndef HOSO_MODEL_PICTURE_KIND_H
#define HOSO_MODEL_PICTURE_KIND_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Which pictures are taken as proofs, told by their first bytes alone: PNG (a signature on a screen), JPEG (a camera),
 * WebP (what phones make of either). No PDF: it may hold programs. Pure; nothing is decoded.
 */

/** picture_kind_media() - our own text for a Content-Type, whose parameters are not looked at; NULL: not taken. */
const char *picture_kind_media(const char *content_type);

/** picture_kind_is() - do the bytes begin as a picture of this kind does? */
bool picture_kind_is(const char *media, const void *bytes, size_t length);

/** picture_kind_of() - the media type of what the bytes begin with; NULL: none that is taken. */
const char *picture_kind_of(const void *bytes, size_t length);

/** picture_kind_ending() - of a file's name. */
const char *picture_kind_ending(const char *media);

#endif
