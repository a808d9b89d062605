#ifndef HOSO_API_API_OUTBOX_H
#define HOSO_API_API_OUTBOX_H

#include "http/exchange.h"

void api_outbox_list(struct exchange *exchange, void *api);  /* GET /v1/outbox */
void api_outbox_count(struct exchange *exchange, void *api); /* GET /v1/outbox/counts */
void api_outbox_retry(struct exchange *exchange, void *api); /* POST /v1/outbox/{id}/retry */
void api_outbox_skip(struct exchange *exchange, void *api);  /* POST /v1/outbox/{id}/skip */

#endif
