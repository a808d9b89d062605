#ifndef HOSO_API_API_SCAN_H
#define HOSO_API_API_SCAN_H

#include "http/exchange.h"

struct api;

/** api_scan_post() - POST /v1/scans: up to SCANS_PER_REQUEST_MAX scans, one result each, in order. */
void api_scan_post(struct exchange *exchange, void *api);

#endif
