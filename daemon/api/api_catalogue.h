#ifndef HOSO_API_API_CATALOGUE_H
#define HOSO_API_API_CATALOGUE_H

#include "http/exchange.h"

void api_catalogue_get(struct exchange *exchange, void *api);    /* GET /v1/catalogue */
void api_catalogue_put(struct exchange *exchange, void *api);    /* PUT /v1/catalogue */
void api_catalogue_export(struct exchange *exchange, void *api); /* GET /v1/catalogue/{table} */
void api_catalogue_import(struct exchange *exchange, void *api); /* POST /v1/catalogue/{table} */

#endif
