#ifndef HOSO_API_API_SESSION_H
#define HOSO_API_API_SESSION_H

#include "http/exchange.h"

void api_session_post(struct exchange *exchange, void *api);   /* sign in */
void api_session_delete(struct exchange *exchange, void *api); /* sign out */
void api_session_me(struct exchange *exchange, void *api);     /* GET /v1/me */

#endif
