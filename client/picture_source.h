#ifndef HOSO_CLIENT_PICTURE_SOURCE_H
#define HOSO_CLIENT_PICTURE_SOURCE_H

#include <stddef.h>

#include "source.h"

/**
 * picture_source_new() - the codes of picture files, one look per file, in this order.
 * @files: names; must outlive the source. "-" is standard input.
 *
 * Each file is decoded in a child (codes.h), so a stranger's picture is welcome. A file that gives
 * no code is a look with the reason; the next read goes on with the next file.
 */
struct source *picture_source_new(char *const *files, size_t file_count);

#endif
