#ifndef HOSO_API_API_DEADLINE_H
#define HOSO_API_API_DEADLINE_H

#include "http/exchange.h"

void api_deadline_get(struct exchange *exchange, void *api); /* GET /v1/deadlines/{code} */

#endif
