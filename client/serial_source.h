#ifndef HOSO_CLIENT_SERIAL_SOURCE_H
#define HOSO_CLIENT_SERIAL_SOURCE_H

#include <hoso/error.h>

#include "base/attr.h"
#include "source.h"

#define SERIAL_IDLE_MS 200 /* a scanner without an end character: so long a silence ends the code */

/**
 * serial_source_new() - lines of a scanner on a serial port, 8 data bits, no parity.
 * @name: a device, such as /dev/ttyUSB0, or with the speed: /dev/ttyUSB0:115200; 9600 otherwise. Kept, not copied.
 *
 * CR, LF and Tab end a code, and so does SERIAL_IDLE_MS of silence. Unplugged, it is waited for
 * (SOURCE_GONE, SOURCE_BACK).
 *
 * Errors, errno says more: HOSO_BAD_MEMBER, no such speed; HOSO_NOT_FOUND; HOSO_FORBIDDEN; HOSO_BUSY;
 * HOSO_FILE, it is no serial port.
 */
_must_check_ enum hoso_error serial_source_new(const char *name, struct source **ret_source);

#endif
