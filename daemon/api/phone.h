#ifndef HOSO_API_PHONE_H
#define HOSO_API_PHONE_H

#include <stdbool.h>

#include <hoso/limits.h>

/**
 * phone_clean() - 0xxxxxxxxx; +84 and 84 and separators are undone. Land lines have up to 11 digits.
 * False when it is no telephone number.
 */
bool phone_clean(const char *text, char ret_phone[PHONE_MAX + 1]);

#endif
