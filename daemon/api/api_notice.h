#ifndef HOSO_API_API_NOTICE_H
#define HOSO_API_API_NOTICE_H

#include "http/exchange.h"

/** POST /v1/portal-notices: what the province's system tells, signed (Standard Webhooks). */
void api_notice_post(struct exchange *exchange, void *api);

#endif
