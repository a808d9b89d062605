#ifndef HOSO_WIRE_H
#define HOSO_WIRE_H

#include <stdint.h>

/** struct uuid - 16 bytes in network order (RFC 9562). All zero is "none". */
struct uuid {
	uint8_t bytes[16];
};

#define UUID_TEXT_SIZE 37 /* 36 characters and NUL */

/** struct digest - SHA-256. */
struct digest {
	uint8_t bytes[32];
};

#define DIGEST_TEXT_SIZE 65

/* Paths of the API that both sides spell. */
#define WIRE_SESSION "/v1/session"
#define WIRE_SCANS "/v1/scans"

#endif
