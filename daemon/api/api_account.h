#ifndef HOSO_API_API_ACCOUNT_H
#define HOSO_API_API_ACCOUNT_H

#include "http/exchange.h"

/* /v1/accounts */
void api_account_list(struct exchange *exchange, void *api);
void api_account_post(struct exchange *exchange, void *api);

/* POST /v1/accounts/{account}/disable, POST /v1/accounts/{account}/password */
void api_account_disable(struct exchange *exchange, void *api);
void api_account_password(struct exchange *exchange, void *api);

#endif
