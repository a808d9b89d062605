#ifndef HOSO_API_API_DEVICE_H
#define HOSO_API_API_DEVICE_H

#include "http/exchange.h"

/* GET /v1/devices, POST /v1/devices/end */
void api_device_list(struct exchange *exchange, void *api);
void api_device_end(struct exchange *exchange, void *api);

#endif
