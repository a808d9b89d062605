#ifndef HOSO_CLIENT_BURST_H
#define HOSO_CLIENT_BURST_H

#include <stddef.h>
#include <stdint.h>

#define BURST_GAP_MS 50 /* a scanner types a key every 1 to 30 ms; the fastest typists need 60 */
#define BURST_KEYS_MIN                                                                             \
	6 /* the shortest item code; fewer fast keys are a hand's luck, or a slow network's */

/**
 * struct burst - tells a scanner's burst of keys from a hand's: somebody had begun to type, and then
 * scanned. All zero is the beginning of a line.
 * @last_ms: when the last key came
 * @start:   where in the line the keys began to come fast
 */
struct burst {
	int64_t last_ms;
	size_t start;
};

/** burst_key() - a key came, which will stand at @offset of the line. */
void burst_key(struct burst *burst, size_t offset, int64_t now_ms);

/** burst_typed() - of a line of @length bytes: how many were typed by hand before a scanner typed
 * the rest; 0 when all came from one of them. */
size_t burst_typed(const struct burst *burst, size_t length);

#endif
