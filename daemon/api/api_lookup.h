#ifndef HOSO_API_API_LOOKUP_H
#define HOSO_API_API_LOOKUP_H

#include "http/exchange.h"

/* POST /v1/lookup: how far a dossier is, for whoever has its code and the phone's last digits, or the slip. */
void api_lookup_post(struct exchange *exchange, void *api);

#endif
