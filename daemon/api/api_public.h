#ifndef HOSO_API_API_PUBLIC_H
#define HOSO_API_API_PUBLIC_H

#include "http/exchange.h"

/* What the post publishes (niêm yết công khai): for anybody, without a sign-in, from memory, at a bounded rate. */
void api_public_procedures(struct exchange *exchange, void *api);
void api_public_offices(struct exchange *exchange, void *api);
void api_public_csv(struct exchange *exchange, void *api);

#endif
