#ifndef HOSO_MODEL_PIN_H
#define HOSO_MODEL_PIN_H

#include <stdbool.h>

#include <hoso/limits.h>
#include <hoso/wire.h>

/*
 * The recipient's PIN of one item. Six digits are guessed in a second by whoever has a plain hash of them, so what is
 * kept is keyed (HMAC-SHA-256), and the key is not in the database. Pure.
 */

#define PIN_SIZE (PIN_DIGITS + 1)

/** pin_is_shaped() - PIN_DIGITS digits and nothing else. */
bool pin_is_shaped(const char *text);

/** pin_digest() - what is kept of @pin, and compared. Another item's same PIN has another one. */
struct digest pin_digest(const struct digest *key, const char *item_code, const char *pin);

/** pin_make() - the PIN that belongs to a request: the same request again makes the same. */
void pin_make(const struct digest *key, const char *item_code, const struct uuid *request,
	char ret_pin[PIN_SIZE]);

#endif
