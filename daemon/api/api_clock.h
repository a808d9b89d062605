#ifndef HOSO_API_API_CLOCK_H
#define HOSO_API_API_CLOCK_H

#include <stdint.h>

#include "http/exchange.h"

struct api;

/**
 * api_clock_note() - how far the clock of the device that sends is off, when it says what it shows. Beside the road of what
 * it sends: that does not wait for it, and is not judged by it.
 */
void api_clock_note(const struct exchange *exchange, const struct api *api, int64_t now_ms);

#endif
