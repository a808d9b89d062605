#ifndef HOSO_CONFIG_FILE_H
#define HOSO_CONFIG_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include <hoso/error.h>

#include "base/attr.h"

/**
 * config_file_read() - a small text file, whole.
 * @max:      bytes
 * @ret_mode: its mode, of the very file that was read
 *
 * Returns NULL with errno: EFBIG over @max, EINVAL for what is no regular file or holds a NUL byte,
 * or what open(2) and read(2) say. The caller frees the text.
 */
_must_check_ char *config_file_read(const char *path, size_t max, mode_t *ret_mode);

/**
 * config_file_read_secret() - the content of a secret's file, without its last newline.
 * @ret_secret: the caller gives it to config_file_free_secret()
 *
 * Errors: HOSO_FILE, with a log line that says why: it cannot be read, it is empty or over
 * SECRET_BYTES_MAX, or others than its owner may read it (chmod 600). Files of
 * $CREDENTIALS_DIRECTORY are guarded by systemd and may have any mode.
 */
_must_check_ enum hoso_error config_file_read_secret(const char *path, char **ret_secret);

/** config_file_free_secret() - wipes, then frees; takes NULL. */
void config_file_free_secret(char *secret);

#endif
