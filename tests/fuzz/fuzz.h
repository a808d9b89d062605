#ifndef HOSO_FUZZ_H
#define HOSO_FUZZ_H

/*
 * What every target shares. A target is one file fuzz_<name>.c with one entry, called with bytes of
 * any kind as often as there is time; it asserts what must hold for all of them. `run` runs them.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <glib.h>

/** LLVMFuzzerTestOneInput() - @bytes lie in memory of just @length bytes, so reading on is noticed. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/** fuzz_text() - the bytes as a text that ends where they do, or at the first NUL. g_free(). */
static inline char *fuzz_text(const uint8_t *bytes, size_t length)
{
	return g_strndup((const char *)bytes, length);
}

#endif
