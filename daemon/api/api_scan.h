#ifndef HOSO_API_API_SCAN_H
#define HOSO_API_API_SCAN_H

#include <stdint.h>

#include "http/exchange.h"

struct api;

/** api_scan_post() - POST /v1/scans: up to SCANS_PER_REQUEST_MAX scans, one result each, in order. */
void api_scan_post(struct exchange *exchange, void *api);

/**
 * api_scan_note_clock() - how far the clock of the device that sends is off, when it says what it shows. Beside the road
 * of what it sends: that does not wait for it, and is not judged by it.
 */
void api_scan_note_clock(const struct exchange *exchange, const struct api *api, int64_t now_ms);

#endif
