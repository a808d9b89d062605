#ifndef HOSO_DECODE_LOCKDOWN_H
#define HOSO_DECODE_LOCKDOWN_H

#include <stdint.h>

#include "base/attr.h"

/**
 * lockdown_enter() - from here on this process may only compute, and read and write what is open.
 * @memory_bytes: address space beyond what it has now.
 * @cpu_ms:       processor time from its beginning; rounded up to seconds, and one more.
 *
 * No files are opened, no sockets, no processes, no code is loaded; other calls fail with EPERM. There is
 * no way back. Under the address sanitizer, which needs all of that itself, nothing is done.
 *
 * Returns 0; -1 when the kernel would not: then nothing dangerous may be begun.
 */
_must_check_ int lockdown_enter(uint64_t memory_bytes, int64_t cpu_ms);

#endif
