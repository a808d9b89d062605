#ifndef HOSO_API_API_ITEM_H
#define HOSO_API_API_ITEM_H

#include "http/exchange.h"

void api_item_pin(struct exchange *exchange, void *api);  /* POST /v1/items/{code}/pin */
void api_item_next(struct exchange *exchange, void *api); /* GET /v1/items/{code}/next */

#endif
