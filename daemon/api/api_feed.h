#ifndef HOSO_API_API_FEED_H
#define HOSO_API_API_FEED_H

#include "http/exchange.h"

void api_feed_get(struct exchange *exchange, void *api); /* GET /v1/feed */

#endif
