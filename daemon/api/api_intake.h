#ifndef HOSO_API_API_INTAKE_H
#define HOSO_API_API_INTAKE_H

#include "http/exchange.h"

/* GET /v1/intake/procedures/{code}: all that a counter asks and reckons with for a dossier of this procedure. */
void api_intake_get_procedure(struct exchange *exchange, void *api);

#endif
