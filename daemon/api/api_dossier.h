#ifndef HOSO_API_API_DOSSIER_H
#define HOSO_API_API_DOSSIER_H

#include "http/exchange.h"

void api_dossier_list(struct exchange *exchange, void *api);    /* GET /v1/dossiers */
void api_dossier_search(struct exchange *exchange, void *api);  /* POST /v1/dossiers/search */
void api_dossier_get(struct exchange *exchange, void *api);     /* GET /v1/dossiers/{code} */
void api_dossier_get_leg(struct exchange *exchange, void *api); /* GET /v1/legs/{code} */

#endif
