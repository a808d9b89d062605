#ifndef HOSO_CLIENT_PASSWORD_H
#define HOSO_CLIENT_PASSWORD_H

#include <hoso/error.h>

/**
 * password_read() - a password from the first line of @file, or from the terminal without showing
 * it.
 * @file:   NULL asks on the terminal with @prompt.
 * @ret_password: end with password_free().
 *
 * Errors: HOSO_FILE, errno says why; HOSO_BAD_MEMBER, it is empty or over PASSWORD_MAX.
 */
enum hoso_error password_read(const char *file, const char *prompt, char **ret_password);

/** password_free() - wipes it first; accepts NULL. */
void password_free(char *password);

#endif
