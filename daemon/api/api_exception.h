#ifndef HOSO_API_API_EXCEPTION_H
#define HOSO_API_API_EXCEPTION_H

#include "http/exchange.h"

void api_exception_list(struct exchange *exchange, void *api);  /* GET /v1/exceptions */
void api_exception_count(struct exchange *exchange, void *api); /* GET /v1/exceptions/counts */

#endif
