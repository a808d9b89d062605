#ifndef HOSO_DECODE_PAYLOAD_H
#define HOSO_DECODE_PAYLOAD_H

#include <stddef.h>

/**
 * payload_text() - the bytes of a QR code as text.
 * @ret_text: @size bytes; NUL-terminated.
 *
 * UTF-8 becomes NFC, so that a name compares equal however it was typed; NULs inside are kept, and
 * then nothing else is changed. What is not UTF-8 is Latin-1, the default of ISO/IEC 18004: no byte
 * is lost. Returns the length; 0 when it does not fit.
 */
size_t payload_text(const char *bytes, size_t length, char *ret_text, size_t size);

#endif
