#ifndef HOSO_MODEL_PHONE_H
#define HOSO_MODEL_PHONE_H

#include <stdbool.h>

#include <hoso/limits.h>

/**
 * phone_clean() - a phone number as 0xxxxxxxxx; +84 and 84 and separators are undone. Land lines have up to 11 digits.
 * @ret_phone: written only on success. Pure.
 */
bool phone_clean(const char *text, char ret_phone[PHONE_MAX + 1]);

#endif
